//===- StagedCompilation.cpp - Compiling with a clock in hand ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StagedCompilation.h"
#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Import/ImportVMIR.h"
#include "vmjit/VMIR/JSON.h"
#include "vmjit/VMIR/Verifier.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

ArrayRef<StringRef> benchmarks::getStageNames() {
  static const std::vector<StringRef> names = [] {
    std::vector<StringRef> result = {"parse", "verify"};
    for (Phase phase : getPhases())
      result.push_back(getPhaseName(phase));
    result.push_back("emit");
    result.push_back("other");
    return result;
  }();
  return names;
}

struct StagedCompilation::State {
  Expected<CodeObject> compile(StringRef json, CompileObserver &observer);

  Compiler compiler;
  CompileOptions options;
  StringMap<uint64_t> times;
};

StagedCompilation::StagedCompilation(std::unique_ptr<State> state)
    : state(std::move(state)) {}
StagedCompilation::StagedCompilation(StagedCompilation &&) = default;
StagedCompilation &StagedCompilation::operator=(StagedCompilation &&) = default;
StagedCompilation::~StagedCompilation() = default;

Expected<StagedCompilation>
StagedCompilation::create(const CompileSetup &setup) {
  Expected<TargetSpec> spec = TargetSpec::parse(setup.target);
  if (!spec)
    return spec.takeError();
  auto state = std::make_unique<State>();
  state->options = {*spec, setup.optLevel, setup.mode};
  return StagedCompilation(std::move(state));
}

/// What Compiler::compile does, with the steps before the first phase timed as
/// well.
Expected<CodeObject>
StagedCompilation::State::compile(StringRef json, CompileObserver &observer) {
  Expected<vmir::Program> program = [&] {
    StageTimer timer(&observer, "parse");
    return vmir::parseProgram(json, {.verify = false});
  }();
  if (!program)
    return program.takeError();
  {
    StageTimer timer(&observer, "verify");
    if (Error error = vmir::verify(*program))
      return std::move(error);
  }
  mlir::OwningOpRef<mlir::ModuleOp> module = [&] {
    StageTimer timer(&observer, getPhaseName(Phase::Import));
    return importProgram(compiler.getContext(), *program);
  }();
  Expected<LoweredModule> lowered =
      compiler.lower(std::move(module), options, &observer);
  if (!lowered)
    return lowered.takeError();
  StageTimer timer(&observer, "emit");
  return lowered->emit();
}

Expected<size_t> StagedCompilation::run(StringRef json) {
  CompileObserver whole, stages;
  Expected<CodeObject> object = [&] {
    StageTimer timer(&whole, "");
    return state->compile(json, stages);
  }();
  if (!object)
    return object.takeError();
  uint64_t inStages = 0;
  for (const StageTime &time : stages.times) {
    state->times[time.stage] += time.nanoseconds;
    inStages += time.nanoseconds;
  }
  state->times["other"] += whole.times.front().nanoseconds - inStages;
  return object->payload.size();
}

const StringMap<uint64_t> &StagedCompilation::getTimes() const {
  return state->times;
}

void StagedCompilation::resetTimes() { state->times.clear(); }
