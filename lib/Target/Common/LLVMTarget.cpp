//===- LLVMTarget.cpp - What LLVM knows of a target -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Look-ups in LLVM's target registry and subtarget tables.
//
//===----------------------------------------------------------------------===//

#include "LLVMTarget.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Target/TargetOptions.h"

using namespace llvm;
using namespace vmjit;

Expected<LLVMTarget> LLVMTarget::get(const Triple &triple,
                                     const TargetSpec &spec,
                                     function_ref<bool(StringRef)> accept) {
  std::string message;
  const Target *found = TargetRegistry::lookupTarget(triple, message);
  if (!found)
    return makeErrorf(ErrorCode::Unsupported,
                      "this LLVM cannot compile for {0}: {1}", triple.str(),
                      message);
  LLVMTarget target(*found, triple);
  if (Error error = target.verifySpec(spec, accept))
    return std::move(error);
  return target;
}

Expected<std::unique_ptr<MCSubtargetInfo>> LLVMTarget::getTables() const {
  // Without a chip: an unknown one would be reported on stderr.
  std::unique_ptr<MCSubtargetInfo> info(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!info)
    return makeErrorf(ErrorCode::Unsupported,
                      "this LLVM has no table of the chips of {0}",
                      triple.str());
  return info;
}

std::vector<std::string>
LLVMTarget::getChips(function_ref<bool(StringRef)> accept) const {
  std::vector<std::string> chips;
  Expected<std::unique_ptr<MCSubtargetInfo>> info = getTables();
  if (!info) {
    consumeError(info.takeError());
    return chips;
  }
  for (const SubtargetSubTypeKV &row : (*info)->getAllProcessorDescriptions())
    if (accept(row.Key))
      chips.push_back(row.Key);
  return chips;
}

Error LLVMTarget::verifySpec(const TargetSpec &spec,
                             function_ref<bool(StringRef)> accept) const {
  Expected<std::unique_ptr<MCSubtargetInfo>> info = getTables();
  if (!info)
    return info.takeError();
  if (!accept(spec.chip) || !(*info)->isCPUStringValid(spec.chip))
    return makeErrorf(ErrorCode::InvalidArgument,
                      "target '{0}': unknown chip '{1}'; the chips are {2}",
                      spec.str(), spec.chip, join(getChips(accept), ", "));
  SmallVector<StringRef> features;
  StringRef(spec.features).split(features, ',', -1, /*KeepEmpty=*/false);
  for (StringRef feature : features) {
    bool known = feature.size() > 1 && StringRef("+-").contains(feature[0]) &&
                 any_of((*info)->getAllProcessorFeatures(),
                        [&](const SubtargetFeatureKV &row) {
                          return feature.drop_front() == row.Key;
                        });
    if (!known)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "target '{0}': unknown feature '{1}'", spec.str(),
                        feature);
  }
  return Error::success();
}

std::string LLVMTarget::getEnabledFeatures(StringRef chip,
                                           StringRef features) const {
  std::unique_ptr<MCSubtargetInfo> info(
      target->createMCSubtargetInfo(triple, chip, features));
  std::vector<std::string> enabled;
  for (const SubtargetFeatureKV &row : info->getEnabledProcessorFeatures())
    enabled.push_back((Twine("+") + row.Key).str());
  sort(enabled);
  return join(enabled, ",");
}

static CodeGenOptLevel getCodeGenLevel(OptLevel level) {
  switch (level) {
  case OptLevel::O0:
    return CodeGenOptLevel::None;
  case OptLevel::O1:
    return CodeGenOptLevel::Less;
  case OptLevel::O2:
    return CodeGenOptLevel::Default;
  case OptLevel::O3:
    return CodeGenOptLevel::Aggressive;
  }
  llvm_unreachable("every level is mapped");
}

Expected<std::unique_ptr<TargetMachine>>
LLVMTarget::createMachine(StringRef chip, StringRef features,
                          OptLevel level) const {
  TargetOptions options;
  options.AllowFPOpFusion = FPOpFusion::Strict;
  std::unique_ptr<TargetMachine> machine(
      target->createTargetMachine(triple, chip, features, options, Reloc::PIC_,
                                  std::nullopt, getCodeGenLevel(level)));
  if (!machine)
    return makeErrorf(ErrorCode::Unsupported,
                      "this LLVM has no code generator for {0}", triple.str());
  return machine;
}
