//===- Objects.h - What every process knows to be right ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_CACHE_CHAOS_OBJECTS_H
#define VMJIT_UNITTESTS_CACHE_CHAOS_OBJECTS_H

#include "vmjit/Cache/CacheKey.h"
#include "vmjit/CodeObject/CodeObject.h"

namespace vmjit::chaos {

/// How many programs there are in a round.
inline constexpr unsigned kProgramCount = 10;

/// The key of a program, and the only right object for it: from 100 bytes to
/// some hundred thousand.
CacheKey makeKey(unsigned program);
CodeObject makeObject(unsigned program);

} // namespace vmjit::chaos

#endif // VMJIT_UNITTESTS_CACHE_CHAOS_OBJECTS_H
