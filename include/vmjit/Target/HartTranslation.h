//===- HartTranslation.h - How code finds guest memory ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In hart mode every access asks a function of its module where it goes:
//
//   (pointer, ok) vmjit.translate(launch, hart, ea, size, needed flags)
//
// which searches the regions of ABI/Hart.h. On the host it has one more
// argument, a RememberedRegion, and leaves there where it found the access, so
// that the backend can put a test of that in front of each call.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TARGET_HARTTRANSLATION_H
#define VMJIT_TARGET_HARTTRANSLATION_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace vmjit {

inline constexpr llvm::StringLiteral kTranslateName = "vmjit.translate";

/// The arguments of that function.
enum TranslateArgument : unsigned {
  TranslateLaunch,
  TranslateHart,
  TranslateAddress,
  TranslateSize,
  TranslateNeeded,
  TranslateRemembered
};

/// A region as one hart sees it. An access of at most kMaxRememberedSize bytes
/// that begins less than an extent behind the base lies in the region and is
/// permitted; all zero permits nothing.
struct RememberedRegion {
  /// The guest's address of the first byte.
  uint64_t base;
  /// From the guest's address of a byte to where it is.
  uint64_t distance;
  uint64_t readExtent;
  /// 0 where the region cannot be read, either.
  uint64_t writeExtent;
};

inline constexpr uint64_t kMaxRememberedSize = 16;

} // namespace vmjit

#endif // VMJIT_TARGET_HARTTRANSLATION_H
