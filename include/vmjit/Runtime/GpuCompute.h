//===- GpuCompute.h - A device ----------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The interface of all devices. Public functions check what they are given,
// then call the driver's part; so a driver checks nothing that is checked here.
//
//   std::shared_ptr<GpuCompute> device = ...;     // see DeviceManager.h
//   GpuBuffer x = cantFail(device->allocateMemory(bytes.size()));
//   cantFail(device->copyH2D(x, bytes));
//   GpuKernel kernel = cantFail(device->loadKernel(codeObject));
//   auto result = device->executeKernel(kernel, {.grid = {8}, .block = {256}},
//                                       {GpuArg::f32(2), GpuArg::buffer(x)});
//
// All functions may be called from any thread. They fail with GpuErrors. What
// is not asynchronous is done when the call returns, but waits for nothing on
// streams: synchronize first.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_GPUCOMPUTE_H
#define VMJIT_RUNTIME_GPUCOMPUTE_H

#include "vmjit/Compiler/ProgramCompiler.h"
#include "vmjit/Runtime/GpuArg.h"
#include "vmjit/Runtime/GpuBuffer.h"
#include "vmjit/Runtime/GpuDeviceInfo.h"
#include "vmjit/Runtime/GpuDriver.h"
#include "vmjit/Runtime/GpuError.h"
#include "vmjit/Runtime/GpuKernel.h"
#include "vmjit/Runtime/GpuStream.h"

#include <atomic>
#include <mutex>

namespace vmjit {

/// How a kernel is launched.
struct LaunchConfig {
  Dim3 grid = {};
  Dim3 block = {};
  /// In addition to what the program itself asks for.
  uint64_t dynamicSharedBytes = 0;
  /// Stoppable code: Pinned memory that holds a vmjit_control, which the caller
  /// has filled in; null for none. Hart mode: that of the launch record.
  const GpuBuffer *control = nullptr;
};

/// What an execution gave.
struct GpuExecutionResult {
  /// From the start to the end of the kernel on the device.
  uint64_t deviceNanoseconds = 0;
};

/// What a device's memory is used for, in bytes, rounded up as the pool does,
/// and in calls.
struct GpuMemoryStatistics {
  uint64_t usedBytes = 0;
  uint64_t peakUsedBytes = 0;
  /// Kept by the pool to be handed out again.
  uint64_t pooledBytes = 0;
  uint64_t allocationCount = 0;
  /// Allocations that the pool served.
  uint64_t poolHitCount = 0;
};

/// A device. Made by drivers, always owned by shared pointers: buffers,
/// kernels, streams and events keep it alive.
class GpuCompute : public std::enable_shared_from_this<GpuCompute> {
public:
  /// How long a stoppable kernel may take to end once it is told to.
  static constexpr std::chrono::seconds kStopGrace{5};

  virtual ~GpuCompute();

  //===--------------------------------------------------------------------===//
  // The device
  //===--------------------------------------------------------------------===//

  DeviceType getType() const { return type; }
  unsigned getIndex() const { return index; }
  /// How the device is chosen: "cuda:0". As in its GpuDeviceInfo, which takes
  /// the device to be usable.
  std::string getSpelling() const { return getDeviceSpelling(type, index); }

  /// Makes the device ready. Every function that needs it does so by itself;
  /// the first result is kept. Fails with DeviceInitializationFailed.
  llvm::Error initialize();
  /// Whether it is ready, or can be made so, and was not lost since.
  bool isAvailable();
  /// What it is; free memory is read anew.
  llvm::Expected<GpuDeviceInfo> deviceInfo();
  /// What to compile for it: the chip, and versions that its driver takes.
  llvm::Expected<TargetSpec> getTarget();
  /// Waits for all work of the device. Fails with the first failure of
  /// asynchronous work that nobody was told of: by this, or by
  /// GpuStream::synchronize.
  llvm::Error synchronize();

  //===--------------------------------------------------------------------===//
  // Memory
  //===--------------------------------------------------------------------===//

  /// \p size bytes, of any content. Fails with MemoryAllocationFailed, after
  /// having emptied the pool, with FeatureNotSupported for unified memory that
  /// the device does not have, and with InvalidArgument for a size of 0.
  llvm::Expected<GpuBuffer>
  allocateMemory(uint64_t size, MemoryKind kind = MemoryKind::Device);
  /// Gives \p buffer back; an empty one is fine.
  llvm::Error freeMemory(GpuBuffer buffer);
  GpuMemoryStatistics getMemoryStatistics();
  /// Returns what the pool keeps to the driver, but for what work under way may
  /// use.
  llvm::Error trimMemory();
  /// Lets the pool keep at most \p bytes, besides what work under way may use.
  /// By default it is a quarter of the device's memory.
  llvm::Error setPoolLimit(uint64_t bytes);

  /// Copies all of the host's bytes, to or from \p offset in the buffer.
  /// Fails with InvalidArgument if they are not inside it or the buffer is
  /// another device's, else with MemoryCopyFailed.
  llvm::Error copyH2D(const GpuBuffer &destination,
                      llvm::ArrayRef<uint8_t> source, uint64_t offset = 0);
  llvm::Error copyD2H(llvm::MutableArrayRef<uint8_t> destination,
                      const GpuBuffer &source, uint64_t offset = 0);
  /// Copies \p size bytes between buffers of this device, or from one of
  /// another device of the same type. They must not overlap.
  llvm::Error copyD2D(const GpuBuffer &destination, const GpuBuffer &source,
                      uint64_t size, uint64_t destinationOffset = 0,
                      uint64_t sourceOffset = 0);
  /// Sets \p size bytes to \p value.
  llvm::Error fillMemory(const GpuBuffer &destination, uint8_t value,
                         uint64_t size, uint64_t offset = 0);

  /// The same on \p stream. Memory must live until the work is done; host
  /// memory that is not Pinned may be waited for.
  llvm::Error copyH2DAsync(GpuStream &stream, const GpuBuffer &destination,
                           llvm::ArrayRef<uint8_t> source, uint64_t offset = 0);
  llvm::Error copyD2HAsync(GpuStream &stream,
                           llvm::MutableArrayRef<uint8_t> destination,
                           const GpuBuffer &source, uint64_t offset = 0);
  llvm::Error copyD2DAsync(GpuStream &stream, const GpuBuffer &destination,
                           const GpuBuffer &source, uint64_t size,
                           uint64_t destinationOffset = 0,
                           uint64_t sourceOffset = 0);
  llvm::Error fillMemoryAsync(GpuStream &stream, const GpuBuffer &destination,
                              uint8_t value, uint64_t size,
                              uint64_t offset = 0);

  //===--------------------------------------------------------------------===//
  // Streams and events
  //===--------------------------------------------------------------------===//

  llvm::Expected<GpuStream> createStream();
  llvm::Expected<GpuEvent> createEvent();
  /// Puts \p event behind what is on \p stream now.
  llvm::Error recordEvent(GpuEvent &event, GpuStream &stream);
  /// Lets later work of \p stream wait for \p event.
  llvm::Error waitEvent(GpuStream &stream, const GpuEvent &event);
  /// The time between two events that are done.
  llvm::Expected<uint64_t> getElapsedNanoseconds(const GpuEvent &start,
                                                 const GpuEvent &end);

  //===--------------------------------------------------------------------===//
  // Kernels
  //===--------------------------------------------------------------------===//

  /// Compiles \p program for this device and loads it. The target in
  /// \p options is replaced. Fails with KernelCompilationFailed, or as
  /// loadKernel does.
  llvm::Expected<GpuKernel> compileKernel(ProgramCompiler &compiler,
                                          const vmir::Program &program,
                                          CompileOptions options = {});
  /// Loads entry \p entryName of \p object, or its only one if that is empty.
  /// If the driver had to compile, \p compiled, if given, gets a code object
  /// that this version of the driver loads without. Fails with
  /// KernelLoadingFailed, and with InvalidArgument if there is no such entry.
  llvm::Expected<GpuKernel>
  loadKernel(const CodeObject &object, llvm::StringRef entryName = "",
             std::optional<CodeObject> *compiled = nullptr);

  /// Runs \p kernel and waits for it. Fails with InvalidArgument for a launch
  /// that does not fit the device or the entry, else with
  /// KernelExecutionFailed. With \p timeout, a kernel that takes longer is told
  /// to stop if it has a control block; then, or if it does not stop within
  /// kStopGrace, this fails with Timeout. In the first case the device stays
  /// as usable as it was; in the second, and at once for a kernel that cannot
  /// be told, it is lost until the kernel ends, and fails with
  /// NoDeviceAvailable.
  llvm::Expected<GpuExecutionResult>
  executeKernel(const GpuKernel &kernel, const LaunchConfig &config,
                llvm::ArrayRef<GpuArg> args,
                std::optional<std::chrono::nanoseconds> timeout = std::nullopt);
  /// Puts a launch of \p kernel on \p stream. It is checked now; that it fails
  /// shows later.
  llvm::Error launchKernel(GpuStream &stream, const GpuKernel &kernel,
                           const LaunchConfig &config,
                           llvm::ArrayRef<GpuArg> args);

protected:
  GpuCompute(DeviceType type, unsigned index);

  /// Drivers call it when the device is unusable for good.
  void markLost() { isLost = true; }
  /// Gives back everything that the checked part holds. A driver's destructor
  /// calls it first, while the driver's functions still work.
  void close();

private:
  friend class GpuBuffer;
  friend class GpuEvent;
  friend class GpuStream;
  friend struct LoadedKernel;

  GpuCompute(const GpuCompute &) = delete;
  GpuCompute &operator=(const GpuCompute &) = delete;

  //===--------------------------------------------------------------------===//
  // The driver's part
  //===--------------------------------------------------------------------===//
  // Called from any thread, many at a time. initializeImpl succeeds before
  // anything else is called. A null stream means: done when the call returns.

  virtual llvm::Error initializeImpl() = 0;
  /// Everything but memory.
  virtual llvm::Expected<GpuDeviceInfo> queryInfoImpl() = 0;
  virtual llvm::Expected<GpuMemoryInfo> queryMemoryImpl() = 0;
  virtual llvm::Expected<TargetSpec> getTargetImpl() = 0;
  virtual llvm::Error synchronizeImpl() = 0;

  /// Aligned to 256 bytes. A failure that freeing memory may cure is a
  /// MemoryAllocationFailed.
  virtual llvm::Expected<DriverAllocation> allocateImpl(uint64_t size,
                                                        MemoryKind kind) = 0;
  virtual llvm::Error freeImpl(const DriverAllocation &allocation,
                               MemoryKind kind) = 0;
  virtual llvm::Error copyImpl(const DriverCopy &copy,
                               DriverStream *stream) = 0;
  virtual llvm::Error fillImpl(uint64_t address, uint8_t value, uint64_t size,
                               DriverStream *stream) = 0;

  virtual llvm::Expected<std::unique_ptr<DriverStream>> createStreamImpl() = 0;
  virtual llvm::Error synchronizeStreamImpl(DriverStream &stream) = 0;
  virtual llvm::Expected<bool> isStreamIdleImpl(DriverStream &stream) = 0;
  virtual llvm::Expected<std::unique_ptr<DriverEvent>> createEventImpl() = 0;
  virtual llvm::Error recordEventImpl(DriverEvent &event,
                                      DriverStream &stream) = 0;
  virtual llvm::Error waitEventImpl(DriverStream &stream,
                                    DriverEvent &event) = 0;
  virtual llvm::Expected<bool> isEventDoneImpl(DriverEvent &event) = 0;
  virtual llvm::Error synchronizeEventImpl(DriverEvent &event) = 0;
  virtual llvm::Expected<uint64_t> getElapsedImpl(DriverEvent &start,
                                                  DriverEvent &end) = 0;

  /// \p object is verified and for this type of device.
  virtual llvm::Expected<DriverLoad> loadImpl(const CodeObject &object,
                                              const Entry &entry) = 0;
  virtual llvm::Error launchImpl(DriverKernel &kernel,
                                 const DriverLaunch &launch,
                                 DriverStream &stream) = 0;
  /// Runs a launch and waits for it, for executeKernel, with its timeout. By
  /// default on a stream of its own, between two events; for devices that have
  /// a shorter way.
  virtual llvm::Expected<DriverExecution>
  executeImpl(DriverKernel &kernel, const Entry &entry,
              const DriverLaunch &launch,
              std::optional<std::chrono::nanoseconds> timeout);

  /// The checked part's, in lib/Runtime/GpuComputeState.h.
  struct State;

  DeviceType type;
  unsigned index;
  std::atomic<bool> isLost = false;
  std::unique_ptr<State> state;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_GPUCOMPUTE_H
