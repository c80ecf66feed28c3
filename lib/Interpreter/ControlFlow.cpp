//===- ControlFlow.cpp - How blocks end -------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include <optional>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

std::optional<GuestAddr> interpreter::execute(const terms::Ret &,
                                              Machine &machine) {
  std::vector<GuestAddr> &stack = machine.getCallStack();
  if (stack.empty()) {
    machine.leaveFor(ExitStatus::Return, machine.getBlockPc());
    return std::nullopt;
  }
  GuestAddr target = stack.back();
  stack.pop_back();
  return target;
}

std::optional<GuestAddr> interpreter::execute(const terms::Jmp &term,
                                              Machine &) {
  return term.target;
}

std::optional<GuestAddr> interpreter::execute(const terms::JmpReg &term,
                                              Machine &machine) {
  return machine.getX(term.base) + uint64_t(term.offset);
}

std::optional<GuestAddr> interpreter::execute(const terms::CondJmp &term,
                                              Machine &machine) {
  return machine.getX(term.cond) != 0 ? term.targetTrue : term.targetFalse;
}

std::optional<GuestAddr> interpreter::execute(const terms::Call &term,
                                              Machine &machine) {
  std::vector<GuestAddr> &stack = machine.getCallStack();
  if (stack.size() == kCallStackDepth) {
    machine.leaveFor(ExitStatus::Call, term.target, term.retPc);
    return std::nullopt;
  }
  stack.push_back(term.retPc);
  return term.target;
}

std::optional<GuestAddr> interpreter::execute(const terms::Fault &term,
                                              Machine &machine) {
  machine.exitWith(ExitStatus::Fault, term.cause);
  return std::nullopt;
}

std::optional<GuestAddr> interpreter::execute(const terms::Interrupt &term,
                                              Machine &machine) {
  machine.exitWith(ExitStatus::Interrupt, term.vector);
  return std::nullopt;
}
