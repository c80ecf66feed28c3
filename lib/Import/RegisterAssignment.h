//===- RegisterAssignment.h - Which register holds a value ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keeps track of the guest registers that hold the SSA values of a block while
// its ops are exported, and appends the moves that keep values alive.
//
// There are temporaries of integers only. A floating-point value that has no
// register of its own lives in one as raw bits, and visits a floating-point
// register, whose content is put back, for the op that needs it there.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_IMPORT_REGISTERASSIGNMENT_H
#define VMJIT_LIB_IMPORT_REGISTERASSIGNMENT_H

#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace vmjit {

/// A register of either file.
struct Register {
  vm::RegFile file;
  vmir::RegId id;
  bool operator==(const Register &) const = default;
};

class RegisterAssignment {
public:
  /// Appends to \p ops. Temporaries are those that \p block does not name.
  RegisterAssignment(vm::BlockOp block, bool zeroReg,
                     std::vector<vmir::Op> &ops);

  /// Starts to keep \p value, which has no register yet.
  void define(mlir::Value value);
  /// Says that \p value is in \p reg from now on.
  void place(mlir::Value value, Register reg);
  /// Says that a use of \p value is over.
  void release(mlir::Value value);
  /// Moves values that are still used out of \p reg, which is about to be
  /// written, but not \p written, which is what is written.
  void vacate(Register reg, mlir::Value written = {});

  /// The integer register that holds \p value. A constant gets a temporary.
  vmir::RegId getX(mlir::Value value);
  /// Whether an integer register, or a floating-point one, holds \p value.
  bool isInX(mlir::Value value) const;
  bool isInF(mlir::Value value) const;
  /// The floating-point register that holds \p value, a borrowed one if needed.
  vmir::RegId getF(mlir::Value value);

  /// A temporary that nothing else uses.
  vmir::RegId makeTemporary();
  /// Whether makeTemporary ran out of registers, and what it gave is wrong.
  bool isExhausted() const { return exhausted; }
  /// Whether writes of \p reg are dropped.
  bool isZero(Register reg) const;

  /// Starts an op, which must be able to use the registers of its operands and
  /// \p targets along with those that it borrows.
  void beginOp(mlir::Operation *op, llvm::ArrayRef<Register> targets);
  /// A floating-point register for the result of the op.
  vmir::RegId borrowF();
  /// Puts back the content of the registers that the op borrowed.
  void endOp();

private:
  struct Home {
    std::optional<vmir::RegId> x, f;
    size_t usesLeft = 0;
  };
  struct Loan {
    vmir::RegId reg;
    /// The temporary with its content.
    vmir::RegId content;
    /// What visits it; nothing for a result.
    mlir::Value visitor;
  };

  template <class OpT> void append(OpT op) { ops.push_back(std::move(op)); }
  vmir::RegId borrow(mlir::Value visitor);

  bool zeroReg;
  std::vector<vmir::Op> &ops;
  llvm::DenseMap<mlir::Value, Home> homes;
  /// The values in each register, by file and id.
  llvm::DenseMap<std::pair<unsigned, unsigned>, llvm::SmallVector<mlir::Value>>
      occupants;
  /// The integer registers that the block names.
  llvm::BitVector named;
  vmir::RegId nextTemporary = vmir::kArchRegCount;
  bool exhausted = false;
  /// Floating-point registers that the current op may not borrow.
  llvm::BitVector reserved;
  llvm::SmallVector<Loan, 4> loans;
};

} // namespace vmjit

#endif // VMJIT_LIB_IMPORT_REGISTERASSIGNMENT_H
