//===- OptLevel.h - How much to optimize ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Apart, so that what only passes a level on needs no compiler.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TARGET_OPTLEVEL_H
#define VMJIT_TARGET_OPTLEVEL_H

#include <cstdint>

namespace vmjit {

/// The levels of LLVM's default pipelines.
enum class OptLevel : uint8_t { O0, O1, O2, O3 };

} // namespace vmjit

#endif // VMJIT_TARGET_OPTLEVEL_H
