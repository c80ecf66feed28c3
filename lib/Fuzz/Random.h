//===- Random.h - The same random numbers everywhere ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FUZZ_RANDOM_H
#define VMJIT_LIB_FUZZ_RANDOM_H

#include <cstdint>
#include <iterator>
#include <random>

namespace vmjit::fuzz {

/// Numbers that follow from a seed. The distributions of the standard library
/// differ from one to the next, so they are not used.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}

  uint64_t next() { return engine(); }
  /// A number below \p bound, which is not 0. Slightly more often a low one.
  uint64_t below(uint64_t bound) { return engine() % bound; }
  /// True once in \p count times.
  bool oneIn(uint64_t count) { return below(count) == 0; }
  /// One of \p values, of which there is at least one.
  template <class Values> const auto &pick(const Values &values) {
    return values[below(std::size(values))];
  }

private:
  std::mt19937_64 engine;
};

} // namespace vmjit::fuzz

#endif // VMJIT_LIB_FUZZ_RANDOM_H
