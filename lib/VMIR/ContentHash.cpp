//===- ContentHash.cpp - The identity of a program's content ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/ContentHash.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/SHA256.h"

#include <concepts>

using namespace llvm;
using namespace vmjit::vmir;

namespace {

/// Feeds the encoding that ContentHash.h describes to SHA-256.
class Encoder {
public:
  template <std::unsigned_integral T> void add(T value) {
    uint8_t bytes[sizeof(T)];
    support::endian::write<T>(bytes, value, endianness::little);
    hasher.update(bytes);
  }
  void add(int64_t value) { add(uint64_t(value)); }
  void add(bool value) { add(uint8_t(value)); }
  void add(ArrayRef<uint8_t> bytes) {
    add(uint64_t(bytes.size()));
    hasher.update(bytes);
  }
  void add(const std::string &text) { add(arrayRefFromStringRef(text)); }
  void add(const std::optional<GuestAddr> &address) {
    add(address.has_value());
    if (address)
      add(*address);
  }
  void add(MemOrder order) { add(uint8_t(order)); }
  void add(AtomicOp op) { add(uint8_t(op)); }
  void add(const MemFlags &flags);
  void add(const BinaryOperator &op);
  void add(const Operand &operand);
  void add(const Segment &segment);
  void add(const Block &block);
  void add(const Program &program);

  /// The visitor of forEachField.
  template <class Tag>
  void operator()(Tag, const char *, const typename Tag::Type &member) {
    add(member);
  }

  ContentDigest getDigest() { return hasher.final(); }

private:
  SHA256 hasher;
};

void Encoder::add(const MemFlags &flags) {
  add(flags.isVolatile);
  add(flags.atomic);
  add(flags.align);
  add(flags.fenceBefore);
  add(flags.fenceAfter);
  add(flags.order);
}

void Encoder::add(const BinaryOperator &op) {
  add(uint8_t(op.kind));
  add(op.custom);
}

void Encoder::add(const Operand &operand) {
  add(uint8_t(operand.kind));
  add(operand.reg);
  add(operand.bits);
  add(operand.size);
  add(operand.op);
  add(uint64_t(operand.operands.size()));
  for (const Operand &child : operand.operands)
    add(child);
}

void Encoder::add(const Segment &segment) {
  add(segment.addr);
  add(segment.writable);
  add(ArrayRef(segment.bytes));
}

void Encoder::add(const Block &block) {
  add(block.startPc);
  add(uint64_t(block.ops.size()));
  for (const Op &op : block.ops) {
    add(getOpInfo(op).number);
    std::visit([&](const auto &op) { forEachField(op, *this); }, op);
  }
  add(arrayRefFromStringRef(getTerminatorName(block.term)));
  std::visit([&](const auto &term) { forEachField(term, *this); }, block.term);
}

void Encoder::add(const Program &program) {
  hasher.update("vmjit.vmir");
  add(kContentHashVersion);
  add(program.name);
  add(program.entry);
  add(program.zeroReg);
  add(program.params.has_value());
  if (program.params) {
    add(uint64_t(program.params->size()));
    for (ParamType type : *program.params)
      add(uint8_t(type));
  }
  add(program.stackBytes);
  add(program.sharedBytes);
  add(uint64_t(program.segments.size()));
  for (const Segment &segment : program.segments)
    add(segment);
  add(uint64_t(program.blocks.size()));
  for (const Block &block : program.blocks)
    add(block);
}

} // namespace

ContentDigest vmjit::vmir::contentHash(const Program &program) {
  Encoder encoder;
  encoder.add(program);
  return encoder.getDigest();
}

std::string vmjit::vmir::toHex(const ContentDigest &digest) {
  return llvm::toHex(digest, /*LowerCase=*/true);
}
