//===- StagedCompilation.h - Compiling with a clock in hand -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One way of compiling, from JSON text to a code object, with the time that
// each stage took added up over any number of compilations. Keeps MLIR out of
// the files that include it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_STAGEDCOMPILATION_H
#define VMJIT_BENCHMARKS_STAGEDCOMPILATION_H

#include "vmjit/CodeObject/CodeObject.h"
#include "vmjit/Target/TargetBackend.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace vmjit::benchmarks {

/// What to compile for. A value.
struct CompileSetup {
  /// As TargetSpec::parse reads it.
  llvm::StringRef target;
  OptLevel optLevel = OptLevel::O2;
  EntryMode mode = EntryMode::Kernel;
};

/// The stages that StagedCompilation times, in order: "parse" and "verify",
/// the phases, "emit", and "other", which is what no stage accounts for.
llvm::ArrayRef<llvm::StringRef> getStageNames();

/// A warm compiler and its clock. For one thread at a time.
class StagedCompilation {
public:
  /// Fails with InvalidArgument if the target cannot be read.
  static llvm::Expected<StagedCompilation> create(const CompileSetup &setup);

  StagedCompilation(StagedCompilation &&);
  StagedCompilation &operator=(StagedCompilation &&);
  ~StagedCompilation();

  /// Compiles \p json, a program, and adds to the times. Returns the size of
  /// the code object's payload in bytes. Fails as the parser and the compiler
  /// do.
  llvm::Expected<size_t> run(llvm::StringRef json);

  /// Nanoseconds by stage, since the last call of resetTimes.
  const llvm::StringMap<uint64_t> &getTimes() const;
  void resetTimes();

private:
  struct State;
  explicit StagedCompilation(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_STAGEDCOMPILATION_H
