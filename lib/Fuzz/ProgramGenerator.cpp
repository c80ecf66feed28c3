//===- ProgramGenerator.cpp - Random valid programs -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/ProgramGenerator.h"

#include "EdgeValues.h"
#include "FieldFiller.h"
#include "vmjit/VMIR/Builder.h"
#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::fuzz;
using namespace vmjit::vmir;

//===----------------------------------------------------------------------===//
// All ops and terminators
//===----------------------------------------------------------------------===//

/// Ops that access 4 or 8 bytes only.
template <class T>
static constexpr bool isWide =
    std::is_same_v<T, ops::Fload> || std::is_same_v<T, ops::Fstore> ||
    std::is_same_v<T, ops::AtomicLoadReserve> ||
    std::is_same_v<T, ops::AtomicStoreCond>;

template <class Result, class T> static Result makeFilled(FieldFiller &filler) {
  T value;
  forEachField(value, filler);
  if constexpr (isWide<T>)
    // Other sizes that are wrong stay.
    if (value.size == 1 || value.size == 2)
      value.size *= 4;
  return value;
}

/// Whether engines agree on the op by definition: a position in the grid
/// differs, a barrier needs a block of threads, and compiled code leaves ops
/// that need the floating-point environment to the interpreter.
template <class IROp> static constexpr bool isComparable(Family family) {
  return (family != Family::Gpu && family != Family::Fenv) ||
         std::is_same_v<IROp, ops::Fence>;
}

using OpMaker = Op (*)(FieldFiller &);

/// The ops of each family, those that are not comparable left out.
static std::map<Family, std::vector<OpMaker>> getOpMakers() {
  std::map<Family, std::vector<OpMaker>> makers;
#define VMIR_OP(Number, Name, OpFamily, Fields)                                \
  if (isComparable<ops::Name>(Family::OpFamily))                               \
    makers[Family::OpFamily].push_back(makeFilled<Op, ops::Name>);
#include "vmjit/VMIR/Opcodes.def"
  return makers;
}

using TerminatorMaker = Terminator (*)(FieldFiller &);

static constexpr TerminatorMaker terminatorMakers[] = {
#define VMIR_TERMINATOR(Name, Fields) makeFilled<Terminator, terms::Name>,
#include "vmjit/VMIR/Opcodes.def"
};

/// How often an op of a family is wanted. What ends a hart is rare.
static unsigned getWeight(Family family) {
  switch (family) {
  case Family::Integer:
    return 20;
  case Family::Memory:
    return 14;
  case Family::FloatArith:
    return 12;
  case Family::Compare:
  case Family::Vector:
    return 10;
  case Family::Shift:
  case Family::Atomic:
    return 8;
  case Family::FloatConvert:
  case Family::FloatBits:
  case Family::Operand:
    return 6;
  case Family::SideExit:
  case Family::Csr:
    return 4;
  case Family::FloatCompare:
  case Family::Pstate:
    return 3;
  case Family::System:
  case Family::Vendor:
  case Family::Gpu:
    return 1;
  case Family::Fenv:
    return 0;
  }
  return 0;
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

namespace {
class Generator {
public:
  Generator(uint64_t seed, const GeneratorOptions &options)
      : random(seed), options(options), makers(getOpMakers()) {
    for (const auto &[family, familyMakers] : makers)
      totalWeight += getWeight(family);
  }

  Program generate();

private:
  std::vector<GuestAddr> pickAddresses(size_t count);
  void appendLoopHead(std::vector<Op> &ops);
  void appendOps(std::vector<Op> &ops, FieldFiller &filler);
  void appendSequence(std::vector<Op> &ops, FieldFiller &filler);
  Op makeOp(FieldFiller &filler);
  Terminator makeTerminator(FieldFiller &filler);

  Random random;
  GeneratorOptions options;
  std::map<Family, std::vector<OpMaker>> makers;
  unsigned totalWeight = 0;
};
} // namespace

/// Ascending, now and then with the highest address there is.
std::vector<GuestAddr> Generator::pickAddresses(size_t count) {
  std::vector<GuestAddr> addresses;
  for (size_t i = 0; i < count; ++i)
    addresses.push_back(0x1000 + 0x40 * i);
  if (random.oneIn(16))
    addresses.back() = UINT64_MAX - random.below(2);
  return addresses;
}

/// Counts down, and leaves the program when there is nothing left to count.
void Generator::appendLoopHead(std::vector<Op> &ops) {
  constexpr RegId one = 32;
  ops.push_back(ops::AddImm{kLoopCounterReg, kLoopCounterReg, -1});
  if (random.oneIn(2)) {
    ops.push_back(ops::MovImm{one, 1});
    ops.push_back(ops::Blt{kLoopCounterReg, one, kReturnPc});
    return;
  }
  BinaryOperator lessThan;
  lessThan.kind = BinaryOperator::LessThan;
  ops.push_back(
      ops::CondBranch{binaryOperand(lessThan, registerOperand(kLoopCounterReg),
                                    immediateOperand(1)),
                      imm64Operand(kReturnPc), /*link=*/false});
}

/// Of a family that is chosen by its weight, any op.
Op Generator::makeOp(FieldFiller &filler) {
  uint64_t choice = random.below(totalWeight);
  auto family = makers.begin();
  while (choice >= getWeight(family->first))
    choice -= getWeight(family++->first);
  return random.pick(family->second)(filler);
}

/// Ops that mean little unless they follow each other.
void Generator::appendSequence(std::vector<Op> &ops, FieldFiller &filler) {
  RegId dst = filler.pickDestination(), src = filler.pickSource();
  switch (random.below(6)) {
  case 0: {
    // Load-reserved and store-conditional to the same place.
    RegId base = filler.pickBase();
    uint8_t size = random.oneIn(2) ? 4 : 8;
    ops.push_back(ops::AtomicLoadReserve{dst, base, 0, size, MemFlags()});
    if (random.oneIn(2))
      ops.push_back(makeOp(filler));
    ops.push_back(ops::AtomicStoreCond{src, base, 0, size,
                                       filler.pickDestination(), MemFlags()});
    break;
  }
  case 1:
    ops.push_back(ops::MovImm{dst, pickFloat(random)});
    ops.push_back(random.oneIn(2)
                      ? Op(ops::FmvDX{uint32_t(random.below(6)), dst})
                      : ops::FmvWX{uint32_t(random.below(6)), dst});
    break;
  case 2: {
    // Sign or zero extension.
    constexpr uint8_t amounts[] = {32, 32, 48, 56, 63};
    uint8_t amount = random.pick(amounts);
    ops.push_back(ops::SllImm{dst, src, amount});
    ops.push_back(random.oneIn(2) ? Op(ops::SraImm{dst, dst, amount})
                                  : ops::SrlImm{dst, dst, amount});
    break;
  }
  case 3: {
    RegId base = kFirstAddressReg + random.below(kAddressRegCount);
    ops.push_back(ops::MovImm{base, pickAddress(random)});
    break;
  }
  case 4: {
    // What was stored is loaded, in parts.
    constexpr uint8_t sizes[] = {1, 2, 4, 8};
    RegId base = filler.pickBase();
    ops.push_back(ops::Store{src, base, 0, random.pick(sizes), MemFlags()});
    ops.push_back(ops::Load{dst, base, int64_t(random.below(4)),
                            random.pick(sizes), MemFlags()});
    break;
  }
  case 5: {
    // Flags that conditions depend on.
    ops.push_back(ops::WritePstateFlags{src});
    ops.push_back(ops::EvalCondition{dst, uint8_t(random.below(16))});
    break;
  }
  }
}

void Generator::appendOps(std::vector<Op> &ops, FieldFiller &filler) {
  size_t end = ops.size() + random.below(options.maxOpsPerBlock + 1);
  while (ops.size() < end)
    if (random.oneIn(10))
      appendSequence(ops, filler);
    else
      ops.push_back(makeOp(filler));
}

Terminator Generator::makeTerminator(FieldFiller &filler) {
  switch (random.below(8)) {
  case 0:
  case 1:
    return makeFilled<Terminator, terms::Jmp>(filler);
  case 2:
  case 3:
  case 4:
    return makeFilled<Terminator, terms::CondJmp>(filler);
  case 5:
    return terms::JmpReg{RegId(kFirstCodeReg + random.below(kCodeRegCount)), 0};
  default:
    return random.pick(terminatorMakers)(filler);
  }
}

Program Generator::generate() {
  std::vector<GuestAddr> addresses =
      pickAddresses(1 + random.below(options.maxBlocks));
  JumpTargets targets;
  for (GuestAddr address : addresses)
    if (address == addresses.front() || random.oneIn(2))
      targets.heads.push_back(address);

  Program program;
  program.name = "random";
  program.zeroReg = !random.oneIn(8);
  for (auto [index, address] : enumerate(addresses)) {
    targets.later.assign(addresses.begin() + index + 1, addresses.end());
    FieldFiller filler(random, targets);
    Block &block = program.blocks.emplace_back();
    block.startPc = address;
    if (is_contained(targets.heads, address))
      appendLoopHead(block.ops);
    appendOps(block.ops, filler);
    block.term = makeTerminator(filler);
  }
  // The order of the blocks means nothing.
  for (size_t i = program.blocks.size(); i > 1; --i)
    std::swap(program.blocks[i - 1], program.blocks[random.below(i)]);
  program.entry = random.oneIn(4) ? random.pick(addresses) : addresses.front();
  for (Block &block : program.blocks)
    block.isInner = block.startPc != program.entry && random.oneIn(4);
  return program;
}

Program fuzz::generateProgram(uint64_t seed, const GeneratorOptions &options) {
  return Generator(seed, options).generate();
}

bool fuzz::isLoopHead(const Block &block) {
  return !block.ops.empty() &&
         block.ops.front() ==
             Op(ops::AddImm{kLoopCounterReg, kLoopCounterReg, -1});
}
