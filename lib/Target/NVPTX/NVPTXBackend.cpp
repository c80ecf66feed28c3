//===- NVPTXBackend.cpp - PTX for NVIDIA GPUs -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The payload is PTX text, which the driver compiles for the device at hand.
// No toolkit is needed.
//
//===----------------------------------------------------------------------===//

#include "Factories.h"
#include "LLVMTarget.h"
#include "NarrowIntegers.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>

using namespace llvm;
using namespace vmjit;

static constexpr StringLiteral kTriple = "nvptx64-nvidia-cuda";
/// Drivers from CUDA 11.0 on load it.
static constexpr unsigned kLowestPTXVersion = 70;
/// .shared, in LLVM's numbering of address spaces.
static constexpr unsigned kSharedAddressSpace = 3;

/// The first PTX version that knows \p chip; none if the chip is not accepted.
static std::optional<unsigned> getFirstPTXVersion(StringRef chip) {
#define VMJIT_NVPTX_CHIP(Chip, PTXVersion)                                     \
  if (chip == Chip)                                                            \
    return PTXVersion;
#include "vmjit/Target/NVPTXChips.def"
  return std::nullopt;
}

static bool isAcceptedChip(StringRef chip) {
  return getFirstPTXVersion(chip).has_value();
}

/// A name that PTX allows for what VM IR calls \p name: PTX has no '.' in
/// names, no names of one character that is not a letter, and one word that is
/// a constant.
static std::string getPTXName(StringRef name) {
  std::string result;
  for (char c : name)
    result += c == '.' ? std::string("_$_") : std::string(1, c);
  if ((result.size() == 1 && !isAlpha(result[0])) || result == "WARP_SZ")
    result += "_$_";
  return result;
}

namespace {

class NVPTXBackend final : public TargetBackend {
public:
  NVPTXBackend(TargetSpec spec, LLVMTarget target)
      : TargetBackend(std::move(spec)), target(std::move(target)) {}

private:
  std::vector<std::string> getChipsImpl() const override {
    return target.getChips(isAcceptedChip);
  }

  Expected<std::unique_ptr<TargetMachine>>
  createTargetMachineImpl(OptLevel level) const override {
    return target.createMachine(
        getSpec().chip, "+ptx" + std::to_string(getSpec().ptxVersion), level);
  }

  Expected<Function *> prepareEntryImpl(Function &function, EntryMode mode,
                                        bool usesBarrier) const override {
    std::string name = getPTXName(function.getName());
    if (name != function.getName()) {
      if (function.getParent()->getNamedValue(name))
        return makeErrorf(ErrorCode::InvalidProgram,
                          "entry '{0}' is '{1}' in PTX, which is taken",
                          function.getName(), name);
      function.setName(name);
    }
    function.setCallingConv(CallingConv::PTX_Kernel);
    function.setLinkage(GlobalValue::ExternalLinkage);
    function.setVisibility(GlobalValue::DefaultVisibility);
    function.addFnAttr(Attribute::NoUnwind);
    return &function;
  }

  bool isBarrierImpl(const Function &callee) const override {
    return callee.getName().starts_with("llvm.nvvm.barrier") ||
           callee.getName().starts_with("llvm.nvvm.bar.");
  }

  /// LLVM scans all calls of a function with local linkage at each of them, to
  /// see whether it may align the parameters better. ptxas makes the same code
  /// of a weak function. Only local names are made valid by LLVM.
  void prepareCodeGenImpl(Module &module) const override {
    for (Function &function : module) {
      if (!function.isDeclaration())
        narrowIntegers(function);
      if (function.hasLocalLinkage()) {
        function.setLinkage(GlobalValue::LinkOnceODRLinkage);
        function.setVisibility(GlobalValue::HiddenVisibility);
        function.setName(getPTXName(function.getName()));
      }
    }
  }

  bool hasObjectFiles() const override { return false; }

  Error emitImpl(const Module &module, OptLevel level,
                 CodeObject &object) const override {
    Expected<std::string> text = emitAssembly(module, level);
    if (!text)
      return text.takeError();
    object.payload.assign(text->begin(), text->end());
    object.ptxVersion = getSpec().ptxVersion;
    uint64_t sharedBytes = getStaticSharedBytes(module);
    for (Entry &entry : object.entries)
      entry.resources.staticSharedBytes = sharedBytes;
    return Error::success();
  }

  /// What the .shared variables of \p module take; an upper bound for each
  /// entry where there are several.
  static uint64_t getStaticSharedBytes(const Module &module) {
    const DataLayout &layout = module.getDataLayout();
    uint64_t size = 0;
    for (const GlobalVariable &variable : module.globals()) {
      // External ones are the dynamic part.
      if (variable.getAddressSpace() != kSharedAddressSpace ||
          variable.isDeclaration() || variable.use_empty())
        continue;
      Align align = layout.getPreferredAlign(&variable);
      size = alignTo(size, align) +
             layout.getTypeAllocSize(variable.getValueType());
    }
    return size;
  }

  LLVMTarget target;
};

} // namespace

/// Fills in the PTX version of \p spec, and takes it from a feature "+ptxNN",
/// the only one that makes sense besides the chip.
static Error resolvePTXVersion(TargetSpec &spec) {
  StringRef feature = spec.features;
  unsigned featureVersion = 0;
  if (!feature.empty()) {
    bool isVersion = feature.consume_front("+ptx") &&
                     !feature.getAsInteger(10, featureVersion);
    if (!isVersion ||
        (spec.ptxVersion != 0 && spec.ptxVersion != featureVersion))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "target '{0}': the only feature is one PTX version, as "
                        "in '+ptx80'",
                        spec.str());
    spec.ptxVersion = featureVersion;
    spec.features.clear();
  }
  unsigned first = *getFirstPTXVersion(spec.chip);
  if (spec.ptxVersion == 0)
    spec.ptxVersion = std::max(first, kLowestPTXVersion);
  if (spec.ptxVersion < first)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "target '{0}': the chip needs PTX version {1}.{2} or "
                      "later, not {3}.{4}",
                      spec.str(), first / 10, first % 10, spec.ptxVersion / 10,
                      spec.ptxVersion % 10);
  return Error::success();
}

Expected<std::unique_ptr<TargetBackend>>
vmjit::createNVPTXBackend(TargetSpec spec) {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  Expected<LLVMTarget> target =
      LLVMTarget::get(Triple(kTriple), spec, isAcceptedChip);
  if (!target)
    return target.takeError();
  if (Error error = resolvePTXVersion(spec))
    return std::move(error);
  // Versions that this LLVM does not have are unknown features.
  TargetSpec withVersion = spec;
  withVersion.features = "+ptx" + std::to_string(spec.ptxVersion);
  if (Error error = target->verifySpec(withVersion, isAcceptedChip))
    return std::move(error);
  return std::make_unique<NVPTXBackend>(std::move(spec), std::move(*target));
}
