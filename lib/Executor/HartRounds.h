//===- HartRounds.h - Hart mode with ops for the interpreter ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled code ends a hart at an op that needs the floating-point environment.
// The interpreter takes the hart to the end of that block, and it is launched
// again with all others that go on.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_HARTROUNDS_H
#define VMJIT_LIB_EXECUTOR_HARTROUNDS_H

#include "ExecutorState.h"
#include "HartExecution.h"

namespace vmjit {

/// Runs \p harts, which verifyHartRun accepts, to their ends. Times of the
/// result are those of all rounds, the timeout is for all of them, too. With a
/// step budget a program that has such ops is interpreted as a whole: the steps
/// of a round are not known afterwards. On a Timeout all harts that have not
/// ended are Interrupted. \p fallback is why the host took over, in the last
/// round in which it did.
llvm::Expected<ExecutionResult>
runHartsToEnd(ExecutorState &executor,
              const std::shared_ptr<ProgramState> &program, HartRun &harts,
              const ExecutionRequest &request, FallbackReason &fallback);

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_HARTROUNDS_H
