//===- RISCVEngine.cpp - Runs RISC-V code as it is reached ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/RISCVEngine.h"

#include "vmjit/Runtime/BlockCompletion.h"
#include "vmjit/Runtime/GpuCompute.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;
using vmir::GuestAddr;

/// How far a hart is interpreted before others get a turn.
static constexpr uint64_t kInterpretedSteps = 50'000;
/// Blocks are worth compiling if they are at least one in so many, and were
/// entered so often.
static constexpr uint64_t kFrequentBlock = 2'000;
static constexpr uint64_t kMinEntered = 10;
/// A limit on what code takes: blocks that begin inside of others have the same
/// instructions again.
static constexpr uint64_t kMaxOps = uint64_t(1) << 22;

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
  riscv::LiftOptions lift;
  for (GuestAddr address : addresses)
    if (!hasCode(address) && address % 2 == 0 &&
        !image.getCode(address).empty())
      lift.entries.push_back(address);
  if (lift.entries.empty())
    return Error::success();
  lift.followsCalls = false;
  lift.floatEnvironment = floatEnvironment;
  Expected<riscv::LiftedProgram> lifted =
      riscv::liftProgram(image, decoder, lift);
  if (!lifted)
    return lifted.takeError();
  // They are in the memory of the processes.
  lifted->program.segments.clear();
  size_t oldCsrCount = csrs.size();
  if (Error error = addBlocks(std::move(lifted->program)))
    return error;
  if (compilesAll())
    for (const vmir::Block &block : program.blocks)
      if (isCompilable(block))
        compiledBlocks.insert(block.startPc);
  if (compilesAll() || csrs.size() != oldCsrCount)
    if (Error error = compile())
      return error;
  return updateInterpreter();
}

/// Adds those blocks of \p added that are new. Blocks that are there stay as
/// they are, as harts may be inside of them, even if a new one begins in the
/// middle of one.
Error RISCVEngine::addBlocks(vmir::Program added) {
  erase_if(added.blocks,
           [&](const vmir::Block &block) { return hasCode(block.startPc); });
  for (const vmir::Block &block : added.blocks) {
    blocks.insert(block.startPc);
    opCount += block.ops.size() + 1;
    if (auto instruction = riscv::getEnvironmentExit(block))
      environmentExits.emplace(block.startPc, *instruction);
  }
  if (opCount > kMaxOps)
    return makeErrorf(ErrorCode::OutOfMemory,
                      "the code that harts have reached takes more than {0} "
                      "ops",
                      kMaxOps);
  Expected<HartInterpreter> names = HartInterpreter::create(added);
  if (!names)
    return names.takeError();
  for (uint16_t csr : names->getStateLayout().csrs)
    csrs.insert(csr);
  if (program.blocks.empty())
    program = std::move(added);
  else
    llvm::move(added.blocks, std::back_inserter(program.blocks));
  return Error::success();
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
  if (part.blocks.empty()) {
    blockCounts.clear();
    return Error::success();
  }
  part.blocks.push_back(makeNames());
  // New blocks come behind those that were counted, the last of which nothing
  // enters.
  blockCounts.resize(part.blocks.size());
  Expected<HartInterpreter> made = HartInterpreter::create(std::move(part));
  if (!made)
    return made.takeError();
  interpreter = std::move(*made);
  return Error::success();
}

/// A block that nothing jumps to and that names all CSRs of the whole program,
/// so that there are words for them.
vmir::Block RISCVEngine::makeNames() const {
  vmir::Block names;
  names.startPc = kReturnPc - 2;
  for (uint16_t csr : csrs)
    names.ops.push_back(vmir::ops::CsrRead{0, csr});
  names.term = vmir::terms::Jmp{kReturnPc};
  return names;
}

/// Compiles the chosen blocks.
Error RISCVEngine::compile() {
  prepared.reset();
  if (compiledBlocks.empty())
    return Error::success();
  vmir::Program part = selectBlocks(/*isCompiled=*/true);
  part.blocks.push_back(makeNames());
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
  bool isChanged = false;
  uint64_t frequent = std::max(kMinEntered, entered / kFrequentBlock);
  for (size_t index : order) {
    if (blockCounts[index] < frequent ||
        compiledBlocks.size() >= options.maxCompiledBlocks)
      break;
    if (!isCompilable(part.blocks[index]))
      continue;
    compiledBlocks.insert(part.blocks[index].startPc);
    isChanged = true;
  }
  if (!isChanged)
    return Error::success();
  blockCounts.clear();
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
  if (!result)
    return result.takeError();
  // Harts would stay where they are for ever.
  if (result->device->getType() == DeviceType::Mock)
    return makeError(ErrorCode::InvalidArgument,
                     "the mock device runs no code");
  return Error::success();
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
  }
  if (Error error = keepFloatEnvironment(state, memory))
    return error;
  if (interpreter && !interpretsAll())
    return compileFrequent();
  return Error::success();
}
