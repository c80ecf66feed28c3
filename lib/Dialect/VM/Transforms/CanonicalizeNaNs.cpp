//===- CanonicalizeNaNs.cpp - Canonical NaNs where bits are seen -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IncomingValues.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "vmjit/Dialect/VM/Transforms/Passes.h"

namespace vmjit::vm {
#define GEN_PASS_DEF_VMCANONICALIZENANSPASS
#include "vmjit/Dialect/VM/Transforms/Passes.h.inc"
} // namespace vmjit::vm

using namespace mlir;
using namespace vmjit::vm;

/// Whether \p op, once lowered, may give a NaN that is not the canonical one
/// where the dialect says that it is. Square roots are lowered so that they do
/// not.
static bool isArithmetic(Operation *op) {
  return isa_and_nonnull<FAddOp, FSubOp, FMulOp, FDivOp, FMinOp, FMaxOp,
                         FMAddOp, FMSubOp, FNMAddOp, FNMSubOp, FTruncOp,
                         FExtOp>(op);
}

/// Whether \p op gives the bits of its operands on, changed in the sign only.
static bool isTransparent(Operation *op) {
  return isa<FSgnjOp, FAbsOp, FNegOp>(op);
}

/// Whether \p op lets the bits of its operands be seen. vm.fclass tells quiet
/// from signalling NaNs, and LLVM may fold `x * 1.0` to a signalling x.
static bool isObserver(Operation *op) {
  if (auto cast = dyn_cast<arith::BitcastOp>(op))
    return isa<FloatType>(cast.getIn().getType());
  return isa<BoxOp, FClassOp>(op);
}

static bool isNonNaNConstant(Value value) {
  APFloat constant(0.0);
  return matchPattern(value, m_ConstantFloat(&constant)) && !constant.isNaN();
}

namespace {
struct CanonicalizeNaNsPass
    : vmjit::vm::impl::VMCanonicalizeNaNsPassBase<CanonicalizeNaNsPass> {
  void runOnOperation() override {
    observed.clear();
    deferred.clear();
    findObserved();
    findDeferred();
    getOperation().walk([&](Operation *op) {
      for (Value result : op->getResults())
        canonicalizeUses(result);
    });
    for (Block &block : getOperation().getBody())
      for (BlockArgument argument : block.getArguments())
        canonicalizeUses(argument);
  }

private:
  /// Marks the values whose bits are seen, backwards from those that see them.
  void findObserved() {
    SmallVector<Value> worklist;
    getOperation().walk([&](Operation *op) {
      if (isObserver(op))
        llvm::append_range(worklist, op->getOperands());
    });
    while (!worklist.empty()) {
      Value value = worklist.pop_back_val();
      if (!observed.insert(value).second)
        continue;
      if (auto argument = dyn_cast<BlockArgument>(value))
        forEachIncoming(argument, [&](BranchOpInterface, OpOperand &operand) {
          worklist.push_back(operand.get());
        });
      else if (isTransparent(value.getDefiningOp()))
        llvm::append_range(worklist, value.getDefiningOp()->getOperands());
    }
  }

  /// Marks the values that stand for a canonical NaN whichever NaN they are:
  /// results of arithmetic, and arguments that only such values flow into. An
  /// argument that loaded bits flow into as well must keep those.
  void findDeferred() {
    SmallVector<BlockArgument> arguments;
    for (Block &block : llvm::drop_begin(getOperation().getBody()))
      for (BlockArgument argument : block.getArguments())
        if (isa<FloatType>(argument.getType())) {
          deferred.insert(argument);
          arguments.push_back(argument);
        }
    SmallVector<Value> exact;
    for (BlockArgument argument : arguments)
      forEachIncoming(argument, [&](BranchOpInterface, OpOperand &operand) {
        Value source = operand.get();
        if (!deferred.contains(source) &&
            !isArithmetic(source.getDefiningOp()) && !isNonNaNConstant(source))
          exact.push_back(argument);
      });
    while (!exact.empty()) {
      Value argument = exact.pop_back_val();
      if (!deferred.erase(argument))
        continue;
      for (OpOperand &use : argument.getUses())
        forEachPassedTo(use,
                        [&](BlockArgument next) { exact.push_back(next); });
    }
  }

  bool isDeferred(Value value) {
    return isArithmetic(value.getDefiningOp()) || deferred.contains(value);
  }

  /// Whether \p use shows the bits of what it uses, here or further on.
  bool showsBits(OpOperand &use) {
    Operation *user = use.getOwner();
    if (isObserver(user))
      return true;
    if (isTransparent(user))
      return observed.contains(user->getResult(0));
    bool shows = false;
    forEachPassedTo(use, [&](BlockArgument argument) {
      shows = !deferred.contains(argument) && observed.contains(argument);
    });
    return shows;
  }

  void canonicalizeUses(Value value) {
    if (!isa<FloatType>(value.getType()) || !observed.contains(value) ||
        !isDeferred(value))
      return;
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : value.getUses())
      if (showsBits(use))
        uses.push_back(&use);
    if (uses.empty())
      return;
    OpBuilder builder(&getContext());
    builder.setInsertionPointAfterValue(value);
    Value canonical = CanonicalizeNaNOp::create(builder, value.getLoc(), value);
    for (OpOperand *use : uses)
      use->set(canonical);
  }

  llvm::DenseSet<Value> observed;
  llvm::DenseSet<Value> deferred;
};
} // namespace
