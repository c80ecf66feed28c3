//===- OpTable.cpp - Ops by name --------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpTable.h"

#include "FieldValues.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;
using namespace vmjit::vmir;

namespace {

/// The kind of value that a field of the table takes.
template <class Tag> constexpr vmjit_field_kind kKindOf = VMJIT_FIELD_Unsigned;
template <> constexpr vmjit_field_kind kKindOf<field::I64> = VMJIT_FIELD_Signed;
template <> constexpr vmjit_field_kind kKindOf<field::Bool> = VMJIT_FIELD_Bool;
template <> constexpr vmjit_field_kind kKindOf<field::Str> = VMJIT_FIELD_Text;
template <> constexpr vmjit_field_kind kKindOf<field::Order> = VMJIT_FIELD_Text;
template <> constexpr vmjit_field_kind kKindOf<field::Rmw> = VMJIT_FIELD_Text;
template <>
constexpr vmjit_field_kind kKindOf<field::Flags> = VMJIT_FIELD_Flags;
template <>
constexpr vmjit_field_kind kKindOf<field::Binop> = VMJIT_FIELD_Operator;
template <>
constexpr vmjit_field_kind kKindOf<field::Opnd> = VMJIT_FIELD_Operand;

template <class T> T readFields(FieldValues &values) {
  T op;
  forEachField(op, [&](auto, StringRef name, auto &member) {
    values.read(name, member);
  });
  return op;
}

template <class T> Op makeOpOf(FieldValues &values) {
  return readFields<T>(values);
}

template <class T> Terminator makeTerminatorOf(FieldValues &values) {
  return Terminator(std::in_place_type<T>, readFields<T>(values));
}

// The fields of each row; a row without any ends the list, which would
// otherwise be empty for some.
#define VMIR_FIELD(Kind, member, json)                                         \
  FieldRow{json, #Kind, kKindOf<field::Kind>},
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  constexpr FieldRow kOpFields##Name[] = {Fields FieldRow{}};
#define VMIR_TERMINATOR(Name, Fields)                                          \
  constexpr FieldRow kTerminatorFields##Name[] = {Fields FieldRow{}};
#include "vmjit/VMIR/Opcodes.def"
#undef VMIR_FIELD

} // namespace

ArrayRef<OpRow> capi::getOpRows() {
  static const OpRow rows[] = {
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  {#Name,                                                                      \
   #Family,                                                                    \
   Number,                                                                     \
   ArrayRef(kOpFields##Name).drop_back(),                                      \
   &makeOpOf<ops::Name>,                                                       \
   nullptr},
#define VMIR_TERMINATOR(Name, Fields)                                          \
  {#Name,   "Terminator",                                                      \
   0,       ArrayRef(kTerminatorFields##Name).drop_back(),                     \
   nullptr, &makeTerminatorOf<terms::Name>},
#include "vmjit/VMIR/Opcodes.def"
  };
  return rows;
}

/// The rows with \p member by name.
template <class Member>
static StringMap<const OpRow *> makeIndex(Member OpRow::*member) {
  StringMap<const OpRow *> index;
  for (const OpRow &row : getOpRows())
    if (row.*member)
      index.try_emplace(row.name, &row);
  return index;
}

Expected<Op> capi::makeOp(StringRef name, ArrayRef<vmjit_field> fields) {
  static const StringMap<const OpRow *> index = makeIndex(&OpRow::makeOp);
  const OpRow *row = index.lookup(name);
  if (!row)
    return makeErrorf(ErrorCode::InvalidArgument, "there is no op '{0}'", name);
  FieldValues values(name, fields);
  Op op = row->makeOp(values);
  if (Error error = values.finish())
    return error;
  return op;
}

Expected<Terminator> capi::makeTerminator(StringRef name,
                                          ArrayRef<vmjit_field> fields) {
  static const StringMap<const OpRow *> index =
      makeIndex(&OpRow::makeTerminator);
  const OpRow *row = index.lookup(name);
  if (!row)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "there is no terminator '{0}'", name);
  FieldValues values(name, fields);
  Terminator terminator = row->makeTerminator(values);
  if (Error error = values.finish())
    return error;
  return terminator;
}
