//===- KeyLock.cpp - One compilation of a key at a time ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// flock, because the kernel releases it with its holder, however that ends, and
// because it also holds between threads, as the record locks of POSIX do not.
// Who has locked a file then looks whether it still has its name: holders
// delete their file before they let go of it.
//
//===----------------------------------------------------------------------===//

#include "KeyLock.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;

namespace {
class FileLock : public CacheLock {
public:
  FileLock(FileDescriptor file, std::shared_ptr<const CacheDirectory> directory,
           std::string name)
      : file(std::move(file)), directory(std::move(directory)),
        name(std::move(name)) {}
  ~FileLock() override {
    (void)directory->remove(name);
    // A child of this process may have the descriptor, too.
    (void)::flock(file.get(), LOCK_UN);
  }

private:
  FileDescriptor file;
  std::shared_ptr<const CacheDirectory> directory;
  std::string name;
};

enum class Attempt { Locked, Busy, Replaced, Failed };
} // namespace

/// Locks \p file without waiting, and checks that it is still called \p name.
static Attempt tryLock(const FileDescriptor &file,
                       const CacheDirectory &directory,
                       const std::string &name) {
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return Attempt::Busy;
    if (errno != EINTR)
      return Attempt::Failed;
  }
  ErrorOr<struct stat> opened = file.getStatus();
  ErrorOr<struct stat> named = directory.getStatus(name);
  if (opened && named && opened->st_ino == named->st_ino &&
      opened->st_dev == named->st_dev)
    return Attempt::Locked;
  return Attempt::Replaced;
}

static ErrorOr<FileDescriptor> openLock(const CacheDirectory &directory,
                                        const std::string &name, int flags) {
  return FileDescriptor::open(directory.getFd(), name.c_str(),
                              O_RDWR | O_NOFOLLOW | O_NONBLOCK | flags,
                              S_IRUSR | S_IWUSR);
}

std::unique_ptr<CacheLock>
vmjit::lockKey(std::shared_ptr<const CacheDirectory> directory, StringRef hex,
               std::chrono::milliseconds limit) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + limit;
  // Compilations take milliseconds, and a waiter should not notice that it
  // polls: flock cannot wait for a limited time.
  Clock::duration delay = std::chrono::microseconds(200);
  const Clock::duration maxDelay = std::chrono::milliseconds(20);
  std::string name = (kLockPrefix + hex).str();
  while (true) {
    ErrorOr<FileDescriptor> file = openLock(*directory, name, O_CREAT);
    if (!file)
      return nullptr;
    Attempt attempt = tryLock(*file, *directory, name);
    if (attempt == Attempt::Locked)
      return std::make_unique<FileLock>(std::move(*file), std::move(directory),
                                        std::move(name));
    Clock::time_point now = Clock::now();
    if (attempt == Attempt::Failed || now >= deadline)
      return nullptr;
    std::this_thread::sleep_for(std::min(delay, deadline - now));
    delay = std::min(2 * delay, maxDelay);
  }
}

void vmjit::removeUnusedLock(const CacheDirectory &directory,
                             const std::string &name) {
  ErrorOr<FileDescriptor> file = openLock(directory, name, 0);
  if (file && tryLock(*file, directory, name) == Attempt::Locked)
    (void)directory.remove(name);
}
