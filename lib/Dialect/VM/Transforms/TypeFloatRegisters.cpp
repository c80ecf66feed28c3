//===- TypeFloatRegisters.cpp - Floats as block arguments -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IncomingValues.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "vmjit/Dialect/VM/Transforms/Passes.h"
#include "llvm/ADT/SetVector.h"

namespace vmjit::vm {
#define GEN_PASS_DEF_VMTYPEFLOATREGISTERSPASS
#include "vmjit/Dialect/VM/Transforms/Passes.h.inc"
} // namespace vmjit::vm

using namespace mlir;
using namespace vmjit::vm;

/// Whether \p value is a constant whose bits are a boxed f32.
static bool isBoxedConstant(Value value) {
  APInt bits;
  return matchPattern(value, m_ConstantInt(&bits)) &&
         bits.countLeadingOnes() >= 32;
}

/// Whether \p value is the raw bits of an f64, or asked for as an f64.
static bool isF64Bits(Value value) {
  auto cast = value.getDefiningOp<arith::BitcastOp>();
  return cast && cast.getIn().getType().isF64();
}
static bool isF64View(Operation *op) {
  auto cast = dyn_cast<arith::BitcastOp>(op);
  return cast && cast.getType().isF64();
}

namespace {
struct TypeFloatRegistersPass
    : vmjit::vm::impl::VMTypeFloatRegistersPassBase<TypeFloatRegistersPass> {
  void runOnOperation() override {
    SmallVector<BlockArgument> candidates;
    for (Block &block : llvm::drop_begin(getOperation().getBody()))
      for (BlockArgument argument : block.getArguments())
        if (argument.getType().isInteger(64))
          candidates.push_back(argument);
    boxed = {candidates.begin(), candidates.end()};
    doubles.clear();
    keepBoxed(candidates);
    for (BlockArgument argument : candidates)
      if (!boxed.contains(argument))
        addDouble(argument);
    addPassedOn();
    for (BlockArgument argument : candidates)
      if (boxed.contains(argument))
        retype(argument, Float32Type::get(&getContext()));
    for (Value argument : doubles)
      retype(cast<BlockArgument>(argument), Float64Type::get(&getContext()));
  }

private:
  /// Keeps in `boxed`, which has all \p candidates, those that only boxed f32
  /// flow into, at least one of them the result of an op.
  void keepBoxed(ArrayRef<BlockArgument> candidates) {
    SmallVector<Value> dropped;
    SmallVector<Value> reached;
    llvm::DenseSet<Value> fromBox;
    for (BlockArgument argument : candidates)
      forEachIncoming(argument, [&](BranchOpInterface, OpOperand &operand) {
        Value source = operand.get();
        if (source.getDefiningOp<BoxOp>())
          reached.push_back(argument);
        else if (!boxed.contains(source) && !isBoxedConstant(source))
          dropped.push_back(argument);
      });
    propagate(dropped, [&](Value argument) { return boxed.erase(argument); });
    propagate(reached, [&](Value argument) {
      return boxed.contains(argument) && fromBox.insert(argument).second;
    });
    for (BlockArgument argument : candidates)
      if (!fromBox.contains(argument))
        boxed.erase(argument);
  }

  /// Calls \p mark for each value of \p worklist and, where it says that this
  /// was new, for the arguments that the value is passed to.
  template <class Mark>
  void propagate(SmallVectorImpl<Value> &worklist, Mark &&mark) {
    while (!worklist.empty()) {
      Value value = worklist.pop_back_val();
      if (!mark(value))
        continue;
      for (OpOperand &use : value.getUses())
        forEachPassedTo(
            use, [&](BlockArgument argument) { worklist.push_back(argument); });
    }
  }

  void addDouble(BlockArgument argument) {
    bool isDouble = llvm::any_of(argument.getUsers(), isF64View);
    forEachIncoming(argument, [&](BranchOpInterface, OpOperand &operand) {
      isDouble |= isF64Bits(operand.get());
    });
    if (isDouble)
      doubles.insert(argument);
  }

  /// Whether \p argument is only seen as an f64 or passed on.
  static bool isOnlyPassedOn(BlockArgument argument) {
    return llvm::all_of(argument.getUses(), [](OpOperand &use) {
      bool isPassed = false;
      forEachPassedTo(use, [&](BlockArgument) { isPassed = true; });
      return isPassed || isF64View(use.getOwner());
    });
  }

  /// An f64 that passes through a block without being used in it stays one.
  void addPassedOn() {
    SmallVector<Value> worklist = llvm::to_vector(doubles);
    while (!worklist.empty())
      for (OpOperand &use : worklist.pop_back_val().getUses())
        forEachPassedTo(use, [&](BlockArgument next) {
          if (next.getType().isInteger(64) && !boxed.contains(next) &&
              isOnlyPassedOn(next) && doubles.insert(next))
            worklist.push_back(next);
        });
  }

  /// Makes \p argument a \p type: whoever used its bits gets them from a box or
  /// cast of it, and whoever passed bits passes the value in them.
  void retype(BlockArgument argument, Type type) {
    OpBuilder builder = OpBuilder::atBlockBegin(argument.getOwner());
    Location loc = argument.getLoc();
    Type i64 = builder.getI64Type();
    argument.setType(type);
    Value bits =
        type.isF32()
            ? Value(BoxOp::create(builder, loc, i64, argument))
            : Value(arith::BitcastOp::create(builder, loc, i64, argument));
    argument.replaceAllUsesExcept(bits, bits.getDefiningOp());
    forEachIncoming(
        argument, [&](BranchOpInterface branch, OpOperand &operand) {
          builder.setInsertionPoint(branch);
          operand.set(type.isF32() ? builder.createOrFold<UnboxOp>(
                                         branch.getLoc(), type, operand.get())
                                   : builder.createOrFold<arith::BitcastOp>(
                                         branch.getLoc(), type, operand.get()));
        });
  }

  llvm::DenseSet<Value> boxed;
  llvm::SetVector<Value> doubles;
};
} // namespace
