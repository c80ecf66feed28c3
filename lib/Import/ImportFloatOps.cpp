//===- ImportFloatOps.cpp - Import of floating-point ops --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpImporter.h"

#include "vmjit/VMIR/FloatEnvironment.h"

using namespace mlir;
using namespace vmjit;
namespace ops = vmjit::vmir::ops;

template <class OpT, class IROp>
void OpImporter::funary(const IROp &op, Type type) {
  writeF(op.dst, create<OpT>(readF(op.src, type)));
}

template <class OpT, class IROp>
void OpImporter::fbinary(const IROp &op, Type type) {
  writeF(op.dst, create<OpT>(readF(op.src1, type), readF(op.src2, type)));
}

template <class OpT, class IROp>
void OpImporter::ternary(const IROp &op, Type type) {
  writeF(op.dst, create<OpT>(readF(op.src1, type), readF(op.src2, type),
                             readF(op.src3, type)));
}

template <class IROp>
void OpImporter::fcmp(const IROp &op, vm::FCmpPredicate predicate, Type type) {
  writeX(op.dst, create<vm::FCmpOp>(i64(), predicate, readF(op.src1, type),
                                    readF(op.src2, type)));
}

template <class IROp>
void OpImporter::sgnj(const IROp &op, vm::SignInjection kind, Type type) {
  writeF(op.dst,
         create<vm::FSgnjOp>(kind, readF(op.src1, type), readF(op.src2, type)));
}

template <class IROp>
void OpImporter::toInt(const IROp &op, Type type, bool isSigned,
                       unsigned width) {
  writeX(op.dst,
         create<vm::FToIntOp>(i64(), readF(op.src, type), isSigned, width));
}

template <class IROp>
void OpImporter::toFloat(const IROp &op, Type type, bool isSigned,
                         unsigned width) {
  writeF(op.dst, create<vm::IntToFOp>(type, readX(op.src), isSigned, width));
}

void OpImporter::operator()(const ops::Fadd &op) {
  fbinary<vm::FAddOp>(op, f64());
}

void OpImporter::operator()(const ops::Fsub &op) {
  fbinary<vm::FSubOp>(op, f64());
}

void OpImporter::operator()(const ops::Fmul &op) {
  fbinary<vm::FMulOp>(op, f64());
}

void OpImporter::operator()(const ops::Fdiv &op) {
  fbinary<vm::FDivOp>(op, f64());
}

void OpImporter::operator()(const ops::Fsqrt &op) {
  funary<vm::FSqrtOp>(op, f64());
}

void OpImporter::operator()(const ops::Fmin &op) {
  fbinary<vm::FMinOp>(op, f64());
}

void OpImporter::operator()(const ops::Fmax &op) {
  fbinary<vm::FMaxOp>(op, f64());
}

void OpImporter::operator()(const ops::FaddS &op) {
  fbinary<vm::FAddOp>(op, f32());
}

void OpImporter::operator()(const ops::FsubS &op) {
  fbinary<vm::FSubOp>(op, f32());
}

void OpImporter::operator()(const ops::FmulS &op) {
  fbinary<vm::FMulOp>(op, f32());
}

void OpImporter::operator()(const ops::FdivS &op) {
  fbinary<vm::FDivOp>(op, f32());
}

void OpImporter::operator()(const ops::FsqrtS &op) {
  funary<vm::FSqrtOp>(op, f32());
}

void OpImporter::operator()(const ops::FminS &op) {
  fbinary<vm::FMinOp>(op, f32());
}

void OpImporter::operator()(const ops::FmaxS &op) {
  fbinary<vm::FMaxOp>(op, f32());
}

void OpImporter::operator()(const ops::Fmadd &op) {
  ternary<vm::FMAddOp>(op, f64());
}

void OpImporter::operator()(const ops::Fmsub &op) {
  ternary<vm::FMSubOp>(op, f64());
}

void OpImporter::operator()(const ops::Fnmadd &op) {
  ternary<vm::FNMAddOp>(op, f64());
}

void OpImporter::operator()(const ops::Fnmsub &op) {
  ternary<vm::FNMSubOp>(op, f64());
}

void OpImporter::operator()(const ops::FmaddS &op) {
  ternary<vm::FMAddOp>(op, f32());
}

void OpImporter::operator()(const ops::FmsubS &op) {
  ternary<vm::FMSubOp>(op, f32());
}

void OpImporter::operator()(const ops::FnmaddS &op) {
  ternary<vm::FNMAddOp>(op, f32());
}

void OpImporter::operator()(const ops::FnmsubS &op) {
  ternary<vm::FNMSubOp>(op, f32());
}

void OpImporter::operator()(const ops::Feq &op) {
  fcmp(op, vm::FCmpPredicate::EQ, f64());
}

void OpImporter::operator()(const ops::Flt &op) {
  fcmp(op, vm::FCmpPredicate::LT, f64());
}

void OpImporter::operator()(const ops::Fle &op) {
  fcmp(op, vm::FCmpPredicate::LE, f64());
}

void OpImporter::operator()(const ops::FeqS &op) {
  fcmp(op, vm::FCmpPredicate::EQ, f32());
}

void OpImporter::operator()(const ops::FltS &op) {
  fcmp(op, vm::FCmpPredicate::LT, f32());
}

void OpImporter::operator()(const ops::FleS &op) {
  fcmp(op, vm::FCmpPredicate::LE, f32());
}

void OpImporter::operator()(const ops::Fcvtws &op) {
  toInt(op, f32(), true, 32);
}

void OpImporter::operator()(const ops::Fcvtwus &op) {
  toInt(op, f32(), false, 32);
}

void OpImporter::operator()(const ops::Fcvtls &op) {
  toInt(op, f32(), true, 64);
}

void OpImporter::operator()(const ops::Fcvtlus &op) {
  toInt(op, f32(), false, 64);
}

void OpImporter::operator()(const ops::Fcvtwd &op) {
  toInt(op, f64(), true, 32);
}

void OpImporter::operator()(const ops::Fcvtwud &op) {
  toInt(op, f64(), false, 32);
}

void OpImporter::operator()(const ops::Fcvtld &op) {
  toInt(op, f64(), true, 64);
}

void OpImporter::operator()(const ops::Fcvtlud &op) {
  toInt(op, f64(), false, 64);
}

void OpImporter::operator()(const ops::Fcvtsw &op) {
  toFloat(op, f32(), true, 32);
}

void OpImporter::operator()(const ops::Fcvtswu &op) {
  toFloat(op, f32(), false, 32);
}

void OpImporter::operator()(const ops::Fcvtsl &op) {
  toFloat(op, f32(), true, 64);
}

void OpImporter::operator()(const ops::Fcvtslu &op) {
  toFloat(op, f32(), false, 64);
}

void OpImporter::operator()(const ops::Fcvtdw &op) {
  toFloat(op, f64(), true, 32);
}

void OpImporter::operator()(const ops::Fcvtdwu &op) {
  toFloat(op, f64(), false, 32);
}

void OpImporter::operator()(const ops::Fcvtdl &op) {
  toFloat(op, f64(), true, 64);
}

void OpImporter::operator()(const ops::Fcvtdlu &op) {
  toFloat(op, f64(), false, 64);
}

void OpImporter::operator()(const ops::Fcvtsd &op) {
  writeF(op.dst, create<vm::FTruncOp>(f32(), readF(op.src, f64())));
}

void OpImporter::operator()(const ops::Fcvtds &op) {
  writeF(op.dst, create<vm::FExtOp>(f64(), readF(op.src, f32())));
}

void OpImporter::operator()(const ops::Fsgnj &op) {
  sgnj(op, vm::SignInjection::Copy, f64());
}

void OpImporter::operator()(const ops::Fsgnjn &op) {
  sgnj(op, vm::SignInjection::Invert, f64());
}

void OpImporter::operator()(const ops::Fsgnjx &op) {
  sgnj(op, vm::SignInjection::Xor, f64());
}

void OpImporter::operator()(const ops::FsgnjS &op) {
  sgnj(op, vm::SignInjection::Copy, f32());
}

void OpImporter::operator()(const ops::FsgnjnS &op) {
  sgnj(op, vm::SignInjection::Invert, f32());
}

void OpImporter::operator()(const ops::FsgnjxS &op) {
  sgnj(op, vm::SignInjection::Xor, f32());
}

void OpImporter::operator()(const ops::Fclass &op) {
  writeX(op.dst, create<vm::FClassOp>(i64(), readF(op.src, f64())));
}

void OpImporter::operator()(const ops::FclassS &op) {
  writeX(op.dst, create<vm::FClassOp>(i64(), readF(op.src, f32())));
}

void OpImporter::operator()(const ops::FmvXW &op) {
  writeX(op.dst, create<vm::FMvXWOp>(i64(), readF(op.src, i64())));
}

void OpImporter::operator()(const ops::FmvWX &op) {
  writeF(op.dst, create<vm::FMvWXOp>(i64(), readX(op.src)));
}

void OpImporter::operator()(const ops::FmvXD &op) {
  writeX(op.dst, readF(op.src, i64()));
}

void OpImporter::operator()(const ops::FmvDX &op) {
  writeF(op.dst, readX(op.src));
}

void OpImporter::operator()(const ops::Fabs &op) {
  funary<vm::FAbsOp>(op, f64());
}

void OpImporter::operator()(const ops::Fneg &op) {
  funary<vm::FNegOp>(op, f64());
}

void OpImporter::operator()(const ops::FabsS &op) {
  funary<vm::FAbsOp>(op, f32());
}

void OpImporter::operator()(const ops::FnegS &op) {
  funary<vm::FNegOp>(op, f32());
}

//===----------------------------------------------------------------------===//
// The floating-point environment
//===----------------------------------------------------------------------===//

Type OpImporter::format(unsigned width) { return width == 32 ? f32() : f64(); }

void OpImporter::operator()(const ops::FenvArith &op) {
  using vmir::FloatOperation;
  FloatOperation operation =
      vmir::findFloatOperation(op.operation).value_or(FloatOperation::Add);
  Type type = format(op.format);
  Type sourceType =
      operation == FloatOperation::Convert ? format(96 - op.format) : type;
  const RegId registers[] = {op.src1, op.src2, op.src3};
  SmallVector<Value, 3> sources;
  for (RegId reg :
       ArrayRef(registers).take_front(vmir::getSourceCount(operation)))
    sources.push_back(readF(reg, sourceType));
  writeF(op.dst,
         create<vm::FenvArithOp>(type, op.operation, sources, op.rounding));
}

void OpImporter::operator()(const ops::FenvCompare &op) {
  Type type = format(op.format);
  writeX(op.dst,
         create<vm::FenvCompareOp>(i64(), op.comparison, readF(op.src1, type),
                                   readF(op.src2, type)));
}

void OpImporter::operator()(const ops::FenvToInt &op) {
  writeX(op.dst,
         create<vm::FenvToIntOp>(i64(), readF(op.src, format(op.format)),
                                 op.isSigned, op.width, op.rounding));
}

void OpImporter::operator()(const ops::FenvFromInt &op) {
  writeF(op.dst, create<vm::FenvFromIntOp>(format(op.format), readX(op.src),
                                           op.isSigned, op.width, op.rounding));
}
