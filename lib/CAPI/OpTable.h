//===- OpTable.h - Ops by name ----------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The rows of Opcodes.def, and how an op is made from named values.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CAPI_OPTABLE_H
#define VMJIT_LIB_CAPI_OPTABLE_H

#include "vmjit-c/Program.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

namespace vmjit::capi {

class FieldValues;

/// A field of the table.
struct FieldRow {
  llvm::StringLiteral name = "";
  llvm::StringLiteral tableKind = "";
  vmjit_field_kind kind = VMJIT_FIELD_None;
};

/// An op or a terminator of the table; one of the functions is null.
struct OpRow {
  llvm::StringLiteral name;
  llvm::StringLiteral family;
  uint16_t number;
  llvm::ArrayRef<FieldRow> fields;
  vmir::Op (*makeOp)(FieldValues &);
  vmir::Terminator (*makeTerminator)(FieldValues &);
};

/// Ops in the order of the table, then terminators.
llvm::ArrayRef<OpRow> getOpRows();

/// The op, or the terminator, called \p name with the values of \p fields.
/// Fails with InvalidArgument.
llvm::Expected<vmir::Op> makeOp(llvm::StringRef name,
                                llvm::ArrayRef<vmjit_field> fields);
llvm::Expected<vmir::Terminator>
makeTerminator(llvm::StringRef name, llvm::ArrayRef<vmjit_field> fields);

} // namespace vmjit::capi

#endif // VMJIT_LIB_CAPI_OPTABLE_H
