//===- ContentHashTest.cpp - The identity of a program's content -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/ContentHash.h"

#include "Expectations.h"

#include "llvm/Support/BLAKE3.h"

#include <functional>
#include <map>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

static std::string hashText(const Program &program) {
  return toHex(contentHash(program));
}

static Program makeKernel() {
  Program program = makeProgram({ops::Add{10, 11, 12}});
  program.params = {ParamType::F32};
  program.segments = {{0, false, {1, 2}}};
  return program;
}

TEST(ContentHash, StaysWhatItIs) {
  EXPECT_EQ(hashText(makeProgram()),
            "df6a832cf5f7e38be173f054024a6a504c73319844bda3da888e6ea7eae9641e");
  EXPECT_EQ(
      hashText(expectValue(parseProgram(readTestFile("VMIR/samples.json")))),
      "92eb959aa0fb35ea269453403a6322c608e7078bfa8e41103122288d56454b25");
}

TEST(ContentHash, IsTheSameForEqualPrograms) {
  EXPECT_EQ(contentHash(makeKernel()), contentHash(makeKernel()));
  EXPECT_EQ(hashText(expectValue(parseProgram(toText(makeKernel())))),
            hashText(makeKernel()));
}

TEST(ContentHash, ChangesWithEveryFieldOfAProgram) {
  using Change = std::function<void(Program &)>;
  const Change changes[] = {
      [](Program &p) {},
      [](Program &p) { p.name = "other"; },
      [](Program &p) { p.entry = 1; },
      [](Program &p) { p.zeroReg = false; },
      [](Program &p) { p.blocks.back().isInner = true; },
      [](Program &p) { p.params.reset(); },
      [](Program &p) { p.params->clear(); },
      [](Program &p) { p.params = {ParamType::F64}; },
      [](Program &p) { p.params->push_back(ParamType::F32); },
      [](Program &p) { p.stackBytes = 1; },
      [](Program &p) { p.sharedBytes = 1; },
      [](Program &p) { p.segments.clear(); },
      [](Program &p) { p.segments[0].addr = 1; },
      [](Program &p) { p.segments[0].writable = true; },
      [](Program &p) { p.segments[0].bytes[1] = 3; },
      [](Program &p) { p.segments[0].bytes.pop_back(); },
      [](Program &p) { p.blocks.emplace_back(); },
      [](Program &p) { p.blocks[0].startPc = 1; },
      [](Program &p) { p.blocks[0].ops.clear(); },
      [](Program &p) { p.blocks[0].ops[0] = ops::Sub{10, 11, 12}; },
      [](Program &p) { p.blocks[0].ops[0] = ops::Add{11, 11, 12}; },
      [](Program &p) { p.blocks[0].ops[0] = ops::Add{10, 12, 12}; },
      [](Program &p) { p.blocks[0].ops[0] = ops::Add{10, 11, 13}; },
      [](Program &p) { p.blocks[0].ops.push_back(ops::Nop{}); },
      [](Program &p) { p.blocks[0].term = terms::Jmp{0}; },
      [](Program &p) { p.blocks[0].term = terms::Jmp{1}; },
      [](Program &p) { p.blocks[0].term = terms::Fault{0}; },
  };
  std::map<std::string, size_t> seen;
  for (size_t i = 0; i < std::size(changes); ++i) {
    Program program = makeKernel();
    changes[i](program);
    auto [found, isNew] = seen.emplace(hashText(program), i);
    EXPECT_TRUE(isNew) << "changes " << found->second << " and " << i;
  }
}

namespace {

/// Changes the field at a position of an op, as a visitor of forEachField.
class FieldChanger {
public:
  explicit FieldChanger(unsigned position) : position(position) {}

  template <class Tag>
  void operator()(Tag, StringRef, typename Tag::Type &member) {
    if (count++ == position)
      change(member);
  }
  unsigned count = 0;

private:
  template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
  void change(T &value) {
    value = T(!uint64_t(value));
  }
  void change(std::string &value) { value += 'x'; }
  void change(std::optional<GuestAddr> &value) { value = 0; }
  void change(MemFlags &flags) { flags.fenceAfter = !flags.fenceAfter; }
  void change(BinaryOperator &op) { op.kind = BinaryOperator::FDiv; }
  void change(Operand &operand) { operand.reg ^= 1; }

  unsigned position;
};

} // namespace

/// A default op of every row of the table. Made through functions of their own,
/// which compile faster than one long list.
static std::vector<Op> makeEveryOp() {
  using Maker = Op (*)();
  static constexpr Maker makers[] = {
#define VMIR_OP(Number, Name, Family, Fields) [] { return Op(ops::Name()); },
#include "vmjit/VMIR/Opcodes.def"
  };
  std::vector<Op> result;
  for (Maker make : makers)
    result.push_back(make());
  return result;
}

static std::string hashOp(const Op &op) {
  static Program program = makeProgram();
  program.blocks[0].ops.assign(1, op);
  return hashText(program);
}

/// Changes the field of \p op at \p position; returns whether there is one.
static bool changeField(Op &op, unsigned position) {
  FieldChanger changer(position);
  std::visit([&](auto &op) { forEachField(op, changer); }, op);
  return position < changer.count;
}

TEST(ContentHash, ChangesWithEveryFieldOfAnOp) {
  for (const Op &op : makeEveryOp()) {
    Op changed = op;
    for (unsigned i = 0; changeField(changed, i); ++i, changed = op)
      EXPECT_NE(hashOp(changed), hashOp(op))
          << getOpInfo(op).name.str() << ", field " << i;
  }
}

TEST(ContentHash, TellsOpsApart) {
  std::map<std::string, std::string> seen;
  for (const Op &op : makeEveryOp())
    EXPECT_TRUE(seen.emplace(hashOp(op), getOpInfo(op).name.str()).second)
        << getOpInfo(op).name.str();
  EXPECT_EQ(seen.size(), getOpInfos().size());
}

TEST(ContentHash, ChangesWithEveryFlag) {
  using Change = std::function<void(MemFlags &)>;
  const Change changes[] = {
      [](MemFlags &) {},
      [](MemFlags &f) { f.isVolatile = true; },
      [](MemFlags &f) { f.atomic = true; },
      [](MemFlags &f) { f.align = 1; },
      [](MemFlags &f) { f.fenceBefore = true; },
      [](MemFlags &f) { f.fenceAfter = true; },
      [](MemFlags &f) { f.order = MemOrder::Acquire; },
      [](MemFlags &f) { f.order = MemOrder::SeqCst; },
  };
  std::map<std::string, size_t> seen;
  for (const Change &change : changes) {
    MemFlags flags;
    change(flags);
    seen.emplace(hashText(makeProgram({ops::Load{1, 2, 0, 4, flags}})), 0);
  }
  EXPECT_EQ(seen.size(), std::size(changes));
}

TEST(ContentHash, ChangesWithEveryPartOfAnOperand) {
  using Change = std::function<void(Operand &)>;
  const Change changes[] = {
      [](Operand &) {},
      [](Operand &o) { o.kind = Operand::Imm64; },
      [](Operand &o) { o.reg = 1; },
      [](Operand &o) { o.bits = 1; },
      [](Operand &o) { o.size = 1; },
      [](Operand &o) { o.op.kind = BinaryOperator::Sub; },
      [](Operand &o) { o.op.custom = 1; },
      [](Operand &o) { o.operands.resize(1); },
      [](Operand &o) { o.operands.resize(2); },
      [](Operand &o) { o.operands.resize(1), o.operands[0].reg = 1; },
      // The same operands, nested instead of side by side.
      [](Operand &o) {
        o.operands.resize(1), o.operands[0].operands.resize(1);
      },
  };
  std::map<std::string, size_t> seen;
  for (const Change &change : changes) {
    Operand operand;
    change(operand);
    seen.emplace(hashText(makeProgram({ops::Branch{operand, false}})), 0);
  }
  EXPECT_EQ(seen.size(), std::size(changes));
}

TEST(ContentHash, KeepsNeighbouringStringsApart) {
  EXPECT_NE(
      hashText(makeProgram({ops::VendorMatrixOp{0, "ab", 0, 0, 0, "c"}})),
      hashText(makeProgram({ops::VendorMatrixOp{0, "a", 0, 0, 0, "bc"}})));
}

TEST(ContentHash, IsWrittenInHexadecimal) {
  ContentDigest digest{};
  digest[0] = 0xab;
  digest[31] = 0x01;
  EXPECT_EQ(toHex(digest), "ab" + std::string(60, '0') + "01");
}

TEST(ContentHash, IsTheDigestOfTheEncoding) {
  for (const Program &program :
       {makeKernel(), makeProgram(),
        expectValue(parseProgram(readTestFile("VMIR/samples.json")))}) {
    // What was there before is gone.
    SmallVector<uint8_t> bytes = {1, 2, 3};
    EXPECT_TRUE(encodeContent(program, bytes));
    EXPECT_EQ(BLAKE3::hash(bytes), contentHash(program));
  }
}

TEST(ContentHash, StopsAtOperandsThatAreTooDeep) {
  auto encode = [](unsigned levels) {
    Operand operand;
    for (unsigned level = 1; level < levels; ++level) {
      Operand outer;
      outer.kind = Operand::Binary;
      outer.operands = {operand, Operand()};
      operand = std::move(outer);
    }
    SmallVector<uint8_t> bytes;
    return encodeContent(
        makeProgram({ops::Branch{.target = operand, .link = false}}), bytes);
  };
  EXPECT_TRUE(encode(kMaxOperandDepth));
  EXPECT_FALSE(encode(kMaxOperandDepth + 2));
  EXPECT_FALSE(encode(1000));
}
