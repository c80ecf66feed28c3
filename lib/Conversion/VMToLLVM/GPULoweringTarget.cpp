//===- GPULoweringTarget.cpp - What lowering for GPUs shares ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The globals of a GPU's module: shared memory, and where launchers put the
// control block's address.
//
//===----------------------------------------------------------------------===//

#include "LoweringTargets.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "vmjit/ABI/Control.h"

using namespace mlir;
using namespace vmjit;

Value GPULoweringTarget::getSharedBase(OpBuilder &builder, Location loc,
                                       FunctionOpInterface entry,
                                       uint64_t staticBytes) const {
  unsigned addressSpace = getAddressSpace(vm::MemorySpace::Shared);
  // The launch's share has no owner, and a name that every assembler takes.
  std::string name = staticBytes > 0 ? (entry.getName() + ".shared").str()
                                     : "__vmjit_dynamic_shared";
  auto module = entry->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), staticBytes);
    LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/false,
                           staticBytes > 0 ? LLVM::Linkage::Internal
                                           : LLVM::Linkage::External,
                           name, Attribute(), /*alignment=*/16, addressSpace);
  }
  return LLVM::AddressOfOp::create(
      builder, loc,
      LLVM::LLVMPointerType::get(builder.getContext(), addressSpace), name);
}

void GPULoweringTarget::prepareStoppable(ModuleOp module) const {
  if (module.lookupSymbol(VMJIT_CONTROL_ADDRESS_SYMBOL))
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto variable = LLVM::GlobalOp::create(
      builder, module.getLoc(), builder.getI64Type(), /*isConstant=*/false,
      LLVM::Linkage::External, VMJIT_CONTROL_ADDRESS_SYMBOL,
      builder.getI64IntegerAttr(0), /*alignment=*/8,
      getAddressSpace(vm::MemorySpace::Global));
  // Launchers find and set it; no other module has one that takes its place.
  variable.setVisibility_(LLVM::Visibility::Protected);
  variable.setDsoLocal(true);
  variable.setExternallyInitialized(true);
}

Value GPULoweringTarget::getControl(OpBuilder &builder, Location loc,
                                    FunctionOpInterface entry) const {
  prepareStoppable(entry->getParentOfType<ModuleOp>());
  Type pointer = LLVM::LLVMPointerType::get(
      builder.getContext(), getAddressSpace(vm::MemorySpace::Global));
  Value variable = LLVM::AddressOfOp::create(builder, loc, pointer,
                                             VMJIT_CONTROL_ADDRESS_SYMBOL);
  Value address =
      LLVM::LoadOp::create(builder, loc, builder.getI64Type(), variable, 8);
  return LLVM::IntToPtrOp::create(builder, loc, pointer, address);
}
