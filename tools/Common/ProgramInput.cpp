//===- ProgramInput.cpp - How tools read programs ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramInput.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "vmjit/Import/ExportVMIR.h"
#include "vmjit/Import/ImportVMIR.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace vmjit;

Expected<std::string> vmjit::readFile(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer =
      MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", path,
                      buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

/// JSON begins with a bracket, which neither MLIR text nor bytecode does.
static bool isJSON(StringRef text) {
  StringRef rest = text.ltrim();
  return rest.starts_with("{") || rest.starts_with("[");
}

/// Whoever names a file to a tool trusts it.
static Expected<mlir::OwningOpRef<mlir::ModuleOp>>
parseModule(Compiler &compiler, StringRef source, StringRef path) {
  return mlir::isBytecode(MemoryBufferRef(source, path))
             ? compiler.parseTrustedBytecode(source, path)
             : compiler.parse(source, path);
}

/// Reads \p path and has its text taken by \p json or \p mlir.
template <class Result, class FromJSON, class FromMLIR>
static Expected<Result> readAs(StringRef path, FromJSON fromJSON,
                               FromMLIR fromMLIR) {
  Expected<std::string> text = readFile(path);
  if (!text)
    return text.takeError();
  if (!isJSON(*text))
    return fromMLIR(*text);
  Expected<vmir::Program> program = vmir::parseProgram(*text);
  if (!program)
    return withContext(program.takeError(), path);
  return fromJSON(*program);
}

Expected<mlir::OwningOpRef<mlir::ModuleOp>>
vmjit::readProgramModule(Compiler &compiler, StringRef path,
                         CompileObserver *observer) {
  using Module = mlir::OwningOpRef<mlir::ModuleOp>;
  return readAs<Module>(
      path,
      [&](vmir::Program &program) -> Expected<Module> {
        StageTimer timer(observer, getPhaseName(Phase::Import));
        return importProgram(compiler.getContext(), program);
      },
      [&](StringRef text) { return parseModule(compiler, text, path); });
}

Expected<vmir::Program> vmjit::readProgram(Compiler &compiler, StringRef path) {
  return readAs<vmir::Program>(
      path,
      [](vmir::Program &program) -> Expected<vmir::Program> {
        return std::move(program);
      },
      [&](StringRef text) -> Expected<vmir::Program> {
        auto module = parseModule(compiler, text, path);
        if (!module)
          return module.takeError();
        return exportProgram(**module);
      });
}
