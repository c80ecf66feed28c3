//===- Vendor.cpp - Ops without a portable meaning --------------*- C++ -*-===//
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

Outcome interpreter::execute(const ops::VendorLoad &, Machine &machine) {
  return machine.exitWith(ExitStatus::Unsupported);
}

Outcome interpreter::execute(const ops::VendorStore &, Machine &machine) {
  return machine.exitWith(ExitStatus::Unsupported);
}

Outcome interpreter::execute(const ops::VendorMatrixOp &, Machine &machine) {
  return machine.exitWith(ExitStatus::Unsupported);
}

Outcome interpreter::execute(const ops::VendorConfig &, Machine &machine) {
  return machine.exitWith(ExitStatus::Unsupported);
}

Outcome interpreter::execute(const ops::VendorVectorOp &, Machine &machine) {
  return machine.exitWith(ExitStatus::Unsupported);
}
