//===- DeviceTest.cpp - What devices say of themselves ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComputeTest.h"

#include <thread>

using namespace llvm;
using namespace vmjit;

TEST_P(ComputeTest, InitializesOnceAndStaysAvailable) {
  expectSuccess(device->initialize());
  expectSuccess(device->initialize());
  EXPECT_TRUE(device->isAvailable());
}

TEST_P(ComputeTest, InitializesFromManyThreads) {
  std::atomic<unsigned> successes = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      Error error = device->initialize();
      successes += !error;
      consumeError(std::move(error));
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(successes, 8u);
}

TEST_P(ComputeTest, TellsWhatItIs) {
  VMJIT_ASSERT_VALUE(GpuDeviceInfo info, device->deviceInfo());
  EXPECT_EQ(info.type, device->getType());
  EXPECT_EQ(info.index, device->getIndex());
  EXPECT_EQ(device->getSpelling(),
            (getDeviceTypeName(info.type) + ":" + Twine(info.index)).str());
  EXPECT_EQ(info.getSpelling(), device->getSpelling());
  EXPECT_FALSE(info.name.empty());
  EXPECT_FALSE(info.chip.empty());
  EXPECT_GT(info.memory.totalBytes, 0u);
  EXPECT_LE(info.memory.freeBytes, info.memory.totalBytes);
  EXPECT_GT(info.multiprocessorCount, 0u);
  EXPECT_GT(info.warpSize, 0u);
  EXPECT_GT(info.sharedBytesPerBlock, 0u);
  EXPECT_GT(info.maxThreadsPerBlock, 0u);
  EXPECT_EQ(info.hasUnifiedMemory, has(ComputeFeature::UnifiedMemory));
}

TEST_P(ComputeTest, TellsDevicesApart) {
  for (const auto &[index, each] : enumerate(devices))
    EXPECT_EQ(each->getIndex(), index);
}

TEST_P(ComputeTest, NamesATargetThatItsCodeIsFor) {
  VMJIT_ASSERT_VALUE(TargetSpec target, device->getTarget());
  VMJIT_ASSERT_VALUE(const CodeObject *object,
                     getCodeObject(TestProgram::Add, *device));
  EXPECT_EQ(object->target, target.kind);
}

TEST_P(ComputeTest, SynchronizesWithoutWork) {
  expectSuccess(device->synchronize());
  expectSuccess(device->synchronize());
}
