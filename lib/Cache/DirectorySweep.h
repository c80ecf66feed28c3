//===- DirectorySweep.h - Keeping a cache directory small -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CACHE_DIRECTORYSWEEP_H
#define VMJIT_LIB_CACHE_DIRECTORYSWEEP_H

#include "CacheDirectory.h"

namespace vmjit {

/// What a sweep leaves, as in DiskCacheOptions.
struct SweepLimits {
  uint64_t maxBytes = 0;
  std::chrono::seconds maxAge{0};
};

/// Whether the last sweep of \p directory is longer ago than \p interval.
bool isSweepDue(const CacheDirectory &directory, std::chrono::seconds interval);

/// Sweeps the directories of all format versions in \p base: those that no
/// build uses any more disappear with age. Fails with Io.
llvm::Error sweepVersions(const CacheDirectory &base, SweepLimits limits);

/// Deletes every file of a cache in \p base, and the directories of other
/// format versions that are empty then. Fails with Io.
llvm::Error clearVersions(const CacheDirectory &base);

} // namespace vmjit

#endif // VMJIT_LIB_CACHE_DIRECTORYSWEEP_H
