//===- AMDGPUBackend.cpp - Code objects for AMD GPUs ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The payload is a shared ELF object as ROCm's loader takes it, linked in
// process. ROCm is not needed.
//
//===----------------------------------------------------------------------===//

#include "Factories.h"
#include "KernelMetadata.h"
#include "LLVMTarget.h"
#include "Linker.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/TargetParser.h"

#include <mutex>

using namespace llvm;
using namespace vmjit;

static constexpr StringLiteral kTriple = "amdgcn-amd-amdhsa";
static constexpr StringLiteral kVersionFlag = "amdhsa_code_object_version";
/// Vega; what is older has no 64-bit flat addressing of shared memory.
static constexpr unsigned kFirstGeneration = 9;
/// Code objects for families of chips came with this version.
static constexpr unsigned kFirstGenericVersion = 6;

static bool isFamily(StringRef chip) { return chip.ends_with("-generic"); }

static bool isAcceptedChip(StringRef chip) {
  return AMDGPU::getIsaVersion(chip).Major >= kFirstGeneration;
}

namespace {

class AMDGPUBackend final : public TargetBackend {
public:
  AMDGPUBackend(TargetSpec spec, LLVMTarget target)
      : TargetBackend(std::move(spec)), target(std::move(target)) {}

private:
  std::vector<std::string> getChipsImpl() const override {
    return target.getChips(isAcceptedChip);
  }

  Expected<std::unique_ptr<TargetMachine>>
  createTargetMachineImpl(OptLevel level) const override {
    return target.createMachine(getSpec().chip, getSpec().features, level);
  }

  Expected<Function *> prepareEntryImpl(Function &function, EntryMode mode,
                                        bool usesBarrier) const override {
    function.setCallingConv(CallingConv::AMDGPU_KERNEL);
    function.setLinkage(GlobalValue::ExternalLinkage);
    // Found by the loader, but not replaced by another definition.
    function.setVisibility(GlobalValue::ProtectedVisibility);
    function.setDSOLocal(true);
    function.addFnAttr("amdgpu-flat-work-group-size", "1,1024");
    function.addFnAttr("uniform-work-group-size", "true");
    return &function;
  }

  Error prepareModuleImpl(Module &module) const override {
    // An existing flag would be the front's idea of the version, or a clash.
    if (module.getModuleFlag(kVersionFlag))
      return makeErrorf(ErrorCode::InvalidProgram,
                        "the LLVM module has the module flag '{0}', which "
                        "belongs to the target",
                        kVersionFlag);
    module.addModuleFlag(Module::Error, kVersionFlag,
                         getSpec().codeObjectVersion * 100);
    for (Function &function : module) {
      if (function.isDeclaration())
        continue;
      function.addFnAttr("denormal-fp-math", "ieee,ieee");
      function.addFnAttr("denormal-fp-math-f32", "ieee,ieee");
      function.addFnAttr(Attribute::NoUnwind);
    }
    return Error::success();
  }

  /// LLVM makes an atomic add of an or, xor or subtraction of 0, but only after
  /// it has looked for those of less than 32 bits, which it then cannot select.
  /// The maximum with 0 is the same and goes another way.
  void prepareCodeGenImpl(Module &module) const override {
    for (Function &function : module)
      for (Instruction &instruction : instructions(function)) {
        auto *rmw = dyn_cast<AtomicRMWInst>(&instruction);
        if (!rmw || !rmw->getType()->isIntegerTy() ||
            rmw->getType()->getIntegerBitWidth() >= 32 ||
            !PatternMatch::match(rmw->getValOperand(), PatternMatch::m_Zero()))
          continue;
        if (is_contained({AtomicRMWInst::Or, AtomicRMWInst::Xor,
                          AtomicRMWInst::Sub, AtomicRMWInst::Add},
                         rmw->getOperation()))
          rmw->setOperation(AtomicRMWInst::UMax);
      }
  }

  bool isBarrierImpl(const Function &callee) const override {
    return callee.getName().starts_with("llvm.amdgcn.s.barrier");
  }

  Error emitImpl(const Module &module, OptLevel level,
                 CodeObject &object) const override {
    Expected<SmallVector<char, 0>> relocatable = emitObject(module, level);
    if (!relocatable)
      return relocatable.takeError();
    Expected<std::vector<uint8_t>> linked = linkSharedObject(*relocatable);
    if (!linked)
      return linked.takeError();
    Expected<StringMap<ResourceUse>> uses = readKernelMetadata(*linked);
    if (!uses)
      return uses.takeError();
    for (Entry &entry : object.entries) {
      auto use = uses->find(entry.symbol);
      if (use == uses->end())
        return makeErrorf(ErrorCode::CompilationFailed,
                          "the linked code object has no kernel '{0}'",
                          entry.symbol);
      entry.resources = use->second;
    }
    object.payload = std::move(*linked);
    object.codeObjectVersion = getSpec().codeObjectVersion;
    return Error::success();
  }

  LLVMTarget target;
};

} // namespace

/// Checks what LLVM would only find out by stopping the process.
static Error verifyVersions(const TargetSpec &spec) {
  if (spec.codeObjectVersion < 4 || spec.codeObjectVersion > 6)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "target '{0}': the code object version is 4, 5 or 6, "
                      "not {1}",
                      spec.str(), spec.codeObjectVersion);
  if (isFamily(spec.chip) && spec.codeObjectVersion < kFirstGenericVersion)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "target '{0}': a family of chips needs code object "
                      "version {1}",
                      spec.str(), kFirstGenericVersion);
  SmallVector<StringRef> features;
  StringRef(spec.features).split(features, ',', -1, /*KeepEmpty=*/false);
  for (StringRef feature : features)
    if (!is_contained({"xnack", "sramecc", "cumode"}, feature.drop_front()))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "target '{0}': the features to choose are xnack, "
                        "sramecc and cumode",
                        spec.str());
  return Error::success();
}

Expected<std::unique_ptr<TargetBackend>>
vmjit::createAMDGPUBackend(TargetSpec spec) {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    LLVMInitializeAMDGPUTargetInfo();
    LLVMInitializeAMDGPUTarget();
    LLVMInitializeAMDGPUTargetMC();
    LLVMInitializeAMDGPUAsmPrinter();
  });
  Expected<LLVMTarget> target =
      LLVMTarget::get(Triple(kTriple), spec, isAcceptedChip);
  if (!target)
    return target.takeError();
  if (Error error = verifyVersions(spec))
    return std::move(error);
  return std::make_unique<AMDGPUBackend>(std::move(spec), std::move(*target));
}
