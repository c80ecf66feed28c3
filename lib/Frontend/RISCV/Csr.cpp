//===- Csr.cpp - Control and status registers -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With rd = x0 csrrw does not read, with rs1 = x0 (or 0) csrrs and csrrc do not
// write. An immediate goes through a register: only CsrWrite is a barrier.
//
// The counters cycle, time and instret are storage like others, but a read adds
// one. They say the same on every engine in this way, and a loop that waits for
// one to advance, or divides by how far it did, gets on.
//
//===----------------------------------------------------------------------===//

#include "ControlFlow.h"
#include "Semantics.h"

using namespace vmjit;
using namespace vmjit::riscv;

static bool isCounter(uint16_t csr) { return csr >= 0xC00 && csr <= 0xC02; }

/// Reads the CSR, has \p write write it, and gives rd the old value: rd may be
/// what is written.
template <class Write>
static void readAndWrite(const DecodedInstruction &in, BlockWriter &out,
                         Write write) {
  bool reads = in.rd != 0;
  bool writes = writesCsr(in);
  RegId old = reads && writes ? out.makeTemporary() : in.rd;
  if (reads)
    out.append(ops::CsrRead{old, in.csr});
  if (reads && isCounter(in.csr)) {
    RegId next = out.makeTemporary();
    out.append(ops::AddImm{next, old, 1});
    out.append(ops::CsrWrite{in.csr, next});
  }
  if (writes)
    write();
  if (reads && writes)
    out.append(ops::Mov{in.rd, old});
  if (!reads && !writes)
    out.append(ops::Nop{});
}

void semantics::CSRRW(const DecodedInstruction &in, BlockWriter &out) {
  readAndWrite(in, out, [&] { out.append(ops::CsrWrite{in.csr, in.rs1}); });
}

void semantics::CSRRS(const DecodedInstruction &in, BlockWriter &out) {
  readAndWrite(in, out, [&] { out.append(ops::CsrSet{in.csr, in.rs1}); });
}

void semantics::CSRRC(const DecodedInstruction &in, BlockWriter &out) {
  readAndWrite(in, out, [&] { out.append(ops::CsrClear{in.csr, in.rs1}); });
}

void semantics::CSRRWI(const DecodedInstruction &in, BlockWriter &out) {
  readAndWrite(in, out, [&] {
    out.append(ops::CsrWrite{in.csr, out.makeConstant(uint64_t(in.imm))});
  });
}

void semantics::CSRRSI(const DecodedInstruction &in, BlockWriter &out) {
  readAndWrite(in, out, [&] {
    out.append(ops::CsrSet{in.csr, out.makeConstant(uint64_t(in.imm))});
  });
}

void semantics::CSRRCI(const DecodedInstruction &in, BlockWriter &out) {
  readAndWrite(in, out, [&] {
    out.append(ops::CsrClear{in.csr, out.makeConstant(uint64_t(in.imm))});
  });
}

RegId semantics::makeWrittenValue(const DecodedInstruction &in,
                                  BlockWriter &out) {
  auto isEither = [&](Operation withRegister, Operation withImmediate) {
    return *in.operation == withRegister || *in.operation == withImmediate;
  };
  // The other of the two is 0.
  RegId bits = in.rs1 != 0 ? RegId(in.rs1) : out.makeConstant(uint64_t(in.imm));
  if (isEither(Operation::CSRRW, Operation::CSRRWI))
    return bits;
  RegId value = out.makeTemporary();
  RegId old = out.makeTemporary();
  out.append(ops::CsrRead{old, in.csr});
  if (isEither(Operation::CSRRS, Operation::CSRRSI)) {
    out.append(ops::Or{value, old, bits});
  } else {
    out.append(ops::Not{value, bits});
    out.append(ops::And{value, old, value});
  }
  return value;
}
