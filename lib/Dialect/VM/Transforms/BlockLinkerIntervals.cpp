//===- BlockLinkerIntervals.cpp - Registers of harts as values --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

using namespace mlir;
using namespace vmjit::vm;

/// What an interval may have of the program, in ops of the dialect. The
/// compilers behind us take longer for each op in larger ones.
static constexpr uint64_t maxIntervalOps = 1024;

BlockLinker::LinkedInterval &
BlockLinker::addInterval(ArrayRef<uint64_t> addresses) {
  auto &added = *intervals.emplace_back(std::make_unique<LinkedInterval>());
  added.addresses = addresses.vec();
  for (uint64_t address : addresses)
    added.registers.add(blockRegisters[address]);
  if (!isKernelMode())
    added.landing = &function.getBody().emplaceBlock();
  for (uint64_t address : addresses)
    added.blocks[address] = &function.getBody().emplaceBlock();
  intervalAt[addresses.front()] = &added;
  return added;
}

void BlockLinker::createIntervals() {
  if (isKernelMode()) {
    std::vector<uint64_t> all;
    for (auto block : program.getBody().getOps<BlockOp>())
      all.push_back(block.getPc());
    LinkedInterval &only = addInterval(all);
    for (uint64_t address : all)
      intervalAt[address] = &only;
    only.landing = only.blocks[program.getEntry()];
    return;
  }
  std::vector<Interval> parts = divideIntoIntervals(program, maxIntervalOps);
  for (const Interval &part : parts)
    addInterval(part);
  for (const Interval &part : parts)
    for (uint64_t address : ArrayRef(part).drop_front())
      addInterval(address);
}

/// What changes on the way to the end of each block: in the block itself, and
/// on the way to where it begins, unless that is where control enters.
void BlockLinker::collectChanges(LinkedInterval &interval) {
  llvm::SmallSetVector<uint64_t, 16> work;
  for (uint64_t address : interval.addresses) {
    interval.changes[address] = blockRegisters[address].written;
    work.insert(address);
  }
  while (!work.empty()) {
    uint64_t address = work.pop_back_val();
    const auto &changes = interval.changes[address];
    forEachTarget(blockOps[address], [&](uint64_t target) {
      auto found = interval.changes.find(target);
      if (found == interval.changes.end() || target == address)
        return;
      size_t before = found->second.size();
      found->second.insert_range(changes);
      if (found->second.size() != before)
        work.insert(target);
    });
  }
}

LogicalResult BlockLinker::linkIntervals() {
  for (auto block : program.getBody().getOps<BlockOp>())
    blockOps[block.getPc()] = block;
  if (!isKernelMode())
    for (auto &each : intervals)
      collectChanges(*each);
  // Linking takes a block apart, so that the last interval that has it gets it.
  std::unordered_map<uint64_t, unsigned> uses;
  for (auto &each : intervals)
    for (uint64_t address : each->addresses)
      ++uses[address];
  for (auto &each : intervals) {
    interval = each.get();
    if (!isKernelMode())
      createLanding(*interval);
    for (uint64_t address : interval->addresses) {
      BlockOp block = blockOps[address];
      OwningOpRef<BlockOp> copy;
      if (--uses[address] > 0)
        copy = block.clone();
      if (failed(linkBlock(copy ? *copy : block)))
        return failure();
    }
  }
  return success();
}

/// Loads the registers that the interval names and goes to its first block.
void BlockLinker::createLanding(LinkedInterval &interval) {
  builder.setInsertionPointToEnd(interval.landing);
  for (Register reg : interval.registers.used)
    writeSlot(
        reg.first, reg.second,
        create<HartLoadOp>(builder.getI64Type(), hart, constant(getWord(reg))));
  create<cf::BranchOp>(interval.blocks[interval.addresses.front()]);
}

/// Where an op of the interval goes to end the hart.
Block *BlockLinker::getIntervalExit() {
  if (isKernelMode())
    return getExitBlock();
  if (interval->exit)
    return interval->exit;
  OpBuilder::InsertionGuard guard(builder);
  interval->exit = &function.getBody().emplaceBlock();
  for (int word = 0; word < 7; ++word)
    interval->exit->addArgument(builder.getI64Type(), function.getLoc());
  builder.setInsertionPointToEnd(interval->exit);
  for (Register reg : interval->registers.written)
    create<HartStoreOp>(readSlot(reg.first, reg.second), hart,
                        constant(getWord(reg)));
  create<cf::BranchOp>(getExitBlock(), interval->exit->getArguments());
  return interval->exit;
}

/// Brings the hart's state up to date before control leaves the interval.
void BlockLinker::storeChanges() {
  for (Register reg : interval->changes[currentPc])
    create<HartStoreOp>(readSlot(reg.first, reg.second), hart,
                        constant(getWord(reg)));
}
