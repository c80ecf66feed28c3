//===- make-code-objects.cpp - Seeds for code-object-fuzzer -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   make-code-objects FOLDER PROGRAM.json...
//
// Writes the code object of each program for each target to FOLDER.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace vmjit;

static Error writeCodeObjects(StringRef folder, StringRef program) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> text = MemoryBuffer::getFile(program);
  if (!text)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", program,
                      text.getError().message());
  Expected<vmir::Program> parsed = vmir::parseProgram((*text)->getBuffer());
  if (!parsed)
    return withContext(parsed.takeError(), program);
  Compiler compiler;
  for (TargetKind kind :
       {TargetKind::Host, TargetKind::NVPTX, TargetKind::AMDGPU}) {
    CompileOptions options;
    options.target.kind = kind;
    Expected<CodeObject> object = compiler.compile(*parsed, options);
    if (!object)
      return withContext(object.takeError(), program);
    Expected<std::vector<uint8_t>> bytes = object->serialize();
    if (!bytes)
      return bytes.takeError();
    std::string path = (folder + "/" + sys::path::stem(program) + "." +
                        getTargetKindName(kind))
                           .str();
    if (Error error = writeToOutput(path, [&](raw_ostream &os) {
          os.write(reinterpret_cast<const char *>(bytes->data()),
                   bytes->size());
          return Error::success();
        }))
      return error;
  }
  return Error::success();
}

int main(int argc, char **argv) {
  if (argc < 3) {
    errs() << "usage: make-code-objects FOLDER PROGRAM.json...\n";
    return 2;
  }
  ExitOnError exitOnError("make-code-objects: ");
  for (const char *program : ArrayRef(argv, argc).drop_front(2))
    exitOnError(writeCodeObjects(argv[1], program));
  return 0;
}
