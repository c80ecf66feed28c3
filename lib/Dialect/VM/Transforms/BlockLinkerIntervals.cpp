//===- BlockLinkerIntervals.cpp - Registers of harts as values --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;
using namespace vmjit::vm;

/// The compilers behind us take longer for each op in larger intervals.
static constexpr uint64_t maxIntervalOps = 1024;

BlockLinker::LinkedInterval &BlockLinker::addInterval(Interval blocks) {
  auto &added = *intervals.emplace_back(std::make_unique<LinkedInterval>());
  added.headers = std::move(blocks.headers);
  added.addresses = added.headers;
  added.partOf = std::move(blocks.partOf);
  llvm::append_range(added.addresses, blocks.inner);
  if (!isKernelMode()) {
    for (uint64_t header : added.headers)
      added.landings[header] = &function.getBody().emplaceBlock();
    added.landing = added.landings[added.headers.front()];
    if (added.isJoined()) {
      added.landing = &function.getBody().emplaceBlock();
      added.landing->addArgument(builder.getI64Type(), function.getLoc());
    }
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
  for (auto [address, block] : blockOps)
    forEachReturnAddress(block, [&](uint64_t target) {
      if (blockOps.count(target))
        callBlocks.insert(address);
    });
  std::vector<Interval> parts = divideIntoIntervals(
      program, {maxIntervalOps, joinIntervals ? maxIntervalOps : 0});
  for (const Interval &part : parts)
    addInterval(part);
  addCopies(parts);
  for (auto &each : intervals) {
    collectChanges(*each);
    collectLiveRegisters(*each);
  }
}

/// Adds an interval for each block inside of \p parts that is entered in
/// another way than from its part: because it is not inner, or from such a
/// copy.
void BlockLinker::addCopies(ArrayRef<Interval> parts) {
  std::unordered_set<uint64_t> inside, copied;
  SmallVector<uint64_t> work;
  auto copy = [&](uint64_t address) {
    if (inside.count(address) && copied.insert(address).second)
      work.push_back(address);
  };
  for (const Interval &part : parts)
    inside.insert(part.inner.begin(), part.inner.end());
  for (uint64_t address : inside)
    if (!blockOps[address].getInner())
      copy(address);
  while (!work.empty())
    forEachTarget(blockOps[work.pop_back_val()], copy);
  for (const Interval &part : parts)
    for (uint64_t address : part.inner)
      if (copied.count(address))
        addInterval({{address}, {}, {{address, address}}});
}

/// Whether the block at \p address calls a function at \p target that returns
/// to another block.
bool BlockLinker::isCallTo(const LinkedInterval &interval, uint64_t address,
                           uint64_t target) const {
  return callBlocks.count(address) && interval.landings.count(target);
}

/// What changes within a part on the way to where each block begins.
void BlockLinker::collectChanges(LinkedInterval &interval) {
  llvm::SmallSetVector<uint64_t, 16> work(interval.addresses.begin(),
                                          interval.addresses.end());
  while (!work.empty()) {
    uint64_t address = work.pop_back_val();
    llvm::SetVector<Register> changes = interval.changes[address];
    changes.insert_range(blockRegisters[address].written);
    forEachTarget(blockOps[address], [&](uint64_t target) {
      if (!interval.isInPart(address, target) ||
          isCallTo(interval, address, target))
        return;
      llvm::SetVector<Register> &before = interval.changes[target];
      size_t size = before.size();
      before.insert_range(changes);
      if (before.size() != size)
        work.insert(target);
    });
  }
}

/// Whether \p block may go elsewhere in front of what it writes.
static bool mayLeaveEarly(BlockOp block) {
  return llvm::any_of(block.getBody().front(), [](Operation &op) {
    return isa<SideBranchOp, BranchOp, CondBranchOp>(op);
  });
}

/// A hart may end in each block, so that what has changed matters there.
void BlockLinker::collectLiveRegisters(LinkedInterval &interval) {
  std::unordered_map<uint64_t, SmallVector<uint64_t>> before;
  std::unordered_set<uint64_t> early;
  llvm::SmallSetVector<uint64_t, 16> work;
  for (uint64_t address : interval.addresses) {
    llvm::SetVector<Register> &live = interval.live[address];
    live = blockRegisters[address].read;
    live.insert_range(interval.changes[address]);
    work.insert(address);
    if (mayLeaveEarly(blockOps[address]))
      early.insert(address);
    forEachTarget(blockOps[address], [&](uint64_t target) {
      if (interval.blocks.count(target) && !isCallTo(interval, address, target))
        before[target].push_back(address);
    });
  }
  while (!work.empty()) {
    uint64_t address = work.pop_back_val();
    for (uint64_t predecessor : before[address]) {
      const llvm::SetVector<Register> &written =
          blockRegisters[predecessor].written;
      bool leavesEarly = early.count(predecessor);
      llvm::SetVector<Register> &live = interval.live[predecessor];
      size_t size = live.size();
      for (Register reg : interval.live[address])
        if (leavesEarly || !written.contains(reg))
          live.insert(reg);
      if (live.size() != size)
        work.insert(predecessor);
    }
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
      createLandings();
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

void BlockLinker::createLandings() {
  for (uint64_t header : interval->headers) {
    builder.setInsertionPointToEnd(interval->landings[header]);
    for (Register reg : interval->live[header])
      writeSlot(reg.first, reg.second,
                create<HartLoadOp>(builder.getI64Type(), hart,
                                   constant(getWord(reg))));
    create<cf::BranchOp>(interval->blocks[header]);
  }
  if (!interval->isJoined())
    return;
  // With a dispatch of its own, so that nobody inside goes to where control
  // enters. It is always for a header.
  builder.setInsertionPointToEnd(interval->landing);
  SmallVector<Block *> ways = createWaysToHeaders(interval->headers);
  SmallVector<int64_t> others(llvm::drop_begin(interval->headers));
  create<DispatchOp>(interval->landing->getArgument(0), others, ways.front(),
                     ArrayRef(ways).drop_front());
}

/// For each of \p headers a block for dispatches, which pass nothing on.
SmallVector<Block *>
BlockLinker::createWaysToHeaders(ArrayRef<uint64_t> headers) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Block *> ways;
  for (uint64_t header : headers) {
    ways.push_back(&function.getBody().emplaceBlock());
    builder.setInsertionPointToEnd(ways.back());
    create<cf::BranchOp>(interval->landings[header]);
  }
  return ways;
}

/// Where a computed transfer of a joined interval goes: to a header of it, or
/// out of it. Registers are stored. The arguments are those of the dispatch
/// block.
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
      goToStopped(status, arguments.drop_back());
    });
    dispatched[3] = create<arith::ConstantIntOp>(0, /*width=*/1);
  }
  Block *leave = &function.getBody().emplaceBlock();
  SmallVector<uint64_t> headers =
      llvm::filter_to_vector(interval->headers, [&](uint64_t header) {
        return !blockOps[header].getInner();
      });
  SmallVector<int64_t> addresses(headers.begin(), headers.end());
  create<DispatchOp>(arguments[0], addresses, leave,
                     createWaysToHeaders(headers));
  builder.setInsertionPointToEnd(leave);
  create<cf::BranchOp>(getDispatchBlock(), dispatched);
  return dispatch;
}

Block *BlockLinker::addExitBlock() {
  Block *added = &function.getBody().emplaceBlock();
  for (int word = 0; word < 7; ++word)
    added->addArgument(builder.getI64Type(), function.getLoc());
  return added;
}

Block *BlockLinker::getIntervalExit() {
  if (interval->exit)
    return interval->exit;
  OpBuilder::InsertionGuard guard(builder);
  interval->exit = addExitBlock();
  builder.setInsertionPointToEnd(interval->exit);
  createExit(interval->exit->getArguments());
  return interval->exit;
}

/// Where the op that is being linked goes to end the thread.
Block *BlockLinker::getBlockExit() {
  if (isKernelMode())
    return getExitBlock();
  OpBuilder::InsertionGuard guard(builder);
  auto add = [&](ArrayRef<Register> changed, Block *next) {
    Block *added = addExitBlock();
    builder.setInsertionPointToEnd(added);
    storeRegisters(changed);
    create<cf::BranchOp>(next, added->getArguments());
    return added;
  };
  if (blockExits.empty()) {
    ArrayRef<Register> before = interval->changes[currentPc].getArrayRef();
    blockExits.push_back(
        {before.empty() ? getIntervalExit() : add(before, getIntervalExit()),
         0});
  }
  auto [last, count] = blockExits.back();
  if (count != writtenRegisters.size())
    blockExits.push_back(
        {add(writtenRegisters.getArrayRef().drop_front(count), last),
         writtenRegisters.size()});
  return blockExits.back().first;
}

/// Brings the hart's state up to date.
void BlockLinker::storeRegisters(ArrayRef<Register> changed) {
  for (Register reg : changed)
    create<HartStoreOp>(readSlot(reg.first, reg.second), hart,
                        constant(getWord(reg)));
}

/// The same where control leaves the part that the current block is in.
void BlockLinker::storeChanges() {
  llvm::SetVector<Register> changed = interval->changes[currentPc];
  changed.insert_range(writtenRegisters);
  storeRegisters(changed.getArrayRef());
}

/// Control goes from the current block to \p target, a block of the program.
void BlockLinker::goToBlock(uint64_t target) {
  auto block = interval->blocks.find(target);
  if (isKernelMode()) {
    create<cf::BranchOp>(block->second);
    return;
  }
  bool isCall = isCallTo(*interval, currentPc, target);
  if (isCall || !interval->isInPart(currentPc, target))
    storeChanges();
  if (block == interval->blocks.end())
    enterInterval(constant(target), *intervalAt[target]);
  else
    create<cf::BranchOp>(isCall ? interval->landings[target] : block->second);
}

void BlockLinker::enterInterval(Value target, LinkedInterval &entered) {
  create<cf::BranchOp>(entered.landing,
                       entered.isJoined() ? ValueRange(target) : ValueRange());
}
