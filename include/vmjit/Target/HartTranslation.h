//===- HartTranslation.h - How code finds guest memory ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In hart mode every access asks a function of its module where it goes, which
// searches the regions of ABI/Hart.h:
//
//   (pointer, ok) vmjit.translate(launch, hart, ea, size, needed flags)
//
// On the host, a hart has its regions in its frame, with those that accesses
// have gone to, so that the backend can put a test of that in front of each
// call:
//
//   vmjit.regions(launch, hart, regions)
//   (pointer, ok) vmjit.translate(regions, ea, access)
//
// The first fills in the regions where the hart begins. The second searches
// them, and leaves where it found the access in one of those that are
// remembered; what lies at the end of a region, or in none, it leaves to
// vmjit.search, which has the same arguments. That is also for accesses of more
// than kMaxRememberedSize bytes.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TARGET_HARTTRANSLATION_H
#define VMJIT_TARGET_HARTTRANSLATION_H

#include "vmjit/ABI/Hart.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace vmjit {

inline constexpr llvm::StringLiteral kTranslateName = "vmjit.translate";
inline constexpr llvm::StringLiteral kSearchRegionsName = "vmjit.search";
inline constexpr llvm::StringLiteral kCollectRegionsName = "vmjit.regions";

/// The arguments of vmjit.translate on the host.
enum TranslateArgument : unsigned {
  TranslateRegions,
  TranslateAddress,
  TranslateAccess
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

/// The regions of a hart. Behind it are those that the hart remembers.
struct HartRegions {
  RememberedRegion regions[VMJIT_MAX_REGIONS];
  /// Of those that the launch has.
  uint64_t regionBytes;
  /// The address of the launch record, and the hart's number in the launch.
  uint64_t launch;
  uint64_t hart;
  uint64_t unused;
};

static_assert(sizeof(HartRegions) % sizeof(RememberedRegion) == 0);

/// What code says of an access, in one constant.
struct TranslatedAccess {
  /// In bytes, below 256.
  uint64_t size;
  /// vmjit_region_flags.
  uint64_t needed;
  /// Of the RememberedRegion, from the HartRegions on.
  uint64_t place;

  static constexpr unsigned kNeededBit = 8;
  static constexpr unsigned kPlaceBit = 16;

  uint64_t pack() const {
    return size | needed << kNeededBit | place << kPlaceBit;
  }
  static TranslatedAccess unpack(uint64_t packed) {
    return {packed % 256, (packed >> kNeededBit) % 256, packed >> kPlaceBit};
  }
};

} // namespace vmjit

#endif // VMJIT_TARGET_HARTTRANSLATION_H
