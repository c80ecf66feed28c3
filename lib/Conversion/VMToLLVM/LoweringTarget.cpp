//===- LoweringTarget.cpp - The lowering targets by name --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Conversion/VMToLLVM/LoweringTarget.h"
#include "LoweringTargets.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "vmjit/ABI/Control.h"

using namespace mlir;
using namespace vmjit;

std::unique_ptr<LoweringTarget>
vmjit::createLoweringTarget(StringRef name,
                            const LoweringTargetOptions &options) {
  if (name == "nvvm")
    return createNVVMLoweringTarget(options);
  if (name == "rocdl")
    return createROCDLLoweringTarget(options);
  if (name == "host")
    return createHostLoweringTarget();
  return nullptr;
}

Value vmjit::getSharedGlobal(OpBuilder &builder, Location loc,
                             FunctionOpInterface entry, uint64_t staticBytes,
                             unsigned addressSpace) {
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

void vmjit::createControlVariable(ModuleOp module, unsigned addressSpace) {
  if (module.lookupSymbol(VMJIT_CONTROL_ADDRESS_SYMBOL))
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto variable = LLVM::GlobalOp::create(
      builder, module.getLoc(), builder.getI64Type(), /*isConstant=*/false,
      LLVM::Linkage::External, VMJIT_CONTROL_ADDRESS_SYMBOL,
      builder.getI64IntegerAttr(0), /*alignment=*/8, addressSpace);
  // Launchers find and set it; no other module has one that takes its place.
  variable.setVisibility_(LLVM::Visibility::Protected);
  variable.setDsoLocal(true);
  variable.setExternallyInitialized(true);
}

Value vmjit::loadControlAddress(OpBuilder &builder, Location loc,
                                FunctionOpInterface entry,
                                unsigned addressSpace) {
  createControlVariable(entry->getParentOfType<ModuleOp>(), addressSpace);
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext(), addressSpace);
  Value variable = LLVM::AddressOfOp::create(builder, loc, pointer,
                                             VMJIT_CONTROL_ADDRESS_SYMBOL);
  Value address =
      LLVM::LoadOp::create(builder, loc, builder.getI64Type(), variable, 8);
  return LLVM::IntToPtrOp::create(builder, loc, pointer, address);
}
