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
#include <cstring>

using namespace llvm;
using namespace vmjit::vmir;

namespace {

/// Takes the encoding in pieces.
class HashSink {
public:
  void write(const uint8_t *bytes, size_t size) {
    hasher.update(ArrayRef(bytes, size));
  }
  ContentDigest getDigest() { return hasher.final(); }

private:
  SHA256 hasher;
};

/// The same. Most pieces are a few bytes, so that what each of them costs
/// matters.
class BufferSink {
public:
  explicit BufferSink(SmallVectorImpl<uint8_t> &buffer) : buffer(buffer) {
    buffer.resize_for_overwrite(buffer.capacity());
    place(0);
  }

  void write(const uint8_t *bytes, size_t size) {
    if (LLVM_UNLIKELY(size > static_cast<size_t>(end - cursor)))
      grow(size);
    std::memcpy(cursor, bytes, size);
    cursor += size;
  }
  /// Leaves what was written in the buffer, and nothing else.
  void finish() { buffer.truncate(cursor - buffer.begin()); }

private:
  void place(size_t used) {
    cursor = buffer.begin() + used;
    end = buffer.end();
  }
  void grow(size_t size) {
    size_t used = cursor - buffer.begin();
    buffer.resize_for_overwrite(std::max(used + size, 2 * buffer.size()));
    place(used);
  }

  SmallVectorImpl<uint8_t> &buffer;
  uint8_t *cursor = nullptr;
  uint8_t *end = nullptr;
};

/// Feeds the encoding that ContentHash.h describes to \p Sink.
template <class Sink> class Encoder {
public:
  explicit Encoder(Sink &sink) : sink(sink) {}

  template <std::unsigned_integral T> void add(T value) {
    uint8_t bytes[sizeof(T)];
    support::endian::write<T>(bytes, value, endianness::little);
    sink.write(bytes, sizeof(T));
  }
  void add(int64_t value) { add(uint64_t(value)); }
  void add(bool value) { add(uint8_t(value)); }
  void add(ArrayRef<uint8_t> bytes) {
    add(uint64_t(bytes.size()));
    if (!bytes.empty())
      sink.write(bytes.data(), bytes.size());
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

  /// Operands were left out that nest deeper than the verifier allows.
  bool isTooDeep() const { return tooDeep; }

private:
  Sink &sink;
  unsigned depth = 0;
  bool tooDeep = false;
};

template <class Sink> void Encoder<Sink>::add(const MemFlags &flags) {
  add(flags.isVolatile);
  add(flags.atomic);
  add(flags.align);
  add(flags.fenceBefore);
  add(flags.fenceAfter);
  add(flags.order);
}

template <class Sink> void Encoder<Sink>::add(const BinaryOperator &op) {
  add(uint8_t(op.kind));
  add(op.custom);
}

template <class Sink> void Encoder<Sink>::add(const Operand &operand) {
  add(uint8_t(operand.kind));
  add(operand.reg);
  add(operand.bits);
  add(operand.size);
  add(operand.op);
  add(uint64_t(operand.operands.size()));
  if (depth > kMaxOperandDepth) {
    tooDeep = true;
    return;
  }
  ++depth;
  for (const Operand &child : operand.operands)
    add(child);
  --depth;
}

template <class Sink> void Encoder<Sink>::add(const Segment &segment) {
  add(segment.addr);
  add(segment.writable);
  add(ArrayRef(segment.bytes));
}

template <class Sink> void Encoder<Sink>::add(const Block &block) {
  add(block.startPc);
  add(uint64_t(block.ops.size()));
  for (const Op &op : block.ops) {
    add(getOpInfo(op).number);
    std::visit([&](const auto &op) { forEachField(op, *this); }, op);
  }
  add(arrayRefFromStringRef(getTerminatorName(block.term)));
  std::visit([&](const auto &term) { forEachField(term, *this); }, block.term);
}

template <class Sink> void Encoder<Sink>::add(const Program &program) {
  ArrayRef<uint8_t> magic = arrayRefFromStringRef("vmjit.vmir");
  sink.write(magic.data(), magic.size());
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
  HashSink sink;
  Encoder(sink).add(program);
  return sink.getDigest();
}

bool vmjit::vmir::encodeContent(const Program &program,
                                SmallVectorImpl<uint8_t> &bytes) {
  BufferSink sink(bytes);
  Encoder encoder(sink);
  encoder.add(program);
  sink.finish();
  return !encoder.isTooDeep();
}

std::string vmjit::vmir::toHex(const ContentDigest &digest) {
  return llvm::toHex(digest, /*LowerCase=*/true);
}
