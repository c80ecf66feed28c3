//===- Builder.cpp - Building programs op by op -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// IRBuilder remembers misuse and fails at the end; here each call says at once
// what is wrong with it, so that the builder never sees misuse.
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "OpTable.h"
#include "VersionedStruct.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

vmjit_error *vmjit_builder_create(const char *name, vmjit_builder **builder) {
  Arguments arguments;
  arguments.out(builder, "builder");
  if (!arguments)
    return arguments.fail();
  *builder = new vmjit_builder(name ? name : "vm_program");
  return nullptr;
}

void vmjit_builder_destroy(vmjit_builder *builder) {
  if (builder && builder->isIntact())
    delete builder;
}

//===----------------------------------------------------------------------===//
// The program as a whole
//===----------------------------------------------------------------------===//

/// Lets \p apply change the builder behind a handle, unless that is none.
static vmjit_error *change(vmjit_builder *builder,
                           function_ref<void(vmir::IRBuilder &)> apply) {
  Arguments arguments;
  arguments.handle(builder, "builder");
  if (!arguments)
    return arguments.fail();
  apply(builder->builder);
  return nullptr;
}

vmjit_error *vmjit_builder_set_entry(vmjit_builder *builder, uint64_t pc) {
  return change(builder, [&](vmir::IRBuilder &b) { b.setEntry(pc); });
}

vmjit_error *vmjit_builder_set_zero_reg(vmjit_builder *builder, int isZero) {
  return change(builder,
                [&](vmir::IRBuilder &b) { b.setZeroReg(isZero != 0); });
}

static std::optional<vmir::ParamType> readParamType(vmjit_param_type type) {
  switch (type) {
  case VMJIT_PARAM_I32:
    return vmir::ParamType::I32;
  case VMJIT_PARAM_I64:
    return vmir::ParamType::I64;
  case VMJIT_PARAM_F32:
    return vmir::ParamType::F32;
  case VMJIT_PARAM_F64:
    return vmir::ParamType::F64;
  case VMJIT_PARAM_Buffer:
    return vmir::ParamType::Buffer;
  default:
    return std::nullopt;
  }
}

vmjit_error *vmjit_builder_set_params(vmjit_builder *builder,
                                      const vmjit_param_type *types,
                                      size_t count) {
  Arguments arguments;
  arguments.handle(builder, "builder")
      .array(types, count, sizeof(*types), "types")
      .require(count <= vmir::kMaxParams, "count is above the limit of 256");
  if (!arguments)
    return arguments.fail();
  std::vector<vmir::ParamType> params;
  for (vmjit_param_type type : ArrayRef(types, count)) {
    std::optional<vmir::ParamType> param = readParamType(type);
    if (!param)
      return invalid("types has " + Twine(type) + ", which is no type");
    params.push_back(*param);
  }
  builder->builder.setParams(std::move(params));
  return nullptr;
}

vmjit_error *vmjit_builder_set_stack_bytes(vmjit_builder *builder,
                                           uint64_t bytes) {
  return change(builder, [&](vmir::IRBuilder &b) { b.setStackBytes(bytes); });
}

vmjit_error *vmjit_builder_set_shared_bytes(vmjit_builder *builder,
                                            uint64_t bytes) {
  return change(builder, [&](vmir::IRBuilder &b) { b.setSharedBytes(bytes); });
}

vmjit_error *vmjit_builder_add_segment(vmjit_builder *builder, uint64_t address,
                                       int isWritable, const void *data,
                                       size_t size) {
  Arguments arguments;
  arguments.handle(builder, "builder")
      .array(data, size, 1, "data")
      .require(size <= vmir::kMaxSegmentBytes,
               "size is above the limit of 256 MiB");
  if (!arguments)
    return arguments.fail();
  const auto *bytes = static_cast<const uint8_t *>(data);
  builder->builder.addSegment(
      {address, isWritable != 0, std::vector<uint8_t>(bytes, bytes + size)});
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

vmjit_error *vmjit_builder_create_block(vmjit_builder *builder, uint64_t pc) {
  Arguments arguments;
  arguments.handle(builder, "builder");
  if (!arguments)
    return arguments.fail();
  if (builder->builder.hasBlock(pc))
    return invalid("there is a block at 0x" + utohexstr(pc, true) + " already");
  builder->builder.createBlock(pc);
  builder->current = pc;
  return nullptr;
}

vmjit_error *vmjit_builder_set_inner(vmjit_builder *builder) {
  Arguments arguments;
  arguments.handle(builder, "builder");
  if (!arguments)
    return arguments.fail();
  if (!builder->current)
    return invalid("the builder has no current block");
  builder->builder.setInner();
  return nullptr;
}

vmjit_error *vmjit_builder_select_block(vmjit_builder *builder, uint64_t pc) {
  Arguments arguments;
  arguments.handle(builder, "builder");
  if (!arguments)
    return arguments.fail();
  if (!builder->builder.hasBlock(pc))
    return invalid("there is no block at 0x" + utohexstr(pc, true));
  builder->builder.setCurrentBlock(pc);
  builder->current = pc;
  return nullptr;
}

/// Checks what appending an op and setting a terminator have in common.
static vmjit_error *checkAppend(vmjit_builder *builder, const char *name,
                                const vmjit_field *fields, size_t count) {
  Arguments arguments;
  arguments.handle(builder, "builder")
      .pointer(name, "name")
      .array(fields, count, sizeof(*fields), "fields");
  if (!arguments)
    return arguments.fail();
  if (!builder->current)
    return invalid("the builder has no current block");
  if (builder->terminated.contains(*builder->current))
    return invalid("the current block has its terminator");
  return nullptr;
}

vmjit_error *vmjit_builder_append_op(vmjit_builder *builder, const char *name,
                                     const vmjit_field *fields,
                                     size_t fieldCount) {
  if (vmjit_error *error = checkAppend(builder, name, fields, fieldCount))
    return error;
  Expected<vmir::Op> op = makeOp(name, ArrayRef(fields, fieldCount));
  if (!op)
    return toCError(op.takeError());
  builder->builder.append(std::move(*op));
  return nullptr;
}

vmjit_error *vmjit_builder_set_terminator(vmjit_builder *builder,
                                          const char *name,
                                          const vmjit_field *fields,
                                          size_t fieldCount) {
  if (vmjit_error *error = checkAppend(builder, name, fields, fieldCount))
    return error;
  Expected<vmir::Terminator> terminator =
      makeTerminator(name, ArrayRef(fields, fieldCount));
  if (!terminator)
    return toCError(terminator.takeError());
  builder->builder.setTerminator(std::move(*terminator));
  builder->terminated.insert(*builder->current);
  return nullptr;
}

vmjit_error *vmjit_builder_build(const vmjit_builder *builder,
                                 vmjit_program **program) {
  Arguments arguments;
  arguments.out(program, "program").handle(builder, "builder");
  if (!arguments)
    return arguments.fail();
  Expected<vmir::Program> built = builder->builder.build();
  if (!built)
    return toCError(built.takeError());
  *program = new vmjit_program(std::move(*built));
  return nullptr;
}

//===----------------------------------------------------------------------===//
// The table of ops
//===----------------------------------------------------------------------===//

size_t vmjit_get_op_count(void) { return getOpRows().size(); }

vmjit_error *vmjit_get_op_info(size_t index, vmjit_op_info *info) {
  Arguments arguments;
  arguments.pointer(info, "info")
      .require(index < getOpRows().size(), "there is no op of that index");
  if (!arguments)
    return arguments.fail();
  const OpRow &row = getOpRows()[index];
  vmjit_op_info known = {};
  known.name = row.name.data();
  known.family = row.family.data();
  known.number = row.number;
  known.is_terminator = row.makeTerminator != nullptr;
  known.field_count = row.fields.size();
  return toCError(writeStruct(info, known, "info"));
}

vmjit_error *vmjit_get_op_field(size_t index, size_t field, const char **name,
                                const char **tableKind,
                                vmjit_field_kind *kind) {
  Arguments arguments;
  arguments.require(index < getOpRows().size(), "there is no op of that index");
  if (arguments)
    arguments.require(field < getOpRows()[index].fields.size(),
                      "the op has no field of that index");
  if (!arguments)
    return arguments.fail();
  const FieldRow &row = getOpRows()[index].fields[field];
  if (name)
    *name = row.name.data();
  if (tableKind)
    *tableKind = row.tableKind.data();
  if (kind)
    *kind = row.kind;
  return nullptr;
}
