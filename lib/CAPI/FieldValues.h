//===- FieldValues.h - The values of an op's fields -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CAPI_FIELDVALUES_H
#define VMJIT_LIB_CAPI_FIELDVALUES_H

#include "vmjit-c/Program.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace vmjit::capi {

/// What a caller gave for the fields of one op. Reading checks kinds and
/// ranges; the first failure is kept and ends all reading.
class FieldValues {
public:
  FieldValues(llvm::StringRef op, llvm::ArrayRef<vmjit_field> fields)
      : op(op), fields(fields), isUsed(fields.size()) {}

  /// Reads the value of the field \p name.
  void read(llvm::StringRef name, uint8_t &value);
  void read(llvm::StringRef name, uint16_t &value);
  void read(llvm::StringRef name, uint32_t &value);
  void read(llvm::StringRef name, uint64_t &value);
  void read(llvm::StringRef name, int64_t &value);
  void read(llvm::StringRef name, bool &value);
  void read(llvm::StringRef name, std::string &value);
  void read(llvm::StringRef name, std::optional<vmir::GuestAddr> &value);
  void read(llvm::StringRef name, vmir::MemOrder &value);
  void read(llvm::StringRef name, vmir::AtomicOp &value);
  void read(llvm::StringRef name, vmir::MemFlags &value);
  void read(llvm::StringRef name, vmir::BinaryOperator &value);
  void read(llvm::StringRef name, vmir::Operand &value);

  /// Fails with the first failure, also if a value was for no field.
  llvm::Error finish();

private:
  void fail(llvm::StringRef name, const llvm::Twine &message);
  /// The value of the field, which must be of \p kind; null after a failure.
  const vmjit_field *take(llvm::StringRef name, vmjit_field_kind kind);
  const vmjit_field *find(llvm::StringRef name);
  template <class T> void readUnsigned(llvm::StringRef name, T &value);
  std::optional<uint8_t>
  findEnumerator(llvm::StringRef name, const char *text,
                 llvm::ArrayRef<llvm::StringLiteral> names);
  template <class Enum>
  void readEnum(llvm::StringRef name, llvm::ArrayRef<llvm::StringLiteral> names,
                Enum &value);
  bool readOperator(llvm::StringRef name, const char *text, uint32_t number,
                    vmir::BinaryOperator &value);
  bool readOperand(llvm::StringRef name, const vmjit_operand *given,
                   unsigned depth, vmir::Operand &value);

  llvm::StringRef op;
  llvm::ArrayRef<vmjit_field> fields;
  llvm::SmallVector<bool, 8> isUsed;
  /// Operands read so far: pointers may lead to the same one many times.
  unsigned operandCount = 0;
  std::string failure;
};

} // namespace vmjit::capi

#endif // VMJIT_LIB_CAPI_FIELDVALUES_H
