//===- Conversions.cpp - Values of C as values of C++ -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Conversions.h"

#include "Arguments.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

Dim3 capi::readExtent(const vmjit_dim3 &dim) {
  return {dim.x ? dim.x : 1, dim.y ? dim.y : 1, dim.z ? dim.z : 1};
}

vmjit_dim3 capi::toC(const Dim3 &dim) { return {dim.x, dim.y, dim.z}; }

vmjit_device_type capi::toC(DeviceType type) {
  switch (type) {
#define VMJIT_DEVICE_TYPE(Name, Spelling, Text)                                \
  case DeviceType::Name:                                                       \
    return VMJIT_DEVICE_##Name;
#include "vmjit/Runtime/DeviceTypes.def"
  }
  llvm_unreachable("every type has a number");
}

static vmjit_mode toC(EntryMode mode) {
  switch (mode) {
  case EntryMode::Kernel:
    return VMJIT_MODE_Kernel;
  case EntryMode::Hart:
    return VMJIT_MODE_Hart;
  }
  llvm_unreachable("every mode has a number");
}

vmjit_entry_info capi::describeEntry(const Entry &entry) {
  vmjit_entry_info info = {};
  info.name = entry.name.c_str();
  info.symbol = entry.symbol.c_str();
  info.mode = ::toC(entry.mode);
  info.param_count = entry.params.size();
  info.uses_barrier = entry.usesBarrier;
  info.is_stoppable = entry.stoppable;
  info.shared_bytes = entry.sharedBytes;
  const ResourceUse &use = entry.resources;
  auto orUnknown = [](auto value) {
    return value ? uint64_t(*value) : VMJIT_UNKNOWN;
  };
  info.registers = orUnknown(use.registers);
  info.spilled_registers = orUnknown(use.spilledRegisters);
  info.stack_bytes = orUnknown(use.stackBytes);
  return info;
}

Expected<OptLevel> capi::readOptLevel(vmjit_opt_level level) {
  switch (level) {
  case VMJIT_OPT_O0:
    return OptLevel::O0;
  case VMJIT_OPT_O1:
    return OptLevel::O1;
  case VMJIT_OPT_Default:
  case VMJIT_OPT_O2:
    return OptLevel::O2;
  case VMJIT_OPT_O3:
    return OptLevel::O3;
  default:
    return makeError(ErrorCode::InvalidArgument,
                     "opt_level " + Twine(level) + " is none");
  }
}

Expected<std::optional<EntryMode>> capi::readMode(vmjit_mode mode) {
  switch (mode) {
  case VMJIT_MODE_Default:
    return std::nullopt;
  case VMJIT_MODE_Kernel:
    return EntryMode::Kernel;
  case VMJIT_MODE_Hart:
    return EntryMode::Hart;
  default:
    return makeError(ErrorCode::InvalidArgument,
                     "mode " + Twine(mode) + " is none");
  }
}

Expected<CompileOptions>
capi::readCompileOptions(const vmjit_compile_options &given) {
  Expected<OptLevel> optLevel = readOptLevel(given.opt_level);
  if (!optLevel)
    return optLevel.takeError();
  Expected<std::optional<EntryMode>> mode = readMode(given.mode);
  if (!mode)
    return mode.takeError();
  std::optional<bool> stoppable = readSwitch(given.stoppable, false);
  if (!stoppable)
    return makeError(ErrorCode::InvalidArgument, "stoppable is no switch");
  CompileOptions options;
  options.optLevel = *optLevel;
  options.mode = *mode;
  options.stoppable = *stoppable;
  return options;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

static Error failArgument(size_t index, const char *what) {
  return makeErrorf(ErrorCode::InvalidArgument, "argument {0} {1}", index,
                    what);
}

/// The argument at \p index, which is no host memory.
static Expected<GpuArg> readLaunchArg(const vmjit_arg &arg, size_t index) {
  switch (arg.kind) {
  case VMJIT_ARG_U8:
    return GpuArg::u8(arg.value.u8);
  case VMJIT_ARG_U32:
    return GpuArg::u32(arg.value.u32);
  case VMJIT_ARG_U64:
    return GpuArg::u64(arg.value.u64);
  case VMJIT_ARG_I32:
    return GpuArg::i32(arg.value.i32);
  case VMJIT_ARG_I64:
    return GpuArg::i64(arg.value.i64);
  case VMJIT_ARG_F32:
    return GpuArg::f32(arg.value.f32);
  case VMJIT_ARG_F64:
    return GpuArg::f64(arg.value.f64);
  case VMJIT_ARG_Pointer:
    return GpuArg::rawPointer(arg.value.u64);
  case VMJIT_ARG_Buffer:
    if (!arg.value.buffer || !arg.value.buffer->isIntact())
      return failArgument(index, "is no buffer");
    return GpuArg::buffer(arg.value.buffer->buffer, arg.size);
  case VMJIT_ARG_In:
  case VMJIT_ARG_Out:
  case VMJIT_ARG_InOut:
    return failArgument(index, "is host memory, which only executors take");
  default:
    return failArgument(index, "has a kind that is none");
  }
}

/// Checks what arguments of all kinds have in common.
static Error checkArgument(const vmjit_arg &arg, size_t index) {
  if (arg.reserved)
    return failArgument(index, "has a reserved member that is not 0");
  bool isNumber = arg.kind < VMJIT_ARG_Buffer || arg.kind == VMJIT_ARG_Pointer;
  if (isNumber && arg.size)
    return failArgument(index, "is a number or an address, but has a size");
  return Error::success();
}

Expected<std::vector<GpuArg>> capi::readLaunchArgs(ArrayRef<vmjit_arg> args) {
  std::vector<GpuArg> read;
  for (size_t index = 0; index < args.size(); ++index) {
    if (Error error = checkArgument(args[index], index))
      return error;
    Expected<GpuArg> arg = readLaunchArg(args[index], index);
    if (!arg)
      return arg.takeError();
    read.push_back(*arg);
  }
  return read;
}

static Expected<ExecutorArg> readExecutorArg(const vmjit_arg &arg,
                                             size_t index) {
  bool isSpan = arg.kind == VMJIT_ARG_In || arg.kind == VMJIT_ARG_Out ||
                arg.kind == VMJIT_ARG_InOut;
  if (isSpan && ((arg.size && !arg.value.in) || arg.size > PTRDIFF_MAX))
    return failArgument(index, "is host memory that cannot be");
  size_t size = arg.size;
  MutableArrayRef<uint8_t> bytes(static_cast<uint8_t *>(arg.value.out),
                                 isSpan ? size : 0);
  switch (arg.kind) {
  case VMJIT_ARG_In:
    return ExecutorArg::in(ArrayRef<uint8_t>(bytes));
  case VMJIT_ARG_Out:
    return ExecutorArg::out(bytes);
  case VMJIT_ARG_InOut:
    return ExecutorArg::inout(bytes);
  case VMJIT_ARG_Buffer:
    if (!arg.value.buffer || !arg.value.buffer->isIntact())
      return failArgument(index, "is no buffer");
    return ExecutorArg::buffer(arg.value.buffer->buffer, arg.size);
  default:
    break;
  }
  Expected<GpuArg> value = readLaunchArg(arg, index);
  if (!value)
    return value.takeError();
  return ExecutorArg(*value);
}

Expected<std::vector<ExecutorArg>>
capi::readExecutorArgs(ArrayRef<vmjit_arg> args) {
  std::vector<ExecutorArg> read;
  for (size_t index = 0; index < args.size(); ++index) {
    if (Error error = checkArgument(args[index], index))
      return error;
    Expected<ExecutorArg> arg = readExecutorArg(args[index], index);
    if (!arg)
      return arg.takeError();
    read.push_back(*arg);
  }
  return read;
}

std::optional<std::chrono::nanoseconds>
capi::readTimeout(uint64_t nanoseconds) {
  if (nanoseconds == 0)
    return std::nullopt;
  // The executor's word for any time; what is too long to be counted is that.
  if (nanoseconds > static_cast<uint64_t>(INT64_MAX))
    return std::chrono::nanoseconds(0);
  return std::chrono::nanoseconds(nanoseconds);
}
