//===- CompileKey.h - The cache keys of compiled programs -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything that can change the code of a program, as a cache key. Where two
// compilations have equal keys, their code objects have equal bytes.
//
//   program              vmir::contentHash
//   option.<name>        every option of describeOptions
//   triple               of the target
//   driver               where the payload depends on it
//   code-object-format, hart-abi, host-abi, control-abi, version, build, llvm
//                        what compiles, and for what
//   switch.<name>        what in the environment alters code
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CACHE_COMPILEKEY_H
#define VMJIT_CACHE_COMPILEKEY_H

#include "vmjit/Cache/CacheKey.h"
#include "vmjit/CodeObject/CodeObject.h"
#include "vmjit/Compiler/CompileOptions.h"
#include "vmjit/VMIR/Program.h"

#include <string>
#include <utility>
#include <vector>

namespace vmjit {

/// What compiles, and the interfaces that its code is made for. Two that differ
/// share no entries.
struct CompilerIdentity {
  uint32_t codeObjectFormat = 0;
  uint32_t hartABI = 0;
  uint32_t hostABI = 0;
  uint32_t controlABI = 0;
  std::string version;
  std::string buildId;
  std::string llvmVersion;

  /// That of this process.
  static CompilerIdentity getCurrent();
};

/// What a key has of the place where the code is to run.
struct CompileKeyContext {
  CompilerIdentity compiler = CompilerIdentity::getCurrent();
  /// Of the target; may be empty where the kind implies it.
  std::string triple;
  /// Where the payload is made by a driver, or for its version: which.
  /// Otherwise empty, so that all drivers share the entry.
  std::string driver;
  /// Names and values of what is set in the environment and alters code.
  std::vector<std::pair<std::string, std::string>> switches;
};

/// The key of \p program compiled with \p options, in which defaults have to be
/// filled in (ProgramCompiler::resolve): "native" is not the same everywhere.
/// Hashes the whole program; a key is worth keeping beside it.
CacheKey makeCompileKey(const vmir::Program &program,
                        const CompileOptions &options,
                        const CompileKeyContext &context);

/// Checks that \p object is for the target that \p key names, so far as it
/// names one. Fails with InvalidArgument.
llvm::Error verifyFitsKey(const CodeObject &object, const CacheKey &key);

} // namespace vmjit

#endif // VMJIT_CACHE_COMPILEKEY_H
