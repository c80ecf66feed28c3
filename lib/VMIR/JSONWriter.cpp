//===- JSONWriter.cpp - Writing programs as JSON ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/FieldNames.h"
#include "vmjit/VMIR/JSON.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace vmjit::vmir;

namespace {

/// Quotes \p text as serde_json does, which escapes \b and \f by name, unlike
/// json::OStream.
std::string quote(StringRef text) {
  std::string valid;
  if (!json::isUTF8(text)) {
    valid = json::fixUTF8(text);
    text = valid;
  }
  std::string quoted = "\"";
  for (unsigned char c : text) {
    switch (c) {
    case '"':
      quoted += "\\\"";
      continue;
    case '\\':
      quoted += "\\\\";
      continue;
    case '\b':
      quoted += "\\b";
      continue;
    case '\f':
      quoted += "\\f";
      continue;
    case '\n':
      quoted += "\\n";
      continue;
    case '\r':
      quoted += "\\r";
      continue;
    case '\t':
      quoted += "\\t";
      continue;
    default:
      break;
    }
    if (c < 0x20)
      quoted += "\\u00" + utohexstr(c, /*LowerCase=*/true, /*Width=*/2);
    else
      quoted += char(c);
  }
  return quoted + '"';
}

/// Writes the fields of one op; the visitor of forEachField.
class FieldWriter {
public:
  explicit FieldWriter(json::OStream &os) : os(os) {}

  template <class Tag>
  void operator()(Tag, StringRef name, const typename Tag::Type &member) {
    os.attributeBegin(name);
    write(member);
    os.attributeEnd();
  }

private:
  template <std::integral T> void write(const T &value) { os.value(value); }
  void write(const std::string &value) { os.rawValue(quote(value)); }
  void write(const std::optional<GuestAddr> &value) {
    os.value(value ? json::Value(*value) : json::Value(nullptr));
  }
  void write(MemOrder order) { os.value(getMemOrderNames()[size_t(order)]); }
  void write(AtomicOp op) { os.value(getAtomicOpNames()[size_t(op)]); }
  void write(const MemFlags &flags);
  void write(const BinaryOperator &op);
  void write(const Operand &operand);
  void writeOperandContent(const Operand &operand);

  json::OStream &os;
};

void FieldWriter::write(const MemFlags &flags) {
  os.object([&] {
    os.attribute("volatile", flags.isVolatile);
    os.attribute("atomic", flags.atomic);
    os.attribute("align", flags.align);
    os.attribute("fence_before", flags.fenceBefore);
    os.attribute("fence_after", flags.fenceAfter);
    os.attribute("order", getMemOrderNames()[size_t(flags.order)]);
  });
}

void FieldWriter::write(const BinaryOperator &op) {
  StringRef name = getBinaryOperatorNames()[op.kind];
  if (op.kind == BinaryOperator::Custom)
    os.object([&] { os.attribute(name, op.custom); });
  else
    os.value(name);
}

void FieldWriter::write(const Operand &operand) {
  StringRef name = getOperandKindNames()[operand.kind];
  if (operand.kind == Operand::None)
    return os.value(name);
  os.object([&] {
    os.attributeBegin(name);
    writeOperandContent(operand);
    os.attributeEnd();
  });
}

void FieldWriter::writeOperandContent(const Operand &operand) {
  switch (operand.kind) {
  case Operand::None:
    return;
  case Operand::Register:
  case Operand::Reg:
    return os.value(operand.reg);
  case Operand::Immediate:
    return os.value(int64_t(operand.bits));
  case Operand::Imm64:
    return os.value(operand.bits);
  case Operand::Memory:
    return os.object([&] {
      os.attribute("base", operand.reg);
      os.attribute("offset", int64_t(operand.bits));
      os.attribute("size", operand.size);
    });
  case Operand::Binary:
    return os.object([&] {
      static constexpr StringLiteral names[] = {"left", "right"};
      os.attributeBegin("op");
      write(operand.op);
      os.attributeEnd();
      for (auto [name, child] : zip(names, operand.operands)) {
        os.attributeBegin(name);
        write(child);
        os.attributeEnd();
      }
    });
  }
}

#define VMIR_FIELD(Kind, member, json) +1

/// Whether the op or terminator at a position of its variant has fields.
constexpr bool opHasFields[] = {
#define VMIR_OP(Number, Name, Family, Fields) (0 Fields) != 0,
#include "vmjit/VMIR/Opcodes.def"
};
constexpr bool terminatorHasFields[] = {
#define VMIR_TERMINATOR(Name, Fields) (0 Fields) != 0,
#include "vmjit/VMIR/Opcodes.def"
};

#undef VMIR_FIELD

template <class Variant>
void writeTagged(json::OStream &os, StringRef name, bool hasFields,
                 const Variant &variant) {
  if (!hasFields)
    return os.value(name);
  os.object([&] {
    os.attributeObject(name, [&] {
      std::visit([&](const auto &op) { forEachField(op, FieldWriter(os)); },
                 variant);
    });
  });
}

void writeBlock(json::OStream &os, const Block &block) {
  os.object([&] {
    os.attribute("start_pc", block.startPc);
    if (block.isInner)
      os.attribute("inner", true);
    os.attributeArray("ops", [&] {
      for (const Op &op : block.ops)
        writeTagged(os, getOpInfo(op).name, opHasFields[op.index()], op);
    });
    os.attributeBegin("term");
    writeTagged(os, getTerminatorName(block.term),
                terminatorHasFields[block.term.index()], block.term);
    os.attributeEnd();
  });
}

void writeSegment(json::OStream &os, const Segment &segment) {
  os.object([&] {
    os.attribute("addr", segment.addr);
    os.attribute("writable", segment.writable);
    os.attribute("bytes", toHex(segment.bytes, /*LowerCase=*/true));
  });
}

void writeProgram(json::OStream &os, const Program &program) {
  os.object([&] {
    os.attributeBegin("name");
    os.rawValue(quote(program.name));
    os.attributeEnd();
    os.attribute("entry", program.entry);
    if (!program.zeroReg)
      os.attribute("zero_reg", false);
    if (program.params)
      os.attributeArray("params", [&] {
        for (ParamType type : *program.params)
          os.object([&] { os.attribute("type", getParamTypeName(type)); });
      });
    if (program.stackBytes)
      os.attribute("stack_bytes", program.stackBytes);
    if (program.sharedBytes)
      os.attribute("shared_bytes", program.sharedBytes);
    if (!program.segments.empty())
      os.attributeArray("segments", [&] {
        for (const Segment &segment : program.segments)
          writeSegment(os, segment);
      });
    os.attributeArray("blocks", [&] {
      for (const Block &block : program.blocks)
        writeBlock(os, block);
    });
  });
}

unsigned getIndent(JSONStyle style) {
  return style == JSONStyle::Indented ? 2 : 0;
}

} // namespace

void vmjit::vmir::writeBlock(raw_ostream &os, const Block &block,
                             JSONStyle style) {
  json::OStream stream(os, getIndent(style));
  ::writeBlock(stream, block);
}

void vmjit::vmir::writeProgram(raw_ostream &os, const Program &program,
                               JSONStyle style) {
  json::OStream stream(os, getIndent(style));
  ::writeProgram(stream, program);
}
