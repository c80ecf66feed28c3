//===- HartLaunchTest.cpp - Tests of the checks of launches -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HartLaunch.h"

#include "../CodeObject/ErrorExpectations.h"

using namespace llvm;
using namespace vmjit;

static vmjit_hart_launch makeLaunch() {
  vmjit_hart_launch launch = {};
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  launch.region_count = 2;
  launch.hart_count = 4;
  launch.word_count = VMJIT_WORD_CSR;
  launch.tile = 1;
  launch.state = 0x10000;
  launch.regions[0] = {0x1008, 24, 0x20008, 32, VMJIT_REGION_READ};
  launch.regions[1] = {0x1020, 16, 0x30000, 0, VMJIT_REGION_WRITE};
  return launch;
}

TEST(HartLaunch, AcceptsWhatHartHDemands) {
  expectSuccess(verifyHartLaunch(makeLaunch(), {}));
  vmjit_hart_launch launch = makeLaunch();
  launch.regions[1].base = UINT64_MAX - 15;
  expectSuccess(verifyHartLaunch(launch, {}));
  launch = {};
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  expectSuccess(verifyHartLaunch(launch, {}));
}

TEST(HartLaunch, RejectsEachBrokenRule) {
  using Launch = vmjit_hart_launch;
  struct {
    void (*change)(Launch &);
    const char *message;
  } cases[] = {
      {[](Launch &l) { l.abi_version = 0; }, "ABI version 0"},
      {[](Launch &l) { l.region_count = 17; }, "17 regions"},
      {[](Launch &l) { l.control = 12; }, "control block"},
      {[](Launch &l) { l.word_count = 3; }, "has 3 words"},
      {[](Launch &l) { l.tile = 2; }, "tiles of 2 harts"},
      {[](Launch &l) { l.tile = 0; }, "tiles of 0 harts"},
      {[](Launch &l) { l.state = 0; }, "state array"},
      {[](Launch &l) { l.state = 0x10004; }, "state array"},
      {[](Launch &l) { l.word_count = UINT64_MAX / 4; }, "state array"},
      {[](Launch &l) { l.state = UINT64_MAX - 7; }, "state array"},
      {[](Launch &l) { l.regions[0].size = 0; }, "region 0 is empty"},
      {[](Launch &l) { l.regions[1].base = UINT64_MAX - 7; }, "guest's"},
      {[](Launch &l) { l.regions[0].flags = 4; }, "unknown flags"},
      {[](Launch &l) { l.regions[1].data = 0; }, "has no memory"},
      {[](Launch &l) { l.regions[0].data = 0x20000; }, "alignment"},
      {[](Launch &l) { l.regions[0].hart_stride = 40; }, "multiple of 16"},
      {[](Launch &l) { l.regions[0].hart_stride = 16; }, "overlap"},
      {[](Launch &l) { l.regions[0].data = UINT64_MAX - 39; }, "device's"},
      {[](Launch &l) { l.regions[0].size = 25; }, "not behind"},
      {[](Launch &l) { std::swap(l.regions[0], l.regions[1]); }, "not behind"},
      {[](Launch &l) { l.regions[1] = l.regions[0]; }, "not behind"},
  };
  for (const auto &test : cases) {
    vmjit_hart_launch launch = makeLaunch();
    test.change(launch);
    expectError(verifyHartLaunch(launch, {}), ErrorCode::InvalidArgument,
                test.message);
  }
}
