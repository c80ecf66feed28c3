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

/// The address of the global for the shared memory of \p entry: of
/// \p staticBytes, behind which the launch's share lies, or where that is 0 of
/// no size, which makes it the base of the launch's share.
mlir::Value getSharedGlobal(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::FunctionOpInterface entry,
                            uint64_t staticBytes, unsigned addressSpace);

/// Adds the variable VMJIT_CONTROL_ADDRESS_SYMBOL to \p module, in
/// \p addressSpace, unless it is there.
void createControlVariable(mlir::ModuleOp module, unsigned addressSpace);

/// What that variable, which the module of \p entry gets, holds, as a pointer
/// of its space.
mlir::Value loadControlAddress(mlir::OpBuilder &builder, mlir::Location loc,
                               mlir::FunctionOpInterface entry,
                               unsigned addressSpace);

} // namespace vmjit

#endif // VMJIT_LIB_CONVERSION_VMTOLLVM_LOWERINGTARGETS_H
