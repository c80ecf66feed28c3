//===- MockCompute.h - A device for tests -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// A device that does everything but run code: memory is host memory, streams
// and events are real, kernels load and are launched, and change nothing. Tests
// of what is above GpuCompute make it fail, run out of memory, wait or hang,
// and look at what was called:
//
//   auto mock = MockCompute::create();
//   mock->failCall(MockCall::Launch, 2, GpuErrorKind::KernelExecutionFailed);
//
// It is the model for new drivers, too: see docs/AddingADriver.md.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_MOCK_MOCKCOMPUTE_H
#define VMJIT_RUNTIME_MOCK_MOCKCOMPUTE_H

#include "vmjit/Runtime/GpuCompute.h"

#include <functional>
#include <vector>

namespace vmjit {

class ThreadStreamSet;

/// The driver functions that can be made to fail; the list is in MockCalls.def.
enum class MockCall : uint8_t {
#define VMJIT_MOCK_CALL(Name) Name,
#include "vmjit/Runtime/Mock/MockCalls.def"
};

/// The enumerator's name.
llvm::StringRef getMockCallName(MockCall call);

struct MockOptions {
  unsigned index = 0;
  std::string name = "Mock device (runs no code)";
  uint64_t memoryBytes = uint64_t(1) << 30;
  bool hasUnifiedMemory = true;
  bool sharesHostMemory = false;
};

/// A launch as a driver sees it, and where it is.
struct MockLaunch {
  const Entry &entry;
  const DriverLaunch &launch;
};

/// See the file's head. Control functions may be called from any thread, at any
/// time.
class MockCompute : public GpuCompute {
public:
  /// Run by launches in place of the kernel, on the stream's thread. The
  /// arguments in MockLaunch are copies that live as long as the call.
  using Kernel = std::function<llvm::Error(const MockLaunch &)>;
  /// How many calls the log keeps: the last ones.
  static constexpr size_t kMaxLoggedCalls = 1024;

  static std::shared_ptr<MockCompute> create(MockOptions options = {});
  ~MockCompute() override;

  /// Makes the \p nth call of \p call from now on, counting from 1, fail with
  /// \p kind. More than one may be waiting.
  void failCall(MockCall call, unsigned nth, GpuErrorKind kind);
  /// Makes every call of \p call from now on fail with \p kind, until clear.
  void failAlways(MockCall call, GpuErrorKind kind);
  /// Lets each launch and asynchronous copy take at least \p time.
  void setDelay(std::chrono::nanoseconds time);
  /// Makes launches hang until release is called; those that have a control
  /// block and \p obeysStop, until their stop word is set, too.
  void hang(bool obeysStop = true);
  /// Ends what hang began.
  void release();
  /// Calls \p kernel in place of launched kernels; null for nothing.
  void setKernel(Kernel kernel);
  /// Makes the device lost for good.
  void lose() { markLost(); }
  /// Takes back failCall, failAlways, setDelay and setKernel.
  void clear();

  /// The last calls, and how many of \p call there were.
  std::vector<MockCall> getCalls() const;
  uint64_t getCallCount(MockCall call) const;
  /// Allocations that the driver's part has not got back.
  uint64_t getAllocationCount() const;

private:
  struct Driver;

  explicit MockCompute(MockOptions options);

  llvm::Error initializeImpl() override;
  llvm::Expected<GpuDeviceInfo> queryInfoImpl() override;
  llvm::Expected<GpuMemoryInfo> queryMemoryImpl() override;
  llvm::Expected<TargetSpec> getTargetImpl() override;
  llvm::Error synchronizeImpl() override;

  llvm::Expected<DriverAllocation> allocateImpl(uint64_t size,
                                                MemoryKind kind) override;
  llvm::Error freeImpl(const DriverAllocation &allocation,
                       MemoryKind kind) override;
  llvm::Error copyImpl(const DriverCopy &copy, DriverStream *stream) override;
  llvm::Error fillImpl(uint64_t address, uint8_t value, uint64_t size,
                       DriverStream *stream) override;

  llvm::Expected<std::unique_ptr<DriverStream>> createStreamImpl() override;
  llvm::Error synchronizeStreamImpl(DriverStream &stream) override;
  llvm::Expected<bool> isStreamIdleImpl(DriverStream &stream) override;
  llvm::Expected<std::unique_ptr<DriverEvent>> createEventImpl() override;
  llvm::Error recordEventImpl(DriverEvent &event,
                              DriverStream &stream) override;
  llvm::Error waitEventImpl(DriverStream &stream, DriverEvent &event) override;
  llvm::Expected<bool> isEventDoneImpl(DriverEvent &event) override;
  llvm::Error synchronizeEventImpl(DriverEvent &event) override;
  llvm::Expected<uint64_t> getElapsedImpl(DriverEvent &start,
                                          DriverEvent &end) override;

  llvm::Expected<DriverLoad> loadImpl(const CodeObject &object,
                                      const Entry &entry) override;
  llvm::Error launchImpl(DriverKernel &kernel, const DriverLaunch &launch,
                         DriverStream &stream) override;

  MockOptions options;
  std::shared_ptr<Driver> driver;
  std::unique_ptr<ThreadStreamSet> streams;
};

/// One mock device. Only for those who ask for it by name.
llvm::Expected<std::vector<std::shared_ptr<GpuCompute>>> discoverMockDevices();

} // namespace vmjit

#endif // VMJIT_RUNTIME_MOCK_MOCKCOMPUTE_H
