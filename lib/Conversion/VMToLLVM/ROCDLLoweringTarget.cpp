//===- ROCDLLoweringTarget.cpp - Lowering for AMD ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweringTargets.h"
#include "mlir/Conversion/GPUToROCDL/GPUToROCDLPass.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/AMDGPU/Utils/Chipset.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "vmjit/Target/TargetKind.h"

using namespace mlir;
using namespace vmjit;

/// A field of the hidden arguments or the dispatch packet, zero-extended.
static Value loadField(OpBuilder &builder, Location loc, Value record,
                       int32_t offset, unsigned width) {
  Value address =
      LLVM::GEPOp::create(builder, loc, record.getType(), builder.getI8Type(),
                          record, ArrayRef<LLVM::GEPArg>{offset});
  Type type = builder.getIntegerType(width);
  auto load = LLVM::LoadOp::create(builder, loc, type, address, width / 8);
  load.setInvariant(true);
  return LLVM::ZExtOp::create(builder, loc, builder.getI64Type(), load);
}

namespace {
/// Upstream calls ROCm's device library for the extents of block and grid. They
/// are read where that library reads them: from the hidden kernel arguments,
/// which code objects have since version 5 (hidden_block_count_x at 0,
/// hidden_group_size_x at 12), before that from the dispatch packet
/// (workgroup_size_x at 4, grid_size_x, which counts threads, at 12). AMDGPU
/// usage guide, "Code Object V5 Kernel Argument"; HSA runtime specification,
/// hsa_kernel_dispatch_packet_t.
class ExtentReader {
public:
  explicit ExtentReader(unsigned codeObjectVersion)
      : codeObjectVersion(codeObjectVersion) {}

  Value readBlockDim(OpBuilder &builder, Location loc, int32_t dim) const {
    if (hasHiddenArguments())
      return loadField(builder, loc, getPointer(builder, loc), 12 + 2 * dim,
                       16);
    return loadField(builder, loc, getPointer(builder, loc), 4 + 2 * dim, 16);
  }

  Value readGridDim(OpBuilder &builder, Location loc, int32_t dim) const {
    if (hasHiddenArguments())
      return loadField(builder, loc, getPointer(builder, loc), 4 * dim, 32);
    Value threads =
        loadField(builder, loc, getPointer(builder, loc), 12 + 4 * dim, 32);
    return LLVM::UDivOp::create(builder, loc, threads,
                                readBlockDim(builder, loc, dim));
  }

private:
  bool hasHiddenArguments() const { return codeObjectVersion >= 5; }

  Value getPointer(OpBuilder &builder, Location loc) const {
    StringRef intrinsic = hasHiddenArguments() ? "llvm.amdgcn.implicitarg.ptr"
                                               : "llvm.amdgcn.dispatch.ptr";
    Type pointer = LLVM::LLVMPointerType::get(builder.getContext(), 4);
    return LLVM::CallIntrinsicOp::create(builder, loc, pointer,
                                         builder.getStringAttr(intrinsic),
                                         ValueRange())
        .getResult(0);
  }

  unsigned codeObjectVersion;
};

template <class GPUOp,
          Value (ExtentReader::*read)(OpBuilder &, Location, int32_t) const>
struct ExtentPattern : ConvertOpToLLVMPattern<GPUOp> {
  ExtentPattern(const LLVMTypeConverter &converter, ExtentReader reader)
      : ConvertOpToLLVMPattern<GPUOp>(converter, /*benefit=*/2),
        reader(reader) {}
  LogicalResult
  matchAndRewrite(GPUOp op, typename GPUOp::Adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op,
                       (reader.*read)(rewriter, op.getLoc(),
                                      static_cast<int32_t>(op.getDimension())));
    return success();
  }
  ExtentReader reader;
};

/// Address spaces and scopes are those of the AMDGPU usage guide.
class ROCDLLoweringTarget : public GPULoweringTarget {
public:
  explicit ROCDLLoweringTarget(const LoweringTargetOptions &options)
      : options(options) {}

  uint32_t getHartTile() const override {
    return vmjit::getHartTile(TargetKind::AMDGPU);
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
      return options.mayWriteConstants ? 1 : 4;
    case vm::MemorySpace::Private:
      return 5;
    }
    llvm_unreachable("every space has a number");
  }

  StringRef getSyncScope(StringRef scope) const override {
    if (scope == "block")
      return "workgroup";
    if (scope == "device")
      return "agent";
    return "";
  }

  void populateGPUPatterns(LLVMTypeConverter &converter,
                           RewritePatternSet &patterns) const override {
    // The oldest chip that is compiled for: nothing here depends on it.
    populateGpuToROCDLConversionPatterns(converter, patterns,
                                         gpu::amd::Runtime::Unknown,
                                         amdgpu::Chipset(9, 0, 0));
    ExtentReader reader(options.codeObjectVersion);
    patterns.add<ExtentPattern<gpu::BlockDimOp, &ExtentReader::readBlockDim>,
                 ExtentPattern<gpu::GridDimOp, &ExtentReader::readGridDim>>(
        converter, reader);
  }

private:
  LoweringTargetOptions options;
};
} // namespace

std::unique_ptr<LoweringTarget>
vmjit::createROCDLLoweringTarget(const LoweringTargetOptions &options) {
  return std::make_unique<ROCDLLoweringTarget>(options);
}
