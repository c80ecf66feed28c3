//===- LLVMTarget.h - What LLVM knows of a target ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's target tables, without the messages to stderr and the exits that they
// have for unknown names. The backends look everything up through this.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_COMMON_LLVMTARGET_H
#define VMJIT_LIB_TARGET_COMMON_LLVMTARGET_H

#include "vmjit/Target/TargetBackend.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

namespace vmjit {

/// LLVM's target for a triple, once the caller has initialized it.
class LLVMTarget {
public:
  /// The target of \p triple, whose chip and features \p spec has. Fails with
  /// Unsupported if this LLVM does not have the target, and as verifySpec does.
  static llvm::Expected<LLVMTarget>
  get(const llvm::Triple &triple, const TargetSpec &spec,
      llvm::function_ref<bool(llvm::StringRef)> accept);

  /// All chips of the target that \p accept accepts.
  std::vector<std::string>
  getChips(llvm::function_ref<bool(llvm::StringRef)> accept) const;

  /// Checks that the chip of \p spec is one of getChips(\p accept) and that its
  /// features exist. Fails with InvalidArgument.
  llvm::Error
  verifySpec(const TargetSpec &spec,
             llvm::function_ref<bool(llvm::StringRef)> accept) const;

  /// What \p chip with \p features has, as "+a,+b", sorted.
  std::string getEnabledFeatures(llvm::StringRef chip,
                                 llvm::StringRef features) const;

  /// A machine with the project's rules for floating-point: nothing fast,
  /// nothing contracted.
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
  createMachine(llvm::StringRef chip, llvm::StringRef features,
                OptLevel level) const;

private:
  LLVMTarget(const llvm::Target &target, llvm::Triple triple)
      : target(&target), triple(std::move(triple)) {}

  llvm::Expected<std::unique_ptr<llvm::MCSubtargetInfo>> getTables() const;

  const llvm::Target *target;
  llvm::Triple triple;
};

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_COMMON_LLVMTARGET_H
