//===- Target.cpp - What to compile for a CUDA device -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the tables of PTX versions and chips.
//
//===----------------------------------------------------------------------===//

#include "Target.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

/// What generated code needs at least, whatever the chip.
static constexpr unsigned kLowestPTXVersion = 70;

unsigned cuda::getPTXVersion(int driverVersion) {
#define VMJIT_PTX_VERSION(DriverVersion, PTXVersion)                           \
  if (driverVersion >= DriverVersion)                                          \
    return PTXVersion;
#include "PTXVersions.def"
  return 0;
}

std::optional<TargetSpec> cuda::chooseTarget(ComputeCapability capability,
                                             int driverVersion) {
  unsigned device = capability.major * 10 + capability.minor;
  unsigned newestPTX = getPTXVersion(driverVersion);
  unsigned best = 0;
  std::optional<TargetSpec> target;
  auto consider = [&](StringRef chip, unsigned firstPTX) {
    // Chips with a letter ("sm_90a") are for that generation only.
    unsigned number = 0;
    if (chip.drop_front(StringRef("sm_").size()).getAsInteger(10, number))
      return;
    unsigned ptxVersion = std::max(firstPTX, kLowestPTXVersion);
    if (number > device || number <= best || ptxVersion > newestPTX)
      return;
    best = number;
    target.emplace();
    target->kind = TargetKind::NVPTX;
    target->chip = chip.str();
    target->ptxVersion = ptxVersion;
  };
#define VMJIT_NVPTX_CHIP(Chip, PTXVersion) consider(Chip, PTXVersion);
#include "vmjit/Target/NVPTXChips.def"
  return target;
}
