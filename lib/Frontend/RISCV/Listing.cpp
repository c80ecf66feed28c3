//===- Listing.cpp - Instructions beside what they became -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Frontend/RISCV/Listing.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;
namespace field = vmir::field;

namespace {
/// Writes the fields of ops: registers as x5 and f5, temporaries as %0, guest
/// addresses in hexadecimal.
class FieldPrinter {
public:
  explicit FieldPrinter(raw_ostream &os) : os(os) {}

  template <class Kind, class T>
  void operator()(Kind kind, StringRef, const T &value) {
    // The flags of an ordinary access say nothing.
    if constexpr (std::is_same_v<Kind, field::Flags>)
      if (value == vmir::MemFlags())
        return;
    os << separator;
    separator = ", ";
    print(kind, value);
  }

private:
  void printX(vmir::RegId reg) {
    if (reg < vmir::kArchRegCount)
      os << 'x' << reg;
    else
      os << '%' << reg - vmir::kArchRegCount;
  }
  void print(field::XDst, vmir::RegId reg) { printX(reg); }
  void print(field::XSrc, vmir::RegId reg) { printX(reg); }
  void print(field::FDst, vmir::RegId reg) { os << 'f' << reg; }
  void print(field::FSrc, vmir::RegId reg) { os << 'f' << reg; }
  void print(field::I64, int64_t value) { os << value; }
  void print(field::U64, uint64_t value) { os << formatv("{0:x}", value); }
  void print(field::U32, uint32_t value) { os << value; }
  void print(field::U16, uint16_t value) { os << formatv("{0:x}", value); }
  void print(field::U8, uint8_t value) { os << unsigned(value); }
  void print(field::Bool, bool value) { os << (value ? "signed" : "unsigned"); }
  void print(field::Str, const std::string &value) {
    os << '"' << value << '"';
  }
  void print(field::Addr, vmir::GuestAddr value) {
    os << formatv("{0:x}", value);
  }
  void print(field::Order, vmir::MemOrder order) { os << getName(order); }
  void print(field::Flags, const vmir::MemFlags &flags) {
    os << getName(flags.order);
  }
  void print(field::Rmw, vmir::AtomicOp op) { os << getName(op); }
  /// The lifter makes no op that has one of these.
  void print(field::OptAddr, const std::optional<vmir::GuestAddr> &) {}
  void print(field::Binop, const vmir::BinaryOperator &) {}
  void print(field::Opnd, const vmir::Operand &) {}

  static StringRef getName(vmir::MemOrder order);
  static StringRef getName(vmir::AtomicOp op);

  raw_ostream &os;
  StringRef separator = " ";
};
} // namespace

StringRef FieldPrinter::getName(vmir::MemOrder order) {
  static constexpr StringLiteral names[] = {"relaxed", "acquire", "release",
                                            "acq_rel", "seq_cst"};
  return names[size_t(order)];
}

StringRef FieldPrinter::getName(vmir::AtomicOp op) {
  static constexpr StringLiteral names[] = {
      "add",  "sub",  "and",  "or",   "xor",  "xchg", "cmpxchg",
      "minu", "maxu", "mins", "maxs", "minu", "maxu", "swap"};
  return names[size_t(op)];
}

static std::string describe(const vmir::Op &op) {
  std::string text = vmir::getOpInfo(op).name.str();
  raw_string_ostream os(text);
  std::visit([&](const auto &op) { vmir::forEachField(op, FieldPrinter(os)); },
             op);
  return text;
}

static std::string describe(const vmir::Terminator &term) {
  std::string text = vmir::getTerminatorName(term).str();
  raw_string_ostream os(text);
  std::visit(
      [&](const auto &term) { vmir::forEachField(term, FieldPrinter(os)); },
      term);
  return text;
}

static std::string describeBytes(const DecodedInstruction &instruction) {
  std::string text;
  raw_string_ostream os(text);
  for (unsigned i = 0; i < instruction.size; ++i)
    os << format_hex_no_prefix(instruction.encoding >> 8 * i & 0xff, 2) << ' ';
  return text;
}

/// Writes lines with \p left before the first of \p right.
static void writeBeside(raw_ostream &os, StringRef left,
                        ArrayRef<std::string> right) {
  os << left_justify(left, 56);
  if (right.empty())
    os << '\n';
  for (auto [index, line] : enumerate(right)) {
    if (index != 0)
      os << left_justify("", 56);
    os << ' ' << line << '\n';
  }
}

static void writeBlock(raw_ostream &os, const vmir::Block &block,
                       ArrayRef<LiftedInstruction> instructions,
                       const CodeMap &code, const Decoder &decoder) {
  auto describeOps = [&](size_t first, size_t count) {
    std::vector<std::string> lines;
    for (const vmir::Op &op : ArrayRef(block.ops).slice(first, count))
      lines.push_back(describe(op));
    return lines;
  };
  if (instructions.empty()) {
    writeBeside(os, "  (added)", describeOps(0, block.ops.size()));
  }
  for (const LiftedInstruction &lifted : instructions) {
    const DecodedInstruction &instruction = code.instructions.at(lifted.pc);
    std::string left =
        formatv("  {0,10:x}  {1,-12} {2}", lifted.pc,
                describeBytes(instruction), decoder.print(instruction));
    writeBeside(os, left, describeOps(lifted.firstOp, lifted.opCount));
  }
  writeBeside(os, "", describe(block.term));
}

void vmjit::riscv::writeListing(raw_ostream &os, const LiftedProgram &lifted,
                                const GuestImage &image,
                                const Decoder &decoder) {
  std::map<GuestAddr, StringRef> names;
  for (const auto &[name, address] : image.getSymbols())
    names.emplace(address, name);
  for (auto [index, block] : enumerate(lifted.program.blocks)) {
    os << formatv("{0:x}", block.startPc);
    // Other symbols at its address may be the end of what is before it.
    StringRef name = image.getFunctionName(block.startPc);
    if (auto other = names.find(block.startPc);
        name.empty() && other != names.end())
      name = other->second;
    if (!name.empty())
      os << " <" << name << ">";
    os << ":\n";
    writeBlock(os, block, lifted.instructions[index], lifted.code, decoder);
  }
}
