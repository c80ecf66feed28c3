//===- RISCVEngine.cpp - Runs RISC-V code as it is reached ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/RISCVEngine.h"

#include "vmjit/Runtime/BlockCompletion.h"
#include "vmjit/Runtime/HartState.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;
using vmir::GuestAddr;

/// Where nothing returns to: no instruction is at an odd address, and the
/// lifter adds no block there.
static constexpr GuestAddr kReturnPc = UINT64_MAX;
/// How far a hart is interpreted before others get a turn.
static constexpr uint64_t kInterpretedSteps = 50'000;
/// Blocks are worth compiling if they are at least one in so many.
static constexpr uint64_t kFrequentBlock = 2'000;

RISCVEngine::RISCVEngine(const riscv::GuestImage &image,
                         const riscv::Decoder &decoder,
                         RISCVEngineOptions options)
    : image(image), decoder(decoder), options(options),
      compileThreshold(options.interpretedBlocks) {}

const HartStateLayout &RISCVEngine::getStateLayout() const {
  // Compiled code wants exactly its words, the interpreter at least its own,
  // and both have those of the same CSRs.
  if (prepared)
    return prepared->getStateLayout();
  return interpreter ? interpreter->getStateLayout() : emptyLayout;
}

Error RISCVEngine::addCode(ArrayRef<GuestAddr> addresses) {
  size_t oldCount = entries.size();
  for (GuestAddr address : addresses)
    if (address % 2 == 0 && !image.getCode(address).empty())
      entries.insert(address);
  if (entries.size() == oldCount)
    return Error::success();
  riscv::LiftOptions lift;
  lift.entries.assign(entries.begin(), entries.end());
  lift.followsCalls = false;
  Expected<riscv::LiftedProgram> lifted =
      riscv::liftProgram(image, decoder, lift);
  if (!lifted)
    return lifted.takeError();
  program = std::move(lifted->program);
  // They are in the memory of the processes.
  program.segments.clear();
  blocks.clear();
  for (const vmir::Block &block : program.blocks)
    blocks.insert(block.startPc);
  if (compilesAll())
    compiledBlocks = blocks;
  else
    // A block may have been split.
    erase_if(compiledBlocks,
             [&](GuestAddr address) { return !blocks.count(address); });
  if (Error error = compile())
    return error;
  return updateInterpreter();
}

/// The part of the program that is compiled, or that is not.
vmir::Program RISCVEngine::selectBlocks(bool isCompiled) const {
  vmir::Program part = program;
  erase_if(part.blocks, [&](const vmir::Block &block) {
    return (compiledBlocks.count(block.startPc) != 0) != isCompiled;
  });
  if (!part.blocks.empty())
    part.entry = part.blocks.front().startPc;
  return part;
}

Error RISCVEngine::updateInterpreter() {
  interpreter.reset();
  vmir::Program part = selectBlocks(/*isCompiled=*/false);
  blockCounts.assign(part.blocks.size(), 0);
  if (part.blocks.empty())
    return Error::success();
  Expected<HartInterpreter> made = HartInterpreter::create(std::move(part));
  if (!made)
    return made.takeError();
  interpreter = std::move(*made);
  return Error::success();
}

/// Compiles the chosen blocks. A block that nothing jumps to names all CSRs of
/// the whole program, so that there are words for them.
Error RISCVEngine::compile() {
  prepared.reset();
  if (compiledBlocks.empty())
    return Error::success();
  vmir::Program part = selectBlocks(/*isCompiled=*/true);
  Expected<HartInterpreter> whole = HartInterpreter::create(program);
  if (!whole)
    return whole.takeError();
  vmir::Block names;
  names.startPc = kReturnPc - 2;
  for (uint16_t csr : whole->getStateLayout().csrs)
    names.ops.push_back(vmir::ops::CsrRead{0, csr});
  names.term = vmir::terms::Jmp{kReturnPc};
  part.blocks.push_back(std::move(names));
  Expected<PreparedProgram> made =
      options.executor->prepare(part, EntryMode::Hart, options.request);
  if (!made)
    return made.takeError();
  prepared = std::move(*made);
  return Error::success();
}

/// Chooses the blocks that were entered most, and compiles them with those that
/// are already.
Error RISCVEngine::compileFrequent() {
  uint64_t entered =
      std::accumulate(blockCounts.begin(), blockCounts.end(), uint64_t(0));
  if (entered < compileThreshold ||
      compiledBlocks.size() >= options.maxCompiledBlocks)
    return Error::success();
  compileThreshold = SaturatingMultiply<uint64_t>(compileThreshold, 2);
  vmir::Program part = selectBlocks(/*isCompiled=*/false);
  std::vector<size_t> order(part.blocks.size());
  std::iota(order.begin(), order.end(), 0);
  sort(order, [&](size_t left, size_t right) {
    return std::pair(blockCounts[left], right) >
           std::pair(blockCounts[right], left);
  });
  for (size_t index : order) {
    if (blockCounts[index] < std::max<uint64_t>(1, entered / kFrequentBlock) ||
        compiledBlocks.size() >= options.maxCompiledBlocks)
      break;
    compiledBlocks.insert(part.blocks[index].startPc);
  }
  if (Error error = compile())
    return error;
  return updateInterpreter();
}

/// Makes harts Running that have only gone from one part to the other, or used
/// up their turn.
static void resume(HartStateArray &state, ArrayRef<uint64_t> harts,
                   const std::set<GuestAddr> &blocks) {
  for (uint64_t hart : harts) {
    uint64_t &status = state.word(VMJIT_WORD_STATUS, hart);
    bool isMoving = status == VMJIT_EXIT_LeftRegion &&
                    blocks.count(state.word(VMJIT_WORD_NEXT_PC, hart));
    if (isMoving || status == VMJIT_EXIT_OutOfFuel)
      status = VMJIT_EXIT_Running;
  }
}

Error RISCVEngine::runCompiled(HartStateArray &state, HartMemory &memory) {
  // The program as a whole has every block that a hart may be inside of.
  if (Error error = completeBlocks(program, state, memory, kReturnPc))
    return error;
  Expected<ExecutionResult> result = options.executor->executeHarts(
      *prepared, state, memory, kReturnPc, options.request);
  return result ? Error::success() : result.takeError();
}

Error RISCVEngine::interpret(HartStateArray &state, HartMemory &memory) {
  HartInterpreter::RunOptions run;
  run.blockCounts = blockCounts;
  if (!interpretsAll())
    run.stepLimit = kInterpretedSteps;
  // One goes ahead until it is known what to compile, so that the others need
  // not be interpreted up to there, too.
  if (!interpretsAll() && !prepared)
    run.maxHarts = 1;
  return interpreter->run(state, memory, kReturnPc, run);
}

/// Ends harts that are at no block, as nothing else looks at them if there is
/// no code at all.
static void leave(HartStateArray &state, ArrayRef<uint64_t> harts) {
  for (uint64_t hart : harts)
    state.word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_LeftRegion;
}

Error RISCVEngine::run(HartStateArray &state, HartMemory &memory) {
  std::vector<uint64_t> harts;
  for (uint64_t hart = 0; hart < state.getHartCount(); ++hart)
    if (state.word(VMJIT_WORD_STATUS, hart) == VMJIT_EXIT_Running)
      harts.push_back(hart);
  if (!prepared && !interpreter)
    leave(state, harts);
  if (prepared) {
    if (Error error = runCompiled(state, memory))
      return error;
    resume(state, harts, blocks);
  }
  if (interpreter) {
    if (Error error = interpret(state, memory))
      return error;
    resume(state, harts, blocks);
    if (!interpretsAll())
      return compileFrequent();
  }
  return Error::success();
}
