//===- IncomingValues.h - What flows into a block argument ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_DIALECT_VM_TRANSFORMS_INCOMINGVALUES_H
#define VMJIT_LIB_DIALECT_VM_TRANSFORMS_INCOMINGVALUES_H

#include "mlir/IR/Value.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

namespace vmjit::vm {

/// Calls visit(branch, operand) for each edge into the block of \p argument,
/// with the branch and the operand that it passes for the argument. The entry
/// block's arguments have none.
template <class Visitor>
void forEachIncoming(mlir::BlockArgument argument, Visitor &&visit) {
  mlir::Block *block = argument.getOwner();
  // A branch that goes to the block twice is two predecessors.
  for (auto it = block->pred_begin(), end = block->pred_end(); it != end;
       ++it) {
    auto branch = llvm::cast<mlir::BranchOpInterface>((*it)->getTerminator());
    mlir::SuccessorOperands operands =
        branch.getSuccessorOperands(it.getSuccessorIndex());
    visit(branch,
          operands.getMutableForwardedOperands()[argument.getArgNumber()]);
  }
}

/// Calls visit(argument) for each block argument that \p use passes a value to.
template <class Visitor>
void forEachPassedTo(mlir::OpOperand &use, Visitor &&visit) {
  auto branch = llvm::dyn_cast<mlir::BranchOpInterface>(use.getOwner());
  if (!branch)
    return;
  if (std::optional<mlir::BlockArgument> argument =
          branch.getSuccessorBlockArgument(use.getOperandNumber()))
    visit(*argument);
}

} // namespace vmjit::vm

#endif // VMJIT_LIB_DIALECT_VM_TRANSFORMS_INCOMINGVALUES_H
