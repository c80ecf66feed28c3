//===- HartInputs.cpp - What random harts start with ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/HartInputs.h"

#include "EdgeValues.h"
#include "vmjit/Fuzz/ProgramGenerator.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::fuzz;
using namespace vmjit::vmir;

namespace {
class InputGenerator {
public:
  InputGenerator(uint64_t seed, const Program &program)
      : random(seed), program(program) {
    for (const Block &block : program.blocks)
      if (isLoopHead(block))
        heads.push_back(block.startPc);
    if (heads.empty())
      heads.push_back(kReturnPc);
  }

  HartState makeHart();
  std::vector<uint8_t> makeBytes(uint64_t count);
  std::optional<uint64_t> makeStepBudget();

private:
  void fillRegisters(HartState &state);
  void fillReservation(HartState &state);
  GuestAddr pickStart();

  Random random;
  const Program &program;
  std::vector<GuestAddr> heads;
};
} // namespace

void InputGenerator::fillRegisters(HartState &state) {
  for (uint64_t &value : state.x)
    value = pickInteger(random);
  for (uint64_t &value : state.f)
    value = pickFloat(random);
  for (unsigned i = 0; i < kAddressRegCount; ++i)
    state.x[kFirstAddressReg + i] = pickAddress(random);
  for (unsigned i = 0; i < kCodeRegCount; ++i)
    state.x[kFirstCodeReg + i] =
        random.oneIn(8) ? kReturnPc : random.pick(heads);
  state.x[kLoopCounterReg] = 1 + random.below(10);
  if (program.zeroReg)
    state.x[0] = 0;
}

/// Some harts have a reservation, which memory may or may not agree with.
void InputGenerator::fillReservation(HartState &state) {
  if (!random.oneIn(4))
    return;
  state.reservation.address =
      state.x[kFirstAddressReg + random.below(kAddressRegCount)];
  state.reservation.size = random.oneIn(2) ? 4 : 8;
  state.reservation.value = random.next() >> (64 - 8 * state.reservation.size);
}

GuestAddr InputGenerator::pickStart() {
  if (!random.oneIn(4))
    return program.entry;
  return random.oneIn(16) ? kReturnPc : random.pick(program.blocks).startPc;
}

HartState InputGenerator::makeHart() {
  HartState state;
  fillRegisters(state);
  fillReservation(state);
  state.nzcv = random.below(16) << 28;
  for (uint16_t csr : csrNames)
    // 1 and 2 are parts of 3, which has 8 bits.
    if (csr >= 3 && random.oneIn(2))
      state.csrs[csr] = csr == 3 ? random.below(256) : random.next();
  // Mostly shallow, now and then almost full.
  uint64_t depth =
      random.oneIn(8) ? kCallStackDepth - random.below(3) : random.below(3);
  for (uint64_t i = 0; i < depth; ++i)
    state.callStack.push_back(random.pick(heads));
  state.startAt(pickStart());
  return state;
}

/// Mostly small numbers and edges, so that ops find something to work on.
std::vector<uint8_t> InputGenerator::makeBytes(uint64_t count) {
  std::vector<uint8_t> bytes(count);
  for (uint64_t i = 0; i < count; i += 8) {
    uint64_t word = pickInteger(random);
    for (uint64_t k = i; k < std::min(count, i + 8); ++k)
      bytes[k] = word >> 8 * (k - i);
  }
  return bytes;
}

std::optional<uint64_t> InputGenerator::makeStepBudget() {
  if (random.oneIn(2))
    return std::nullopt;
  return random.below(12);
}

HartInputs fuzz::generateInputs(uint64_t seed, const Program &program,
                                uint64_t hartCount) {
  // Other numbers than those that the program was made of.
  InputGenerator generator(~seed, program);
  HartInputs inputs;
  inputs.returnPc = kReturnPc;
  for (uint64_t hart = 0; hart < hartCount; ++hart)
    inputs.harts.push_back(generator.makeHart());
  inputs.regions.assign(std::begin(memoryMap), std::end(memoryMap));
  for (const HartRegion &region : inputs.regions)
    inputs.contents.push_back(
        generator.makeBytes(region.size * (region.isPrivate ? hartCount : 1)));
  inputs.stepBudget = generator.makeStepBudget();
  return inputs;
}
