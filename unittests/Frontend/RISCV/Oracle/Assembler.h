//===- Assembler.h - Bytes of RISC-V instructions ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_FRONTEND_RISCV_ORACLE_ASSEMBLER_H
#define VMJIT_UNITTESTS_FRONTEND_RISCV_ORACLE_ASSEMBLER_H

#include "vmjit/Frontend/RISCV/DecodedInstruction.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <random>

namespace vmjit::riscv::oracle {

/// The registers of the integer and the floating-point file that tested
/// instructions may name, x0 aside: compressed ones reach x8 to x15 only.
inline constexpr uint8_t kIntegerWindow[] = {1,  2,  8,  9,  10,
                                             11, 12, 13, 14, 15};
inline constexpr uint8_t kFloatWindow[] = {8, 9, 10, 11, 12, 13, 14, 15};

using Random = std::mt19937_64;
using Bytes = llvm::SmallVector<char, 8>;

/// Encodes instructions with LLVM's code emitter.
class Assembler {
public:
  static llvm::Expected<Assembler> create();
  Assembler(Assembler &&);
  ~Assembler();

  /// Appends the instruction \p name of LLVM, whose operands are \p operands:
  /// numbers of registers, or immediates.
  void append(Bytes &bytes, llvm::StringRef name,
              llvm::ArrayRef<int64_t> operands) const;

  /// An instruction of \p form with random registers of the windows and random
  /// immediates, of which some choices have no encoding. Distances of jumps are
  /// \p distance.
  Bytes makeRandom(const InstructionForm &form, int64_t distance,
                   Random &random) const;

private:
  struct State;
  explicit Assembler(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace vmjit::riscv::oracle

#endif // VMJIT_UNITTESTS_FRONTEND_RISCV_ORACLE_ASSEMBLER_H
