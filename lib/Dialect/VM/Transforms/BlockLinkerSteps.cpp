//===- BlockLinkerSteps.cpp - Budgets, stop words and reports ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What stoppable code does with the control block of ABI/Control.h. A thread
// has ticks, at least one; each step takes one, and at the last the thread asks
// the control block for more: it gets what is left of its budget, but not more
// than the poll interval. So the common path is a subtraction and a branch, and
// whatever else it takes is out of the loop's way. A thread starts with one
// tick: one that takes no step looks at nothing.
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "vmjit/ABI/Control.h"

#include <cstddef>

using namespace mlir;
using namespace vmjit::vm;

/// The registers of RegFile::Steps.
enum StepRegister : uint32_t { Ticks, Granted };

void BlockLinker::initializeSteps() {
  create<RegWriteOp>(RegFile::Steps, Ticks,
                     create<arith::ConstantIntOp>(1, /*width=*/32));
  create<RegWriteOp>(RegFile::Steps, Granted, constant(0));
}

void BlockLinker::takeStep(Value isStep, EndBuilder buildEnd) {
  Type i32 = builder.getI32Type();
  Value ticks = create<RegReadOp>(i32, RegFile::Steps, Ticks);
  Value taken = isStep
                    ? create<arith::ExtUIOp>(i32, isStep).getResult()
                    : create<arith::ConstantIntOp>(1, /*width=*/32).getResult();
  Value left = create<arith::SubIOp>(ticks, taken);
  create<RegWriteOp>(RegFile::Steps, Ticks, left);
  Value zero = create<arith::ConstantIntOp>(0, /*width=*/32);
  Value isLast = create<arith::CmpIOp>(arith::CmpIPredicate::eq, left, zero);
  Block *ask = addBlock();
  Block *go = addBlock();
  auto branch =
      create<cf::CondBranchOp>(isLast, ask, ValueRange(), go, ValueRange());
  branch.setBranchWeights(ArrayRef<int32_t>{1, VMJIT_POLL_INTERVAL});
  builder.setInsertionPointToEnd(ask);
  askForSteps(go, buildEnd);
  builder.setInsertionPointToEnd(go);
}

/// Gives the thread new ticks and goes to \p go, or ends it.
void BlockLinker::askForSteps(Block *go, EndBuilder buildEnd) {
  Type i64 = builder.getI64Type();
  Value control = createControl();
  auto goWith = [&](Value ticks) {
    create<RegWriteOp>(RegFile::Steps, Ticks, ticks);
    create<cf::BranchOp>(go);
  };
  auto endIf = [&](Value condition, vmjit_exit_status status) {
    Block *next = addBlock();
    Block *end = addBlock();
    create<cf::CondBranchOp>(condition, end, ValueRange(), next, ValueRange());
    builder.setInsertionPointToEnd(end);
    buildEnd(status);
    builder.setInsertionPointToEnd(next);
  };
  Block *look = addBlock();
  Block *unlimited = addBlock();
  create<cf::CondBranchOp>(isSet(control), look, ValueRange(), unlimited,
                           ValueRange());
  builder.setInsertionPointToEnd(unlimited);
  // Nobody will ever stop it, so it may as well ask rarely.
  goWith(create<arith::ConstantIntOp>(-1, /*width=*/32));

  builder.setInsertionPointToEnd(look);
  Value budget = create<PtrLoadOp>(
      i64, createField(control, offsetof(vmjit_control, step_budget)),
      alignof(uint64_t), /*is_volatile=*/false);
  Value granted = create<RegReadOp>(i64, RegFile::Steps, Granted);
  endIf(create<arith::CmpIOp>(arith::CmpIPredicate::uge, granted, budget),
        VMJIT_EXIT_OutOfFuel);
  Value stop = create<PtrAtomicLoadOp>(
      builder.getI32Type(), createField(control, offsetof(vmjit_control, stop)),
      MemOrder::None, /*is_volatile=*/false);
  Value zero = create<arith::ConstantIntOp>(0, /*width=*/32);
  endIf(create<arith::CmpIOp>(arith::CmpIPredicate::ne, stop, zero),
        VMJIT_EXIT_Interrupted);
  Value left = create<arith::SubIOp>(budget, granted);
  Value given = create<arith::MinUIOp>(left, constant(VMJIT_POLL_INTERVAL));
  create<RegWriteOp>(RegFile::Steps, Granted,
                     create<arith::AddIOp>(granted, given));
  goWith(create<arith::TruncIOp>(builder.getI32Type(), given));
}

/// A computed transfer ends as \p status says if its target is a block; if not,
/// the hart leaves the program, whatever it may do. \p transfer: the target,
/// and the block and the op that it comes from.
void BlockLinker::goToStopped(vmjit_exit_status status, ValueRange transfer) {
  SmallVector<Value> arguments = {constant(status)};
  llvm::append_range(arguments, transfer);
  create<cf::BranchOp>(getStoppedBlock(), arguments);
}

Block *BlockLinker::getStoppedBlock() {
  if (stoppedBlock)
    return stoppedBlock;
  OpBuilder::InsertionGuard guard(builder);
  stoppedBlock = &function.getBody().emplaceBlock();
  for (int argument = 0; argument < 4; ++argument)
    stoppedBlock->addArgument(builder.getI64Type(), function.getLoc());
  ValueRange arguments = stoppedBlock->getArguments();
  builder.setInsertionPointToEnd(stoppedBlock);
  Block *otherwise = addBlock();
  Block *end = addBlock();
  SmallVector<int64_t> addresses;
  for (auto block : program.getBody().getOps<BlockOp>())
    if (!block.getInner())
      addresses.push_back(static_cast<int64_t>(block.getPc()));
  create<DispatchOp>(arguments[1], addresses, otherwise,
                     SmallVector<Block *>(addresses.size(), end));
  builder.setInsertionPointToEnd(otherwise);
  leaveProgram(constant(VMJIT_EXIT_LeftRegion), arguments.drop_front());
  builder.setInsertionPointToEnd(end);
  leaveProgram(arguments[0], arguments.drop_front());
  return stoppedBlock;
}

//===----------------------------------------------------------------------===//
// The control block
//===----------------------------------------------------------------------===//

Value BlockLinker::createControl() {
  return create<ControlOp>(
      PointerType::get(builder.getContext(), MemorySpace::Global), hart);
}

Value BlockLinker::createField(Value control, uint64_t offset) {
  return create<PtrAddOp>(control, constant(offset));
}

Value BlockLinker::isSet(Value control) {
  return create<arith::CmpIOp>(
      arith::CmpIPredicate::ne,
      create<PtrToIntOp>(builder.getI64Type(), control), constant(0));
}

/// In the exit block of a kernel: a thread that does not return counts itself,
/// and the first one writes its exit record and its position.
void BlockLinker::reportExit() {
  auto record = exitBlock->getArguments();
  Block *end = addBlock();
  auto goOnIf = [&](Value condition) {
    Block *next = addBlock();
    create<cf::CondBranchOp>(condition, next, ValueRange(), end, ValueRange());
    builder.setInsertionPointToEnd(next);
  };
  goOnIf(create<arith::CmpIOp>(arith::CmpIPredicate::ne, record[0],
                               constant(VMJIT_EXIT_Return)));
  Value control = createControl();
  goOnIf(isSet(control));
  Value before = create<PtrAtomicRMWOp>(
      AtomicOp::Add, createField(control, offsetof(vmjit_control, exit_count)),
      constant(1), MemOrder::None, /*is_volatile=*/false);
  goOnIf(create<arith::CmpIOp>(arith::CmpIPredicate::eq, before, constant(0)));
  auto store = [&](Value value, uint64_t offset) {
    uint64_t alignment = value.getType().getIntOrFloatBitWidth() / 8;
    create<PtrStoreOp>(value, createField(control, offset), alignment,
                       /*is_volatile=*/false);
  };
  for (auto [index, word] : llvm::enumerate(record))
    store(word, offsetof(vmjit_control, exit_status) + 8 * index);
  Type i64 = builder.getI64Type();
  for (uint32_t index = 0; index < 3; ++index) {
    auto dim = static_cast<Dimension>(index);
    auto storeCoordinate = [&](Value coordinate, uint64_t offset) {
      store(create<arith::TruncIOp>(builder.getI32Type(), coordinate),
            offset + 4 * index);
    };
    storeCoordinate(create<BlockIdOp>(i64, dim),
                    offsetof(vmjit_control, block_id));
    storeCoordinate(create<ThreadIdOp>(i64, dim),
                    offsetof(vmjit_control, thread_id));
  }
  create<cf::BranchOp>(end);
  builder.setInsertionPointToEnd(end);
}
