//===- PromoteRegisters.cpp - Guest registers become SSA values -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The usual construction: for each register, an argument where different writes
// of it meet and it is read later on; then one walk over the dominator tree,
// which knows the value of every register. A register costs as much as the part
// of the function where it is alive, and the intervals of a hart's program name
// few registers each.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/RegionGraphTraits.h"
#include "mlir/Transforms/RegionUtils.h"
#include "vmjit/Dialect/VM/Transforms/LinkedFunction.h"
#include "vmjit/Dialect/VM/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/GenericIteratedDominanceFrontier.h"

namespace vmjit::vm {
#define GEN_PASS_DEF_VMPROMOTEREGISTERSPASS
#include "vmjit/Dialect/VM/Transforms/Passes.h.inc"
} // namespace vmjit::vm

using namespace mlir;
using namespace vmjit::vm;

namespace {
/// A register, and the blocks that name it.
struct Slot {
  Type type;
  llvm::SmallPtrSet<Block *, 8> writers;
  /// Those that read it before they write it.
  SmallVector<Block *> readers;
  /// What it is where nothing has written it; made when first needed.
  Value undefined;
};

class Promotion {
public:
  explicit Promotion(func::FuncOp function) : function(function) {}
  void run();

private:
  using DomTree = llvm::DominatorTreeBase<Block, /*IsPostDom=*/false>;
  using Node = llvm::DomTreeNodeBase<Block>;

  void collectSlots();
  Slot &getSlot(RegFile file, uint32_t index, Type type);
  void addArguments(unsigned number, DomTree &tree);
  void renameIn(Block &block);
  void passToSuccessors(Block &block);
  Value getValue(unsigned number);
  void setValue(unsigned number, Value value);

  func::FuncOp function;
  llvm::MapVector<std::pair<RegFile, uint32_t>, Slot> slots;
  /// By block: its arguments that are registers, with the register's number.
  llvm::DenseMap<Block *, SmallVector<std::pair<unsigned, Value>>> arguments;
  /// The value of each register where the walk is; null if it has none.
  SmallVector<Value> values;
  /// What to set again when the walk goes back.
  SmallVector<std::pair<unsigned, Value>> replaced;
};
} // namespace

Slot &Promotion::getSlot(RegFile file, uint32_t index, Type type) {
  Slot &slot = slots[{file, index}];
  slot.type = type;
  return slot;
}

void Promotion::collectSlots() {
  for (Block &block : function.getBody())
    for (Operation &op : block) {
      if (auto write = dyn_cast<RegWriteOp>(op)) {
        getSlot(write.getFile(), write.getIndex(), write.getValue().getType())
            .writers.insert(&block);
      } else if (auto read = dyn_cast<RegReadOp>(op)) {
        Slot &slot = getSlot(read.getFile(), read.getIndex(), read.getType());
        if (!slot.writers.contains(&block))
          slot.readers.push_back(&block);
      }
    }
}

void Promotion::addArguments(unsigned number, DomTree &tree) {
  Slot &slot = slots.begin()[number].second;
  llvm::SmallPtrSet<Block *, 32> liveIn;
  SmallVector<Block *> worklist = slot.readers;
  while (!worklist.empty()) {
    Block *block = worklist.pop_back_val();
    if (!liveIn.insert(block).second)
      continue;
    for (Block *before : block->getPredecessors())
      if (!slot.writers.contains(before))
        worklist.push_back(before);
  }
  llvm::IDFCalculatorBase<Block, /*IsPostDom=*/false> frontier(tree);
  frontier.setDefiningBlocks(slot.writers);
  frontier.setLiveInBlocks(liveIn);
  SmallVector<Block *> meeting;
  frontier.calculate(meeting);
  for (Block *block : meeting)
    arguments[block].emplace_back(
        number, block->addArgument(slot.type, function.getLoc()));
}

Value Promotion::getValue(unsigned number) {
  if (values[number])
    return values[number];
  Slot &slot = slots.begin()[number].second;
  if (!slot.undefined) {
    OpBuilder builder = OpBuilder::atBlockBegin(&function.front());
    slot.undefined =
        ub::PoisonOp::create(builder, function.getLoc(), slot.type);
  }
  return slot.undefined;
}

void Promotion::setValue(unsigned number, Value value) {
  replaced.emplace_back(number, values[number]);
  values[number] = value;
}

void Promotion::renameIn(Block &block) {
  auto getNumber = [&](auto access) -> unsigned {
    return slots.find({access.getFile(), access.getIndex()}) - slots.begin();
  };
  for (auto [number, argument] : arguments.lookup(&block))
    setValue(number, argument);
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (auto write = dyn_cast<RegWriteOp>(op)) {
      setValue(getNumber(write), write.getValue());
      write.erase();
    } else if (auto read = dyn_cast<RegReadOp>(op)) {
      read.replaceAllUsesWith(getValue(getNumber(read)));
      read.erase();
    }
  }
}

void Promotion::passToSuccessors(Block &block) {
  Operation *end = block.getTerminator();
  for (auto [index, successor] : llvm::enumerate(end->getSuccessors())) {
    auto found = arguments.find(successor);
    if (found == arguments.end())
      continue;
    // A dispatch passes nothing on; what it goes to has no other predecessor.
    assert(!isa<DispatchOp>(end) && "registers meet behind a dispatch");
    auto passed = llvm::map_to_vector(found->second, [&](const auto &argument) {
      return getValue(argument.first);
    });
    cast<BranchOpInterface>(end).getSuccessorOperands(index).append(passed);
  }
}

void Promotion::run() {
  collectSlots();
  values.resize(slots.size());
  Region &body = function.getBody();
  // A single block has no tree.
  if (body.hasOneBlock())
    return renameIn(body.front());
  DominanceInfo dominance(function);
  DomTree &tree = dominance.getDomTree(&body);
  for (unsigned number = 0; number < slots.size(); ++number)
    addArguments(number, tree);

  /// A block that the walk is in, the next one below it, and how much was
  /// replaced before.
  struct Level {
    Node *node;
    Node::iterator next;
    size_t replacedBefore;
  };
  SmallVector<Level> path;
  auto enter = [&](Node *node) {
    path.push_back({node, node->begin(), replaced.size()});
    renameIn(*node->getBlock());
    passToSuccessors(*node->getBlock());
  };
  enter(tree.getRootNode());
  while (!path.empty()) {
    Level &level = path.back();
    if (level.next != level.node->end()) {
      enter(*level.next++);
      continue;
    }
    while (replaced.size() > level.replacedBefore) {
      auto [number, value] = replaced.pop_back_val();
      values[number] = value;
    }
    path.pop_back();
  }
}

namespace {
struct PromoteRegistersPass
    : vmjit::vm::impl::VMPromoteRegistersPassBase<PromoteRegistersPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function->hasAttr(kModeAttrName))
      return;
    IRRewriter rewriter(&getContext());
    (void)eraseUnreachableBlocks(rewriter, function->getRegions());
    Promotion(function).run();
  }
};
} // namespace
