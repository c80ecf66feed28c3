//===- HartState.cpp - One guest thread and how it ended --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Interpreter/HartState.h"

using namespace vmjit;

void HartState::startAt(vmir::GuestAddr pc, uint32_t op) {
  exit = ExitRecord();
  exit.nextPc = pc;
  exit.nextOp = op;
}
