//===- EngineAgreementTest.cpp - Interpreter and host agree on every op -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every op runs on the interpreter and, compiled at -O0
// and -O3, on the host, with operands from the edges of what there is.
// Registers, memory and exit records have to be the same, bit for bit.
//
// All variants of all ops are blocks of one program; a hart starts at one.
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
#include "vmjit/VMIR/Builder.h"
#include "gtest/gtest.h"

#include <random>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

namespace {
constexpr GuestAddr memoryBase = 0x20000, constantBase = 0x30000;
constexpr uint64_t memoryBytes = 64;
constexpr GuestAddr returnPc = 0xdead0000;
constexpr unsigned hartsPerVariant = 96;

constexpr uint64_t intEdges[] = {
    0, 1, 2, 3, 31, 32, 63, 64, 65, 0x7f, 0x80, 0xff, 0x7fff, 0x8000,
    0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x123456789abcdef0,
    0x7fffffffffffffff, 0x8000000000000000, 0xffffffff80000000,
    0xfffffffffffffffe, 0xffffffffffffffff,
    // Addresses inside, at the edges of and around the regions.
    memoryBase, memoryBase + 1, memoryBase + 8, memoryBase + 56,
    memoryBase + 57, memoryBase + 60, memoryBase + 63, memoryBase + 64,
    memoryBase - 1, constantBase, constantBase + 4};

constexpr uint64_t doubleEdges[] = {
    0x0000000000000000, 0x8000000000000000, // zeroes
    0x3ff0000000000000, 0xbff0000000000000, 0x3fe0000000000000,
    0x4000000000000000, 0x3ff8000000000000, 0x4004000000000000, // 1.5, 2.5
    0x7ff0000000000000, 0xfff0000000000000,                     // infinities
    0x7ff8000000000000, 0xfff8000000000000, 0x7ff8000000000123, // quiet NaNs
    0x7ff0000000000001, 0xfff4000000000000,                     // signalling
    0x0000000000000001, 0x800fffffffffffff, 0x0010000000000000, // tiny
    0x7fefffffffffffff, 0xffefffffffffffff,                     // huge
    0x41dfffffffc00000, 0x41e0000000000000, 0x41efffffffe00000, // 2^31, 2^32
    0xc1e0000000200000, 0x43e0000000000000, 0x43f0000000000000, // 2^63, 2^64
    0xc3e0000000000001, 0x3fefffffffffffff, 0xbfefffffffffffff,
    0x36a0000000000000, 0x47efffffe0000000, 0x3ff0000010000000, // f32 edges
    0x400921fb54442d18};

constexpr uint32_t floatEdges[] = {
    0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x3f000000, 0x40200000,
    0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7fc00123, 0x7f800001,
    0xffa00000, 0x00000001, 0x807fffff, 0x00800000, 0x7f7fffff, 0xff7fffff,
    0x4f000000, 0xcf000000, 0x4f800000, 0x5f000000, 0xdf000000, 0x5f800000,
    0x3f7fffff, 0x3fc00000, 0x34000000, 0x40490fdb};

constexpr uint16_t csrs[] = {3, 0x300, 0xc00};

/// Whether engines agree on the family by definition: a position in the grid
/// differs.
constexpr bool isCompared(Family family) { return family != Family::Gpu; }

/// Fills the fields of an op in, with variant number \p variant of those that
/// are not registers. Sources are registers 6, 7, ..., destinations 5.
class FieldFiller {
public:
  explicit FieldFiller(unsigned variant) : variant(variant) {}

  void operator()(field::XDst, StringRef, RegId &reg) { reg = destination(); }
  void operator()(field::FDst, StringRef, RegId &reg) { reg = destination(); }
  void operator()(field::XSrc, StringRef, RegId &reg) { reg = nextSource++; }
  void operator()(field::FSrc, StringRef, RegId &reg) { reg = nextSource++; }
  void operator()(field::I64, StringRef, int64_t &value) {
    constexpr int64_t values[] = {0, 1, -1, -16, 8, INT64_MIN, INT64_MAX, 4};
    value = values[variant % std::size(values)];
  }
  void operator()(field::U64, StringRef, uint64_t &value) {
    value = intEdges[variant % std::size(intEdges)];
  }
  void operator()(field::U8, StringRef name, uint8_t &value) {
    constexpr uint8_t shifts[] = {0, 1, 31, 32, 63};
    constexpr uint8_t sizes[] = {1, 2, 4, 8, 3, 4, 8, 0};
    if (name == "cond")
      value = variant;
    else
      value = name == "sh" || name == "shift"
                  ? shifts[variant % std::size(shifts)]
                  : sizes[variant % std::size(sizes)];
  }
  void operator()(field::U16, StringRef, uint16_t &value) {
    constexpr uint16_t names[] = {1, 2, 3, 0x300, 0xc00};
    value = names[variant % std::size(names)];
  }
  void operator()(field::U32, StringRef, uint32_t &value) {
    constexpr uint32_t values[] = {0xff, 0, 1, 0x1f, 0xe5, 0xffffffff};
    value = values[variant % std::size(values)];
  }
  void operator()(field::Bool, StringRef, bool &value) { value = variant & 1; }
  void operator()(field::Str, StringRef, std::string &value) {
    value = "system";
  }
  void operator()(field::Addr, StringRef, GuestAddr &value) {
    constexpr GuestAddr targets[] = {returnPc, 0x1000, 0x77777};
    value = targets[variant % std::size(targets)];
  }
  void operator()(field::OptAddr, StringRef, std::optional<GuestAddr> &value) {
    if (variant & 1)
      value = memoryBase;
  }
  void operator()(field::Order, StringRef, MemOrder &order) {
    order = static_cast<MemOrder>(variant % 5);
  }
  void operator()(field::Rmw, StringRef, AtomicOp &op) {
    op = static_cast<AtomicOp>(variant % 14);
  }
  void operator()(field::Binop, StringRef, BinaryOperator &op) {
    op.kind = static_cast<BinaryOperator::Kind>(variant %
                                                (BinaryOperator::Custom + 1));
    op.custom = op.kind == BinaryOperator::Custom ? 9 : 0;
  }
  void operator()(field::Opnd, StringRef, Operand &operand) {
    constexpr uint8_t sizes[] = {8, 1, 2, 4, 3};
    BinaryOperator op;
    switch ((variant / 2 + 3 * operandCount++) % 9) {
    case 0:
      operand = registerOperand(nextSource++);
      break;
    case 1:
      operand = registerOperand(nextSource++);
      operand.kind = Operand::Reg;
      break;
    case 2:
      operand = immediateOperand(-3);
      break;
    case 3:
      operand = imm64Operand(variant & 4 ? returnPc : memoryBase + 8);
      break;
    case 4:
    case 5:
      operand = memoryOperand(nextSource++, variant & 8 ? -8 : 0,
                              sizes[variant % std::size(sizes)]);
      break;
    case 6:
      operand = Operand();
      break;
    case 7:
      (*this)(field::Binop(), "", op);
      operand =
          binaryOperand(op, registerOperand(nextSource++), immediateOperand(7));
      break;
    case 8:
      op.kind = BinaryOperator::And;
      operand = binaryOperand(op, memoryOperand(nextSource, 0, 8),
                              registerOperand(nextSource));
      ++nextSource;
      break;
    }
  }
  void operator()(field::Flags, StringRef, MemFlags &flags) {
    constexpr uint8_t aligns[] = {0, 1, 2, 4, 8, 16, 3};
    flags.atomic = variant & 1;
    flags.order = static_cast<MemOrder>(variant % 5);
    flags.align = aligns[(variant / 2) % std::size(aligns)];
    flags.isVolatile = variant & 4;
    flags.fenceBefore = variant & 8;
    flags.fenceAfter = variant & 2;
  }

private:
  /// Now and then a source, or register 0. Further ones are others, or the
  /// same.
  RegId destination() {
    RegId first = variant % 5 == 3 ? 6 : variant % 7 == 5 ? 0 : 5;
    return destinationCount++ == 0 || variant % 3 == 2 ? first
                                                       : 20 + destinationCount;
  }

  unsigned variant;
  RegId nextSource = 6;
  unsigned destinationCount = 0;
  unsigned operandCount = 0;
};

template <class IROp> unsigned countVariants() {
  unsigned count = 2;
  IROp op;
  forEachField(op, [&](auto tag, StringRef, auto &) {
    using Tag = decltype(tag);
    if constexpr (std::is_same_v<Tag, field::U8> ||
                  std::is_same_v<Tag, field::I64> ||
                  std::is_same_v<Tag, field::U64> ||
                  std::is_same_v<Tag, field::U16> ||
                  std::is_same_v<Tag, field::Addr>)
      count = std::max(count, 16u);
    if constexpr (std::is_same_v<Tag, field::Rmw>)
      count = std::max(count, 28u);
    if constexpr (std::is_same_v<Tag, field::Flags> ||
                  std::is_same_v<Tag, field::Opnd>)
      count = 56;
  });
  return count;
}

/// A program with a block for each variant of each op and terminator.
Program makeProgram() {
  Program program;
  program.name = "every_op";
  auto addBlock = [&](std::vector<Op> ops, Terminator term) {
    program.blocks.push_back(
        {0x1000 + 0x10 * program.blocks.size(), std::move(ops), term});
  };
#define VMIR_OP(Number, Name, OpFamily, Fields)                                \
  if (isCompared(Family::OpFamily))                                            \
    for (unsigned variant = 0; variant < countVariants<ops::Name>();           \
         ++variant) {                                                          \
      ops::Name op;                                                            \
      forEachField(op, FieldFiller(variant));                                  \
      /* What the op gives is used once more, as both kinds of value. */       \
      addBlock({op, ops::FmvXD{9, 5}, ops::FaddS{11, 5, 5}},                   \
               terms::Jmp{returnPc});                                          \
    }
#include "vmjit/VMIR/Opcodes.def"
  addBlock({}, terms::Ret{});
  addBlock({ops::Nop{}}, terms::Jmp{0x1000});
  addBlock({}, terms::Jmp{0x77777});
  addBlock({}, terms::JmpReg{6, 0});
  addBlock({ops::MovImm{6, 0x1000}}, terms::JmpReg{6, 0x10});
  addBlock({ops::MovImm{6, returnPc + 1}}, terms::JmpReg{6, -1});
  addBlock({}, terms::CondJmp{6, returnPc, 0x1010});
  addBlock({ops::Nop{}}, terms::Fault{42});
  addBlock({}, terms::Interrupt{7});
  // Calls itself until the call stack is full.
  GuestAddr self = 0x1000 + 0x10 * program.blocks.size();
  addBlock({ops::AddImm{5, 5, 1}}, terms::Call{self, 0x1000});
  // Calls a block that returns here.
  GuestAddr callee = 0x1000 + 0x10 * (program.blocks.size() + 1);
  addBlock({}, terms::Call{callee, callee + 0x10});
  addBlock({ops::AddImm{7, 7, 3}}, terms::Ret{});
  addBlock({ops::AddImm{8, 7, 4}}, terms::Jmp{returnPc});
  program.entry = program.blocks.front().startPc;
  return program;
}

/// The harts, and the engines that run them.
class EngineAgreement : public testing::Test {
protected:
  /// Makes \p newProgram what runs, and finds out what is expected of it.
  void use(Program newProgram) {
    program = std::move(newProgram);
    hartCount = hartsPerVariant * program.blocks.size();
    expectedState.emplace(makeState());
    expectedMemory.emplace(makeMemory());
    runInterpreter();
  }

  HartStateArray makeState() {
    std::mt19937_64 random(0x766d6a6974);
    auto choose = [&](auto &edges) {
      return edges[random() % std::size(edges)];
    };
    HartStateArray state = cantFail(HartStateArray::create(hartCount, csrs));
    for (uint64_t hart = 0; hart < hartCount; ++hart) {
      state.initialize(hart, program.blocks[hart / hartsPerVariant].startPc);
      for (unsigned reg = 0; reg < 32; ++reg) {
        state.x(reg, hart) = random() % 8 == 0 ? random() : choose(intEdges);
        // Boxed, as f64, with a broken box, or anything.
        uint64_t single = choose(floatEdges);
        uint64_t values[] = {0xffffffff00000000 | single,
                             0xffffffff00000000 | single,
                             choose(doubleEdges),
                             choose(doubleEdges),
                             single,
                             random()};
        state.f(reg, hart) = choose(values);
      }
      state.x(0, hart) = 0;
      state.word(VMJIT_WORD_NZCV, hart) = random() % 16 << 28;
      state.word(VMJIT_WORD_CSR, hart) = random() % 256;
      state.word(VMJIT_WORD_CSR + 1, hart) = random();
      makeReservation(state, hart, choose(intEdges), random() % 8);
    }
    return state;
  }

  /// Reserves memory at \p address, in some of the cases with the value that is
  /// there.
  void makeReservation(HartStateArray &state, uint64_t hart, uint64_t address,
                       unsigned choice) {
    uint64_t size = choice == 0 ? 0 : choice % 2 ? 4 : 8;
    uint64_t value = 0;
    for (uint64_t i = 0; i < size && choice > 1; ++i)
      value |= uint64_t(getInitialByte(address - memoryBase + i, hart))
               << 8 * i;
    state.word(VMJIT_WORD_RESERVATION, hart) = address;
    state.word(VMJIT_WORD_RESERVATION + 1, hart) = size;
    state.word(VMJIT_WORD_RESERVATION + 2, hart) = value;
  }

  static uint8_t getInitialByte(uint64_t offset, uint64_t hart) {
    return 0xf0 + 37 * offset + hart;
  }

  HartMemory makeMemory() {
    HartRegion regions[] = {{.base = memoryBase, .size = memoryBytes},
                            {.base = constantBase,
                             .size = 8,
                             .isPrivate = false,
                             .flags = VMJIT_REGION_READ}};
    HartMemory memory = cantFail(HartMemory::create(regions, hartCount));
    std::vector<uint8_t> bytes(memoryBytes);
    for (uint64_t hart = 0; hart < hartCount; ++hart) {
      for (uint64_t i = 0; i < memoryBytes; ++i)
        bytes[i] = getInitialByte(i, hart);
      cantFail(memory.write(hart, memoryBase, bytes));
    }
    cantFail(memory.write(0, constantBase, ArrayRef(bytes).take_front(8)));
    return memory;
  }

  void runInterpreter() {
    Interpreter interpreter = cantFail(Interpreter::create(program));
    for (uint64_t hart = 0; hart < hartCount; ++hart) {
      GuestMemory memory;
      for (auto [index, region] : enumerate(expectedMemory->getRegions()))
        cantFail(memory.addShared(region.base,
                                  expectedMemory->getBytes(index, hart), true,
                                  region.flags & VMJIT_REGION_WRITE));
      HartState state;
      for (unsigned reg = 0; reg < 32; ++reg) {
        state.x[reg] = expectedState->x(reg, hart);
        state.f[reg] = expectedState->f(reg, hart);
      }
      state.nzcv = expectedState->word(VMJIT_WORD_NZCV, hart);
      for (uint16_t csr : csrs)
        state.csrs[csr] =
            expectedState->word(*expectedState->getCsrWord(csr), hart);
      uint64_t reserved = VMJIT_WORD_RESERVATION;
      state.reservation = {expectedState->word(reserved, hart),
                           expectedState->word(reserved + 1, hart),
                           expectedState->word(reserved + 2, hart)};
      state.startAt(expectedState->word(VMJIT_WORD_NEXT_PC, hart));
      cantFail(interpreter.runHart(state, memory, returnPc));
      for (unsigned reg = 0; reg < 32; ++reg) {
        expectedState->x(reg, hart) = state.x[reg];
        expectedState->f(reg, hart) = state.f[reg];
      }
      expectedState->word(VMJIT_WORD_NZCV, hart) = state.nzcv;
      for (uint16_t csr : csrs)
        expectedState->word(*expectedState->getCsrWord(csr), hart) =
            state.csrs[csr];
      expectedState->word(reserved, hart) = state.reservation.address;
      expectedState->word(reserved + 1, hart) = state.reservation.size;
      expectedState->word(reserved + 2, hart) = state.reservation.value;
      expectedState->setExit(hart, state.exit);
    }
  }

  /// Names the block that \p hart started in, for messages.
  std::string describe(uint64_t hart) {
    const Block &block = program.blocks[hart / hartsPerVariant];
    std::string name = block.ops.empty()
                           ? getTerminatorName(block.term).str()
                           : getOpInfo(block.ops.front()).name.str();
    return "hart " + std::to_string(hart) + ": " + name + " variant block " +
           std::to_string(hart / hartsPerVariant);
  }

  void runHost(OptLevel level) {
    Compiler compiler;
    CompileOptions options;
    options.optLevel = level;
    VMJIT_ASSERT_VALUE(CodeObject object, compiler.compile(program, options));
    ASSERT_EQ(object.csrs,
              std::vector<uint16_t>(std::begin(csrs), std::end(csrs)));
    VMJIT_ASSERT_VALUE(std::shared_ptr<HostDevice> device,
                       HostDevice::create());
    VMJIT_ASSERT_VALUE(HostKernel kernel, HostKernel::load(device, object));
    HartStateArray state = makeState();
    HartMemory memory = makeMemory();
    vmjit_hart_launch launch = {};
    launch.abi_version = VMJIT_HART_ABI_VERSION;
    launch.return_pc = returnPc;
    state.describe(launch);
    memory.describe(launch);
    Error error = kernel.launchHarts(launch);
    ASSERT_FALSE(error) << toString(std::move(error));
    unsigned differences = 0;
    for (uint64_t hart = 0; hart < hartCount && differences < 20; ++hart)
      differences += compare(state, memory, hart);
  }

  /// Whether \p hart differs; fails the test then.
  bool compare(HartStateArray &state, HartMemory &memory, uint64_t hart) {
    SCOPED_TRACE(describe(hart));
    ExitRecord actual = cantFail(state.getExit(hart));
    ExitRecord expected = cantFail(expectedState->getExit(hart));
    bool differs = actual != expected;
    EXPECT_EQ(describeExit(actual), describeExit(expected));
    EXPECT_EQ(actual, expected);
    for (unsigned reg = 0; reg < 32; ++reg) {
      EXPECT_EQ(state.x(reg, hart), expectedState->x(reg, hart)) << "x" << reg;
      EXPECT_EQ(state.f(reg, hart), expectedState->f(reg, hart)) << "f" << reg;
      differs |= state.x(reg, hart) != expectedState->x(reg, hart) ||
                 state.f(reg, hart) != expectedState->f(reg, hart);
    }
    for (int word : {+VMJIT_WORD_NZCV, +VMJIT_WORD_CSR, VMJIT_WORD_CSR + 1,
                     VMJIT_WORD_CSR + 2, +VMJIT_WORD_RESERVATION,
                     VMJIT_WORD_RESERVATION + 1, VMJIT_WORD_RESERVATION + 2}) {
      // Without a reservation its other words say nothing.
      if (word >= VMJIT_WORD_RESERVATION && word < VMJIT_WORD_CSR &&
          word != VMJIT_WORD_RESERVATION + 1 &&
          expectedState->word(VMJIT_WORD_RESERVATION + 1, hart) == 0)
        continue;
      EXPECT_EQ(state.word(word, hart), expectedState->word(word, hart))
          << "word " << word;
      differs |= state.word(word, hart) != expectedState->word(word, hart);
    }
    bool sameBytes = ArrayRef<uint8_t>(memory.getBytes(0, hart)) ==
                     ArrayRef<uint8_t>(expectedMemory->getBytes(0, hart));
    EXPECT_TRUE(sameBytes) << "memory differs";
    return differs || !sameBytes;
  }

  Program program;
  uint64_t hartCount = 0;
  std::optional<HartStateArray> expectedState;
  std::optional<HartMemory> expectedMemory;
};

/// Parts of the program that are small enough for registers to become values.
std::vector<Program> makeParts() {
  constexpr size_t blocksPerPart = 256;
  Program whole = makeProgram();
  std::vector<Program> parts;
  for (Block &block : whole.blocks) {
    if (parts.empty() || parts.back().blocks.size() == blocksPerPart) {
      parts.emplace_back().entry = block.startPc;
      // Every part has the same CSRs.
      Block &reads = parts.back().blocks.emplace_back();
      reads.startPc = 0x100;
      for (uint16_t csr : csrs)
        reads.ops.push_back(ops::CsrRead{9, csr});
    }
    parts.back().blocks.push_back(std::move(block));
  }
  return parts;
}

TEST_F(EngineAgreement, HostAtO0) {
  for (Program &part : makeParts()) {
    use(std::move(part));
    runHost(OptLevel::O0);
  }
}
TEST_F(EngineAgreement, HostAtO3) {
  for (Program &part : makeParts()) {
    use(std::move(part));
    runHost(OptLevel::O3);
  }
}
TEST_F(EngineAgreement, HostWithRegistersInState) {
  use(makeProgram());
  runHost(OptLevel::O2);
}
} // namespace
