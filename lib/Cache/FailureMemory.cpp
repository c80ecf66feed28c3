//===- FailureMemory.cpp - Compilations that failed -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FailureMemory.h"

using namespace llvm;
using namespace vmjit;

/// Whether compiling the same again fails the same way. Of a code that is not
/// known here it may not be so.
static bool isDeterministic(ErrorCode code) {
  return code == ErrorCode::InvalidArgument || code == ErrorCode::ParseError ||
         code == ErrorCode::InvalidProgram || code == ErrorCode::Unsupported ||
         code == ErrorCode::CompilationFailed;
}

Failure Failure::describe(const Error &error) {
  Failure failure;
  failure.code = getErrorCode(error);
  failure.message = toStringWithoutConsuming(error);
  failure.place = getProgramPlace(error);
  return failure;
}

std::optional<Failure> FailureMemory::lookup(const CacheKey &key) const {
  std::lock_guard guard(mutex);
  auto found = failures.find(key.getDigest());
  if (found == failures.end())
    return std::nullopt;
  return found->second;
}

void FailureMemory::store(const CacheKey &key, const Failure &failure) {
  if (maxFailures == 0 || !isDeterministic(failure.code))
    return;
  std::lock_guard guard(mutex);
  if (!failures.try_emplace(key.getDigest(), failure).second)
    return;
  order.push_back(key.getDigest());
  while (order.size() > maxFailures) {
    failures.erase(order.front());
    order.pop_front();
  }
}

void FailureMemory::remove(const CacheKey &key) {
  std::lock_guard guard(mutex);
  if (failures.erase(key.getDigest()) != 0)
    std::erase(order, key.getDigest());
}

void FailureMemory::clear() {
  std::lock_guard guard(mutex);
  failures.clear();
  order.clear();
}
