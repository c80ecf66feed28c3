//===- Patterns.h - Patterns from vm to the LLVM dialect --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CONVERSION_VMTOLLVM_PATTERNS_H
#define VMJIT_CONVERSION_VMTOLLVM_PATTERNS_H

#include "mlir/IR/BuiltinOps.h"
#include "vmjit/Conversion/VMToLLVM/LoweringTarget.h"

namespace vmjit {

/// Teaches \p converter the types of the vm dialect.
void addVMTypeConversions(mlir::LLVMTypeConverter &converter,
                          const LoweringTarget &target);

/// Pointers and plain accesses through them.
void populateVMPointerToLLVMPatterns(mlir::LLVMTypeConverter &converter,
                                     const LoweringTarget &target,
                                     mlir::RewritePatternSet &patterns);

/// Atomic accesses and fences.
void populateVMAtomicToLLVMPatterns(mlir::LLVMTypeConverter &converter,
                                    const LoweringTarget &target,
                                    mlir::RewritePatternSet &patterns);

/// Hart state, translation of guest addresses, control blocks, exits.
/// \p hintCount is more than any hint of vm.hart.translate.
void populateVMHartToLLVMPatterns(mlir::LLVMTypeConverter &converter,
                                  const LoweringTarget &target,
                                  uint64_t hintCount,
                                  mlir::RewritePatternSet &patterns);

/// Adds the functions of Target/HartTranslation.h. They have to be there before
/// the patterns above are applied.
void createTranslateFunctions(mlir::ModuleOp module,
                              const LoweringTarget &target);

/// The name of the global that holds segment \p index of \p function.
std::string getSegmentName(llvm::StringRef function, unsigned index);

} // namespace vmjit

#endif // VMJIT_CONVERSION_VMTOLLVM_PATTERNS_H
