//===- System.cpp - Calls of the system, and hints --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

Outcome interpreter::execute(const ops::SysCall &, Machine &machine) {
  return machine.exitAfter(ExitStatus::Syscall);
}

Outcome interpreter::execute(const ops::DebugBreak &, Machine &machine) {
  return machine.exitAfter(ExitStatus::Breakpoint);
}

Outcome interpreter::execute(const ops::SysMret &, Machine &machine) {
  return machine.exitAfter(ExitStatus::Mret);
}

Outcome interpreter::execute(const ops::SysSret &, Machine &machine) {
  return machine.exitAfter(ExitStatus::Sret);
}

// The interpreter has no leaf table: every leaf is 0.
void interpreter::execute(const ops::Cpuid &op, Machine &machine) {
  for (RegId dst : {op.dstEax, op.dstEbx, op.dstEcx, op.dstEdx})
    machine.setX(dst, 0);
}

// A fence, which harts that run one after the other do not need.
void interpreter::execute(const ops::TlbFlush &, Machine &) {}

void interpreter::execute(const ops::SysWfi &, Machine &) {}
