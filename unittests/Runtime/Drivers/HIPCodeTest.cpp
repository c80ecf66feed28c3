//===- HIPCodeTest.cpp - Code for HIP devices -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "DriverTest.h"

using namespace llvm;
using namespace vmjit;

namespace {

/// Runs over HIP only.
class HIPCode : public DriverTest {};

} // namespace

INSTANTIATE_TEST_SUITE_P(HIP, HIPCode, testing::Values(&kHIPVendor));

TEST_P(HIPCode, ChoosesChipAndCodeObjectVersion) {
  struct {
    const char *settings;
    const char *chip;
    unsigned codeObjectVersion;
  } cases[] = {
      {"chip=gfx90a driver=60032830", "gfx90a", 5},
      {"chip=gfx1100 driver=70000000", "gfx1100", 5},
      {"chip=gfx906 driver=50221153", "gfx906", 4},
  };
  for (const auto &test : cases) {
    SCOPED_TRACE(test.settings);
    fake.reset();
    auto device = openDevice(test.settings);
    VMJIT_ASSERT_VALUE(TargetSpec target, device->getTarget());
    EXPECT_EQ(target.kind, TargetKind::AMDGPU);
    EXPECT_EQ(target.chip, test.chip);
    EXPECT_EQ(target.features, "");
    EXPECT_EQ(target.codeObjectVersion, test.codeObjectVersion);
  }
}

TEST_P(HIPCode, RefusesAnArchitectureItCannotRead) {
  auto device = openDevice("chip=something");
  expectError(device->getTarget(), ErrorCode::DeviceUnavailable, "'something'");
}

TEST_P(HIPCode, RefusesCodeForOtherChips) {
  auto device = openDevice("chip=gfx1100");
  expectDriverError(device->loadKernel(vendor.makeObject()).takeError(),
                    GpuErrorKind::KernelLoadingFailed, "hipModuleLoadData",
                    209);
}

TEST_P(HIPCode, RefusesDamagedCodeBeforeTheRuntimeReadsIt) {
  auto device = openDevice();
  CodeObject whole = vendor.makeObject();
  for (size_t size : {size_t(1), size_t(63), whole.payload.size() - 1}) {
    CodeObject object = whole;
    object.payload.resize(size);
    expectError(device->loadKernel(object), ErrorCode::LoadingFailed,
                "no ELF file that a driver could load");
  }
  EXPECT_EQ(fake.getCallCount("hipModuleLoadData"), 0u);
}

TEST_P(HIPCode, TellsOfAFunctionThatIsNotThere) {
  auto device = openDevice();
  CodeObject object = vendor.makeObject();
  object.entries.front().symbol = "missing";
  expectDriverError(device->loadKernel(object).takeError(),
                    GpuErrorKind::KernelLoadingFailed, "hipModuleGetFunction",
                    500);
}
