//===- AtomicToLLVM.cpp - Atomics and fences to LLVM -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TargetPattern.h"
#include "vmjit/Conversion/VMToLLVM/Patterns.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

using namespace mlir;
using namespace vmjit;

/// The order of an access, whose weakest is LLVM's monotonic.
static LLVM::AtomicOrdering convertOrder(vm::MemOrder order) {
  switch (order) {
  case vm::MemOrder::None:
    return LLVM::AtomicOrdering::monotonic;
  case vm::MemOrder::Acquire:
    return LLVM::AtomicOrdering::acquire;
  case vm::MemOrder::Release:
    return LLVM::AtomicOrdering::release;
  case vm::MemOrder::AcqRel:
    return LLVM::AtomicOrdering::acq_rel;
  case vm::MemOrder::SeqCst:
    return LLVM::AtomicOrdering::seq_cst;
  }
  llvm_unreachable("every order converts");
}

/// The part of an order that concerns a load, or a compare-exchange that fails.
static LLVM::AtomicOrdering getLoadPart(vm::MemOrder order) {
  switch (order) {
  case vm::MemOrder::Release:
    return LLVM::AtomicOrdering::monotonic;
  case vm::MemOrder::AcqRel:
    return LLVM::AtomicOrdering::acquire;
  default:
    return convertOrder(order);
  }
}

static LLVM::AtomicOrdering getStorePart(vm::MemOrder order) {
  switch (order) {
  case vm::MemOrder::Acquire:
    return LLVM::AtomicOrdering::monotonic;
  case vm::MemOrder::AcqRel:
    return LLVM::AtomicOrdering::release;
  default:
    return convertOrder(order);
  }
}

static LLVM::AtomicBinOp convertAtomicOp(vm::AtomicOp op) {
  switch (op) {
  case vm::AtomicOp::Add:
    return LLVM::AtomicBinOp::add;
  case vm::AtomicOp::Sub:
    return LLVM::AtomicBinOp::sub;
  case vm::AtomicOp::And:
    return LLVM::AtomicBinOp::_and;
  case vm::AtomicOp::Or:
    return LLVM::AtomicBinOp::_or;
  case vm::AtomicOp::Xor:
    return LLVM::AtomicBinOp::_xor;
  case vm::AtomicOp::Xchg:
  case vm::AtomicOp::Swap:
    return LLVM::AtomicBinOp::xchg;
  case vm::AtomicOp::Min:
  case vm::AtomicOp::Minu:
    return LLVM::AtomicBinOp::umin;
  case vm::AtomicOp::Max:
  case vm::AtomicOp::Maxu:
    return LLVM::AtomicBinOp::umax;
  case vm::AtomicOp::MinS:
    return LLVM::AtomicBinOp::min;
  case vm::AtomicOp::MaxS:
    return LLVM::AtomicBinOp::max;
  case vm::AtomicOp::CmpXchg:
    break;
  }
  llvm_unreachable("the verifier rejects cmpxchg");
}

/// What memory that holds \p old becomes.
static Value applyAtomicOp(OpBuilder &builder, Location loc, vm::AtomicOp op,
                           Value old, Value value) {
  switch (convertAtomicOp(op)) {
  case LLVM::AtomicBinOp::add:
    return LLVM::AddOp::create(builder, loc, old, value);
  case LLVM::AtomicBinOp::sub:
    return LLVM::SubOp::create(builder, loc, old, value);
  case LLVM::AtomicBinOp::_and:
    return LLVM::AndOp::create(builder, loc, old, value);
  case LLVM::AtomicBinOp::_or:
    return LLVM::OrOp::create(builder, loc, old, value);
  case LLVM::AtomicBinOp::_xor:
    return LLVM::XOrOp::create(builder, loc, old, value);
  case LLVM::AtomicBinOp::umin:
    return LLVM::UMinOp::create(builder, loc, old, value);
  case LLVM::AtomicBinOp::umax:
    return LLVM::UMaxOp::create(builder, loc, old, value);
  case LLVM::AtomicBinOp::min:
    return LLVM::SMinOp::create(builder, loc, old, value);
  case LLVM::AtomicBinOp::max:
    return LLVM::SMaxOp::create(builder, loc, old, value);
  default:
    return value;
  }
}

namespace {
/// A conversion of an atomic access.
template <class VMOp> struct AtomicPattern : TargetPattern<VMOp> {
  using TargetPattern<VMOp>::TargetPattern;

  /// Nobody else sees memory of the thread: a plain access does, and GPUs have
  /// no other there.
  static bool isPrivate(VMOp op) {
    return op.getPtr().getType().getSpace() == vm::MemorySpace::Private;
  }
  StringRef getScope() const { return this->target.getSyncScope("system"); }
  /// The scope where it is optional; null for LLVM's own, the system.
  StringAttr getScopeAttr(OpBuilder &builder) const {
    return getScope().empty() ? StringAttr()
                              : builder.getStringAttr(getScope());
  }
  static unsigned getAlignment(Type type) {
    return type.getIntOrFloatBitWidth() / 8;
  }
};

struct AtomicLoadPattern : AtomicPattern<vm::PtrAtomicLoadOp> {
  using AtomicPattern::AtomicPattern;
  LogicalResult
  matchAndRewrite(vm::PtrAtomicLoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto load = LLVM::LoadOp::create(
        rewriter, op.getLoc(), op.getType(), adaptor.getPtr(),
        getAlignment(op.getType()), op.getIsVolatile());
    if (!isPrivate(op)) {
      load.setOrdering(getLoadPart(op.getOrder()));
      load.setSyncscopeAttr(getScopeAttr(rewriter));
    }
    rewriter.replaceOp(op, load);
    return success();
  }
};

struct AtomicStorePattern : AtomicPattern<vm::PtrAtomicStoreOp> {
  using AtomicPattern::AtomicPattern;
  LogicalResult
  matchAndRewrite(vm::PtrAtomicStoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto store = LLVM::StoreOp::create(
        rewriter, op.getLoc(), adaptor.getValue(), adaptor.getPtr(),
        getAlignment(adaptor.getValue().getType()), op.getIsVolatile());
    if (!isPrivate(op)) {
      store.setOrdering(getStorePart(op.getOrder()));
      store.setSyncscopeAttr(getScopeAttr(rewriter));
    }
    rewriter.eraseOp(op);
    return success();
  }
};

struct AtomicRMWPattern : AtomicPattern<vm::PtrAtomicRMWOp> {
  using AtomicPattern::AtomicPattern;
  LogicalResult
  matchAndRewrite(vm::PtrAtomicRMWOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    unsigned alignment = getAlignment(op.getType());
    Value pointer = adaptor.getPtr();
    if (!isPrivate(op)) {
      rewriter.replaceOpWithNewOp<LLVM::AtomicRMWOp>(
          op, convertAtomicOp(op.getOp()), pointer, adaptor.getValue(),
          convertOrder(op.getOrder()), getScope(), alignment,
          op.getIsVolatile());
      return success();
    }
    Value old = LLVM::LoadOp::create(rewriter, loc, op.getType(), pointer,
                                     alignment, op.getIsVolatile());
    Value value =
        applyAtomicOp(rewriter, loc, op.getOp(), old, adaptor.getValue());
    LLVM::StoreOp::create(rewriter, loc, value, pointer, alignment,
                          op.getIsVolatile());
    rewriter.replaceOp(op, old);
    return success();
  }
};

struct AtomicCmpXchgPattern : AtomicPattern<vm::PtrAtomicCmpXchgOp> {
  using AtomicPattern::AtomicPattern;
  LogicalResult
  matchAndRewrite(vm::PtrAtomicCmpXchgOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type type = op.getOld().getType();
    unsigned alignment = getAlignment(type);
    Value pointer = adaptor.getPtr();
    if (!isPrivate(op)) {
      Value pair = LLVM::AtomicCmpXchgOp::create(
          rewriter, loc, pointer, adaptor.getExpected(), adaptor.getNewValue(),
          convertOrder(op.getOrder()), getLoadPart(op.getOrder()), getScope(),
          alignment, /*isWeak=*/false, op.getIsVolatile());
      auto member = [&](int64_t index) -> Value {
        return LLVM::ExtractValueOp::create(rewriter, loc, pair,
                                            ArrayRef<int64_t>(index));
      };
      rewriter.replaceOp(op, {member(0), member(1)});
      return success();
    }
    Value old = LLVM::LoadOp::create(rewriter, loc, type, pointer, alignment,
                                     op.getIsVolatile());
    Value isEqual = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::eq,
                                         old, adaptor.getExpected());
    Value value = LLVM::SelectOp::create(rewriter, loc, isEqual,
                                         adaptor.getNewValue(), old);
    LLVM::StoreOp::create(rewriter, loc, value, pointer, alignment,
                          op.getIsVolatile());
    rewriter.replaceOp(op, {old, isEqual});
    return success();
  }
};

struct FencePattern : TargetPattern<vm::FenceOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::FenceOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // A hart sees its own accesses in order anyway.
    if (op.getOrder() == vm::MemOrder::None || op.getScope() == "hart") {
      rewriter.eraseOp(op);
      return success();
    }
    rewriter.replaceOpWithNewOp<LLVM::FenceOp>(
        op, convertOrder(op.getOrder()), target.getSyncScope(op.getScope()));
    return success();
  }
};
} // namespace

void vmjit::populateVMAtomicToLLVMPatterns(LLVMTypeConverter &converter,
                                           const LoweringTarget &target,
                                           RewritePatternSet &patterns) {
  patterns.add<AtomicLoadPattern, AtomicStorePattern, AtomicRMWPattern,
               AtomicCmpXchgPattern, FencePattern>(converter, target);
}
