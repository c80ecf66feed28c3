//===- Vandal.cpp - Damage to a directory -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Vandal.h"

#include "llvm/Support/FileSystem.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

/// Any file in \p folder; empty if there is none.
static std::string pickFile(const std::string &folder,
                            std::mt19937_64 &random) {
  std::vector<std::string> paths;
  std::error_code failure;
  for (sys::fs::directory_iterator file(folder, failure), end;
       !failure && file != end; file.increment(failure))
    paths.push_back(file->path());
  if (paths.empty())
    return "";
  // Their order is not that of the file system.
  sort(paths);
  return paths[random() % paths.size()];
}

static void truncateFile(const std::string &path, std::mt19937_64 &random) {
  struct stat status;
  if (::stat(path.c_str(), &status) == 0 && status.st_size > 0)
    (void)!::truncate(path.c_str(), random() % status.st_size);
}

static void flipBit(const std::string &path, std::mt19937_64 &random) {
  int file = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  struct stat status;
  if (file < 0)
    return;
  if (::fstat(file, &status) == 0 && status.st_size > 0) {
    off_t offset = random() % status.st_size;
    char byte;
    if (::pread(file, &byte, 1, offset) == 1) {
      byte ^= 1 << (random() % 8);
      (void)!::pwrite(file, &byte, 1, offset);
    }
  }
  ::close(file);
}

/// As if the clock had been set forth or back when the file was written.
static void redate(const std::string &path, std::mt19937_64 &random) {
  constexpr time_t times[] = {0, 1, 4102444800, 7258118400};
  time_t time = times[random() % std::size(times)];
  const struct timespec both[2] = {{time, 0}, {time, 0}};
  ::utimensat(AT_FDCWD, path.c_str(), both, AT_SYMLINK_NOFOLLOW);
}

/// Makes one file another's content, by a second name or a link.
static void replace(const std::string &path, const std::string &other,
                    std::mt19937_64 &random) {
  ::unlink(path.c_str());
  switch (random() % 4) {
  case 0:
    (void)!::symlink(other.c_str(), path.c_str());
    break;
  case 1:
    (void)!::link(other.c_str(), path.c_str());
    break;
  case 2:
    ::mkfifo(path.c_str(), 0600);
    break;
  case 3:
    (void)!::symlink("/dev/zero", path.c_str());
    break;
  }
}

void vmjit::chaos::damageSomething(const std::string &directory,
                                   std::mt19937_64 &random) {
  std::string folder = directory + "/v1";
  std::string path = pickFile(folder, random);
  if (path.empty())
    return;
  switch (random() % 6) {
  case 0:
  case 1:
    return truncateFile(path, random);
  case 2:
  case 3:
    return flipBit(path, random);
  case 4:
    return redate(path, random);
  case 5:
    return replace(path, pickFile(folder, random), random);
  }
}
