//===- Memory.cpp - Loads and stores ----------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Semantics.h"

using namespace vmjit;
using namespace vmjit::riscv;

static void loadSigned(const DecodedInstruction &in, BlockWriter &out,
                       uint8_t size) {
  RegId loaded = out.makeTemporary();
  out.append(ops::Load{loaded, in.rs1, in.imm, size, {}});
  out.signExtend(in.rd, loaded, 8 * size);
}

/// A load to x0 is made, too: it may fault.
static void loadUnsigned(const DecodedInstruction &in, BlockWriter &out,
                         uint8_t size) {
  out.append(ops::Load{in.rd, in.rs1, in.imm, size, {}});
}

static void store(const DecodedInstruction &in, BlockWriter &out,
                  uint8_t size) {
  out.append(ops::Store{in.rs2, in.rs1, in.imm, size, {}});
}

void semantics::LB(const DecodedInstruction &in, BlockWriter &out) {
  loadSigned(in, out, 1);
}

void semantics::LH(const DecodedInstruction &in, BlockWriter &out) {
  loadSigned(in, out, 2);
}

void semantics::LW(const DecodedInstruction &in, BlockWriter &out) {
  loadSigned(in, out, 4);
}

void semantics::LD(const DecodedInstruction &in, BlockWriter &out) {
  loadUnsigned(in, out, 8);
}

void semantics::LBU(const DecodedInstruction &in, BlockWriter &out) {
  loadUnsigned(in, out, 1);
}

void semantics::LHU(const DecodedInstruction &in, BlockWriter &out) {
  loadUnsigned(in, out, 2);
}

void semantics::LWU(const DecodedInstruction &in, BlockWriter &out) {
  loadUnsigned(in, out, 4);
}

void semantics::SB(const DecodedInstruction &in, BlockWriter &out) {
  store(in, out, 1);
}

void semantics::SH(const DecodedInstruction &in, BlockWriter &out) {
  store(in, out, 2);
}

void semantics::SW(const DecodedInstruction &in, BlockWriter &out) {
  store(in, out, 4);
}

void semantics::SD(const DecodedInstruction &in, BlockWriter &out) {
  store(in, out, 8);
}

void semantics::FLW(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Fload{in.rd, in.rs1, in.imm, 4});
}

void semantics::FLD(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Fload{in.rd, in.rs1, in.imm, 8});
}

void semantics::FSW(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Fstore{in.rs2, in.rs1, in.imm, 4});
}

void semantics::FSD(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Fstore{in.rs2, in.rs1, in.imm, 8});
}
