//===- Intervals.cpp - Parts of a program with one entry -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// At first each block is an interval. An interval whose header only one other
// interval goes to becomes a part of that. Inner blocks are looked at before
// those that lead to them, so that a loop that fits is whole before what
// surrounds it is tried.
//
// Then intervals are joined. A block that has the address of another as a
// constant most likely calls a function that returns there; what it goes to by
// name is the function. Both are joined to it: at first where functions return
// to, so that the parts of each function are together, then functions with what
// they call, those with the fewest callers first. There, loops can be entered
// at their heads, too: a hart that starts inside of one, in a copy of a block
// that is not said to be inner, is in the loop itself when it begins again.
//
//===----------------------------------------------------------------------===//

#include "Intervals.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/TypeSwitch.h"

#include <unordered_map>

using namespace mlir;
using namespace vmjit::vm;

static bool isNamed(OperandAttr target) {
  return target.getKind() == vmjit::vmir::Operand::Immediate ||
         target.getKind() == vmjit::vmir::Operand::Imm64;
}

void vmjit::vm::forEachTarget(BlockOp block,
                              llvm::function_ref<void(uint64_t)> visit) {
  auto visitOperand = [&](OperandAttr target) {
    if (isNamed(target))
      visit(target.getBits());
  };
  for (Operation &op : block.getBody().front())
    TypeSwitch<Operation *>(&op)
        .Case([&](JmpOp jmp) { visit(jmp.getTarget()); })
        .Case([&](CondJmpOp jmp) {
          visit(jmp.getTargetTrue());
          visit(jmp.getTargetFalse());
        })
        .Case([&](CallOp call) { visit(call.getTarget()); })
        .Case([&](SideBranchOp branch) { visit(branch.getTarget()); })
        .Case<BranchOp, CondBranchOp>(
            [&](auto branch) { visitOperand(branch.getTarget()); });
}

void vmjit::vm::forEachReturnAddress(BlockOp block,
                                     llvm::function_ref<void(uint64_t)> visit) {
  block.walk([&](Operation *op) {
    TypeSwitch<Operation *>(op)
        .Case([&](ConstantOp constant) {
          if (auto value = dyn_cast<IntegerAttr>(constant.getValue());
              value && value.getType().isInteger(64))
            visit(value.getValue().getZExtValue());
        })
        .Case([&](CallOp call) { visit(call.getRetPc()); });
  });
}

namespace {
/// Intervals name each other by the number of their header, in the order of the
/// program.
class IntervalBuilder {
public:
  IntervalBuilder(ProgramOp program, const IntervalLimits &limits);
  std::vector<Interval> divide();

private:
  void findHeaders(ProgramOp program);
  void visitFrom(unsigned root);
  unsigned getInterval(unsigned block);
  bool mergeIntoPredecessor(unsigned block);
  void mergeBlocks();
  void join(unsigned block, unsigned other);
  void joinIntervals();

  IntervalLimits limits;
  std::vector<uint64_t> addresses;
  std::unordered_map<uint64_t, unsigned> numbers;
  std::vector<uint64_t> opCounts;
  std::vector<SmallVector<unsigned, 2>> successors;
  std::vector<SmallVector<unsigned, 2>> predecessors;
  /// By block: the blocks whose addresses it has as constants.
  std::vector<SmallVector<unsigned, 1>> returns;
  /// Whether a block stays the header of its interval.
  llvm::BitVector isHeader;
  llvm::BitVector isVisited;
  llvm::BitVector isOnPath;
  llvm::BitVector isLoopHead;
  std::vector<unsigned> postOrder;
  /// The block whose interval each joined, or itself.
  std::vector<unsigned> joined;
};
} // namespace

IntervalBuilder::IntervalBuilder(ProgramOp program,
                                 const IntervalLimits &limits)
    : limits(limits) {
  for (auto block : program.getBody().getOps<BlockOp>()) {
    numbers[block.getPc()] = addresses.size();
    joined.push_back(addresses.size());
    addresses.push_back(block.getPc());
    opCounts.push_back(llvm::range_size(block.getBody().front()));
  }
  successors.resize(addresses.size());
  predecessors.resize(addresses.size());
  returns.resize(addresses.size());
  isHeader.resize(addresses.size());
  isVisited.resize(addresses.size());
  isOnPath.resize(addresses.size());
  isLoopHead.resize(addresses.size());
  for (auto [number, block] :
       llvm::enumerate(program.getBody().getOps<BlockOp>()))
    forEachTarget(block, [&](uint64_t target) {
      auto found = numbers.find(target);
      if (found == numbers.end() ||
          llvm::is_contained(successors[number], found->second))
        return;
      successors[number].push_back(found->second);
      predecessors[found->second].push_back(number);
    });
  findHeaders(program);
}

void IntervalBuilder::findHeaders(ProgramOp program) {
  auto find = [&](uint64_t address) -> std::optional<unsigned> {
    auto found = numbers.find(address);
    if (found == numbers.end())
      return std::nullopt;
    isHeader.set(found->second);
    return found->second;
  };
  (void)find(program.getEntry());
  for (auto [number, before] : llvm::enumerate(predecessors))
    if (before.empty())
      isHeader.set(number);
  for (auto [number, block] :
       llvm::enumerate(program.getBody().getOps<BlockOp>()))
    forEachReturnAddress(block, [&](uint64_t address) {
      if (std::optional<unsigned> target = find(address))
        returns[number].push_back(*target);
    });
}

/// Adds what \p root reaches and was not reached before to the post-order.
void IntervalBuilder::visitFrom(unsigned root) {
  if (isVisited[root])
    return;
  isVisited.set(root);
  isOnPath.set(root);
  std::vector<std::pair<unsigned, unsigned>> path = {{root, 0}};
  while (!path.empty()) {
    auto &[block, next] = path.back();
    if (next == successors[block].size()) {
      postOrder.push_back(block);
      isOnPath.reset(block);
      path.pop_back();
      continue;
    }
    unsigned successor = successors[block][next++];
    if (isOnPath[successor])
      isLoopHead.set(successor);
    if (!isVisited[successor]) {
      isVisited.set(successor);
      isOnPath.set(successor);
      path.push_back({successor, 0});
    }
  }
}

/// The header of the interval that \p block is in.
unsigned IntervalBuilder::getInterval(unsigned block) {
  while (joined[block] != block)
    block = joined[block] = joined[joined[block]];
  return block;
}

bool IntervalBuilder::mergeIntoPredecessor(unsigned block) {
  if (isHeader[block] || getInterval(block) != block)
    return false;
  std::optional<unsigned> before;
  for (unsigned predecessor : predecessors[block]) {
    unsigned interval = getInterval(predecessor);
    if (interval == block)
      continue;
    if (before && *before != interval)
      return false;
    before = interval;
  }
  if (!before || opCounts[*before] + opCounts[block] > limits.maxOps)
    return false;
  opCounts[*before] += opCounts[block];
  joined[block] = *before;
  return true;
}

void IntervalBuilder::mergeBlocks() {
  for (unsigned header : isHeader.set_bits())
    visitFrom(header);
  for (unsigned block = 0; block < addresses.size(); ++block)
    visitFrom(block);
  // A block where several ways meet has to wait for all of them. Where they are
  // nested more deeply than this, intervals are smaller.
  constexpr unsigned maxRounds = 16;
  bool isChanged = true;
  for (unsigned round = 0; isChanged && round < maxRounds; ++round) {
    isChanged = false;
    for (unsigned block : postOrder)
      isChanged |= mergeIntoPredecessor(block);
  }
  for (unsigned block = 0; block < addresses.size(); ++block)
    if (getInterval(block) == block)
      isHeader.set(block);
}

/// Makes the intervals of two blocks one if that is small enough.
void IntervalBuilder::join(unsigned block, unsigned other) {
  unsigned first = getInterval(block), second = getInterval(other);
  if (first == second ||
      opCounts[first] + opCounts[second] > limits.maxJoinedOps)
    return;
  opCounts[first] += opCounts[second];
  joined[second] = first;
}

void IntervalBuilder::joinIntervals() {
  std::vector<std::pair<unsigned, unsigned>> calls;
  std::vector<unsigned> callers(addresses.size());
  for (unsigned block = 0; block < addresses.size(); ++block) {
    for (unsigned target : returns[block])
      join(block, target);
    for (unsigned target : successors[block]) {
      if (returns[block].empty()) {
        join(block, target);
        continue;
      }
      calls.push_back({block, target});
      ++callers[target];
    }
  }
  llvm::stable_sort(calls, [&](const auto &left, const auto &right) {
    return callers[left.second] < callers[right.second];
  });
  for (auto [block, target] : calls)
    join(block, target);
}

std::vector<Interval> IntervalBuilder::divide() {
  mergeBlocks();
  std::vector<unsigned> parts(addresses.size());
  for (unsigned block = 0; block < addresses.size(); ++block)
    parts[block] = getInterval(block);
  if (limits.maxJoinedOps) {
    joinIntervals();
    isHeader |= isLoopHead;
  }
  std::vector<Interval> intervals;
  std::vector<unsigned> places(addresses.size());
  for (unsigned block = 0; block < addresses.size(); ++block)
    if (getInterval(block) == block) {
      places[block] = intervals.size();
      intervals.emplace_back();
    }
  for (unsigned block = 0; block < addresses.size(); ++block) {
    Interval &interval = intervals[places[getInterval(block)]];
    (isHeader[block] ? interval.headers : interval.inner)
        .push_back(addresses[block]);
    interval.partOf[addresses[block]] = addresses[parts[block]];
  }
  return intervals;
}

std::vector<Interval>
vmjit::vm::divideIntoIntervals(ProgramOp program,
                               const IntervalLimits &limits) {
  return IntervalBuilder(program, limits).divide();
}
