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
enum HartMember { Launch, FirstWord, Index, Remembered };

Value getMember(OpBuilder &builder, Location loc, Value hart,
                HartMember member) {
  return LLVM::ExtractValueOp::create(builder, loc, hart,
                                      ArrayRef<int64_t>{member});
}

/// Room for \p count regions that a hart remembers, none yet.
Value createRememberedRegions(OpBuilder &builder, Location loc,
                              uint64_t count) {
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Type region = LLVM::LLVMArrayType::get(
      builder.getI64Type(), sizeof(RememberedRegion) / sizeof(uint64_t));
  Value regions =
      LLVM::AllocaOp::create(builder, loc, pointer, region,
                             createI64(builder, loc, count), /*alignment=*/16);
  Value zero =
      LLVM::ConstantOp::create(builder, loc, builder.getI8IntegerAttr(0));
  LLVM::MemsetOp::create(
      builder, loc, regions, zero,
      createI64(builder, loc, sizeof(RememberedRegion) * count),
      /*isVolatile=*/false);
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
    Value mask = createI64(rewriter, loc, VMJIT_HART_TILE - 1);
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
      members.push_back(createRememberedRegions(rewriter, loc, hintCount));
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
Value getWordAddress(OpBuilder &builder, Location loc, Value hart, Value word) {
  Value firstWord = getMember(builder, loc, hart, FirstWord);
  Value offset = LLVM::MulOp::create(
      builder, loc, word, createI64(builder, loc, 8 * VMJIT_HART_TILE));
  return LLVM::GEPOp::create(builder, loc, firstWord.getType(),
                             builder.getI8Type(), firstWord,
                             ValueRange(offset));
}

struct LoadWordPattern : ConvertOpToLLVMPattern<vm::HartLoadOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::HartLoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value address = getWordAddress(rewriter, op.getLoc(), adaptor.getHart(),
                                   adaptor.getWord());
    rewriter.replaceOpWithNewOp<LLVM::LoadOp>(op, op.getType(), address, 8);
    return success();
  }
};

struct StoreWordPattern : ConvertOpToLLVMPattern<vm::HartStoreOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::HartStoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value address = getWordAddress(rewriter, op.getLoc(), adaptor.getHart(),
                                   adaptor.getWord());
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(op, adaptor.getValue(), address,
                                               8);
    return success();
  }
};

/// Builds the function of Target/HartTranslation.h, a search through the
/// regions, which are few. It is a function of its own, so that an access costs
/// a call's worth of code.
class TranslateBuilder {
public:
  TranslateBuilder(ModuleOp module, Type pointer, bool remembersRegions)
      : builder(module.getBodyRegion()), loc(module.getLoc()), pointer(pointer),
        remembersRegions(remembersRegions), i64(builder.getI64Type()),
        result(LLVM::LLVMStructType::getLiteral(
            builder.getContext(), {pointer, builder.getI1Type()})) {}

  LLVM::LLVMFuncOp build() {
    SmallVector<Type> types = {pointer, i64, i64, i64, i64};
    if (remembersRegions)
      types.push_back(pointer);
    auto function = LLVM::LLVMFuncOp::create(
        builder, loc, kTranslateName,
        LLVM::LLVMFunctionType::get(result, types), LLVM::Linkage::Internal);
    setAttributes(function);
    Block *entry = function.addEntryBlock(builder);
    Region &body = function.getBody();
    Block *head = builder.createBlock(&body, body.end(), {i64}, {loc});
    Block *region = builder.createBlock(&body, body.end());
    Block *next = builder.createBlock(&body, body.end());
    Block *hit = builder.createBlock(&body, body.end());
    Block *miss = builder.createBlock(&body, body.end());
    Value launch = entry->getArgument(TranslateLaunch),
          hart = entry->getArgument(TranslateHart),
          ea = entry->getArgument(TranslateAddress),
          size = entry->getArgument(TranslateSize),
          needed = entry->getArgument(TranslateNeeded);

    builder.setInsertionPointToEnd(entry);
    if (remembersRegions)
      testRemembered(entry->getArgument(TranslateRemembered), ea, size, needed);
    Value count = LLVM::ZExtOp::create(
        builder, loc, i64,
        loadField(builder, loc, launch,
                  offsetof(vmjit_hart_launch, region_count),
                  builder.getI32Type()));
    LLVM::BrOp::create(builder, loc, ValueRange(number(0)), head);

    builder.setInsertionPointToEnd(head);
    Value index = head->getArgument(0);
    LLVM::CondBrOp::create(builder, loc,
                           compare(LLVM::ICmpPredicate::ult, index, count),
                           region, miss);

    builder.setInsertionPointToEnd(region);
    Value offset = LLVM::AddOp::create(
        builder, loc,
        LLVM::MulOp::create(builder, loc, index, number(sizeof(vmjit_region))),
        number(offsetof(vmjit_hart_launch, regions)));
    Value record = LLVM::GEPOp::create(
        builder, loc, pointer, builder.getI8Type(), launch, ValueRange(offset));
    auto field = [&](uint64_t at) {
      return loadField(builder, loc, record, at, i64);
    };
    Value extent = field(offsetof(vmjit_region, size));
    Value first = field(offsetof(vmjit_region, base));
    Value position = LLVM::SubOp::create(builder, loc, ea, first);
    Value last = LLVM::SubOp::create(builder, loc, extent, size);
    Value flags = field(offsetof(vmjit_region, flags));
    Value granted = LLVM::AndOp::create(builder, loc, flags, needed);
    Value fits = both(compare(LLVM::ICmpPredicate::uge, extent, size),
                      compare(LLVM::ICmpPredicate::ule, position, last));
    Value ok = both(fits, compare(LLVM::ICmpPredicate::eq, granted, needed));
    LLVM::CondBrOp::create(builder, loc, ok, hit, next);

    builder.setInsertionPointToEnd(next);
    Value following = LLVM::AddOp::create(builder, loc, index, number(1));
    LLVM::BrOp::create(builder, loc, ValueRange(following), head);

    builder.setInsertionPointToEnd(hit);
    Value own = LLVM::MulOp::create(builder, loc, hart,
                                    field(offsetof(vmjit_region, hart_stride)));
    Value base = LLVM::AddOp::create(builder, loc,
                                     field(offsetof(vmjit_region, data)), own);
    if (remembersRegions)
      remember(entry->getArgument(TranslateRemembered), first, base, extent,
               flags);
    Value address = LLVM::AddOp::create(builder, loc, base, position);
    finish(LLVM::IntToPtrOp::create(builder, loc, pointer, address), true);

    builder.setInsertionPointToEnd(miss);
    finish(LLVM::ZeroOp::create(builder, loc, pointer), false);
    return function;
  }

private:
  /// The function reads the launch record only, so that equal calls are merged
  /// where nothing is stored between them.
  void setAttributes(LLVM::LLVMFuncOp function) {
    auto none = LLVM::ModRefInfo::NoModRef;
    auto arguments =
        remembersRegions ? LLVM::ModRefInfo::ModRef : LLVM::ModRefInfo::Ref;
    function.setMemoryEffectsAttr(LLVM::MemoryEffectsAttr::get(
        builder.getContext(), {none, arguments, none, none, none, none}));
    function.setPassthroughAttr(
        builder.getStrArrayAttr({"nounwind", "willreturn", "noinline"}));
  }

  /// Returns where the access is if it is in the remembered region. The callers
  /// test that, too, once they are optimized; until then it is here that shows
  /// that what is remembered is used.
  void testRemembered(Value region, Value ea, Value size, Value needed) {
    auto load = [&](uint64_t offset) -> Value {
      return LLVM::LoadOp::create(builder, loc, i64, getField(region, offset),
                                  8);
    };
    Value isStore =
        compare(LLVM::ICmpPredicate::eq, needed, number(VMJIT_REGION_WRITE));
    Value extent = LLVM::SelectOp::create(
        builder, loc, isStore, load(offsetof(RememberedRegion, writeExtent)),
        load(offsetof(RememberedRegion, readExtent)));
    Value position = LLVM::SubOp::create(
        builder, loc, ea, load(offsetof(RememberedRegion, base)));
    Value isInside = both(
        compare(LLVM::ICmpPredicate::ult, position, extent),
        compare(LLVM::ICmpPredicate::ule, size, number(kMaxRememberedSize)));
    Block *test = builder.getInsertionBlock();
    Block *found =
        builder.createBlock(test->getParent(), std::next(test->getIterator()));
    Block *search =
        builder.createBlock(test->getParent(), std::next(found->getIterator()));
    builder.setInsertionPointToEnd(test);
    LLVM::CondBrOp::create(builder, loc, isInside, found, search);
    builder.setInsertionPointToEnd(found);
    Value address = LLVM::AddOp::create(
        builder, loc, ea, load(offsetof(RememberedRegion, distance)));
    finish(LLVM::IntToPtrOp::create(builder, loc, pointer, address), true);
    builder.setInsertionPointToEnd(search);
  }

  Value getField(Value record, uint64_t offset) {
    return LLVM::GEPOp::create(
        builder, loc, pointer, builder.getI8Type(), record,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
  }

  /// Fills in a RememberedRegion.
  void remember(Value region, Value first, Value data, Value extent,
                Value flags) {
    // What any size fits behind, as far as there is that much.
    Value rest = number(kMaxRememberedSize - 1);
    Value zero = number(0);
    Value isLarge = compare(LLVM::ICmpPredicate::ugt, extent, rest);
    Value starts = LLVM::SelectOp::create(
        builder, loc, isLarge, LLVM::SubOp::create(builder, loc, extent, rest),
        zero);
    auto getExtent = [&](uint64_t needed) -> Value {
      Value granted = LLVM::AndOp::create(builder, loc, flags, number(needed));
      return LLVM::SelectOp::create(
          builder, loc,
          compare(LLVM::ICmpPredicate::eq, granted, number(needed)), starts,
          zero);
    };
    std::pair<uint64_t, Value> fields[] = {
        {offsetof(RememberedRegion, base), first},
        {offsetof(RememberedRegion, distance),
         LLVM::SubOp::create(builder, loc, data, first)},
        {offsetof(RememberedRegion, readExtent), getExtent(VMJIT_REGION_READ)},
        {offsetof(RememberedRegion, writeExtent),
         getExtent(VMJIT_REGION_READ | VMJIT_REGION_WRITE)}};
    for (auto [offset, value] : fields)
      LLVM::StoreOp::create(builder, loc, value, getField(region, offset), 8);
  }

  Value number(uint64_t value) { return createI64(builder, loc, value); }
  Value compare(LLVM::ICmpPredicate predicate, Value lhs, Value rhs) {
    return LLVM::ICmpOp::create(builder, loc, predicate, lhs, rhs);
  }
  Value both(Value lhs, Value rhs) {
    return LLVM::AndOp::create(builder, loc, lhs, rhs);
  }
  void finish(Value address, bool isOk) {
    Value pair = LLVM::PoisonOp::create(builder, loc, result);
    Value ok =
        LLVM::ConstantOp::create(builder, loc, builder.getBoolAttr(isOk));
    pair = LLVM::InsertValueOp::create(builder, loc, pair, address,
                                       ArrayRef<int64_t>{0});
    pair = LLVM::InsertValueOp::create(builder, loc, pair, ok,
                                       ArrayRef<int64_t>{1});
    LLVM::ReturnOp::create(builder, loc, pair);
  }

  OpBuilder builder;
  Location loc;
  Type pointer;
  bool remembersRegions;
  Type i64;
  Type result;
};

struct TranslatePattern : TargetPattern<vm::HartTranslateOp> {
  using TargetPattern::TargetPattern;
  LogicalResult
  matchAndRewrite(vm::HartTranslateOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value hart = adaptor.getHart();
    auto module = op->getParentOfType<ModuleOp>();
    auto translate = module.lookupSymbol<LLVM::LLVMFuncOp>(kTranslateName);
    assert(translate && "made before the conversion");
    uint64_t needed = op.getIsStore() ? VMJIT_REGION_WRITE : VMJIT_REGION_READ;
    SmallVector<Value> arguments = {getMember(rewriter, loc, hart, Launch),
                                    getMember(rewriter, loc, hart, Index),
                                    adaptor.getEa(),
                                    createI64(rewriter, loc, op.getSize()),
                                    createI64(rewriter, loc, needed)};
    if (target.remembersRegions()) {
      Value regions = getMember(rewriter, loc, hart, Remembered);
      arguments.push_back(LLVM::GEPOp::create(
          rewriter, loc, regions.getType(), rewriter.getI8Type(), regions,
          ArrayRef<LLVM::GEPArg>{
              static_cast<int32_t>(op.getHint() * sizeof(RememberedRegion))},
          LLVM::GEPNoWrapFlags::inbounds));
    }
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

struct ExitPattern : ConvertOpToLLVMPattern<vm::ExitOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
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
        LLVM::StoreOp::create(
            rewriter, loc, value,
            getWordAddress(rewriter, loc, hart, createI64(rewriter, loc, word)),
            8);
    }
    rewriter.replaceOpWithNewOp<LLVM::ReturnOp>(op, ValueRange());
    return success();
  }
};
} // namespace

void vmjit::createTranslateFunction(ModuleOp module,
                                    const LoweringTarget &target) {
  Type pointer = LLVM::LLVMPointerType::get(
      module.getContext(), target.getAddressSpace(vm::MemorySpace::Global));
  TranslateBuilder(module, pointer, target.remembersRegions()).build();
}

void vmjit::populateVMHartToLLVMPatterns(LLVMTypeConverter &converter,
                                         const LoweringTarget &target,
                                         uint64_t hintCount,
                                         RewritePatternSet &patterns) {
  patterns.add<ExistsPattern, ReturnPcPattern, LoadWordPattern,
               StoreWordPattern, DispatchPattern, ExitPattern>(converter);
  patterns.add<TranslatePattern, ControlPattern>(converter, target);
  patterns.add<EnterPattern>(converter, target, hintCount);
}
