//===- ExportFloatOps.cpp - From floating-point ops to VM IR ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// VM IR has an op for each precision where the dialect has one with a type.
//
//===----------------------------------------------------------------------===//

#include "OpExporter.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit;
namespace ops = vmjit::vmir::ops;
using vmir::RegId;

template <class Double, class Single, class Source>
OpExporter::MaybeOp OpExporter::unary(Source op) {
  RegId src = f(op.getSrc());
  if (op.getSrc().getType().isF64())
    return Double{dst(), src};
  return Single{dst(), src};
}

template <class Double, class Single, class Source>
OpExporter::MaybeOp OpExporter::fbinary(Source op) {
  RegId lhs = f(op.getLhs()), rhs = f(op.getRhs());
  if (op.getLhs().getType().isF64())
    return Double{dst(), lhs, rhs};
  return Single{dst(), lhs, rhs};
}

template <class Double, class Single, class Source>
OpExporter::MaybeOp OpExporter::ternary(Source op) {
  RegId a = f(op.getA()), b = f(op.getB()), c = f(op.getC());
  if (op.getA().getType().isF64())
    return Double{dst(), a, b, c};
  return Single{dst(), a, b, c};
}

//===----------------------------------------------------------------------===//
// Arithmetic and comparisons
//===----------------------------------------------------------------------===//

OpExporter::MaybeOp OpExporter::exportFCmp(vm::FCmpOp op) {
  switch (op.getPredicate()) {
  case vm::FCmpPredicate::EQ:
    return fbinary<ops::Feq, ops::FeqS>(op);
  case vm::FCmpPredicate::LT:
    return fbinary<ops::Flt, ops::FltS>(op);
  case vm::FCmpPredicate::LE:
    return fbinary<ops::Fle, ops::FleS>(op);
  }
  llvm_unreachable("every predicate has an op");
}

OpExporter::MaybeOp OpExporter::exportFloatArith(Operation *op) {
  return llvm::TypeSwitch<Operation *, MaybeOp>(op)
      .Case([&](vm::FAddOp op) { return fbinary<ops::Fadd, ops::FaddS>(op); })
      .Case([&](vm::FSubOp op) { return fbinary<ops::Fsub, ops::FsubS>(op); })
      .Case([&](vm::FMulOp op) { return fbinary<ops::Fmul, ops::FmulS>(op); })
      .Case([&](vm::FDivOp op) { return fbinary<ops::Fdiv, ops::FdivS>(op); })
      .Case([&](vm::FMinOp op) { return fbinary<ops::Fmin, ops::FminS>(op); })
      .Case([&](vm::FMaxOp op) { return fbinary<ops::Fmax, ops::FmaxS>(op); })
      .Case([&](vm::FSqrtOp op) { return unary<ops::Fsqrt, ops::FsqrtS>(op); })
      .Case(
          [&](vm::FMAddOp op) { return ternary<ops::Fmadd, ops::FmaddS>(op); })
      .Case(
          [&](vm::FMSubOp op) { return ternary<ops::Fmsub, ops::FmsubS>(op); })
      .Case([&](vm::FNMAddOp op) {
        return ternary<ops::Fnmadd, ops::FnmaddS>(op);
      })
      .Case([&](vm::FNMSubOp op) {
        return ternary<ops::Fnmsub, ops::FnmsubS>(op);
      })
      .Case([&](vm::FCmpOp op) { return exportFCmp(op); })
      .Default(MaybeOp());
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

OpExporter::MaybeOp OpExporter::exportFToInt(vm::FToIntOp op) {
  if (op.getWidth() == 32)
    return op.getIsSigned() ? unary<ops::Fcvtwd, ops::Fcvtws>(op)
                            : unary<ops::Fcvtwud, ops::Fcvtwus>(op);
  return op.getIsSigned() ? unary<ops::Fcvtld, ops::Fcvtls>(op)
                          : unary<ops::Fcvtlud, ops::Fcvtlus>(op);
}

OpExporter::MaybeOp OpExporter::exportIntToF(vm::IntToFOp op) {
  bool isDouble = op.getType().isF64();
  RegId src = x(op.getSrc());
  auto convert = [&]<class Double, class Single>() -> MaybeOp {
    if (isDouble)
      return Double{dst(), src};
    return Single{dst(), src};
  };
  if (op.getWidth() == 32)
    return op.getIsSigned() ? convert.operator()<ops::Fcvtdw, ops::Fcvtsw>()
                            : convert.operator()<ops::Fcvtdwu, ops::Fcvtswu>();
  return op.getIsSigned() ? convert.operator()<ops::Fcvtdl, ops::Fcvtsl>()
                          : convert.operator()<ops::Fcvtdlu, ops::Fcvtslu>();
}

OpExporter::MaybeOp OpExporter::exportFloatConvert(Operation *op) {
  return llvm::TypeSwitch<Operation *, MaybeOp>(op)
      .Case([&](vm::FToIntOp op) { return exportFToInt(op); })
      .Case([&](vm::IntToFOp op) { return exportIntToF(op); })
      .Case([&](vm::FTruncOp op) -> MaybeOp {
        return ops::Fcvtsd{dst(), f(op.getSrc())};
      })
      .Case([&](vm::FExtOp op) -> MaybeOp {
        return ops::Fcvtds{dst(), f(op.getSrc())};
      })
      .Default(MaybeOp());
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

OpExporter::MaybeOp OpExporter::exportFloatBits(Operation *op) {
  return llvm::TypeSwitch<Operation *, MaybeOp>(op)
      .Case([&](vm::FSgnjOp op) {
        switch (op.getKind()) {
        case vm::SignInjection::Copy:
          return fbinary<ops::Fsgnj, ops::FsgnjS>(op);
        case vm::SignInjection::Invert:
          return fbinary<ops::Fsgnjn, ops::FsgnjnS>(op);
        case vm::SignInjection::Xor:
          return fbinary<ops::Fsgnjx, ops::FsgnjxS>(op);
        }
        llvm_unreachable("every kind has an op");
      })
      .Case([&](vm::FAbsOp op) { return unary<ops::Fabs, ops::FabsS>(op); })
      .Case([&](vm::FNegOp op) { return unary<ops::Fneg, ops::FnegS>(op); })
      .Case(
          [&](vm::FClassOp op) { return unary<ops::Fclass, ops::FclassS>(op); })
      .Case([&](vm::FMvXWOp op) -> MaybeOp {
        return ops::FmvXW{dst(), f(op.getSrc())};
      })
      .Case([&](vm::FMvWXOp op) -> MaybeOp {
        return ops::FmvWX{dst(), x(op.getSrc())};
      })
      .Default(MaybeOp());
}

//===----------------------------------------------------------------------===//
// The floating-point environment
//===----------------------------------------------------------------------===//

static uint8_t getFormat(Type type) {
  return static_cast<uint8_t>(type.getIntOrFloatBitWidth());
}

/// Registers of sources that the operation does not have are 0.
OpExporter::MaybeOp OpExporter::exportFenvArith(vm::FenvArithOp op) {
  RegId sources[3] = {};
  for (auto [reg, source] : llvm::zip(sources, op.getSources()))
    reg = f(source);
  return ops::FenvArith{dst(),
                        sources[0],
                        sources[1],
                        sources[2],
                        op.getKind().str(),
                        getFormat(op.getType()),
                        op.getRounding().str()};
}

OpExporter::MaybeOp OpExporter::exportFenv(Operation *op) {
  return llvm::TypeSwitch<Operation *, MaybeOp>(op)
      .Case([&](vm::FenvArithOp op) { return exportFenvArith(op); })
      .Case([&](vm::FenvCompareOp op) -> MaybeOp {
        return ops::FenvCompare{dst(), f(op.getLhs()), f(op.getRhs()),
                                op.getComparison().str(),
                                getFormat(op.getLhs().getType())};
      })
      .Case([&](vm::FenvToIntOp op) -> MaybeOp {
        return ops::FenvToInt{dst(),
                              f(op.getSrc()),
                              getFormat(op.getSrc().getType()),
                              narrow<uint8_t>(op.getWidth(), "width"),
                              op.getIsSigned(),
                              op.getRounding().str()};
      })
      .Case([&](vm::FenvFromIntOp op) -> MaybeOp {
        return ops::FenvFromInt{dst(),
                                x(op.getSrc()),
                                getFormat(op.getType()),
                                narrow<uint8_t>(op.getWidth(), "width"),
                                op.getIsSigned(),
                                op.getRounding().str()};
      })
      .Default(MaybeOp());
}
