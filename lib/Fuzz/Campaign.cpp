//===- Campaign.cpp - Many random programs in a row -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/Campaign.h"

#include "vmjit/Fuzz/Reducer.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/Support/PrettyStackTrace.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::fuzz;

/// More harts than this take more memory than a test should.
static constexpr uint64_t kMaxHarts = 65536;

static Error checkOptions(const CampaignOptions &options) {
  if (options.harts == 0 || options.harts > kMaxHarts)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the number of harts is from 1 to {0}", kMaxHarts);
  if (options.generator.maxBlocks == 0 || options.generator.maxOpsPerBlock == 0)
    return makeError(ErrorCode::InvalidArgument,
                     "a program has room for a block and an op");
  return Error::success();
}

/// Makes the program of \p finding smaller, as long as it differs in the same
/// place.
static void reduce(Finding &finding, const HartInputs &inputs, Check check) {
  auto fails = [&](const vmir::Program &candidate) {
    Expected<std::optional<Difference>> found = check(candidate, inputs);
    if (!found) {
      // A candidate that cannot be checked shows nothing.
      consumeError(found.takeError());
      return false;
    }
    if (!*found || (*found)->where != finding.difference.where)
      return false;
    // The reducer keeps every program for which this holds.
    finding.difference = std::move(**found);
    return true;
  };
  finding.program = reduceProgram(std::move(finding.program), fails);
}

Expected<std::optional<Finding>>
fuzz::checkProgram(uint64_t seed, vmir::Program program,
                   const CampaignOptions &options, Check check) {
  if (Error error = checkOptions(options))
    return std::move(error);
  // Tells which program it was if an engine crashes.
  PrettyStackTraceFormat note("checking a program with seed %llu",
                              static_cast<unsigned long long>(seed));
  if (Error error = vmir::verify(program))
    return std::move(error);
  HartInputs inputs = generateInputs(seed, program, options.harts);
  Expected<std::optional<Difference>> found = check(program, inputs);
  if (!found)
    return found.takeError();
  if (!*found)
    return std::nullopt;
  Finding finding = {seed, std::move(program), std::move(**found)};
  if (options.reduce)
    reduce(finding, inputs, check);
  return finding;
}

Expected<std::optional<Finding>>
fuzz::runCampaign(const CampaignOptions &options, Check check) {
  if (Error error = checkOptions(options))
    return std::move(error);
  for (uint64_t i = 0; i < options.count; ++i) {
    uint64_t seed = options.firstSeed + i;
    Expected<std::optional<Finding>> finding = checkProgram(
        seed, generateProgram(seed, options.generator), options, check);
    if (!finding)
      return withContext(finding.takeError(), "seed " + Twine(seed));
    if (*finding)
      return finding;
  }
  return std::nullopt;
}
