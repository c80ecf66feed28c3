//===- BlockLinkerAtomics.cpp - Atomics of a linked block -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit::vm;

/// The parts of a reservation, as registers of their file.
enum ReservationPart : uint32_t { Address = 0, Size = 1, Reserved = 2 };

static constexpr unsigned atomicSizes[] = {1, 2, 4, 8};
static constexpr unsigned reservationSizes[] = {4, 8};

void BlockLinker::linkAtomic(Operation *op) {
  Access access;
  access.isAtomic = true;
  // Without flags the order is the strongest.
  auto describe = [&](Value address, unsigned size,
                      std::optional<MemFlagsAttr> flags) {
    access.address = address;
    access.size = size;
    if (flags)
      access.applyFlags(*flags);
    else
      access.order = MemOrder::SeqCst;
    access.isAtomic = true;
  };
  TypeSwitch<Operation *>(op)
      .Case([&](AtomicRMWOp rmw) {
        describe(rmw.getBase(), rmw.getSize(), rmw.getFlags());
        linkRMW(rmw.getOp(), rmw.getSrc(), op, access);
      })
      .Case([&](AtomicRMWFlagOp rmw) {
        describe(rmw.getBase(), rmw.getSize(), {});
        linkRMW(rmw.getOp(), rmw.getSrc(), op, access);
      })
      .Case([&](AtomicCmpXchgOp exchange) {
        describe(exchange.getBase(), exchange.getSize(), exchange.getFlags());
        linkCmpXchg(exchange.getExpected(), exchange.getNewValue(), op, access);
      })
      .Case([&](AtomicCmpXchgFlagOp exchange) {
        describe(exchange.getBase(), exchange.getSize(), {});
        linkCmpXchg(exchange.getExpected(), exchange.getNewValue(), op, access);
      })
      .Case([&](LoadReserveOp load) { linkLoadReserve(load); })
      .Case([&](StoreCondOp store) { linkStoreCond(store); });
}

/// Where an access goes that both reads and writes: a region without either
/// permission is a fault, of the read first.
Value BlockLinker::createAtomicPointer(const Access &access) {
  Value pointer = createPointer(access, /*isStore=*/false);
  return isKernelMode() ? pointer : translate(access, /*isStore=*/true);
}

Value BlockLinker::extend(Value value) {
  if (value.getType().isInteger(64))
    return value;
  return create<arith::ExtUIOp>(builder.getI64Type(), value);
}

void BlockLinker::linkRMW(AtomicOp kind, Value source, Operation *op,
                          const Access &access) {
  if (endOnBadSize(access.size, atomicSizes))
    return;
  // It has no operand for what is expected.
  if (kind == AtomicOp::CmpXchg) {
    exit({.status = VMJIT_EXIT_BadOp});
    hasEnded = true;
    return;
  }
  if (access.fenceBefore)
    createFence();
  Value pointer = createAtomicPointer(access);
  Value old =
      create<PtrAtomicRMWOp>(kind, pointer, truncate(source, access.size),
                             access.order, access.isVolatile);
  if (access.fenceAfter)
    createFence();
  op->getResult(0).replaceAllUsesWith(extend(old));
  if (op->getNumResults() > 1)
    op->getResult(1).replaceAllUsesWith(constant(1));
}

void BlockLinker::linkCmpXchg(Value expected, Value replacement, Operation *op,
                              const Access &access) {
  if (endOnBadSize(access.size, atomicSizes))
    return;
  if (access.fenceBefore)
    createFence();
  Value pointer = createAtomicPointer(access);
  auto exchange = create<PtrAtomicCmpXchgOp>(
      pointer, truncate(expected, access.size),
      truncate(replacement, access.size), access.order, access.isVolatile);
  if (access.fenceAfter)
    createFence();
  op->getResult(0).replaceAllUsesWith(extend(exchange.getOld()));
  if (op->getNumResults() > 1)
    op->getResult(1).replaceAllUsesWith(extend(exchange.getSuccess()));
}

/// The access of a load-reserve or store-conditional.
template <class OpT>
BlockLinker::Access BlockLinker::getReservedAccess(OpT op) {
  Access access;
  access.address = create<AddOp>(op.getBase(), constant(op.getOffset()));
  access.size = op.getSize();
  access.applyFlags(op.getFlagsAttr());
  access.isAtomic = true;
  return access;
}

void BlockLinker::linkLoadReserve(LoadReserveOp op) {
  if (endOnBadSize(op.getSize(), reservationSizes))
    return;
  Access access = getReservedAccess(op);
  Value loaded = createLoad(access);
  writeSlot(RegFile::Reservation, Address, access.address);
  writeSlot(RegFile::Reservation, Size, constant(access.size));
  writeSlot(RegFile::Reservation, Reserved, loaded);
  op.replaceAllUsesWith(loaded);
}

/// A compare-exchange against the reserved value, where the reservation is for
/// this very access.
void BlockLinker::linkStoreCond(StoreCondOp op) {
  if (endOnBadSize(op.getSize(), reservationSizes))
    return;
  Access access = getReservedAccess(op);
  if (!isKernelMode())
    checkAlignment(access);
  // Read before control splits: a value that is read is known in one path.
  Value reservedAddress = readSlot(RegFile::Reservation, Address);
  Value reservedSize = readSlot(RegFile::Reservation, Size);
  Value reserved = readSlot(RegFile::Reservation, Reserved);
  auto isSame = [&](Value lhs, Value rhs) -> Value {
    return create<arith::CmpIOp>(arith::CmpIPredicate::eq, lhs, rhs);
  };
  Value isReserved =
      create<arith::AndIOp>(isSame(reservedAddress, access.address),
                            isSame(reservedSize, constant(access.size)));
  if (access.fenceBefore)
    createFence();
  Block *after = addBlock();
  Block *attempt = addBlock();
  Value failed = constant(1);
  create<cf::CondBranchOp>(isReserved, attempt, ValueRange(), after,
                           ValueRange(failed));
  Value flag = after->addArgument(builder.getI64Type(), loc());
  builder.setInsertionPointToEnd(attempt);
  Value pointer = createAtomicPointer(access);
  auto exchange = create<PtrAtomicCmpXchgOp>(
      pointer, truncate(reserved, access.size),
      truncate(op.getValue(), access.size), access.order, access.isVolatile);
  Value isLost = create<arith::XOrIOp>(extend(exchange.getSuccess()), failed);
  create<cf::BranchOp>(after, ValueRange(isLost));
  builder.setInsertionPointToEnd(after);
  if (access.fenceAfter)
    createFence();
  writeSlot(RegFile::Reservation, Size, constant(0));
  op.replaceAllUsesWith(flag);
}
