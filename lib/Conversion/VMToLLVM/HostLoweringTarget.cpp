//===- HostLoweringTarget.cpp - Lowering for the host -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An entry becomes a function that runs one thread:
//
//   void <name>.thread(ptr block, i32 x, i32 y, i32 z)
//
// with block as in ABI/HostBlock.h and the thread's coordinates. The backend
// makes the function for a whole block from it.
//
//===----------------------------------------------------------------------===//

#include "LoweringTargets.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "vmjit/ABI/HostBlock.h"
#include "vmjit/Target/TargetKind.h"

#include <cstddef>

using namespace mlir;
using namespace vmjit;

/// What a barrier calls; the backend makes a suspension point of it.
static constexpr llvm::StringLiteral barrierName = "vmjit.barrier";

/// The field of type \p type at \p offset of the block that \p entry runs in.
/// Loaded at the start of the entry, where the backend can hoist it out of the
/// loop over threads.
static Value loadBlockField(OpBuilder &builder, Location loc,
                            FunctionOpInterface entry, uint64_t offset,
                            Type type) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&entry.getFunctionBody().front());
  Value block = entry.getArgument(0);
  Value address = LLVM::GEPOp::create(
      builder, loc, block.getType(), builder.getI8Type(), block,
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
  auto load = LLVM::LoadOp::create(builder, loc, type, address);
  load.setInvariant(true);
  return load;
}

namespace {
/// Reads one of the vectors of ABI/HostBlock.h.
template <class GPUOp, size_t offset>
struct BlockFieldPattern : ConvertOpToLLVMPattern<GPUOp> {
  using ConvertOpToLLVMPattern<GPUOp>::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(GPUOp op, typename GPUOp::Adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto dim = static_cast<uint64_t>(op.getDimension());
    Value field =
        loadBlockField(rewriter, op.getLoc(),
                       op->template getParentOfType<FunctionOpInterface>(),
                       offset + 4 * dim, rewriter.getI32Type());
    rewriter.replaceOpWithNewOp<LLVM::ZExtOp>(op, rewriter.getI64Type(), field);
    return success();
  }
};

struct ThreadIdPattern : ConvertOpToLLVMPattern<gpu::ThreadIdOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(gpu::ThreadIdOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto entry = op->getParentOfType<FunctionOpInterface>();
    Value coordinate =
        entry.getArgument(1 + static_cast<unsigned>(op.getDimension()));
    auto extended = LLVM::ZExtOp::create(rewriter, op.getLoc(),
                                         rewriter.getI64Type(), coordinate);
    // Coordinates are below 1024.
    extended.setNonNeg(true);
    rewriter.replaceOp(op, extended);
    return success();
  }
};

struct LaneIdPattern : ConvertOpToLLVMPattern<gpu::LaneIdOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(gpu::LaneIdOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::ConstantOp>(
        op, rewriter.getI64IntegerAttr(0));
    return success();
  }
};

struct BarrierPattern : ConvertOpToLLVMPattern<gpu::BarrierOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(gpu::BarrierOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto module = op->getParentOfType<ModuleOp>();
    auto barrier = module.lookupSymbol<LLVM::LLVMFuncOp>(barrierName);
    if (!barrier) {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPointToStart(module.getBody());
      barrier = LLVM::LLVMFuncOp::create(
          rewriter, op.getLoc(), barrierName,
          LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(op.getContext()),
                                      {}));
    }
    rewriter.replaceOpWithNewOp<LLVM::CallOp>(op, barrier, ValueRange());
    return success();
  }
};

class HostLoweringTarget : public LoweringTarget {
public:
  unsigned getAddressSpace(vm::MemorySpace) const override { return 0; }
  StringRef getSyncScope(StringRef) const override { return ""; }
  uint32_t getHartTile() const override {
    return vmjit::getHartTile(TargetKind::Host);
  }
  bool remembersRegions() const override { return true; }

  Value getSharedBase(OpBuilder &builder, Location loc,
                      FunctionOpInterface entry, uint64_t) const override {
    return loadBlockField(builder, loc, entry,
                          offsetof(vmjit_host_block, shared),
                          LLVM::LLVMPointerType::get(builder.getContext()));
  }

  Value getControl(OpBuilder &builder, Location loc,
                   FunctionOpInterface entry) const override {
    return loadBlockField(builder, loc, entry,
                          offsetof(vmjit_host_block, control),
                          LLVM::LLVMPointerType::get(builder.getContext()));
  }

  void populateGPUPatterns(LLVMTypeConverter &converter,
                           RewritePatternSet &patterns) const override {
    patterns.add<
        BlockFieldPattern<gpu::BlockIdOp, offsetof(vmjit_host_block, block_id)>,
        BlockFieldPattern<gpu::BlockDimOp,
                          offsetof(vmjit_host_block, block_dim)>,
        BlockFieldPattern<gpu::GridDimOp, offsetof(vmjit_host_block, grid_dim)>,
        ThreadIdPattern, LaneIdPattern, BarrierPattern>(converter);
  }

  /// The parameters become loads from the block's argument pointers.
  void prepareEntry(func::FuncOp entry) const override {
    MLIRContext *context = entry.getContext();
    OpBuilder builder = OpBuilder::atBlockBegin(&entry.front());
    Location loc = entry.getLoc();
    Type pointer = LLVM::LLVMPointerType::get(context);
    Block &body = entry.front();
    unsigned count = body.getNumArguments();
    unsigned position = 0;
    SmallVector<Type> types = {pointer, builder.getI32Type(),
                               builder.getI32Type(), builder.getI32Type()};
    for (Type type : types)
      body.insertArgument(position++, type, loc);
    entry.setFunctionType(builder.getFunctionType(types, {}));
    Value arguments = loadBlockField(builder, loc, entry,
                                     offsetof(vmjit_host_block, args), pointer);
    builder.setInsertionPointAfterValue(arguments);
    for (unsigned index = 0; index < count; ++index) {
      BlockArgument old = body.getArgument(position + index);
      Value slot = LLVM::GEPOp::create(
          builder, loc, pointer, pointer, arguments,
          ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
      // Arguments do not change while the kernel runs.
      auto loadInvariant = [&](Type type, Value from) -> Value {
        auto load = LLVM::LoadOp::create(builder, loc, type, from);
        load.setInvariant(true);
        return load;
      };
      Value address = loadInvariant(pointer, slot);
      bool isPointer = isa<vm::PointerType>(old.getType());
      Value value = loadInvariant(isPointer ? pointer : old.getType(), address);
      if (isPointer)
        value = UnrealizedConversionCastOp::create(builder, loc, old.getType(),
                                                   value)
                    .getResult(0);
      old.replaceAllUsesWith(value);
    }
    body.eraseArguments(position, count);
    entry.setName((entry.getName() + ".thread").str());
  }
};
} // namespace

std::unique_ptr<LoweringTarget> vmjit::createHostLoweringTarget() {
  return std::make_unique<HostLoweringTarget>();
}
