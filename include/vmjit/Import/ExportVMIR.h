//===- ExportVMIR.h - From the vm dialect back to a VM IR program -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_IMPORT_EXPORTVMIR_H
#define VMJIT_IMPORT_EXPORTVMIR_H

#include "mlir/IR/BuiltinOps.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

namespace vmjit {

/// The program that the one vm.program of \p module, which must be valid,
/// stands for.
///
/// What was imported comes back op by op, except that ops which only differ in
/// spelling come back in one: Atomic as AtomicRMW, VecAnd, VecOr, VecXor and
/// VecNot as the scalar op, accesses of GPU CSRs as GPU ops, raw SSA register
/// ids as the registers they mean. Values that are not written to a register at
/// once, or that are used after the register they were read from has changed,
/// take temporaries that the block does not use; floating-point ones are kept
/// there as raw bits. Pure ops without uses are dropped.
///
/// Fails with InvalidArgument if there is not one vm.program, with Unsupported
/// for an op that VM IR has no form for, naming it and its place, and with
/// InvalidProgram if the verifier (VMIR/Verifier.h) rejects the result.
llvm::Expected<vmir::Program> exportProgram(mlir::ModuleOp module);

} // namespace vmjit

#endif // VMJIT_IMPORT_EXPORTVMIR_H
