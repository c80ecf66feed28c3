//===- PointerToLLVM.cpp - Pointers and plain accesses to LLVM --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TargetPattern.h"
#include "vmjit/Conversion/VMToLLVM/Patterns.h"
#include "vmjit/Dialect/VM/Transforms/LinkedFunction.h"

using namespace mlir;
using namespace vmjit;

void vmjit::addVMTypeConversions(LLVMTypeConverter &converter,
                                 const LoweringTarget &target) {
  converter.addConversion([&target](vm::PointerType type) -> Type {
    return LLVM::LLVMPointerType::get(type.getContext(),
                                      target.getAddressSpace(type.getSpace()));
  });
  // The launch record, the hart's first word, its number, and what it knows of
  // its regions.
  converter.addConversion([&target](vm::HartType type) -> Type {
    MLIRContext *context = type.getContext();
    Type pointer = LLVM::LLVMPointerType::get(
        context, target.getAddressSpace(vm::MemorySpace::Global));
    Type i64 = IntegerType::get(context, 64);
    SmallVector<Type> members = {pointer, pointer, i64};
    if (target.remembersRegions())
      members.push_back(pointer);
    return LLVM::LLVMStructType::getLiteral(context, members);
  });
}

Value vmjit::castPointer(OpBuilder &builder, Location loc, Value pointer,
                         Type type) {
  if (pointer.getType() == type)
    return pointer;
  return LLVM::AddrSpaceCastOp::create(builder, loc, type, pointer);
}

namespace {
struct AllocaPattern : ConvertOpToLLVMPattern<vm::PtrAllocaOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::PtrAllocaOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = LLVM::LLVMArrayType::get(rewriter.getI8Type(), op.getBytes());
    Value one = LLVM::ConstantOp::create(rewriter, op.getLoc(),
                                         rewriter.getI32IntegerAttr(1));
    rewriter.replaceOpWithNewOp<LLVM::AllocaOp>(
        op, getTypeConverter()->convertType(op.getType()), type, one,
        /*alignment=*/16);
    return success();
  }
};

struct SegmentPattern : ConvertOpToLLVMPattern<vm::PtrSegmentOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::PtrSegmentOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto entry = op->getParentOfType<FunctionOpInterface>();
    rewriter.replaceOpWithNewOp<LLVM::AddressOfOp>(
        op, getTypeConverter()->convertType(op.getType()),
        getSegmentName(entry.getName(), op.getIndex()));
    return success();
  }
};

struct SharedPattern : TargetPattern<vm::PtrSharedOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::PtrSharedOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto entry = op->getParentOfType<FunctionOpInterface>();
    uint64_t bytes = 0;
    if (auto attr = entry->getAttrOfType<IntegerAttr>(vm::kSharedBytesAttrName))
      bytes = attr.getValue().getZExtValue();
    Value base = target.getSharedBase(rewriter, op.getLoc(), entry, bytes);
    rewriter.replaceOp(
        op, castPointer(rewriter, op.getLoc(), base,
                        getTypeConverter()->convertType(op.getType())));
    return success();
  }
};

/// A shared base that is only a number: its generic address.
struct SharedBasePattern : TargetPattern<vm::SharedBaseOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::SharedBaseOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = vm::PointerType::get(op.getContext(), vm::MemorySpace::Shared);
    Value pointer = vm::PtrSharedOp::create(rewriter, op.getLoc(), type);
    rewriter.replaceOpWithNewOp<vm::PtrToIntOp>(op, op.getType(), pointer);
    return success();
  }
};

struct AddPattern : ConvertOpToLLVMPattern<vm::PtrAddOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::PtrAddOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::GEPOp>(
        op, adaptor.getBase().getType(), rewriter.getI8Type(),
        adaptor.getBase(), ValueRange(adaptor.getOffset()));
    return success();
  }
};

/// Global and generic addresses are the same numbers; others have to be cast to
/// the generic space first.
struct ToIntPattern : TargetPattern<vm::PtrToIntOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::PtrToIntOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value pointer = adaptor.getSrc();
    if (op.getSrc().getType().getSpace() != vm::MemorySpace::Global)
      pointer =
          castPointer(rewriter, op.getLoc(), pointer,
                      LLVM::LLVMPointerType::get(
                          op.getContext(),
                          target.getAddressSpace(vm::MemorySpace::Generic)));
    rewriter.replaceOpWithNewOp<LLVM::PtrToIntOp>(op, op.getType(), pointer);
    return success();
  }
};

struct FromIntPattern : TargetPattern<vm::PtrFromIntOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::PtrFromIntOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = getTypeConverter()->convertType(op.getType());
    Type generic = LLVM::LLVMPointerType::get(
        op.getContext(), target.getAddressSpace(vm::MemorySpace::Generic));
    bool isDirect = op.getType().getSpace() == vm::MemorySpace::Global;
    Value pointer = LLVM::IntToPtrOp::create(
        rewriter, op.getLoc(), isDirect ? type : generic, adaptor.getSrc());
    rewriter.replaceOp(op, castPointer(rewriter, op.getLoc(), pointer, type));
    return success();
  }
};

struct CastPattern : ConvertOpToLLVMPattern<vm::PtrCastOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::PtrCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(
        op, castPointer(rewriter, op.getLoc(), adaptor.getSrc(),
                        getTypeConverter()->convertType(op.getType())));
    return success();
  }
};

struct SelectPattern : ConvertOpToLLVMPattern<vm::PtrSelectOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::PtrSelectOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value zero = LLVM::ConstantOp::create(rewriter, op.getLoc(),
                                          rewriter.getI64IntegerAttr(0));
    Value isSet =
        LLVM::ICmpOp::create(rewriter, op.getLoc(), LLVM::ICmpPredicate::ne,
                             adaptor.getCond(), zero);
    rewriter.replaceOpWithNewOp<LLVM::SelectOp>(
        op, isSet, adaptor.getTrueValue(), adaptor.getFalseValue());
    return success();
  }
};

struct LoadPattern : ConvertOpToLLVMPattern<vm::PtrLoadOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::PtrLoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::LoadOp>(
        op, op.getType(), adaptor.getPtr(), op.getAlignment(),
        op.getIsVolatile());
    return success();
  }
};

struct StorePattern : ConvertOpToLLVMPattern<vm::PtrStoreOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::PtrStoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(
        op, adaptor.getValue(), adaptor.getPtr(), op.getAlignment(),
        op.getIsVolatile());
    return success();
  }
};
} // namespace

void vmjit::populateVMPointerToLLVMPatterns(LLVMTypeConverter &converter,
                                            const LoweringTarget &target,
                                            RewritePatternSet &patterns) {
  patterns.add<AllocaPattern, SegmentPattern, AddPattern, CastPattern,
               SelectPattern, LoadPattern, StorePattern>(converter);
  patterns.add<SharedPattern, SharedBasePattern, ToIntPattern, FromIntPattern>(
      converter, target);
}
