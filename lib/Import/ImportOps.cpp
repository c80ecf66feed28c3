//===- ImportOps.cpp - Import of integer, memory and control ops -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpImporter.h"

#include "vmjit/VMIR/FieldNames.h"

using namespace mlir;
using namespace vmjit;
namespace ops = vmjit::vmir::ops;
namespace terms = vmjit::vmir::terms;

// The dialect's enums have the numbers of VM IR's.
static_assert(int(vm::MemOrder::SeqCst) == int(vmir::MemOrder::SeqCst));
static_assert(int(vm::AtomicOp::Swap) == int(vmir::AtomicOp::Swap));

//===----------------------------------------------------------------------===//
// What ops share
//===----------------------------------------------------------------------===//

template <class OpT, class IROp> void OpImporter::binary(const IROp &op) {
  writeX(op.dst, create<OpT>(readX(op.src1), readX(op.src2)));
}

template <class OpT, class IROp> void OpImporter::shift(const IROp &op) {
  writeX(op.dst, create<OpT>(readX(op.src), readX(op.shreg)));
}

template <class OpT, class IROp>
void OpImporter::immediate(const IROp &op, uint64_t value) {
  writeX(op.dst, create<OpT>(readX(op.src), constant(value)));
}

template <class IROp>
void OpImporter::cmp(const IROp &op, vm::CmpPredicate predicate) {
  writeX(op.dst,
         create<vm::CmpOp>(i64(), predicate, readX(op.lhs), readX(op.rhs)));
}

template <class IROp>
void OpImporter::rmw(const IROp &op, vm::MemFlagsAttr memFlags) {
  writeX(op.dst, create<vm::AtomicRMWOp>(i64(), atomicOp(op.op), readX(op.base),
                                         readX(op.src), op.size, memFlags));
}

template <class IROp>
void OpImporter::cmpXchg(const IROp &op, vm::MemFlagsAttr memFlags) {
  writeX(op.dst,
         create<vm::AtomicCmpXchgOp>(i64(), readX(op.base), readX(op.expected),
                                     readX(op.newValue), op.size, memFlags));
}

template <class IROp>
void OpImporter::vector(const IROp &op, vm::VecKind kind) {
  writeX(op.dst, create<vm::VecBinaryOp>(i64(), kind, readX(op.src1),
                                         readX(op.src2), op.elementSize));
}

template <class IROp>
void OpImporter::saturate(const IROp &op, vm::VecKind kind) {
  saturateWords(kind, op.isSigned, op.elementSize, {op.src1}, {op.src2},
                {op.dst});
}

template <class IROp> void OpImporter::wide(const IROp &op, vm::VecKind kind) {
  saturateWords(kind, op.isSigned, op.elementSize,
                {op.src10, op.src11, op.src12, op.src13},
                {op.src20, op.src21, op.src22, op.src23},
                {op.dst0, op.dst1, op.dst2, op.dst3});
}

void OpImporter::saturateWords(vm::VecKind kind, bool isSigned,
                               uint8_t elementSize, ArrayRef<RegId> lhs,
                               ArrayRef<RegId> rhs, ArrayRef<RegId> dst) {
  auto read = [&](ArrayRef<RegId> regs) {
    return llvm::map_to_vector(regs, [&](RegId reg) { return readX(reg); });
  };
  SmallVector<Value> left = read(lhs), right = read(rhs);
  SmallVector<Type> types(dst.size(), i64());
  auto result = create<vm::VecSaturatingOp>(types, kind, isSigned, left, right,
                                            elementSize);
  for (auto [reg, value] : llvm::zip_equal(dst, result.getResults()))
    writeX(reg, value);
}

template <class IROp>
void OpImporter::vectorShift(const IROp &op, vm::VecShiftKind kind, Value src,
                             Value amount) {
  writeX(op.dst,
         create<vm::VecShiftOp>(i64(), kind, src, amount, op.elementSize));
}

template <class IROp>
void OpImporter::side(const IROp &op, vm::CmpPredicate predicate) {
  create<vm::SideBranchOp>(predicate, readX(op.src1), readX(op.src2),
                           op.target);
}

vm::AtomicOp OpImporter::atomicOp(vmir::AtomicOp op) {
  return static_cast<vm::AtomicOp>(op);
}

vm::MemFlagsAttr OpImporter::explicitFlags(const vmir::MemFlags &memFlags) {
  return vm::MemFlagsAttr::get(builder.getContext(), memFlags.isVolatile,
                               memFlags.atomic, memFlags.align,
                               memFlags.fenceBefore, memFlags.fenceAfter,
                               static_cast<vm::MemOrder>(memFlags.order));
}

vm::MemFlagsAttr OpImporter::flags(const vmir::MemFlags &memFlags) {
  return memFlags == vmir::MemFlags() ? vm::MemFlagsAttr()
                                      : explicitFlags(memFlags);
}

vm::OperandAttr OpImporter::operand(const vmir::Operand &source) {
  auto operands =
      llvm::map_to_vector(source.operands, [&](const vmir::Operand &nested) {
        return operand(nested);
      });
  StringRef op = source.kind == vmir::Operand::Binary
                     ? StringRef(vmir::getBinaryOperatorNames()[source.op.kind])
                     : "";
  return vm::OperandAttr::get(builder.getContext(), source.kind,
                              vmir::canonicalReg(source.reg), source.bits,
                              source.size, builder.getStringAttr(op),
                              source.op.custom, operands);
}

//===----------------------------------------------------------------------===//
// Integer ops
//===----------------------------------------------------------------------===//

void OpImporter::operator()(const ops::Nop &) { create<vm::NopOp>(); }

void OpImporter::operator()(const ops::Add &op) { binary<vm::AddOp>(op); }

void OpImporter::operator()(const ops::Sub &op) { binary<vm::SubOp>(op); }

void OpImporter::operator()(const ops::Mul &op) { binary<vm::MulOp>(op); }

void OpImporter::operator()(const ops::Div &op) {
  writeX(op.dst,
         create<vm::DivOp>(i64(), readX(op.src1), readX(op.src2), op.isSigned));
}

void OpImporter::operator()(const ops::Rem &op) {
  writeX(op.dst,
         create<vm::RemOp>(i64(), readX(op.src1), readX(op.src2), op.isSigned));
}

void OpImporter::operator()(const ops::And &op) { binary<vm::AndOp>(op); }

void OpImporter::operator()(const ops::Or &op) { binary<vm::OrOp>(op); }

void OpImporter::operator()(const ops::Xor &op) { binary<vm::XorOp>(op); }

void OpImporter::operator()(const ops::Not &op) {
  writeX(op.dst, create<vm::NotOp>(readX(op.src)));
}

void OpImporter::operator()(const ops::MulHigh &op) {
  writeX(op.dst, create<vm::MulHighOp>(i64(), readX(op.src1), readX(op.src2),
                                       op.isSigned1, op.isSigned2));
}

void OpImporter::operator()(const ops::SignExtend &op) {
  writeX(op.dst, create<vm::SignExtendOp>(i64(), readX(op.src), op.bits));
}

void OpImporter::operator()(const ops::Sll &op) { shift<vm::ShlOp>(op); }

void OpImporter::operator()(const ops::Srl &op) { shift<vm::ShrUOp>(op); }

void OpImporter::operator()(const ops::Sra &op) { shift<vm::ShrSOp>(op); }

void OpImporter::operator()(const ops::AddImm &op) {
  immediate<vm::AddOp>(op, op.imm);
}

void OpImporter::operator()(const ops::MulImm &op) {
  immediate<vm::MulOp>(op, op.imm);
}

void OpImporter::operator()(const ops::SllImm &op) {
  immediate<vm::ShlOp>(op, op.sh);
}

void OpImporter::operator()(const ops::SrlImm &op) {
  immediate<vm::ShrUOp>(op, op.sh);
}

void OpImporter::operator()(const ops::SraImm &op) {
  immediate<vm::ShrSOp>(op, op.sh);
}

void OpImporter::operator()(const ops::Mov &op) {
  writeX(op.dst, readX(op.src));
}

void OpImporter::operator()(const ops::MovImm &op) {
  writeX(op.dst, constant(op.imm));
}

void OpImporter::operator()(const ops::CmpEq &op) {
  cmp(op, vm::CmpPredicate::EQ);
}

void OpImporter::operator()(const ops::CmpNe &op) {
  cmp(op, vm::CmpPredicate::NE);
}

void OpImporter::operator()(const ops::CmpLt &op) {
  cmp(op, vm::CmpPredicate::LT);
}

void OpImporter::operator()(const ops::CmpLtU &op) {
  cmp(op, vm::CmpPredicate::LTU);
}

void OpImporter::operator()(const ops::CmpGe &op) {
  cmp(op, vm::CmpPredicate::GE);
}

void OpImporter::operator()(const ops::CmpGeU &op) {
  cmp(op, vm::CmpPredicate::GEU);
}

void OpImporter::operator()(const ops::Select &op) {
  writeX(op.dst, create<vm::SelectOp>(readX(op.cond), readX(op.trueVal),
                                      readX(op.falseVal)));
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void OpImporter::operator()(const ops::Load &op) {
  writeX(op.dst, create<vm::LoadOp>(i64(), readX(op.base), op.offset, op.size,
                                    flags(op.flags)));
}

void OpImporter::operator()(const ops::Store &op) {
  create<vm::StoreOp>(readX(op.src), readX(op.base), op.offset, op.size,
                      flags(op.flags));
}

void OpImporter::operator()(const ops::Fload &op) {
  writeF(op.dst,
         create<vm::FLoadOp>(i64(), readX(op.base), op.offset, op.size));
}

void OpImporter::operator()(const ops::Fstore &op) {
  create<vm::FStoreOp>(readF(op.src, i64()), readX(op.base), op.offset,
                       op.size);
}

void OpImporter::operator()(const ops::AtomicRMW &op) { rmw(op, {}); }

void OpImporter::operator()(const ops::Atomic &op) { rmw(op, {}); }

void OpImporter::operator()(const ops::AtomicRMWOrder &op) {
  rmw(op, explicitFlags(op.flags));
}

void OpImporter::operator()(const ops::AtomicCmpXchg &op) { cmpXchg(op, {}); }

void OpImporter::operator()(const ops::AtomicCmpXchgOrder &op) {
  cmpXchg(op, explicitFlags(op.flags));
}

void OpImporter::operator()(const ops::AtomicLoadReserve &op) {
  writeX(op.dst, create<vm::LoadReserveOp>(i64(), readX(op.base), op.offset,
                                           op.size, flags(op.flags)));
}

void OpImporter::operator()(const ops::AtomicStoreCond &op) {
  writeX(op.dstFlag,
         create<vm::StoreCondOp>(i64(), readX(op.src), readX(op.base),
                                 op.offset, op.size, flags(op.flags)));
}

void OpImporter::operator()(const ops::AtomicCmpXchgFlag &op) {
  auto exchange = create<vm::AtomicCmpXchgFlagOp>(i64(), i64(), readX(op.base),
                                                  readX(op.expected),
                                                  readX(op.newValue), op.size);
  writeX(op.dstOld, exchange.getOld());
  writeX(op.dstFlag, exchange.getFlag());
}

void OpImporter::operator()(const ops::AtomicRmwFlag &op) {
  auto update = create<vm::AtomicRMWFlagOp>(
      i64(), i64(), atomicOp(op.op), readX(op.base), readX(op.src), op.size);
  writeX(op.dstOld, update.getOld());
  writeX(op.dstFlag, update.getFlag());
}

void OpImporter::operator()(const ops::Fence &op) {
  create<vm::FenceOp>(static_cast<vm::MemOrder>(op.order), op.scope);
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

void OpImporter::operator()(const ops::VecAdd &op) {
  vector(op, vm::VecKind::Add);
}

void OpImporter::operator()(const ops::VecSub &op) {
  vector(op, vm::VecKind::Sub);
}

void OpImporter::operator()(const ops::VecMul &op) {
  vector(op, vm::VecKind::Mul);
}

void OpImporter::operator()(const ops::VecAddSat &op) {
  saturate(op, vm::VecKind::Add);
}

void OpImporter::operator()(const ops::VecSubSat &op) {
  saturate(op, vm::VecKind::Sub);
}

void OpImporter::operator()(const ops::VecMulSat &op) {
  saturate(op, vm::VecKind::Mul);
}
// On all 64 bits lanes make no difference.

void OpImporter::operator()(const ops::VecAnd &op) { binary<vm::AndOp>(op); }

void OpImporter::operator()(const ops::VecOr &op) { binary<vm::OrOp>(op); }

void OpImporter::operator()(const ops::VecXor &op) { binary<vm::XorOp>(op); }

void OpImporter::operator()(const ops::VecNot &op) {
  writeX(op.dst, create<vm::NotOp>(readX(op.src)));
}

void OpImporter::operator()(const ops::VecShl &op) {
  vectorShift(op, vm::VecShiftKind::Shl, readX(op.src), readX(op.shift));
}

void OpImporter::operator()(const ops::VecSrl &op) {
  vectorShift(op, vm::VecShiftKind::Srl, readX(op.src), readX(op.shift));
}

void OpImporter::operator()(const ops::VecSra &op) {
  vectorShift(op, vm::VecShiftKind::Sra, readX(op.src), readX(op.shift));
}

void OpImporter::operator()(const ops::VecShlImm &op) {
  vectorShift(op, vm::VecShiftKind::Shl, readX(op.src), constant(op.shift));
}

void OpImporter::operator()(const ops::VecSrlImm &op) {
  vectorShift(op, vm::VecShiftKind::Srl, readX(op.src), constant(op.shift));
}

void OpImporter::operator()(const ops::VecSraImm &op) {
  vectorShift(op, vm::VecShiftKind::Sra, readX(op.src), constant(op.shift));
}

void OpImporter::operator()(const ops::Vec128Add &op) {
  saturateWords(vm::VecKind::Add, op.isSigned, op.elementSize,
                {op.src1Lo, op.src1Hi}, {op.src2Lo, op.src2Hi},
                {op.dstLo, op.dstHi});
}

void OpImporter::operator()(const ops::Vec256Add &op) {
  wide(op, vm::VecKind::Add);
}

void OpImporter::operator()(const ops::Vec256Sub &op) {
  wide(op, vm::VecKind::Sub);
}

void OpImporter::operator()(const ops::Vec256Mul &op) {
  wide(op, vm::VecKind::Mul);
}

void OpImporter::operator()(const ops::Broadcast &op) {
  writeX(op.dst, create<vm::BroadcastOp>(i64(), readX(op.src), op.size));
}

//===----------------------------------------------------------------------===//
// Side exits and operands
//===----------------------------------------------------------------------===//

void OpImporter::operator()(const ops::Beq &op) {
  side(op, vm::CmpPredicate::EQ);
}

void OpImporter::operator()(const ops::Bne &op) {
  side(op, vm::CmpPredicate::NE);
}

void OpImporter::operator()(const ops::Blt &op) {
  side(op, vm::CmpPredicate::LT);
}

void OpImporter::operator()(const ops::Bge &op) {
  side(op, vm::CmpPredicate::GE);
}

void OpImporter::operator()(const ops::Bltu &op) {
  side(op, vm::CmpPredicate::LTU);
}

void OpImporter::operator()(const ops::Bgeu &op) {
  side(op, vm::CmpPredicate::GEU);
}

void OpImporter::operator()(const ops::Branch &op) {
  create<vm::BranchOp>(operand(op.target), op.link);
}

void OpImporter::operator()(const ops::CondBranch &op) {
  create<vm::CondBranchOp>(operand(op.condition), operand(op.target), op.link);
}

void OpImporter::operator()(const ops::BinaryOp &op) {
  writeX(op.dest, create<vm::OperandBinaryOp>(
                      i64(), vmir::getBinaryOperatorNames()[op.op.kind],
                      op.op.custom, operand(op.src1), operand(op.src2)));
}

void OpImporter::operator()(const ops::LoadExt &op) {
  writeX(op.dest, create<vm::OperandLoadOp>(i64(), operand(op.addr), op.size,
                                            flags(op.flags)));
}

void OpImporter::operator()(const ops::StoreExt &op) {
  create<vm::OperandStoreOp>(operand(op.value), operand(op.addr), op.size,
                             flags(op.flags));
}

//===----------------------------------------------------------------------===//
// Terminators
//===----------------------------------------------------------------------===//

void OpImporter::operator()(const terms::Ret &) { create<vm::RetOp>(); }

void OpImporter::operator()(const terms::Jmp &term) {
  create<vm::JmpOp>(term.target);
}

void OpImporter::operator()(const terms::JmpReg &term) {
  create<vm::JmpRegOp>(readX(term.base), term.offset);
}

void OpImporter::operator()(const terms::CondJmp &term) {
  create<vm::CondJmpOp>(readX(term.cond), term.targetTrue, term.targetFalse);
}

void OpImporter::operator()(const terms::Call &term) {
  create<vm::CallOp>(term.target, term.retPc);
}

void OpImporter::operator()(const terms::Fault &term) {
  create<vm::FaultOp>(static_cast<int64_t>(term.cause));
}

void OpImporter::operator()(const terms::Interrupt &term) {
  create<vm::InterruptOp>(static_cast<int64_t>(term.vector));
}
