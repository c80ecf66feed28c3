//===- FlagAccesses.cpp - Which accesses of flags nobody sees ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlagAccesses.h"

#include "ControlFlow.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

/// How much code is looked at for one save.
static constexpr size_t kMaxInstructions = 256;

bool vmjit::riscv::accessesFlags(const DecodedInstruction &instruction) {
  return instruction.operation &&
         getFamily(*instruction.operation) == Family::Csr &&
         (instruction.csr == vmir::kFflagsCsr ||
          instruction.csr == vmir::kFcsrCsr) &&
         (instruction.rd != 0 || writesCsr(instruction));
}

bool vmjit::riscv::isFlagSave(const DecodedInstruction &instruction) {
  return accessesFlags(instruction) && instruction.csr == vmir::kFflagsCsr &&
         !writesCsr(instruction);
}

bool vmjit::riscv::isFlagRestore(const DecodedInstruction &instruction) {
  return accessesFlags(instruction) && instruction.csr == vmir::kFflagsCsr &&
         *instruction.operation == Operation::CSRRW && instruction.rd == 0 &&
         instruction.rs1 != 0;
}

/// A temporary or argument register that returns no value: its value is gone
/// when a function returns.
static bool isDeadAtReturn(uint8_t reg) {
  return (reg >= 5 && reg <= 7) || (reg >= 12 && reg <= 17) || reg >= 28;
}

namespace {
/// Where the value of a save is, and whether it has been restored before. What
/// control then is given to, out of sight, is not taken to look at it.
struct Place {
  GuestAddr pc;
  bool isRestored;
  auto operator<=>(const Place &) const = default;
};

/// Follows the value of a save.
class SavedFlags {
public:
  SavedFlags(const CodeMap &code, const DecodedInstruction &save)
      : code(code), reg(save.rd), waiting({{save.getNextPc(), false}}) {}

  /// Whether it goes nowhere but to restores, which are then known.
  bool areQuiet();

  std::set<GuestAddr> restores;

private:
  bool passes(const DecodedInstruction &instruction, bool isRestored);

  const CodeMap &code;
  uint8_t reg;
  std::vector<Place> waiting;
};
} // namespace

bool SavedFlags::areQuiet() {
  std::set<Place> seen;
  while (!waiting.empty()) {
    Place place = waiting.back();
    waiting.pop_back();
    if (!seen.insert(place).second)
      continue;
    auto found = code.instructions.find(place.pc);
    if (found == code.instructions.end() || seen.size() > kMaxInstructions)
      return false;
    if (!passes(found->second, place.isRestored))
      return false;
  }
  return true;
}

/// Goes on behind \p instruction, where the value still is, if that may be.
bool SavedFlags::passes(const DecodedInstruction &instruction,
                        bool isRestored) {
  if (isFlagRestore(instruction) && instruction.rs1 == reg) {
    restores.insert(instruction.pc);
    isRestored = true;
  } else if (!isLiftable(instruction) || readsRegister(instruction, reg)) {
    return false;
  }
  if (writesRegister(instruction, reg))
    return true;
  ControlFlow flow = getControlFlow(instruction);
  bool isReturn = flow.kind == FlowKind::IndirectJump && !flow.links &&
                  instruction.rs1 == vmir::kReturnAddressReg;
  switch (flow.kind) {
  case FlowKind::Next:
    waiting.push_back({instruction.getNextPc(), isRestored});
    return true;
  case FlowKind::Branch:
    waiting.push_back({instruction.getNextPc(), isRestored});
    waiting.push_back({flow.target, isRestored});
    return true;
  case FlowKind::Jump:
    if (flow.links)
      return isRestored;
    waiting.push_back({flow.target, isRestored});
    return true;
  case FlowKind::IndirectJump:
    return isReturn ? isDeadAtReturn(reg) : isRestored;
  case FlowKind::NextBlock:
  case FlowKind::Stop:
    return isRestored;
  }
  return false;
}

std::set<GuestAddr> vmjit::riscv::findQuietFlagAccesses(const CodeMap &code) {
  std::set<GuestAddr> quiet;
  for (const auto &[pc, instruction] : code.instructions) {
    if (!isFlagSave(instruction))
      continue;
    SavedFlags flags(code, instruction);
    if (!flags.areQuiet())
      continue;
    quiet.insert(pc);
    quiet.insert(flags.restores.begin(), flags.restores.end());
  }
  return quiet;
}
