//===- DecodedProgram.h - Blocks as the interpreter runs them ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decoding is done once for a program: register numbers become slots of the
// register file of a Machine, and the targets of jumps become block indices.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_INTERPRETER_DECODEDPROGRAM_H
#define VMJIT_LIB_INTERPRETER_DECODEDPROGRAM_H

#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <unordered_map>

namespace vmjit::interpreter {

/// Slots of the integer register file: the architectural registers, then one
/// that takes the writes which the zero register drops, then the temporaries of
/// the block that runs.
inline constexpr vmir::RegId kSinkSlot = vmir::kArchRegCount;
inline constexpr vmir::RegId kFirstTemporarySlot = kSinkSlot + 1;

/// What findBlock gives for an address at which there is no block.
inline constexpr uint32_t kNoBlock = ~uint32_t(0);

/// A block whose integer register operands are slots.
struct DecodedBlock {
  vmir::GuestAddr startPc = 0;
  std::vector<vmir::Op> ops;
  vmir::Terminator term;
  /// The ids of the block's temporaries, ascending; number i has the slot
  /// kFirstTemporarySlot + i.
  std::vector<vmir::RegId> temporaries;

  /// An address that the terminator names, and the block there or kNoBlock.
  struct Successor {
    vmir::GuestAddr pc = 0;
    /// When it was decoded: it may have come later, or be hidden.
    uint32_t block = kNoBlock;
  };
  std::vector<Successor> successors;
  bool isInner = false;
  bool isHidden = false;
};

/// A program that a Machine runs.
class DecodedProgram {
public:
  /// Fails with InvalidProgram for two blocks at one address, a floating-point
  /// register that does not exist, and operands of a wrong form or too deep.
  static llvm::Expected<std::unique_ptr<DecodedProgram>>
  decode(const vmir::Program &program);

  /// Adds \p added to the program; fails as decode does, and adds none then.
  llvm::Error add(llvm::ArrayRef<vmir::Block> added);
  /// Says whether there is no block at \p pc any more, if there was one. What
  /// is there keeps its index.
  void hideBlock(vmir::GuestAddr pc, bool isHidden);

  const DecodedBlock &getBlock(uint32_t index) const { return blocks[index]; }
  /// The block at \p pc, or kNoBlock. One that is hidden or inner is there for
  /// harts that are to resume inside of it, at an op other than the first.
  uint32_t findBlock(vmir::GuestAddr pc, uint32_t opIndex = 0) const;
  /// The block at \p pc, which \p from transfers control to by name, or
  /// kNoBlock.
  uint32_t findSuccessor(const DecodedBlock &from, vmir::GuestAddr pc) const;
  /// How many slots of the integer register file the program needs.
  uint32_t getSlotCount() const { return slotCount; }
  /// X[0] reads 0 and drops writes.
  bool hasZeroReg() const { return zeroReg; }

private:
  std::vector<DecodedBlock> blocks;
  std::unordered_map<vmir::GuestAddr, uint32_t> blockAt;
  uint32_t slotCount = kFirstTemporarySlot;
  bool zeroReg = true;
};

} // namespace vmjit::interpreter

#endif // VMJIT_LIB_INTERPRETER_DECODEDPROGRAM_H
