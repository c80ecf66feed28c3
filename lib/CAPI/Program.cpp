//===- Program.cpp - Programs as handles ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "VersionedStruct.h"
#include "vmjit/VMIR/ContentHash.h"
#include "vmjit/VMIR/JSON.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

vmjit_error *vmjit_program_parse(const char *text, size_t size,
                                 vmjit_program **program) {
  Arguments arguments;
  arguments.out(program, "program").array(text, size, 1, "text");
  if (!arguments)
    return arguments.fail();
  Expected<vmir::Program> parsed = vmir::parseProgram(StringRef(text, size));
  if (!parsed)
    return toCError(parsed.takeError());
  *program = new vmjit_program(std::move(*parsed));
  return nullptr;
}

void vmjit_program_destroy(vmjit_program *program) {
  if (program && program->isIntact())
    delete program;
}

vmjit_error *vmjit_program_write(const vmjit_program *program,
                                 vmjit_blob **json) {
  Arguments arguments;
  arguments.out(json, "json").handle(program, "program");
  if (!arguments)
    return arguments.fail();
  std::string text;
  raw_string_ostream os(text);
  vmir::writeProgram(os, program->program);
  *json = makeBlob(std::move(text));
  return nullptr;
}

vmjit_error *vmjit_program_get_info(const vmjit_program *program,
                                    vmjit_program_info *info) {
  Arguments arguments;
  arguments.handle(program, "program").pointer(info, "info");
  if (!arguments)
    return arguments.fail();
  const vmir::Program &value = program->program;
  vmjit_program_info known = {};
  known.name = value.name.c_str();
  known.entry = value.entry;
  known.block_count = value.blocks.size();
  known.has_params = value.isKernelMode();
  known.param_count = value.params ? value.params->size() : 0;
  known.stack_bytes = value.stackBytes;
  known.shared_bytes = value.sharedBytes;
  vmir::ContentDigest digest = vmir::contentHash(value);
  static_assert(sizeof(digest) == VMJIT_DIGEST_BYTES);
  std::copy(digest.begin(), digest.end(), known.digest);
  return toCError(writeStruct(info, known, "info"));
}

static vmjit_param_type toC(vmir::ParamType type) {
  switch (type) {
  case vmir::ParamType::I32:
    return VMJIT_PARAM_I32;
  case vmir::ParamType::I64:
    return VMJIT_PARAM_I64;
  case vmir::ParamType::F32:
    return VMJIT_PARAM_F32;
  case vmir::ParamType::F64:
    return VMJIT_PARAM_F64;
  case vmir::ParamType::Buffer:
    return VMJIT_PARAM_Buffer;
  }
  llvm_unreachable("every type has a number");
}

vmjit_error *vmjit_program_get_param_type(const vmjit_program *program,
                                          size_t index,
                                          vmjit_param_type *type) {
  Arguments arguments;
  arguments.handle(program, "program").pointer(type, "type");
  if (!arguments)
    return arguments.fail();
  const auto &params = program->program.params;
  if (!params || index >= params->size())
    return invalid("the program has no such parameter");
  *type = toC((*params)[index]);
  return nullptr;
}
