//===- LinkBlocks.cpp - From guest blocks to a CFG --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "vmjit/Dialect/VM/Transforms/LinkedFunction.h"
#include "vmjit/Dialect/VM/Transforms/Passes.h"

namespace vmjit::vm {
#define GEN_PASS_DEF_VMLINKBLOCKSPASS
#include "vmjit/Dialect/VM/Transforms/Passes.h.inc"
} // namespace vmjit::vm

using namespace mlir;
using namespace vmjit::vm;

//===----------------------------------------------------------------------===//
// The function around the blocks
//===----------------------------------------------------------------------===//

/// The type in which a parameter arrives.
static Type getArgumentType(OpBuilder &builder, ParamType type) {
  switch (type) {
  case ParamType::I32:
    return builder.getI32Type();
  case ParamType::I64:
    return builder.getI64Type();
  case ParamType::F32:
    return builder.getF32Type();
  case ParamType::F64:
    return builder.getF64Type();
  case ParamType::Buffer:
    return PointerType::get(builder.getContext(), MemorySpace::Global);
  }
  llvm_unreachable("every parameter has a type");
}

/// The linked function of \p program, with no block yet.
static func::FuncOp createFunction(OpBuilder &builder, ProgramOp program) {
  MLIRContext *context = builder.getContext();
  SmallVector<Type> inputs;
  if (program.isKernelMode())
    for (auto param : program.getParams()->getAsRange<ParamTypeAttr>())
      inputs.push_back(getArgumentType(builder, param.getValue()));
  else
    inputs.push_back(PointerType::get(context, MemorySpace::Global));
  auto function =
      func::FuncOp::create(builder, program.getLoc(), program.getSymName(),
                           builder.getFunctionType(inputs, {}));
  Mode mode = program.isKernelMode() ? Mode::Kernel : Mode::Hart;
  function->setAttr(kModeAttrName, ModeAttr::get(context, mode));
  function->setAttr(kSharedBytesAttrName, program.getSharedBytesAttr());
  if (ArrayAttr segments = program.getSegmentsAttr())
    function->setAttr(kSegmentsAttrName, segments);
  if (ArrayAttr params = program.getParamsAttr())
    function->setAttr(kParamsAttrName, params);
  return function;
}

namespace {
struct LinkBlocksPass : vmjit::vm::impl::VMLinkBlocksPassBase<LinkBlocksPass> {
  using VMLinkBlocksPassBase::VMLinkBlocksPassBase;

  void runOnOperation() override {
    for (auto program :
         llvm::make_early_inc_range(getOperation().getOps<ProgramOp>())) {
      OpBuilder builder(program);
      func::FuncOp function = createFunction(builder, program);
      if (stoppable)
        function->setAttr(kStoppableAttrName, builder.getUnitAttr());
      BlockLinker linker(program, function, alignedAccessOnly, joinIntervals,
                         stoppable);
      if (failed(linker.link()))
        return signalPassFailure();
      program.erase();
    }
  }
};
} // namespace
