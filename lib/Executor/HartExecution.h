//===- HartExecution.h - Hart mode on one device ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_HARTEXECUTION_H
#define VMJIT_LIB_EXECUTOR_HARTEXECUTION_H

#include "Attempt.h"

#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"

namespace vmjit {

/// Harts, where they are and where they return to.
struct HartRun {
  HartStateArray &state;
  HartMemory &memory;
  uint64_t returnPc = 0;
};

/// Checks that the parts of \p run fit each other and code with \p layout.
/// Fails with InvalidArgument.
llvm::Error verifyHartRun(HartRun &run, const HartStateLayout &layout);

/// A launch with the memory that it works on.
class HartExecution {
public:
  HartExecution(HartRun &harts, Attempt &attempt)
      : harts(harts), attempt(attempt) {}

  llvm::Error run();

  /// Whether run failed with a Timeout, and the state and memory are those at
  /// the stop.
  bool areStopped() const { return isStopped; }

private:
  /// Host memory, and the device memory that stands for it from an offset on.
  struct Copy {
    llvm::MutableArrayRef<uint8_t> host;
    GpuBuffer buffer;
    uint64_t offset = 0;
    bool isWritten = false;
  };

  /// With the harts in \p state, whose tiles are those of the code.
  llvm::Error run(HartStateArray &state);
  llvm::Error copyIn(HartStateArray &state);
  /// Gives the device address of a copy of \p host, \p offset bytes into its
  /// memory.
  llvm::Expected<uint64_t> copyIn(llvm::MutableArrayRef<uint8_t> host,
                                  uint64_t offset, bool isWritten);
  llvm::Error copyOut(bool isStaged);
  llvm::Error finishRecord(uint64_t control);

  HartRun &harts;
  Attempt &attempt;
  vmjit_hart_launch launch = {};
  /// The launch record on the device.
  GpuBuffer record;
  llvm::SmallVector<Copy, 0> copies;
  bool isStopped = false;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_HARTEXECUTION_H
