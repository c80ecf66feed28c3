//===- TargetSpec.h - What to compile for -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The choice of a target, as users write it: a kind, and where they care a chip
// and its features. A spec is only text; createTargetBackend checks it and
// fills in what it leaves open.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TARGET_TARGETSPEC_H
#define VMJIT_TARGET_TARGETSPEC_H

#include "vmjit/Target/TargetKind.h"
#include "llvm/Support/Error.h"

#include <string>

namespace vmjit {

/// What to compile for. A value.
struct TargetSpec {
  TargetKind kind = TargetKind::Host;
  /// The chip as LLVM names it ("sm_90", "gfx1100"); for the host a CPU or
  /// "native". Empty: the kind's default.
  std::string chip;
  /// "+feature,-feature", on top of the chip's own.
  std::string features;
  /// NVPTX: major * 10 + minor. 0: the lowest from 7.0 on that knows the chip,
  /// so that drivers as old as possible load it.
  unsigned ptxVersion = 0;
  /// AMDGPU: 4, 5 or 6.
  unsigned codeObjectVersion = 5;

  /// Reads "kind", "kind:chip" or "kind:chip:features", for example
  /// "nvptx64:sm_90". Fails with InvalidArgument; whether there is such a chip
  /// is not checked.
  static llvm::Expected<TargetSpec> parse(llvm::StringRef text);

  /// What parse reads, as short as possible; the versions are not part of it.
  std::string str() const;

  /// Replaces the chip "native" by what this machine is and has, so that equal
  /// specs mean equal code everywhere. Other chips stay.
  void resolveNative();

  bool operator==(const TargetSpec &) const = default;
};

} // namespace vmjit

#endif // VMJIT_TARGET_TARGETSPEC_H
