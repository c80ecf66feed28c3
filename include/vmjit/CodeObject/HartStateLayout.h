//===- HartStateLayout.h - How state arrays differ --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CODEOBJECT_HARTSTATELAYOUT_H
#define VMJIT_CODEOBJECT_HARTSTATELAYOUT_H

#include "vmjit/ABI/Hart.h"

#include <cstdint>
#include <vector>

namespace vmjit {

/// The CSR whose word has what \p csr shows: fflags and frm, 1 and 2, are views
/// of fcsr, 3.
constexpr uint32_t getStoredCsr(uint32_t csr) {
  return csr == 1 || csr == 2 ? 3 : csr;
}

/// The words that a state array has from VMJIT_WORD_CSR on, one each, and where
/// words are.
struct HartStateLayout {
  /// CSR numbers, ascending; no views of others.
  std::vector<uint16_t> csrs;
  /// After the CSRs: the temporaries that a hart which stopped inside a block
  /// may need when it resumes there, in any order. At other times their words
  /// say nothing.
  std::vector<uint16_t> temporaries;
  /// The harts of a tile, a power of two.
  uint32_t tile = 1;

  uint64_t getFirstTemporaryWord() const {
    return VMJIT_WORD_CSR + csrs.size();
  }
  uint64_t getWordCount() const {
    return getFirstTemporaryWord() + temporaries.size();
  }

  /// Whether arrays of both have the same words, wherever those are.
  bool hasWordsOf(const HartStateLayout &other) const {
    return csrs == other.csrs && temporaries == other.temporaries;
  }

  bool operator==(const HartStateLayout &) const = default;
};

} // namespace vmjit

#endif // VMJIT_CODEOBJECT_HARTSTATELAYOUT_H
