//===- Kernel.h - Kernels of HIP devices ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code objects are loaded as they are.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HIP_KERNEL_H
#define VMJIT_LIB_RUNTIME_HIP_KERNEL_H

#include "Context.h"
#include "vmjit/Runtime/GpuDriver.h"

#include <atomic>

namespace vmjit::hip {

/// What GpuKernel is here; owns a module, of which it uses one function.
class HIPKernel : public DriverKernel {
public:
  /// Loads the code object \p payload, a whole ELF file, which need not outlive
  /// the call. The device must be current.
  static llvm::Expected<std::unique_ptr<HIPKernel>>
  load(std::shared_ptr<Context> context, llvm::ArrayRef<uint8_t> payload,
       const Entry &entry);
  ~HIPKernel() override;

  hipFunction_t getFunction() const { return function; }
  const std::string &getName() const { return name; }
  /// The variable of stoppable code, in device memory; null if there is none.
  hipDeviceptr_t getControlVariable() const { return controlVariable; }
  /// As the runtime reports it.
  const ResourceUse &getResources() const { return resources; }
  /// Threads in a block, given the registers that they need.
  uint32_t getMaxThreads() const { return maxThreads; }

  /// Whether the variable may be other than 0. Set by launches, in the order
  /// of streams that GpuCompute keeps for launches that differ in it.
  std::atomic<bool> isControlSet = false;

private:
  HIPKernel(std::shared_ptr<Context> context, llvm::ArrayRef<uint8_t> payload,
            std::string name)
      : context(std::move(context)), payload(payload.begin(), payload.end()),
        name(std::move(name)) {}

  llvm::Error findFunction(const Entry &entry);
  llvm::Error readAttributes();
  llvm::Error findControlVariable();
  llvm::Error fail(const Status &status, const llvm::Twine &reason) const;

  std::shared_ptr<Context> context;
  /// The runtime may go on reading it.
  std::vector<uint8_t> payload;
  /// Null before it is loaded.
  hipModule_t module = nullptr;
  hipFunction_t function = nullptr;
  hipDeviceptr_t controlVariable = nullptr;
  ResourceUse resources;
  uint32_t maxThreads = 0;
  std::string name;
};

} // namespace vmjit::hip

#endif // VMJIT_LIB_RUNTIME_HIP_KERNEL_H
