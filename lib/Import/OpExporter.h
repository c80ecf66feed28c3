//===- OpExporter.h - From one op of the vm dialect to VM IR ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_IMPORT_OPEXPORTER_H
#define VMJIT_LIB_IMPORT_OPEXPORTER_H

#include "RegisterAssignment.h"

#include <limits>

namespace vmjit {

/// Finds the VM IR op that an op stands for. Its sources come from a register
/// assignment, its destinations are given.
class OpExporter {
public:
  OpExporter(RegisterAssignment &registers,
             llvm::ArrayRef<vmir::RegId> destinations)
      : registers(registers), destinations(destinations) {}

  /// The VM IR op; nothing if there is none, or if getRefusal() says why not.
  std::optional<vmir::Op> exportOp(mlir::Operation *op);
  std::optional<vmir::Terminator> exportTerminator(mlir::Operation *op);

  /// What about an op's attributes VM IR cannot say; empty if it can.
  llvm::StringRef getRefusal() const { return refusal; }

private:
  using MaybeOp = std::optional<vmir::Op>;

  // One for each family, in ExportOps.cpp and ExportFloatOps.cpp.
  MaybeOp exportInteger(mlir::Operation *op);
  MaybeOp exportGPU(mlir::Operation *op);
  MaybeOp exportMemory(mlir::Operation *op);
  MaybeOp exportAtomic(mlir::Operation *op);
  MaybeOp exportVector(mlir::Operation *op);
  MaybeOp exportFloatArith(mlir::Operation *op);
  MaybeOp exportFloatConvert(mlir::Operation *op);
  MaybeOp exportFloatBits(mlir::Operation *op);
  MaybeOp exportFenv(mlir::Operation *op);
  MaybeOp exportControl(mlir::Operation *op);
  MaybeOp exportSystem(mlir::Operation *op);
  MaybeOp exportVendor(mlir::Operation *op);

  MaybeOp exportCmp(vm::CmpOp op);
  MaybeOp exportSideBranch(vm::SideBranchOp op);
  MaybeOp exportFCmp(vm::FCmpOp op);
  MaybeOp exportFToInt(vm::FToIntOp op);
  MaybeOp exportIntToF(vm::IntToFOp op);
  MaybeOp exportFenvArith(vm::FenvArithOp op);
  MaybeOp exportFStore(vm::FStoreOp op);
  MaybeOp exportVecShift(vm::VecShiftOp op);
  MaybeOp exportSaturating(vm::VecSaturatingOp op);
  MaybeOp exportCsrUpdate(vm::CsrUpdateOp op);
  MaybeOp exportCsrUpdateImm(vm::CsrUpdateImmOp op);

  template <class OpT, class Source> MaybeOp binary(Source op);
  template <class RegOp, class ImmOp, class Source> MaybeOp withImm(Source op);
  template <class RegOp, class ImmOp, class Source> MaybeOp shift(Source op);
  template <class OpT, class Source> MaybeOp position(Source op);
  template <class OpT> MaybeOp lanes(vm::VecBinaryOp op);
  template <class OpT> MaybeOp saturating(vm::VecSaturatingOp op);
  template <class OpT> MaybeOp wide(vm::VecSaturatingOp op);
  template <class Double, class Single, class Source> MaybeOp unary(Source op);
  template <class Double, class Single, class Source>
  MaybeOp fbinary(Source op);
  template <class Double, class Single, class Source>
  MaybeOp ternary(Source op);

  vmir::RegId dst(unsigned index = 0) const { return destinations[index]; }
  vmir::RegId x(mlir::Value value) { return registers.getX(value); }
  vmir::RegId f(mlir::Value value) { return registers.getF(value); }

  void refuse(const llvm::Twine &reason) {
    if (refusal.empty())
      refusal = reason.str();
  }
  /// \p value, which must fit T.
  template <class T> T narrow(uint64_t value, llvm::StringRef name) {
    if (value > std::numeric_limits<T>::max())
      refuse(name + " " + llvm::Twine(value) + " is too large");
    return static_cast<T>(value);
  }
  uint8_t size(uint32_t value) { return narrow<uint8_t>(value, "size"); }
  vmir::MemFlags flags(std::optional<vm::MemFlagsAttr> attr);
  vmir::BinaryOperator binaryOperator(llvm::StringRef name, uint32_t custom);
  vmir::Operand operand(vm::OperandAttr attr, unsigned depth = 1);

  RegisterAssignment &registers;
  llvm::ArrayRef<vmir::RegId> destinations;
  std::string refusal;
};

} // namespace vmjit

#endif // VMJIT_LIB_IMPORT_OPEXPORTER_H
