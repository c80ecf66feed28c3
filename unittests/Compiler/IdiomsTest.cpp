//===- IdiomsTest.cpp - Recognised idioms compute the same ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sequences that are recognised, and sequences that are almost those, run on
// the interpreter and on the host. A rewrite that is wrong for any of them
// gives other registers.
//
//===----------------------------------------------------------------------===//

#include "ErrorExpectations.h"
#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "gtest/gtest.h"

#include <random>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

namespace {
constexpr GuestAddr returnPc = 0xdead0000;
constexpr unsigned hartsPerBlock = 96;
// The operands, the result, and the first of the temporaries, which are dead
// at the end of a block.
constexpr RegId a = 11, b = 12, result = 5, temp = 40;

constexpr uint64_t edges[] = {0,
                              1,
                              2,
                              31,
                              32,
                              33,
                              63,
                              0x7fff,
                              0x8000,
                              0xffff,
                              0x7fffffff,
                              0x80000000,
                              0x80000001,
                              0xfffffffe,
                              0xffffffff,
                              0x100000000,
                              0x100000001,
                              0x17fffffff,
                              0x180000000,
                              0x7fffffff00000000,
                              0x7fffffff80000000,
                              0x7fffffffffffffff,
                              0x8000000000000000,
                              0x8000000000000001,
                              0x80000000ffffffff,
                              0xffffffff00000000,
                              0xffffffff7fffffff,
                              0xffffffff80000000,
                              0xfffffffffffffffe,
                              0xffffffffffffffff};

using Ops = std::vector<Op>;

Ops operator+(Ops lhs, const Ops &rhs) {
  lhs.insert(lhs.end(), rhs.begin(), rhs.end());
  return lhs;
}

Ops signExtend(RegId dst, RegId src, uint8_t bits = 32) {
  auto amount = static_cast<uint8_t>(64 - bits);
  return {ops::SllImm{dst, src, amount}, ops::SraImm{dst, dst, amount}};
}
Ops zeroExtend(RegId dst, RegId src, uint8_t bits = 32) {
  auto amount = static_cast<uint8_t>(64 - bits);
  return {ops::SllImm{dst, src, amount}, ops::SrlImm{dst, dst, amount}};
}

Op shiftRight(bool isSigned, RegId dst, RegId src, uint8_t amount) {
  if (isSigned)
    return ops::SraImm{dst, src, amount};
  return ops::SrlImm{dst, src, amount};
}

// Where the parts of a long multiplication are.
enum : RegId {
  mask = temp,
  a0,
  a1,
  b0,
  b1,
  p00,
  p01,
  p10,
  p11,
  t0,
  t1,
  t2,
  t3,
  wide0,
  wide1,
  count
};

Ops multiplyHalves(bool isASigned, bool isBSigned, RegId x = a, RegId y = b) {
  return {ops::MovImm{mask, 0xffffffff},
          ops::And{a0, x, mask},
          shiftRight(isASigned, a1, x, 32),
          ops::And{b0, mask, y},
          shiftRight(isBSigned, b1, y, 32),
          ops::Mul{p00, a0, b0},
          ops::Mul{p01, b1, a0},
          ops::Mul{p10, a1, b0},
          ops::Mul{p11, a1, b1},
          ops::SrlImm{p00, p00, 32}};
}

Ops addBySchool(bool isASigned, bool isBSigned) {
  return {ops::And{t0, p01, mask},
          ops::And{t1, p10, mask},
          ops::Add{t0, t0, p00},
          ops::Add{t0, t1, t0},
          ops::SrlImm{t0, t0, 32},
          shiftRight(isBSigned, p01, p01, 32),
          shiftRight(isASigned, p10, p10, 32),
          ops::Add{result, p11, p01},
          ops::Add{t2, p10, t0},
          ops::Add{result, t2, result}};
}

Ops addByLadder(bool isASigned, bool isBSigned) {
  return {ops::Add{t0, p10, p00},
          ops::And{t1, t0, mask},
          shiftRight(isASigned, t0, t0, 32),
          ops::Add{t1, p01, t1},
          shiftRight(isBSigned, t1, t1, 32),
          ops::Add{result, p11, t0},
          ops::Add{result, result, t1}};
}

Ops addByCarry() {
  return {ops::Add{t0, p10, p00},   ops::Add{t0, t0, p01},
          ops::CmpLtU{t1, t0, p01}, ops::SllImm{t1, t1, 32},
          ops::SrlImm{t0, t0, 32},  ops::Or{t0, t1, t0},
          ops::Add{result, t0, p11}};
}

/// With the carry of the sum of two, and the rest added to its low half.
Ops addByCrossCarry() {
  return {ops::Add{t0, p10, p01},  ops::CmpLtU{t1, t0, p10},
          ops::SllImm{t1, t1, 32}, ops::SrlImm{t2, t0, 32},
          ops::And{t3, t0, mask},  ops::Add{t3, p00, t3},
          ops::SrlImm{t3, t3, 32}, ops::Add{result, t1, p11},
          ops::Add{t2, t2, t3},    ops::Add{result, result, t2}};
}

Ops correct(RegId x, RegId y) {
  return {ops::SraImm{t3, x, 63}, ops::And{t3, y, t3},
          ops::Sub{result, result, t3}};
}

std::vector<Ops> makeMultiplications() {
  std::vector<Ops> idioms;
  for (bool isASigned : {false, true})
    for (bool isBSigned : {false, true}) {
      Ops halves = multiplyHalves(isASigned, isBSigned);
      idioms.push_back(halves + addBySchool(isASigned, isBSigned));
      idioms.push_back(halves + addByLadder(isASigned, isBSigned));
    }
  Ops halves = multiplyHalves(false, false);
  Ops school = halves + addBySchool(false, false);
  idioms.push_back(halves + addByCarry());
  idioms.push_back(halves + addByCrossCarry());
  idioms.push_back(school + correct(a, b));
  idioms.push_back(school + correct(a, b) + correct(b, a));
  idioms.push_back(halves + addByCarry() + correct(b, a) + correct(a, b));
  idioms.push_back(multiplyHalves(false, false, a, a) +
                   addByLadder(false, false));
  for (uint64_t constant :
       {0xcccccccccccccccdull, 0x5555555555555556ull, 0x00000003ffffffffull}) {
    Ops fixed = {ops::MovImm{wide0, constant}};
    Ops product = fixed + multiplyHalves(false, false, a, wide0);
    idioms.push_back(product + addByLadder(false, false));
    idioms.push_back(product + addByLadder(false, false) + correct(a, wide0) +
                     correct(wide0, a));
    idioms.push_back(fixed + multiplyHalves(true, true, a, wide0) +
                     addByLadder(true, true));
  }
  return idioms;
}

/// The signed factors are wide0 and wide1.
Ops onWords(bool isSigned, const Ops &op) {
  auto extend = isSigned ? signExtend : zeroExtend;
  return extend(wide0, a, 32) + extend(wide1, b, 32) + op;
}

std::vector<Ops> makeNarrow() {
  Ops extend = signExtend(result, result),
      amount = {ops::MovImm{t0, 31}, ops::And{t0, b, t0}};
  std::vector<Ops> idioms = {
      signExtend(result, a, 8) + zeroExtend(result, result, 16),
      Ops{ops::Add{result, a, b}} + extend,
      Ops{ops::Sub{result, a, b}} + extend,
      Ops{ops::Mul{result, a, b}} + extend,
      Ops{ops::Mul{t0, a, b}} + signExtend(t0, t0) +
          Ops{ops::Xor{result, t0, a}, ops::Not{result, result}} + extend,
      Ops{ops::AddImm{result, a, -2048}} + extend,
      Ops{ops::SllImm{result, a, 37}, ops::SraImm{result, result, 32}},
      Ops{ops::SllImm{result, a, 32}, ops::SraImm{result, result, 37}},
      Ops{ops::SllImm{result, a, 32}, ops::SrlImm{result, result, 37}},
      amount + Ops{ops::Sll{result, a, t0}} + extend,
      amount + onWords(false, {ops::Srl{result, wide0, t0}}) + extend,
      amount + onWords(true, {ops::Sra{result, wide0, t0}}) + extend,
      onWords(false, {ops::SrlImm{t0, wide0, 13}, ops::SllImm{t1, wide0, 19},
                      ops::Or{result, t0, t1}}) +
          extend,
      amount +
          onWords(false, {ops::Sll{t1, wide0, t0}, ops::MovImm{t2, 0},
                          ops::Sub{t2, t2, t0}, ops::MovImm{t3, 31},
                          ops::And{t2, t2, t3}, ops::Srl{t2, wide0, t2},
                          ops::Or{result, t1, t2}}) +
          extend};
  for (bool isSigned : {false, true}) {
    Ops divide = onWords(isSigned, {ops::Div{result, wide0, wide1, isSigned}});
    Ops rest = onWords(isSigned, {ops::Rem{result, wide0, wide1, isSigned}});
    idioms.insert(idioms.end(),
                  {divide, divide + extend, rest, rest + extend,
                   onWords(isSigned, {ops::MovImm{t0, 7},
                                      ops::Div{result, wide0, t0, isSigned}}),
                   onWords(isSigned, {ops::Mul{t0, wide0, wide1},
                                      shiftRight(isSigned, result, t0, 32)}),
                   onWords(isSigned, {ops::Mul{t0, wide0, wide1},
                                      shiftRight(!isSigned, result, t0, 35)}),
                   onWords(isSigned, {ops::CmpLt{t0, wide0, wide1},
                                      ops::Select{result, t0, wide0, wide1}}),
                   onWords(isSigned, {ops::CmpLtU{t0, wide0, wide1},
                                      ops::Select{result, t0, wide1, wide0}})});
  }
  return idioms;
}

/// Changes one field of one op, or the kind of one.
class Mutation {
public:
  explicit Mutation(std::mt19937_64 &random) : random(random) {}

  void apply(Ops &ops) {
    Op &op = ops[random() % ops.size()];
    if (random() % 3 == 0 && changeKind(op))
      return;
    std::visit([&](auto &op) { forEachField(op, *this); }, op);
  }

  void operator()(field::XSrc, StringRef, RegId &reg) {
    constexpr RegId others[] = {a, b, 0, result};
    if (random() % 2)
      reg = random() % 3 ? temp + random() % (count - temp)
                         : others[random() % std::size(others)];
  }
  void operator()(field::U8, StringRef, uint8_t &value) {
    constexpr uint8_t amounts[] = {0, 1, 31, 32, 33, 37, 48, 56, 63};
    value = amounts[random() % std::size(amounts)];
  }
  void operator()(field::U64, StringRef, uint64_t &value) {
    constexpr uint64_t values[] = {0,          31,         32,    63,
                                   0xff,       0x7fffffff, ~0ull, 0x1ffffffff,
                                   0x80000000, 0xfffffffe};
    value = values[random() % std::size(values)];
  }
  void operator()(field::Bool, StringRef, bool &value) { value = !value; }
  template <class Tag, class Value> void operator()(Tag, StringRef, Value &) {}

private:
  /// Whether \p op has another kind, which it is then.
  static bool changeKind(Op &op) {
    std::optional<Op> other =
        std::visit(Overloaded{[](ops::Add o) -> std::optional<Op> {
                                return ops::Sub{o.dst, o.src1, o.src2};
                              },
                              [](ops::Sub o) -> std::optional<Op> {
                                return ops::Add{o.dst, o.src1, o.src2};
                              },
                              [](ops::And o) -> std::optional<Op> {
                                return ops::Or{o.dst, o.src1, o.src2};
                              },
                              [](ops::Or o) -> std::optional<Op> {
                                return ops::Add{o.dst, o.src1, o.src2};
                              },
                              [](ops::SrlImm o) -> std::optional<Op> {
                                return ops::SraImm{o.dst, o.src, o.sh};
                              },
                              [](ops::SraImm o) -> std::optional<Op> {
                                return ops::SrlImm{o.dst, o.src, o.sh};
                              },
                              [](ops::CmpLtU o) -> std::optional<Op> {
                                return ops::CmpLt{o.dst, o.lhs, o.rhs};
                              },
                              [](ops::CmpLt o) -> std::optional<Op> {
                                return ops::CmpLtU{o.dst, o.lhs, o.rhs};
                              },
                              [](const auto &) -> std::optional<Op> {
                                return std::nullopt;
                              }},
                   op);
    if (other)
      op = *other;
    return other.has_value();
  }

  std::mt19937_64 &random;
};

class Idioms : public testing::Test {
protected:
  void addBlock(const Ops &ops) {
    program.blocks.push_back(
        {0x1000 + 0x10 * program.blocks.size(), ops, terms::Jmp{returnPc}});
    program.entry = 0x1000;
  }

  /// Adds \p idioms, and of each as many almost like it.
  void addBlocks(ArrayRef<Ops> idioms, unsigned mutants) {
    for (const Ops &idiom : idioms) {
      addBlock(idiom);
      for (unsigned i = 0; i < mutants; ++i) {
        Ops mutant = idiom;
        Mutation(random).apply(mutant);
        addBlock(mutant);
      }
    }
  }

  uint64_t choose() {
    return random() % 4 == 0 ? random() : edges[random() % std::size(edges)];
  }

  void initialize(HartStateArray &state) {
    for (uint64_t hart = 0; hart < state.getHartCount(); ++hart) {
      state.initialize(hart, program.blocks[hart / hartsPerBlock].startPc);
      for (unsigned reg = 1; reg < 32; ++reg)
        state.x(reg, hart) = choose();
      if (hart % 8 == 0)
        state.x(a, hart) = state.x(b, hart);
    }
  }

  /// Runs the block that \p hart starts at; \p state has its registers.
  uint64_t interpret(const Interpreter &interpreter, HartStateArray &state,
                     uint64_t hart) {
    HartState registers;
    for (unsigned reg = 0; reg < 32; ++reg)
      registers.x[reg] = state.x(reg, hart);
    registers.startAt(state.word(VMJIT_WORD_NEXT_PC, hart));
    GuestMemory memory;
    expectSuccess(interpreter.runHart(registers, memory, returnPc));
    return registers.x[result];
  }

  void runHost(OptLevel level) {
    uint64_t hartCount = hartsPerBlock * program.blocks.size();
    VMJIT_ASSERT_VALUE(HartStateArray state,
                       HartStateArray::create(hartCount, {}));
    initialize(state);
    VMJIT_ASSERT_VALUE(Interpreter interpreter, Interpreter::create(program));
    std::vector<uint64_t> expected, lhs, rhs;
    for (uint64_t hart = 0; hart < hartCount; ++hart) {
      lhs.push_back(state.x(a, hart));
      rhs.push_back(state.x(b, hart));
      expected.push_back(interpret(interpreter, state, hart));
    }
    CompileOptions options;
    options.optLevel = level;
    VMJIT_ASSERT_VALUE(CodeObject object, Compiler().compile(program, options));
    VMJIT_ASSERT_VALUE(std::shared_ptr<HostDevice> device,
                       HostDevice::create());
    VMJIT_ASSERT_VALUE(HostKernel kernel, HostKernel::load(device, object));
    VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, hartCount));
    vmjit_hart_launch launch = {};
    launch.abi_version = VMJIT_HART_ABI_VERSION;
    launch.return_pc = returnPc;
    state.describe(launch);
    memory.describe(launch);
    expectSuccess(kernel.launchHarts(launch));
    unsigned differences = 0;
    for (uint64_t hart = 0; hart < hartCount && differences < 20; ++hart) {
      EXPECT_EQ(state.x(result, hart), expected[hart])
          << "block " << hart / hartsPerBlock << ", " << lhs[hart] << " and "
          << rhs[hart];
      differences += state.x(result, hart) != expected[hart];
    }
  }

  Program program;
  std::mt19937_64 random{0x6964696f6d};
};

TEST_F(Idioms, MultiplyAsTheInterpreterAtO0) {
  addBlocks(makeMultiplications(), 30);
  runHost(OptLevel::O0);
}
TEST_F(Idioms, MultiplyAsTheInterpreterAtO3) {
  addBlocks(makeMultiplications(), 2);
  runHost(OptLevel::O3);
}
TEST_F(Idioms, NarrowAsTheInterpreterAtO0) {
  addBlocks(makeNarrow(), 20);
  runHost(OptLevel::O0);
}
TEST_F(Idioms, NarrowAsTheInterpreterAtO3) {
  addBlocks(makeNarrow(), 2);
  runHost(OptLevel::O3);
}
} // namespace
