//===- BlockLinkerOps.cpp - Ops and terminators of a linked block -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "vmjit/Dialect/VM/IR/GuestLocation.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit::vm;

bool BlockLinker::isGuestOp(Operation *op) {
  if (isa<RegReadOp, ConstantOp>(op))
    return false;
  if (auto write = dyn_cast<RegWriteOp>(op)) {
    Operation *source = write.getValue().getDefiningOp();
    return isa_and_nonnull<RegReadOp, ConstantOp>(source);
  }
  return true;
}

std::optional<uint64_t> BlockLinker::findOpIndex(Operation *op) {
  std::optional<GuestPosition> position = getGuestPosition(op->getLoc());
  if (position && position->pc == currentPc)
    return position->opIndex;
  return std::nullopt;
}

LogicalResult BlockLinker::linkBlock(BlockOp block) {
  currentPc = block.getPc();
  temporaries.clear();
  collectTemporaryUses(block);
  registerOf.clear();
  isComputed.reset();
  hasEnded = false;
  writtenRegisters.clear();
  blockExits.clear();
  builder.setInsertionPointToEnd(interval->blocks[currentPc]);
  uint64_t opCount = 0;
  for (Operation &op : llvm::make_early_inc_range(block.getBody().front())) {
    currentLoc = op.getLoc();
    // What was imported knows its index, what was written by hand is counted.
    if (std::optional<uint64_t> index = findOpIndex(&op))
      currentOp = *index;
    else if (isGuestOp(&op))
      currentOp = opCount;
    opCount += isGuestOp(&op);
    if (failed(linkOp(&op)))
      return failure();
    if (hasEnded)
      return success();
  }
  return success();
}

LogicalResult BlockLinker::linkOp(Operation *op) {
  auto moveHere = [&](Operation *op) {
    op->remove();
    builder.insert(op);
    return success();
  };
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case<RegReadOp, RegWriteOp>([&](auto access) -> LogicalResult {
        if (access.getFile() == RegFile::Steps)
          return access.emitOpError("names what only linked code has");
        return linkRegister(access), success();
      })
      .Case([&](FMvXWOp move) {
        Value low =
            create<arith::TruncIOp>(builder.getI32Type(), move.getSrc());
        move.replaceAllUsesWith(
            create<arith::ExtSIOp>(builder.getI64Type(), low).getResult());
        return success();
      })
      .Case([&](FMvWXOp move) {
        Value low =
            create<arith::TruncIOp>(builder.getI32Type(), move.getSrc());
        Value single = create<arith::BitcastOp>(builder.getF32Type(), low);
        move.replaceAllUsesWith(
            create<BoxOp>(builder.getI64Type(), single).getResult());
        return success();
      })
      .Case([&](MulHighOp product) {
        product.replaceAllUsesWith(createHighHalf(product));
        return success();
      })
      .Case([&](SignExtendOp extension) {
        Value low = create<arith::TruncIOp>(
            builder.getIntegerType(extension.getBits()), extension.getSrc());
        extension.replaceAllUsesWith(
            create<arith::ExtSIOp>(builder.getI64Type(), low).getResult());
        return success();
      })
      .Case<LoadOp, StoreOp, FLoadOp, FStoreOp>(
          [&](auto) { return linkAccess(op), success(); })
      .Case<AtomicRMWOp, AtomicRMWFlagOp, AtomicCmpXchgOp, AtomicCmpXchgFlagOp,
            LoadReserveOp, StoreCondOp>(
          [&](auto) { return linkAtomic(op), success(); })
      .Case<ConstantOp, AddOp, SubOp, MulOp, DivOp, RemOp, AndOp, OrOp, XorOp,
            NotOp, ShlOp, ShrUOp, ShrSOp, CmpOp, SelectOp>(
          [&](auto) { return moveHere(op); })
      .Case<FAddOp, FSubOp, FMulOp, FDivOp, FSqrtOp, FMinOp, FMaxOp, FMAddOp,
            FMSubOp, FNMAddOp, FNMSubOp, FCmpOp, FToIntOp, IntToFOp, FTruncOp,
            FExtOp, FSgnjOp, FAbsOp, FNegOp, FClassOp>(
          [&](auto) { return moveHere(op); })
      .Case<ThreadIdOp, BlockIdOp, BlockDimOp, GridDimOp, GlobalIdOp,
            LinearIdOp, LaneIdOp, SharedBaseOp, BarrierOp, FenceOp>(
          [&](auto) { return moveHere(op); })
      .Case<VecBinaryOp, VecSaturatingOp, VecShiftOp>([&](auto lanes) {
        bool isBad = endOnBadSize(lanes.getElementSize(), {1, 2, 4, 8});
        return isBad ? success() : moveHere(op);
      })
      .Case([&](BroadcastOp broadcast) {
        bool isBad = endOnBadSize(broadcast.getSize(), {1, 2, 4, 8});
        return isBad ? success() : moveHere(op);
      })
      .Case([&](SideBranchOp branch) {
        return linkSideBranch(branch), success();
      })
      .Case<BranchOp, CondBranchOp, OperandBinaryOp, OperandLoadOp,
            OperandStoreOp>([&](auto) { return linkOperandOp(op); })
      .Case<SyscallOp, BreakpointOp, MretOp, SretOp, WfiOp, TlbFlushOp, CpuidOp,
            CsrReadOp, CsrUpdateOp, CsrUpdateImmOp, ReadFlagsOp, WriteFlagsOp,
            EvalConditionOp, FenvArithOp, FenvCompareOp, FenvToIntOp,
            FenvFromIntOp, VendorLoadOp, VendorStoreOp, VendorMatrixOp,
            VendorConfigOp, VendorVectorOp>(
          [&](auto) { return linkSystemOp(op), success(); })
      .Case<NopOp>([&](auto) { return success(); })
      .Case<RetOp, JmpOp, JmpRegOp, CondJmpOp, CallOp, FaultOp, InterruptOp>(
          [&](auto) { return linkTerminator(op), success(); })
      .Default([&](Operation *op) {
        return op->emitOpError("(block 0x")
               << llvm::utohexstr(currentPc, /*LowerCase=*/true) << ", op "
               << currentOp << ") is not supported by the lowering";
      });
}

/// Of a signed and an unsigned factor, the high half of the unsigned product is
/// too large by the unsigned one if the signed one is negative.
Value BlockLinker::createHighHalf(MulHighOp op) {
  Value lhs = op.getLhs(), rhs = op.getRhs();
  if (op.getIsLhsSigned() && op.getIsRhsSigned())
    return create<arith::MulSIExtendedOp>(lhs, rhs).getHigh();
  Value high = create<arith::MulUIExtendedOp>(lhs, rhs).getHigh();
  if (!op.getIsLhsSigned() && !op.getIsRhsSigned())
    return high;
  if (op.getIsRhsSigned())
    std::swap(lhs, rhs);
  Value mask = create<ShrSOp>(lhs, constant(63));
  return create<SubOp>(high, create<AndOp>(mask, rhs));
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

/// The raw bits of a register.
Value BlockLinker::readRegister(RegFile file, uint32_t index) {
  if (isZeroReg(file, index))
    return constant(0);
  if (file != RegFile::X || index < vmir::kArchRegCount)
    return readSlot(file, index);
  Value value = temporaries.lookup(index);
  return value ? value : constant(0);
}

/// Slots hold raw bits; a typed read is a view of them.
void BlockLinker::linkRegister(RegReadOp op) {
  Value value = readRegister(op.getFile(), op.getIndex());
  if (op.getType().isF32())
    value = create<UnboxOp>(op.getType(), value);
  else if (op.getType().isF64())
    value = create<arith::BitcastOp>(op.getType(), value);
  else if (op.getFile() == RegFile::X && op.getIndex() < vmir::kArchRegCount)
    registerOf.try_emplace(value, op.getIndex());
  op.replaceAllUsesWith(value);
}

void BlockLinker::linkRegister(RegWriteOp op) {
  RegFile file = op.getFile();
  uint32_t index = op.getIndex();
  Value value = op.getValue();
  if (isZeroReg(file, index))
    return;
  if (file == RegFile::X && index >= vmir::kArchRegCount) {
    temporaries[index] = value;
    return;
  }
  if (file == RegFile::X) {
    auto add = value.getDefiningOp<AddOp>();
    bool isMoved = add && registerOf.lookup(add.getLhs()) == index &&
                   add.getRhs().getDefiningOp<ConstantOp>();
    isComputed[index] = isComputed[index] || !isMoved;
  }
  if (value.getType().isF32())
    value = create<BoxOp>(builder.getI64Type(), value);
  else if (value.getType().isF64())
    value = create<arith::BitcastOp>(builder.getI64Type(), value);
  writeSlot(file, index, value);
}

//===----------------------------------------------------------------------===//
// Terminators
//===----------------------------------------------------------------------===//

void BlockLinker::linkTerminator(Operation *op) {
  TypeSwitch<Operation *>(op)
      .Case([&](JmpOp jmp) { goTo(jmp.getTarget()); })
      .Case([&](JmpRegOp jmp) {
        goToValue(create<AddOp>(jmp.getBase(), constant(jmp.getOffset())));
      })
      .Case([&](CondJmpOp jmp) {
        Value isTaken = create<arith::CmpIOp>(arith::CmpIPredicate::ne,
                                              jmp.getCond(), constant(0));
        Block *otherwise = addBlock();
        Block *taken = addBlock();
        create<cf::CondBranchOp>(isTaken, taken, ValueRange(), otherwise,
                                 ValueRange());
        builder.setInsertionPointToEnd(taken);
        goTo(jmp.getTargetTrue());
        builder.setInsertionPointToEnd(otherwise);
        goTo(jmp.getTargetFalse());
      })
      .Case([&](CallOp call) { linkCall(call); })
      .Case([&](RetOp) { linkRet(); })
      .Case([&](FaultOp fault) {
        exit(
            {.status = VMJIT_EXIT_Fault, .detail = constant(fault.getCause())});
      })
      .Case([&](InterruptOp interrupt) {
        exit({.status = VMJIT_EXIT_Interrupt,
              .detail = constant(interrupt.getVector())});
      });
}

void BlockLinker::linkSideBranch(SideBranchOp op) {
  Value isTaken = create<CmpOp>(builder.getI64Type(), op.getPredicate(),
                                op.getLhs(), op.getRhs());
  leaveIf(isTaken, [&] { goTo(op.getTarget()); });
}

void BlockLinker::leaveIf(Value condition, llvm::function_ref<void()> leave) {
  Value isTaken =
      create<arith::CmpIOp>(arith::CmpIPredicate::ne, condition, constant(0));
  Block *next = addBlock();
  Block *taken = addBlock();
  create<cf::CondBranchOp>(isTaken, taken, ValueRange(), next, ValueRange());
  builder.setInsertionPointToEnd(taken);
  leave();
  hasEnded = false;
  builder.setInsertionPointToEnd(next);
}

/// Control goes to a known address: a block, or out of the program.
void BlockLinker::goTo(uint64_t target) {
  if (blockOps.count(target)) {
    if (stoppable && target <= currentPc)
      takeStep(/*isStep=*/{}, [&](vmjit_exit_status status) {
        exit({.status = status, .nextPc = constant(target)});
      });
    goToBlock(target);
    return;
  }
  Exit left{.status = VMJIT_EXIT_LeftRegion, .nextPc = constant(target)};
  if (isKernelMode()) {
    if (target == vmir::kReturnSentinel)
      left.status = VMJIT_EXIT_Return;
    exit(left);
    return;
  }
  Value returnPc = create<HartReturnPcOp>(builder.getI64Type(), hart);
  exitUnless(create<arith::CmpIOp>(arith::CmpIPredicate::ne, constant(target),
                                   returnPc),
             {.status = VMJIT_EXIT_Return, .nextPc = constant(target)});
  exit(left);
}

/// Control goes to a computed address: home, or through the dispatch.
void BlockLinker::goToValue(Value target) {
  Value home = isKernelMode()
                   ? constant(vmir::kReturnSentinel)
                   : create<HartReturnPcOp>(builder.getI64Type(), hart);
  exitUnless(create<arith::CmpIOp>(arith::CmpIPredicate::ne, target, home),
             {.status = VMJIT_EXIT_Return, .nextPc = target});
  SmallVector<Value> dispatched = {target, constant(currentPc),
                                   constant(currentOp)};
  if (stoppable)
    dispatched.push_back(create<arith::CmpIOp>(arith::CmpIPredicate::ule,
                                               target, constant(currentPc)));
  if (!isKernelMode())
    storeChanges();
  bool staysInside = !isKernelMode() && interval->isJoined();
  create<cf::BranchOp>(staysInside ? getIntervalDispatch() : getDispatchBlock(),
                       dispatched);
}

void BlockLinker::linkCall(CallOp call) {
  Value depth = readSlot(RegFile::CallDepth, 0);
  exitUnless(create<arith::CmpIOp>(arith::CmpIPredicate::ult, depth,
                                   constant(VMJIT_CALL_STACK_DEPTH)),
             {.status = VMJIT_EXIT_Call,
              .detail = constant(call.getRetPc()),
              .nextPc = constant(call.getTarget())});
  storeReturnAddress(depth, constant(call.getRetPc()));
  writeSlot(RegFile::CallDepth, 0, create<AddOp>(depth, constant(1)));
  goTo(call.getTarget());
}

void BlockLinker::linkRet() {
  Value depth = readSlot(RegFile::CallDepth, 0);
  exitUnless(
      create<arith::CmpIOp>(arith::CmpIPredicate::ne, depth, constant(0)),
      {.status = VMJIT_EXIT_Return, .nextPc = constant(currentPc)});
  Value last = create<SubOp>(depth, constant(1));
  Value address = loadReturnAddress(last);
  writeSlot(RegFile::CallDepth, 0, last);
  goToValue(address);
}

/// The call stack is part of a hart's state; a kernel's thread has its own.
Value BlockLinker::loadReturnAddress(Value depth) {
  if (!isKernelMode()) {
    // What a launcher put there is not trusted to be in bounds.
    Value index = create<AndOp>(depth, constant(VMJIT_CALL_STACK_DEPTH - 1));
    Value word = create<AddOp>(index, constant(VMJIT_WORD_CALL_STACK));
    return create<HartLoadOp>(builder.getI64Type(), hart, word);
  }
  Value slot = create<PtrAddOp>(callStack, create<MulOp>(depth, constant(8)));
  return create<PtrLoadOp>(builder.getI64Type(), slot, 8, false);
}

void BlockLinker::storeReturnAddress(Value depth, Value address) {
  if (!isKernelMode()) {
    Value word = create<AddOp>(depth, constant(VMJIT_WORD_CALL_STACK));
    create<HartStoreOp>(address, hart, word);
    return;
  }
  Value slot = create<PtrAddOp>(callStack, create<MulOp>(depth, constant(8)));
  create<PtrStoreOp>(address, slot, 8, false);
}
