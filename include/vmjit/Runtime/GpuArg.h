//===- GpuArg.h - Arguments of kernels --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// A value for each parameter of an entry.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_GPUARG_H
#define VMJIT_RUNTIME_GPUARG_H

#include "vmjit/CodeObject/CodeObject.h"
#include "vmjit/Runtime/GpuBuffer.h"

namespace vmjit {

/// What an argument is.
enum class GpuArgKind : uint8_t {
  U8,
  U32,
  U64,
  I32,
  I64,
  F32,
  F64,
  Buffer,
  RawPointer
};

/// "u8", "buffer" and so on.
llvm::StringRef getGpuArgKindName(GpuArgKind kind);

/// An argument. A value; of a buffer it holds the address, so the buffer must
/// outlive the launch.
class GpuArg {
public:
  static GpuArg u8(uint8_t value);
  static GpuArg u32(uint32_t value);
  static GpuArg u64(uint64_t value);
  static GpuArg i32(int32_t value);
  static GpuArg i64(int64_t value);
  static GpuArg f32(float value);
  static GpuArg f64(double value);
  /// The address \p offset bytes into \p buffer. Launches refuse it if the
  /// buffer is empty or the offset is not within it or at its end.
  static GpuArg buffer(const GpuBuffer &buffer, uint64_t offset = 0);
  /// An address as code on the device sees it; nothing is checked.
  static GpuArg rawPointer(uint64_t address);

  GpuArgKind getKind() const { return kind; }
  /// The value, little-endian in the lowest bytes, the rest 0; what a parameter
  /// of any type that accepts() it reads.
  const uint64_t &getBits() const { return bits; }
  /// Of a buffer, whose it is; else null.
  const GpuCompute *getDevice() const { return device; }

  /// Whether a parameter of type \p type takes it: I32 takes i32, u32 and u8,
  /// I64 i64 and u64, F32 f32, F64 f64, Buffer buffers and raw pointers.
  bool isAcceptedBy(vmir::ParamType type) const;

private:
  GpuArg(GpuArgKind kind, uint64_t bits) : bits(bits), kind(kind) {}

  uint64_t bits;
  const GpuCompute *device = nullptr;
  GpuArgKind kind;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_GPUARG_H
