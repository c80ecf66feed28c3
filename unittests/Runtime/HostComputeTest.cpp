//===- HostComputeTest.cpp - Tests of the host behind GpuCompute *- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/Host/HostCompute.h"

#include "../Target/CompileIR.h"
#include "GpuErrorExpectations.h"
#include "HostProcessor.h"

#include <atomic>
#include <thread>

using namespace llvm;
using namespace vmjit;

/// p[2] = 1; waits until p[0] is not 0; then p[1] = 1.
static constexpr StringLiteral kWait = R"(
%Block = type { [3 x i32], [3 x i32], [3 x i32], i32, ptr, ptr, ptr, ptr }
define void @wait.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
entry:
  %at = getelementptr %Block, ptr %block, i32 0, i32 5
  %args = load ptr, ptr %at
  %slot = load ptr, ptr %args
  %p = load ptr, ptr %slot
  %q = getelementptr i32, ptr %p, i32 1
  %r = getelementptr i32, ptr %p, i32 2
  store atomic volatile i32 1, ptr %r release, align 4
  br label %loop
loop:
  %go = load atomic volatile i32, ptr %p acquire, align 4
  %stay = icmp eq i32 %go, 0
  br i1 %stay, label %loop, label %out
out:
  store i32 1, ptr %q
  ret void
}
)";

static Expected<CodeObject> compileWait() {
  EmitRequest request;
  request.entries.push_back(
      {"wait", EntryMode::Kernel, {vmir::ParamType::Buffer}, 0});
  return compileIR("host", kWait.str(), OptLevel::O1, request);
}

TEST(HostCompute, IsLostWhileAKernelThatCannotBeStoppedRuns) {
  std::shared_ptr<GpuCompute> host = createHostCompute({.threadCount = 2});
  VMJIT_ASSERT_VALUE(CodeObject object, compileWait());
  std::optional<GpuKernel> kernel = cantFail(host->loadKernel(object));
  GpuBuffer buffer = cantFail(host->allocateMemory(12));
  auto *p = static_cast<uint32_t *>(buffer.getHostPointer());
  p[0] = p[1] = p[2] = 0;
  expectGpuError(host->executeKernel(*kernel, {}, {GpuArg::buffer(buffer)},
                                     std::chrono::milliseconds(10)),
                 GpuErrorKind::Timeout, "it cannot be stopped");
  EXPECT_FALSE(host->isAvailable());
  expectGpuError(host->executeKernel(*kernel, {}, {GpuArg::buffer(buffer)}),
                 GpuErrorKind::NoDeviceAvailable, "does not end");
  // Code, memory and device stay as long as the kernel needs them.
  kernel.reset();
  buffer = GpuBuffer();
  std::atomic_ref(p[0]).store(1);
  while (!host->isAvailable())
    std::this_thread::yield();
  EXPECT_EQ(p[1], 1u);
  kernel = cantFail(host->loadKernel(object));
  buffer = cantFail(host->allocateMemory(12));
  *static_cast<uint32_t *>(buffer.getHostPointer()) = 1;
  expectSuccess(
      host->executeKernel(*kernel, {}, {GpuArg::buffer(buffer)}).takeError());
}

TEST(HostCompute, TimeoutsCountTheWaitForOtherLaunches) {
  std::shared_ptr<GpuCompute> host = createHostCompute({.threadCount = 1});
  VMJIT_ASSERT_VALUE(CodeObject object, compileWait());
  GpuKernel kernel = cantFail(host->loadKernel(object));
  GpuBuffer buffer = cantFail(host->allocateMemory(12));
  auto *p = static_cast<uint32_t *>(buffer.getHostPointer());
  p[0] = p[1] = p[2] = 0;
  GpuStream stream = cantFail(host->createStream());
  expectSuccess(
      host->launchKernel(stream, kernel, {}, {GpuArg::buffer(buffer)}));
  while (std::atomic_ref(p[2]).load() == 0)
    std::this_thread::yield();
  GpuBuffer other = cantFail(host->allocateMemory(12));
  auto *q = static_cast<uint32_t *>(other.getHostPointer());
  q[0] = q[1] = q[2] = 0;
  expectGpuError(host->executeKernel(kernel, {}, {GpuArg::buffer(other)},
                                     std::chrono::milliseconds(10)),
                 GpuErrorKind::Timeout, "it had not begun");
  EXPECT_EQ(q[2], 0u);
  std::atomic_ref(p[0]).store(1);
  expectSuccess(stream.synchronize());
  EXPECT_EQ(p[1], 1u);
}

TEST(HostCompute, TakesRawPointersToAnyMemory) {
  std::shared_ptr<GpuCompute> host = createHostCompute({.threadCount = 2});
  VMJIT_ASSERT_VALUE(CodeObject object, compileWait());
  GpuKernel kernel = cantFail(host->loadKernel(object));
  uint32_t data[] = {1, 0, 0};
  expectSuccess(host->executeKernel(
                        kernel, {},
                        {GpuArg::rawPointer(reinterpret_cast<uintptr_t>(data))})
                    .takeError());
  EXPECT_EQ(data[1], 1u);
}

TEST(HostCompute, RefusesMoreMemoryThanThereIs) {
  std::shared_ptr<GpuCompute> host = createHostCompute();
  VMJIT_ASSERT_VALUE(GpuDeviceInfo info, host->deviceInfo());
  expectGpuError(host->allocateMemory(info.memory.totalBytes + 1),
                 GpuErrorKind::MemoryAllocationFailed);
}

TEST(HostProcessor, ReadsWhatTheSystemWrites) {
  EXPECT_EQ(parseCpuModel("processor\t: 0\nmodel name\t: A CPU @ 2 GHz\n"),
            "A CPU @ 2 GHz");
  EXPECT_EQ(parseCpuModel("processor\t: 0\n"), "");
  EXPECT_EQ(parseCpuModel(""), "");
  EXPECT_EQ(parseCpuClockKHz("processor\t: 0\ncpu MHz\t\t: 2100.5\n"),
            2100500u);
  for (StringRef clock : {"", "cpu MHz : fast\n", "cpu MHz : -1\n",
                          "cpu MHz : nan\n", "cpu MHz : 1e300\n"})
    EXPECT_EQ(parseCpuClockKHz(clock), 0u) << clock.str();
  StringRef memInfo = "MemTotal:  100 kB\nMemAvailable:     64 kB\n";
  EXPECT_EQ(parseMemInfo(memInfo, "MemAvailable"), 65536u);
  EXPECT_EQ(parseMemInfo(memInfo, "MemFree"), 0u);
  EXPECT_EQ(parseMemInfo("MemAvailable: many kB\n", "MemAvailable"), 0u);
  EXPECT_EQ(
      parseMemInfo("MemAvailable: 99999999999999999 kB\n", "MemAvailable"), 0u);
}
