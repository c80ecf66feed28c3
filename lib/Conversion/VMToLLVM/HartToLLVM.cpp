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

#include <cstddef>

using namespace mlir;
using namespace vmjit;

/// The function that finds the region of an access.
static constexpr llvm::StringLiteral translateName = "vmjit.translate";

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
/// The members of a converted !vm.hart.
enum HartMember { Launch, FirstWord, Index };

Value getMember(OpBuilder &builder, Location loc, Value hart,
                HartMember member) {
  return LLVM::ExtractValueOp::create(builder, loc, hart,
                                      ArrayRef<int64_t>{member});
}

struct EnterPattern : ConvertOpToLLVMPattern<vm::HartEnterOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
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
    Value members[] = {launch, firstWord, index};
    for (auto [member, value] : llvm::enumerate(members))
      hart = LLVM::InsertValueOp::create(
          rewriter, loc, hart, value,
          ArrayRef<int64_t>{static_cast<int64_t>(member)});
    rewriter.replaceOp(op, hart);
    return success();
  }
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

/// Builds
///   (pointer, ok) vmjit.translate(launch, hart, ea, size, needed flags)
/// a search through the regions, which are few. It is a function of its own, so
/// that an access costs a call's worth of code.
class TranslateBuilder {
public:
  TranslateBuilder(ModuleOp module, Type pointer)
      : builder(module.getBodyRegion()), loc(module.getLoc()), pointer(pointer),
        i64(builder.getI64Type()),
        result(LLVM::LLVMStructType::getLiteral(
            builder.getContext(), {pointer, builder.getI1Type()})) {}

  LLVM::LLVMFuncOp build() {
    auto type =
        LLVM::LLVMFunctionType::get(result, {pointer, i64, i64, i64, i64});
    auto function = LLVM::LLVMFuncOp::create(builder, loc, translateName, type,
                                             LLVM::Linkage::Internal);
    setAttributes(function);
    Block *entry = function.addEntryBlock(builder);
    Region &body = function.getBody();
    Block *head = builder.createBlock(&body, body.end(), {i64}, {loc});
    Block *region = builder.createBlock(&body, body.end());
    Block *next = builder.createBlock(&body, body.end());
    Block *hit = builder.createBlock(&body, body.end());
    Block *miss = builder.createBlock(&body, body.end());
    Value launch = entry->getArgument(0), hart = entry->getArgument(1),
          ea = entry->getArgument(2), size = entry->getArgument(3),
          needed = entry->getArgument(4);

    builder.setInsertionPointToEnd(entry);
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
    Value position = LLVM::SubOp::create(builder, loc, ea,
                                         field(offsetof(vmjit_region, base)));
    Value last = LLVM::SubOp::create(builder, loc, extent, size);
    Value granted = LLVM::AndOp::create(
        builder, loc, field(offsetof(vmjit_region, flags)), needed);
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
    function.setMemoryEffectsAttr(LLVM::MemoryEffectsAttr::get(
        builder.getContext(),
        {none, LLVM::ModRefInfo::Ref, none, none, none, none}));
    function.setPassthroughAttr(
        builder.getStrArrayAttr({"nounwind", "willreturn", "noinline"}));
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
  Type i64;
  Type result;
};

struct TranslatePattern : ConvertOpToLLVMPattern<vm::HartTranslateOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(vm::HartTranslateOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value hart = adaptor.getHart();
    auto module = op->getParentOfType<ModuleOp>();
    auto translate = module.lookupSymbol<LLVM::LLVMFuncOp>(translateName);
    assert(translate && "made before the conversion");
    uint64_t needed = op.getIsStore() ? VMJIT_REGION_WRITE : VMJIT_REGION_READ;
    Value pair =
        LLVM::CallOp::create(rewriter, loc, translate,
                             ValueRange{getMember(rewriter, loc, hart, Launch),
                                        getMember(rewriter, loc, hart, Index),
                                        adaptor.getEa(),
                                        createI64(rewriter, loc, op.getSize()),
                                        createI64(rewriter, loc, needed)})
            .getResult();
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
  TranslateBuilder(module, pointer).build();
}

void vmjit::populateVMHartToLLVMPatterns(LLVMTypeConverter &converter,
                                         const LoweringTarget &target,
                                         RewritePatternSet &patterns) {
  patterns
      .add<EnterPattern, ExistsPattern, ReturnPcPattern, LoadWordPattern,
           StoreWordPattern, TranslatePattern, DispatchPattern, ExitPattern>(
          converter);
  patterns.add<ControlPattern>(converter, target);
}
