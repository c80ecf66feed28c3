//===- HartToLLVM.cpp - Hart state, address translation and exits to LLVM -*-
// C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TargetPattern.h"
#include "vmjit/ABI/Hart.h"
#include "vmjit/Conversion/VMToLLVM/Patterns.h"
#include "vmjit/Target/HartTranslation.h"

#include <cstddef>

using namespace mlir;
using namespace vmjit;

static Value createI64(OpBuilder &builder, Location loc, uint64_t value) {
  return LLVM::ConstantOp::create(
      builder, loc, builder.getI64IntegerAttr(static_cast<int64_t>(value)));
}

/// The field at \p offset of what \p record points to. Launch records and their
/// regions do not change while they are in use.
static Value loadField(OpBuilder &builder, Location loc, Value record,
                       uint64_t offset, Type type) {
  Value address = LLVM::GEPOp::create(
      builder, loc, record.getType(), builder.getI8Type(), record,
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
  auto load = LLVM::LoadOp::create(builder, loc, type, address,
                                   type.getIntOrFloatBitWidth() / 8);
  load.setInvariant(true);
  return load;
}

namespace {
/// The members of a converted !vm.hart, the last where regions are remembered.
enum HartMember { Launch, FirstWord, Index, Regions };

Value getMember(OpBuilder &builder, Location loc, Value hart,
                HartMember member) {
  return LLVM::ExtractValueOp::create(builder, loc, hart,
                                      ArrayRef<int64_t>{member});
}

/// What the hart \p index of \p launch knows of its regions, with room for
/// \p hintCount that it remembers, none yet.
Value createHartRegions(OpBuilder &builder, Location loc, Value launch,
                        Value index, uint64_t hintCount) {
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Value bytes = createI64(
      builder, loc, sizeof(HartRegions) + sizeof(RememberedRegion) * hintCount);
  Value regions = LLVM::AllocaOp::create(
      builder, loc, pointer, builder.getI8Type(), bytes, /*alignment=*/16);
  Value hints =
      LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(), regions,
                          ArrayRef<LLVM::GEPArg>{sizeof(HartRegions)},
                          LLVM::GEPNoWrapFlags::inbounds);
  Value zero =
      LLVM::ConstantOp::create(builder, loc, builder.getI8IntegerAttr(0));
  LLVM::MemsetOp::create(
      builder, loc, hints, zero,
      createI64(builder, loc, sizeof(RememberedRegion) * hintCount),
      /*isVolatile=*/false);
  LLVM::CallOp::create(builder, loc, TypeRange(), kCollectRegionsName,
                       ValueRange{launch, index, regions});
  return regions;
}

struct EnterPattern : TargetPattern<vm::HartEnterOp> {
  EnterPattern(const LLVMTypeConverter &converter, const LoweringTarget &target,
               uint64_t hintCount)
      : TargetPattern(converter, target), hintCount(hintCount) {}
  LogicalResult
  matchAndRewrite(vm::HartEnterOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type i64 = rewriter.getI64Type();
    Value launch = adaptor.getLaunch(), index = adaptor.getIndex();
    Value state = loadField(rewriter, loc, launch,
                            offsetof(vmjit_hart_launch, state), i64);
    Value words = loadField(rewriter, loc, launch,
                            offsetof(vmjit_hart_launch, word_count), i64);
    // index / T * word_count * T + index % T
    Value mask = createI64(rewriter, loc, target.getHartTile() - 1);
    Value inTile = LLVM::AndOp::create(rewriter, loc, index, mask);
    Value tileStart = LLVM::SubOp::create(rewriter, loc, index, inTile);
    Value first = LLVM::AddOp::create(
        rewriter, loc, LLVM::MulOp::create(rewriter, loc, tileStart, words),
        inTile);
    Value base =
        LLVM::IntToPtrOp::create(rewriter, loc, launch.getType(), state);
    Value firstWord = LLVM::GEPOp::create(rewriter, loc, launch.getType(), i64,
                                          base, ValueRange(first));
    Value hart = LLVM::PoisonOp::create(
        rewriter, loc, getTypeConverter()->convertType(op.getType()));
    SmallVector<Value> members = {launch, firstWord, index};
    if (target.remembersRegions())
      members.push_back(
          hintCount > 0
              ? createHartRegions(rewriter, loc, launch, index, hintCount)
              : LLVM::ZeroOp::create(rewriter, loc, launch.getType()));
    for (auto [member, value] : llvm::enumerate(members))
      hart = LLVM::InsertValueOp::create(
          rewriter, loc, hart, value,
          ArrayRef<int64_t>{static_cast<int64_t>(member)});
    rewriter.replaceOp(op, hart);
    return success();
  }

  uint64_t hintCount;
};

struct ExistsPattern : ConvertOpToLLVMPattern<vm::HartExistsOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::HartExistsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value count = loadField(
        rewriter, loc, getMember(rewriter, loc, adaptor.getHart(), Launch),
        offsetof(vmjit_hart_launch, hart_count), rewriter.getI64Type());
    rewriter.replaceOpWithNewOp<LLVM::ICmpOp>(
        op, LLVM::ICmpPredicate::ult,
        getMember(rewriter, loc, adaptor.getHart(), Index), count);
    return success();
  }
};

struct ReturnPcPattern : ConvertOpToLLVMPattern<vm::HartReturnPcOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::HartReturnPcOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    rewriter.replaceOp(
        op, loadField(rewriter, loc,
                      getMember(rewriter, loc, adaptor.getHart(), Launch),
                      offsetof(vmjit_hart_launch, return_pc),
                      rewriter.getI64Type()));
    return success();
  }
};

/// Where word \p word of \p hart is.
Value getWordAddress(OpBuilder &builder, Location loc,
                     const LoweringTarget &target, Value hart, Value word) {
  Value firstWord = getMember(builder, loc, hart, FirstWord);
  uint64_t distance = sizeof(uint64_t) * target.getHartTile();
  Value offset = LLVM::MulOp::create(builder, loc, word,
                                     createI64(builder, loc, distance));
  return LLVM::GEPOp::create(builder, loc, firstWord.getType(),
                             builder.getI8Type(), firstWord,
                             ValueRange(offset));
}

struct LoadWordPattern : TargetPattern<vm::HartLoadOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::HartLoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value address = getWordAddress(rewriter, op.getLoc(), target,
                                   adaptor.getHart(), adaptor.getWord());
    rewriter.replaceOpWithNewOp<LLVM::LoadOp>(op, op.getType(), address, 8);
    return success();
  }
};

struct StoreWordPattern : TargetPattern<vm::HartStoreOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::HartStoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value address = getWordAddress(rewriter, op.getLoc(), target,
                                   adaptor.getHart(), adaptor.getWord());
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(op, adaptor.getValue(), address,
                                               8);
    return success();
  }
};

struct TranslatePattern : TargetPattern<vm::HartTranslateOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::HartTranslateOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value hart = adaptor.getHart();
    auto module = op->getParentOfType<ModuleOp>();
    bool isLarge =
        target.remembersRegions() && op.getSize() > kMaxRememberedSize;
    auto translate = module.lookupSymbol<LLVM::LLVMFuncOp>(
        isLarge ? kSearchRegionsName : kTranslateName);
    assert(translate && "made before the conversion");
    uint64_t needed = op.getIsStore() ? VMJIT_REGION_WRITE : VMJIT_REGION_READ;
    auto number = [&](uint64_t value) {
      return createI64(rewriter, loc, value);
    };
    SmallVector<Value> arguments;
    if (target.remembersRegions())
      arguments = {
          getMember(rewriter, loc, hart, Regions), adaptor.getEa(),
          number(TranslatedAccess{op.getSize(), needed,
                                  sizeof(HartRegions) +
                                      op.getHint() * sizeof(RememberedRegion)}
                     .pack())};
    else
      arguments = {getMember(rewriter, loc, hart, Launch),
                   getMember(rewriter, loc, hart, Index), adaptor.getEa(),
                   number(op.getSize()), number(needed)};
    Value pair =
        LLVM::CallOp::create(rewriter, loc, translate, arguments).getResult();
    Value pointer =
        LLVM::ExtractValueOp::create(rewriter, loc, pair, ArrayRef<int64_t>{0});
    Value ok =
        LLVM::ExtractValueOp::create(rewriter, loc, pair, ArrayRef<int64_t>{1});
    rewriter.replaceOp(op, {pointer, ok});
    return success();
  }
};

/// In hart mode the launch record says where the control block is, else the
/// target does.
struct ControlPattern : TargetPattern<vm::ControlOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::ControlOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type type = getTypeConverter()->convertType(op.getType());
    Value hart = adaptor.getHart();
    if (!hart) {
      auto entry = op->getParentOfType<FunctionOpInterface>();
      rewriter.replaceOp(
          op, castPointer(rewriter, loc,
                          target.getControl(rewriter, loc, entry), type));
      return success();
    }
    Value address =
        loadField(rewriter, loc, getMember(rewriter, loc, hart, Launch),
                  offsetof(vmjit_hart_launch, control), rewriter.getI64Type());
    rewriter.replaceOpWithNewOp<LLVM::IntToPtrOp>(op, type, address);
    return success();
  }
};

struct DispatchPattern : ConvertOpToLLVMPattern<vm::DispatchOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::DispatchOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<APInt> addresses;
    for (int64_t address : op.getAddresses())
      addresses.emplace_back(64, static_cast<uint64_t>(address));
    SmallVector<ValueRange> nothing(addresses.size());
    rewriter.replaceOpWithNewOp<LLVM::SwitchOp>(
        op, adaptor.getPc(), op.getOtherwise(), ValueRange(), addresses,
        BlockRange(op.getTargets()), nothing);
    return success();
  }
};

struct ExitPattern : TargetPattern<vm::ExitOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::ExitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    if (Value hart = adaptor.getHart()) {
      std::pair<unsigned, Value> words[] = {
          {VMJIT_WORD_STATUS, adaptor.getStatus()},
          {VMJIT_WORD_EXIT_PC, adaptor.getPc()},
          {VMJIT_WORD_EXIT_OP, adaptor.getOpIndex()},
          {VMJIT_WORD_DETAIL, adaptor.getDetail()},
          {VMJIT_WORD_ACCESS, adaptor.getAccess()},
          {VMJIT_WORD_NEXT_PC, adaptor.getNextPc()},
          {VMJIT_WORD_NEXT_OP, adaptor.getNextOp()}};
      for (auto [word, value] : words)
        LLVM::StoreOp::create(rewriter, loc, value,
                              getWordAddress(rewriter, loc, target, hart,
                                             createI64(rewriter, loc, word)),
                              8);
    }
    rewriter.replaceOpWithNewOp<LLVM::ReturnOp>(op, ValueRange());
    return success();
  }
};
} // namespace

void vmjit::populateVMHartToLLVMPatterns(LLVMTypeConverter &converter,
                                         const LoweringTarget &target,
                                         uint64_t hintCount,
                                         RewritePatternSet &patterns) {
  patterns.add<ExistsPattern, ReturnPcPattern, DispatchPattern>(converter);
  patterns.add<LoadWordPattern, StoreWordPattern, TranslatePattern,
               ControlPattern, ExitPattern>(converter, target);
  patterns.add<EnterPattern>(converter, target, hintCount);
}
