//===- Handlers.h - What each op does ---------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One handler for each op and terminator, defined in one file for each family.
// A handler that returns nothing is of an op that cannot fail and does not
// touch control flow. Operands of integer registers are slots of the machine.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_INTERPRETER_HANDLERS_H
#define VMJIT_LIB_INTERPRETER_HANDLERS_H

#include "Machine.h"
#include "vmjit/VMIR/GPUCsrs.h"
#include "vmjit/VMIR/Program.h"

#include <optional>

namespace vmjit::interpreter {

namespace ops = vmir::ops;
namespace terms = vmir::terms;

// Integer.cpp
void execute(const ops::Nop &op, Machine &machine);
void execute(const ops::Add &op, Machine &machine);
void execute(const ops::Sub &op, Machine &machine);
void execute(const ops::Mul &op, Machine &machine);
void execute(const ops::Div &op, Machine &machine);
void execute(const ops::Rem &op, Machine &machine);
void execute(const ops::And &op, Machine &machine);
void execute(const ops::Or &op, Machine &machine);
void execute(const ops::Xor &op, Machine &machine);
void execute(const ops::Not &op, Machine &machine);
void execute(const ops::AddImm &op, Machine &machine);
void execute(const ops::MulImm &op, Machine &machine);
void execute(const ops::Mov &op, Machine &machine);
void execute(const ops::MovImm &op, Machine &machine);
void execute(const ops::MulHigh &op, Machine &machine);
void execute(const ops::SignExtend &op, Machine &machine);

// Shift.cpp
void execute(const ops::Sll &op, Machine &machine);
void execute(const ops::Srl &op, Machine &machine);
void execute(const ops::Sra &op, Machine &machine);
void execute(const ops::SllImm &op, Machine &machine);
void execute(const ops::SrlImm &op, Machine &machine);
void execute(const ops::SraImm &op, Machine &machine);

// Compare.cpp
void execute(const ops::CmpEq &op, Machine &machine);
void execute(const ops::CmpNe &op, Machine &machine);
void execute(const ops::CmpLt &op, Machine &machine);
void execute(const ops::CmpLtU &op, Machine &machine);
void execute(const ops::CmpGe &op, Machine &machine);
void execute(const ops::CmpGeU &op, Machine &machine);
void execute(const ops::Select &op, Machine &machine);

// Memory.cpp
Outcome execute(const ops::Load &op, Machine &machine);
Outcome execute(const ops::Store &op, Machine &machine);
Outcome execute(const ops::Fload &op, Machine &machine);
Outcome execute(const ops::Fstore &op, Machine &machine);

// FloatArith.cpp
void execute(const ops::Fadd &op, Machine &machine);
void execute(const ops::Fsub &op, Machine &machine);
void execute(const ops::Fmul &op, Machine &machine);
void execute(const ops::Fdiv &op, Machine &machine);
void execute(const ops::Fsqrt &op, Machine &machine);
void execute(const ops::Fmin &op, Machine &machine);
void execute(const ops::Fmax &op, Machine &machine);
void execute(const ops::FaddS &op, Machine &machine);
void execute(const ops::FsubS &op, Machine &machine);
void execute(const ops::FmulS &op, Machine &machine);
void execute(const ops::FdivS &op, Machine &machine);
void execute(const ops::FsqrtS &op, Machine &machine);
void execute(const ops::FminS &op, Machine &machine);
void execute(const ops::FmaxS &op, Machine &machine);
void execute(const ops::Fmadd &op, Machine &machine);
void execute(const ops::Fmsub &op, Machine &machine);
void execute(const ops::Fnmadd &op, Machine &machine);
void execute(const ops::Fnmsub &op, Machine &machine);
void execute(const ops::FmaddS &op, Machine &machine);
void execute(const ops::FmsubS &op, Machine &machine);
void execute(const ops::FnmaddS &op, Machine &machine);
void execute(const ops::FnmsubS &op, Machine &machine);

// FloatCompare.cpp
void execute(const ops::Feq &op, Machine &machine);
void execute(const ops::Flt &op, Machine &machine);
void execute(const ops::Fle &op, Machine &machine);
void execute(const ops::FeqS &op, Machine &machine);
void execute(const ops::FltS &op, Machine &machine);
void execute(const ops::FleS &op, Machine &machine);

// FloatConvert.cpp
void execute(const ops::Fcvtws &op, Machine &machine);
void execute(const ops::Fcvtwus &op, Machine &machine);
void execute(const ops::Fcvtls &op, Machine &machine);
void execute(const ops::Fcvtlus &op, Machine &machine);
void execute(const ops::Fcvtsw &op, Machine &machine);
void execute(const ops::Fcvtswu &op, Machine &machine);
void execute(const ops::Fcvtsl &op, Machine &machine);
void execute(const ops::Fcvtslu &op, Machine &machine);
void execute(const ops::Fcvtwd &op, Machine &machine);
void execute(const ops::Fcvtwud &op, Machine &machine);
void execute(const ops::Fcvtld &op, Machine &machine);
void execute(const ops::Fcvtlud &op, Machine &machine);
void execute(const ops::Fcvtdw &op, Machine &machine);
void execute(const ops::Fcvtdwu &op, Machine &machine);
void execute(const ops::Fcvtdl &op, Machine &machine);
void execute(const ops::Fcvtdlu &op, Machine &machine);
void execute(const ops::Fcvtsd &op, Machine &machine);
void execute(const ops::Fcvtds &op, Machine &machine);

// FloatBits.cpp
void execute(const ops::Fsgnj &op, Machine &machine);
void execute(const ops::Fsgnjn &op, Machine &machine);
void execute(const ops::Fsgnjx &op, Machine &machine);
void execute(const ops::FsgnjS &op, Machine &machine);
void execute(const ops::FsgnjnS &op, Machine &machine);
void execute(const ops::FsgnjxS &op, Machine &machine);
void execute(const ops::Fclass &op, Machine &machine);
void execute(const ops::FclassS &op, Machine &machine);
void execute(const ops::FmvXW &op, Machine &machine);
void execute(const ops::FmvWX &op, Machine &machine);
void execute(const ops::FmvXD &op, Machine &machine);
void execute(const ops::FmvDX &op, Machine &machine);
void execute(const ops::Fabs &op, Machine &machine);
void execute(const ops::Fneg &op, Machine &machine);
void execute(const ops::FabsS &op, Machine &machine);
void execute(const ops::FnegS &op, Machine &machine);

// Gpu.cpp
Outcome execute(const ops::GpuThreadId &op, Machine &machine);
Outcome execute(const ops::GpuBlockId &op, Machine &machine);
Outcome execute(const ops::GpuBlockDim &op, Machine &machine);
Outcome execute(const ops::GpuGridDim &op, Machine &machine);
Outcome execute(const ops::GpuGlobalId &op, Machine &machine);
void execute(const ops::GpuLaneId &op, Machine &machine);
Outcome execute(const ops::GpuBarrier &op, Machine &machine);
void execute(const ops::GpuSharedBase &op, Machine &machine);
void execute(const ops::Fence &op, Machine &machine);
/// What reading \p csr gives at \p position.
uint64_t readGPUCsr(vmir::GPUCsr csr, const GridPosition &position);

// Atomic.cpp
Outcome execute(const ops::AtomicRMW &op, Machine &machine);
Outcome execute(const ops::AtomicRMWOrder &op, Machine &machine);
Outcome execute(const ops::AtomicCmpXchg &op, Machine &machine);
Outcome execute(const ops::AtomicCmpXchgOrder &op, Machine &machine);
Outcome execute(const ops::AtomicLoadReserve &op, Machine &machine);
Outcome execute(const ops::AtomicStoreCond &op, Machine &machine);
Outcome execute(const ops::AtomicCmpXchgFlag &op, Machine &machine);
Outcome execute(const ops::AtomicRmwFlag &op, Machine &machine);
Outcome execute(const ops::Atomic &op, Machine &machine);

// Vector.cpp
Outcome execute(const ops::VecAdd &op, Machine &machine);
Outcome execute(const ops::VecSub &op, Machine &machine);
Outcome execute(const ops::VecMul &op, Machine &machine);
Outcome execute(const ops::VecAddSat &op, Machine &machine);
Outcome execute(const ops::VecSubSat &op, Machine &machine);
Outcome execute(const ops::VecMulSat &op, Machine &machine);
void execute(const ops::VecAnd &op, Machine &machine);
void execute(const ops::VecOr &op, Machine &machine);
void execute(const ops::VecXor &op, Machine &machine);
void execute(const ops::VecNot &op, Machine &machine);
Outcome execute(const ops::VecShl &op, Machine &machine);
Outcome execute(const ops::VecSrl &op, Machine &machine);
Outcome execute(const ops::VecSra &op, Machine &machine);
Outcome execute(const ops::VecShlImm &op, Machine &machine);
Outcome execute(const ops::VecSrlImm &op, Machine &machine);
Outcome execute(const ops::VecSraImm &op, Machine &machine);
Outcome execute(const ops::Vec128Add &op, Machine &machine);
Outcome execute(const ops::Vec256Add &op, Machine &machine);
Outcome execute(const ops::Vec256Sub &op, Machine &machine);
Outcome execute(const ops::Vec256Mul &op, Machine &machine);
Outcome execute(const ops::Broadcast &op, Machine &machine);

// SideExit.cpp
Outcome execute(const ops::Beq &op, Machine &machine);
Outcome execute(const ops::Bne &op, Machine &machine);
Outcome execute(const ops::Blt &op, Machine &machine);
Outcome execute(const ops::Bge &op, Machine &machine);
Outcome execute(const ops::Bltu &op, Machine &machine);
Outcome execute(const ops::Bgeu &op, Machine &machine);

// Csr.cpp
void execute(const ops::CsrRead &op, Machine &machine);
Outcome execute(const ops::CsrWrite &op, Machine &machine);
Outcome execute(const ops::CsrSet &op, Machine &machine);
Outcome execute(const ops::CsrClear &op, Machine &machine);
Outcome execute(const ops::CsrWriteImm &op, Machine &machine);
Outcome execute(const ops::CsrSetImm &op, Machine &machine);
Outcome execute(const ops::CsrClearImm &op, Machine &machine);
/// A CSR of the hart, or what it shows of fcsr.
uint64_t readCsr(uint16_t csr, Machine &machine);
void writeCsr(uint16_t csr, uint64_t value, Machine &machine);

// Fenv.cpp
Outcome execute(const ops::FenvArith &op, Machine &machine);
Outcome execute(const ops::FenvCompare &op, Machine &machine);
Outcome execute(const ops::FenvToInt &op, Machine &machine);
Outcome execute(const ops::FenvFromInt &op, Machine &machine);

// System.cpp
Outcome execute(const ops::SysCall &op, Machine &machine);
Outcome execute(const ops::DebugBreak &op, Machine &machine);
void execute(const ops::Cpuid &op, Machine &machine);
void execute(const ops::TlbFlush &op, Machine &machine);
Outcome execute(const ops::SysMret &op, Machine &machine);
Outcome execute(const ops::SysSret &op, Machine &machine);
void execute(const ops::SysWfi &op, Machine &machine);

// Pstate.cpp
void execute(const ops::ReadPstateFlags &op, Machine &machine);
void execute(const ops::WritePstateFlags &op, Machine &machine);
void execute(const ops::EvalCondition &op, Machine &machine);

// Vendor.cpp
Outcome execute(const ops::VendorLoad &op, Machine &machine);
Outcome execute(const ops::VendorStore &op, Machine &machine);
Outcome execute(const ops::VendorMatrixOp &op, Machine &machine);
Outcome execute(const ops::VendorConfig &op, Machine &machine);
Outcome execute(const ops::VendorVectorOp &op, Machine &machine);

// Operand.cpp
Outcome execute(const ops::Branch &op, Machine &machine);
Outcome execute(const ops::CondBranch &op, Machine &machine);
Outcome execute(const ops::BinaryOp &op, Machine &machine);
Outcome execute(const ops::LoadExt &op, Machine &machine);
Outcome execute(const ops::StoreExt &op, Machine &machine);

// ControlFlow.cpp: the address that control is transferred to, or nothing where
// the hart ends.
std::optional<vmir::GuestAddr> execute(const terms::Ret &term,
                                       Machine &machine);
std::optional<vmir::GuestAddr> execute(const terms::Jmp &term,
                                       Machine &machine);
std::optional<vmir::GuestAddr> execute(const terms::JmpReg &term,
                                       Machine &machine);
std::optional<vmir::GuestAddr> execute(const terms::CondJmp &term,
                                       Machine &machine);
std::optional<vmir::GuestAddr> execute(const terms::Call &term,
                                       Machine &machine);
std::optional<vmir::GuestAddr> execute(const terms::Fault &term,
                                       Machine &machine);
std::optional<vmir::GuestAddr> execute(const terms::Interrupt &term,
                                       Machine &machine);

} // namespace vmjit::interpreter

#endif // VMJIT_LIB_INTERPRETER_HANDLERS_H
