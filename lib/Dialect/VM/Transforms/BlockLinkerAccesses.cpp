//===- BlockLinkerAccesses.cpp - Loads and stores of a linked block -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace vmjit::vm;

void BlockLinker::Access::applyFlags(MemFlagsAttr flags) {
  if (!flags)
    return;
  align = flags.getAlign();
  isVolatile = flags.getIsVolatile();
  fenceBefore = flags.getFenceBefore();
  fenceAfter = flags.getFenceAfter();
  isAtomic = flags.getAtomic();
  order = flags.getOrder();
}

/// More take longer to forget where a hart starts than they save.
static constexpr uint32_t maxComputedHints = 96;
static constexpr uint32_t maxRegisterHints = 128;

/// A register that the block got from elsewhere, or moves on, most likely is a
/// pointer to the same object each time, as far as one interval goes. One that
/// is computed here may be to anything, so that each access has its own hint.
/// Where there are too many of either, some share one.
uint32_t BlockLinker::getHint(Value base) {
  uint32_t reg = registerOf.lookup(base);
  uint32_t number;
  if (reg == 0 || isComputed[reg]) {
    number = computedAccessCount++ % maxComputedHints;
  } else {
    uint64_t header = interval ? interval->headers.front() : 0;
    auto known = registerHints.try_emplace({header, reg}, registerHints.size());
    number = maxComputedHints + known.first->second % maxRegisterHints;
  }
  return hints.try_emplace(number, hints.size()).first->second;
}

void BlockLinker::linkAccess(Operation *op) {
  Access access;
  Value value;
  auto describe = [&](auto accessOp, MemFlagsAttr flags) {
    access.address =
        create<AddOp>(accessOp.getBase(), constant(accessOp.getOffset()));
    access.hint = getHint(accessOp.getBase());
    access.size = accessOp.getSize();
    access.applyFlags(flags);
  };
  TypeSwitch<Operation *>(op)
      .Case([&](LoadOp load) { describe(load, load.getFlagsAttr()); })
      .Case([&](StoreOp store) {
        describe(store, store.getFlagsAttr());
        value = store.getValue();
      })
      .Case([&](FLoadOp load) { describe(load, {}); })
      .Case([&](FStoreOp store) {
        describe(store, {});
        value = store.getValue();
      });
  access.isFloat = isa<FLoadOp, FStoreOp>(op);
  if (value)
    createStore(value, access);
  else if (Value loaded = createLoad(access))
    op->getResult(0).replaceAllUsesWith(loaded);
}

bool BlockLinker::endOnBadSize(unsigned size, ArrayRef<unsigned> allowed) {
  if (llvm::is_contained(allowed, size))
    return false;
  exit({.status = VMJIT_EXIT_BadOp});
  hasEnded = true;
  return true;
}

static ArrayRef<unsigned> getSizes(bool isFloat) {
  static constexpr unsigned sizes[] = {1, 2, 4, 8};
  return ArrayRef(sizes).drop_front(isFloat ? 2 : 0);
}

/// A fence of an access's flags orders everything for everyone: the flags do
/// not say less.
void BlockLinker::createFence() { create<FenceOp>(MemOrder::SeqCst, "system"); }

Value BlockLinker::createLoad(const Access &access) {
  if (endOnBadSize(access.size, getSizes(access.isFloat)))
    return {};
  if (access.fenceBefore)
    createFence();
  Type type = builder.getIntegerType(8 * access.size);
  Value pointer = createPointer(access, /*isStore=*/false);
  Value loaded;
  if (access.isAtomic)
    loaded =
        create<PtrAtomicLoadOp>(type, pointer, access.order, access.isVolatile);
  else
    loaded = accessEitherWay(access, [&](unsigned alignment) -> Value {
      return create<PtrLoadOp>(type, pointer, alignment, access.isVolatile);
    });
  if (access.size < 8 && access.isFloat)
    loaded =
        create<BoxOp>(builder.getI64Type(),
                      create<arith::BitcastOp>(builder.getF32Type(), loaded));
  else if (access.size < 8)
    loaded = create<arith::ExtUIOp>(builder.getI64Type(), loaded);
  if (access.fenceAfter)
    createFence();
  return loaded;
}

void BlockLinker::createStore(Value value, const Access &access) {
  if (endOnBadSize(access.size, getSizes(access.isFloat)))
    return;
  if (access.fenceBefore)
    createFence();
  value = truncate(value, access.size);
  Value pointer = createPointer(access, /*isStore=*/true);
  if (access.isAtomic)
    create<PtrAtomicStoreOp>(value, pointer, access.order, access.isVolatile);
  else
    accessEitherWay(access, [&](unsigned alignment) -> Value {
      create<PtrStoreOp>(value, pointer, alignment, access.isVolatile);
      return {};
    });
  if (access.fenceAfter)
    createFence();
}

/// The low \p size bytes of \p value.
Value BlockLinker::truncate(Value value, unsigned size) {
  if (size == 8)
    return value;
  return create<arith::TruncIOp>(builder.getIntegerType(8 * size), value);
}

/// Checks what hart mode promises to check, and says where the access goes.
Value BlockLinker::createPointer(const Access &access, bool isStore) {
  MLIRContext *context = builder.getContext();
  if (isKernelMode())
    return create<PtrFromIntOp>(PointerType::get(context, MemorySpace::Generic),
                                access.address);
  checkAlignment(access);
  return translate(access, isStore);
}

/// What one step accesses is aligned, and what says so.
void BlockLinker::checkAlignment(const Access &access) {
  if (access.isAtomic && access.size > 1)
    checkAlignment(access.address, access.size);
  if (access.align > 1)
    checkAlignment(access.address, access.align);
}

/// The pointer to where \p access goes in the hart's memory map.
Value BlockLinker::translate(const Access &access, bool isStore) {
  auto translation = create<HartTranslateOp>(
      PointerType::get(builder.getContext(), MemorySpace::Global),
      builder.getI1Type(), hart, access.address, access.size, isStore,
      access.hint);
  exitUnless(translation.getOk(),
             {.status = VMJIT_EXIT_MemoryFault,
              .detail = access.address,
              .access = access.size | unsigned(isStore) << 8});
  return translation.getPtr();
}

void BlockLinker::checkAlignment(Value address, unsigned align) {
  Value excess =
      llvm::isPowerOf2_32(align)
          ? create<AndOp>(address, constant(align - 1)).getResult()
          : create<RemOp>(builder.getI64Type(), address, constant(align), false)
                .getResult();
  exitUnless(
      create<arith::CmpIOp>(arith::CmpIPredicate::eq, excess, constant(0)),
      {.status = VMJIT_EXIT_AlignFault, .detail = address});
}

/// Makes the access with the alignment that is known of it. In hart mode an
/// access of natural alignment may be misaligned all the same: where the target
/// would fault on that, the address is tested and the access made in both ways.
Value BlockLinker::accessEitherWay(
    const Access &access,
    llvm::function_ref<Value(unsigned alignment)> createAccess) {
  bool isPromised = isKernelMode() || access.align != 0;
  if (isPromised || access.size == 1 || !alignedAccessOnly) {
    unsigned align = access.align ? access.align : access.size;
    // The largest power of two that divides it.
    return createAccess(isPromised ? align & -align : 1);
  }
  Value excess = create<AndOp>(access.address, constant(access.size - 1));
  Value isAligned =
      create<arith::CmpIOp>(arith::CmpIPredicate::eq, excess, constant(0));
  Block *after = addBlock();
  Block *narrow = addBlock();
  Block *wide = addBlock();
  create<cf::CondBranchOp>(isAligned, wide, ValueRange(), narrow, ValueRange());
  for (auto [block, alignment] :
       {std::pair(wide, access.size), std::pair(narrow, 1u)}) {
    builder.setInsertionPointToEnd(block);
    Value value = createAccess(alignment);
    create<cf::BranchOp>(after, value ? ValueRange(value) : ValueRange());
    if (value && after->getNumArguments() == 0)
      after->addArgument(value.getType(), loc());
  }
  builder.setInsertionPointToEnd(after);
  return after->getNumArguments() > 0 ? Value(after->getArgument(0)) : Value();
}
