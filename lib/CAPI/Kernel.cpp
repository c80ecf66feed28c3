//===- Kernel.cpp - Kernels as handles --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "Conversions.h"
#include "VersionedStruct.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

vmjit_error *vmjit_kernel_load(vmjit_device *device, const vmjit_code *code,
                               const char *entry, vmjit_kernel **kernel) {
  Arguments arguments;
  arguments.out(kernel, "kernel").handle(device, "device").handle(code, "code");
  if (!arguments)
    return arguments.fail();
  Expected<GpuKernel> loaded =
      device->device->loadKernel(*code->object, entry ? entry : "");
  if (!loaded)
    return toCError(loaded.takeError());
  *kernel = new vmjit_kernel(std::move(*loaded));
  return nullptr;
}

static Expected<GpuKernel> compile(vmjit_context &context, GpuCompute &device,
                                   const vmir::Program &program,
                                   const vmjit_compile_options *pointer) {
  Expected<vmjit_compile_options> given = readStruct(pointer, "options");
  if (!given)
    return given.takeError();
  if (given->target || given->ptx_version || given->code_object_version)
    return makeError(ErrorCode::InvalidArgument,
                     "the options name a target, which is the device's");
  if (given->use_cache != VMJIT_DEFAULT && given->use_cache != VMJIT_OFF)
    return makeError(ErrorCode::InvalidArgument,
                     "use_cache is not off, but no cache is asked");
  Expected<CompileOptions> options = readCompileOptions(*given);
  if (!options)
    return options.takeError();
  return device.compileKernel(*context.resources.compiler, program,
                              std::move(*options));
}

vmjit_error *vmjit_kernel_compile(vmjit_context *context, vmjit_device *device,
                                  const vmjit_program *program,
                                  const vmjit_compile_options *options,
                                  vmjit_kernel **kernel) {
  Arguments arguments;
  arguments.out(kernel, "kernel")
      .handle(context, "context")
      .handle(device, "device")
      .handle(program, "program");
  if (!arguments)
    return arguments.fail();
  Expected<GpuKernel> compiled =
      compile(*context, *device->device, program->program, options);
  if (!compiled)
    return toCError(compiled.takeError());
  *kernel = new vmjit_kernel(std::move(*compiled));
  return nullptr;
}

void vmjit_kernel_destroy(vmjit_kernel *kernel) {
  if (kernel && kernel->isIntact())
    delete kernel;
}

vmjit_error *vmjit_kernel_get_info(const vmjit_kernel *kernel,
                                   vmjit_entry_info *info) {
  Arguments arguments;
  arguments.handle(kernel, "kernel").pointer(info, "info");
  if (!arguments)
    return arguments.fail();
  return toCError(
      writeStruct(info, describeEntry(kernel->kernel.getEntry()), "info"));
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

namespace {

/// A launch as the device takes it.
struct Launch {
  LaunchConfig config;
  std::vector<GpuArg> args;
  std::optional<std::chrono::nanoseconds> timeout;
};

} // namespace

static Expected<Launch> readLaunch(const vmjit_launch *pointer,
                                   ArrayRef<vmjit_arg> args) {
  Expected<vmjit_launch> given = readStruct(pointer, "launch");
  if (!given)
    return given.takeError();
  Launch launch;
  launch.config.grid = readExtent(given->grid);
  launch.config.block = readExtent(given->block);
  launch.config.dynamicSharedBytes = given->dynamic_shared_bytes;
  if (given->control) {
    if (!given->control->isIntact())
      return makeError(ErrorCode::InvalidArgument, "control is no buffer");
    launch.config.control = &given->control->buffer;
  }
  launch.timeout = readTimeout(given->timeout_ns);
  if (launch.timeout && launch.timeout->count() == 0)
    launch.timeout.reset();
  Expected<std::vector<GpuArg>> read = readLaunchArgs(args);
  if (!read)
    return read.takeError();
  launch.args = std::move(*read);
  return launch;
}

vmjit_error *vmjit_kernel_execute(const vmjit_kernel *kernel,
                                  const vmjit_launch *launch,
                                  const vmjit_arg *args, size_t argCount,
                                  uint64_t *deviceNs) {
  Arguments arguments;
  arguments.handle(kernel, "kernel")
      .pointer(launch, "launch")
      .array(args, argCount, sizeof(*args), "args");
  if (!arguments)
    return arguments.fail();
  Expected<Launch> read = readLaunch(launch, ArrayRef(args, argCount));
  if (!read)
    return toCError(read.takeError());
  Expected<GpuExecutionResult> result =
      kernel->kernel.getDevice()->executeKernel(kernel->kernel, read->config,
                                                read->args, read->timeout);
  if (!result)
    return toCError(result.takeError());
  if (deviceNs)
    *deviceNs = result->deviceNanoseconds;
  return nullptr;
}

vmjit_error *vmjit_kernel_launch(const vmjit_kernel *kernel,
                                 vmjit_stream *stream,
                                 const vmjit_launch *launch,
                                 const vmjit_arg *args, size_t argCount) {
  Arguments arguments;
  arguments.handle(kernel, "kernel")
      .handle(stream, "stream")
      .pointer(launch, "launch")
      .array(args, argCount, sizeof(*args), "args");
  if (!arguments)
    return arguments.fail();
  Expected<Launch> read = readLaunch(launch, ArrayRef(args, argCount));
  if (!read)
    return toCError(read.takeError());
  if (read->timeout)
    return invalid("a launch on a stream has no timeout");
  return toCError(kernel->kernel.getDevice()->launchKernel(
      stream->stream, kernel->kernel, read->config, read->args));
}
