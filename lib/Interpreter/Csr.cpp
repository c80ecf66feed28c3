//===- Csr.cpp - Control and status registers -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"
#include "vmjit/VMIR/FloatEnvironment.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

namespace {
/// Where a CSR is: bits of the value that HartState::csrs has under a number.
struct CsrView {
  uint16_t number;
  unsigned shift = 0;
  uint64_t mask = ~uint64_t(0);
};

CsrView getView(uint16_t csr) {
  switch (csr) {
  case kFflagsCsr:
    return {kFcsrCsr, 0, 0x1f};
  case kFrmCsr:
    return {kFcsrCsr, 5, 0x7};
  case kFcsrCsr:
    return {kFcsrCsr, 0, 0xff};
  default:
    return {csr};
  }
}

/// Positions cannot be changed, and the barrier is nothing but a write.
bool isReadOnly(uint16_t csr) {
  return getGPUCsr(csr).has_value() || csr == kBarrierCsr;
}

/// Writes what \p getNew makes of the old value, which it gives; nothing if the
/// hart ends.
template <class GetNew>
std::optional<uint64_t> update(uint16_t csr, Machine &machine,
                               GetNew &&getNew) {
  if (isReadOnly(csr)) {
    machine.exitWith(ExitStatus::BadOp);
    return std::nullopt;
  }
  uint64_t old = readCsr(csr, machine);
  writeCsr(csr, getNew(old), machine);
  return old;
}

Outcome finish(const std::optional<uint64_t> &old) {
  return old ? Outcome::Next : Outcome::Exit;
}

/// Register 0 drops the old value even where it is an ordinary register.
template <class OpT>
Outcome finish(const OpT &op, Machine &machine,
               const std::optional<uint64_t> &old) {
  if (old && op.dst != 0)
    machine.setX(op.dst, *old);
  return finish(old);
}
} // namespace

uint64_t interpreter::readCsr(uint16_t csr, Machine &machine) {
  CsrView view = getView(csr);
  const std::map<uint16_t, uint64_t> &csrs = machine.getCsrs();
  auto it = csrs.find(view.number);
  return it == csrs.end() ? 0 : it->second >> view.shift & view.mask;
}

void interpreter::writeCsr(uint16_t csr, uint64_t value, Machine &machine) {
  CsrView view = getView(csr);
  uint64_t &whole = machine.getCsrs()[view.number];
  whole &= ~(view.mask << view.shift);
  whole |= (value & view.mask) << view.shift;
  if (view.number == kFcsrCsr)
    whole &= getView(kFcsrCsr).mask;
}

void interpreter::execute(const ops::CsrRead &op, Machine &machine) {
  if (std::optional<GPUCsr> csr = getGPUCsr(op.csr))
    machine.setX(op.dst, readGPUCsr(*csr, machine.getPosition()));
  else
    machine.setX(op.dst, readCsr(op.csr, machine));
}

Outcome interpreter::execute(const ops::CsrWrite &op, Machine &machine) {
  if (op.csr == kBarrierCsr)
    return machine.barrier();
  return finish(
      update(op.csr, machine, [&](uint64_t) { return machine.getX(op.src); }));
}

Outcome interpreter::execute(const ops::CsrSet &op, Machine &machine) {
  return finish(update(op.csr, machine, [&](uint64_t old) {
    return old | machine.getX(op.src);
  }));
}

Outcome interpreter::execute(const ops::CsrClear &op, Machine &machine) {
  return finish(update(op.csr, machine, [&](uint64_t old) {
    return old & ~machine.getX(op.src);
  }));
}

Outcome interpreter::execute(const ops::CsrWriteImm &op, Machine &machine) {
  return finish(op, machine, update(op.csr, machine, [&](uint64_t) {
                  return uint64_t(op.imm);
                }));
}

Outcome interpreter::execute(const ops::CsrSetImm &op, Machine &machine) {
  return finish(op, machine, update(op.csr, machine, [&](uint64_t old) {
                  return old | uint64_t(op.imm);
                }));
}

Outcome interpreter::execute(const ops::CsrClearImm &op, Machine &machine) {
  return finish(op, machine, update(op.csr, machine, [&](uint64_t old) {
                  return old & ~uint64_t(op.imm);
                }));
}
