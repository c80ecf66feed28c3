//===- DecodedInstruction.h - A decoded RISC-V instruction ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The instructions of RV64IMAFDC with Zicsr and Zifencei, without the operands
// and names of any library: what the decoder gives and everything else of the
// front end takes.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FRONTEND_RISCV_DECODEDINSTRUCTION_H
#define VMJIT_FRONTEND_RISCV_DECODEDINSTRUCTION_H

#include "vmjit/VMIR/FloatEnvironment.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace vmjit::riscv {

using vmir::GuestAddr;

/// What an instruction does; compressed forms do what their long form does.
enum class Operation : uint8_t {
#define RISCV_INSTRUCTION(Name, Family, ...) Name,
#include "vmjit/Frontend/RISCV/Instructions.def"
};

/// Where the semantics of an instruction are, in lib/Frontend/RISCV.
enum class Family : uint8_t {
  Integer,
  Multiply,
  Control,
  Memory,
  Atomic,
  Float,
  Conversion,
  Csr
};

/// What an operand of LLVM's MCInst is.
enum class OperandRole : uint8_t {
  Rd,
  Rs1,
  Rs2,
  Rs3,
  Imm,
  Rounding,
  Csr,
  /// The sets of a fence.
  Predecessors,
  Successors,
  /// An operand without effect.
  Ignored,
  // What follows stands for no operand but for what the opcode says.
  /// Rd is ra.
  LinksRa,
  Acquire,
  Release
};

/// A row of Instructions.def.
struct InstructionForm {
  /// The name of LLVM's opcode.
  llvm::StringRef name;
  Operation operation;
  llvm::ArrayRef<OperandRole> operands;
};

/// The rows of Instructions.def, in its order.
llvm::ArrayRef<InstructionForm> getInstructionForms();
/// The name of \p operation in the table.
llvm::StringRef getOperationName(Operation operation);
Family getFamily(Operation operation);

/// Their numbers are those of the encoding.
using RoundingMode = vmir::FloatRounding;

/// The bits of a fence's sets.
inline constexpr uint8_t kFenceWrite = 1;
inline constexpr uint8_t kFenceRead = 2;
inline constexpr uint8_t kFenceOutput = 4;
inline constexpr uint8_t kFenceInput = 8;

/// An instruction at an address. Fields that its operation does not have are 0.
struct DecodedInstruction {
  GuestAddr pc = 0;
  /// In bytes: 2 or 4; of what cannot be decoded, what its first bits say, but
  /// no more than there is.
  uint8_t size = 0;
  /// The bytes, little-endian, those beyond the size 0.
  uint32_t encoding = 0;
  /// False for what is no instruction that LLVM knows, or one that is defined
  /// to be illegal.
  bool isDecoded = false;
  /// Absent for what is decoded but has no row in Instructions.def.
  std::optional<Operation> operation;
  /// Numbers in the integer or floating-point file, as the operation has it.
  uint8_t rd = 0;
  uint8_t rs1 = 0;
  uint8_t rs2 = 0;
  uint8_t rs3 = 0;
  /// As in assembly, except for branches and JAL: the distance of the target.
  int64_t imm = 0;
  RoundingMode rounding = RoundingMode::NearestEven;
  uint16_t csr = 0;
  uint8_t predecessors = 0;
  uint8_t successors = 0;
  bool isAcquire = false;
  bool isRelease = false;

  /// The address of the instruction behind it.
  GuestAddr getNextPc() const { return pc + size; }
};

} // namespace vmjit::riscv

#endif // VMJIT_FRONTEND_RISCV_DECODEDINSTRUCTION_H
