//===- ExecutorArg.cpp - Arguments of executions ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Executor/ExecutorArg.h"

using namespace vmjit;

ExecutorArg ExecutorArg::buffer(const GpuBuffer &buffer, uint64_t offset) {
  ExecutorArg arg(GpuArg::buffer(buffer, offset));
  arg.kind = ExecutorArgKind::Buffer;
  arg.deviceBuffer = &buffer;
  arg.bufferOffset = offset;
  return arg;
}
