//===- ThreadPreparation.cpp - Thread functions in a simple form *- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What LLVM would do later anyway.
//
//===----------------------------------------------------------------------===//

#include "ThreadPreparation.h"

#include "BlockFunction.h"
#include "ThreadPolls.h"

#include "vmjit/ABI/HostBlock.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

#include <cstddef>

using namespace llvm;
using namespace vmjit;

/// Larger functions have no use for it.
static constexpr unsigned kMaxInstructions = 4000;

/// No array of arguments is larger.
static constexpr uint64_t kMaxArgumentBytes = 4096;

/// The values that the field of vmjit_host_block at \p offset can have.
static std::optional<ConstantRange> getFieldRange(uint64_t offset) {
  auto range = [](uint64_t first, uint64_t last) {
    return ConstantRange(APInt(32, first), APInt(32, last + 1));
  };
  // Of a grid in any dimension.
  constexpr uint64_t kMaxGridBlocks = 0x7fffffff;
  if (offset < offsetof(vmjit_host_block, block_dim))
    return range(1, kMaxGridBlocks);
  if (offset < offsetof(vmjit_host_block, block_id))
    return range(1, kMaxBlockThreads);
  if (offset < offsetof(vmjit_host_block, reserved))
    return range(0, kMaxGridBlocks - 1);
  return std::nullopt;
}

/// The base of the address of \p load, and how far behind it the load ends.
static std::pair<const Value *, uint64_t>
getBaseAndEnd(const LoadInst &load, const DataLayout &layout) {
  APInt offset(64, 0);
  const Value *base =
      load.getPointerOperand()->stripAndAccumulateConstantOffsets(
          layout, offset, /*AllowNonInbounds=*/true);
  // A negative one ends far behind everything.
  return {base,
          offset.getZExtValue() + layout.getTypeStoreSize(load.getType())};
}

static void annotateField(LoadInst &load, uint64_t offset) {
  std::optional<ConstantRange> range;
  if (load.getType()->isIntegerTy(32) && offset % 4 == 0)
    range = getFieldRange(offset);
  if (range)
    load.setMetadata(LLVMContext::MD_range,
                     MDBuilder(load.getContext())
                         .createRange(range->getLower(), range->getUpper()));
}

/// Says of \p pointer that there are \p size bytes, aligned as \p align.
static void annotatePointer(LoadInst &pointer, uint64_t size, Align align) {
  LLVMContext &context = pointer.getContext();
  auto set = [&](unsigned kind, uint64_t value) {
    Constant *constant = ConstantInt::get(Type::getInt64Ty(context), value);
    pointer.setMetadata(
        kind, MDNode::get(context, {ConstantAsMetadata::get(constant)}));
  };
  set(LLVMContext::MD_dereferenceable, size);
  set(LLVMContext::MD_align, align.value());
}

/// Says what is known of the block and of what a thread loads from it at its
/// start, so that LLVM knows it as well where it has moved these loads.
static void annotateLoads(Function &thread) {
  const DataLayout &layout = thread.getDataLayout();
  Argument *block = thread.getArg(0);
  block->addAttr(Attribute::getWithDereferenceableBytes(
      thread.getContext(), sizeof(vmjit_host_block)));
  block->addAttr(Attribute::getWithAlignment(thread.getContext(),
                                             Align(alignof(vmjit_host_block))));
  struct Extent {
    uint64_t size = 0;
    Align align;
  };
  MapVector<const LoadInst *, Extent> pointers;
  for (Instruction &instruction : thread.getEntryBlock()) {
    // What is behind may not run at all.
    if (!isGuaranteedToTransferExecutionToSuccessor(&instruction))
      break;
    auto *load = dyn_cast<LoadInst>(&instruction);
    if (!load || !load->hasMetadata(LLVMContext::MD_invariant_load))
      continue;
    auto [base, end] = getBaseAndEnd(*load, layout);
    uint64_t size = layout.getTypeStoreSize(load->getType());
    if (base == block)
      annotateField(*load, end - size);
    auto *pointer = dyn_cast<LoadInst>(base);
    if (!pointer || !pointer->hasMetadata(LLVMContext::MD_invariant_load) ||
        end < size || end > kMaxArgumentBytes)
      continue;
    Extent &extent = pointers[pointer];
    extent.size = std::max(extent.size, end);
    if (isAligned(load->getAlign(), end - size))
      extent.align = std::max(extent.align, load->getAlign());
  }
  for (auto [pointer, extent] : pointers)
    annotatePointer(const_cast<LoadInst &>(*pointer), extent.size,
                    extent.align);
}

bool vmjit::isAlwaysLoadable(const LoadInst &load) {
  if (!load.isSimple() || !load.hasMetadata(LLVMContext::MD_invariant_load))
    return false;
  auto [base, end] = getBaseAndEnd(load, load.getDataLayout());
  bool canBeNull, canBeFreed;
  return end <= base->getPointerDereferenceableBytes(load.getDataLayout(),
                                                     canBeNull, canBeFreed);
}

static void simplify(Function &thread) {
  LoopAnalysisManager loopAnalyses;
  FunctionAnalysisManager functionAnalyses;
  CGSCCAnalysisManager callGraphAnalyses;
  ModuleAnalysisManager moduleAnalyses;
  PassBuilder builder;
  // As in the pipeline: there is no library to call.
  TargetLibraryInfoImpl library(thread.getParent()->getTargetTriple());
  library.disableAllFunctions();
  functionAnalyses.registerPass([&] { return TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(moduleAnalyses);
  builder.registerCGSCCAnalyses(callGraphAnalyses);
  builder.registerFunctionAnalyses(functionAnalyses);
  builder.registerLoopAnalyses(loopAnalyses);
  builder.crossRegisterProxies(loopAnalyses, functionAnalyses,
                               callGraphAnalyses, moduleAnalyses);
  FunctionPassManager passes;
  passes.addPass(EarlyCSEPass());
  passes.addPass(InstCombinePass());
  passes.addPass(SimplifyCFGPass());
  passes.run(thread, functionAnalyses);
}

void vmjit::prepareThread(Function &thread) {
  if (thread.getInstructionCount() > kMaxInstructions)
    return;
  annotateLoads(thread);
  skipReports(thread);
  simplify(thread);
}
