//===- TargetPattern.h - Conversions that ask the target ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CONVERSION_VMTOLLVM_TARGETPATTERN_H
#define VMJIT_LIB_CONVERSION_VMTOLLVM_TARGETPATTERN_H

#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "vmjit/Conversion/VMToLLVM/LoweringTarget.h"

namespace vmjit {

/// A conversion that asks the target.
template <class VMOp>
struct TargetPattern : mlir::ConvertOpToLLVMPattern<VMOp> {
  TargetPattern(const mlir::LLVMTypeConverter &converter,
                const LoweringTarget &target)
      : mlir::ConvertOpToLLVMPattern<VMOp>(converter), target(target) {}
  const LoweringTarget &target;
};

/// \p pointer as a pointer of \p type, which may be of another address space.
mlir::Value castPointer(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value pointer, mlir::Type type);

} // namespace vmjit

#endif // VMJIT_LIB_CONVERSION_VMTOLLVM_TARGETPATTERN_H
