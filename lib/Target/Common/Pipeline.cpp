//===- Pipeline.cpp - Optimisation and code generation ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parts of TargetBackend that run LLVM's passes.
//
// LLVM recognises loops and calls that C library functions could do. Devices
// have no C library, and the host's loader admits few of its functions, so all
// others are switched off for both pipelines.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Target/TargetBackend.h"

#include "DiagnosticCapture.h"
#include "MaskedLoads.h"
#include "ModuleMarks.h"

#include "vmjit/Support/Error.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassInstrumentation.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;
using namespace vmjit;

/// Modules with a function of more instructions than this are compiled in
/// linear time: the loop passes, the inliner and the register allocators of the
/// higher levels take minutes for functions of such a size, most of all where a
/// dispatch makes a program one irreducible loop.
static constexpr unsigned maxFunctionInstructions = 50'000;
/// The same for what takes minutes even in small functions.
static constexpr unsigned maxModuleInstructions = 500'000;

static OptimizationLevel getPipelineLevel(OptLevel level) {
  switch (level) {
  case OptLevel::O0:
    return OptimizationLevel::O0;
  case OptLevel::O1:
    return OptimizationLevel::O1;
  case OptLevel::O2:
    return OptimizationLevel::O2;
  case OptLevel::O3:
    return OptimizationLevel::O3;
  }
  llvm_unreachable("every level is mapped");
}

/// Passes whose time is linear in practice, on top of what O0 does.
static ModulePassManager buildLinearPipeline(PassBuilder &builder) {
  ModulePassManager passes =
      builder.buildO0DefaultPipeline(OptimizationLevel::O0);
  FunctionPassManager functions;
  functions.addPass(SROAPass(SROAOptions::ModifyCFG));
  functions.addPass(EarlyCSEPass());
  functions.addPass(InstCombinePass());
  functions.addPass(SimplifyCFGPass());
  passes.addPass(createModuleToFunctionPassAdaptor(std::move(functions)));
  return passes;
}

static void runPipeline(Module &module, TargetMachine &machine, OptLevel level,
                        const TargetLibraryInfoImpl &library) {
  LoopAnalysisManager loopAnalyses;
  FunctionAnalysisManager functionAnalyses;
  CGSCCAnalysisManager callGraphAnalyses;
  ModuleAnalysisManager moduleAnalyses;
  PassInstrumentationCallbacks callbacks;
  keepMaskedLoads(callbacks);
  PassBuilder builder(&machine, PipelineTuningOptions(), std::nullopt,
                      &callbacks);
  // The first registration of an analysis wins.
  functionAnalyses.registerPass([&] { return TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(moduleAnalyses);
  builder.registerCGSCCAnalyses(callGraphAnalyses);
  builder.registerFunctionAnalyses(functionAnalyses);
  builder.registerLoopAnalyses(loopAnalyses);
  builder.crossRegisterProxies(loopAnalyses, functionAnalyses,
                               callGraphAnalyses, moduleAnalyses);
  ModulePassManager passes;
  if (level == OptLevel::O0)
    passes = builder.buildO0DefaultPipeline(OptimizationLevel::O0);
  else if (module.getNamedMetadata(kLargeFlag))
    passes = buildLinearPipeline(builder);
  else
    passes = builder.buildPerModuleDefaultPipeline(getPipelineLevel(level));
  passes.run(module, moduleAnalyses);
}

Error TargetBackend::optimize(Module &module, OptLevel level) const {
  if (Error error = verifyStage(module, kPreparedFlag))
    return error;
  Expected<std::unique_ptr<TargetMachine>> machine = createTargetMachine(level);
  if (!machine)
    return machine.takeError();
  TargetLibraryInfoImpl library(module.getTargetTriple());
  library.disableAllFunctions();
  configureLibraryImpl(library);
  DiagnosticCapture diagnostics(module.getContext());
  auto isLarge = [](const Function &function) {
    return function.getInstructionCount() > maxFunctionInstructions;
  };
  if (module.getInstructionCount() > maxModuleInstructions ||
      any_of(module, isLarge))
    module.getOrInsertNamedMetadata(kLargeFlag);
  runPipeline(module, **machine, level, library);
  if (Error error = diagnostics.takeError())
    return error;
  module.getOrInsertNamedMetadata(kOptimizedFlag);
  return Error::success();
}

Expected<SmallVector<char, 0>> TargetBackend::generate(const Module &module,
                                                       OptLevel level,
                                                       bool asObject) const {
  if (Error error = verifyStage(module, kOptimizedFlag))
    return std::move(error);
  Expected<std::unique_ptr<TargetMachine>> machine = createTargetMachine(
      module.getNamedMetadata(kLargeFlag) ? OptLevel::O0 : level);
  if (!machine)
    return machine.takeError();
  DiagnosticCapture diagnostics(module.getContext());
  // Code generation changes what it works on.
  std::unique_ptr<Module> copy = CloneModule(module);
  prepareCodeGenImpl(*copy);
  TargetLibraryInfoImpl library(module.getTargetTriple());
  library.disableAllFunctions();
  configureLibraryImpl(library);
  legacy::PassManager passes;
  passes.add(new TargetLibraryInfoWrapperPass(library));
  SmallVector<char, 0> bytes;
  raw_svector_ostream os(bytes);
  CodeGenFileType fileType =
      asObject ? CodeGenFileType::ObjectFile : CodeGenFileType::AssemblyFile;
  if ((*machine)->addPassesToEmitFile(passes, os, nullptr, fileType))
    return makeErrorf(ErrorCode::Unsupported, "LLVM cannot write {0} for {1}",
                      asObject ? "objects" : "assembly",
                      getTargetKindName(spec.kind));
  passes.run(*copy);
  if (Error error = diagnostics.takeError())
    return std::move(error);
  return bytes;
}

Expected<std::string> TargetBackend::emitAssembly(const Module &module,
                                                  OptLevel level) const {
  Expected<SmallVector<char, 0>> text =
      generate(module, level, /*asObject=*/false);
  if (!text)
    return text.takeError();
  return std::string(text->begin(), text->end());
}

Expected<SmallVector<char, 0>> TargetBackend::emitObject(const Module &module,
                                                         OptLevel level) const {
  if (!hasObjectFiles())
    return makeErrorf(ErrorCode::Unsupported,
                      "{0} has no object files; its code is assembly text",
                      getTargetKindName(spec.kind));
  return generate(module, level, /*asObject=*/true);
}
