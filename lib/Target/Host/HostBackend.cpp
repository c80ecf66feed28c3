//===- HostBackend.cpp - Objects for this machine's CPU ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The payload is a relocatable object with one block function for each entry,
// for the triple that the process runs on.
//
//===----------------------------------------------------------------------===//

#include "BlockFunction.h"
#include "Factories.h"
#include "IntervalFunctions.h"
#include "LLVMTarget.h"
#include "RememberedRegions.h"
#include "X86Preparation.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"

#include <mutex>

using namespace llvm;
using namespace vmjit;

static bool isReservedName(StringRef name) {
#define VMJIT_HOST_SYMBOL(Symbol)                                              \
  if (name == #Symbol)                                                         \
    return true;
#include "vmjit/ABI/HostSymbols.def"
  return false;
}

/// Chips without 64-bit mode make LLVM stop the process.
static bool isAcceptedChip(const Triple &triple, StringRef chip) {
  if (!triple.isX86())
    return true;
  return chip == "generic" ||
         X86::parseArchX86(chip, /*Only64Bit=*/true) != X86::CK_None;
}

/// What all functions together take of the stack, which is at least what one
/// entry does: nothing is recursive. None if that is not known.
static std::optional<uint64_t> getStackBytes(const Module &module) {
  uint64_t bytes = 0;
  for (const Function &function : module)
    for (const Instruction &instruction : instructions(function)) {
      auto *alloca = dyn_cast<AllocaInst>(&instruction);
      if (!alloca)
        continue;
      std::optional<TypeSize> size =
          alloca->getAllocationSize(module.getDataLayout());
      if (!size || size->isScalable())
        return std::nullopt;
      bytes += size->getFixedValue();
    }
  return bytes;
}

/// What code is generated with, on any chip, unless the target's features say
/// otherwise.
static std::string getTuning(const Triple &triple) {
  // Loads one by one are no slower than a gather on most, and twice as fast
  // where microcode keeps gathers from leaking data (GDS).
  return triple.isX86() ? "+prefer-no-gather," : "";
}

namespace {

class HostBackend final : public TargetBackend {
public:
  HostBackend(TargetSpec spec, LLVMTarget target, Triple triple)
      : TargetBackend(std::move(spec)), target(std::move(target)),
        triple(std::move(triple)) {}

private:
  std::vector<std::string> getChipsImpl() const override {
    return target.getChips(
        [&](StringRef chip) { return isAcceptedChip(triple, chip); });
  }

  Expected<std::unique_ptr<TargetMachine>>
  createTargetMachineImpl(OptLevel level) const override {
    Expected<std::unique_ptr<TargetMachine>> machine = target.createMachine(
        getSpec().chip, getTuning(triple) + getSpec().features, level);
    // Jumps that touch the end of 32 bytes are slow where microcode mends the
    // erratum about them; those of short loops are not there then.
    if (machine && triple.isX86())
      (*machine)->Options.LoopAlignment = 32;
    return machine;
  }

  Expected<std::string>
  getEntryNameImpl(const Function &function) const override {
    StringRef name = function.getName();
    if (!name.consume_back(kThreadSuffix) || name.empty())
      return makeErrorf(ErrorCode::InvalidProgram,
                        "the name of the thread function '{0}' does not end in "
                        "'{1}'",
                        function.getName(), kThreadSuffix);
    if (!isThreadFunction(function))
      return makeErrorf(ErrorCode::InvalidProgram,
                        "'{0}' does not have the type of a thread function",
                        function.getName());
    if (isReservedName(name) || function.getParent()->getNamedValue(name))
      return makeErrorf(ErrorCode::InvalidProgram,
                        "the name of entry '{0}' is taken", name);
    return name.str();
  }

  Expected<Function *> prepareEntryImpl(Function &function, EntryMode mode,
                                        bool usesBarrier) const override {
    StringRef name = function.getName();
    name.consume_back(kThreadSuffix);
    // Its parts could not wait for each other.
    if (mode == EntryMode::Hart && !usesBarrier)
      createIntervalFunctions(function);
    return createBlockFunction(function, name.str(), usesBarrier);
  }

  Error prepareModuleImpl(Module &module) const override {
    keepTranslateArguments(module);
    Function *barrier = module.getFunction(kBarrierName);
    if (!barrier)
      return Error::success();
    // Those of entries are replaced by now.
    if (!barrier->use_empty())
      return makeErrorf(ErrorCode::InvalidProgram,
                        "'{0}' is used other than by calls in entries",
                        kBarrierName);
    barrier->eraseFromParent();
    return Error::success();
  }

  Error verifyParamsImpl(const Function &function,
                         const EntryDescription &entry) const override {
    // A thread function loads its arguments through the block.
    return Error::success();
  }

  bool isBarrierImpl(const Function &callee) const override {
    return callee.getName() == kBarrierName;
  }

  bool isAllowedExternalImpl(const Function &callee) const override {
    return isReservedName(callee.getName());
  }

  void configureLibraryImpl(TargetLibraryInfoImpl &info) const override {
    for (LibFunc function : {LibFunc_memcpy, LibFunc_memmove, LibFunc_memset})
      info.setAvailable(function);
  }

  void prepareCodeGenImpl(Module &module) const override {
    testRememberedRegions(module);
    if (module.getTargetTriple().isX86())
      prepareForX86(module);
  }

  Error emitImpl(const Module &module, OptLevel level,
                 CodeObject &object) const override {
    Expected<SmallVector<char, 0>> bytes = emitObject(module, level);
    if (!bytes)
      return bytes.takeError();
    object.payload.assign(bytes->begin(), bytes->end());
    object.features =
        target.getEnabledFeatures(getSpec().chip, getSpec().features);
    std::optional<uint64_t> frameBytes = getFrameBytes(module);
    if (!frameBytes)
      return makeError(ErrorCode::CompilationFailed,
                       "the size of the threads' frames is not constant");
    for (Entry &entry : object.entries) {
      entry.resources.stackBytes = getStackBytes(module);
      if (entry.usesBarrier)
        entry.resources.frameBytes = *frameBytes;
    }
    return Error::success();
  }

  LLVMTarget target;
  Triple triple;
};

} // namespace

/// LLVM stops the process where x86-64 lacks what its ABI is made of.
static Error verifyBaseline(const TargetSpec &spec, const LLVMTarget &target,
                            const Triple &triple) {
  if (!triple.isX86())
    return Error::success();
  std::string enabled = target.getEnabledFeatures(spec.chip, spec.features);
  for (StringRef feature : {"+64bit", "+64bit-mode", "+sse2"})
    if (!is_contained(split(enabled, ','), feature))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "target '{0}': host code needs the feature '{1}'",
                        spec.str(), feature);
  return Error::success();
}

Expected<std::unique_ptr<TargetBackend>>
vmjit::createHostBackend(TargetSpec spec) {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
  });
  Triple triple(sys::getProcessTriple());
  spec.resolveNative();
  Expected<LLVMTarget> target =
      LLVMTarget::get(triple, spec, [&](StringRef chip) {
        return isAcceptedChip(triple, chip);
      });
  if (!target)
    return target.takeError();
  if (Error error = verifyBaseline(spec, *target, triple))
    return std::move(error);
  return std::make_unique<HostBackend>(std::move(spec), std::move(*target),
                                       std::move(triple));
}
