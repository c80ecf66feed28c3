//===- KeyLock.h - One compilation of a key at a time -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CACHE_KEYLOCK_H
#define VMJIT_LIB_CACHE_KEYLOCK_H

#include "CacheDirectory.h"

namespace vmjit {

/// Takes the lock file of \p hex in \p directory, which it keeps alive. Null if
/// \p limit has passed first, or where the directory cannot be written or its
/// file system has no locks.
std::unique_ptr<CacheLock>
lockKey(std::shared_ptr<const CacheDirectory> directory, llvm::StringRef hex,
        std::chrono::milliseconds limit);

/// Deletes the lock file \p name unless somebody holds it.
void removeUnusedLock(const CacheDirectory &directory, const std::string &name);

} // namespace vmjit

#endif // VMJIT_LIB_CACHE_KEYLOCK_H
