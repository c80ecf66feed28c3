//===- EdgeValues.h - Values that are worth trying --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FUZZ_EDGEVALUES_H
#define VMJIT_LIB_FUZZ_EDGEVALUES_H

#include "Random.h"
#include "vmjit/ABI/Hart.h"
#include "vmjit/Runtime/HartMemory.h"

namespace vmjit::fuzz {

/// The memory map of all harts. The second region begins where the first ends,
/// the last one ends where the address space does.
inline constexpr HartRegion memoryMap[] = {
    {.base = 0x20000, .size = 128},
    {.base = 0x20080, .size = 32},
    {.base = 0x30000,
     .size = 32,
     .isPrivate = false,
     .flags = VMJIT_REGION_READ},
    {.base = 0x40000, .size = 32, .flags = VMJIT_REGION_WRITE},
    {.base = 0xffffffffffffffc0, .size = 64}};

/// The CSRs of generated programs. 1, 2 and 3 are views of each other.
inline constexpr uint16_t csrNames[] = {1, 2, 3, 0x300, 0x341, 0xc00};

/// A value of 64 bits for arithmetic.
uint64_t pickInteger(Random &random);
/// The bits of a floating-point register: of an f64, of a boxed f32, or of
/// neither.
uint64_t pickFloat(Random &random);
/// An address in the memory map, mostly aligned, now and then at an edge of a
/// region or outside.
uint64_t pickAddress(Random &random);

} // namespace vmjit::fuzz

#endif // VMJIT_LIB_FUZZ_EDGEVALUES_H
