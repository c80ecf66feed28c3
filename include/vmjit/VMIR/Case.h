//===- Case.h - Recorded runs of hart-mode programs -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A case file records one run of guest code: the registers and memory pages
// before and after it. The code itself is a program in a file of its own.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_CASE_H
#define VMJIT_VMIR_CASE_H

#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <string>
#include <vector>

namespace vmjit::vmir {

/// The size of the pages of a case, and how many there may be of a kind.
inline constexpr uint64_t kCasePageBytes = 4096;
inline constexpr uint64_t kMaxCasePages = kMaxSegmentBytes / kCasePageBytes;

/// A page of guest memory.
struct CasePage {
  /// A multiple of kCasePageBytes.
  GuestAddr addr = 0;
  /// kCasePageBytes bytes.
  std::vector<uint8_t> bytes;
  bool operator==(const CasePage &) const = default;
};

/// One recorded run.
struct Case {
  using RegisterFile = std::array<uint64_t, kArchRegCount>;

  /// The name of the function that runs.
  std::string function;
  /// Where it starts, and where it ends with the exit Return.
  GuestAddr entryPc = 0;
  GuestAddr returnPc = 0;
  RegisterFile xIn{}, fIn{}, xOut{}, fOut{};
  /// Memory before, and those pages of it that differ afterwards, both sorted
  /// by address.
  std::vector<CasePage> pagesIn, pagesOutChanged;
  /// How many ops were run, terminators not counted.
  uint64_t irOpsExecuted = 0;
};

/// Reads a case file. Fails with ParseError and a message that starts with the
/// path of the culprit. All fields are needed; a page that changed must be one
/// of those before.
llvm::Expected<Case> parseCase(llvm::StringRef text);

/// A range of guest memory and its content.
struct CaseRegion {
  GuestAddr base = 0;
  std::vector<uint8_t> bytes;
  bool operator==(const CaseRegion &) const = default;
};

/// Joins adjacent ones of \p pages, which are sorted by address and distinct,
/// into as few regions as possible, sorted by base.
std::vector<CaseRegion> joinPages(llvm::ArrayRef<CasePage> pages);

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_CASE_H
