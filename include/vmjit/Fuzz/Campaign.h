//===- Campaign.h - Many random programs in a row ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FUZZ_CAMPAIGN_H
#define VMJIT_FUZZ_CAMPAIGN_H

#include "vmjit/Fuzz/DifferentialTest.h"
#include "vmjit/Fuzz/ProgramGenerator.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace vmjit::fuzz {

/// Looks for a difference; DifferentialTest::run is one.
using Check = llvm::function_ref<llvm::Expected<std::optional<Difference>>(
    const vmir::Program &, const HartInputs &)>;

struct CampaignOptions {
  uint64_t firstSeed = 1;
  /// How many seeds, which go on at 0 after the last there is.
  uint64_t count = 1;
  /// Harts for each program; at least 1.
  uint64_t harts = 32;
  /// Make the program that fails as small as possible.
  bool reduce = false;
  GeneratorOptions generator;
};

/// What a campaign found.
struct Finding {
  uint64_t seed = 0;
  /// The program that was checked, or what is left of it.
  vmir::Program program;
  /// What \p program shows.
  Difference difference;
};

/// Checks \p program with the inputs that \p seed gives; of \p options, harts
/// and reduce matter. A reduced program shows a difference in the same place,
/// with the inputs that the whole one had. Fails with InvalidArgument for
/// options out of range, InvalidProgram for a program that does not verify, and
/// as \p check does.
llvm::Expected<std::optional<Finding>>
checkProgram(uint64_t seed, vmir::Program program,
             const CampaignOptions &options, Check check);

/// Checks the generated programs of all seeds up to the first difference. Fails
/// as checkProgram does, with the seed in the message.
llvm::Expected<std::optional<Finding>>
runCampaign(const CampaignOptions &options, Check check);

} // namespace vmjit::fuzz

#endif // VMJIT_FUZZ_CAMPAIGN_H
