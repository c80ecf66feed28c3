//===- Vandal.h - Damage to a directory -------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_CACHE_CHAOS_VANDAL_H
#define VMJIT_UNITTESTS_CACHE_CHAOS_VANDAL_H

#include <random>
#include <string>

namespace vmjit::chaos {

/// Does one random thing to a file of the cache in \p directory that a crash, a
/// bad disk, a clock that jumps or a careless person could do.
void damageSomething(const std::string &directory, std::mt19937_64 &random);

} // namespace vmjit::chaos

#endif // VMJIT_UNITTESTS_CACHE_CHAOS_VANDAL_H
