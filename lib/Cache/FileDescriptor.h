//===- FileDescriptor.h - Open files ----------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CACHE_FILEDESCRIPTOR_H
#define VMJIT_LIB_CACHE_FILEDESCRIPTOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/ErrorOr.h"

#include <sys/stat.h>

#include <system_error>
#include <utility>

namespace vmjit {

/// errno as an error_code.
std::error_code getLastError();

/// Owns an open file.
class FileDescriptor {
public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd(fd) {}
  FileDescriptor(FileDescriptor &&other) noexcept
      : fd(std::exchange(other.fd, -1)) {}
  FileDescriptor &operator=(FileDescriptor &&other) noexcept;
  ~FileDescriptor();

  /// openat(2), with O_CLOEXEC and again where a signal interrupts it.
  static llvm::ErrorOr<FileDescriptor> open(int directory, const char *path,
                                            int flags, mode_t mode = 0);

  int get() const { return fd; }
  /// Gives up the descriptor without closing it.
  int release() { return std::exchange(fd, -1); }

  llvm::ErrorOr<struct stat> getStatus() const;
  /// Reads until \p bytes is full or the file ends; how much that was.
  llvm::ErrorOr<size_t> read(llvm::MutableArrayRef<uint8_t> bytes) const;
  std::error_code write(llvm::ArrayRef<uint8_t> bytes) const;
  /// Some file systems tell only now that a write has failed.
  std::error_code close();

private:
  int fd = -1;
};

} // namespace vmjit

#endif // VMJIT_LIB_CACHE_FILEDESCRIPTOR_H
