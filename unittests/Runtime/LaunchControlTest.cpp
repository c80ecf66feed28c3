//===- LaunchControlTest.cpp - Tests of control blocks ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/LaunchControl.h"

#include "../CodeObject/ErrorExpectations.h"
#include "vmjit/ABI/Hart.h"

using namespace llvm;
using namespace vmjit;

TEST(LaunchControl, StartsWithoutLimitsAndReports) {
  vmjit_control control = makeControl();
  EXPECT_EQ(control.step_budget, VMJIT_UNLIMITED_STEPS);
  EXPECT_FALSE(isStopRequested(control));
  expectSuccess(verifyControl(control));
  VMJIT_ASSERT_VALUE(KernelResult result, readReport(control, 64));
  EXPECT_EQ(result.threadCount, 64u);
  EXPECT_TRUE(result.succeeded());
  EXPECT_EQ(makeControl(0).step_budget, 0u);
}

TEST(LaunchControl, KeepsARequestToStop) {
  vmjit_control control = makeControl(5);
  requestStop(control);
  requestStop(control);
  EXPECT_TRUE(isStopRequested(control));
  EXPECT_EQ(control.step_budget, 5u);
}

TEST(LaunchControl, RejectsAnotherVersion) {
  vmjit_control control = makeControl();
  ++control.abi_version;
  expectError(verifyControl(control), ErrorCode::InvalidArgument,
              "ABI version 2 is not 1");
}

TEST(LaunchControl, ReadsTheWholeReport) {
  vmjit_control control = makeControl();
  control.exit_count = 3;
  control.exit_status = VMJIT_EXIT_MemoryFault;
  control.exit_pc = 0x1000;
  control.exit_op = 2;
  control.exit_detail = 0x77;
  control.exit_access = 4 | 1 << 8;
  control.next_pc = 0x1100;
  control.next_op = 5;
  for (uint32_t dim = 0; dim < 3; ++dim) {
    control.block_id[dim] = 10 + dim;
    control.thread_id[dim] = 20 + dim;
  }
  VMJIT_ASSERT_VALUE(KernelResult result, readReport(control));
  EXPECT_EQ(result.faultCount, 3u);
  ASSERT_EQ(result.faults.size(), 1u);
  ExitRecord expected{
      ExitStatus::MemoryFault, 0x1000, 2, 0x77, 4, true, 0x1100, 5};
  EXPECT_EQ(result.faults[0].exit, expected);
  EXPECT_EQ(result.faults[0].blockId, (Dim3{10, 11, 12}));
  EXPECT_EQ(result.faults[0].threadId, (Dim3{20, 21, 22}));
}

TEST(LaunchControl, RejectsReportsWithoutAMeaning) {
  vmjit_control control = makeControl();
  control.exit_count = 1;
  for (uint64_t status :
       {uint64_t(VMJIT_EXIT_Running), uint64_t(VMJIT_EXIT_Return),
        uint64_t(1000), UINT64_MAX}) {
    control.exit_status = status;
    expectError(readReport(control), ErrorCode::ExecutionFailed,
                "the status " + std::to_string(status));
  }
}
