//===- BlockWriter.h - Writing the ops of an instruction --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FRONTEND_RISCV_BLOCKWRITER_H
#define VMJIT_LIB_FRONTEND_RISCV_BLOCKWRITER_H

#include "vmjit/Frontend/RISCV/DecodedInstruction.h"
#include "vmjit/Frontend/RISCV/Lifter.h"
#include "vmjit/VMIR/Program.h"

namespace vmjit::riscv {

using vmir::RegId;
namespace ops = vmir::ops;
namespace terms = vmir::terms;

/// Appends ops to a block, instruction by instruction, and gives it its
/// terminator.
class BlockWriter {
public:
  explicit BlockWriter(vmir::Block &block,
                       FloatEnvironment environment = FloatEnvironment::Default)
      : block(block), environment(environment) {}

  /// Starts an instruction: temporaries of the one before are forgotten.
  void beginInstruction() { temporaryCount = 0; }

  void append(vmir::Op op) { block.ops.push_back(std::move(op)); }
  void end(vmir::Terminator term) {
    block.term = std::move(term);
    ended = true;
  }
  bool isEnded() const { return ended; }
  /// Whether arithmetic needs the floating-point environment to raise flags, or
  /// to round to \p mode.
  bool keepsFlags() const { return environment == FloatEnvironment::Exact; }
  bool roundsByEnvironment(RoundingMode mode) const {
    return keepsFlags() ||
           (mode != RoundingMode::NearestEven && mode != RoundingMode::Dynamic);
  }

  /// A register for an intermediate result of the instruction.
  RegId makeTemporary() { return vmir::kArchRegCount + temporaryCount++; }
  /// A temporary that holds \p value.
  RegId makeConstant(uint64_t value);

  /// X[dst] = the low \p bits bits of X[src], extended with their sign or with
  /// zeroes.
  void signExtend(RegId dst, RegId src, unsigned bits);
  void zeroExtend(RegId dst, RegId src, unsigned bits);
  /// As above, into a temporary.
  RegId makeSignExtended(RegId src, unsigned bits);
  RegId makeZeroExtended(RegId src, unsigned bits);

  /// Ends the hart with the exit Unsupported, which has \p text.
  void appendUnsupported(llvm::StringRef text);

private:
  vmir::Block &block;
  FloatEnvironment environment;
  bool ended = false;
  RegId temporaryCount = 0;
};

} // namespace vmjit::riscv

#endif // VMJIT_LIB_FRONTEND_RISCV_BLOCKWRITER_H
