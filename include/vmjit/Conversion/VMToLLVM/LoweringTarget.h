//===- LoweringTarget.h - What differs between targets while lowering -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversions ask this interface and never which vendor it is. An object serves
// one run of --convert-vm-to-llvm.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CONVERSION_VMTOLLVM_LOWERINGTARGET_H
#define VMJIT_CONVERSION_VMTOLLVM_LOWERINGTARGET_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

#include <cstdint>
#include <memory>

namespace vmjit {

class LoweringTarget {
public:
  virtual ~LoweringTarget() = default;

  /// The address space that \p space is.
  virtual unsigned getAddressSpace(vm::MemorySpace space) const = 0;

  /// The synchronization scope that a fence's scope ("block", "device") is; ""
  /// is the whole system.
  virtual llvm::StringRef getSyncScope(llvm::StringRef scope) const = 0;

  /// The base of the block's shared memory, of which \p staticBytes belong to
  /// the program. \p entry is being converted, or already is.
  virtual mlir::Value getSharedBase(mlir::OpBuilder &builder,
                                    mlir::Location loc,
                                    mlir::FunctionOpInterface entry,
                                    uint64_t staticBytes) const = 0;

  /// Adds what launchers find in \p module if it has a stoppable kernel-mode
  /// entry, whether that ever looks at its control block or not.
  virtual void prepareStoppable(mlir::ModuleOp module) const {}

  /// A pointer to the control block of the kernel-mode launch that \p entry,
  /// which is being converted or already is, runs in; null if it has none.
  virtual mlir::Value getControl(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::FunctionOpInterface entry) const = 0;

  /// The harts of a tile of the state array of ABI/Hart.h.
  virtual uint32_t getHartTile() const = 0;

  /// Whether harts remember the regions of their accesses, as
  /// Target/HartTranslation.h says, which costs memory for each.
  virtual bool remembersRegions() const { return false; }

  /// Adds the patterns for ops of the gpu dialect.
  virtual void populateGPUPatterns(mlir::LLVMTypeConverter &converter,
                                   mlir::RewritePatternSet &patterns) const = 0;

  /// Changes the parameters of \p entry, which are the program's or a pointer
  /// to the launch record, where the target's entries have others.
  virtual void prepareEntry(mlir::func::FuncOp entry) const {}
};

/// What a lowering target has to know of a module.
struct LoweringTargetOptions {
  /// The size of the read-only segments.
  uint64_t constantBytes = 0;
  /// A pointer that is written through may point into a read-only segment. GPUs
  /// cannot even say such a write to constant memory, so that the segments go
  /// to global memory; what the write does is undefined, but only there.
  bool mayWriteConstants = false;
  /// For rocdl.
  unsigned codeObjectVersion = 0;
};

/// The target called \p name (nvvm, rocdl or host), or null.
std::unique_ptr<LoweringTarget>
createLoweringTarget(llvm::StringRef name,
                     const LoweringTargetOptions &options);

} // namespace vmjit

#endif // VMJIT_CONVERSION_VMTOLLVM_LOWERINGTARGET_H
