//===- Kernel.h - Kernels of CUDA devices -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX is linked to a cubin first, so that it can be kept, and then loaded as
// one.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_KERNEL_H
#define VMJIT_LIB_RUNTIME_CUDA_KERNEL_H

#include "Context.h"
#include "vmjit/Runtime/GpuDriver.h"

#include <atomic>

namespace vmjit::cuda {

/// What GpuKernel is here; owns a module, of which it uses one function.
class CUDAKernel : public DriverKernel {
public:
  /// Loads the cubin in \p payload, a whole ELF file, which need not outlive
  /// the call. \p dynamicSharedLimit is what a launch may ask for at most,
  /// together with what the function itself has. The context must be current.
  static llvm::Expected<std::unique_ptr<CUDAKernel>>
  load(std::shared_ptr<Context> context, llvm::ArrayRef<uint8_t> payload,
       const Entry &entry, uint64_t dynamicSharedLimit);
  ~CUDAKernel() override;

  CUfunction getFunction() const { return function; }
  const std::string &getName() const { return name; }
  /// The variable of stoppable code, in device memory; 0 if there is none.
  CUdeviceptr getControlVariable() const { return controlVariable; }
  /// As the driver reports it.
  const ResourceUse &getResources() const { return resources; }
  /// Threads in a block, given the registers that they need.
  uint32_t getMaxThreads() const { return maxThreads; }

  /// Whether the variable may be other than 0. Set by launches, in the order
  /// of streams that GpuCompute keeps for launches that differ in it.
  std::atomic<bool> isControlSet = false;

private:
  CUDAKernel(std::shared_ptr<Context> context, CUmodule module,
             std::string name)
      : context(std::move(context)), module(module), name(std::move(name)) {}

  llvm::Error findFunction(const Entry &entry);
  llvm::Error readAttributes();
  llvm::Error raiseSharedLimit(uint64_t limit);
  llvm::Error findControlVariable();
  llvm::Error fail(const Status &status, const llvm::Twine &reason) const;

  std::shared_ptr<Context> context;
  CUmodule module;
  CUfunction function = nullptr;
  CUdeviceptr controlVariable = 0;
  ResourceUse resources;
  uint32_t maxThreads = 0;
  std::string name;
};

/// Compiles PTX for the current device, whose context must be current. Fails
/// with KernelLoadingFailed and what the driver's compiler wrote.
llvm::Expected<std::vector<uint8_t>> linkPTX(const Api &api,
                                             llvm::ArrayRef<uint8_t> ptx,
                                             llvm::StringRef kernelName);

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_KERNEL_H
