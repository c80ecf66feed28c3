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
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace vmjit::vm;

/// A load or store, whichever op it came from.
struct BlockLinker::Access {
  Value address;
  unsigned size = 0;
  /// 0 for natural alignment.
  unsigned align = 0;
  bool isVolatile = false;
  bool isStore = false;
  bool fenceBefore = false;
  bool fenceAfter = false;
  /// What the memory holds: bits of an F register, or of an X register.
  bool isFloat = false;
};

LogicalResult BlockLinker::linkAccess(Operation *op) {
  Access access;
  Value value;
  bool isAtomic = false;
  auto describe = [&](auto accessOp, MemFlagsAttr flags) {
    access.address =
        create<AddOp>(accessOp.getBase(), constant(accessOp.getOffset()));
    access.size = accessOp.getSize();
    if (!flags)
      return;
    access.align = flags.getAlign();
    access.isVolatile = flags.getIsVolatile();
    access.fenceBefore = flags.getFenceBefore();
    access.fenceAfter = flags.getFenceAfter();
    isAtomic = flags.getAtomic();
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
  access.isStore = static_cast<bool>(value);
  access.isFloat = isa<FLoadOp, FStoreOp>(op);
  if (isAtomic)
    return op->emitOpError("(block 0x")
           << llvm::utohexstr(currentPc, /*LowerCase=*/true) << ", op "
           << currentOp << ") is atomic, which the lowering does not support";
  bool isKnownSize = access.isFloat
                         ? access.size == 4 || access.size == 8
                         : llvm::is_contained({1u, 2u, 4u, 8u}, access.size);
  if (!isKnownSize) {
    exit({.status = VMJIT_EXIT_BadOp});
    hasEnded = true;
    return success();
  }
  if (access.fenceBefore)
    createFence();
  if (access.isStore)
    linkStore(value, access);
  else
    linkLoad(op, access);
  if (access.fenceAfter)
    createFence();
  return success();
}

/// A fence of an access's flags orders everything for everyone: the flags do
/// not say less.
void BlockLinker::createFence() { create<FenceOp>(MemOrder::SeqCst, "system"); }

void BlockLinker::linkLoad(Operation *op, const Access &access) {
  Type type = builder.getIntegerType(8 * access.size);
  Value pointer = createPointer(access);
  Value loaded;
  accessEitherWay(
      access,
      [&](unsigned alignment) -> Value {
        return create<PtrLoadOp>(type, pointer, alignment, access.isVolatile);
      },
      loaded);
  if (access.size < 8 && access.isFloat)
    loaded =
        create<BoxOp>(builder.getI64Type(),
                      create<arith::BitcastOp>(builder.getF32Type(), loaded));
  else if (access.size < 8)
    loaded = create<arith::ExtUIOp>(builder.getI64Type(), loaded);
  op->getResult(0).replaceAllUsesWith(loaded);
}

void BlockLinker::linkStore(Value value, const Access &access) {
  if (access.size < 8)
    value =
        create<arith::TruncIOp>(builder.getIntegerType(8 * access.size), value);
  Value pointer = createPointer(access);
  Value none;
  accessEitherWay(
      access,
      [&](unsigned alignment) -> Value {
        create<PtrStoreOp>(value, pointer, alignment, access.isVolatile);
        return {};
      },
      none);
}

/// Checks what hart mode promises to check, and says where the access goes.
Value BlockLinker::createPointer(const Access &access) {
  MLIRContext *context = builder.getContext();
  if (isKernelMode())
    return create<PtrFromIntOp>(PointerType::get(context, MemorySpace::Generic),
                                access.address);
  if (access.align > 1)
    checkAlignment(access);
  auto translation = create<HartTranslateOp>(
      PointerType::get(context, MemorySpace::Global), builder.getI1Type(), hart,
      access.address, access.size, access.isStore);
  exitUnless(translation.getOk(),
             {.status = VMJIT_EXIT_MemoryFault,
              .detail = access.address,
              .access = access.size | unsigned(access.isStore) << 8});
  return translation.getPtr();
}

void BlockLinker::checkAlignment(const Access &access) {
  Value excess = llvm::isPowerOf2_32(access.align)
                     ? create<AndOp>(access.address, constant(access.align - 1))
                           .getResult()
                     : create<RemOp>(builder.getI64Type(), access.address,
                                     constant(access.align), false)
                           .getResult();
  exitUnless(
      create<arith::CmpIOp>(arith::CmpIPredicate::eq, excess, constant(0)),
      {.status = VMJIT_EXIT_AlignFault, .detail = access.address});
}

/// Makes the access with the alignment that is known of it. In hart mode an
/// access of natural alignment may be misaligned all the same: where the target
/// would fault on that, the address is tested and the access made in both ways.
void BlockLinker::accessEitherWay(
    const Access &access,
    llvm::function_ref<Value(unsigned alignment)> createAccess, Value &result) {
  bool isPromised = isKernelMode() || access.align != 0;
  if (isPromised || access.size == 1 || !alignedAccessOnly) {
    unsigned align = access.align ? access.align : access.size;
    // The largest power of two that divides it.
    result = createAccess(isPromised ? align & -align : 1);
    return;
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
  if (after->getNumArguments() > 0)
    result = after->getArgument(0);
}
