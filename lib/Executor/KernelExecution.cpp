//===- KernelExecution.cpp - Kernel mode on one device ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelExecution.h"

#include "vmjit/Runtime/AlignedBuffer.h"
#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace llvm;
using namespace vmjit;

/// Memory that is less aligned is not used in place.
static constexpr uint64_t kInPlaceAlign = 16;

Error vmjit::verifyArguments(ArrayRef<ExecutorArg> args,
                             ArrayRef<vmir::ParamType> params) {
  if (args.size() != params.size())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the program has {0} parameters, but {1} arguments are "
                      "given",
                      params.size(), args.size());
  const GpuCompute *device = nullptr;
  for (auto [index, arg, param] : enumerate(args, params)) {
    if (!arg.isAcceptedBy(param))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "argument {0} does not fit a parameter of type {1}",
                        index, vmir::getParamTypeName(param));
    if (arg.getKind() != ExecutorArgKind::Buffer)
      continue;
    if (!arg.getBuffer() || (device && device != arg.getBuffer().getDevice()))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "argument {0} is an empty buffer or not on the device "
                        "of the others",
                        index);
    if (arg.getBufferOffset() >= arg.getBuffer().getSize())
      return makeErrorf(ErrorCode::InvalidArgument,
                        "argument {0} begins {1} bytes into a buffer of {2}",
                        index, arg.getBufferOffset(),
                        arg.getBuffer().getSize());
    device = arg.getBuffer().getDevice();
  }
  return Error::success();
}

Error KernelExecution::run() {
  for (const ExecutorArg &arg : request.args) {
    Expected<GpuArg> value = getArg(arg);
    if (!value)
      return value.takeError();
    args.push_back(*value);
  }
  bool wasStopped = false;
  if (Error error =
          attempt.launch({.grid = request.grid,
                          .block = request.block,
                          .dynamicSharedBytes = request.dynamicSharedBytes},
                         args, wasStopped))
    return error;
  if (Error error = copyOut())
    return error;
  attempt.endStage(ExecutionStage::CopyOut);
  return Error::success();
}

Expected<GpuArg> KernelExecution::getArg(const ExecutorArg &arg) {
  switch (arg.getKind()) {
  case ExecutorArgKind::Value:
    return arg.getValue();
  case ExecutorArgKind::Buffer:
    return buffers.getArg(arg);
  case ExecutorArgKind::In:
  case ExecutorArgKind::Out:
  case ExecutorArgKind::InOut:
    return getSpanArg(arg);
  }
  llvm_unreachable("every kind is handled");
}

Expected<GpuArg> KernelExecution::getSpanArg(const ExecutorArg &arg) {
  MutableArrayRef<uint8_t> bytes = arg.getBytes();
  if (bytes.empty())
    return GpuArg::rawPointer(0);
  auto address = reinterpret_cast<uintptr_t>(bytes.data());
  bool isOut = arg.getKind() == ExecutorArgKind::Out;
  // A kernel may write to what it should only read.
  if (attempt.worksInPlace() && arg.getKind() != ExecutorArgKind::In &&
      address % kInPlaceAlign == 0) {
    if (isOut)
      std::memset(bytes.data(), 0, bytes.size());
    return GpuArg::rawPointer(address);
  }
  GpuCompute &device = attempt.getDevice();
  attempt.progress = FallbackReason::Allocation;
  Expected<GpuBuffer> buffer = device.allocateMemory(bytes.size());
  if (!buffer)
    return buffer.takeError();
  attempt.progress = FallbackReason::CopyIn;
  if (Error error = isOut ? device.fillMemory(*buffer, 0, bytes.size())
                          : device.copyH2D(*buffer, bytes))
    return std::move(error);
  return GpuArg::buffer(copies.emplace_back(&arg, std::move(*buffer)).buffer);
}

/// What the kernel may have started from is not written before everything has
/// arrived, if the host may have to start from it again.
Error KernelExecution::copyOut() {
  GpuCompute &device = attempt.getDevice();
  SmallVector<std::pair<const ExecutorArg *, AlignedBuffer>, 0> staged;
  for (const Copy &copy : copies) {
    if (copy.arg->getKind() == ExecutorArgKind::In)
      continue;
    MutableArrayRef<uint8_t> destination = copy.arg->getBytes();
    if (attempt.mayFallBack && copy.arg->getKind() == ExecutorArgKind::InOut) {
      Expected<AlignedBuffer> stage = AlignedBuffer::create(destination.size());
      if (!stage)
        return stage.takeError();
      destination = {stage->data(), destination.size()};
      staged.emplace_back(copy.arg, std::move(*stage));
    }
    if (Error error = device.copyD2H(destination, copy.buffer))
      return error;
  }
  for (const auto &[arg, bytes] : staged)
    std::memcpy(arg->getBytes().data(), bytes.data(), arg->getBytes().size());
  return buffers.copyBack();
}
