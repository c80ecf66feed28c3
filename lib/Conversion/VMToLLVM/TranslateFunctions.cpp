//===- TranslateFunctions.cpp - The search for guest memory -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the functions of Target/HartTranslation.h. They are functions of their
// own, so that an access costs a call's worth of code. The regions are few, and
// are searched one after the other.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "vmjit/ABI/Hart.h"
#include "vmjit/Conversion/VMToLLVM/Patterns.h"
#include "vmjit/Target/HartTranslation.h"

#include <cstddef>

using namespace mlir;
using namespace vmjit;

namespace {
class FunctionBuilder {
public:
  FunctionBuilder(ModuleOp module, Type pointer)
      : builder(module.getBodyRegion()), loc(module.getLoc()), pointer(pointer),
        i64(builder.getI64Type()),
        result(LLVM::LLVMStructType::getLiteral(
            builder.getContext(), {pointer, builder.getI1Type()})) {}

  void buildPlainTranslate();
  void buildPackedSearch();
  void buildCollection();
  void buildTranslate();

private:
  struct Search {
    Value launch;
    Value hart;
    Value ea;
    Value size;
    Value needed;
  };
  void buildSearch(const Search &search);
  LLVM::LLVMFuncOp addFunction(StringRef name, Type type,
                               ArrayRef<Type> arguments,
                               LLVM::ModRefInfo argumentEffects,
                               LLVM::ModRefInfo otherEffects);
  /// A record of the launch's regions, and what is loaded from it.
  struct RegionRecord {
    Value record;
    Value base;
    Value size;
    Value flags;
  };
  RegionRecord loadRegion(Value launch, Value index);
  Value loadField(Value record, uint64_t offset);
  Value loadCount(Value launch);
  Value getSize(Value access) { return both(access, number(255)); }
  Value getNeeded(Value access) {
    return both(
        make<LLVM::LShrOp>(access, number(TranslatedAccess::kNeededBit)),
        number(255));
  }
  Value getData(const RegionRecord &region, Value hart);
  Value getExtent(const RegionRecord &region, uint64_t needed);
  void buildLoop(Value limit, uint64_t step,
                 llvm::function_ref<void(Value)> buildBody);
  void endIf(Value condition, llvm::function_ref<void()> buildEnd);
  void finish(Value address, bool isOk);

  Value number(uint64_t value) {
    return LLVM::ConstantOp::create(
        builder, loc, builder.getI64IntegerAttr(static_cast<int64_t>(value)));
  }
  Value compare(LLVM::ICmpPredicate predicate, Value lhs, Value rhs) {
    return LLVM::ICmpOp::create(builder, loc, predicate, lhs, rhs);
  }
  template <class OpT> Value make(Value lhs, Value rhs) {
    return OpT::create(builder, loc, lhs, rhs);
  }
  Value add(Value lhs, Value rhs) { return make<LLVM::AddOp>(lhs, rhs); }
  Value subtract(Value lhs, Value rhs) { return make<LLVM::SubOp>(lhs, rhs); }
  Value both(Value lhs, Value rhs) { return make<LLVM::AndOp>(lhs, rhs); }
  Value select(Value condition, Value yes, Value no) {
    return LLVM::SelectOp::create(builder, loc, condition, yes, no);
  }
  Value getAddress(Value record, Value offset) {
    return LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(),
                               record, ValueRange(offset));
  }
  Value load(Value record, uint64_t offset) {
    return LLVM::LoadOp::create(builder, loc, i64,
                                getAddress(record, number(offset)), 8);
  }
  void store(Value value, Value record, uint64_t offset) {
    LLVM::StoreOp::create(builder, loc, value,
                          getAddress(record, number(offset)), 8);
  }
  Value toPointer(Value address) {
    return LLVM::IntToPtrOp::create(builder, loc, pointer, address);
  }
  void branch(Block *target, ValueRange arguments = {}) {
    LLVM::BrOp::create(builder, loc, arguments, target);
  }
  void branch(Value condition, Block *yes, Block *no) {
    LLVM::CondBrOp::create(builder, loc, condition, yes, no);
  }

  OpBuilder builder;
  Location loc;
  Type pointer;
  Type i64;
  /// Where an access goes, and whether it is permitted.
  Type result;
};
} // namespace

/// Equal calls of functions that only read what their arguments point to are
/// merged where nothing is stored between them. What a hart has in its frame is
/// touched by nothing else, as its address is kept nowhere.
LLVM::LLVMFuncOp FunctionBuilder::addFunction(StringRef name, Type type,
                                              ArrayRef<Type> arguments,
                                              LLVM::ModRefInfo argumentEffects,
                                              LLVM::ModRefInfo otherEffects) {
  auto function = LLVM::LLVMFuncOp::create(
      builder, loc, name, LLVM::LLVMFunctionType::get(type, arguments),
      LLVM::Linkage::Internal);
  auto none = LLVM::ModRefInfo::NoModRef;
  function.setMemoryEffectsAttr(LLVM::MemoryEffectsAttr::get(
      builder.getContext(),
      {otherEffects, argumentEffects, none, none, none, none}));
  function.setPassthroughAttr(
      builder.getStrArrayAttr({"nounwind", "willreturn", "noinline"}));
  return function;
}

/// Launch records do not change while they are in use.
Value FunctionBuilder::loadField(Value record, uint64_t offset) {
  Value field = load(record, offset);
  field.getDefiningOp<LLVM::LoadOp>().setInvariant(true);
  return field;
}

Value FunctionBuilder::loadCount(Value launch) {
  auto count = LLVM::LoadOp::create(
      builder, loc, builder.getI32Type(),
      getAddress(launch, number(offsetof(vmjit_hart_launch, region_count))), 4);
  count.setInvariant(true);
  return LLVM::ZExtOp::create(builder, loc, i64, count);
}

FunctionBuilder::RegionRecord FunctionBuilder::loadRegion(Value launch,
                                                          Value index) {
  Value offset = add(make<LLVM::MulOp>(index, number(sizeof(vmjit_region))),
                     number(offsetof(vmjit_hart_launch, regions)));
  Value record = getAddress(launch, offset);
  return {record, loadField(record, offsetof(vmjit_region, base)),
          loadField(record, offsetof(vmjit_region, size)),
          loadField(record, offsetof(vmjit_region, flags))};
}

/// Where the first byte of \p region is, as \p hart sees it.
Value FunctionBuilder::getData(const RegionRecord &region, Value hart) {
  Value own = make<LLVM::MulOp>(
      hart, loadField(region.record, offsetof(vmjit_region, hart_stride)));
  return add(loadField(region.record, offsetof(vmjit_region, data)), own);
}

/// Builds a loop from 0 to \p limit. Where \p buildBody ends, it goes on;
/// building goes on behind it.
void FunctionBuilder::buildLoop(Value limit, uint64_t step,
                                llvm::function_ref<void(Value)> buildBody) {
  Block *before = builder.getInsertionBlock();
  Region &blocks = *before->getParent();
  Block *head = builder.createBlock(&blocks, blocks.end(), {i64}, {loc});
  Block *body = builder.createBlock(&blocks, blocks.end());
  Block *done = builder.createBlock(&blocks, blocks.end());
  builder.setInsertionPointToEnd(before);
  branch(head, number(0));
  builder.setInsertionPointToEnd(head);
  Value index = head->getArgument(0);
  branch(compare(LLVM::ICmpPredicate::ne, index, limit), body, done);
  builder.setInsertionPointToEnd(body);
  buildBody(index);
  branch(head, add(index, number(step)));
  builder.setInsertionPointToEnd(done);
}

/// Builds what ends the function where \p condition holds.
void FunctionBuilder::endIf(Value condition,
                            llvm::function_ref<void()> buildEnd) {
  Block *before = builder.getInsertionBlock();
  Region &blocks = *before->getParent();
  Block *end = builder.createBlock(&blocks, blocks.end());
  Block *next = builder.createBlock(&blocks, blocks.end());
  builder.setInsertionPointToEnd(before);
  branch(condition, end, next);
  builder.setInsertionPointToEnd(end);
  buildEnd();
  builder.setInsertionPointToEnd(next);
}

void FunctionBuilder::finish(Value address, bool isOk) {
  Value pair = LLVM::PoisonOp::create(builder, loc, result);
  Value ok = LLVM::ConstantOp::create(builder, loc, builder.getBoolAttr(isOk));
  pair = LLVM::InsertValueOp::create(builder, loc, pair, address,
                                     ArrayRef<int64_t>{0});
  pair =
      LLVM::InsertValueOp::create(builder, loc, pair, ok, ArrayRef<int64_t>{1});
  LLVM::ReturnOp::create(builder, loc, pair);
}

/// (pointer, ok) vmjit.translate(launch, hart, ea, size, needed flags)
void FunctionBuilder::buildPlainTranslate() {
  OpBuilder::InsertionGuard guard(builder);
  auto function =
      addFunction(kTranslateName, result, {pointer, i64, i64, i64, i64},
                  LLVM::ModRefInfo::Ref, LLVM::ModRefInfo::NoModRef);
  builder.setInsertionPointToEnd(function.addEntryBlock(builder));
  auto arguments = function.getArguments();
  buildSearch(
      {arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]});
}

/// (pointer, ok) vmjit.search(regions, ea, access)
void FunctionBuilder::buildPackedSearch() {
  OpBuilder::InsertionGuard guard(builder);
  // The launch record is what the frame points to.
  auto function = addFunction(kSearchRegionsName, result, {pointer, i64, i64},
                              LLVM::ModRefInfo::Ref, LLVM::ModRefInfo::Ref);
  builder.setInsertionPointToEnd(function.addEntryBlock(builder));
  Value regions = function.getArgument(TranslateRegions),
        access = function.getArgument(TranslateAccess);
  buildSearch({toPointer(load(regions, offsetof(HartRegions, launch))),
               load(regions, offsetof(HartRegions, hart)),
               function.getArgument(TranslateAddress), getSize(access),
               getNeeded(access)});
}

/// The rest of a function, which looks at the launch's own records.
void FunctionBuilder::buildSearch(const Search &search) {
  auto [launch, hart, ea, size, needed] = search;
  buildLoop(
      loadCount(launch), 1,
      [&, launch = launch, hart = hart, ea = ea, size = size,
       needed = needed](Value index) {
        RegionRecord region = loadRegion(launch, index);
        Value position = subtract(ea, region.base);
        Value last = subtract(region.size, size);
        Value fits = both(compare(LLVM::ICmpPredicate::uge, region.size, size),
                          compare(LLVM::ICmpPredicate::ule, position, last));
        Value granted = both(region.flags, needed);
        endIf(both(fits, compare(LLVM::ICmpPredicate::eq, granted, needed)),
              [&] {
                finish(toPointer(add(getData(region, hart), position)), true);
              });
      });
  finish(LLVM::ZeroOp::create(builder, loc, pointer), false);
}

/// How far accesses that are \p needed can begin behind the base of \p region:
/// what any size fits behind, as far as there is that much.
Value FunctionBuilder::getExtent(const RegionRecord &region, uint64_t needed) {
  Value rest = number(kMaxRememberedSize - 1);
  Value isOk =
      both(compare(LLVM::ICmpPredicate::ugt, region.size, rest),
           compare(LLVM::ICmpPredicate::eq, both(region.flags, number(needed)),
                   number(needed)));
  return select(isOk, subtract(region.size, rest), number(0));
}

/// vmjit.regions(launch, hart, regions)
void FunctionBuilder::buildCollection() {
  OpBuilder::InsertionGuard guard(builder);
  auto function = addFunction(kCollectRegionsName,
                              LLVM::LLVMVoidType::get(builder.getContext()),
                              {pointer, i64, pointer}, LLVM::ModRefInfo::ModRef,
                              LLVM::ModRefInfo::NoModRef);
  builder.setInsertionPointToEnd(function.addEntryBlock(builder));
  Value launch = function.getArgument(0), hart = function.getArgument(1),
        regions = function.getArgument(2);
  store(LLVM::PtrToIntOp::create(builder, loc, i64, launch), regions,
        offsetof(HartRegions, launch));
  store(hart, regions, offsetof(HartRegions, hart));
  Value count = loadCount(launch);
  auto getOffset = [&](Value index) {
    return make<LLVM::MulOp>(index, number(sizeof(RememberedRegion)));
  };
  store(getOffset(count), regions, offsetof(HartRegions, regionBytes));
  buildLoop(count, 1, [&](Value index) {
    RegionRecord region = loadRegion(launch, index);
    Value known = getAddress(regions, getOffset(index));
    std::pair<uint64_t, Value> fields[] = {
        {offsetof(RememberedRegion, base), region.base},
        {offsetof(RememberedRegion, distance),
         subtract(getData(region, hart), region.base)},
        {offsetof(RememberedRegion, readExtent),
         getExtent(region, VMJIT_REGION_READ)},
        {offsetof(RememberedRegion, writeExtent),
         getExtent(region, VMJIT_REGION_READ | VMJIT_REGION_WRITE)}};
    for (auto [offset, value] : fields)
      store(value, known, offset);
  });
  LLVM::ReturnOp::create(builder, loc, ValueRange());
}

/// (pointer, ok) vmjit.translate(regions, ea, access)
void FunctionBuilder::buildTranslate() {
  OpBuilder::InsertionGuard guard(builder);
  auto function = addFunction(kTranslateName, result, {pointer, i64, i64},
                              LLVM::ModRefInfo::ModRef, LLVM::ModRefInfo::Ref);
  builder.setInsertionPointToEnd(function.addEntryBlock(builder));
  Value regions = function.getArgument(TranslateRegions),
        ea = function.getArgument(TranslateAddress),
        access = function.getArgument(TranslateAccess);
  Value place = getAddress(
      regions, make<LLVM::LShrOp>(access, number(TranslatedAccess::kPlaceBit)));
  // Of the two extents, by what is needed.
  static_assert(VMJIT_REGION_READ == 1 && VMJIT_REGION_WRITE == 2 &&
                offsetof(RememberedRegion, readExtent) == 16 &&
                offsetof(RememberedRegion, writeExtent) == 24);
  Value extentAt =
      make<LLVM::ShlOp>(add(getNeeded(access), number(1)), number(3));
  auto isIn = [&](Value region) {
    Value position =
        subtract(ea, load(region, offsetof(RememberedRegion, base)));
    Value extent = LLVM::LoadOp::create(builder, loc, i64,
                                        getAddress(region, extentAt), 8);
    return compare(LLVM::ICmpPredicate::ult, position, extent);
  };
  auto finishIn = [&](Value region) {
    Value distance = load(region, offsetof(RememberedRegion, distance));
    finish(toPointer(add(ea, distance)), true);
  };

  Value bytes = load(regions, offsetof(HartRegions, regionBytes));
  // Of several accesses with one test in front of them, all come here.
  endIf(isIn(place), [&] { finishIn(place); });
  buildLoop(bytes, sizeof(RememberedRegion), [&](Value offset) {
    Value region = getAddress(regions, offset);
    endIf(isIn(region), [&] {
      LLVM::MemcpyOp::create(builder, loc, place, region,
                             number(sizeof(RememberedRegion)),
                             /*isVolatile=*/false);
      finishIn(region);
    });
  });
  Value found =
      LLVM::CallOp::create(builder, loc, TypeRange(result), kSearchRegionsName,
                           function.getArguments())
          .getResult();
  LLVM::ReturnOp::create(builder, loc, found);
}

void vmjit::createTranslateFunctions(ModuleOp module,
                                     const LoweringTarget &target) {
  Type pointer = LLVM::LLVMPointerType::get(
      module.getContext(), target.getAddressSpace(vm::MemorySpace::Global));
  FunctionBuilder builder(module, pointer);
  if (!target.remembersRegions())
    return builder.buildPlainTranslate();
  builder.buildPackedSearch();
  builder.buildCollection();
  builder.buildTranslate();
}
