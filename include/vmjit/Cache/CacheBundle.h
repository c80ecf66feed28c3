//===- CacheBundle.h - Entries in one file ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A bundle is a System V archive, as ar makes and lists it, of cache entries,
// so that what was compiled in one place can be shipped to others. The same
// entries give the same bytes.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CACHE_CACHEBUNDLE_H
#define VMJIT_CACHE_CACHEBUNDLE_H

#include "vmjit/Cache/DiskCache.h"

namespace vmjit {

/// What was in a bundle or went into it.
struct CacheBundleResult {
  struct Refused {
    std::string name;
    std::string reason;
  };
  size_t accepted = 0;
  /// Members that are no intact entries.
  std::vector<Refused> refused;
};

/// Writes the entries of \p cache that \p wants says yes to into \p path, which
/// is replaced at once or stays as it is. Fails with Io.
llvm::Expected<CacheBundleResult>
exportCacheBundle(const DiskCache &cache, llvm::StringRef path,
                  llvm::function_ref<bool(const CacheEntry &)> wants);

/// Stores the entries of the bundle \p path in \p level. The file may be
/// anything. Fails with Io if it cannot be read or the level fails, and with
/// ParseError if it is no archive, or one that is cut off or damaged between
/// its members; what came before that is stored then.
llvm::Expected<CacheBundleResult> importCacheBundle(CacheLevel &level,
                                                    llvm::StringRef path);

} // namespace vmjit

#endif // VMJIT_CACHE_CACHEBUNDLE_H
