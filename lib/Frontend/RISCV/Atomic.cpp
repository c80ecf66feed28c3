//===- Atomic.cpp - Atomic memory operations --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Semantics.h"

using namespace vmjit;
using namespace vmjit::riscv;
using vmir::AtomicOp;
using vmir::MemFlags;
using vmir::MemOrder;

/// With both bits, an instruction is sequentially consistent.
static MemFlags getFlags(const DecodedInstruction &in) {
  MemFlags flags;
  flags.atomic = true;
  if (in.isAcquire && in.isRelease)
    flags.order = MemOrder::SeqCst;
  else if (in.isAcquire)
    flags.order = MemOrder::Acquire;
  else if (in.isRelease)
    flags.order = MemOrder::Release;
  return flags;
}

/// Where an instruction that reads \p size bytes puts them, before
/// finishRead extends them into rd.
static RegId beginRead(const DecodedInstruction &in, BlockWriter &out,
                       uint8_t size) {
  return size == 8 || in.rd == 0 ? in.rd : out.makeTemporary();
}

static void finishRead(const DecodedInstruction &in, BlockWriter &out,
                       RegId read) {
  if (read != in.rd)
    out.signExtend(in.rd, read, 32);
}

static void loadReserved(const DecodedInstruction &in, BlockWriter &out,
                         uint8_t size) {
  RegId read = beginRead(in, out, size);
  out.append(ops::AtomicLoadReserve{read, in.rs1, 0, size, getFlags(in)});
  finishRead(in, out, read);
}

static void storeConditional(const DecodedInstruction &in, BlockWriter &out,
                             uint8_t size) {
  out.append(
      ops::AtomicStoreCond{in.rs2, in.rs1, 0, size, in.rd, getFlags(in)});
}

static void modify(const DecodedInstruction &in, BlockWriter &out, AtomicOp op,
                   uint8_t size) {
  RegId read = beginRead(in, out, size);
  out.append(ops::AtomicRMWOrder{read, in.rs1, in.rs2, op, size, getFlags(in)});
  finishRead(in, out, read);
}

void semantics::LR_W(const DecodedInstruction &in, BlockWriter &out) {
  loadReserved(in, out, 4);
}

void semantics::LR_D(const DecodedInstruction &in, BlockWriter &out) {
  loadReserved(in, out, 8);
}

void semantics::SC_W(const DecodedInstruction &in, BlockWriter &out) {
  storeConditional(in, out, 4);
}

void semantics::SC_D(const DecodedInstruction &in, BlockWriter &out) {
  storeConditional(in, out, 8);
}

#define RISCV_MODIFY(Name, op)                                                 \
  void semantics::Name##_W(const DecodedInstruction &in, BlockWriter &out) {   \
    modify(in, out, AtomicOp::op, 4);                                          \
  }                                                                            \
  void semantics::Name##_D(const DecodedInstruction &in, BlockWriter &out) {   \
    modify(in, out, AtomicOp::op, 8);                                          \
  }
RISCV_MODIFY(AMOSWAP, Swap)
RISCV_MODIFY(AMOADD, Add)
RISCV_MODIFY(AMOXOR, Xor)
RISCV_MODIFY(AMOAND, And)
RISCV_MODIFY(AMOOR, Or)
RISCV_MODIFY(AMOMIN, MinS)
RISCV_MODIFY(AMOMAX, MaxS)
RISCV_MODIFY(AMOMINU, Minu)
RISCV_MODIFY(AMOMAXU, Maxu)
#undef RISCV_MODIFY
