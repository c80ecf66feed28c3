//===- MockDriver.h - What stands behind the mock device --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// In the place of a vendor's library: memory, the log of calls and everything
// that tests ask for. Work on streams keeps it alive.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_MOCK_MOCKDRIVER_H
#define VMJIT_LIB_RUNTIME_MOCK_MOCKDRIVER_H

#include "vmjit/Runtime/Mock/MockCompute.h"

#include <array>
#include <condition_variable>
#include <deque>
#include <map>

namespace vmjit {

inline constexpr size_t kMockCallCount = 0
#define VMJIT_MOCK_CALL(Name) +1
#include "vmjit/Runtime/Mock/MockCalls.def"
    ;

/// Thread-safe.
struct MockCompute::Driver {
  explicit Driver(uint64_t memoryBytes) : freeBytes(memoryBytes) {}
  ~Driver();

  /// Logs a call. Fails if it was told to.
  llvm::Error enter(MockCall call);

  llvm::Expected<DriverAllocation> allocate(uint64_t size, MemoryKind kind,
                                            bool isVisible);
  llvm::Error free(const DriverAllocation &allocation);
  /// Checks that the bytes are in one allocation.
  llvm::Error verifyRange(uint64_t address, uint64_t size,
                          CopyDirection direction);
  uint64_t getFreeBytes();

  /// Takes as long as work was told to.
  void delay();
  /// What a launch does on the stream's thread.
  llvm::Error run(const MockLaunch &launch);

  /// A call that is to fail; 0 for all.
  struct Failure {
    MockCall call;
    uint64_t number = 0;
    GpuErrorKind kind = GpuErrorKind::Other;
  };
  struct Allocation {
    uint64_t size = 0;
    bool isDeviceMemory = true;
  };

  std::mutex mutex;
  std::deque<MockCall> calls;
  std::array<uint64_t, kMockCallCount> callCounts = {};
  llvm::SmallVector<Failure> failures;
  /// By address.
  std::map<uint64_t, Allocation> allocations;
  uint64_t freeBytes;
  std::chrono::nanoseconds delayTime{0};
  Kernel kernel;
  bool isHanging = false;
  bool obeysStop = false;
  std::condition_variable released;

private:
  void waitForRelease(const DriverLaunch &launch);
};

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_MOCK_MOCKDRIVER_H
