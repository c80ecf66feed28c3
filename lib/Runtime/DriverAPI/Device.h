//===- Device.h - A device of a driver --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GpuCompute over a driver API that is shaped like CUDA's: contexts, streams,
// events and modules. Nothing is ever put on the default stream: calls that
// block borrow a stream and wait for it alone.
//
// A vendor's device derives from this one and adds what to compile for and how
// to load it. Its Traits say the rest; docs/AddingADriver.md lists them.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICE_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICE_H

#include "Kernel.h"
#include "Stream.h"

#include "vmjit/Runtime/GpuCompute.h"

namespace vmjit::driverapi {

/// What a device's attributes say; Traits::kAttributes lists which attribute
/// is which.
struct DeviceAttributes {
  int sharedBytesPerBlock = 0;
  int managedMemory = 0;
  int concurrentManagedAccess = 0;
  int clockKHz = 0;
  int l2CacheBytes = 0;
  int multiprocessorCount = 0;
  int warpSize = 0;
  int maxThreadsPerBlock = 0;
  int maxBlockX = 0, maxBlockY = 0, maxBlockZ = 0;
  int maxGridX = 0, maxGridY = 0, maxGridZ = 0;
};

template <class TraitsT> class Device : public GpuCompute {
public:
  using Traits = TraitsT;
  using Handle = typename Traits::Device;

  /// \p device is that of number \p index.
  Device(std::shared_ptr<const Api<Traits>> api, unsigned index, Handle device)
      : GpuCompute(Traits::kType, index), api(std::move(api)), device(device) {}

protected:
  using Context = typename Traits::Context;
  using ContextGuard = typename Traits::ContextGuard;
  using StreamType = typename Traits::Stream;

  const Api<Traits> &getApi() const { return *api; }
  Handle getHandle() const { return device; }
  /// There is none before the device is initialized.
  const Context &getContext() const { return *context; }
  /// Of queryInfoImpl, which is called first.
  const DeviceAttributes &getAttributes() const { return attributes; }

  llvm::Error readAttribute(typename Traits::DeviceAttribute attribute,
                            int &value);

  /// Loads \p image, a whole ELF file, for \p entry. The context must be
  /// current.
  llvm::Expected<DriverLoad> loadImage(llvm::ArrayRef<uint8_t> image,
                                       const Entry &entry);

  /// The error of \p status, which has failed. Marks the device as lost if it
  /// is.
  llvm::Error fail(const Status &status, GpuErrorKind kind,
                   GpuErrorSubject subject = {},
                   const llvm::Twine &reason = "");

private:
  /// Fills in the chip, and whatever else only this vendor's devices have.
  virtual llvm::Error readChip(GpuDeviceInfo &info) = 0;

  llvm::Error initializeImpl() override;
  llvm::Expected<GpuDeviceInfo> queryInfoImpl() override;
  llvm::Expected<GpuMemoryInfo> queryMemoryImpl() override;
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

  llvm::Error launchImpl(DriverKernel &kernel, const DriverLaunch &launch,
                         DriverStream &stream) override;

  /// Makes the context current for \p call. What that gives, or why it was not
  /// made.
  Status callInContext(llvm::function_ref<Status()> call) const;
  /// What \p status says of work: done, not yet, or failed.
  llvm::Expected<bool> isDone(const Status &status);

  llvm::Error readNames(GpuDeviceInfo &info);
  llvm::Error readAttributes(GpuDeviceInfo &info);
  llvm::Expected<DriverAllocation> allocatePinned(uint64_t size);
  Status startCopy(const DriverCopy &copy, StreamType stream);
  Status startPeerCopy(const DriverCopy &copy, StreamType stream);
  Status setControl(Kernel<Traits> &kernel, uint64_t control,
                    StreamType stream);
  /// Calls \p start with the stream of \p stream, or if that is null with a
  /// borrowed one that is waited for. \p fail makes errors.
  llvm::Error submit(DriverStream *stream,
                     llvm::function_ref<Status(StreamType)> start,
                     llvm::function_ref<llvm::Error(const Status &)> fail);

  std::shared_ptr<const Api<Traits>> api;
  Handle device;
  /// Null before initializeImpl.
  std::shared_ptr<Context> context;
  DeviceAttributes attributes;
  StreamPool<Traits> streams;
};

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICE_H
