//===- Control.cpp - Jumps, branches and the environment --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Semantics.h"

using namespace vmjit;
using namespace vmjit::riscv;
using vmir::MemOrder;

//===----------------------------------------------------------------------===//
// Jumps and branches
//===----------------------------------------------------------------------===//

static void keepReturnAddress(const DecodedInstruction &in, BlockWriter &out) {
  if (in.rd != 0)
    out.append(ops::MovImm{in.rd, in.getNextPc()});
}

void semantics::JAL(const DecodedInstruction &in, BlockWriter &out) {
  keepReturnAddress(in, out);
  out.end(terms::Jmp{in.pc + uint64_t(in.imm)});
}

/// rd may be rs1, which is read first.
void semantics::JALR(const DecodedInstruction &in, BlockWriter &out) {
  RegId target = in.rs1;
  if (in.imm != 0) {
    target = out.makeTemporary();
    out.append(ops::AddImm{target, in.rs1, in.imm});
  }
  RegId even = out.makeTemporary();
  out.append(ops::And{even, target, out.makeConstant(~uint64_t(1))});
  keepReturnAddress(in, out);
  out.end(terms::JmpReg{even, 0});
}

/// Ends the block in a jump that depends on a comparison.
template <class OpT>
static void branch(const DecodedInstruction &in, BlockWriter &out) {
  RegId condition = out.makeTemporary();
  out.append(OpT{condition, in.rs1, in.rs2});
  out.end(terms::CondJmp{condition, in.pc + uint64_t(in.imm), in.getNextPc()});
}

void semantics::BEQ(const DecodedInstruction &in, BlockWriter &out) {
  branch<ops::CmpEq>(in, out);
}

void semantics::BNE(const DecodedInstruction &in, BlockWriter &out) {
  branch<ops::CmpNe>(in, out);
}

void semantics::BLT(const DecodedInstruction &in, BlockWriter &out) {
  branch<ops::CmpLt>(in, out);
}

void semantics::BGE(const DecodedInstruction &in, BlockWriter &out) {
  branch<ops::CmpGe>(in, out);
}

void semantics::BLTU(const DecodedInstruction &in, BlockWriter &out) {
  branch<ops::CmpLtU>(in, out);
}

void semantics::BGEU(const DecodedInstruction &in, BlockWriter &out) {
  branch<ops::CmpGeU>(in, out);
}

//===----------------------------------------------------------------------===//
// Fences
//===----------------------------------------------------------------------===//

static void fence(BlockWriter &out, MemOrder order) {
  out.append(ops::Fence{order, "system"});
}

/// Only SeqCst orders writes before reads. An acquire fence orders reads before
/// everything, a release fence everything before writes.
void semantics::FENCE(const DecodedInstruction &in, BlockWriter &out) {
  constexpr uint8_t writes = kFenceWrite | kFenceOutput;
  constexpr uint8_t reads = kFenceRead | kFenceInput;
  if (in.predecessors == 0 || in.successors == 0)
    out.append(ops::Nop{});
  else if (in.predecessors & writes && in.successors & reads)
    fence(out, MemOrder::SeqCst);
  else if (!(in.predecessors & writes))
    fence(out, MemOrder::Acquire);
  else
    fence(out, MemOrder::Release);
}

void semantics::FENCE_TSO(const DecodedInstruction &in, BlockWriter &out) {
  fence(out, MemOrder::AcqRel);
}

/// Code is lifted before it runs: what a program writes over it is not seen.
void semantics::FENCE_I(const DecodedInstruction &in, BlockWriter &out) {
  fence(out, MemOrder::SeqCst);
}

//===----------------------------------------------------------------------===//
// The environment
//===----------------------------------------------------------------------===//

void semantics::ECALL(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::SysCall{});
  out.end(terms::Jmp{in.getNextPc()});
}

void semantics::EBREAK(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::DebugBreak{});
  out.end(terms::Jmp{in.getNextPc()});
}
