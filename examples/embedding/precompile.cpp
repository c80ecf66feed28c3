//===- precompile.cpp - Code for programs without a compiler ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Compiles a program for a target and writes its code object into a file.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/CompilerPool.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace vmjit;

static llvm::Error run(llvm::StringRef input, llvm::StringRef target,
                       llvm::StringRef output) {
  auto text = llvm::MemoryBuffer::getFile(input);
  if (!text)
    return llvm::createFileError(input, text.getError());
  llvm::Expected<vmir::Program> program =
      vmir::parseProgram((*text)->getBuffer());
  if (!program)
    return program.takeError();
  llvm::Expected<TargetSpec> spec = TargetSpec::parse(target);
  if (!spec)
    return spec.takeError();
  CompilerPool compiler;
  llvm::Expected<CodeObject> object =
      compiler.compile(*program, {.target = *spec});
  if (!object)
    return object.takeError();
  llvm::Expected<std::vector<uint8_t>> bytes = object->serialize();
  if (!bytes)
    return bytes.takeError();
  return llvm::writeToOutput(output, [&](llvm::raw_ostream &os) {
    os.write(reinterpret_cast<const char *>(bytes->data()), bytes->size());
    return llvm::Error::success();
  });
}

int main(int argc, char **argv) {
  if (argc != 4) {
    llvm::errs() << "usage: precompile PROGRAM.json TARGET OUTPUT\n";
    return 2;
  }
  llvm::ExitOnError exitOnError("precompile: ");
  exitOnError(run(argv[1], argv[2], argv[3]));
  return 0;
}
