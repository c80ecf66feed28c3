//===- TargetKind.h - The kinds of targets ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a code object can be for. Needs neither a compiler nor a device, so that
// both sides can include it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TARGET_TARGETKIND_H
#define VMJIT_TARGET_TARGETKIND_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorHandling.h"

#include <cstdint>
#include <optional>

namespace vmjit {

/// A kind of target; the list is in Targets.def.
enum class TargetKind : uint8_t {
#define VMJIT_TARGET(Name, Spelling, Payload, DefaultChip, HartTile) Name,
#include "vmjit/Target/Targets.def"
};

/// How \p kind is written in target strings ("nvptx64", ...).
inline llvm::StringRef getTargetKindName(TargetKind kind) {
  switch (kind) {
#define VMJIT_TARGET(Name, Spelling, Payload, DefaultChip, HartTile)           \
  case TargetKind::Name:                                                       \
    return Spelling;
#include "vmjit/Target/Targets.def"
  }
  llvm_unreachable("every kind has a name");
}

/// The kind that is written as \p name; none if there is no such kind.
/// The harts of a tile of the state array of ABI/Hart.h.
inline uint32_t getHartTile(TargetKind kind) {
  switch (kind) {
#define VMJIT_TARGET(Name, Spelling, Payload, DefaultChip, HartTile)           \
  case TargetKind::Name:                                                       \
    return HartTile;
#include "vmjit/Target/Targets.def"
  }
  llvm_unreachable("every kind has a tile");
}

inline std::optional<TargetKind> parseTargetKind(llvm::StringRef name) {
#define VMJIT_TARGET(Name, Spelling, Payload, DefaultChip, HartTile)           \
  if (name == Spelling)                                                        \
    return TargetKind::Name;
#include "vmjit/Target/Targets.def"
  return std::nullopt;
}

} // namespace vmjit

#endif // VMJIT_TARGET_TARGETKIND_H
