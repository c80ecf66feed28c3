//===- BlockReader.cpp - Reading blocks from JSON ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockReader.h"

#include "vmjit/VMIR/FieldNames.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;
using namespace vmjit::vmir;

namespace {

/// A value in serde's external tagging: a bare string for a variant without
/// content, else an object with the variant's name as its only key.
struct TaggedValue {
  StringRef tag;
  std::optional<JSONValue> content;
};

/// Reads the kinds of values that fields of ops have.
class FieldReader {
public:
  explicit FieldReader(JSONReader &reader) : reader(reader) {}

  template <std::unsigned_integral T>
  bool read(JSONValue value, const JSONPath &path, T &result) {
    return reader.read(value, path, result);
  }
  bool read(JSONValue value, const JSONPath &path, int64_t &result) {
    return reader.read(value, path, result);
  }
  bool read(JSONValue value, const JSONPath &path, bool &result) {
    return reader.read(value, path, result);
  }
  bool read(JSONValue value, const JSONPath &path, std::string &result) {
    return reader.read(value, path, result);
  }
  bool read(JSONValue value, const JSONPath &path,
            std::optional<GuestAddr> &result);
  bool read(JSONValue value, const JSONPath &path, MemOrder &result);
  bool read(JSONValue value, const JSONPath &path, AtomicOp &result);
  bool read(JSONValue value, const JSONPath &path, MemFlags &result);
  bool read(JSONValue value, const JSONPath &path, BinaryOperator &result);
  bool read(JSONValue value, const JSONPath &path, Operand &result) {
    return readOperand(value, path, result, 1);
  }

  std::optional<TaggedValue> readTag(JSONValue value, const JSONPath &path,
                                     StringRef what);
  /// Fails unless \p tagged has content exactly if \p wanted.
  bool checkContent(const TaggedValue &tagged, const JSONPath &path,
                    bool wanted);

  JSONReader &reader;

private:
  bool readOperand(JSONValue value, const JSONPath &path, Operand &result,
                   unsigned depth);
  bool readMemoryOperand(JSONValue value, const JSONPath &path,
                         Operand &result);
  bool readBinaryOperand(JSONValue value, const JSONPath &path, Operand &result,
                         unsigned depth);
  template <class Enum>
  bool readEnum(JSONValue value, const JSONPath &path, StringRef what,
                ArrayRef<StringLiteral> names, Enum &result);
};

//===----------------------------------------------------------------------===//
// Enumerations, flags and tags
//===----------------------------------------------------------------------===//

std::optional<TaggedValue>
FieldReader::readTag(JSONValue value, const JSONPath &path, StringRef what) {
  if (value.getKind() == JSONKind::String)
    return TaggedValue{value.getText(), std::nullopt};
  if (value.getKind() != JSONKind::Object) {
    reader.fail(path, "expected " + what + ", found " + value.describe());
    return std::nullopt;
  }
  if (value.size() != 1) {
    reader.fail(path, "expected " + what +
                          " as an object with one key, found " +
                          Twine(value.size()) + " keys");
    return std::nullopt;
  }
  return TaggedValue{value.front().getKey(), value.front()};
}

bool FieldReader::checkContent(const TaggedValue &tagged, const JSONPath &path,
                               bool wanted) {
  if (wanted == tagged.content.has_value())
    return true;
  if (wanted)
    return reader.fail(path, tagged.tag + " needs its fields");
  return reader.fail(path,
                     tagged.tag + " has no fields and is written as a string");
}

template <class Enum>
bool FieldReader::readEnum(JSONValue value, const JSONPath &path,
                           StringRef what, ArrayRef<StringLiteral> names,
                           Enum &result) {
  if (!reader.expect(value, path, JSONKind::String, what))
    return false;
  std::optional<uint8_t> found = findName(names, value.getText());
  if (!found)
    return reader.fail(path,
                       quoteForMessage(value.getText()) + " is not " + what);
  result = Enum(*found);
  return true;
}

bool FieldReader::read(JSONValue value, const JSONPath &path,
                       std::optional<GuestAddr> &result) {
  if (value.getKind() == JSONKind::Null) {
    result.reset();
    return true;
  }
  return reader.read(value, path, result.emplace());
}

bool FieldReader::read(JSONValue value, const JSONPath &path,
                       MemOrder &result) {
  return readEnum(value, path, "a memory order", getMemOrderNames(), result);
}

bool FieldReader::read(JSONValue value, const JSONPath &path,
                       AtomicOp &result) {
  return readEnum(value, path, "an atomic operation", getAtomicOpNames(),
                  result);
}

bool FieldReader::read(JSONValue value, const JSONPath &path,
                       MemFlags &result) {
  JSONObjectReader object(reader, value, path);
  object.read("volatile", result.isVolatile);
  object.read("atomic", result.atomic);
  object.read("align", result.align);
  object.read("fence_before", result.fenceBefore);
  object.read("fence_after", result.fenceAfter);
  if (std::optional<JSONValue> order = object.require("order"))
    read(*order, JSONPath(path, "order"), result.order);
  return object.finish();
}

bool FieldReader::read(JSONValue value, const JSONPath &path,
                       BinaryOperator &result) {
  std::optional<TaggedValue> tagged = readTag(value, path, "an operator");
  if (!tagged)
    return false;
  std::optional<uint8_t> found =
      findName(getBinaryOperatorNames(), tagged->tag);
  if (!found)
    return reader.fail(path,
                       quoteForMessage(tagged->tag) + " is not an operator");
  result.kind = BinaryOperator::Kind(*found);
  bool isCustom = result.kind == BinaryOperator::Custom;
  if (!checkContent(*tagged, path, isCustom))
    return false;
  return !isCustom ||
         reader.read(*tagged->content, JSONPath(path, "Custom"), result.custom);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

bool FieldReader::readOperand(JSONValue value, const JSONPath &path,
                              Operand &result, unsigned depth) {
  if (depth > kMaxOperandDepth)
    return reader.fail(path, "operands nest more than " +
                                 Twine(kMaxOperandDepth) + " levels deep");
  std::optional<TaggedValue> tagged = readTag(value, path, "an operand");
  if (!tagged)
    return false;
  std::optional<uint8_t> found = findName(getOperandKindNames(), tagged->tag);
  if (!found)
    return reader.fail(path,
                       quoteForMessage(tagged->tag) + " is not an operand");
  result.kind = Operand::Kind(*found);
  if (!checkContent(*tagged, path, result.kind != Operand::None))
    return false;

  JSONPath contentPath(path, tagged->tag);
  switch (result.kind) {
  case Operand::None:
    return true;
  case Operand::Register:
  case Operand::Reg:
    return reader.read(*tagged->content, contentPath, result.reg);
  case Operand::Immediate: {
    int64_t immediate = 0;
    if (!reader.read(*tagged->content, contentPath, immediate))
      return false;
    result.bits = uint64_t(immediate);
    return true;
  }
  case Operand::Imm64:
    return reader.read(*tagged->content, contentPath, result.bits);
  case Operand::Memory:
    return readMemoryOperand(*tagged->content, contentPath, result);
  case Operand::Binary:
    return readBinaryOperand(*tagged->content, contentPath, result, depth);
  }
  llvm_unreachable("every kind of operand has content or not");
}

bool FieldReader::readMemoryOperand(JSONValue value, const JSONPath &path,
                                    Operand &result) {
  JSONObjectReader object(reader, value, path);
  int64_t offset = 0;
  object.read("base", result.reg);
  object.read("offset", offset);
  object.read("size", result.size);
  result.bits = uint64_t(offset);
  return object.finish();
}

bool FieldReader::readBinaryOperand(JSONValue value, const JSONPath &path,
                                    Operand &result, unsigned depth) {
  JSONObjectReader object(reader, value, path);
  if (std::optional<JSONValue> op = object.require("op"))
    read(*op, JSONPath(path, "op"), result.op);
  result.operands.resize(2);
  if (std::optional<JSONValue> left = object.require("left"))
    readOperand(*left, JSONPath(path, "left"), result.operands[0], depth + 1);
  if (std::optional<JSONValue> right = object.require("right"))
    readOperand(*right, JSONPath(path, "right"), result.operands[1], depth + 1);
  return object.finish();
}

//===----------------------------------------------------------------------===//
// Ops and terminators
//===----------------------------------------------------------------------===//

/// Reads the fields of one op into a variant of type \p Variant.
template <class Variant>
using FieldsReader = bool (*)(FieldReader &, JSONValue, const JSONPath &,
                              Variant &);

/// How one variant of Op or Terminator is read. A variant without fields has
/// only a default value.
template <class Variant> struct VariantReader {
  FieldsReader<Variant> readFields;
  void (*setDefault)(Variant &);
};

template <class T, class Variant>
bool readFields(FieldReader &fields, JSONValue value, const JSONPath &path,
                Variant &result) {
  T &op = result.template emplace<T>();
  JSONObjectReader object(fields.reader, value, path);
  forEachField(op, [&](auto, StringRef name, auto &member) {
    if (std::optional<JSONValue> field = object.require(name))
      fields.read(*field, JSONPath(path, name), member);
  });
  return object.finish();
}

template <class T, class Variant>
constexpr VariantReader<Variant> makeReader(unsigned fieldCount) {
  return {fieldCount ? readFields<T, Variant> : nullptr,
          [](Variant &result) { result.template emplace<T>(); }};
}

template <class Variant>
bool readVariant(FieldReader &fields, JSONValue value, const JSONPath &path,
                 StringRef what,
                 const StringMap<VariantReader<Variant>> &readers,
                 Variant &result) {
  std::optional<TaggedValue> tagged = fields.readTag(value, path, what);
  if (!tagged)
    return false;
  auto found = readers.find(tagged->tag);
  if (found == readers.end())
    return fields.reader.fail(path,
                              quoteForMessage(tagged->tag) + " is not " + what);
  const VariantReader<Variant> &reader = found->second;
  if (!fields.checkContent(*tagged, path, reader.readFields != nullptr))
    return false;
  if (reader.readFields)
    return reader.readFields(fields, *tagged->content,
                             JSONPath(path, tagged->tag), result);
  reader.setDefault(result);
  return true;
}

#define VMIR_FIELD(Kind, member, json) +1

const StringMap<VariantReader<Op>> &getOpReaders() {
  static const StringMap<VariantReader<Op>> readers = {
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  {#Name, makeReader<ops::Name, Op>(0 Fields)},
#include "vmjit/VMIR/Opcodes.def"
  };
  return readers;
}

const StringMap<VariantReader<Terminator>> &getTerminatorReaders() {
  static const StringMap<VariantReader<Terminator>> readers = {
#define VMIR_TERMINATOR(Name, Fields)                                          \
  {#Name, makeReader<terms::Name, Terminator>(0 Fields)},
#include "vmjit/VMIR/Opcodes.def"
  };
  return readers;
}

#undef VMIR_FIELD

} // namespace

bool vmjit::vmir::readBlock(JSONReader &reader, JSONValue value,
                            const JSONPath &path, Block &block) {
  FieldReader fields(reader);
  JSONObjectReader object(reader, value, path);
  object.read("start_pc", block.startPc);
  object.readOptional("inner", block.isInner);

  JSONPath opsPath(path, "ops");
  std::optional<JSONValue> opList = object.require("ops");
  if (opList && reader.expect(*opList, opsPath, JSONKind::Array, "an array")) {
    block.ops.resize(opList->size());
    opList->forEachMember([&](JSONValue op, size_t i) {
      return readVariant(fields, op, JSONPath(opsPath, i), "an op",
                         getOpReaders(), block.ops[i]);
    });
  }
  if (std::optional<JSONValue> term = object.require("term"))
    readVariant(fields, *term, JSONPath(path, "term"), "a terminator",
                getTerminatorReaders(), block.term);
  return object.finish();
}
