//===- Builder.h - Building programs in memory ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// IRBuilder makes programs without a detour through text:
//
//   IRBuilder builder("twice");
//   builder.createBlock(0x1000).Add(10, 10, 10).Ret();
//   llvm::Expected<Program> program = builder.build();
//
// Every op and every terminator of the table has a method of its name, whose
// arguments are its fields in table order. The first misuse is remembered and
// returned by build(); calls after it do no harm. A builder is not to be used
// by two threads at a time.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_BUILDER_H
#define VMJIT_VMIR_BUILDER_H

#include "vmjit/VMIR/FieldMacros.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <unordered_map>

namespace vmjit::vmir {

/// Operand expressions.
Operand registerOperand(RegId reg);
Operand immediateOperand(int64_t value);
Operand imm64Operand(uint64_t value);
/// The content of memory at X[base] + offset, or in a position that wants an
/// address, that address.
Operand memoryOperand(RegId base, int64_t offset, uint8_t size);
Operand binaryOperand(BinaryOperator op, Operand left, Operand right);

class IRBuilder {
public:
  /// Starts a hart-mode program without blocks.
  explicit IRBuilder(llvm::StringRef name = "vm_program");

  /// Sets the entry, which is the first block unless set.
  IRBuilder &setEntry(GuestAddr pc);
  /// Says whether X[0] is fixed to 0, which it is unless set.
  IRBuilder &setZeroReg(bool isZero);
  /// Makes it a kernel-mode program with \p params, which may be empty.
  IRBuilder &setParams(std::vector<ParamType> params);
  IRBuilder &setStackBytes(uint64_t bytes);
  IRBuilder &setSharedBytes(uint64_t bytes);
  IRBuilder &addSegment(Segment segment);

  /// Adds a block at \p pc and makes it the current one. Misuse if there is one
  /// at \p pc.
  IRBuilder &createBlock(GuestAddr pc);
  /// Makes the current block one that only transfers which name it go to.
  /// Misuse if there is none.
  IRBuilder &setInner();
  /// Makes the block at \p pc the current one. Misuse if there is none.
  IRBuilder &setCurrentBlock(GuestAddr pc);
  bool hasBlock(GuestAddr pc) const { return indices.count(pc) != 0; }

  /// Appends \p op to the current block. Misuse if there is none, or if it has
  /// its terminator.
  IRBuilder &append(Op op);
  /// Gives the current block its terminator. Misuse if it has one. A block that
  /// gets none ends in Fault with cause 0.
  IRBuilder &setTerminator(Terminator term);

  /// One method for each row of the op table, as append and setTerminator.
#define VMIR_FIELD(Kind, member, json) (field::Kind::Type, member)
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  IRBuilder &Name(VMIR_PARAMETERS(Fields));
#define VMIR_TERMINATOR(Name, Fields) IRBuilder &Name(VMIR_PARAMETERS(Fields));
#include "vmjit/VMIR/Opcodes.def"
#undef VMIR_FIELD

  /// The program so far, verified. Fails with InvalidArgument for misuse and
  /// with InvalidProgram if the verifier rejects it. The builder stays as it
  /// is.
  llvm::Expected<Program> build() const;

private:
  IRBuilder &misuse(const llvm::Twine &message);

  Program program;
  bool hasEntry = false;
  /// The position of each block in the program, and of the current one.
  std::unordered_map<GuestAddr, size_t> indices;
  std::optional<size_t> current;
  /// Which blocks have their terminator.
  std::vector<bool> terminated;
  std::string firstMisuse;
};

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_BUILDER_H
