//===- Reducer.h - Smaller programs that still fail -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FUZZ_REDUCER_H
#define VMJIT_FUZZ_REDUCER_H

#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace vmjit::fuzz {

/// Says whether a program still shows what is looked for.
using FailurePredicate = llvm::function_ref<bool(const vmir::Program &)>;

struct ReducerOptions {
  /// How many candidates are tried at most.
  uint64_t maxAttempts = 5000;
};

/// A program made of \p program, which has to verify and for which \p fails has
/// to hold, by dropping blocks and ops and by making terminators simpler. It
/// verifies and \p fails holds for it. Unless the attempts ran out, no block,
/// op or terminator can be dropped or made simpler on its own. The same
/// predicate gives the same program.
vmir::Program reduceProgram(vmir::Program program, FailurePredicate fails,
                            const ReducerOptions &options = {});

} // namespace vmjit::fuzz

#endif // VMJIT_FUZZ_REDUCER_H
