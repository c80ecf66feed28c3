//===- Pipelines.cpp - The lowering pipeline, phase by phase ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/Pipelines.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/ROCDL/ROCDLToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"
#include "vmjit/Conversion/Passes.h"
#include "vmjit/Dialect/VM/Transforms/Passes.h"

using namespace mlir;
using namespace vmjit;

StringRef vmjit::getPhaseName(Phase phase) {
  switch (phase) {
#define VMJIT_PHASE(Name, Spelling, Text)                                      \
  case Phase::Name:                                                            \
    return Spelling;
#include "vmjit/Compiler/Phases.def"
  }
  llvm_unreachable("every phase has a name");
}

ArrayRef<Phase> vmjit::getPhases() {
  static constexpr Phase phases[] = {
#define VMJIT_PHASE(Name, Spelling, Text) Phase::Name,
#include "vmjit/Compiler/Phases.def"
  };
  return phases;
}

std::optional<Phase> vmjit::parsePhase(StringRef name) {
  for (Phase phase : getPhases())
    if (getPhaseName(phase) == name)
      return phase;
  return std::nullopt;
}

/// Folding.
static std::unique_ptr<Pass> createFolding(
    GreedySimplifyRegionLevel level = GreedySimplifyRegionLevel::Disabled) {
  GreedyRewriteConfig config;
  config.setRegionSimplificationLevel(level);
  return createCanonicalizerPass(config);
}

/// Folding and removal of dead code and blocks, which takes twice as long.
/// Merging of equal blocks is left to LLVM.
static std::unique_ptr<Pass> createCleanup() {
  return createFolding(GreedySimplifyRegionLevel::Normal);
}

/// The name of the lowering target for \p kind, and whether the target faults
/// on misaligned accesses.
static std::pair<StringRef, bool> describeTarget(TargetKind kind) {
  switch (kind) {
  case TargetKind::NVPTX:
    return {"nvvm", true};
  // Unaligned access mode is on under every ROCm driver, but is not promised.
  case TargetKind::AMDGPU:
    return {"rocdl", true};
  case TargetKind::Host:
    return {"host", false};
  }
  llvm_unreachable("every kind has a lowering target");
}

void vmjit::addPhase(OpPassManager &manager, Phase phase,
                     const LoweringOptions &options) {
  auto [target, alignedAccessOnly] = describeTarget(options.target);
  OpPassManager &functions = manager.nest<func::FuncOp>();
  switch (phase) {
  case Phase::Link:
    // GPUs want loops with one entry.
    manager.addPass(vm::createVMLinkBlocksPass(
        {alignedAccessOnly,
         /*joinIntervals=*/options.target == TargetKind::Host,
         options.stoppable}));
    return;
  case Phase::Promote:
    functions.addPass(vm::createVMPromoteRegistersPass());
    functions.addPass(createFolding());
    functions.addPass(vm::createVMTypeFloatRegistersPass());
    functions.addPass(createCleanup());
    return;
  case Phase::Infer:
    functions.addPass(vm::createVMInferPointersPass());
    functions.addPass(createCleanup());
    return;
  case Phase::Expand:
    functions.addPass(vm::createVMRecognizeIdiomsPass());
    functions.addPass(vm::createVMCanonicalizeNaNsPass());
    functions.addPass(createConvertVMToArithPass());
    functions.addPass(createConvertVMToGPUPass());
    return;
  case Phase::Lower: {
    ConvertVMToLLVMPassOptions lower;
    lower.target = target.str();
    lower.codeObjectVersion = options.codeObjectVersion;
    manager.addPass(createConvertVMToLLVMPass(lower));
    return;
  }
  case Phase::Import:
  case Phase::Translate:
  case Phase::Optimize:
    return;
  }
}

namespace {
struct PipelineOptions : PassPipelineOptions<PipelineOptions> {
  Option<unsigned> codeObjectVersion{
      *this, "code-object-version",
      llvm::cl::desc("ROCm's code object version"), llvm::cl::init(5)};
  Option<bool> stoppable{
      *this, "stoppable",
      llvm::cl::desc("Count steps and look at a control block"),
      llvm::cl::init(false)};
};
} // namespace

void vmjit::registerVMPassesAndPipelines() {
  vm::registerVMPasses();
  registerVMConversionPasses();
  static constexpr std::pair<StringLiteral, TargetKind> pipelines[] = {
      {"vm-lower-to-nvvm", TargetKind::NVPTX},
      {"vm-lower-to-rocdl", TargetKind::AMDGPU},
      {"vm-lower-to-host", TargetKind::Host}};
  for (auto [name, target] : pipelines)
    PassPipelineRegistration<PipelineOptions>(
        name, "Lower vm programs to the LLVM dialect",
        [target](OpPassManager &manager, const PipelineOptions &options) {
          for (Phase phase : getPhases())
            addPhase(manager, phase,
                     {target, options.codeObjectVersion, options.stoppable});
        });
}

void vmjit::registerVMDialects(DialectRegistry &registry) {
  registry.insert<vm::VMDialect, arith::ArithDialect, cf::ControlFlowDialect,
                  func::FuncDialect, gpu::GPUDialect, LLVM::LLVMDialect,
                  math::MathDialect, NVVM::NVVMDialect, ROCDL::ROCDLDialect,
                  ub::UBDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
  registerROCDLDialectTranslation(registry);
}
