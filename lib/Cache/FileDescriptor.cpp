//===- FileDescriptor.cpp - Open files --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FileDescriptor.h"

#include "llvm/Support/Errno.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;

/// What one system call may move; Linux moves no more either.
static constexpr size_t kMaxTransfer = size_t(1) << 30;

std::error_code vmjit::getLastError() {
  return std::error_code(errno, std::generic_category());
}

FileDescriptor &FileDescriptor::operator=(FileDescriptor &&other) noexcept {
  std::swap(fd, other.fd);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd >= 0)
    ::close(fd);
}

ErrorOr<FileDescriptor> FileDescriptor::open(int directory, const char *path,
                                             int flags, mode_t mode) {
  int fd = sys::RetryAfterSignal(-1, ::openat, directory, path,
                                 flags | O_CLOEXEC, mode);
  if (fd < 0)
    return getLastError();
  return FileDescriptor(fd);
}

ErrorOr<struct stat> FileDescriptor::getStatus() const {
  struct stat status;
  if (::fstat(fd, &status) != 0)
    return getLastError();
  return status;
}

ErrorOr<size_t> FileDescriptor::read(MutableArrayRef<uint8_t> bytes) const {
  size_t total = 0;
  while (total < bytes.size()) {
    ssize_t count =
        sys::RetryAfterSignal(-1, ::read, fd, bytes.data() + total,
                              std::min(bytes.size() - total, kMaxTransfer));
    if (count < 0)
      return getLastError();
    if (count == 0)
      break;
    total += count;
  }
  return total;
}

std::error_code FileDescriptor::write(ArrayRef<uint8_t> bytes) const {
  while (!bytes.empty()) {
    ssize_t count = sys::RetryAfterSignal(-1, ::write, fd, bytes.data(),
                                          std::min(bytes.size(), kMaxTransfer));
    if (count < 0)
      return getLastError();
    bytes = bytes.drop_front(count);
  }
  return {};
}

std::error_code FileDescriptor::close() {
  // After EINTR the descriptor is closed as well.
  if (::close(std::exchange(fd, -1)) != 0 && errno != EINTR)
    return getLastError();
  return {};
}
