//===- BlockLinkerEntry.cpp - Entry, exit and dispatch of a linked function -*-
// C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "vmjit/CodeObject/HartStateLayout.h"
#include "vmjit/Dialect/VM/Transforms/LinkedFunction.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit::vm;

/// The first word of \p file in the hart's state.
static uint64_t getFirstWord(RegFile file) {
  switch (file) {
  case RegFile::X:
    return VMJIT_WORD_X;
  case RegFile::F:
    return VMJIT_WORD_F;
  case RegFile::NZCV:
    return VMJIT_WORD_NZCV;
  case RegFile::CallDepth:
    return VMJIT_WORD_CALL_DEPTH;
  case RegFile::CSR:
    return VMJIT_WORD_CSR;
  case RegFile::Reservation:
    return VMJIT_WORD_RESERVATION;
  case RegFile::Steps:
    break;
  }
  llvm_unreachable("every register file of a program has words");
}

uint64_t BlockLinker::getWord(Register reg) {
  auto [file, index] = reg;
  // Only the CSRs that the program names have words.
  if (file == RegFile::CSR)
    index = llvm::lower_bound(csrs, index) - csrs.begin();
  return getFirstWord(file) + index;
}

/// Calls \p note for each register that \p operand reads.
static void forEachRegister(OperandAttr operand,
                            llvm::function_ref<void(uint32_t)> note) {
  switch (operand.getKind()) {
  case vmjit::vmir::Operand::Register:
  case vmjit::vmir::Operand::Reg:
  case vmjit::vmir::Operand::Memory:
    note(operand.getReg());
    break;
  default:
    for (OperandAttr part : operand.getOperands())
      forEachRegister(part, note);
  }
}

void BlockLinker::collectRegistersOf(
    Operation *op, llvm::function_ref<void(RegFile, uint32_t, bool)> note) {
  for (NamedAttribute attr : op->getAttrs())
    if (auto operand = dyn_cast<OperandAttr>(attr.getValue()))
      forEachRegister(operand,
                      [&](uint32_t reg) { note(RegFile::X, reg, false); });
  TypeSwitch<Operation *>(op)
      .Case(
          [&](RegReadOp read) { note(read.getFile(), read.getIndex(), false); })
      .Case([&](RegWriteOp write) {
        note(write.getFile(), write.getIndex(), true);
      })
      .Case<CallOp, RetOp>([&](auto) { note(RegFile::CallDepth, 0, true); })
      .Case<ReadFlagsOp, EvalConditionOp>(
          [&](auto) { note(RegFile::NZCV, 0, false); })
      .Case([&](WriteFlagsOp) { note(RegFile::NZCV, 0, true); })
      .Case([&](CsrReadOp read) {
        note(RegFile::CSR, getStoredCsr(read.getCsr()), false);
      })
      .Case<CsrUpdateOp, CsrUpdateImmOp>([&](auto update) {
        note(RegFile::CSR, getStoredCsr(update.getCsr()), true);
      })
      .Case<FenvArithOp, FenvCompareOp, FenvToIntOp, FenvFromIntOp>(
          [&](auto) { note(RegFile::CSR, getStoredCsr(3), true); })
      .Case<LoadReserveOp, StoreCondOp>([&](auto) {
        for (uint32_t part = 0; part < 3; ++part)
          note(RegFile::Reservation, part, true);
      });
}

/// Finds the registers that need a slot. Those of the calling convention do in
/// kernel mode, the call depth where there is a call stack.
void BlockLinker::collectRegisters() {
  for (auto block : program.getBody().getOps<BlockOp>()) {
    RegisterUse &use = blockRegisters[block.getPc()];
    auto note = [&](RegFile file, uint32_t index, bool isWritten) {
      bool isTemporary = file == RegFile::X && index >= vmir::kArchRegCount;
      if (isZeroReg(file, index) || isTemporary || file == RegFile::Steps)
        return;
      // Ops that write others than these read them, too.
      bool isRead = !isWritten || (file != RegFile::X && file != RegFile::F);
      if (isRead && !use.written.contains({file, index}))
        use.read.insert({file, index});
      registers.insert({file, index});
      if (isWritten)
        use.written.insert({file, index});
    };
    block.walk([&](Operation *op) { collectRegistersOf(op, note); });
  }
  for (auto [file, index] : registers)
    if (file == RegFile::CSR)
      csrs.push_back(index);
  llvm::sort(csrs);
}

LogicalResult BlockLinker::link() {
  collectRegisters();
  entry = function.addEntryBlock();
  createIntervals();
  builder.setInsertionPointToEnd(entry);
  if (stoppable)
    initializeSteps();
  if (isKernelMode())
    initializeKernel();
  else
    initializeHart();
  if (failed(linkIntervals()))
    return failure();
  auto setNumbers = [&](StringRef name, ArrayRef<uint32_t> numbers) {
    if (!numbers.empty())
      function->setAttr(name, builder.getDenseI32ArrayAttr(SmallVector<int32_t>(
                                  numbers.begin(), numbers.end())));
  };
  setNumbers(kCsrsAttrName, csrs);
  setNumbers(kTemporariesAttrName, savedTemporaries.getArrayRef());
  return success();
}

/// Sets up the registers from the parameters as docs/OpSpec.md, "Programs",
/// says, and goes to the entry.
void BlockLinker::initializeKernel() {
  // Every slot gets a value: a register that is not an argument is 0.
  llvm::DenseMap<Register, Value> initial;
  SmallVector<Value> stackArguments;
  uint32_t intReg = vmir::kFirstArgumentReg, floatReg = intReg;
  constexpr uint32_t lastReg =
      vmir::kFirstArgumentReg + vmir::kMaxRegisterArguments;
  for (Value argument : entry->getArguments()) {
    Type type = argument.getType();
    bool isFloat = isa<FloatType>(type);
    Value bits = argument;
    if (isa<PointerType>(type))
      bits = create<PtrToIntOp>(builder.getI64Type(), argument);
    else if (type.isInteger(32))
      bits = create<arith::ExtSIOp>(builder.getI64Type(), argument);
    else if (type.isF32())
      bits = create<BoxOp>(builder.getI64Type(), argument);
    else if (type.isF64())
      bits = create<arith::BitcastOp>(builder.getI64Type(), argument);
    uint32_t &next = isFloat ? floatReg : intReg;
    if (next == lastReg)
      stackArguments.push_back(bits);
    else
      initial[{isFloat ? RegFile::F : RegFile::X, next++}] = bits;
  }
  initial[{RegFile::X, vmir::kReturnAddressReg}] =
      constant(vmir::kReturnSentinel);
  if (program.getStackBytes() > 0 || !stackArguments.empty()) {
    uint64_t stackBytes = llvm::alignTo(program.getStackBytes(), 16);
    uint64_t bytes = stackBytes + llvm::alignTo(8 * stackArguments.size(), 16);
    Value memory = create<PtrAllocaOp>(
        PointerType::get(builder.getContext(), MemorySpace::Private), bytes);
    Value top = create<PtrAddOp>(memory, constant(stackBytes));
    passStackArguments(top, stackArguments);
    initial[{RegFile::X, vmir::kStackPointerReg}] =
        create<PtrToIntOp>(builder.getI64Type(), top);
  }
  if (registers.contains({RegFile::CallDepth, 0}))
    callStack = create<PtrAllocaOp>(
        PointerType::get(builder.getContext(), MemorySpace::Private),
        8 * VMJIT_CALL_STACK_DEPTH);
  for (Register reg : registers) {
    Value value = initial.lookup(reg);
    writeSlot(reg.first, reg.second, value ? value : constant(0));
  }
  create<cf::BranchOp>(intervalAt[program.getEntry()]->landing);
}

void BlockLinker::passStackArguments(Value top, ArrayRef<Value> arguments) {
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    Value slot = create<PtrAddOp>(top, constant(8 * index));
    create<PtrStoreOp>(argument, slot, 8, false);
  }
}

/// Starts at next_pc. A thread without a hart, and a hart that is not to start
/// at a block's first op, does nothing.
void BlockLinker::initializeHart() {
  Type i64 = builder.getI64Type();
  hart = create<HartEnterOp>(HartType::get(builder.getContext()),
                             entry->getArgument(0), create<LinearIdOp>(i64));
  auto startUnless = [&](Value condition) {
    Block *go = &function.getBody().emplaceBlock();
    Block *stop = &function.getBody().emplaceBlock();
    create<cf::CondBranchOp>(condition, go, ValueRange(), stop, ValueRange());
    builder.setInsertionPointToEnd(stop);
    create<func::ReturnOp>();
    builder.setInsertionPointToEnd(go);
  };
  startUnless(create<HartExistsOp>(builder.getI1Type(), hart));
  Value status = create<HartLoadOp>(i64, hart, constant(VMJIT_WORD_STATUS));
  Value nextOp = create<HartLoadOp>(i64, hart, constant(VMJIT_WORD_NEXT_OP));
  Value busy = create<OrOp>(status, nextOp);
  startUnless(create<arith::CmpIOp>(arith::CmpIPredicate::eq, busy,
                                    constant(VMJIT_EXIT_Running)));
  Value nextPc = create<HartLoadOp>(i64, hart, constant(VMJIT_WORD_NEXT_PC));
  Value home = create<HartReturnPcOp>(i64, hart);
  Value zero = constant(0);
  Value isAway = create<arith::CmpIOp>(arith::CmpIPredicate::ne, nextPc, home);
  Value atHome[] = {
      constant(VMJIT_EXIT_Return), nextPc, zero, zero, zero, nextPc, zero};
  SmallVector<Value> dispatched = {nextPc, nextPc, zero};
  // A start is no transfer of control.
  if (stoppable)
    dispatched.push_back(create<arith::ConstantIntOp>(0, /*width=*/1));
  create<cf::CondBranchOp>(isAway, getDispatchBlock(), dispatched,
                           getExitBlock(), ValueRange(atHome));
}

void BlockLinker::createExit(ValueRange record) {
  create<ExitOp>(hart, record[0], record[1], record[2], record[3], record[4],
                 record[5], record[6]);
}

/// The block that ends a thread outside of intervals. Its arguments are the
/// words of the record.
Block *BlockLinker::getExitBlock() {
  if (exitBlock)
    return exitBlock;
  OpBuilder::InsertionGuard guard(builder);
  exitBlock = addExitBlock();
  builder.setInsertionPointToEnd(exitBlock);
  if (isKernelMode() && stoppable)
    reportExit();
  createExit(exitBlock->getArguments());
  return exitBlock;
}

/// The block that goes to the guest address in its first argument. The others
/// are the block and the op that the transfer comes from and, for stoppable
/// code, whether it is a step if it goes to a block.
Block *BlockLinker::getDispatchBlock() {
  if (dispatchBlock)
    return dispatchBlock;
  OpBuilder::InsertionGuard guard(builder);
  Type i64 = builder.getI64Type();
  dispatchBlock = &function.getBody().emplaceBlock();
  for (int argument = 0; argument < 3; ++argument)
    dispatchBlock->addArgument(i64, function.getLoc());
  if (stoppable)
    dispatchBlock->addArgument(builder.getI1Type(), function.getLoc());
  ValueRange transfer = dispatchBlock->getArguments().take_front(3);
  SmallVector<int64_t> addresses;
  SmallVector<Block *> targets;
  for (auto block : program.getBody().getOps<BlockOp>()) {
    if (block.getInner())
      continue;
    addresses.push_back(static_cast<int64_t>(block.getPc()));
    targets.push_back(&function.getBody().emplaceBlock());
    builder.setInsertionPointToEnd(targets.back());
    if (isKernelMode())
      create<cf::BranchOp>(intervals.front()->blocks[block.getPc()]);
    else
      enterInterval(transfer.front(), *intervalAt[block.getPc()]);
  }
  Block *otherwise = &function.getBody().emplaceBlock();
  builder.setInsertionPointToEnd(otherwise);
  leaveProgram(constant(VMJIT_EXIT_LeftRegion), transfer);
  builder.setInsertionPointToEnd(dispatchBlock);
  if (stoppable)
    takeStep(dispatchBlock->getArgument(3),
             [&](vmjit_exit_status status) { goToStopped(status, transfer); });
  create<DispatchOp>(transfer.front(), addresses, otherwise, targets);
  return dispatchBlock;
}

/// Ends the hart at a computed transfer that does not go to a block.
void BlockLinker::leaveProgram(Value status, ValueRange transfer) {
  Value zero = constant(0);
  create<cf::BranchOp>(getExitBlock(),
                       ValueRange{status, transfer[1], transfer[2], zero, zero,
                                  transfer[0], zero});
}

//===----------------------------------------------------------------------===//
// Building blocks
//===----------------------------------------------------------------------===//

SmallVector<Value> BlockLinker::getExitOperands(const Exit &how) {
  Value zero = constant(0);
  Value pc = constant(currentPc), op = constant(currentOp);
  Value resumeOp = how.resumesAfter ? constant(currentOp + 1) : op;
  return {constant(how.status),
          pc,
          op,
          how.detail ? how.detail : zero,
          constant(how.access),
          how.nextPc ? how.nextPc : pc,
          how.nextPc ? zero : resumeOp};
}

void BlockLinker::exit(const Exit &how) {
  storeTemporaries(getLiveTemporaries(how));
  create<cf::BranchOp>(getBlockExit(), getExitOperands(how));
}

void BlockLinker::exitUnless(Value condition, const Exit &how) {
  SmallVector<Value> operands = getExitOperands(how);
  SmallVector<uint32_t> live = getLiveTemporaries(how);
  Block *next = addBlock();
  if (live.empty()) {
    create<cf::CondBranchOp>(condition, next, ValueRange(), getBlockExit(),
                             operands);
  } else {
    Block *leave = addBlock();
    create<cf::CondBranchOp>(condition, next, ValueRange(), leave,
                             ValueRange());
    builder.setInsertionPointToEnd(leave);
    storeTemporaries(live);
    create<cf::BranchOp>(getBlockExit(), operands);
  }
  builder.setInsertionPointToEnd(next);
}

Block *BlockLinker::addBlock() {
  Block *next = new Block();
  function.getBody().getBlocks().insertAfter(
      builder.getInsertionBlock()->getIterator(), next);
  return next;
}

/// Constants stand in the entry block, once each.
Value BlockLinker::constant(uint64_t value) {
  Value &known = constants[value];
  if (!known) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(entry);
    known = ConstantOp::create(builder, function.getLoc(), value);
  }
  return known;
}

Value BlockLinker::readSlot(RegFile file, uint32_t index) {
  return create<RegReadOp>(builder.getI64Type(), file, index);
}

void BlockLinker::writeSlot(RegFile file, uint32_t index, Value value) {
  create<RegWriteOp>(file, index, value);
  writtenRegisters.insert({file, index});
}
