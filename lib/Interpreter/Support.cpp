//===- Support.cpp - Which programs the interpreter runs --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/GPUCsrs.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

/// Whether \p op has a handler that does something; exceptions that depend on
/// the fields are the overloads.
template <class OpT> static bool isExecuted(const OpT &op) {
  using Result = decltype(execute(op, std::declval<Machine &>()));
  return !std::is_same_v<Result, Refused>;
}
static bool isExecuted(const vmir::ops::Load &op) { return !op.flags.atomic; }
static bool isExecuted(const vmir::ops::Store &op) { return !op.flags.atomic; }
static bool isExecuted(const vmir::ops::CsrRead &op) {
  return getGPUCsr(op.csr).has_value();
}
static bool isExecuted(const vmir::ops::CsrWrite &op) {
  return op.csr == kBarrierCsr;
}

Error vmjit::checkSupported(const Program &program) {
  for (const Block &block : program.blocks)
    for (auto [index, op] : enumerate(block.ops))
      if (!std::visit([](const auto &op) { return isExecuted(op); }, op))
        return makeErrorf(
            ErrorCode::Unsupported,
            "{0} (block {1:x}, op {2}) is not supported by the interpreter",
            getOpInfo(op).name, block.startPc, index);
  return Error::success();
}
