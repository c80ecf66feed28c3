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
#include <set>

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
/// For so many blocks that were entered one op is compiled, which takes about
/// as long, and so many in any case.
static constexpr uint64_t kEnteredPerOp = 2'000;
static constexpr uint64_t kMinCompiledOps = 100;
/// A limit on what code takes: blocks that begin inside of others have the same
/// instructions again.
static constexpr uint64_t kMaxOps = uint64_t(1) << 22;

RISCVEngine::RISCVEngine(const riscv::GuestImage &image,
                         const riscv::Decoder &decoder,
                         RISCVEngineOptions options)
    : image(image), decoder(decoder), options(options),
      compileThreshold(options.interpretedBlocks) {}

const HartStateLayout &RISCVEngine::getStateLayout() const {
  // Compiled code wants exactly its words, which are those of all CSRs and some
  // for temporaries; the interpreter wants at least its own.
  return prepared ? prepared->getStateLayout() : layout;
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
  // They are in the memory of the processes.
  lift.includesData = false;
  lift.floatEnvironment = floatEnvironment;
  Expected<riscv::LiftedProgram> lifted =
      riscv::liftProgram(image, decoder, lift);
  if (!lifted)
    return lifted.takeError();
  size_t oldCsrCount = layout.csrs.size();
  if (Error error = addBlocks(std::move(lifted->program)))
    return error;
  // Compiled code has words for the same CSRs as the interpreter.
  bool isLayoutNew = prepared && layout.csrs.size() != oldCsrCount;
  return compilesAll() || isLayoutNew ? compile() : Error::success();
}

std::string RISCVEngine::getUnsupported(GuestAddr address,
                                        uint64_t index) const {
  auto found = blockAt.find(address);
  if (found == blockAt.end())
    return "";
  const std::vector<vmir::Op> &ops = program.blocks[found->second].ops;
  const auto *op = index < ops.size()
                       ? std::get_if<vmir::ops::VendorConfig>(&ops[index])
                       : nullptr;
  return op ? op->config : "";
}

static uint64_t getOpCount(const vmir::Block &block) {
  return block.ops.size() + 1;
}

/// Adds those blocks of \p added that are new. Blocks that are there stay as
/// they are, as harts may be inside of them, even if a new one begins in the
/// middle of one.
Error RISCVEngine::addBlocks(vmir::Program added) {
  erase_if(added.blocks,
           [&](const vmir::Block &block) { return hasCode(block.startPc); });
  for (const vmir::Block &block : added.blocks)
    opCount += getOpCount(block);
  if (opCount > kMaxOps)
    return makeErrorf(ErrorCode::OutOfMemory,
                      "the code that harts have reached takes more than {0} "
                      "ops",
                      kMaxOps);
  if (interpreter) {
    if (Error error = interpreter->addBlocks(added.blocks))
      return error;
  } else {
    Expected<HartInterpreter> made = HartInterpreter::create(added);
    if (!made)
      return made.takeError();
    interpreter = std::move(*made);
  }
  std::set<uint16_t> csrs(layout.csrs.begin(), layout.csrs.end());
  const std::vector<uint16_t> &named = interpreter->getStateLayout().csrs;
  csrs.insert(named.begin(), named.end());
  layout.csrs.assign(csrs.begin(), csrs.end());
  for (const vmir::Block &block : added.blocks) {
    blockAt[block.startPc] = isCompiled.size();
    isCompiled.push_back(compilesAll() && isCompilable(block));
    if (isCompiled.back())
      interpreter->leaveAt(block.startPc);
    if (auto instruction = riscv::getEnvironmentExit(block))
      environmentExits.emplace(block.startPc, *instruction);
  }
  if (program.blocks.empty())
    program = std::move(added);
  else
    llvm::move(added.blocks, std::back_inserter(program.blocks));
  blockCounts.resize(program.blocks.size());
  return Error::success();
}

/// Compiles the chosen blocks. A block that nothing jumps to names all CSRs of
/// the whole program, so that there are words for them.
Error RISCVEngine::compile() {
  prepared.reset();
  vmir::Program part = program;
  auto chosen = isCompiled.begin();
  erase_if(part.blocks, [&](const vmir::Block &) { return !*chosen++; });
  compiledBlockCount = part.blocks.size();
  compiledOpCount = 0;
  for (const vmir::Block &block : part.blocks)
    compiledOpCount += getOpCount(block);
  if (part.blocks.empty())
    return Error::success();
  part.entry = part.blocks.front().startPc;
  vmir::Block names;
  names.startPc = kReturnPc - 2;
  for (uint16_t csr : layout.csrs)
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

/// Chooses the blocks that were entered most, as many as are worth their
/// compilation. Returns whether there are any.
bool RISCVEngine::chooseFrequent() {
  uint64_t entered =
      std::accumulate(blockCounts.begin(), blockCounts.end(), uint64_t(0));
  if (entered < compileThreshold)
    return false;
  compileThreshold = SaturatingMultiply<uint64_t>(entered, 2);
  std::vector<size_t> order;
  uint64_t frequent = std::max(kMinEntered, entered / kFrequentBlock);
  for (auto [index, count] : enumerate(blockCounts))
    if (!isCompiled[index] && count >= frequent &&
        isCompilable(program.blocks[index]))
      order.push_back(index);
  sort(order, [&](size_t left, size_t right) {
    return std::pair(blockCounts[left], right) >
           std::pair(blockCounts[right], left);
  });
  uint64_t budget =
      std::min(options.maxCompiledOps,
               std::max(kMinCompiledOps, entered / kEnteredPerOp));
  uint64_t ops = compiledOpCount;
  bool isChanged = false;
  for (size_t index : order) {
    ops += getOpCount(program.blocks[index]);
    if (ops > budget)
      break;
    isCompiled[index] = true;
    interpreter->leaveAt(program.blocks[index].startPc);
    isChanged = true;
  }
  return isChanged;
}

/// Makes harts Running that have only gone from one part to the other, or used
/// up their turn.
void RISCVEngine::resume(HartStateArray &state,
                         ArrayRef<uint64_t> harts) const {
  for (uint64_t hart : harts) {
    uint64_t &status = state.word(VMJIT_WORD_STATUS, hart);
    bool isMoving = status == VMJIT_EXIT_LeftRegion &&
                    hasCode(state.word(VMJIT_WORD_NEXT_PC, hart));
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
  return interpreter->run(state, memory, kReturnPc, run);
}

/// Ends harts that are at no block, as nothing else looks at them if there is
/// no code at all.
static void leave(HartStateArray &state, ArrayRef<uint64_t> harts) {
  for (uint64_t hart : harts)
    state.word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_LeftRegion;
}

Error RISCVEngine::run(HartStateArray &state, HartMemory &memory) {
  std::vector<uint64_t> harts = state.getRunningHarts();
  if (!prepared && !interpreter)
    leave(state, harts);
  if (prepared) {
    if (Error error = runCompiled(state, memory))
      return error;
    resume(state, harts);
  }
  if (interpreter) {
    if (Error error = interpret(state, memory))
      return error;
    resume(state, harts);
  }
  if (Error error = keepFloatEnvironment(state, memory))
    return error;
  bool isChosen =
      interpreter && !interpretsAll() && !compilesAll() && chooseFrequent();
  return isChosen ? compile() : Error::success();
}
