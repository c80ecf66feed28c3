//===- RISCVEngine.cpp - Runs RISC-V code as it is reached ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/RISCVEngine.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>
#include <set>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;
using vmir::GuestAddr;

/// Blocks are compiled that were entered options.interpretedBlocks / kWorthIt
/// times: interpreting them has taken about a tenth of what compiling takes.
static constexpr uint64_t kWorthIt = 5;
/// So many times as often if less is compiled for the first time than again.
/// With 8, first runs take a third less time, but what a program needs to be
/// fast may not be compiled after many: solve.c is at two fifths of its speed.
static constexpr uint64_t kFewWeight = 2;
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
  std::vector<GuestAddr> entries;
  for (GuestAddr address : addresses)
    if (!hasCode(address) && address % 2 == 0 &&
        !image.getCode(address).empty())
      entries.push_back(address);
  if (entries.empty())
    return Error::success();
  Expected<riscv::LiftedProgram> lifted = lift(entries);
  if (!lifted)
    return lifted.takeError();
  if (floatEnvironment == riscv::FloatEnvironment::Default)
    profile.lifts.push_back(std::move(entries));
  size_t oldCsrCount = layout.csrs.size();
  if (Error error = addBlocks(std::move(lifted->program)))
    return error;
  // Compiled code has words for the same CSRs as the interpreter.
  bool isLayoutNew = prepared && layout.csrs.size() != oldCsrCount;
  return compilesAll() || isLayoutNew ? compile() : Error::success();
}

Expected<riscv::LiftedProgram>
RISCVEngine::lift(std::vector<GuestAddr> entries) const {
  riscv::LiftOptions wanted;
  wanted.entries = std::move(entries);
  wanted.followsCalls = false;
  // They are in the memory of the processes.
  wanted.includesData = false;
  wanted.floatEnvironment = floatEnvironment;
  return riscv::liftProgram(image, decoder, wanted);
}

/// Lifts the block again, to the same ops: hardly any is ever asked about.
std::string RISCVEngine::describeInstruction(GuestAddr address,
                                             uint64_t index) const {
  Expected<riscv::LiftedProgram> lifted = lift({address});
  if (!lifted) {
    consumeError(lifted.takeError());
    return "";
  }
  for (auto [block, instructions] :
       zip_equal(lifted->program.blocks, lifted->instructions)) {
    if (block.startPc != address)
      continue;
    for (const riscv::LiftedInstruction &instruction : instructions)
      if (index - instruction.firstOp < instruction.opCount)
        return formatv(
            "{0} at {1:x}",
            decoder.print(lifted->code.instructions.at(instruction.pc)),
            instruction.pc);
  }
  return "";
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
    if (auto instruction = riscv::getEnvironmentExit(block))
      environmentExits.emplace(block.startPc, *instruction);
  }
  if (program.blocks.empty())
    program = std::move(added);
  else
    llvm::move(added.blocks, std::back_inserter(program.blocks));
  blockCounts.resize(program.blocks.size());
  isEntry.resize(program.blocks.size());
  isFrequentEntry.resize(program.blocks.size());
  return Error::success();
}

/// Calls \p visit for each address that \p block has as a target.
static void forEachNamedTarget(const vmir::Block &block,
                               function_ref<void(GuestAddr)> visit) {
  auto visitField = [&](auto kind, StringRef, const auto &value) {
    if constexpr (std::is_same_v<decltype(kind), vmir::field::Addr>)
      visit(value);
  };
  auto visitOp = [&](const auto &op) { vmir::forEachField(op, visitField); };
  for (const vmir::Op &op : block.ops)
    std::visit(visitOp, op);
  std::visit(visitOp, block.term);
}

/// The compiled blocks that are entered in other ways than from those in front
/// of them: loops, functions and where they return to, what follows system
/// calls, what no compiled block goes to by name, and what was entered often.
/// Of others, which are most, there need be no code for who enters there.
std::vector<bool> RISCVEngine::findEntries() const {
  std::vector<bool> isFound(program.blocks.size(), compilesAll());
  std::vector<bool> isNamed(program.blocks.size());
  for (auto [block, isChosen] : zip_equal(program.blocks, isCompiled)) {
    if (!isChosen)
      continue;
    bool isCall = false, isLeft = false;
    for (const vmir::Op &op : block.ops) {
      isLeft |= std::holds_alternative<vmir::ops::SysCall>(op);
      if (const auto *constant = std::get_if<vmir::ops::MovImm>(&op))
        if (auto found = blockAt.find(constant->imm); found != blockAt.end())
          isCall = isFound[found->second] = true;
    }
    forEachNamedTarget(block, [&, start = block.startPc](GuestAddr target) {
      auto found = blockAt.find(target);
      if (found == blockAt.end())
        return;
      isNamed[found->second] = true;
      if (isCall || isLeft || target <= start)
        isFound[found->second] = true;
    });
  }
  for (size_t block = 0; block < isFound.size(); ++block)
    isFound[block] = isCompiled[block] && (isFound[block] || !isNamed[block] ||
                                           isFrequentEntry[block]);
  return isFound;
}

/// Compiles the chosen blocks. A block that nothing jumps to names all CSRs of
/// the whole program, so that there are words for them.
Error RISCVEngine::compile() {
  prepared.reset();
  hostKernel.reset();
  isEntry = findEntries();
  vmir::Program part = program;
  for (auto [block, canEnter] : zip_equal(part.blocks, isEntry)) {
    block.isInner = !canEnter;
    interpreter->leaveAt(block.startPc, canEnter);
  }
  auto chosen = isCompiled.begin();
  erase_if(part.blocks, [&](const vmir::Block &) { return !*chosen++; });
  compiledBlockCount = part.blocks.size();
  compiledOpCount = 0;
  for (const vmir::Block &block : part.blocks)
    compiledOpCount += getOpCount(block);
  if (part.blocks.empty())
    return Error::success();
  vmir::Block names;
  part.entry = names.startPc = kReturnPc - 2;
  for (uint16_t csr : layout.csrs)
    names.ops.push_back(vmir::ops::CsrRead{0, csr});
  names.term = vmir::terms::Jmp{kReturnPc};
  part.blocks.push_back(std::move(names));
  Expected<PreparedProgram> made =
      options.executor->prepare(part, EntryMode::Hart, options.request);
  if (!made)
    return made.takeError();
  prepared = std::move(*made);
  hostKernel = prepared->getHostKernel();
  return Error::success();
}

/// Has the block of number \p block compiled, once compile is called; one that
/// is compiled already can be entered then.
void RISCVEngine::choose(size_t block) {
  if (isCompiled[block])
    isFrequentEntry[block] = true;
  if (floatEnvironment == riscv::FloatEnvironment::Default)
    (isCompiled[block] ? profile.starts : profile.compiled)
        .push_back(program.blocks[block].startPc);
  isCompiled[block] = true;
  blockCounts[block] = 0;
}

static uint64_t sum(ArrayRef<uint64_t> counts) {
  return std::accumulate(
      counts.begin(), counts.end(), uint64_t(0),
      [](uint64_t left, uint64_t right) { return SaturatingAdd(left, right); });
}

Error RISCVEngine::applyProfile(const RISCVProfile &known) {
  for (ArrayRef<GuestAddr> addresses : known.lifts)
    if (Error error = addCode(addresses))
      return error;
  profile.entered = known.entered;
  if (!choosesFrequent()) {
    profile.compiled = known.compiled;
    profile.starts = known.starts;
    return Error::success();
  }
  uint64_t ops = 0;
  for (GuestAddr address : known.compiled) {
    auto found = blockAt.find(address);
    if (found == blockAt.end() || isCompiled[found->second])
      continue;
    const vmir::Block &block = program.blocks[found->second];
    if (!isCompilable(block))
      continue;
    ops += getOpCount(block);
    if (ops > options.maxCompiledOps)
      break;
    choose(found->second);
  }
  for (GuestAddr address : known.starts)
    if (auto found = blockAt.find(address); found != blockAt.end() &&
                                            isCompiled[found->second] &&
                                            !isFrequentEntry[found->second])
      choose(found->second);
  for (auto [address, count] : known.entered)
    if (auto found = blockAt.find(address); found != blockAt.end())
      blockCounts[found->second] = count;
  enteredCount = sum(blockCounts);
  compileThreshold =
      SaturatingAdd(enteredCount - enteredCount % options.interpretedBlocks,
                    options.interpretedBlocks);
  return compile();
}

RISCVProfile RISCVEngine::getProfile() const {
  RISCVProfile known = profile;
  if (!choosesFrequent() ||
      floatEnvironment != riscv::FloatEnvironment::Default)
    return known;
  known.entered.clear();
  for (auto [block, canEnter, count] :
       zip_equal(program.blocks, isEntry, blockCounts))
    if (!canEnter && count != 0)
      known.entered[block.startPc] = count;
  return known;
}

/// Chooses the blocks that were entered so often that it would have been worth
/// compiling them, those first that were entered most. Returns whether there
/// are enough of them, as all others are compiled with them once more. Both to
/// interpret and to compile a block takes as long as it has ops.
bool RISCVEngine::chooseFrequent() {
  enteredCount = sum(blockCounts);
  if (enteredCount < compileThreshold)
    return false;
  // Without those that are chosen.
  scope_exit countOn([&] {
    enteredCount = sum(blockCounts);
    compileThreshold = SaturatingAdd(enteredCount, options.interpretedBlocks);
  });
  uint64_t worthIt =
      std::max<uint64_t>(1, options.interpretedBlocks / kWorthIt);
  std::vector<size_t> order;
  for (auto [index, block] : enumerate(program.blocks))
    if (!isEntry[index] && isCompilable(block) && blockCounts[index] >= worthIt)
      order.push_back(index);
  sort(order, [&](size_t left, size_t right) {
    return std::pair(blockCounts[left], right) >
           std::pair(blockCounts[right], left);
  });
  uint64_t ops = compiledOpCount, interpretedOps = 0;
  auto end = find_if(order, [&](size_t index) {
    uint64_t count = getOpCount(program.blocks[index]);
    if (ops + count > options.maxCompiledOps)
      return true;
    ops += count;
    interpretedOps =
        SaturatingMultiplyAdd(blockCounts[index], count, interpretedOps);
    return false;
  });
  // Few at a time would have all others compiled many times.
  uint64_t weight = ops - compiledOpCount < compiledOpCount ? kFewWeight : 1;
  if (end == order.begin() || interpretedOps / worthIt / weight < ops)
    return false;
  for (size_t index : make_range(order.begin(), end))
    choose(index);
  return true;
}
