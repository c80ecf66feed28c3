//===- GpuArg.cpp - Arguments of kernels ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/GpuArg.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit;

StringRef vmjit::getGpuArgKindName(GpuArgKind kind) {
  switch (kind) {
  case GpuArgKind::U8:
    return "u8";
  case GpuArgKind::U32:
    return "u32";
  case GpuArgKind::U64:
    return "u64";
  case GpuArgKind::I32:
    return "i32";
  case GpuArgKind::I64:
    return "i64";
  case GpuArgKind::F32:
    return "f32";
  case GpuArgKind::F64:
    return "f64";
  case GpuArgKind::Buffer:
    return "buffer";
  case GpuArgKind::RawPointer:
    return "raw pointer";
  }
  llvm_unreachable("every kind has a name");
}

GpuArg GpuArg::u8(uint8_t value) { return {GpuArgKind::U8, value}; }
GpuArg GpuArg::u32(uint32_t value) { return {GpuArgKind::U32, value}; }
GpuArg GpuArg::u64(uint64_t value) { return {GpuArgKind::U64, value}; }
GpuArg GpuArg::i32(int32_t value) {
  return {GpuArgKind::I32, static_cast<uint32_t>(value)};
}
GpuArg GpuArg::i64(int64_t value) {
  return {GpuArgKind::I64, static_cast<uint64_t>(value)};
}
GpuArg GpuArg::f32(float value) {
  return {GpuArgKind::F32, llvm::bit_cast<uint32_t>(value)};
}
GpuArg GpuArg::f64(double value) {
  return {GpuArgKind::F64, llvm::bit_cast<uint64_t>(value)};
}
GpuArg GpuArg::rawPointer(uint64_t address) {
  return {GpuArgKind::RawPointer, address};
}

GpuArg GpuArg::buffer(const GpuBuffer &buffer, uint64_t offset) {
  GpuArg arg(GpuArgKind::Buffer, buffer.getAddress() + offset);
  // Without a device no launch takes it.
  if (offset <= buffer.getSize())
    arg.device = buffer.getDevice();
  return arg;
}

bool GpuArg::isAcceptedBy(vmir::ParamType type) const {
  switch (type) {
  case vmir::ParamType::I32:
    return kind == GpuArgKind::I32 || kind == GpuArgKind::U32 ||
           kind == GpuArgKind::U8;
  case vmir::ParamType::I64:
    return kind == GpuArgKind::I64 || kind == GpuArgKind::U64;
  case vmir::ParamType::F32:
    return kind == GpuArgKind::F32;
  case vmir::ParamType::F64:
    return kind == GpuArgKind::F64;
  case vmir::ParamType::Buffer:
    return kind == GpuArgKind::Buffer || kind == GpuArgKind::RawPointer;
  }
  llvm_unreachable("every type is handled");
}
