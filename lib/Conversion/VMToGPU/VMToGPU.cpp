//===- VMToGPU.cpp - Position and barriers to the gpu dialect ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "vmjit/Conversion/Passes.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

namespace vmjit {
#define GEN_PASS_DEF_CONVERTVMTOGPUPASS
#include "vmjit/Conversion/Passes.h.inc"
} // namespace vmjit

using namespace mlir;
using namespace vmjit;

/// What launches keep to, on every device: threads in a block and blocks in the
/// grid, for x, y and z.
static constexpr int64_t maxBlockDim[] = {1024, 1024, 64};
static constexpr int64_t maxGridDim[] = {2147483647, 65535, 65535};

/// Position \p GPUOp in \p dim, below or, for extents, at most \p bound.
template <class GPUOp>
static Value createPosition(OpBuilder &builder, Location loc, unsigned dim,
                            int64_t bound) {
  Value index = GPUOp::create(builder, loc, builder.getIndexType(),
                              static_cast<gpu::Dimension>(dim),
                              builder.getIndexAttr(bound));
  return arith::IndexCastUIOp::create(builder, loc, builder.getI64Type(),
                                      index);
}
static Value createThreadId(OpBuilder &builder, Location loc, unsigned dim) {
  return createPosition<gpu::ThreadIdOp>(builder, loc, dim, maxBlockDim[dim]);
}
static Value createBlockId(OpBuilder &builder, Location loc, unsigned dim) {
  return createPosition<gpu::BlockIdOp>(builder, loc, dim, maxGridDim[dim]);
}
static Value createBlockDim(OpBuilder &builder, Location loc, unsigned dim) {
  return createPosition<gpu::BlockDimOp>(builder, loc, dim, maxBlockDim[dim]);
}
static Value createGridDim(OpBuilder &builder, Location loc, unsigned dim) {
  return createPosition<gpu::GridDimOp>(builder, loc, dim, maxGridDim[dim]);
}

/// high * extent + low
static Value createIndex(OpBuilder &builder, Location loc, Value high,
                         Value extent, Value low) {
  // Positions have at most 31 bits and numbers of blocks and threads 63: no
  // product or sum wraps.
  auto noWrap =
      arith::IntegerOverflowFlags::nsw | arith::IntegerOverflowFlags::nuw;
  Value scaled = arith::MulIOp::create(builder, loc, high, extent, noWrap);
  return arith::AddIOp::create(builder, loc, scaled, low, noWrap);
}

namespace {
template <class VMOp, Value (*create)(OpBuilder &, Location, unsigned)>
struct PositionPattern : OpRewritePattern<VMOp> {
  using OpRewritePattern<VMOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(VMOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(
        op, create(rewriter, op.getLoc(), static_cast<unsigned>(op.getDim())));
    return success();
  }
};

struct GlobalIdPattern : OpRewritePattern<vm::GlobalIdOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::GlobalIdOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto dim = static_cast<unsigned>(op.getDim());
    rewriter.replaceOp(op, createIndex(rewriter, loc,
                                       createBlockId(rewriter, loc, dim),
                                       createBlockDim(rewriter, loc, dim),
                                       createThreadId(rewriter, loc, dim)));
    return success();
  }
};

/// block number * threads in a block + thread number, each with x fastest.
struct LinearIdPattern : OpRewritePattern<vm::LinearIdOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::LinearIdOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    SmallVector<Value, 3> dims;
    for (unsigned dim = 0; dim < 3; ++dim)
      dims.push_back(createBlockDim(rewriter, loc, dim));
    auto number = [&](auto createId, Value extentY, Value extentX) {
      Value row = createIndex(rewriter, loc, createId(rewriter, loc, 2),
                              extentY, createId(rewriter, loc, 1));
      return createIndex(rewriter, loc, row, extentX,
                         createId(rewriter, loc, 0));
    };
    Value block = number(createBlockId, createGridDim(rewriter, loc, 1),
                         createGridDim(rewriter, loc, 0));
    Value thread = number(createThreadId, dims[1], dims[0]);
    Value threads = arith::MulIOp::create(
        rewriter, loc, arith::MulIOp::create(rewriter, loc, dims[0], dims[1]),
        dims[2]);
    rewriter.replaceOp(op, createIndex(rewriter, loc, block, threads, thread));
    return success();
  }
};

struct LaneIdPattern : OpRewritePattern<vm::LaneIdOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::LaneIdOp op,
                                PatternRewriter &rewriter) const override {
    Value lane =
        gpu::LaneIdOp::create(rewriter, op.getLoc(), rewriter.getIndexType(),
                              /*upper_bound=*/IntegerAttr());
    rewriter.replaceOpWithNewOp<arith::IndexCastUIOp>(op, op.getType(), lane);
    return success();
  }
};

struct BarrierPattern : OpRewritePattern<vm::BarrierOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::BarrierOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<gpu::BarrierOp>(op);
    return success();
  }
};

struct ConvertVMToGPUPass
    : vmjit::impl::ConvertVMToGPUPassBase<ConvertVMToGPUPass> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    set.add<PositionPattern<vm::ThreadIdOp, createThreadId>,
            PositionPattern<vm::BlockIdOp, createBlockId>,
            PositionPattern<vm::BlockDimOp, createBlockDim>,
            PositionPattern<vm::GridDimOp, createGridDim>, GlobalIdPattern,
            LinearIdPattern, LaneIdPattern, BarrierPattern>(context);
    patterns = std::move(set);
    return success();
  }

  void runOnOperation() override {
    walkAndApplyPatterns(getOperation(), patterns);
  }

  FrozenRewritePatternSet patterns;
};
} // namespace
