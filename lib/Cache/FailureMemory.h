//===- FailureMemory.h - Compilations that failed ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CACHE_FAILUREMEMORY_H
#define VMJIT_LIB_CACHE_FAILUREMEMORY_H

#include "vmjit/Cache/CacheKey.h"
#include "vmjit/Support/ProgramError.h"

#include <deque>
#include <map>
#include <mutex>

namespace vmjit {

/// What an error was, so that it can be returned again.
struct Failure {
  ErrorCode code = ErrorCode::Other;
  std::string message;
  std::optional<ProgramPlace> place;

  /// What \p error is, which stays unhandled.
  static Failure describe(const llvm::Error &error);
  llvm::Error makeError() const {
    return makeProgramError(code, message, place);
  }
};

/// The failures of this process by key, the oldest of which go when there are
/// too many. Its functions may be called from any thread.
class FailureMemory {
public:
  explicit FailureMemory(size_t maxFailures) : maxFailures(maxFailures) {}

  std::optional<Failure> lookup(const CacheKey &key) const;
  /// Remembers \p failure, unless another attempt might succeed.
  void store(const CacheKey &key, const Failure &failure);
  void remove(const CacheKey &key);
  void clear();

private:
  const size_t maxFailures;
  mutable std::mutex mutex;
  std::map<CacheKey::Digest, Failure> failures;
  /// The oldest first.
  std::deque<CacheKey::Digest> order;
};

} // namespace vmjit

#endif // VMJIT_LIB_CACHE_FAILUREMEMORY_H
