//===- Float.cpp - Floating-point instructions ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// VM IR has these instructions as they are: NaN boxes, canonical NaNs and
// saturation included. Its ordinary ops round to nearest even and raise no
// flags; where that is not enough, those of the floating-point environment take
// their place. Conversions are in Conversion.cpp.
//
//===----------------------------------------------------------------------===//

#include "Semantics.h"

using namespace vmjit;
using namespace vmjit::riscv;

/// \p name of the three sources, of which it may have fewer.
static void appendExact(const DecodedInstruction &in, BlockWriter &out,
                        const char *name, uint8_t format) {
  out.append(ops::FenvArith{in.rd, in.rs1, in.rs2, in.rs3, name, format,
                            vmir::getRoundingModeName(in.rounding).str()});
}

/// An instruction that rounds: the ordinary op, or \p name.
#define RISCV_ROUNDING(Name, op, name, format, ...)                            \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    if (out.roundsByEnvironment(in.rounding))                                  \
      return appendExact(in, out, name, format);                               \
    out.append(ops::op{in.rd, __VA_ARGS__});                                   \
  }
#define RISCV_ARITHMETIC(Name, Double, Single, name, ...)                      \
  RISCV_ROUNDING(Name##_D, Double, name, 64, __VA_ARGS__)                      \
  RISCV_ROUNDING(Name##_S, Single, name, 32, __VA_ARGS__)

RISCV_ARITHMETIC(FADD, Fadd, FaddS, "add", in.rs1, in.rs2)
RISCV_ARITHMETIC(FSUB, Fsub, FsubS, "sub", in.rs1, in.rs2)
RISCV_ARITHMETIC(FMUL, Fmul, FmulS, "mul", in.rs1, in.rs2)
RISCV_ARITHMETIC(FDIV, Fdiv, FdivS, "div", in.rs1, in.rs2)
RISCV_ARITHMETIC(FSQRT, Fsqrt, FsqrtS, "sqrt", in.rs1)
RISCV_ARITHMETIC(FMADD, Fmadd, FmaddS, "fmadd", in.rs1, in.rs2, in.rs3)
RISCV_ARITHMETIC(FMSUB, Fmsub, FmsubS, "fmsub", in.rs1, in.rs2, in.rs3)
RISCV_ARITHMETIC(FNMADD, Fnmadd, FnmaddS, "fnmadd", in.rs1, in.rs2, in.rs3)
RISCV_ARITHMETIC(FNMSUB, Fnmsub, FnmsubS, "fnmsub", in.rs1, in.rs2, in.rs3)

/// Instructions that do not round, but raise the flag for NaNs.
#define RISCV_EXTREMUM(Name, op, name, format)                                 \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    if (out.keepsFlags())                                                      \
      return appendExact(in, out, name, format);                               \
    out.append(ops::op{in.rd, in.rs1, in.rs2});                                \
  }
#define RISCV_COMPARISON(Name, op, name, format)                               \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    if (out.keepsFlags())                                                      \
      out.append(ops::FenvCompare{in.rd, in.rs1, in.rs2, name, format});       \
    else                                                                       \
      out.append(ops::op{in.rd, in.rs1, in.rs2});                              \
  }

RISCV_EXTREMUM(FMIN_S, FminS, "min", 32)
RISCV_EXTREMUM(FMAX_S, FmaxS, "max", 32)
RISCV_EXTREMUM(FMIN_D, Fmin, "min", 64)
RISCV_EXTREMUM(FMAX_D, Fmax, "max", 64)
RISCV_COMPARISON(FEQ_S, FeqS, "eq", 32)
RISCV_COMPARISON(FLT_S, FltS, "lt", 32)
RISCV_COMPARISON(FLE_S, FleS, "le", 32)
RISCV_COMPARISON(FEQ_D, Feq, "eq", 64)
RISCV_COMPARISON(FLT_D, Flt, "lt", 64)
RISCV_COMPARISON(FLE_D, Fle, "le", 64)

/// Instructions on bits.
#define RISCV_UNARY(Name, op)                                                  \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    out.append(ops::op{in.rd, in.rs1});                                        \
  }
#define RISCV_BINARY(Name, op)                                                 \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    out.append(ops::op{in.rd, in.rs1, in.rs2});                                \
  }

RISCV_BINARY(FSGNJ_S, FsgnjS)
RISCV_BINARY(FSGNJN_S, FsgnjnS)
RISCV_BINARY(FSGNJX_S, FsgnjxS)
RISCV_BINARY(FSGNJ_D, Fsgnj)
RISCV_BINARY(FSGNJN_D, Fsgnjn)
RISCV_BINARY(FSGNJX_D, Fsgnjx)
RISCV_UNARY(FCLASS_S, FclassS)
RISCV_UNARY(FCLASS_D, Fclass)
RISCV_UNARY(FMV_X_W, FmvXW)
RISCV_UNARY(FMV_W_X, FmvWX)
RISCV_UNARY(FMV_X_D, FmvXD)
RISCV_UNARY(FMV_D_X, FmvDX)
