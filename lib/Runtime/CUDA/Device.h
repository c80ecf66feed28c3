//===- Device.h - A CUDA device ---------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GpuCompute over the CUDA driver API. Nothing is ever put on the default
// stream: calls that block borrow a stream and wait for it alone.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_DEVICE_H
#define VMJIT_LIB_RUNTIME_CUDA_DEVICE_H

#include "Stream.h"

#include "vmjit/Runtime/GpuCompute.h"

namespace vmjit::cuda {

class CUDAKernel;

class CUDADevice : public GpuCompute {
public:
  /// \p device is that of number \p index.
  CUDADevice(std::shared_ptr<const Api> api, unsigned index, CUdevice device)
      : GpuCompute(DeviceType::CUDA, index), api(std::move(api)),
        device(device) {}
  ~CUDADevice() override { close(); }

private:
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

  /// The error of \p status, which has failed. Marks the device as lost if it
  /// is.
  llvm::Error fail(const Status &status, GpuErrorKind kind,
                   GpuErrorSubject subject = {},
                   const llvm::Twine &reason = "");
  /// What \p status says of work: done, not yet, or failed.
  llvm::Expected<bool> isDone(const Status &status);

  llvm::Error readAttribute(CUdevice_attribute attribute, int &value);
  llvm::Error readNames(GpuDeviceInfo &info);
  llvm::Error readAttributes(GpuDeviceInfo &info);
  llvm::Expected<DriverAllocation> allocatePinned(uint64_t size);
  Status startCopy(const DriverCopy &copy, CUstream stream);
  Status startPeerCopy(const DriverCopy &copy, CUstream stream);
  Status setControl(CUDAKernel &kernel, uint64_t control, CUstream stream);
  /// Calls \p start with the stream of \p stream, or if that is null with a
  /// borrowed one that is waited for. \p fail makes errors.
  llvm::Error submit(DriverStream *stream,
                     llvm::function_ref<Status(CUstream)> start,
                     llvm::function_ref<llvm::Error(const Status &)> fail);

  std::shared_ptr<const Api> api;
  CUdevice device;
  /// Null before initializeImpl.
  std::shared_ptr<Context> context;
  StreamPool streams;
  /// Of queryInfoImpl, which is called first.
  ComputeCapability capability;
  /// Shared memory of a block at most.
  uint64_t sharedLimit = 0;
};

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_DEVICE_H
