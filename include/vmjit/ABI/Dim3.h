//===- Dim3.h - A position or an extent in x, y and z -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_ABI_DIM3_H
#define VMJIT_ABI_DIM3_H

#include <cassert>
#include <cstdint>

namespace vmjit {

/// Where something is, or how many of it there are, in each dimension.
struct Dim3 {
  uint32_t x = 1;
  uint32_t y = 1;
  uint32_t z = 1;

  /// Coordinate 0, 1 or 2.
  uint32_t &operator[](unsigned dim) {
    assert(dim < 3 && "no such dimension");
    return dim == 0 ? x : dim == 1 ? y : z;
  }
  uint32_t operator[](unsigned dim) const {
    return const_cast<Dim3 &>(*this)[dim];
  }
  /// The product. It does not overflow for extents of launches that were
  /// checked.
  uint64_t getCount() const { return uint64_t(x) * y * z; }
  bool operator==(const Dim3 &) const = default;
};

} // namespace vmjit

#endif // VMJIT_ABI_DIM3_H
