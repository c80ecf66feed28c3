//===- ComputeTest.cpp - The fixture of the suite ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComputeTest.h"

using namespace llvm;
using namespace vmjit;

StringRef vmjit::getComputeFeatureText(ComputeFeature feature) {
  switch (feature) {
#define VMJIT_COMPUTE_FEATURE(Name, Text)                                      \
  case ComputeFeature::Name:                                                   \
    return Text;
#include "ComputeFeatures.def"
  }
  llvm_unreachable("every feature has a text");
}

/// Whether \p kind says that there is nothing to test.
static bool isUnavailable(GpuErrorKind kind) {
  return kind == GpuErrorKind::NoDeviceAvailable ||
         kind == GpuErrorKind::DriverBindingFailed;
}

void ComputeTest::SetUp() {
  Expected<std::vector<std::shared_ptr<GpuCompute>>> created =
      GetParam().create();
  if (!created) {
    GpuError error = takeGpuError(created.takeError());
    if (isUnavailable(error.getKind()))
      GTEST_SKIP() << error.getMessage();
    FAIL() << error.getMessage();
  }
  ASSERT_FALSE(created->empty()) << "a driver without devices has to say why";
  devices = std::move(*created);
  device = devices.front();
}

void ComputeTest::TearDown() {
  device.reset();
  devices.clear();
  if (GetParam().findViolations)
    EXPECT_EQ(GetParam().findViolations(), "");
}

bool ComputeTest::has(ComputeFeature feature) const {
  return none_of(GetParam().unsupported, [&](const UnsupportedFeature &entry) {
    return entry.feature == feature;
  });
}

bool ComputeTest::skipsWithout(ComputeFeature feature) {
  for (const UnsupportedFeature &entry : GetParam().unsupported)
    if (entry.feature == feature) {
      [&] {
        GTEST_SKIP() << getComputeFeatureText(feature).str() << ": "
                     << entry.reason;
      }();
      return true;
    }
  return false;
}

GpuBuffer ComputeTest::allocate(uint64_t size, MemoryKind kind) {
  Expected<GpuBuffer> buffer = device->allocateMemory(size, kind);
  if (buffer)
    return std::move(*buffer);
  ADD_FAILURE() << toString(buffer.takeError());
  return GpuBuffer();
}

GpuStream ComputeTest::makeStream() {
  return cantFail(device->createStream(), "no stream");
}

GpuEvent ComputeTest::makeEvent() {
  return cantFail(device->createEvent(), "no event");
}

Expected<GpuKernel> ComputeTest::load(TestProgram program) {
  Expected<const CodeObject *> object = getCodeObject(program, *device);
  if (!object)
    return object.takeError();
  return device->loadKernel(**object);
}

/// Runs for each driver, so that lists of what is unsupported do not rot.
TEST_P(ComputeTest, DriversSayExactlyWhatTheyLack) {
  for (const UnsupportedFeature &entry : GetParam().unsupported) {
    EXPECT_FALSE(entry.reason.empty());
    Expected<bool> works = probe(entry.feature, devices);
    ASSERT_TRUE(bool(works)) << toString(works.takeError());
    EXPECT_FALSE(*works) << "it does work that "
                         << getComputeFeatureText(entry.feature).str();
  }
}

INSTANTIATE_TEST_SUITE_P(, ComputeTest, testing::ValuesIn(getComputeDrivers()),
                         [](const testing::TestParamInfo<ComputeDriver> &info) {
                           return info.param.name;
                         });
