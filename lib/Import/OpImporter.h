//===- OpImporter.h - From one op of VM IR to the vm dialect ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_IMPORT_OPIMPORTER_H
#define VMJIT_LIB_IMPORT_OPIMPORTER_H

#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "vmjit/VMIR/Program.h"

namespace vmjit {

/// Builds what an op or a terminator stands for.
class OpImporter {
public:
  explicit OpImporter(mlir::OpBuilder &builder)
      : builder(builder), loc(builder.getUnknownLoc()) {}

  /// Where the next op is in the guest program.
  void setLocation(mlir::Location location) { loc = location; }

  // One for each row of the table, in the files Import<...>Ops.cpp.
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  void operator()(const vmir::ops::Name &op);
#define VMIR_TERMINATOR(Name, Fields)                                          \
  void operator()(const vmir::terms::Name &term);
#include "vmjit/VMIR/Opcodes.def"

private:
  using RegId = vmir::RegId;

  template <class OpT, class... Args> OpT create(Args &&...args) {
    return OpT::create(builder, loc, std::forward<Args>(args)...);
  }
  mlir::Type i64() { return builder.getI64Type(); }
  mlir::Type f32() { return builder.getF32Type(); }
  mlir::Type f64() { return builder.getF64Type(); }
  mlir::Value constant(uint64_t value) { return create<vm::ConstantOp>(value); }
  mlir::Value readX(RegId reg) {
    return create<vm::RegReadOp>(i64(), vm::RegFile::X,
                                 vmir::canonicalReg(reg));
  }
  void writeX(RegId reg, mlir::Value value) {
    create<vm::RegWriteOp>(vm::RegFile::X, vmir::canonicalReg(reg), value);
  }
  mlir::Value readF(RegId reg, mlir::Type type) {
    return create<vm::RegReadOp>(type, vm::RegFile::F, vmir::canonicalReg(reg));
  }
  void writeF(RegId reg, mlir::Value value) {
    create<vm::RegWriteOp>(vm::RegFile::F, vmir::canonicalReg(reg), value);
  }

  // What ops of a family share, in the file of these.
  template <class OpT, class IROp> void binary(const IROp &op);
  template <class OpT, class IROp> void shift(const IROp &op);
  template <class OpT, class IROp>
  void immediate(const IROp &op, uint64_t value);
  template <class IROp> void cmp(const IROp &op, vm::CmpPredicate predicate);
  template <class OpT, class IROp> void funary(const IROp &op, mlir::Type type);
  template <class OpT, class IROp>
  void fbinary(const IROp &op, mlir::Type type);
  template <class OpT, class IROp>
  void ternary(const IROp &op, mlir::Type type);
  template <class IROp>
  void fcmp(const IROp &op, vm::FCmpPredicate predicate, mlir::Type type);
  template <class IROp>
  void sgnj(const IROp &op, vm::SignInjection kind, mlir::Type type);
  template <class IROp>
  void toInt(const IROp &op, mlir::Type type, bool isSigned, unsigned width);
  template <class IROp>
  void toFloat(const IROp &op, mlir::Type type, bool isSigned, unsigned width);
  /// The type of a format of an op of the family Fenv.
  mlir::Type format(unsigned width);
  template <class IROp> void rmw(const IROp &op, vm::MemFlagsAttr memFlags);
  template <class IROp> void cmpXchg(const IROp &op, vm::MemFlagsAttr memFlags);
  template <class IROp> void vector(const IROp &op, vm::VecKind kind);
  template <class IROp> void saturate(const IROp &op, vm::VecKind kind);
  template <class IROp> void wide(const IROp &op, vm::VecKind kind);
  void saturateWords(vm::VecKind kind, bool isSigned, uint8_t elementSize,
                     mlir::ArrayRef<RegId> lhs, mlir::ArrayRef<RegId> rhs,
                     mlir::ArrayRef<RegId> dst);
  template <class IROp>
  void vectorShift(const IROp &op, vm::VecShiftKind kind, mlir::Value src,
                   mlir::Value amount);
  template <class IROp> void side(const IROp &op, vm::CmpPredicate predicate);
  template <class IROp>
  void csrImmediate(const IROp &op, vm::CsrOperation action);
  template <class OpT, class IROp> void position(const IROp &op);

  /// A CSR, or what the GPU's CSRs stand for.
  mlir::Value readCsr(uint16_t csr);
  vm::AtomicOp atomicOp(vmir::AtomicOp op);
  vm::MemFlagsAttr explicitFlags(const vmir::MemFlags &memFlags);
  /// Absent where all members have their defaults.
  vm::MemFlagsAttr flags(const vmir::MemFlags &memFlags);
  vm::OperandAttr operand(const vmir::Operand &source);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace vmjit

#endif // VMJIT_LIB_IMPORT_OPIMPORTER_H
