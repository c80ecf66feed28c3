//===- BlockWriter.cpp - Writing the ops of an instruction ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockWriter.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

RegId BlockWriter::makeConstant(uint64_t value) {
  RegId result = makeTemporary();
  append(ops::MovImm{result, value});
  return result;
}

void BlockWriter::signExtend(RegId dst, RegId src, unsigned bits) {
  append(ops::SignExtend{dst, src, uint8_t(bits)});
}

void BlockWriter::zeroExtend(RegId dst, RegId src, unsigned bits) {
  uint8_t amount = uint8_t(64 - bits);
  RegId shifted = makeTemporary();
  append(ops::SllImm{shifted, src, amount});
  append(ops::SrlImm{dst, shifted, amount});
}

RegId BlockWriter::makeSignExtended(RegId src, unsigned bits) {
  RegId result = makeTemporary();
  signExtend(result, src, bits);
  return result;
}

RegId BlockWriter::makeZeroExtended(RegId src, unsigned bits) {
  RegId result = makeTemporary();
  zeroExtend(result, src, bits);
  return result;
}

void BlockWriter::appendUnsupported(StringRef text) {
  append(ops::VendorConfig{"riscv", 0, text.str()});
}
