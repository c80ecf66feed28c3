//===- LaunchControl.h - Control blocks of launches -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What launchers of all devices do with the control block of ABI/Control.h,
// wherever its memory is:
//
//   vmjit_control control = makeControl(/*stepBudget=*/1000000);
//   kernel->launch({blocks}, {256}, 0, args, &control);
//   Error error = checkKernelResult(*readReport(control));
//
// while any other thread may call requestStop(control).
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_LAUNCHCONTROL_H
#define VMJIT_RUNTIME_LAUNCHCONTROL_H

#include "vmjit/ABI/Control.h"
#include "vmjit/Interpreter/Kernel.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace vmjit {

/// The control block of a launch whose threads take at most \p stepBudget steps
/// each, or any number.
vmjit_control makeControl(std::optional<uint64_t> stepBudget = std::nullopt);

/// Makes the threads of launches with \p control end with Interrupted. May be
/// called by any thread at any time, also before the launch and more than once.
void requestStop(vmjit_control &control);

/// Whether requestStop was called. As safe as that.
bool isStopRequested(const vmjit_control &control);

/// Checks that \p control is of this version. Fails with InvalidArgument.
llvm::Error verifyControl(const vmjit_control &control);

/// How many of the \p threadCount threads of the kernel, 0 if nobody knows,
/// ended other than by returning, and the first of them; there are no barriers
/// in it. The launch must be complete. Fails with ExecutionFailed if the report
/// makes no sense.
llvm::Expected<KernelResult> readReport(const vmjit_control &control,
                                        uint64_t threadCount = 0);

} // namespace vmjit

#endif // VMJIT_RUNTIME_LAUNCHCONTROL_H
