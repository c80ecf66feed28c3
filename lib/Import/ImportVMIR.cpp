//===- ImportVMIR.cpp - From a VM IR program to the vm dialect --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Import/ImportVMIR.h"
#include "vmjit/Dialect/VM/IR/GuestLocation.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "vmjit/VMIR/FieldNames.h"
#include "vmjit/VMIR/GPUCsrs.h"

using namespace mlir;
using namespace vmjit;
namespace ops = vmjit::vmir::ops;
namespace terms = vmjit::vmir::terms;
using vmir::RegId;

// The dialect's enums have the numbers of VM IR's.
static_assert(int(vm::MemOrder::SeqCst) == int(vmir::MemOrder::SeqCst));
static_assert(int(vm::AtomicOp::Swap) == int(vmir::AtomicOp::Swap));
static_assert(int(vm::ParamType::Buffer) == int(vmir::ParamType::Buffer));

namespace {
/// Builds the ops of one block. There is one overload for each op; what they
/// share is above them.
class BlockImporter {
public:
  BlockImporter(OpBuilder &builder, const vmir::Block &block)
      : builder(builder), block(block),
        file(vm::getGuestFile(builder.getContext(), block.startPc)),
        loc(builder.getUnknownLoc()) {}

  void import() {
    for (auto [index, op] : llvm::enumerate(block.ops)) {
      loc = vm::getGuestLocation(file, index);
      std::visit(*this, op);
    }
    loc = vm::getGuestLocation(file, block.ops.size());
    std::visit(*this, block.term);
  }

  //===--------------------------------------------------------------------===//
  // Integer ops
  //===--------------------------------------------------------------------===//

  void operator()(const ops::Nop &) { create<vm::NopOp>(); }
  void operator()(const ops::Add &op) { binary<vm::AddOp>(op); }
  void operator()(const ops::Sub &op) { binary<vm::SubOp>(op); }
  void operator()(const ops::Mul &op) { binary<vm::MulOp>(op); }
  void operator()(const ops::Div &op) {
    writeX(op.dst, create<vm::DivOp>(i64(), readX(op.src1), readX(op.src2),
                                     op.isSigned));
  }
  void operator()(const ops::Rem &op) {
    writeX(op.dst, create<vm::RemOp>(i64(), readX(op.src1), readX(op.src2),
                                     op.isSigned));
  }
  void operator()(const ops::And &op) { binary<vm::AndOp>(op); }
  void operator()(const ops::Or &op) { binary<vm::OrOp>(op); }
  void operator()(const ops::Xor &op) { binary<vm::XorOp>(op); }
  void operator()(const ops::Not &op) {
    writeX(op.dst, create<vm::NotOp>(readX(op.src)));
  }
  void operator()(const ops::Sll &op) { shift<vm::ShlOp>(op); }
  void operator()(const ops::Srl &op) { shift<vm::ShrUOp>(op); }
  void operator()(const ops::Sra &op) { shift<vm::ShrSOp>(op); }
  void operator()(const ops::AddImm &op) { immediate<vm::AddOp>(op, op.imm); }
  void operator()(const ops::MulImm &op) { immediate<vm::MulOp>(op, op.imm); }
  void operator()(const ops::SllImm &op) { immediate<vm::ShlOp>(op, op.sh); }
  void operator()(const ops::SrlImm &op) { immediate<vm::ShrUOp>(op, op.sh); }
  void operator()(const ops::SraImm &op) { immediate<vm::ShrSOp>(op, op.sh); }
  void operator()(const ops::Mov &op) { writeX(op.dst, readX(op.src)); }
  void operator()(const ops::MovImm &op) { writeX(op.dst, constant(op.imm)); }
  void operator()(const ops::CmpEq &op) { cmp(op, vm::CmpPredicate::EQ); }
  void operator()(const ops::CmpNe &op) { cmp(op, vm::CmpPredicate::NE); }
  void operator()(const ops::CmpLt &op) { cmp(op, vm::CmpPredicate::LT); }
  void operator()(const ops::CmpLtU &op) { cmp(op, vm::CmpPredicate::LTU); }
  void operator()(const ops::CmpGe &op) { cmp(op, vm::CmpPredicate::GE); }
  void operator()(const ops::CmpGeU &op) { cmp(op, vm::CmpPredicate::GEU); }
  void operator()(const ops::Select &op) {
    writeX(op.dst, create<vm::SelectOp>(readX(op.cond), readX(op.trueVal),
                                        readX(op.falseVal)));
  }

  //===--------------------------------------------------------------------===//
  // Memory
  //===--------------------------------------------------------------------===//

  void operator()(const ops::Load &op) {
    writeX(op.dst, create<vm::LoadOp>(i64(), readX(op.base), op.offset, op.size,
                                      flags(op.flags)));
  }
  void operator()(const ops::Store &op) {
    create<vm::StoreOp>(readX(op.src), readX(op.base), op.offset, op.size,
                        flags(op.flags));
  }
  void operator()(const ops::Fload &op) {
    writeF(op.dst,
           create<vm::FLoadOp>(i64(), readX(op.base), op.offset, op.size));
  }
  void operator()(const ops::Fstore &op) {
    create<vm::FStoreOp>(readF(op.src, i64()), readX(op.base), op.offset,
                         op.size);
  }
  void operator()(const ops::AtomicRMW &op) { rmw(op, {}); }
  void operator()(const ops::Atomic &op) { rmw(op, {}); }
  void operator()(const ops::AtomicRMWOrder &op) {
    rmw(op, explicitFlags(op.flags));
  }
  void operator()(const ops::AtomicCmpXchg &op) { cmpXchg(op, {}); }
  void operator()(const ops::AtomicCmpXchgOrder &op) {
    cmpXchg(op, explicitFlags(op.flags));
  }
  void operator()(const ops::AtomicLoadReserve &op) {
    writeX(op.dst, create<vm::LoadReserveOp>(i64(), readX(op.base), op.offset,
                                             op.size, flags(op.flags)));
  }
  void operator()(const ops::AtomicStoreCond &op) {
    writeX(op.dstFlag,
           create<vm::StoreCondOp>(i64(), readX(op.src), readX(op.base),
                                   op.offset, op.size, flags(op.flags)));
  }
  void operator()(const ops::AtomicCmpXchgFlag &op) {
    auto exchange = create<vm::AtomicCmpXchgFlagOp>(
        i64(), i64(), readX(op.base), readX(op.expected), readX(op.newValue),
        op.size);
    writeX(op.dstOld, exchange.getOld());
    writeX(op.dstFlag, exchange.getFlag());
  }
  void operator()(const ops::AtomicRmwFlag &op) {
    auto update = create<vm::AtomicRMWFlagOp>(
        i64(), i64(), atomicOp(op.op), readX(op.base), readX(op.src), op.size);
    writeX(op.dstOld, update.getOld());
    writeX(op.dstFlag, update.getFlag());
  }
  void operator()(const ops::Fence &op) {
    create<vm::FenceOp>(static_cast<vm::MemOrder>(op.order), op.scope);
  }

  //===--------------------------------------------------------------------===//
  // Lanes
  //===--------------------------------------------------------------------===//

  void operator()(const ops::VecAdd &op) { vector(op, vm::VecKind::Add); }
  void operator()(const ops::VecSub &op) { vector(op, vm::VecKind::Sub); }
  void operator()(const ops::VecMul &op) { vector(op, vm::VecKind::Mul); }
  void operator()(const ops::VecAddSat &op) { saturate(op, vm::VecKind::Add); }
  void operator()(const ops::VecSubSat &op) { saturate(op, vm::VecKind::Sub); }
  void operator()(const ops::VecMulSat &op) { saturate(op, vm::VecKind::Mul); }
  // On all 64 bits lanes make no difference.
  void operator()(const ops::VecAnd &op) { binary<vm::AndOp>(op); }
  void operator()(const ops::VecOr &op) { binary<vm::OrOp>(op); }
  void operator()(const ops::VecXor &op) { binary<vm::XorOp>(op); }
  void operator()(const ops::VecNot &op) {
    writeX(op.dst, create<vm::NotOp>(readX(op.src)));
  }
  void operator()(const ops::VecShl &op) {
    vectorShift(op, vm::VecShiftKind::Shl, readX(op.src), readX(op.shift));
  }
  void operator()(const ops::VecSrl &op) {
    vectorShift(op, vm::VecShiftKind::Srl, readX(op.src), readX(op.shift));
  }
  void operator()(const ops::VecSra &op) {
    vectorShift(op, vm::VecShiftKind::Sra, readX(op.src), readX(op.shift));
  }
  void operator()(const ops::VecShlImm &op) {
    vectorShift(op, vm::VecShiftKind::Shl, readX(op.src), constant(op.shift));
  }
  void operator()(const ops::VecSrlImm &op) {
    vectorShift(op, vm::VecShiftKind::Srl, readX(op.src), constant(op.shift));
  }
  void operator()(const ops::VecSraImm &op) {
    vectorShift(op, vm::VecShiftKind::Sra, readX(op.src), constant(op.shift));
  }
  void operator()(const ops::Vec128Add &op) {
    saturateWords(vm::VecKind::Add, op.isSigned, op.elementSize,
                  {op.src1Lo, op.src1Hi}, {op.src2Lo, op.src2Hi},
                  {op.dstLo, op.dstHi});
  }
  void operator()(const ops::Vec256Add &op) { wide(op, vm::VecKind::Add); }
  void operator()(const ops::Vec256Sub &op) { wide(op, vm::VecKind::Sub); }
  void operator()(const ops::Vec256Mul &op) { wide(op, vm::VecKind::Mul); }
  void operator()(const ops::Broadcast &op) {
    writeX(op.dst, create<vm::BroadcastOp>(i64(), readX(op.src), op.size));
  }

  //===--------------------------------------------------------------------===//
  // Floating point
  //===--------------------------------------------------------------------===//

  void operator()(const ops::Fadd &op) { fbinary<vm::FAddOp>(op, f64()); }
  void operator()(const ops::Fsub &op) { fbinary<vm::FSubOp>(op, f64()); }
  void operator()(const ops::Fmul &op) { fbinary<vm::FMulOp>(op, f64()); }
  void operator()(const ops::Fdiv &op) { fbinary<vm::FDivOp>(op, f64()); }
  void operator()(const ops::Fsqrt &op) { funary<vm::FSqrtOp>(op, f64()); }
  void operator()(const ops::Fmin &op) { fbinary<vm::FMinOp>(op, f64()); }
  void operator()(const ops::Fmax &op) { fbinary<vm::FMaxOp>(op, f64()); }
  void operator()(const ops::FaddS &op) { fbinary<vm::FAddOp>(op, f32()); }
  void operator()(const ops::FsubS &op) { fbinary<vm::FSubOp>(op, f32()); }
  void operator()(const ops::FmulS &op) { fbinary<vm::FMulOp>(op, f32()); }
  void operator()(const ops::FdivS &op) { fbinary<vm::FDivOp>(op, f32()); }
  void operator()(const ops::FsqrtS &op) { funary<vm::FSqrtOp>(op, f32()); }
  void operator()(const ops::FminS &op) { fbinary<vm::FMinOp>(op, f32()); }
  void operator()(const ops::FmaxS &op) { fbinary<vm::FMaxOp>(op, f32()); }
  void operator()(const ops::Fmadd &op) { ternary<vm::FMAddOp>(op, f64()); }
  void operator()(const ops::Fmsub &op) { ternary<vm::FMSubOp>(op, f64()); }
  void operator()(const ops::Fnmadd &op) { ternary<vm::FNMAddOp>(op, f64()); }
  void operator()(const ops::Fnmsub &op) { ternary<vm::FNMSubOp>(op, f64()); }
  void operator()(const ops::FmaddS &op) { ternary<vm::FMAddOp>(op, f32()); }
  void operator()(const ops::FmsubS &op) { ternary<vm::FMSubOp>(op, f32()); }
  void operator()(const ops::FnmaddS &op) { ternary<vm::FNMAddOp>(op, f32()); }
  void operator()(const ops::FnmsubS &op) { ternary<vm::FNMSubOp>(op, f32()); }
  void operator()(const ops::Feq &op) {
    fcmp(op, vm::FCmpPredicate::EQ, f64());
  }
  void operator()(const ops::Flt &op) {
    fcmp(op, vm::FCmpPredicate::LT, f64());
  }
  void operator()(const ops::Fle &op) {
    fcmp(op, vm::FCmpPredicate::LE, f64());
  }
  void operator()(const ops::FeqS &op) {
    fcmp(op, vm::FCmpPredicate::EQ, f32());
  }
  void operator()(const ops::FltS &op) {
    fcmp(op, vm::FCmpPredicate::LT, f32());
  }
  void operator()(const ops::FleS &op) {
    fcmp(op, vm::FCmpPredicate::LE, f32());
  }
  void operator()(const ops::Fcvtws &op) { toInt(op, f32(), true, 32); }
  void operator()(const ops::Fcvtwus &op) { toInt(op, f32(), false, 32); }
  void operator()(const ops::Fcvtls &op) { toInt(op, f32(), true, 64); }
  void operator()(const ops::Fcvtlus &op) { toInt(op, f32(), false, 64); }
  void operator()(const ops::Fcvtwd &op) { toInt(op, f64(), true, 32); }
  void operator()(const ops::Fcvtwud &op) { toInt(op, f64(), false, 32); }
  void operator()(const ops::Fcvtld &op) { toInt(op, f64(), true, 64); }
  void operator()(const ops::Fcvtlud &op) { toInt(op, f64(), false, 64); }
  void operator()(const ops::Fcvtsw &op) { toFloat(op, f32(), true, 32); }
  void operator()(const ops::Fcvtswu &op) { toFloat(op, f32(), false, 32); }
  void operator()(const ops::Fcvtsl &op) { toFloat(op, f32(), true, 64); }
  void operator()(const ops::Fcvtslu &op) { toFloat(op, f32(), false, 64); }
  void operator()(const ops::Fcvtdw &op) { toFloat(op, f64(), true, 32); }
  void operator()(const ops::Fcvtdwu &op) { toFloat(op, f64(), false, 32); }
  void operator()(const ops::Fcvtdl &op) { toFloat(op, f64(), true, 64); }
  void operator()(const ops::Fcvtdlu &op) { toFloat(op, f64(), false, 64); }
  void operator()(const ops::Fcvtsd &op) {
    writeF(op.dst, create<vm::FTruncOp>(f32(), readF(op.src, f64())));
  }
  void operator()(const ops::Fcvtds &op) {
    writeF(op.dst, create<vm::FExtOp>(f64(), readF(op.src, f32())));
  }
  void operator()(const ops::Fsgnj &op) {
    sgnj(op, vm::SignInjection::Copy, f64());
  }
  void operator()(const ops::Fsgnjn &op) {
    sgnj(op, vm::SignInjection::Invert, f64());
  }
  void operator()(const ops::Fsgnjx &op) {
    sgnj(op, vm::SignInjection::Xor, f64());
  }
  void operator()(const ops::FsgnjS &op) {
    sgnj(op, vm::SignInjection::Copy, f32());
  }
  void operator()(const ops::FsgnjnS &op) {
    sgnj(op, vm::SignInjection::Invert, f32());
  }
  void operator()(const ops::FsgnjxS &op) {
    sgnj(op, vm::SignInjection::Xor, f32());
  }
  void operator()(const ops::Fclass &op) {
    writeX(op.dst, create<vm::FClassOp>(i64(), readF(op.src, f64())));
  }
  void operator()(const ops::FclassS &op) {
    writeX(op.dst, create<vm::FClassOp>(i64(), readF(op.src, f32())));
  }
  void operator()(const ops::FmvXW &op) {
    writeX(op.dst, create<vm::FMvXWOp>(i64(), readF(op.src, i64())));
  }
  void operator()(const ops::FmvWX &op) {
    writeF(op.dst, create<vm::FMvWXOp>(i64(), readX(op.src)));
  }
  void operator()(const ops::FmvXD &op) {
    writeX(op.dst, readF(op.src, i64()));
  }
  void operator()(const ops::FmvDX &op) { writeF(op.dst, readX(op.src)); }
  void operator()(const ops::Fabs &op) { funary<vm::FAbsOp>(op, f64()); }
  void operator()(const ops::Fneg &op) { funary<vm::FNegOp>(op, f64()); }
  void operator()(const ops::FabsS &op) { funary<vm::FAbsOp>(op, f32()); }
  void operator()(const ops::FnegS &op) { funary<vm::FNegOp>(op, f32()); }

  //===--------------------------------------------------------------------===//
  // Side exits and operands
  //===--------------------------------------------------------------------===//

  void operator()(const ops::Beq &op) { side(op, vm::CmpPredicate::EQ); }
  void operator()(const ops::Bne &op) { side(op, vm::CmpPredicate::NE); }
  void operator()(const ops::Blt &op) { side(op, vm::CmpPredicate::LT); }
  void operator()(const ops::Bge &op) { side(op, vm::CmpPredicate::GE); }
  void operator()(const ops::Bltu &op) { side(op, vm::CmpPredicate::LTU); }
  void operator()(const ops::Bgeu &op) { side(op, vm::CmpPredicate::GEU); }
  void operator()(const ops::Branch &op) {
    create<vm::BranchOp>(operand(op.target), op.link);
  }
  void operator()(const ops::CondBranch &op) {
    create<vm::CondBranchOp>(operand(op.condition), operand(op.target),
                             op.link);
  }
  void operator()(const ops::BinaryOp &op) {
    writeX(op.dest, create<vm::OperandBinaryOp>(
                        i64(), vmir::getBinaryOperatorNames()[op.op.kind],
                        op.op.custom, operand(op.src1), operand(op.src2)));
  }
  void operator()(const ops::LoadExt &op) {
    writeX(op.dest, create<vm::OperandLoadOp>(i64(), operand(op.addr), op.size,
                                              flags(op.flags)));
  }
  void operator()(const ops::StoreExt &op) {
    create<vm::OperandStoreOp>(operand(op.value), operand(op.addr), op.size,
                               flags(op.flags));
  }

  //===--------------------------------------------------------------------===//
  // System
  //===--------------------------------------------------------------------===//

  void operator()(const ops::SysCall &) { create<vm::SyscallOp>(); }
  void operator()(const ops::DebugBreak &) { create<vm::BreakpointOp>(); }
  void operator()(const ops::SysMret &) { create<vm::MretOp>(); }
  void operator()(const ops::SysSret &) { create<vm::SretOp>(); }
  void operator()(const ops::SysWfi &) { create<vm::WfiOp>(); }
  void operator()(const ops::Cpuid &op) {
    auto cpuid = create<vm::CpuidOp>(i64(), i64(), i64(), i64(), readX(op.leaf),
                                     readX(op.subleaf));
    writeX(op.dstEax, cpuid.getEax());
    writeX(op.dstEbx, cpuid.getEbx());
    writeX(op.dstEcx, cpuid.getEcx());
    writeX(op.dstEdx, cpuid.getEdx());
  }
  void operator()(const ops::TlbFlush &op) {
    create<vm::TlbFlushOp>(
        op.vaddr ? builder.getI64IntegerAttr(static_cast<int64_t>(*op.vaddr))
                 : IntegerAttr());
  }
  void operator()(const ops::CsrRead &op) { writeX(op.dst, readCsr(op.csr)); }
  void operator()(const ops::CsrWrite &op) {
    if (op.csr == vmir::kBarrierCsr) {
      create<vm::BarrierOp>();
      return;
    }
    create<vm::CsrUpdateOp>(vm::CsrOperation::Write, op.csr, readX(op.src));
  }
  void operator()(const ops::CsrSet &op) {
    create<vm::CsrUpdateOp>(vm::CsrOperation::Set, op.csr, readX(op.src));
  }
  void operator()(const ops::CsrClear &op) {
    create<vm::CsrUpdateOp>(vm::CsrOperation::Clear, op.csr, readX(op.src));
  }
  void operator()(const ops::CsrWriteImm &op) {
    csrImmediate(op, vm::CsrOperation::Write);
  }
  void operator()(const ops::CsrSetImm &op) {
    csrImmediate(op, vm::CsrOperation::Set);
  }
  void operator()(const ops::CsrClearImm &op) {
    csrImmediate(op, vm::CsrOperation::Clear);
  }
  void operator()(const ops::ReadPstateFlags &op) {
    writeX(op.dst, create<vm::ReadFlagsOp>(i64()));
  }
  void operator()(const ops::WritePstateFlags &op) {
    create<vm::WriteFlagsOp>(readX(op.src));
  }
  void operator()(const ops::EvalCondition &op) {
    writeX(op.dst, create<vm::EvalConditionOp>(i64(), op.cond));
  }
  void operator()(const ops::VendorLoad &op) {
    writeX(op.dst, create<vm::VendorLoadOp>(i64(), readX(op.base), op.offset,
                                            op.vendor, op.tileId));
  }
  void operator()(const ops::VendorStore &op) {
    create<vm::VendorStoreOp>(readX(op.src), readX(op.base), op.offset,
                              op.vendor, op.tileId);
  }
  void operator()(const ops::VendorMatrixOp &op) {
    writeX(op.dst, create<vm::VendorMatrixOp>(i64(), op.op, op.tileC, op.tileA,
                                              op.tileB, op.precision));
  }
  void operator()(const ops::VendorConfig &op) {
    create<vm::VendorConfigOp>(op.vendor, op.tileId, op.config);
  }
  void operator()(const ops::VendorVectorOp &op) {
    writeX(op.dst, create<vm::VendorVectorOp>(i64(), op.op, readX(op.src1),
                                              readX(op.src2), op.vendor));
  }

  //===--------------------------------------------------------------------===//
  // GPU
  //===--------------------------------------------------------------------===//

  void operator()(const ops::GpuThreadId &op) { position<vm::ThreadIdOp>(op); }
  void operator()(const ops::GpuBlockId &op) { position<vm::BlockIdOp>(op); }
  void operator()(const ops::GpuBlockDim &op) { position<vm::BlockDimOp>(op); }
  void operator()(const ops::GpuGridDim &op) { position<vm::GridDimOp>(op); }
  void operator()(const ops::GpuGlobalId &op) { position<vm::GlobalIdOp>(op); }
  void operator()(const ops::GpuLaneId &op) {
    writeX(op.dst, create<vm::LaneIdOp>(i64()));
  }
  void operator()(const ops::GpuSharedBase &op) {
    writeX(op.dst, create<vm::SharedBaseOp>(i64()));
  }
  void operator()(const ops::GpuBarrier &) { create<vm::BarrierOp>(); }

  //===--------------------------------------------------------------------===//
  // Terminators
  //===--------------------------------------------------------------------===//

  void operator()(const terms::Ret &) { create<vm::RetOp>(); }
  void operator()(const terms::Jmp &term) { create<vm::JmpOp>(term.target); }
  void operator()(const terms::JmpReg &term) {
    create<vm::JmpRegOp>(readX(term.base), term.offset);
  }
  void operator()(const terms::CondJmp &term) {
    create<vm::CondJmpOp>(readX(term.cond), term.targetTrue, term.targetFalse);
  }
  void operator()(const terms::Call &term) {
    create<vm::CallOp>(term.target, term.retPc);
  }
  void operator()(const terms::Fault &term) {
    create<vm::FaultOp>(static_cast<int64_t>(term.cause));
  }
  void operator()(const terms::Interrupt &term) {
    create<vm::InterruptOp>(static_cast<int64_t>(term.vector));
  }

private:
  //===--------------------------------------------------------------------===//
  // Building
  //===--------------------------------------------------------------------===//

  template <class OpT, class... Args> OpT create(Args &&...args) {
    return OpT::create(builder, loc, std::forward<Args>(args)...);
  }
  Type i64() { return builder.getI64Type(); }
  Type f32() { return builder.getF32Type(); }
  Type f64() { return builder.getF64Type(); }
  Value constant(uint64_t value) { return create<vm::ConstantOp>(value); }
  Value readX(RegId reg) {
    return create<vm::RegReadOp>(i64(), vm::RegFile::X,
                                 vmir::canonicalReg(reg));
  }
  void writeX(RegId reg, Value value) {
    create<vm::RegWriteOp>(vm::RegFile::X, vmir::canonicalReg(reg), value);
  }
  Value readF(RegId reg, Type type) {
    return create<vm::RegReadOp>(type, vm::RegFile::F, vmir::canonicalReg(reg));
  }
  void writeF(RegId reg, Value value) {
    create<vm::RegWriteOp>(vm::RegFile::F, vmir::canonicalReg(reg), value);
  }

  //===--------------------------------------------------------------------===//
  // What ops of a family share
  //===--------------------------------------------------------------------===//

  template <class OpT, class IROp> void binary(const IROp &op) {
    writeX(op.dst, create<OpT>(readX(op.src1), readX(op.src2)));
  }
  template <class OpT, class IROp> void shift(const IROp &op) {
    writeX(op.dst, create<OpT>(readX(op.src), readX(op.shreg)));
  }
  template <class OpT, class IROp>
  void immediate(const IROp &op, uint64_t value) {
    writeX(op.dst, create<OpT>(readX(op.src), constant(value)));
  }
  template <class IROp> void cmp(const IROp &op, vm::CmpPredicate predicate) {
    writeX(op.dst,
           create<vm::CmpOp>(i64(), predicate, readX(op.lhs), readX(op.rhs)));
  }
  template <class OpT, class IROp> void funary(const IROp &op, Type type) {
    writeF(op.dst, create<OpT>(readF(op.src, type)));
  }
  template <class OpT, class IROp> void fbinary(const IROp &op, Type type) {
    writeF(op.dst, create<OpT>(readF(op.src1, type), readF(op.src2, type)));
  }
  template <class OpT, class IROp> void ternary(const IROp &op, Type type) {
    writeF(op.dst, create<OpT>(readF(op.src1, type), readF(op.src2, type),
                               readF(op.src3, type)));
  }
  template <class IROp>
  void fcmp(const IROp &op, vm::FCmpPredicate predicate, Type type) {
    writeX(op.dst, create<vm::FCmpOp>(i64(), predicate, readF(op.src1, type),
                                      readF(op.src2, type)));
  }
  template <class IROp>
  void sgnj(const IROp &op, vm::SignInjection kind, Type type) {
    writeF(op.dst, create<vm::FSgnjOp>(kind, readF(op.src1, type),
                                       readF(op.src2, type)));
  }
  template <class IROp>
  void toInt(const IROp &op, Type type, bool isSigned, unsigned width) {
    writeX(op.dst,
           create<vm::FToIntOp>(i64(), readF(op.src, type), isSigned, width));
  }
  template <class IROp>
  void toFloat(const IROp &op, Type type, bool isSigned, unsigned width) {
    writeF(op.dst, create<vm::IntToFOp>(type, readX(op.src), isSigned, width));
  }
  template <class IROp> void rmw(const IROp &op, vm::MemFlagsAttr memFlags) {
    writeX(op.dst,
           create<vm::AtomicRMWOp>(i64(), atomicOp(op.op), readX(op.base),
                                   readX(op.src), op.size, memFlags));
  }
  template <class IROp>
  void cmpXchg(const IROp &op, vm::MemFlagsAttr memFlags) {
    writeX(op.dst, create<vm::AtomicCmpXchgOp>(
                       i64(), readX(op.base), readX(op.expected),
                       readX(op.newValue), op.size, memFlags));
  }
  template <class IROp> void vector(const IROp &op, vm::VecKind kind) {
    writeX(op.dst, create<vm::VecBinaryOp>(i64(), kind, readX(op.src1),
                                           readX(op.src2), op.elementSize));
  }
  template <class IROp> void saturate(const IROp &op, vm::VecKind kind) {
    saturateWords(kind, op.isSigned, op.elementSize, {op.src1}, {op.src2},
                  {op.dst});
  }
  template <class IROp> void wide(const IROp &op, vm::VecKind kind) {
    saturateWords(kind, op.isSigned, op.elementSize,
                  {op.src10, op.src11, op.src12, op.src13},
                  {op.src20, op.src21, op.src22, op.src23},
                  {op.dst0, op.dst1, op.dst2, op.dst3});
  }
  void saturateWords(vm::VecKind kind, bool isSigned, uint8_t elementSize,
                     ArrayRef<RegId> lhs, ArrayRef<RegId> rhs,
                     ArrayRef<RegId> dst) {
    auto read = [&](ArrayRef<RegId> regs) {
      return llvm::map_to_vector(regs, [&](RegId reg) { return readX(reg); });
    };
    SmallVector<Value> left = read(lhs), right = read(rhs);
    SmallVector<Type> types(dst.size(), i64());
    auto result = create<vm::VecSaturatingOp>(types, kind, isSigned, left,
                                              right, elementSize);
    for (auto [reg, value] : llvm::zip_equal(dst, result.getResults()))
      writeX(reg, value);
  }
  template <class IROp>
  void vectorShift(const IROp &op, vm::VecShiftKind kind, Value src,
                   Value amount) {
    writeX(op.dst,
           create<vm::VecShiftOp>(i64(), kind, src, amount, op.elementSize));
  }
  template <class IROp> void side(const IROp &op, vm::CmpPredicate predicate) {
    create<vm::SideBranchOp>(predicate, readX(op.src1), readX(op.src2),
                             op.target);
  }
  template <class IROp>
  void csrImmediate(const IROp &op, vm::CsrOperation action) {
    Value old = create<vm::CsrUpdateImmOp>(i64(), action, op.csr, op.imm);
    // Register 0 drops the old value even where it is an ordinary register.
    if (vmir::canonicalReg(op.dst) != 0)
      writeX(op.dst, old);
  }
  template <class OpT, class IROp> void position(const IROp &op) {
    writeX(op.dst, create<OpT>(i64(), static_cast<vm::Dimension>(op.dim)));
  }

  /// A CSR, or what the GPU's CSRs stand for.
  Value readCsr(uint16_t csr) {
    if (std::optional<vmir::GPUCsr> gpu = vmir::getGPUCsr(csr)) {
      auto dim = static_cast<vm::Dimension>(gpu->dim);
      switch (gpu->kind) {
      case vmir::GPUCsr::ThreadId:
        return create<vm::ThreadIdOp>(i64(), dim);
      case vmir::GPUCsr::BlockId:
        return create<vm::BlockIdOp>(i64(), dim);
      case vmir::GPUCsr::BlockDim:
        return create<vm::BlockDimOp>(i64(), dim);
      case vmir::GPUCsr::GridDim:
        return create<vm::GridDimOp>(i64(), dim);
      case vmir::GPUCsr::LaneId:
        return create<vm::LaneIdOp>(i64());
      case vmir::GPUCsr::SharedBase:
        return create<vm::SharedBaseOp>(i64());
      case vmir::GPUCsr::LinearId:
        return create<vm::LinearIdOp>(i64());
      }
    }
    return create<vm::CsrReadOp>(i64(), csr);
  }

  vm::AtomicOp atomicOp(vmir::AtomicOp op) {
    return static_cast<vm::AtomicOp>(op);
  }
  vm::MemFlagsAttr explicitFlags(const vmir::MemFlags &memFlags) {
    return vm::MemFlagsAttr::get(builder.getContext(), memFlags.isVolatile,
                                 memFlags.atomic, memFlags.align,
                                 memFlags.fenceBefore, memFlags.fenceAfter,
                                 static_cast<vm::MemOrder>(memFlags.order));
  }
  /// Absent where all members have their defaults.
  vm::MemFlagsAttr flags(const vmir::MemFlags &memFlags) {
    return memFlags == vmir::MemFlags() ? vm::MemFlagsAttr()
                                        : explicitFlags(memFlags);
  }
  vm::OperandAttr operand(const vmir::Operand &source) {
    auto operands =
        llvm::map_to_vector(source.operands, [&](const vmir::Operand &nested) {
          return operand(nested);
        });
    StringRef op =
        source.kind == vmir::Operand::Binary
            ? StringRef(vmir::getBinaryOperatorNames()[source.op.kind])
            : "";
    return vm::OperandAttr::get(builder.getContext(), source.kind,
                                vmir::canonicalReg(source.reg), source.bits,
                                source.size, builder.getStringAttr(op),
                                source.op.custom, operands);
  }

  OpBuilder &builder;
  const vmir::Block &block;
  StringAttr file;
  Location loc;
};
} // namespace

/// The attributes of a vm.program that are not always there.
static void setOptionalAttributes(vm::ProgramOp op, OpBuilder &builder,
                                  const vmir::Program &program) {
  MLIRContext *context = builder.getContext();
  if (program.params) {
    auto params = llvm::map_to_vector(
        *program.params, [&](vmir::ParamType type) -> Attribute {
          return vm::ParamTypeAttr::get(context,
                                        static_cast<vm::ParamType>(type));
        });
    op.setParamsAttr(builder.getArrayAttr(params));
  }
  if (!program.zeroReg)
    op.setZeroReg(false);
  if (program.stackBytes)
    op.setStackBytes(program.stackBytes);
  if (program.sharedBytes)
    op.setSharedBytes(program.sharedBytes);
  if (program.segments.empty())
    return;
  auto segments = llvm::map_to_vector(
      program.segments, [&](const vmir::Segment &segment) -> Attribute {
        StringRef bytes(reinterpret_cast<const char *>(segment.bytes.data()),
                        segment.bytes.size());
        return vm::SegmentAttr::get(context, segment.addr, segment.writable,
                                    builder.getStringAttr(bytes));
      });
  op.setSegmentsAttr(builder.getArrayAttr(segments));
}

OwningOpRef<ModuleOp> vmjit::importProgram(MLIRContext &context,
                                           const vmir::Program &program) {
  OpBuilder builder(&context);
  Location loc = NameLoc::get(builder.getStringAttr(program.name));
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, loc);
  builder.setInsertionPointToEnd(module->getBody());
  auto op = vm::ProgramOp::create(
      builder, loc, builder.getStringAttr(program.name),
      builder.getI64IntegerAttr(static_cast<int64_t>(program.entry)),
      /*params=*/ArrayAttr(), builder.getBoolAttr(true),
      builder.getI64IntegerAttr(0), builder.getI64IntegerAttr(0),
      /*segments=*/ArrayAttr());
  setOptionalAttributes(op, builder, program);
  Block *body = builder.createBlock(&op.getBody());
  for (const vmir::Block &block : program.blocks) {
    builder.setInsertionPointToEnd(body);
    auto blockOp = vm::BlockOp::create(
        builder,
        vm::getGuestLocation(vm::getGuestFile(&context, block.startPc), 0),
        block.startPc);
    builder.createBlock(&blockOp.getBody());
    BlockImporter(builder, block).import();
  }
  return module;
}
