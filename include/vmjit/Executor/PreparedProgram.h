//===- PreparedProgram.h - Programs that are ready to run -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// What an executor keeps of a program.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_EXECUTOR_PREPAREDPROGRAM_H
#define VMJIT_EXECUTOR_PREPAREDPROGRAM_H

#include "vmjit/CodeObject/CodeObject.h"
#include "vmjit/Compiler/ProgramCompiler.h"

#include <memory>

namespace vmjit {

class Executor;
class HostKernel;
class ProgramState;

/// A program that Executor::prepare has compiled and loaded. A handle: copies
/// share everything, the code is unloaded with the last of them, once the
/// executor has forgotten it, too. Any number of threads may use it. It is used
/// with the executor that made it, and may outlive it.
class PreparedProgram {
public:
  const vmir::Program &getProgram() const;
  EntryMode getMode() const;
  /// Hart mode: the words that a HartStateArray needs.
  const HartStateLayout &getStateLayout() const;
  /// The code itself, if it is loaded on the host and not stoppable, for
  /// engines that go in and out of it so often that they do not want to have
  /// each launch checked, timed and counted; else null. Ops that compiled code
  /// leaves to the interpreter (BlockCompletion.h) are theirs to complete then.
  std::shared_ptr<HostKernel> getHostKernel() const;
  /// What getting the code took that was first loaded: the compiler's stages
  /// or "cache", and "load".
  llvm::ArrayRef<StageTime> getTimes() const;

private:
  friend class Executor;
  explicit PreparedProgram(std::shared_ptr<ProgramState> state)
      : state(std::move(state)) {}

  std::shared_ptr<ProgramState> state;
};

} // namespace vmjit

#endif // VMJIT_EXECUTOR_PREPAREDPROGRAM_H
