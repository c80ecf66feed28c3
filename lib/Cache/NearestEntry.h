//===- NearestEntry.h - Why a key was not found -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CACHE_NEARESTENTRY_H
#define VMJIT_LIB_CACHE_NEARESTENTRY_H

#include "vmjit/Cache/CacheLevel.h"
#include "vmjit/Cache/MemoryCache.h"

namespace vmjit {

/// An error of code CacheMiss that says where \p key was looked for and in
/// which parts the nearest entry differs. Nearest is, among the entries with
/// the same first part, by convention the program, or else among all, that with
/// the fewest differences.
llvm::Error
makeCacheMissError(const CacheKey &key, const MemoryCache &memory,
                   llvm::ArrayRef<std::unique_ptr<CacheLevel>> levels);

} // namespace vmjit

#endif // VMJIT_LIB_CACHE_NEARESTENTRY_H
