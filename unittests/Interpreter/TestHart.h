//===- TestHart.h - Running a few ops in a test -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_INTERPRETER_TESTHART_H
#define VMJIT_UNITTESTS_INTERPRETER_TESTHART_H

#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Support/Error.h"
#include "gtest/gtest.h"

namespace vmjit {

namespace ops = vmir::ops;
namespace terms = vmir::terms;

inline constexpr vmir::GuestAddr kBlockPc = 0x1000;
inline constexpr vmir::GuestAddr kReturnPc = 0x9000;

inline constexpr uint64_t kMinusOne = ~uint64_t(0);
inline constexpr uint64_t kMinInt64 = uint64_t(1) << 63;
inline constexpr uint64_t kMaxInt64 = kMinInt64 - 1;

/// A hart-mode program of \p blocks, entered at the first one.
vmir::Program makeProgram(std::vector<vmir::Block> blocks);

/// The code and the message of \p error, which has to be a failure.
std::pair<ErrorCode, std::string> takeFailure(llvm::Error error);

/// Runs \p state, which says where it starts, in \p program.
void runProgram(const vmir::Program &program, HartState &state,
                GuestMemory &memory,
                std::optional<uint64_t> stepLimit = std::nullopt);

/// Runs \p code as one block that then returns.
HartState runOps(const std::vector<vmir::Op> &code, HartState state,
                 GuestMemory &memory);
HartState runOps(const std::vector<vmir::Op> &code, HartState state = {});

/// Runs \p blocks from the first one.
HartState runBlocks(std::vector<vmir::Block> blocks, HartState state = {});

/// The record of a hart that ended at op \p op of the block at kBlockPc, where
/// it resumes.
ExitRecord exitAtOp(ExitStatus status, uint32_t op, uint64_t detail = 0,
                    uint8_t size = 0, bool isStore = false);
/// The record of a hart that ended at op \p op of the block at kBlockPc and
/// resumes at \p nextOp of \p nextPc.
ExitRecord exitTo(ExitStatus status, uint32_t op, vmir::GuestAddr nextPc,
                  uint32_t nextOp = 0);

/// An operand of any kind but Binary.
vmir::Operand makeOperand(vmir::Operand::Kind kind, uint64_t bits = 0,
                          vmir::RegId reg = 0, uint8_t size = 0);
/// A Binary operand.
vmir::Operand makeBinary(vmir::BinaryOperator op,
                         std::vector<vmir::Operand> operands);

/// A hart with sixteen bytes 0x80, 0x81, ... at kBase, and X[1] = kBase.
class HartWithMemory : public testing::Test {
protected:
  static constexpr vmir::GuestAddr kBase = 0x10000;

  HartWithMemory();
  ExitRecord run(std::vector<vmir::Op> code);
  /// Maps eight bytes 0x55 at kRom that cannot be written, and at kPort that
  /// cannot be read.
  static constexpr vmir::GuestAddr kRom = 0x20000;
  static constexpr vmir::GuestAddr kPort = 0x30000;
  void mapRomAndPort();

  std::vector<uint8_t> bytes;
  std::vector<uint8_t> rom;
  std::vector<uint8_t> port;
  GuestMemory memory;
  HartState state;
};

/// X[3] after an op that writes it, with X[1] and X[2] as given.
uint64_t evalX(const vmir::Op &op, uint64_t x1, uint64_t x2 = 0);

/// F[4] after an op that writes it, with F[1], F[2] and F[3] as given.
uint64_t evalF(const vmir::Op &op, uint64_t f1, uint64_t f2 = 0,
               uint64_t f3 = 0);

/// X[3] after an op that writes it, with F[1] and F[2] as given.
uint64_t evalFToX(const vmir::Op &op, uint64_t f1, uint64_t f2 = 0);

/// F[4] after an op that writes it, with X[1] as given.
uint64_t evalXToF(const vmir::Op &op, uint64_t x1);

/// The NaN-boxed f32 of \p bits.
constexpr uint64_t box(uint32_t bits) { return 0xffffffff00000000 | bits; }

namespace f64 {
inline constexpr uint64_t kNaN = 0x7ff8000000000000;
inline constexpr uint64_t kPayloadNaN = 0xfff8000000001234;
inline constexpr uint64_t kSignalingNaN = 0x7ff0000000000001;
inline constexpr uint64_t kInf = 0x7ff0000000000000;
inline constexpr uint64_t kMinusInf = 0xfff0000000000000;
inline constexpr uint64_t kZero = 0;
inline constexpr uint64_t kMinusZero = 0x8000000000000000;
inline constexpr uint64_t kOne = 0x3ff0000000000000;
inline constexpr uint64_t kMinusOne = 0xbff0000000000000;
inline constexpr uint64_t kTwo = 0x4000000000000000;
inline constexpr uint64_t kThree = 0x4008000000000000;
inline constexpr uint64_t kHalf = 0x3fe0000000000000;
inline constexpr uint64_t kMinSubnormal = 1;
inline constexpr uint64_t kMinNormal = 0x0010000000000000;
} // namespace f64

/// Boxed.
namespace f32 {
inline constexpr uint64_t kNaN = box(0x7fc00000);
inline constexpr uint64_t kPayloadNaN = box(0xffc01234);
inline constexpr uint64_t kSignalingNaN = box(0x7f800001);
inline constexpr uint64_t kInf = box(0x7f800000);
inline constexpr uint64_t kMinusInf = box(0xff800000);
inline constexpr uint64_t kZero = box(0);
inline constexpr uint64_t kMinusZero = box(0x80000000);
inline constexpr uint64_t kOne = box(0x3f800000);
inline constexpr uint64_t kMinusOne = box(0xbf800000);
inline constexpr uint64_t kTwo = box(0x40000000);
inline constexpr uint64_t kThree = box(0x40400000);
inline constexpr uint64_t kHalf = box(0x3f000000);
inline constexpr uint64_t kMinSubnormal = box(1);
inline constexpr uint64_t kMinNormal = box(0x00800000);
/// 1.0 in a box with one bit missing.
inline constexpr uint64_t kUnboxedOne = 0xfffffffe3f800000;
} // namespace f32

} // namespace vmjit

#endif // VMJIT_UNITTESTS_INTERPRETER_TESTHART_H
