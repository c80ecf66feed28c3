//===- ImportVMIR.cpp - From a VM IR program to the vm dialect --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Import/ImportVMIR.h"

#include "OpImporter.h"

#include "vmjit/Dialect/VM/IR/GuestLocation.h"

using namespace mlir;
using namespace vmjit;

// The dialect's enum has the numbers of VM IR's.
static_assert(int(vm::ParamType::Buffer) == int(vmir::ParamType::Buffer));

/// The attributes of a vm.program that are not always there.
static void setOptionalAttributes(vm::ProgramOp op, OpBuilder &builder,
                                  const vmir::Program &program) {
  MLIRContext *context = builder.getContext();
  if (program.params) {
    auto params = llvm::map_to_vector(
        *program.params, [&](vmir::ParamType type) -> Attribute {
          return vm::ParamTypeAttr::get(context,
                                        static_cast<vm::ParamType>(type));
        });
    op.setParamsAttr(builder.getArrayAttr(params));
  }
  if (!program.zeroReg)
    op.setZeroReg(false);
  if (program.stackBytes)
    op.setStackBytes(program.stackBytes);
  if (program.sharedBytes)
    op.setSharedBytes(program.sharedBytes);
  if (program.segments.empty())
    return;
  auto segments = llvm::map_to_vector(
      program.segments, [&](const vmir::Segment &segment) -> Attribute {
        StringRef bytes(reinterpret_cast<const char *>(segment.bytes.data()),
                        segment.bytes.size());
        return vm::SegmentAttr::get(context, segment.addr, segment.writable,
                                    builder.getStringAttr(bytes));
      });
  op.setSegmentsAttr(builder.getArrayAttr(segments));
}

/// Fills in the body of a vm.block.
static void importBlock(OpBuilder &builder, const vmir::Block &block) {
  OpImporter importer(builder);
  StringAttr file = vm::getGuestFile(builder.getContext(), block.startPc);
  for (auto [index, op] : llvm::enumerate(block.ops)) {
    importer.setLocation(vm::getGuestLocation(file, index));
    std::visit(importer, op);
  }
  importer.setLocation(vm::getGuestLocation(file, block.ops.size()));
  std::visit(importer, block.term);
}

OwningOpRef<ModuleOp> vmjit::importProgram(MLIRContext &context,
                                           const vmir::Program &program) {
  OpBuilder builder(&context);
  Location loc = NameLoc::get(builder.getStringAttr(program.name));
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, loc);
  builder.setInsertionPointToEnd(module->getBody());
  auto op = vm::ProgramOp::create(
      builder, loc, builder.getStringAttr(program.name),
      builder.getI64IntegerAttr(static_cast<int64_t>(program.entry)),
      /*params=*/ArrayAttr(), builder.getBoolAttr(true),
      builder.getI64IntegerAttr(0), builder.getI64IntegerAttr(0),
      /*segments=*/ArrayAttr());
  setOptionalAttributes(op, builder, program);
  Block *body = builder.createBlock(&op.getBody());
  for (const vmir::Block &block : program.blocks) {
    builder.setInsertionPointToEnd(body);
    auto blockOp = vm::BlockOp::create(
        builder,
        vm::getGuestLocation(vm::getGuestFile(&context, block.startPc), 0),
        block.startPc, block.isInner);
    builder.createBlock(&blockOp.getBody());
    importBlock(builder, block);
  }
  return module;
}
