//===- TargetSpec.cpp - What to compile for ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Target strings.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Target/TargetSpec.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

#include <array>

using namespace llvm;
using namespace vmjit;

static Error malformed(StringRef text, const Twine &message) {
  return makeErrorf(ErrorCode::InvalidArgument, "target '{0}': {1}", text,
                    message.str());
}

static std::string listKinds() {
  static constexpr std::array names = {
#define VMJIT_TARGET(Name, Spelling, Payload, DefaultChip, HartTile)           \
  StringRef(Spelling),
#include "vmjit/Target/Targets.def"
  };
  return join(names, ", ");
}

/// \p features is a list of words, each after a sign.
static bool isFeatureList(StringRef features) {
  return all_of(split(features, ','), [](StringRef feature) {
    return feature.size() > 1 && (feature[0] == '+' || feature[0] == '-') &&
           all_of(feature.drop_front(), [](char c) {
             return isAlnum(c) || StringRef("-_.").contains(c);
           });
  });
}

Expected<TargetSpec> TargetSpec::parse(StringRef text) {
  auto [kindName, rest] = text.split(':');
  auto [chip, features] = rest.split(':');
  std::optional<TargetKind> kind = parseTargetKind(kindName);
  if (!kind)
    return malformed(text, "the kinds are " + listKinds());
  bool namesChip = kindName.size() != text.size();
  if (namesChip && chip.empty())
    return malformed(text, "the chip is empty");
  if (!all_of(chip, [](char c) {
        return isAlnum(c) || StringRef("-_.").contains(c);
      }))
    return malformed(text, "a chip is letters, digits, '-', '_' and '.'");
  bool namesFeatures = namesChip && chip.size() != rest.size();
  if (namesFeatures && !isFeatureList(features))
    return malformed(text, "features are written '+name,-name'");
  TargetSpec spec;
  spec.kind = *kind;
  spec.chip = chip.str();
  spec.features = features.str();
  return spec;
}

std::string TargetSpec::str() const {
  std::string text = getTargetKindName(kind).str();
  if (!chip.empty() || !features.empty())
    text += ":" + chip;
  if (!features.empty())
    text += ":" + features;
  return text;
}

void TargetSpec::resolveNative() {
  if (chip != "native")
    return;
  chip = sys::getHostCPUName().str();
  std::vector<std::string> parts;
  for (const auto &feature : sys::getHostCPUFeatures())
    parts.push_back((feature.second ? "+" : "-") + feature.first().str());
  // In the order of a hash table before.
  sort(parts);
  // What the user says comes last, and wins.
  if (!features.empty())
    parts.push_back(features);
  features = join(parts, ",");
}
