//===- CacheTesting.h - What tests of caches share --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_CACHE_CACHETESTING_H
#define VMJIT_UNITTESTS_CACHE_CACHETESTING_H

#include "vmjit/Cache/CacheLevel.h"
#include "vmjit/CodeObject/CodeObject.h"

#include "ErrorExpectations.h"

#include <mutex>

namespace vmjit {

/// A directory that is deleted with everything in it.
class TemporaryDirectory {
public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  std::string getPath() const { return path; }
  std::string getPath(llvm::StringRef name) const {
    return path + "/" + name.str();
  }

private:
  std::string path;
};

/// Remembers what it is told.
class Notices {
public:
  CacheNoticeHandler getHandler();
  std::vector<std::string> get() const;

private:
  mutable std::mutex mutex;
  std::vector<std::string> messages;
};

/// Takes root's rights from the process for a while: root may write where
/// permissions forbid it. Does nothing for others.
class OrdinaryUser {
public:
  OrdinaryUser();
  ~OrdinaryUser();

private:
  bool wasRoot;
};

/// A key with a part of this name.
CacheKey makeKey(llvm::StringRef name);
/// A valid object that differs for each \p seed.
CodeObject makeObject(uint8_t seed, size_t payloadBytes = 100);
std::vector<uint8_t> makeBytes(uint8_t seed, size_t count = 100);

std::vector<uint8_t> readWholeFile(const std::string &path);
void writeWholeFile(const std::string &path, llvm::ArrayRef<uint8_t> bytes);

/// The payload under \p key; none for a miss. An error fails the test.
std::optional<std::vector<uint8_t>> lookup(CacheLevel &level,
                                           const CacheKey &key);

} // namespace vmjit

#endif // VMJIT_UNITTESTS_CACHE_CACHETESTING_H
