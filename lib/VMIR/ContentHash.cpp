//===- ContentHash.cpp - The identity of a program's content ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/ContentHash.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"

#include <concepts>
#include <cstring>

using namespace llvm;
using namespace vmjit::vmir;

namespace {

/// The most that an Encoder asks a sink for at once, but for sequences of any
/// length.
constexpr size_t kMaxReservedBytes = 256;

/// Takes the encoding in pieces.
class HashSink {
public:
  /// A place for \p size bytes, which count once they are committed.
  uint8_t *reserve(size_t size) {
    if (size > static_cast<size_t>(buffer.end() - cursor))
      flush();
    return cursor;
  }
  /// Takes what was written to the last place, up to \p written.
  void commit(uint8_t *written) { cursor = written; }
  void write(ArrayRef<uint8_t> bytes) {
    if (bytes.size() > buffer.size()) {
      flush();
      hasher.update(bytes);
      return;
    }
    uint8_t *place = reserve(bytes.size());
    std::memcpy(place, bytes.data(), bytes.size());
    commit(place + bytes.size());
  }
  ContentDigest getDigest() {
    flush();
    return hasher.final();
  }

private:
  void flush() {
    hasher.update(ArrayRef(buffer.data(), cursor));
    cursor = buffer.data();
  }

  BLAKE3 hasher;
  std::array<uint8_t, 16 * kMaxReservedBytes> buffer;
  uint8_t *cursor = buffer.data();
};

/// The same, and keeps all of it.
class BufferSink {
public:
  explicit BufferSink(SmallVectorImpl<uint8_t> &buffer) : buffer(buffer) {
    buffer.resize_for_overwrite(buffer.capacity());
    place(0);
  }

  uint8_t *reserve(size_t size) {
    if (LLVM_UNLIKELY(size > static_cast<size_t>(end - cursor)))
      grow(size);
    return cursor;
  }
  void commit(uint8_t *written) { cursor = written; }
  void write(ArrayRef<uint8_t> bytes) {
    uint8_t *place = reserve(bytes.size());
    std::memcpy(place, bytes.data(), bytes.size());
    commit(place + bytes.size());
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

/// Writes values that take no more room encoded than they do in memory, to a
/// place that has it. Most ops are made of these, so that what each of them
/// costs matters: a writer is a local variable, whose cursor stays in a
/// register.
class FieldWriter {
public:
  explicit FieldWriter(uint8_t *place) : cursor(place) {}

  uint8_t *getEnd() const { return cursor; }

  template <std::unsigned_integral T> void add(T value) {
    support::endian::write<T>(cursor, value, endianness::little);
    cursor += sizeof(T);
  }
  void add(int64_t value) { add(uint64_t(value)); }
  void add(bool value) { add(uint8_t(value)); }
  void add(const std::optional<GuestAddr> &address) {
    add(address.has_value());
    if (address)
      add(*address);
  }
  void add(MemOrder order) { add(uint8_t(order)); }
  void add(AtomicOp op) { add(uint8_t(op)); }
  void add(const MemFlags &flags) {
    add(flags.isVolatile);
    add(flags.atomic);
    add(flags.align);
    add(flags.fenceBefore);
    add(flags.fenceAfter);
    add(flags.order);
  }
  void add(const BinaryOperator &op) {
    add(uint8_t(op.kind));
    add(op.custom);
  }

  /// The visitor of forEachField.
  template <class Tag>
  void operator()(Tag, const char *, const typename Tag::Type &member) {
    add(member);
  }

private:
  uint8_t *cursor;
};

/// What a FieldWriter writes.
template <class T>
concept Bounded =
    requires(FieldWriter &writer, const T &value) { writer.add(value); };

/// What the table says of an op or terminator: its number, and whether all of
/// its fields are bounded.
template <class OpT> constexpr uint16_t kOpNumber = 0;
template <class OpT> constexpr bool hasBoundedFields = false;
#define VMIR_FIELD(Kind, member, json) &&Bounded<field::Kind::Type>
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  template <> constexpr uint16_t kOpNumber<ops::Name> = Number;                \
  template <> constexpr bool hasBoundedFields<ops::Name> = true Fields;
#define VMIR_TERMINATOR(Name, Fields)                                          \
  template <> constexpr bool hasBoundedFields<terms::Name> = true Fields;
#include "vmjit/VMIR/Opcodes.def"
#undef VMIR_FIELD

/// Feeds the encoding that ContentHash.h describes to \p Sink.
template <class Sink> class Encoder {
public:
  explicit Encoder(Sink &sink) : sink(sink) {}

  template <Bounded... T> void add(const T &...values) {
    static_assert((sizeof(T) + ...) <= kMaxReservedBytes);
    FieldWriter writer(sink.reserve((sizeof(T) + ...)));
    (writer.add(values), ...);
    sink.commit(writer.getEnd());
  }
  void add(ArrayRef<uint8_t> bytes) {
    add(uint64_t(bytes.size()));
    if (!bytes.empty())
      sink.write(bytes);
  }
  void add(const std::string &text) { add(arrayRefFromStringRef(text)); }
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
  template <class OpT> void addFields(const OpT &op);

  Sink &sink;
  unsigned depth = 0;
  bool tooDeep = false;
};

/// The number of \p op, an op or terminator, if it has one, and its fields.
template <class Sink>
template <class OpT>
void Encoder<Sink>::addFields(const OpT &op) {
  constexpr uint16_t number = kOpNumber<OpT>;
  if constexpr (hasBoundedFields<OpT>) {
    constexpr size_t size = sizeof(number) + sizeof(OpT);
    static_assert(size <= kMaxReservedBytes);
    FieldWriter writer(sink.reserve(size));
    if constexpr (number != 0)
      writer.add(number);
    forEachField(op, writer);
    sink.commit(writer.getEnd());
  } else {
    if constexpr (number != 0)
      add(number);
    forEachField(op, *this);
  }
}

template <class Sink> void Encoder<Sink>::add(const Operand &operand) {
  add(uint8_t(operand.kind), operand.reg, operand.bits, operand.size,
      operand.op, uint64_t(operand.operands.size()));
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
  add(segment.addr, segment.writable);
  add(ArrayRef(segment.bytes));
}

template <class Sink> void Encoder<Sink>::add(const Block &block) {
  add(block.startPc, block.isInner, uint64_t(block.ops.size()));
  for (const Op &op : block.ops)
    std::visit([&](const auto &op) { addFields(op); }, op);
  add(arrayRefFromStringRef(getTerminatorName(block.term)));
  std::visit([&](const auto &term) { addFields(term); }, block.term);
}

template <class Sink> void Encoder<Sink>::add(const Program &program) {
  sink.write(arrayRefFromStringRef("vmjit.vmir"));
  add(kContentHashVersion);
  add(program.name);
  add(program.entry, program.zeroReg, program.params.has_value());
  if (program.params) {
    add(uint64_t(program.params->size()));
    for (ParamType type : *program.params)
      add(uint8_t(type));
  }
  add(program.stackBytes, program.sharedBytes,
      uint64_t(program.segments.size()));
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
