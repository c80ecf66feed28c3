//===- Float.cpp - Floating-point instructions ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// VM IR has these instructions as they are: NaN boxes, canonical NaNs and
// saturation included. It rounds to nearest even; isLiftable has refused what
// rounds otherwise. Conversions, which may, are in Conversion.cpp. Exception
// flags are not kept.
//
//===----------------------------------------------------------------------===//

#include "Semantics.h"

using namespace vmjit;
using namespace vmjit::riscv;

#define RISCV_UNARY(Name, op)                                                  \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    out.append(ops::op{in.rd, in.rs1});                                        \
  }
#define RISCV_BINARY(Name, op)                                                 \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    out.append(ops::op{in.rd, in.rs1, in.rs2});                                \
  }
#define RISCV_TERNARY(Name, op)                                                \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    out.append(ops::op{in.rd, in.rs1, in.rs2, in.rs3});                        \
  }

RISCV_BINARY(FADD_S, FaddS)
RISCV_BINARY(FSUB_S, FsubS)
RISCV_BINARY(FMUL_S, FmulS)
RISCV_BINARY(FDIV_S, FdivS)
RISCV_UNARY(FSQRT_S, FsqrtS)
RISCV_TERNARY(FMADD_S, FmaddS)
RISCV_TERNARY(FMSUB_S, FmsubS)
RISCV_TERNARY(FNMADD_S, FnmaddS)
RISCV_TERNARY(FNMSUB_S, FnmsubS)
RISCV_BINARY(FADD_D, Fadd)
RISCV_BINARY(FSUB_D, Fsub)
RISCV_BINARY(FMUL_D, Fmul)
RISCV_BINARY(FDIV_D, Fdiv)
RISCV_UNARY(FSQRT_D, Fsqrt)
RISCV_TERNARY(FMADD_D, Fmadd)
RISCV_TERNARY(FMSUB_D, Fmsub)
RISCV_TERNARY(FNMADD_D, Fnmadd)
RISCV_TERNARY(FNMSUB_D, Fnmsub)

RISCV_BINARY(FSGNJ_S, FsgnjS)
RISCV_BINARY(FSGNJN_S, FsgnjnS)
RISCV_BINARY(FSGNJX_S, FsgnjxS)
RISCV_BINARY(FMIN_S, FminS)
RISCV_BINARY(FMAX_S, FmaxS)
RISCV_BINARY(FEQ_S, FeqS)
RISCV_BINARY(FLT_S, FltS)
RISCV_BINARY(FLE_S, FleS)
RISCV_UNARY(FCLASS_S, FclassS)
RISCV_BINARY(FSGNJ_D, Fsgnj)
RISCV_BINARY(FSGNJN_D, Fsgnjn)
RISCV_BINARY(FSGNJX_D, Fsgnjx)
RISCV_BINARY(FMIN_D, Fmin)
RISCV_BINARY(FMAX_D, Fmax)
RISCV_BINARY(FEQ_D, Feq)
RISCV_BINARY(FLT_D, Flt)
RISCV_BINARY(FLE_D, Fle)
RISCV_UNARY(FCLASS_D, Fclass)

RISCV_UNARY(FMV_X_W, FmvXW)
RISCV_UNARY(FMV_W_X, FmvWX)
RISCV_UNARY(FMV_X_D, FmvXD)
RISCV_UNARY(FMV_D_X, FmvDX)
