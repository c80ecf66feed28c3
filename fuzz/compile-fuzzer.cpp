//===- compile-fuzzer.cpp - Any program to every target ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An input is a program, as JSON or MLIR text, or else the seed of a
// generated one, which every target has to compile.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Fuzz/ProgramGenerator.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/xxhash.h"

#include <cstdlib>

using namespace llvm;
using namespace vmjit;

/// Emits what \p lower gives for each target; its errors, joined.
static Error compileForAll(
    function_ref<Expected<LoweredModule>(const CompileOptions &)> lower) {
  Error errors = Error::success();
  for (TargetKind kind :
       {TargetKind::Host, TargetKind::NVPTX, TargetKind::AMDGPU}) {
    CompileOptions options;
    options.target.kind = kind;
    Expected<LoweredModule> lowered = lower(options);
    Expected<CodeObject> object =
        lowered ? lowered->emit() : lowered.takeError();
    if (!object)
      errors = joinErrors(std::move(errors), object.takeError());
  }
  return errors;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // Attributes and types stay in a context, so that it is not used for ever.
  Compiler compiler;
  // A program from outside may ask for more than a target has.
  StringRef text(reinterpret_cast<const char *>(data), size);
  Expected<vmir::Program> program = vmir::parseProgram(text);
  if (program) {
    consumeError(compileForAll([&](const CompileOptions &options) {
      return compiler.lower(*program, options);
    }));
    return 0;
  }
  consumeError(program.takeError());
  auto module = compiler.parse(text, "input");
  if (module) {
    consumeError(compileForAll([&](const CompileOptions &options) {
      return compiler.lower((*module)->clone(), options);
    }));
    return 0;
  }
  consumeError(module.takeError());
  vmir::Program generated = fuzz::generateProgram(xxh3_64bits(text));
  Error error = compileForAll([&](const CompileOptions &options) {
    return compiler.lower(generated, options);
  });
  if (error) {
    errs() << toString(std::move(error)) << "\n";
    abort();
  }
  return 0;
}
