//===- FieldValues.cpp - The values of an op's fields -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FieldValues.h"

#include "VersionedStruct.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/FieldNames.h"

#include <limits>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;
using namespace vmjit::vmir;

void FieldValues::fail(StringRef name, const Twine &message) {
  if (failure.empty())
    failure = (op + "." + name + ": " + message).str();
}

const vmjit_field *FieldValues::find(StringRef name) {
  if (!failure.empty())
    return nullptr;
  const vmjit_field *found = nullptr;
  for (size_t index = 0; index < fields.size(); ++index) {
    if (!fields[index].name || name != fields[index].name)
      continue;
    if (found) {
      fail(name, "given twice");
      return nullptr;
    }
    found = &fields[index];
    isUsed[index] = true;
  }
  if (!found)
    fail(name, "missing");
  else if (found->number && found->kind != VMJIT_FIELD_Operator)
    fail(name, "number must be 0 but for operators");
  return failure.empty() ? found : nullptr;
}

const vmjit_field *FieldValues::take(StringRef name, vmjit_field_kind kind) {
  const vmjit_field *field = find(name);
  if (!field || field->kind == kind)
    return field;
  fail(name, "is of kind " + Twine(kind) + ", not " + Twine(field->kind));
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Numbers and text
//===----------------------------------------------------------------------===//

template <class T> void FieldValues::readUnsigned(StringRef name, T &value) {
  const vmjit_field *field = take(name, VMJIT_FIELD_Unsigned);
  if (!field)
    return;
  if (field->value.unsigned_value > std::numeric_limits<T>::max())
    return fail(name, Twine(field->value.unsigned_value) + " is out of range");
  value = static_cast<T>(field->value.unsigned_value);
}

void FieldValues::read(StringRef name, uint8_t &value) {
  readUnsigned(name, value);
}
void FieldValues::read(StringRef name, uint16_t &value) {
  readUnsigned(name, value);
}
void FieldValues::read(StringRef name, uint32_t &value) {
  readUnsigned(name, value);
}
void FieldValues::read(StringRef name, uint64_t &value) {
  readUnsigned(name, value);
}

void FieldValues::read(StringRef name, int64_t &value) {
  if (const vmjit_field *field = take(name, VMJIT_FIELD_Signed))
    value = field->value.signed_value;
}

void FieldValues::read(StringRef name, bool &value) {
  const vmjit_field *field = take(name, VMJIT_FIELD_Bool);
  if (!field)
    return;
  if (field->value.unsigned_value > 1)
    return fail(name, "is neither 0 nor 1");
  value = field->value.unsigned_value != 0;
}

void FieldValues::read(StringRef name, std::string &value) {
  const vmjit_field *field = take(name, VMJIT_FIELD_Text);
  if (!field)
    return;
  if (!field->value.text)
    return fail(name, "is null");
  value = field->value.text;
}

void FieldValues::read(StringRef name, std::optional<GuestAddr> &value) {
  const vmjit_field *field = find(name);
  if (!field)
    return;
  if (field->kind == VMJIT_FIELD_None)
    return value.reset();
  read(name, value.emplace());
}

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

std::optional<uint8_t>
FieldValues::findEnumerator(StringRef name, const char *text,
                            ArrayRef<StringLiteral> names) {
  if (!text) {
    fail(name, "is null");
    return std::nullopt;
  }
  std::optional<uint8_t> found = findName(names, text);
  if (!found)
    fail(name, "'" + Twine(text) + "' is no name for it");
  return found;
}

template <class Enum>
void FieldValues::readEnum(StringRef name, ArrayRef<StringLiteral> names,
                           Enum &value) {
  const vmjit_field *field = take(name, VMJIT_FIELD_Text);
  if (!field)
    return;
  if (auto found = findEnumerator(name, field->value.text, names))
    value = Enum(*found);
}

void FieldValues::read(StringRef name, MemOrder &value) {
  readEnum(name, getMemOrderNames(), value);
}

void FieldValues::read(StringRef name, AtomicOp &value) {
  readEnum(name, getAtomicOpNames(), value);
}

bool FieldValues::readOperator(StringRef name, const char *text,
                               uint32_t number, BinaryOperator &value) {
  auto found = findEnumerator(name, text, getBinaryOperatorNames());
  if (!found)
    return false;
  value.kind = BinaryOperator::Kind(*found);
  bool isCustom = value.kind == BinaryOperator::Custom;
  if (number > (isCustom ? UINT8_MAX : 0)) {
    fail(name, "the operator's number " + Twine(number) + " is out of range");
    return false;
  }
  value.custom = static_cast<uint8_t>(number);
  return true;
}

void FieldValues::read(StringRef name, BinaryOperator &value) {
  if (const vmjit_field *field = take(name, VMJIT_FIELD_Operator))
    readOperator(name, field->value.text, field->number, value);
}

//===----------------------------------------------------------------------===//
// Flags and operands
//===----------------------------------------------------------------------===//

void FieldValues::read(StringRef name, MemFlags &value) {
  const vmjit_field *field = take(name, VMJIT_FIELD_Flags);
  if (!field)
    return;
  if (!field->value.flags)
    return fail(name, "is null");
  Expected<vmjit_mem_flags> given = readStruct(field->value.flags, "flags");
  if (!given)
    return fail(name, toString(given.takeError()));
  for (uint8_t flag : {given->is_volatile, given->atomic, given->fence_before,
                       given->fence_after})
    if (flag > 1)
      return fail(name, "a flag is neither 0 nor 1");
  for (uint8_t byte : given->reserved)
    if (byte)
      return fail(name, "reserved must be 0");
  value.isVolatile = given->is_volatile;
  value.atomic = given->atomic;
  value.align = given->align;
  value.fenceBefore = given->fence_before;
  value.fenceAfter = given->fence_after;
  if (!given->order)
    return;
  if (auto order = findEnumerator(name, given->order, getMemOrderNames()))
    value.order = MemOrder(*order);
}

/// No producer comes near it.
static constexpr unsigned kMaxOperands = 1u << 16;

bool FieldValues::readOperand(StringRef name, const vmjit_operand *pointer,
                              unsigned depth, Operand &value) {
  if (!pointer) {
    fail(name, "an operand is null");
    return false;
  }
  if (depth > kMaxOperandDepth || ++operandCount > kMaxOperands) {
    fail(name, "there are too many operands, or they nest too deep");
    return false;
  }
  Expected<vmjit_operand> given = readStruct(pointer, "operand");
  if (!given) {
    fail(name, toString(given.takeError()));
    return false;
  }
  if (given->reserved[0] || given->reserved[1]) {
    fail(name, "reserved must be 0");
    return false;
  }
  auto kind = findEnumerator(name, given->kind, getOperandKindNames());
  if (!kind)
    return false;
  value.kind = Operand::Kind(*kind);
  switch (value.kind) {
  case Operand::None:
    return true;
  case Operand::Register:
  case Operand::Reg:
    value.reg = given->reg;
    return true;
  case Operand::Immediate:
  case Operand::Imm64:
    value.bits = given->bits;
    return true;
  case Operand::Memory:
    value.reg = given->reg;
    value.bits = given->bits;
    value.size = given->size;
    return true;
  case Operand::Binary:
    value.operands.resize(2);
    return readOperator(name, given->op, given->custom, value.op) &&
           readOperand(name, given->left, depth + 1, value.operands[0]) &&
           readOperand(name, given->right, depth + 1, value.operands[1]);
  }
  llvm_unreachable("every kind of operand is read");
}

void FieldValues::read(StringRef name, Operand &value) {
  if (const vmjit_field *field = take(name, VMJIT_FIELD_Operand))
    readOperand(name, field->value.operand, 1, value);
}

//===----------------------------------------------------------------------===//
// The end
//===----------------------------------------------------------------------===//

Error FieldValues::finish() {
  for (size_t index = 0; index < fields.size() && failure.empty(); ++index)
    if (!isUsed[index])
      fail(fields[index].name ? fields[index].name : "(null)",
           "there is no such field");
  if (failure.empty())
    return Error::success();
  return makeError(ErrorCode::InvalidArgument, failure);
}
