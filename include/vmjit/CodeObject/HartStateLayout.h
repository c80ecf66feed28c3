//===- HartStateLayout.h - The words that programs differ in ----*- C++ -*-===//
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

/// What a state array has words for from VMJIT_WORD_CSR on, one each.
struct HartStateLayout {
  /// CSR numbers, ascending; no views of others.
  std::vector<uint16_t> csrs;
  /// After the CSRs: the temporaries that a hart which stopped inside a block
  /// may need when it resumes there, in any order. At other times their words
  /// say nothing.
  std::vector<uint16_t> temporaries;

  uint64_t getFirstTemporaryWord() const {
    return VMJIT_WORD_CSR + csrs.size();
  }
  uint64_t getWordCount() const {
    return getFirstTemporaryWord() + temporaries.size();
  }

  bool operator==(const HartStateLayout &) const = default;
};

} // namespace vmjit

#endif // VMJIT_CODEOBJECT_HARTSTATELAYOUT_H
