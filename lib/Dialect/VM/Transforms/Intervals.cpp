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
//===----------------------------------------------------------------------===//

#include "Intervals.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/TypeSwitch.h"

#include <unordered_map>

using namespace mlir;
using namespace vmjit::vm;

void vmjit::vm::forEachTarget(BlockOp block,
                              llvm::function_ref<void(uint64_t)> visit) {
  auto visitOperand = [&](OperandAttr target) {
    if (target.getKind() == vmjit::vmir::Operand::Immediate ||
        target.getKind() == vmjit::vmir::Operand::Imm64)
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

namespace {
/// Intervals name each other by the number of their header, in the order of the
/// program.
class IntervalBuilder {
public:
  IntervalBuilder(ProgramOp program, uint64_t maxOps);
  std::vector<Interval> divide();

private:
  void findHeaders(ProgramOp program);
  void visitFrom(unsigned root);
  unsigned getInterval(unsigned block);
  bool mergeIntoPredecessor(unsigned block);

  uint64_t maxOps;
  std::vector<uint64_t> addresses;
  std::unordered_map<uint64_t, unsigned> numbers;
  std::vector<uint64_t> opCounts;
  std::vector<SmallVector<unsigned, 2>> successors;
  std::vector<SmallVector<unsigned, 2>> predecessors;
  /// Whether a block stays the header of its interval.
  llvm::BitVector isHeader;
  llvm::BitVector isVisited;
  std::vector<unsigned> postOrder;
  /// The block whose interval each joined, or itself.
  std::vector<unsigned> joined;
};
} // namespace

IntervalBuilder::IntervalBuilder(ProgramOp program, uint64_t maxOps)
    : maxOps(maxOps) {
  for (auto block : program.getBody().getOps<BlockOp>()) {
    numbers[block.getPc()] = addresses.size();
    joined.push_back(addresses.size());
    addresses.push_back(block.getPc());
    opCounts.push_back(llvm::range_size(block.getBody().front()));
  }
  successors.resize(addresses.size());
  predecessors.resize(addresses.size());
  isHeader.resize(addresses.size());
  isVisited.resize(addresses.size());
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
  auto note = [&](uint64_t address) {
    auto found = numbers.find(address);
    if (found != numbers.end())
      isHeader.set(found->second);
  };
  note(program.getEntry());
  for (auto [number, before] : llvm::enumerate(predecessors))
    if (before.empty())
      isHeader.set(number);
  program.walk([&](Operation *op) {
    TypeSwitch<Operation *>(op)
        .Case([&](ConstantOp constant) {
          if (auto value = dyn_cast<IntegerAttr>(constant.getValue());
              value && value.getType().isInteger(64))
            note(value.getValue().getZExtValue());
        })
        .Case([&](CallOp call) { note(call.getRetPc()); });
  });
}

/// Adds what \p root reaches and was not reached before to the post-order.
void IntervalBuilder::visitFrom(unsigned root) {
  if (isVisited[root])
    return;
  isVisited.set(root);
  std::vector<std::pair<unsigned, unsigned>> path = {{root, 0}};
  while (!path.empty()) {
    auto &[block, next] = path.back();
    if (next == successors[block].size()) {
      postOrder.push_back(block);
      path.pop_back();
      continue;
    }
    unsigned successor = successors[block][next++];
    if (!isVisited[successor]) {
      isVisited.set(successor);
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
  if (!before || opCounts[*before] + opCounts[block] > maxOps)
    return false;
  opCounts[*before] += opCounts[block];
  joined[block] = *before;
  return true;
}

std::vector<Interval> IntervalBuilder::divide() {
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
  std::vector<Interval> intervals;
  std::vector<unsigned> places(addresses.size());
  for (unsigned block = 0; block < addresses.size(); ++block)
    if (getInterval(block) == block) {
      places[block] = intervals.size();
      intervals.push_back({addresses[block]});
    }
  for (unsigned block = 0; block < addresses.size(); ++block)
    if (unsigned interval = getInterval(block); interval != block)
      intervals[places[interval]].push_back(addresses[block]);
  return intervals;
}

std::vector<Interval> vmjit::vm::divideIntoIntervals(ProgramOp program,
                                                     uint64_t maxOps) {
  return IntervalBuilder(program, maxOps).divide();
}
