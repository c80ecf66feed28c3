//===- ExecutorArg.h - Arguments of executions ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// A value for each parameter of a program, wherever it is going to run.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_EXECUTOR_EXECUTORARG_H
#define VMJIT_EXECUTOR_EXECUTORARG_H

#include "vmjit/Runtime/GpuArg.h"
#include "llvm/ADT/ArrayRef.h"

#include <type_traits>

namespace vmjit {

/// What an argument is.
enum class ExecutorArgKind : uint8_t {
  /// A number, or an address that only the caller knows the meaning of.
  Value,
  /// Host memory that the kernel reads, writes, or both.
  In,
  Out,
  InOut,
  /// Memory of a device.
  Buffer,
};

/// An argument. A value; the memory that it names must live until the execution
/// is over. Out and InOut memory must not overlap other arguments. An empty
/// span is fine: the kernel gets an address that it must not touch.
class ExecutorArg {
public:
  /// A number. Buffers and raw pointers are passed on, too, but as nobody knows
  /// their size, an execution with one runs on its first device or not at all.
  ExecutorArg(const GpuArg &value) : arg(value) {}

  /// Host memory whose bytes the kernel starts with, and that never changes:
  /// what the kernel writes there is lost.
  template <class T> static ExecutorArg in(llvm::ArrayRef<T> elements) {
    return fromSpan(ExecutorArgKind::In, elements.data(), elements.size());
  }
  /// Host memory that gets what the kernel leaves there; it starts with zeros.
  template <class T> static ExecutorArg out(llvm::MutableArrayRef<T> elements) {
    return fromSpan(ExecutorArgKind::Out, elements.data(), elements.size());
  }
  /// Both.
  template <class T>
  static ExecutorArg inout(llvm::MutableArrayRef<T> elements) {
    return fromSpan(ExecutorArgKind::InOut, elements.data(), elements.size());
  }
  /// Device memory from \p offset on; \p buffer itself must outlive the
  /// execution. It runs on the buffer's device.
  static ExecutorArg buffer(const GpuBuffer &buffer, uint64_t offset = 0);

  ExecutorArgKind getKind() const { return kind; }
  /// Value and Buffer: as devices take it.
  const GpuArg &getValue() const { return arg; }
  /// In, Out and InOut: the memory; of In it is only read.
  llvm::MutableArrayRef<uint8_t> getBytes() const { return bytes; }
  /// Buffer only.
  const GpuBuffer &getBuffer() const { return *deviceBuffer; }
  uint64_t getBufferOffset() const { return bufferOffset; }

  bool isSpan() const {
    return kind != ExecutorArgKind::Value && kind != ExecutorArgKind::Buffer;
  }
  /// The type of parameter that takes it fits \p type.
  bool isAcceptedBy(vmir::ParamType type) const {
    return isSpan() ? type == vmir::ParamType::Buffer : arg.isAcceptedBy(type);
  }

private:
  ExecutorArg(ExecutorArgKind kind, llvm::MutableArrayRef<uint8_t> bytes)
      : arg(GpuArg::rawPointer(0)), bytes(bytes), kind(kind) {}

  template <class T>
  static ExecutorArg fromSpan(ExecutorArgKind kind, const T *data,
                              size_t size) {
    static_assert(std::is_trivially_copyable_v<T>,
                  "kernels see bytes, not objects");
    // Of In it is never written.
    auto *start = const_cast<std::remove_const_t<T> *>(data);
    return ExecutorArg(kind,
                       {reinterpret_cast<uint8_t *>(start), size * sizeof(T)});
  }

  GpuArg arg;
  llvm::MutableArrayRef<uint8_t> bytes;
  const GpuBuffer *deviceBuffer = nullptr;
  uint64_t bufferOffset = 0;
  ExecutorArgKind kind = ExecutorArgKind::Value;
};

} // namespace vmjit

#endif // VMJIT_EXECUTOR_EXECUTORARG_H
