//===- Handles.h - What the handles of the C API are ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The structs behind the opaque types. Every handle starts with a tag, so that
// one of another type is an error and not a crash.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CAPI_HANDLES_H
#define VMJIT_LIB_CAPI_HANDLES_H

#include "vmjit-c/vmjit.h"
#include "vmjit/Executor/Executor.h"
#include "vmjit/Runtime/DeviceManager.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/VMIR/Builder.h"
#include "llvm/ADT/StringSet.h"

#include <mutex>
#include <unordered_set>

namespace vmjit::capi {

/// One for each type of handle; no numbers that memory is likely to hold.
enum class HandleTag : uint32_t {
  Destroyed = 0,
  Error = 0x766d6a01,
  Blob,
  Context,
  Program,
  Builder,
  Code,
  Device,
  Buffer,
  Stream,
  Event,
  Kernel,
  Executor,
  Prepared,
  Result,
  Harts,
};

/// The base of handles.
template <HandleTag Tag> class Handle {
public:
  ~Handle() { tag = HandleTag::Destroyed; }
  bool isIntact() const { return tag == Tag; }

private:
  /// Volatile, so that the destructor's write is made.
  volatile HandleTag tag = Tag;
};

} // namespace vmjit::capi

using vmjit::capi::Handle;
using vmjit::capi::HandleTag;

struct vmjit_error : Handle<HandleTag::Error> {
  vmjit_error_code code = VMJIT_ERROR_Other;
  vmjit_error_kind kind = VMJIT_KIND_None;
  std::string message;
  vmjit::DriverStatus driver;
  std::string kernel;
  std::optional<vmjit::ProgramPlace> place;
};

struct vmjit_blob : Handle<HandleTag::Blob> {
  explicit vmjit_blob(std::string bytes) : bytes(std::move(bytes)) {}

  std::string bytes;
};

struct vmjit_context : Handle<HandleTag::Context> {
  explicit vmjit_context(vmjit::ExecutorResources resources)
      : resources(std::move(resources)) {}

  vmjit::ExecutorResources resources;
  /// Names that were given out, under the mutex.
  std::mutex mutex;
  llvm::StringSet<> names;
};

struct vmjit_program : Handle<HandleTag::Program> {
  explicit vmjit_program(vmjit::vmir::Program program)
      : program(std::move(program)) {}

  const vmjit::vmir::Program program;
};

struct vmjit_builder : Handle<HandleTag::Builder> {
  explicit vmjit_builder(llvm::StringRef name) : builder(name) {}

  vmjit::vmir::IRBuilder builder;
  /// The current block, and those that have their terminator.
  std::optional<uint64_t> current;
  std::unordered_set<uint64_t> terminated;
};

struct vmjit_code : Handle<HandleTag::Code> {
  explicit vmjit_code(std::shared_ptr<const vmjit::CodeObject> object)
      : object(std::move(object)), target(this->object->getTargetName()) {}

  const std::shared_ptr<const vmjit::CodeObject> object;
  const std::string target;
};

struct vmjit_device : Handle<HandleTag::Device> {
  explicit vmjit_device(std::shared_ptr<vmjit::GpuCompute> device)
      : device(std::move(device)) {}

  const std::shared_ptr<vmjit::GpuCompute> device;
  /// What was given out of it, set once, under the mutex.
  std::mutex mutex;
  std::optional<vmjit::GpuDeviceInfo> info;
  std::string spelling;
};

struct vmjit_buffer : Handle<HandleTag::Buffer> {
  explicit vmjit_buffer(vmjit::GpuBuffer buffer) : buffer(std::move(buffer)) {}

  vmjit::GpuBuffer buffer;
};

struct vmjit_stream : Handle<HandleTag::Stream> {
  explicit vmjit_stream(vmjit::GpuStream stream) : stream(std::move(stream)) {}

  vmjit::GpuStream stream;
};

struct vmjit_event : Handle<HandleTag::Event> {
  vmjit_event(std::shared_ptr<vmjit::GpuCompute> device, vmjit::GpuEvent event)
      : device(std::move(device)), event(std::move(event)) {}

  const std::shared_ptr<vmjit::GpuCompute> device;
  vmjit::GpuEvent event;
};

struct vmjit_kernel : Handle<HandleTag::Kernel> {
  explicit vmjit_kernel(vmjit::GpuKernel kernel) : kernel(std::move(kernel)) {}

  const vmjit::GpuKernel kernel;
};

struct vmjit_executor : Handle<HandleTag::Executor> {
  explicit vmjit_executor(std::unique_ptr<vmjit::Executor> executor)
      : executor(std::move(executor)) {}

  /// Shared with nobody, but known to those that were prepared with it.
  const std::shared_ptr<vmjit::Executor> executor;
};

struct vmjit_prepared : Handle<HandleTag::Prepared> {
  vmjit_prepared(const std::shared_ptr<vmjit::Executor> &executor,
                 vmjit::PreparedProgram program)
      : executor(executor), program(std::move(program)) {}

  /// Only compared.
  const std::weak_ptr<const vmjit::Executor> executor;
  const vmjit::PreparedProgram program;
};

struct vmjit_result : Handle<HandleTag::Result> {
  explicit vmjit_result(vmjit::ExecutionResult result);

  const vmjit::ExecutionResult result;
  const std::string device;
};

struct vmjit_harts : Handle<HandleTag::Harts> {
  vmjit_harts(vmjit::HartStateArray state, vmjit::HartMemory memory,
              vmjit::HartStateLayout layout)
      : state(std::move(state)), memory(std::move(memory)),
        layout(std::move(layout)) {}

  vmjit::HartStateArray state;
  vmjit::HartMemory memory;
  const vmjit::HartStateLayout layout;
};

#endif // VMJIT_LIB_CAPI_HANDLES_H
