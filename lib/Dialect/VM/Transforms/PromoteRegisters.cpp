//===- PromoteRegisters.cpp - Guest registers become SSA values -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Transforms/Mem2Reg.h"
#include "mlir/Transforms/RegionUtils.h"
#include "vmjit/Dialect/VM/Transforms/LinkedFunction.h"
#include "vmjit/Dialect/VM/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace vmjit::vm {
#define GEN_PASS_DEF_VMPROMOTEREGISTERSPASS
#include "vmjit/Dialect/VM/Transforms/Passes.h.inc"
} // namespace vmjit::vm

using namespace mlir;
using namespace vmjit::vm;

namespace {
struct PromoteRegistersPass
    : vmjit::vm::impl::VMPromoteRegistersPassBase<PromoteRegistersPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function->hasAttr(kModeAttrName))
      return;
    IRRewriter rewriter(&getContext());
    (void)eraseUnreachableBlocks(rewriter, function->getRegions());
    createSlots(function);
    if (slots.empty())
      return;
    SmallVector<PromotableAllocationOpInterface> allocations;
    for (auto [reg, slot] : slots)
      allocations.push_back(slot);
    OpBuilder builder(function);
    DominanceInfo dominance(function);
    if (failed(tryToPromoteMemorySlots(
            allocations, builder, DataLayout::closest(function), dominance))) {
      function.emitError("registers cannot be promoted");
      signalPassFailure();
    }
  }

private:
  /// Replaces accesses of registers by accesses of one slot for each.
  void createSlots(func::FuncOp function) {
    slots.clear();
    function.walk([&](Operation *op) {
      OpBuilder builder(op);
      if (auto read = dyn_cast<RegReadOp>(op)) {
        Value slot =
            getSlot(function, read.getFile(), read.getIndex(), read.getType());
        read.replaceAllUsesWith(
            memref::LoadOp::create(builder, op->getLoc(), slot).getResult());
        op->erase();
      } else if (auto write = dyn_cast<RegWriteOp>(op)) {
        Value slot = getSlot(function, write.getFile(), write.getIndex(),
                             write.getValue().getType());
        memref::StoreOp::create(builder, op->getLoc(), write.getValue(), slot);
        op->erase();
      }
    });
  }

  Value getSlot(func::FuncOp function, RegFile file, uint32_t index,
                Type type) {
    memref::AllocaOp &slot = slots[{file, index}];
    if (!slot) {
      OpBuilder builder = OpBuilder::atBlockBegin(&function.front());
      slot = memref::AllocaOp::create(builder, function.getLoc(),
                                      MemRefType::get({}, type));
    }
    return slot;
  }

  llvm::MapVector<std::pair<RegFile, uint32_t>, memref::AllocaOp> slots;
};
} // namespace
