//===- ImportVMIR.h - From a VM IR program to the vm dialect ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_IMPORT_IMPORTVMIR_H
#define VMJIT_IMPORT_IMPORTVMIR_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "vmjit/VMIR/Program.h"

namespace vmjit {

/// The program as a module that holds one vm.program in register form, with
/// locations that carry guest positions (GuestLocation.h).
///
/// \p program must be valid (VMIR/Verifier.h). Raw SSA register ids become the
/// registers that they mean, and accesses of the GPU's CSRs the ops that they
/// stand for. Every op can be imported. The vm dialect must be loaded.
mlir::OwningOpRef<mlir::ModuleOp> importProgram(mlir::MLIRContext &context,
                                                const vmir::Program &program);

} // namespace vmjit

#endif // VMJIT_IMPORT_IMPORTVMIR_H
