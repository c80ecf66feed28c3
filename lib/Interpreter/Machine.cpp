//===- Machine.cpp - One hart while it runs ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "Handlers.h"
#include "llvm/ADT/STLExtras.h"

#include <atomic>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

namespace {

/// Executes any op. An op without a handler does not compile.
struct Dispatcher {
  Machine &machine;

  template <class OpT> Outcome operator()(const OpT &op) const {
    using Result = decltype(execute(op, machine));
    if constexpr (std::is_void_v<Result>) {
      execute(op, machine);
      return Outcome::Next;
    } else {
      return execute(op, machine);
    }
  }
};

} // namespace

Machine::Machine(const DecodedProgram &program, HartState &state,
                 RegionList &memory, const RunMode &mode)
    : program(program), state(state), memory(memory), mode(mode),
      x(program.getSlotCount(), 0), f(state.f) {
  copy(state.x, x.begin());
  if (program.hasZeroReg())
    x[0] = 0;
}

Outcome Machine::exitWith(ExitStatus status, uint64_t detail) {
  exit = ExitRecord();
  exit.status = status;
  exit.pc = exit.nextPc = block->startPc;
  exit.opIndex = exit.nextOp = opIndex;
  exit.detail = detail;
  return Outcome::Exit;
}

void Machine::leaveFor(ExitStatus status, GuestAddr nextPc, uint64_t detail) {
  exitWith(status, detail);
  exit.nextPc = nextPc;
  exit.nextOp = 0;
}

Outcome Machine::exitAfter(ExitStatus status) {
  exitWith(status);
  ++exit.nextOp;
  return Outcome::Exit;
}

Outcome Machine::branchTo(GuestAddr target, bool isNamed) {
  uint32_t index = isNamed ? program.findSuccessor(*block, target)
                           : program.findBlock(target);
  return enter(target, index) ? Outcome::Branch : Outcome::Exit;
}

Outcome Machine::barrier() {
  if (state.position.blockDim == Dim3{1, 1, 1})
    return Outcome::Next;
  if (!mode.isKernel)
    return exitWith(ExitStatus::Unsupported);
  exitAfter(ExitStatus::Running);
  return Outcome::Barrier;
}

/// Counts a step to \p target. False: the hart ends instead.
bool Machine::takeStep(GuestAddr target) {
  if (*fuel == 0) {
    leaveFor(ExitStatus::OutOfFuel, target);
    return false;
  }
  // C++20 has no atomic_ref of what is const.
  auto *stopWord = const_cast<uint32_t *>(mode.stopWord);
  if (stopWord && std::atomic_ref(*stopWord).load(std::memory_order_relaxed)) {
    leaveFor(ExitStatus::Interrupted, target);
    return false;
  }
  --*fuel;
  return true;
}

/// Makes the block of number \p index, which is at \p pc, the current one.
/// False: the hart ends instead, since it returned, left the program or may
/// not take the step.
bool Machine::enter(GuestAddr pc, uint32_t index) {
  if (pc == mode.returnPc || index == kNoBlock) {
    leaveFor(pc == mode.returnPc ? ExitStatus::Return : ExitStatus::LeftRegion,
             pc);
    return false;
  }
  if (pc <= block->startPc && !takeStep(pc))
    return false;
  if (mode.blockCounts)
    ++mode.blockCounts[index];
  block = &program.getBlock(index);
  opIndex = 0;
  std::fill_n(x.begin() + kFirstTemporarySlot, block->temporaries.size(), 0);
  return true;
}

/// Enters the program where the state says. False: the hart ends right there,
/// with nothing changed but the exit record.
bool Machine::start() {
  const ExitRecord &from = state.exit;
  uint32_t index = program.findBlock(from.nextPc, from.nextOp);
  bool returned = from.nextPc == mode.returnPc && from.nextOp == 0;
  if (returned || index == kNoBlock) {
    exit.status = returned ? ExitStatus::Return : ExitStatus::LeftRegion;
    exit.pc = exit.nextPc = from.nextPc;
    exit.opIndex = exit.nextOp = from.nextOp;
    return false;
  }
  block = &program.getBlock(index);
  opIndex = from.nextOp;
  if (opIndex != 0)
    restoreTemporaries();
  else if (mode.blockCounts)
    ++mode.blockCounts[index];
  return true;
}

void Machine::restoreTemporaries() {
  for (auto [id, value] : state.temporaries) {
    auto it = llvm::lower_bound(block->temporaries, id);
    if (it != block->temporaries.end() && *it == id)
      x[kFirstTemporarySlot + (it - block->temporaries.begin())] = value;
  }
}

/// Writes back what the run changed.
void Machine::save() {
  size_t first = program.hasZeroReg() ? 1 : 0;
  std::copy(x.begin() + first, x.begin() + kArchRegCount,
            state.x.begin() + first);
  state.f = f;
  state.temporaries.clear();
  if (exit.nextOp != 0)
    for (auto [i, id] : enumerate(block->temporaries))
      if (uint64_t value = x[kFirstTemporarySlot + i])
        state.temporaries.emplace_back(id, value);
  state.exit = exit;
}

Stop Machine::run(uint64_t &fuelLeft) {
  fuel = &fuelLeft;
  if (!start()) {
    state.exit = exit;
    return Stop::Exit;
  }
  Outcome outcome = Outcome::Next;
  while (outcome == Outcome::Next) {
    if (opIndex < block->ops.size()) {
      outcome = std::visit(Dispatcher{*this}, block->ops[opIndex]);
      if (outcome == Outcome::Branch)
        outcome = Outcome::Next;
      else
        ++opIndex;
      continue;
    }
    std::optional<GuestAddr> target = std::visit(
        [&](const auto &term) { return execute(term, *this); }, block->term);
    bool isNamed = !std::holds_alternative<terms::JmpReg>(block->term) &&
                   !std::holds_alternative<terms::Ret>(block->term);
    if (!target || branchTo(*target, isNamed) == Outcome::Exit)
      outcome = Outcome::Exit;
  }
  save();
  return outcome == Outcome::Barrier ? Stop::Barrier : Stop::Exit;
}
