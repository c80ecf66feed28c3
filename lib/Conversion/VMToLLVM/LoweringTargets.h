//===- LoweringTargets.h - The lowering targets there are -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CONVERSION_VMTOLLVM_LOWERINGTARGETS_H
#define VMJIT_LIB_CONVERSION_VMTOLLVM_LOWERINGTARGETS_H

#include "vmjit/Conversion/VMToLLVM/LoweringTarget.h"

namespace vmjit {

std::unique_ptr<LoweringTarget>
createNVVMLoweringTarget(const LoweringTargetOptions &options);
std::unique_ptr<LoweringTarget>
createROCDLLoweringTarget(const LoweringTargetOptions &options);
std::unique_ptr<LoweringTarget> createHostLoweringTarget();

/// What the targets that are GPUs have in common: shared memory is a global of
/// its address space, and the control block's address is a variable of each
/// module.
class GPULoweringTarget : public LoweringTarget {
public:
  /// The address of the global for the shared memory of \p entry: of
  /// \p staticBytes, behind which the launch's share lies, or where that is 0
  /// of no size, which makes it the base of the launch's share.
  mlir::Value getSharedBase(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::FunctionOpInterface entry,
                            uint64_t staticBytes) const final;

  /// Adds the variable VMJIT_CONTROL_ADDRESS_SYMBOL to \p module unless it is
  /// there.
  void prepareStoppable(mlir::ModuleOp module) const final;

  /// What that variable, which the module of \p entry gets, holds, as a pointer
  /// to global memory.
  mlir::Value getControl(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::FunctionOpInterface entry) const final;
};

} // namespace vmjit

#endif // VMJIT_LIB_CONVERSION_VMTOLLVM_LOWERINGTARGETS_H
