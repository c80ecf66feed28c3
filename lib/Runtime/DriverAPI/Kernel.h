//===- Kernel.h - Kernels of devices ----------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each loaded kernel has a module of its own.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_KERNEL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_KERNEL_H

#include "Context.h"
#include "vmjit/Runtime/GpuDriver.h"

#include <atomic>

namespace vmjit::driverapi {

/// What GpuKernel is here; owns a module, of which it uses one function.
template <class Traits> class Kernel : public DriverKernel {
  using Context = typename Traits::Context;

public:
  /// Loads \p image, a whole ELF file, which need not outlive the call. The
  /// context must be current.
  static llvm::Expected<std::unique_ptr<Kernel>>
  load(std::shared_ptr<Context> context, llvm::ArrayRef<uint8_t> image,
       const Entry &entry);
  ~Kernel() override;

  typename Traits::Function getFunction() const { return function; }
  const std::string &getName() const { return name; }
  /// The variable of stoppable code, in device memory; null if there is none.
  typename Traits::DevicePtr getControlVariable() const {
    return controlVariable;
  }
  /// As the driver reports it.
  const ResourceUse &getResources() const { return resources; }
  /// Threads in a block, given the registers that they need.
  uint32_t getMaxThreads() const { return maxThreads; }

  /// Whether the variable may be other than 0. Set by launches, in the order
  /// of streams that GpuCompute keeps for launches that differ in it.
  std::atomic<bool> isControlSet = false;

private:
  Kernel(std::shared_ptr<Context> context, std::string name)
      : context(std::move(context)), name(std::move(name)) {}

  llvm::Error loadModule(llvm::ArrayRef<uint8_t> image);
  llvm::Error findFunction(const Entry &entry);
  llvm::Error readAttributes();
  llvm::Error findControlVariable();
  llvm::Error fail(const Status &status, const llvm::Twine &reason) const;

  std::shared_ptr<Context> context;
  /// Empty unless the driver may go on reading it.
  std::vector<uint8_t> keptImage;
  /// Null before it is loaded.
  typename Traits::Module module = nullptr;
  typename Traits::Function function = nullptr;
  typename Traits::DevicePtr controlVariable = {};
  ResourceUse resources;
  uint32_t maxThreads = 0;
  std::string name;
};

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_KERNEL_H
