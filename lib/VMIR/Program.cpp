//===- Program.cpp - Blocks and programs of VM IR ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/Program.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit::vmir;

static constexpr OpInfo opInfos[] = {
#define VMIR_OP(Number, Name, OpFamily, Fields)                                \
  {Number, #Name, Family::OpFamily},
#include "vmjit/VMIR/Opcodes.def"
};

static_assert(std::size(opInfos) == std::variant_size_v<Op::variant>);

Op::Op() = default;
Op::Op(const Op &other) = default;
Op::Op(Op &&other) noexcept = default;
Op &Op::operator=(const Op &other) = default;
Op &Op::operator=(Op &&other) noexcept = default;
Op::~Op() = default;
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  Op::Op(ops::Name op)                                                         \
      : variant(std::in_place_type<ops::Name>, std::move(op)) {}
#include "vmjit/VMIR/Opcodes.def"

bool Op::operator==(const Op &other) const {
  return static_cast<const variant &>(*this) ==
         static_cast<const variant &>(other);
}

ArrayRef<OpInfo> vmjit::vmir::getOpInfos() { return opInfos; }

const OpInfo &vmjit::vmir::getOpInfo(const Op &op) {
  return opInfos[op.index()];
}

std::string vmjit::vmir::describeOp(const Op &op) {
  std::string text = getOpInfo(op).name.str();
  const auto *config = std::get_if<ops::VendorConfig>(&op);
  return config ? text + " '" + config->config + "'" : text;
}

StringRef vmjit::vmir::getTerminatorName(const Terminator &term) {
  static constexpr StringLiteral names[] = {
#define VMIR_TERMINATOR(Name, Fields) #Name,
#include "vmjit/VMIR/Opcodes.def"
  };
  return names[term.index()];
}

StringRef vmjit::vmir::getFamilyName(Family family) {
  switch (family) {
  case Family::Integer:
    return "Integer";
  case Family::Shift:
    return "Shift";
  case Family::Compare:
    return "Compare";
  case Family::Memory:
    return "Memory";
  case Family::Atomic:
    return "Atomic";
  case Family::Vector:
    return "Vector";
  case Family::FloatArith:
    return "FloatArith";
  case Family::FloatCompare:
    return "FloatCompare";
  case Family::FloatConvert:
    return "FloatConvert";
  case Family::FloatBits:
    return "FloatBits";
  case Family::SideExit:
    return "SideExit";
  case Family::Csr:
    return "Csr";
  case Family::System:
    return "System";
  case Family::Pstate:
    return "Pstate";
  case Family::Vendor:
    return "Vendor";
  case Family::Operand:
    return "Operand";
  case Family::Gpu:
    return "Gpu";
  case Family::Fenv:
    return "Fenv";
  }
  llvm_unreachable("every family has a name");
}

StringRef vmjit::vmir::getParamTypeName(ParamType type) {
  switch (type) {
  case ParamType::I32:
    return "i32";
  case ParamType::I64:
    return "i64";
  case ParamType::F32:
    return "f32";
  case ParamType::F64:
    return "f64";
  case ParamType::Buffer:
    return "buffer";
  }
  llvm_unreachable("every parameter type has a name");
}

uint32_t vmjit::vmir::getParamSize(ParamType type) {
  switch (type) {
  case ParamType::I32:
  case ParamType::F32:
    return 4;
  case ParamType::I64:
  case ParamType::F64:
  case ParamType::Buffer:
    return 8;
  }
  llvm_unreachable("every parameter type has a size");
}
