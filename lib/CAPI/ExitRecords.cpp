//===- ExitRecords.cpp - Exit records as C structs --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExitRecords.h"

#include "Arguments.h"
#include "VersionedStruct.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

#define VMJIT_EXIT_STATUS(Name, Number, Text)                                  \
  static_assert(VMJIT_STATUS_##Name == Number);
#include "vmjit/ABI/ExitStatus.def"

vmjit_exit capi::toC(const ExitRecord &exit) {
  vmjit_exit known = {};
  known.status = static_cast<vmjit_status>(exit.status);
  known.access_size = exit.accessSize;
  known.is_store = exit.isStore;
  known.pc = exit.pc;
  known.op = exit.opIndex;
  known.detail = exit.detail;
  known.next_pc = exit.nextPc;
  known.next_op = exit.nextOp;
  return known;
}

Expected<ExitRecord> capi::readExit(const vmjit_exit *pointer) {
  Expected<vmjit_exit> given = readStruct(pointer, "exit");
  if (!given)
    return given.takeError();
  std::optional<ExitStatus> status = parseExitStatus(given->status);
  if (!status)
    return makeError(ErrorCode::InvalidArgument, "exit->status is none");
  ExitRecord exit;
  exit.status = *status;
  exit.accessSize = given->access_size;
  exit.isStore = given->is_store != 0;
  exit.pc = given->pc;
  exit.opIndex = given->op;
  exit.detail = given->detail;
  exit.nextPc = given->next_pc;
  exit.nextOp = given->next_op;
  return exit;
}

vmjit_error *vmjit_exit_describe(const vmjit_exit *exit, vmjit_blob **text) {
  Arguments arguments;
  arguments.out(text, "text").pointer(exit, "exit");
  if (!arguments)
    return arguments.fail();
  Expected<ExitRecord> record = readExit(exit);
  if (!record)
    return toCError(record.takeError());
  *text = makeBlob(describeExit(*record));
  return nullptr;
}
