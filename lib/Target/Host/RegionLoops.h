//===- RegionLoops.h - A loop over threads for each region ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes a function for many threads from one whose regions are known.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_REGIONLOOPS_H
#define VMJIT_LIB_TARGET_HOST_REGIONLOOPS_H

#include "ThreadPhases.h"
#include "ThreadRegions.h"

namespace vmjit {

/// Replaces \p thread, which is deleted, by a function as PhaseFunction
/// describes it. Returns null, with nothing changed, if threads keep too much
/// between regions.
llvm::Function *buildRegionLoops(llvm::Function &thread,
                                 const ThreadRegions &regions,
                                 PhaseGroup group);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_REGIONLOOPS_H
