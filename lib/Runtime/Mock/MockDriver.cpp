//===- MockDriver.cpp - What stands behind the mock device ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MockDriver.h"

#include "vmjit/Runtime/LaunchControl.h"
#include "llvm/ADT/STLExtras.h"

#include <cstdlib>
#include <thread>

using namespace llvm;
using namespace vmjit;

/// How often a hanging launch looks at its stop word.
static constexpr std::chrono::milliseconds kStopPoll{1};

MockCompute::Driver::~Driver() {
  for (auto &[address, allocation] : allocations)
    std::free(reinterpret_cast<void *>(static_cast<uintptr_t>(address)));
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// What the mock answers to \p call, as a vendor's library would.
static DriverStatus makeStatus(MockCall call, StringRef name, StringRef text) {
  return {("mock" + getMockCallName(call)).str(), 1, name.str(), text.str()};
}

Error MockCompute::Driver::enter(MockCall call) {
  std::lock_guard lock(mutex);
  calls.push_back(call);
  if (calls.size() > kMaxLoggedCalls)
    calls.pop_front();
  uint64_t number = ++callCounts[static_cast<size_t>(call)];
  auto it = find_if(failures, [&](const Failure &failure) {
    return failure.call == call &&
           (failure.number == 0 || failure.number == number);
  });
  if (it == failures.end())
    return Error::success();
  GpuErrorKind kind = it->kind;
  if (it->number != 0)
    failures.erase(it);
  return makeGpuError(kind, "", {},
                      makeStatus(call, "MOCK_ERROR_INJECTED",
                                 "the test wants this call to fail"));
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Expected<DriverAllocation>
MockCompute::Driver::allocate(uint64_t size, MemoryKind kind, bool isVisible) {
  std::lock_guard lock(mutex);
  bool isDeviceMemory = kind != MemoryKind::Pinned;
  void *memory = !isDeviceMemory || size <= freeBytes
                     ? std::aligned_alloc(256, size)
                     : nullptr;
  if (!memory)
    return makeGpuError(
        GpuErrorKind::MemoryAllocationFailed, "", {.requestedBytes = size},
        makeStatus(MockCall::Allocate, "MOCK_ERROR_MEMORY", "out of memory"));
  if (isDeviceMemory)
    freeBytes -= size;
  auto address = reinterpret_cast<uintptr_t>(memory);
  allocations[address] = {size, isDeviceMemory};
  return DriverAllocation{address, isVisible ? memory : nullptr};
}

Error MockCompute::Driver::free(const DriverAllocation &allocation) {
  std::lock_guard lock(mutex);
  auto it = allocations.find(allocation.address);
  if (it == allocations.end())
    return makeGpuError(GpuErrorKind::InvalidArgument, "", {},
                        makeStatus(MockCall::Free, "MOCK_ERROR_ADDRESS",
                                   "no allocation begins there"));
  if (it->second.isDeviceMemory)
    freeBytes += it->second.size;
  allocations.erase(it);
  std::free(
      reinterpret_cast<void *>(static_cast<uintptr_t>(allocation.address)));
  return Error::success();
}

Error MockCompute::Driver::verifyRange(uint64_t address, uint64_t size,
                                       CopyDirection direction) {
  std::lock_guard lock(mutex);
  auto it = allocations.upper_bound(address);
  if (it != allocations.begin()) {
    const auto &[start, allocation] = *std::prev(it);
    if (address - start <= allocation.size &&
        size <= allocation.size - (address - start))
      return Error::success();
  }
  return makeGpuError(GpuErrorKind::MemoryCopyFailed, "",
                      {.direction = direction},
                      makeStatus(MockCall::Copy, "MOCK_ERROR_ADDRESS",
                                 "the bytes are not in one allocation"));
}

uint64_t MockCompute::Driver::getFreeBytes() {
  std::lock_guard lock(mutex);
  return freeBytes;
}

//===----------------------------------------------------------------------===//
// Work
//===----------------------------------------------------------------------===//

void MockCompute::Driver::delay() {
  std::chrono::nanoseconds time;
  {
    std::lock_guard lock(mutex);
    time = delayTime;
  }
  if (time.count() > 0)
    std::this_thread::sleep_for(time);
}

void MockCompute::Driver::waitForRelease(const DriverLaunch &launch) {
  std::unique_lock lock(mutex);
  while (isHanging) {
    if (obeysStop && launch.hostControl && isStopRequested(*launch.hostControl))
      return;
    released.wait_for(lock, kStopPoll);
  }
}

Error MockCompute::Driver::run(const MockLaunch &launch) {
  delay();
  waitForRelease(launch.launch);
  Kernel function;
  {
    std::lock_guard lock(mutex);
    function = kernel;
  }
  return function ? function(launch) : Error::success();
}
