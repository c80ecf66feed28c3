//===- VMToLLVM.cpp - Everything to the LLVM dialect of one target -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/Transforms/DialectConversion.h"
#include "vmjit/Conversion/Passes.h"
#include "vmjit/Conversion/VMToLLVM/Patterns.h"
#include "vmjit/Dialect/VM/Transforms/LinkedFunction.h"
#include "vmjit/Target/TargetBackend.h"
#include "llvm/ADT/TypeSwitch.h"

namespace vmjit {
#define GEN_PASS_DEF_CONVERTVMTOLLVMPASS
#include "vmjit/Conversion/Passes.h.inc"
} // namespace vmjit

using namespace mlir;
using namespace vmjit;

std::string vmjit::getSegmentName(StringRef function, unsigned index) {
  return (function + ".segment." + Twine(index)).str();
}

/// The segments of a linked function.
static SmallVector<vm::SegmentAttr> getSegments(func::FuncOp function) {
  auto attr = function->getAttrOfType<ArrayAttr>(vm::kSegmentsAttrName);
  if (!attr)
    return {};
  return llvm::to_vector(attr.getAsRange<vm::SegmentAttr>());
}

/// A global for each segment of \p function.
static void createSegments(func::FuncOp function, const LoweringTarget &target,
                           bool mayWriteConstants) {
  OpBuilder builder(function);
  for (auto [index, segment] : llvm::enumerate(getSegments(function))) {
    StringRef bytes = segment.getBytes().getValue();
    auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), bytes.size());
    vm::MemorySpace space = segment.getWritable() ? vm::MemorySpace::Global
                                                  : vm::MemorySpace::Constant;
    LLVM::GlobalOp::create(
        builder, function.getLoc(), type,
        /*isConstant=*/!segment.getWritable() && !mayWriteConstants,
        LLVM::Linkage::Internal, getSegmentName(function.getName(), index),
        segment.getBytes(),
        /*alignment=*/16, target.getAddressSpace(space));
  }
}

/// Whether \p op writes to where a read-only segment may be.
static bool mayWriteConstant(Operation *op) {
  return TypeSwitch<Operation *, bool>(op)
      .Case<vm::PtrStoreOp, vm::PtrAtomicStoreOp, vm::PtrAtomicRMWOp,
            vm::PtrAtomicCmpXchgOp>([](auto write) {
        vm::MemorySpace space = write.getPtr().getType().getSpace();
        return space == vm::MemorySpace::Generic ||
               space == vm::MemorySpace::Constant;
      })
      .Default(false);
}

namespace {
struct ConvertVMToLLVMPass
    : vmjit::impl::ConvertVMToLLVMPassBase<ConvertVMToLLVMPass> {
  using ConvertVMToLLVMPassBase::ConvertVMToLLVMPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    LoweringTargetOptions options;
    options.codeObjectVersion = codeObjectVersion;
    for (auto function : module.getOps<func::FuncOp>())
      for (vm::SegmentAttr segment : getSegments(function))
        if (!segment.getWritable())
          options.constantBytes += segment.getBytes().size();
    options.mayWriteConstants =
        options.constantBytes > 0 && module
                                         .walk([](Operation *op) {
                                           return mayWriteConstant(op)
                                                      ? WalkResult::interrupt()
                                                      : WalkResult::advance();
                                         })
                                         .wasInterrupted();
    std::unique_ptr<LoweringTarget> lowering =
        createLoweringTarget(target, options);
    if (!lowering) {
      module.emitError("unknown lowering target '")
          << target << "'; nvvm, rocdl and host are known";
      return signalPassFailure();
    }
    llvm::StringMap<vm::Mode> entries;
    for (auto function : module.getOps<func::FuncOp>()) {
      auto mode = function->getAttrOfType<vm::ModeAttr>(vm::kModeAttrName);
      if (!mode)
        continue;
      lowering->prepareEntry(function);
      createSegments(function, *lowering, options.mayWriteConstants);
      if (mode.getValue() == vm::Mode::Kernel &&
          function->hasAttr(vm::kStoppableAttrName))
        lowering->prepareStoppable(module);
      entries[function.getName()] = mode.getValue();
    }
    // What harts remember is made anew for each, so that there is no more of it
    // than they use.
    uint64_t hintCount = 0;
    module.walk([&](vm::HartTranslateOp translate) {
      hintCount = std::max(hintCount, translate.getHint() + 1);
    });
    if (hintCount > 0)
      createTranslateFunctions(module, *lowering);
    if (failed(convert(module, *lowering, hintCount)))
      return signalPassFailure();
    for (auto function : module.getOps<LLVM::LLVMFuncOp>())
      if (auto entry = entries.find(function.getName()); entry != entries.end())
        markEntry(function, entry->second);
  }

private:
  LogicalResult convert(ModuleOp module, const LoweringTarget &lowering,
                        uint64_t hintCount) {
    MLIRContext *context = &getContext();
    LLVMTypeConverter converter(context);
    addVMTypeConversions(converter, lowering);
    RewritePatternSet patterns(context);
    populateVMPointerToLLVMPatterns(converter, lowering, patterns);
    populateVMAtomicToLLVMPatterns(converter, lowering, patterns);
    populateVMHartToLLVMPatterns(converter, lowering, hintCount, patterns);
    lowering.populateGPUPatterns(converter, patterns);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    populateFuncToLLVMConversionPatterns(converter, patterns);
    ub::populateUBToLLVMConversionPatterns(converter, patterns);
    LLVMConversionTarget conversionTarget(*context);
    conversionTarget.addLegalDialect<NVVM::NVVMDialect, ROCDL::ROCDLDialect>();
    conversionTarget.addLegalOp<ModuleOp, UnrealizedConversionCastOp>();
    if (failed(
            applyFullConversion(module, conversionTarget, std::move(patterns))))
      return failure();
    SmallVector<UnrealizedConversionCastOp> casts;
    module.walk(
        [&](UnrealizedConversionCastOp cast) { casts.push_back(cast); });
    reconcileUnrealizedCasts(casts);
    return success();
  }

  /// Leaves of the linked function's attributes only what the backend reads.
  void markEntry(LLVM::LLVMFuncOp function, vm::Mode mode) {
    for (StringRef name :
         {vm::kModeAttrName, vm::kSegmentsAttrName, vm::kSharedBytesAttrName,
          vm::kParamsAttrName, vm::kCsrsAttrName, vm::kTemporariesAttrName,
          vm::kStoppableAttrName})
      function->removeAttr(name);
    OpBuilder builder(function);
    // What a guest does with address 0 is its affair, not undefined behaviour
    // that other code may be changed by.
    function.setPassthroughAttr(builder.getArrayAttr(
        {builder.getStrArrayAttr({kEntryAttr, stringifyMode(mode)}),
         builder.getStringAttr("nounwind"),
         builder.getStringAttr("null_pointer_is_valid")}));
  }
};
} // namespace
