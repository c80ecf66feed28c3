//===- TargetBackend.cpp - From an LLVM module to code ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Preparation of modules and description of code objects, as far as all targets
// share it. Pipeline.cpp has the parts that run LLVM.
//
// Named metadata says how far a module is. The entries of a prepared one keep
// the mark that the front gave them and get two more attributes, so that
// emission finds them after optimisation.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Target/TargetBackend.h"

#include "ModuleMarks.h"

#include "vmjit/Support/Error.h"
#include "vmjit/Support/Version.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
using namespace vmjit;

TargetBackend::~TargetBackend() = default;

std::vector<std::string> TargetBackend::getChips() const {
  return getChipsImpl();
}

Expected<std::unique_ptr<TargetMachine>>
TargetBackend::createTargetMachine(OptLevel level) const {
  return createTargetMachineImpl(level);
}

Error TargetBackend::prepareModuleImpl(Module &module) const {
  return Error::success();
}

Expected<std::string>
TargetBackend::getEntryNameImpl(const Function &function) const {
  return function.getName().str();
}

bool TargetBackend::isAllowedExternalImpl(const Function &callee) const {
  return false;
}

void TargetBackend::configureLibraryImpl(TargetLibraryInfoImpl &info) const {}

Error TargetBackend::configure(Module &module) const {
  Expected<std::unique_ptr<TargetMachine>> machine =
      createTargetMachine(OptLevel::O0);
  if (!machine)
    return machine.takeError();
  module.setTargetTriple((*machine)->getTargetTriple());
  module.setDataLayout((*machine)->createDataLayout());
  return Error::success();
}

static Error verifyIR(const Module &module) {
  std::string message;
  raw_string_ostream os(message);
  if (verifyModule(module, &os))
    return makeError(ErrorCode::InvalidProgram,
                     "the LLVM module is not valid: " +
                         StringRef(message).rtrim());
  return Error::success();
}

Error TargetBackend::verifyStage(const Module &module, StringRef flag) const {
  if (!module.getNamedMetadata(flag))
    return makeErrorf(ErrorCode::InvalidProgram,
                      "the LLVM module does not have the mark '{0}' of the "
                      "step before",
                      flag);
  return verifyIR(module);
}

/// Calls of functions that nothing will define would only fail when loading,
/// or stop the code generator.
static Error verifyExternals(const Module &module,
                             function_ref<bool(const Function &)> isAllowed) {
  for (const Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic() &&
        !function.use_empty() && !isAllowed(function))
      return makeErrorf(ErrorCode::InvalidProgram,
                        "nothing defines the function '{0}'",
                        function.getName());
  return Error::success();
}

static Expected<SmallVector<Function *>> collectEntries(Module &module) {
  SmallVector<Function *> entries;
  for (Function &function : module) {
    if (!function.hasFnAttribute(kEntryAttr))
      continue;
    StringRef mode = function.getFnAttribute(kEntryAttr).getValueAsString();
    if (!parseEntryMode(mode))
      return makeErrorf(ErrorCode::InvalidProgram,
                        "entry '{0}' has the unknown mode '{1}'",
                        function.getName(), mode);
    if (function.isDeclaration() || !function.use_empty() ||
        !function.getReturnType()->isVoidTy())
      return makeErrorf(ErrorCode::InvalidProgram,
                        "entry '{0}' must be a definition that returns nothing "
                        "and that nothing else uses",
                        function.getName());
    entries.push_back(&function);
  }
  if (entries.empty())
    return makeErrorf(ErrorCode::InvalidProgram,
                      "no function has the attribute '{0}'", kEntryAttr);
  return entries;
}

static void internalizeFunctions(Module &module,
                                 const SmallPtrSetImpl<Function *> &entries) {
  for (Function &function : module) {
    if (function.isDeclaration() || entries.contains(&function))
      continue;
    function.setComdat(nullptr);
    function.setVisibility(GlobalValue::DefaultVisibility);
    function.setLinkage(GlobalValue::InternalLinkage);
  }
}

Error TargetBackend::verifyUnprepared(const Module &module) const {
  Expected<std::unique_ptr<TargetMachine>> machine =
      createTargetMachine(OptLevel::O0);
  if (!machine)
    return machine.takeError();
  if (module.getTargetTriple() != (*machine)->getTargetTriple() ||
      module.getDataLayout() != (*machine)->createDataLayout())
    return makeError(ErrorCode::InvalidProgram,
                     "the LLVM module is not configured for this target");
  if (module.getNamedMetadata(kPreparedFlag))
    return makeError(ErrorCode::InvalidProgram,
                     "the LLVM module is prepared already");
  if (Error error = verifyIR(module))
    return error;
  return verifyExternals(module, [&](const Function &function) {
    return isBarrierImpl(function) || isAllowedExternalImpl(function);
  });
}

bool TargetBackend::callsBarrier(const Function &function) const {
  return any_of(instructions(function), [&](const Instruction &instruction) {
    auto *call = dyn_cast<CallBase>(&instruction);
    Function *callee = call ? call->getCalledFunction() : nullptr;
    return callee && isBarrierImpl(*callee);
  });
}

Expected<Function *> TargetBackend::prepareEntry(Function &function,
                                                 bool usesBarrier) const {
  Expected<std::string> name = getEntryNameImpl(function);
  if (!name)
    return name.takeError();
  Attribute mode = function.getFnAttribute(kEntryAttr);
  function.removeFnAttr(kEntryAttr);
  Expected<Function *> entry = prepareEntryImpl(
      function, *parseEntryMode(mode.getValueAsString()), usesBarrier);
  if (!entry)
    return entry.takeError();
  (*entry)->addFnAttr(mode);
  (*entry)->addFnAttr(kEntryNameAttr, *name);
  if (usesBarrier)
    (*entry)->addFnAttr(kUsesBarrierAttr);
  return *entry;
}

Error TargetBackend::prepare(Module &module) const {
  if (Error error = verifyUnprepared(module))
    return error;
  Expected<SmallVector<Function *>> functions = collectEntries(module);
  if (!functions)
    return functions.takeError();
  // Whatever is not an entry may be called by any of them.
  bool calleesUseBarrier = any_of(module, [&](const Function &function) {
    return !function.hasFnAttribute(kEntryAttr) && callsBarrier(function);
  });
  SmallPtrSet<Function *, 4> entries;
  for (Function *function : *functions) {
    Expected<Function *> entry =
        prepareEntry(*function, calleesUseBarrier || callsBarrier(*function));
    if (!entry)
      return entry.takeError();
    entries.insert(*entry);
  }
  internalizeFunctions(module, entries);
  if (Error error = prepareModuleImpl(module))
    return error;
  module.getOrInsertNamedMetadata(kPreparedFlag);
  return Error::success();
}

/// Whether an argument of \p type can be passed as \p llvmType.
static bool isPassedAs(vmir::ParamType type, Type *llvmType) {
  switch (type) {
  case vmir::ParamType::I32:
    return llvmType->isIntegerTy(32);
  case vmir::ParamType::I64:
    return llvmType->isIntegerTy(64);
  case vmir::ParamType::F32:
    return llvmType->isFloatTy();
  case vmir::ParamType::F64:
    return llvmType->isDoubleTy();
  case vmir::ParamType::Buffer:
    // Generic and global memory; both are 64-bit on every GPU target.
    return llvmType->isPointerTy() && llvmType->getPointerAddressSpace() <= 1;
  }
  llvm_unreachable("every type is passed somehow");
}

static std::vector<vmir::ParamType> getParams(const EntryDescription &entry) {
  if (entry.mode == EntryMode::Hart)
    return {vmir::ParamType::Buffer};
  return entry.params;
}

Error TargetBackend::verifyParamsImpl(const Function &function,
                                      const EntryDescription &entry) const {
  std::vector<vmir::ParamType> params = getParams(entry);
  ArrayRef<Type *> types = function.getFunctionType()->params();
  bool same =
      params.size() == types.size() && all_of_zip(params, types, isPassedAs);
  if (!same)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the function of entry '{0}' does not have the entry's "
                      "parameters",
                      entry.name);
  return Error::success();
}

Expected<Entry>
TargetBackend::describeEntry(const Function &function,
                             const EntryDescription &description) const {
  StringRef mode = function.getFnAttribute(kEntryAttr).getValueAsString();
  if (mode != getEntryModeName(description.mode))
    return makeErrorf(ErrorCode::InvalidArgument,
                      "entry '{0}' was built for {1} mode", description.name,
                      mode);
  if (description.mode == EntryMode::Hart && !description.params.empty())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "hart-mode entry '{0}' has parameters", description.name);
  if (Error error = verifyParamsImpl(function, description))
    return std::move(error);
  Entry entry;
  entry.name = description.name;
  entry.symbol = function.getName().str();
  entry.mode = description.mode;
  entry.params = layoutParams(getParams(description));
  entry.sharedBytes = description.sharedBytes;
  entry.stoppable = description.stoppable;
  entry.usesBarrier = function.hasFnAttribute(kUsesBarrierAttr);
  return entry;
}

Expected<CodeObject> TargetBackend::emit(const Module &module, OptLevel level,
                                         const EmitRequest &request) const {
  if (Error error = verifyStage(module, kOptimizedFlag))
    return std::move(error);
  StringMap<const Function *> functions;
  for (const Function &function : module)
    if (function.hasFnAttribute(kEntryNameAttr))
      functions[function.getFnAttribute(kEntryNameAttr).getValueAsString()] =
          &function;
  CodeObject object;
  for (const EntryDescription &description : request.entries) {
    const Function *function = functions.lookup(description.name);
    if (!function)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "the LLVM module has no entry '{0}'", description.name);
    Expected<Entry> entry = describeEntry(*function, description);
    if (!entry)
      return entry.takeError();
    object.entries.push_back(std::move(*entry));
  }
  if (request.entries.size() != functions.size())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the LLVM module has {0} entries; {1} are described",
                      functions.size(), request.entries.size());
  object.target = spec.kind;
  object.triple = module.getTargetTriple().str();
  object.chip = spec.chip;
  object.features = spec.features;
  object.payloadKind = getPayloadKind(spec.kind);
  object.stateLayout = request.stateLayout;
  object.stateLayout.tile = getHartTile(spec.kind);
  object.compilerVersion = getVersion().str();
  object.llvmVersion = getLLVMVersion();
  if (Error error = emitImpl(module, level, object))
    return std::move(error);
  if (Error error = object.verify())
    return std::move(error);
  return object;
}
