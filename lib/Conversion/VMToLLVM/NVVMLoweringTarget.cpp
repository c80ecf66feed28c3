//===- NVVMLoweringTarget.cpp - Lowering for NVIDIA -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweringTargets.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "vmjit/Target/TargetKind.h"

using namespace mlir;
using namespace vmjit;

namespace {
/// Address spaces are those of the NVPTX usage guide.
class NVVMLoweringTarget : public GPULoweringTarget {
public:
  explicit NVVMLoweringTarget(const LoweringTargetOptions &options)
      : hasConstantMemory(options.constantBytes <= maxConstantBytes &&
                          !options.mayWriteConstants) {}

  uint32_t getHartTile() const override {
    return vmjit::getHartTile(TargetKind::NVPTX);
  }

  unsigned getAddressSpace(vm::MemorySpace space) const override {
    switch (space) {
    case vm::MemorySpace::Generic:
      return 0;
    case vm::MemorySpace::Global:
      return 1;
    case vm::MemorySpace::Shared:
      return 3;
    case vm::MemorySpace::Constant:
      return hasConstantMemory ? 4 : 1;
    // An alloca is generic; the backend finds out that it is local.
    case vm::MemorySpace::Private:
      return 0;
    }
    llvm_unreachable("every space has a number");
  }

  StringRef getSyncScope(StringRef scope) const override {
    return scope == "system" ? "" : scope;
  }

  void populateGPUPatterns(LLVMTypeConverter &converter,
                           RewritePatternSet &patterns) const override {
    populateGpuToNVVMConversionPatterns(converter, patterns);
  }

private:
  /// The constant bank of a module holds 64 KiB, some of it not for programs.
  /// What does not fit is read-only global memory.
  static constexpr uint64_t maxConstantBytes = 60 * 1024;

  bool hasConstantMemory;
};
} // namespace

std::unique_ptr<LoweringTarget>
vmjit::createNVVMLoweringTarget(const LoweringTargetOptions &options) {
  return std::make_unique<NVVMLoweringTarget>(options);
}
