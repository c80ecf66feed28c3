//===- LaunchControl.cpp - Control blocks of launches -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Control blocks as ABI/Control.h describes them.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/LaunchControl.h"

#include "vmjit/Support/Error.h"

#include <atomic>

using namespace llvm;
using namespace vmjit;

vmjit_control vmjit::makeControl(std::optional<uint64_t> stepBudget) {
  vmjit_control control = {};
  control.abi_version = VMJIT_CONTROL_ABI_VERSION;
  control.step_budget = stepBudget.value_or(VMJIT_UNLIMITED_STEPS);
  return control;
}

void vmjit::requestStop(vmjit_control &control) {
  std::atomic_ref(control.stop).store(1, std::memory_order_relaxed);
}

bool vmjit::isStopRequested(const vmjit_control &control) {
  // C++20 has no atomic_ref of what is const.
  auto &stop = const_cast<uint32_t &>(control.stop);
  return std::atomic_ref(stop).load(std::memory_order_relaxed) != 0;
}

Error vmjit::verifyControl(const vmjit_control &control) {
  if (control.abi_version != VMJIT_CONTROL_ABI_VERSION)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "control block: ABI version {0} is not {1}",
                      control.abi_version, VMJIT_CONTROL_ABI_VERSION);
  return Error::success();
}

Expected<KernelResult> vmjit::readReport(const vmjit_control &control,
                                         uint64_t threadCount) {
  KernelResult result;
  result.threadCount = threadCount;
  if (control.step_budget != VMJIT_UNLIMITED_STEPS)
    result.stepLimit = control.step_budget;
  result.faultCount = control.exit_count;
  if (control.exit_count == 0)
    return result;
  std::optional<ExitStatus> status = parseExitStatus(control.exit_status);
  if (!status || *status == ExitStatus::Running ||
      *status == ExitStatus::Return)
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "control block: the first of {0} threads that did not "
                      "return ended with the status {1}",
                      control.exit_count, control.exit_status);
  ThreadFault &fault = result.faults.emplace_back();
  for (unsigned dim = 0; dim < 3; ++dim) {
    fault.blockId[dim] = control.block_id[dim];
    fault.threadId[dim] = control.thread_id[dim];
  }
  fault.exit = {*status,
                control.exit_pc,
                control.exit_op,
                control.exit_detail,
                static_cast<uint32_t>(control.exit_access & 0xff),
                (control.exit_access >> 8 & 1) != 0,
                control.next_pc,
                control.next_op};
  return result;
}
