//===- BlockLinkerIntervals.cpp - Registers of harts as values --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

using namespace mlir;
using namespace vmjit::vm;

/// The compilers behind us take longer for each op in larger intervals.
static constexpr uint64_t maxIntervalOps = 1024;

BlockLinker::LinkedInterval &BlockLinker::addInterval(Interval blocks) {
  auto &added = *intervals.emplace_back(std::make_unique<LinkedInterval>());
  added.headers = std::move(blocks.headers);
  added.addresses = added.headers;
  llvm::append_range(added.addresses, blocks.inner);
  for (uint64_t address : added.addresses)
    added.registers.add(blockRegisters[address]);
  if (!isKernelMode()) {
    added.landing = &function.getBody().emplaceBlock();
    if (added.headers.size() > 1)
      added.landing->addArgument(builder.getI64Type(), function.getLoc());
  }
  for (uint64_t address : added.addresses)
    added.blocks[address] = &function.getBody().emplaceBlock();
  for (uint64_t header : added.headers)
    intervalAt[header] = &added;
  return added;
}

void BlockLinker::createIntervals() {
  for (auto block : program.getBody().getOps<BlockOp>())
    blockOps[block.getPc()] = block;
  if (isKernelMode()) {
    Interval all;
    for (auto block : program.getBody().getOps<BlockOp>())
      all.headers.push_back(block.getPc());
    LinkedInterval &only = addInterval(std::move(all));
    only.landing = only.blocks[program.getEntry()];
    return;
  }
  std::vector<Interval> parts = divideIntoIntervals(
      program, {maxIntervalOps, joinIntervals ? maxIntervalOps : 0});
  for (const Interval &part : parts)
    addInterval(part);
  for (const Interval &part : parts)
    for (uint64_t address : part.inner)
      addInterval({{address}, {}});
  for (auto &each : intervals)
    collectChanges(*each);
}

/// What changes on the way to the end of each block: in the block itself, and
/// on the way to where it begins since control entered.
void BlockLinker::collectChanges(LinkedInterval &interval) {
  llvm::SmallSetVector<uint64_t, 16> work;
  for (uint64_t address : interval.addresses) {
    interval.changes[address] = blockRegisters[address].written;
    work.insert(address);
  }
  while (!work.empty()) {
    uint64_t address = work.pop_back_val();
    const auto &changes = interval.changes[address];
    auto goTo = [&](uint64_t target) {
      auto found = interval.changes.find(target);
      if (found == interval.changes.end() || target == address)
        return;
      size_t before = found->second.size();
      found->second.insert_range(changes);
      if (found->second.size() != before)
        work.insert(target);
    };
    forEachTarget(blockOps[address], goTo);
    if (!interval.isJoined() || !hasComputedTransfer(blockOps[address]))
      continue;
    llvm::for_each(interval.headers, goTo);
    interval.dispatchedChanges.insert_range(changes);
  }
}

LogicalResult BlockLinker::linkIntervals() {
  // Linking takes a block apart, so that the last interval that has it gets it.
  std::unordered_map<uint64_t, unsigned> uses;
  for (auto &each : intervals)
    for (uint64_t address : each->addresses)
      ++uses[address];
  for (auto &each : intervals) {
    interval = each.get();
    if (!isKernelMode())
      createLanding();
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

/// Loads the registers that the interval names and goes to its header.
void BlockLinker::createLanding() {
  builder.setInsertionPointToEnd(interval->landing);
  for (Register reg : interval->registers.used)
    writeSlot(
        reg.first, reg.second,
        create<HartLoadOp>(builder.getI64Type(), hart, constant(getWord(reg))));
  if (!interval->isJoined()) {
    create<cf::BranchOp>(interval->blocks[interval->headers.front()]);
    return;
  }
  Value target = interval->landing->getArgument(0);
  SmallVector<Value> dispatched = {target, target, constant(0)};
  // It was counted on the way here.
  if (stoppable)
    dispatched.push_back(create<arith::ConstantIntOp>(0, /*width=*/1));
  create<cf::BranchOp>(getIntervalDispatch(), dispatched);
}

/// Where a computed transfer of a joined interval goes: to a header of it, or
/// out of it. The arguments are those of the dispatch block.
Block *BlockLinker::getIntervalDispatch() {
  if (interval->dispatch)
    return interval->dispatch;
  OpBuilder::InsertionGuard guard(builder);
  Block *dispatch = interval->dispatch = &function.getBody().emplaceBlock();
  dispatch->addArguments(
      getDispatchBlock()->getArgumentTypes(),
      SmallVector<Location>(getDispatchBlock()->getNumArguments(),
                            function.getLoc()));
  builder.setInsertionPointToEnd(dispatch);
  auto arguments = dispatch->getArguments();
  SmallVector<Value> dispatched(arguments);
  if (stoppable) {
    takeStep(arguments[3], [&](vmjit_exit_status status) {
      storeRegisters(interval->dispatchedChanges.getArrayRef());
      goToStopped(status, arguments.drop_back());
    });
    dispatched[3] = create<arith::ConstantIntOp>(0, /*width=*/1);
  }
  Block *leave = addBlock();
  SmallVector<int64_t> addresses(interval->headers.begin(),
                                 interval->headers.end());
  SmallVector<Block *> targets;
  Block *start = builder.getInsertionBlock();
  for (uint64_t header : interval->headers) {
    targets.push_back(addBlock());
    builder.setInsertionPointToEnd(targets.back());
    create<cf::BranchOp>(interval->blocks[header]);
  }
  builder.setInsertionPointToEnd(start);
  create<DispatchOp>(arguments[0], addresses, leave, targets);
  builder.setInsertionPointToEnd(leave);
  storeRegisters(interval->dispatchedChanges.getArrayRef());
  create<cf::BranchOp>(getDispatchBlock(), dispatched);
  return dispatch;
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
  storeRegisters(interval->registers.written.getArrayRef());
  createExit(interval->exit->getArguments());
  return interval->exit;
}

/// Brings the hart's state up to date before control leaves the interval.
void BlockLinker::storeRegisters(ArrayRef<Register> changed) {
  for (Register reg : changed)
    create<HartStoreOp>(readSlot(reg.first, reg.second), hart,
                        constant(getWord(reg)));
}

void BlockLinker::enterInterval(Value target, LinkedInterval &entered) {
  create<cf::BranchOp>(entered.landing,
                       entered.isJoined() ? ValueRange(target) : ValueRange());
}
