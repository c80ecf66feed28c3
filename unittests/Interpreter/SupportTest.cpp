//===- SupportTest.cpp - Tests of checkSupported ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

namespace {
void expectRefused(vmir::Op op) {
  vmir::Program program = makeProgram(
      {{0x1000, {ops::Nop{}}, terms::Jmp{0x2000}},
       {0x2000, {ops::Nop{}, ops::MovImm{5, 1}, op}, terms::Ret{}}});
  const std::string expected =
      (vmir::getOpInfo(op).name +
       " (block 0x2000, op 2) is not supported by the interpreter")
          .str();
  auto [code, message] = takeFailure(checkSupported(program));
  EXPECT_EQ(code, ErrorCode::Unsupported);
  EXPECT_EQ(message, expected);
  auto [createCode, createMessage] =
      takeFailure(Interpreter::create(program).takeError());
  EXPECT_EQ(createCode, ErrorCode::Unsupported);
  EXPECT_EQ(createMessage, expected);
}

/// One default-constructed op of each kind.
std::vector<vmir::Op> makeAllOps() {
  return {
#define VMIR_OP(Number, Name, Family, Fields) ops::Name{},
#include "vmjit/VMIR/Opcodes.def"
  };
}
} // namespace

TEST(Support, FamiliesAreSupportedAsAWhole) {
  for (const vmir::Op &op : makeAllOps()) {
    switch (vmir::getOpInfo(op).family) {
    case vmir::Family::Integer:
    case vmir::Family::Shift:
    case vmir::Family::Compare:
    case vmir::Family::Memory:
    case vmir::Family::FloatArith:
    case vmir::Family::FloatCompare:
    case vmir::Family::FloatConvert:
    case vmir::Family::FloatBits:
    case vmir::Family::Gpu: {
      llvm::Error error =
          checkSupported(makeProgram({{0x1000, {op}, terms::Ret{}}}));
      EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
      break;
    }
    case vmir::Family::Atomic:
    case vmir::Family::Vector:
    case vmir::Family::SideExit:
    case vmir::Family::Csr:
    case vmir::Family::System:
    case vmir::Family::Pstate:
    case vmir::Family::Vendor:
    case vmir::Family::Operand:
      expectRefused(op);
      break;
    }
  }
}

TEST(Support, RefusesAtomicAccesses) {
  expectRefused(ops::Load{5, 6, 0, 8, {.atomic = true}});
  expectRefused(ops::Store{5, 6, 0, 8, {.atomic = true}});
}

TEST(Support, RefusesCsrsThatStandForNoGpuOp) {
  for (uint16_t csr : {0xcbf, 0xcc3, 0xcc7, 0xccb, 0xccf, 0xcd1, 0xcd3, 0x800})
    expectRefused(ops::CsrRead{5, csr});
  for (uint16_t csr : {0x801, 0xcc0, 0xf14, 0x003})
    expectRefused(ops::CsrWrite{csr, 5});
  expectRefused(ops::CsrSet{0x800, 5});
}

TEST(Support, RejectsProgramsThatCannotBeRun) {
  vmir::Program twice =
      makeProgram({{0x1000, {}, terms::Ret{}}, {0x1000, {}, terms::Ret{}}});
  auto [code, message] = takeFailure(Interpreter::create(twice).takeError());
  EXPECT_EQ(code, ErrorCode::InvalidProgram);
  EXPECT_EQ(message, "two blocks start at 0x1000");

  vmir::Program badReg =
      makeProgram({{0x1000, {ops::Fadd{1, 32, 2}}, terms::Ret{}}});
  EXPECT_EQ(takeFailure(Interpreter::create(badReg).takeError()).second,
            "block 0x1000 names a floating-point register above 31");

  vmir::Program large = makeProgram({{0x1000, {}, terms::Ret{}}});
  large.stackBytes = vmir::kMaxStackBytes + 1;
  EXPECT_EQ(takeFailure(Interpreter::create(large).takeError()).first,
            ErrorCode::InvalidProgram);
  large.stackBytes = 0;
  large.sharedBytes = vmir::kMaxSharedBytes + 1;
  EXPECT_EQ(takeFailure(Interpreter::create(large).takeError()).first,
            ErrorCode::InvalidProgram);
}
