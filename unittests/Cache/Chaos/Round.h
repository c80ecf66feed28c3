//===- Round.h - Many processes on one directory ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_CACHE_CHAOS_ROUND_H
#define VMJIT_UNITTESTS_CACHE_CHAOS_ROUND_H

#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace vmjit::chaos {

/// What has happened, to see that it has happened at all.
struct ChaosCounts {
  uint64_t processes = 0;
  uint64_t killedFromOutside = 0;
  uint64_t killedCompiling = 0;
  uint64_t killedWriting = 0;
  uint64_t stopped = 0;
  /// Temporary files of writers that were killed.
  uint64_t partialFiles = 0;
};

/// Lets \p processCount processes loose on \p directory, kills some, waits for
/// the rest, and then checks that the cache is as good as new: every program is
/// found right or compiled, is found on disk after that, and no lock is held.
llvm::Error runRound(const std::string &directory, unsigned processCount,
                     uint64_t seed, ChaosCounts &counts);

} // namespace vmjit::chaos

#endif // VMJIT_UNITTESTS_CACHE_CHAOS_ROUND_H
