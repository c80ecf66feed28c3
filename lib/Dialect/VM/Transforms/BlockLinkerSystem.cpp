//===- BlockLinkerSystem.cpp - CSRs, flags and exits by ops -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "vmjit/CodeObject/HartStateLayout.h"
#include "vmjit/VMIR/GPUCsrs.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit::vm;

void BlockLinker::linkSystemOp(Operation *op) {
  auto end = [&](vmjit_exit_status status, bool resumesAfter) {
    exit({.status = status, .resumesAfter = resumesAfter});
    hasEnded = true;
  };
  TypeSwitch<Operation *>(op)
      .Case([&](SyscallOp) { end(VMJIT_EXIT_Syscall, true); })
      .Case([&](BreakpointOp) { end(VMJIT_EXIT_Breakpoint, true); })
      .Case([&](MretOp) { end(VMJIT_EXIT_Mret, true); })
      .Case([&](SretOp) { end(VMJIT_EXIT_Sret, true); })
      .Case<VendorLoadOp, VendorStoreOp, VendorMatrixOp, VendorConfigOp,
            VendorVectorOp>([&](auto) { end(VMJIT_EXIT_Unsupported, false); })
      // The interpreter has them, and goes on to the end of the block.
      .Case<FenvArithOp, FenvCompareOp, FenvToIntOp, FenvFromIntOp>([&](auto) {
        end(VMJIT_EXIT_Unsupported, false);
        reserveTemporaries();
      })
      // A hint.
      .Case([&](WfiOp) {})
      .Case([&](TlbFlushOp) { createFence(); })
      // There is no table of leaves: each is 0.
      .Case([&](CpuidOp cpuid) {
        for (Value result : cpuid.getResults())
          result.replaceAllUsesWith(constant(0));
      })
      .Case([&](CsrReadOp read) {
        read.replaceAllUsesWith(readCsr(read.getCsr()));
      })
      .Case([&](CsrUpdateOp update) {
        updateCsr(update.getAction(), update.getCsr(), update.getSrc());
      })
      .Case([&](CsrUpdateImmOp update) {
        if (Value old = updateCsr(update.getAction(), update.getCsr(),
                                  constant(update.getImm())))
          update.replaceAllUsesWith(old);
      })
      .Case([&](ReadFlagsOp read) {
        read.replaceAllUsesWith(
            create<AndOp>(readSlot(RegFile::NZCV, 0), constant(0xf0000000))
                .getResult());
      })
      .Case([&](WriteFlagsOp write) {
        writeSlot(RegFile::NZCV, 0,
                  create<AndOp>(write.getSrc(), constant(0xf0000000)));
      })
      .Case([&](EvalConditionOp eval) {
        eval.replaceAllUsesWith(evaluateCondition(eval.getCond()));
      });
}

//===----------------------------------------------------------------------===//
// CSRs
//===----------------------------------------------------------------------===//

namespace {
/// The bits of the stored CSR that a CSR shows.
struct CsrView {
  uint64_t mask;
  unsigned shift;
};
} // namespace

/// fflags, frm and fcsr; any other CSR is all of its word.
static CsrView getCsrView(uint32_t csr) {
  switch (csr) {
  case 1:
    return {0x1f, 0};
  case 2:
    return {0x7, 5};
  case 3:
    return {0xff, 0};
  default:
    return {UINT64_MAX, 0};
  }
}

Value BlockLinker::readCsr(uint32_t csr) {
  CsrView view = getCsrView(csr);
  Value value = readSlot(RegFile::CSR, getStoredCsr(csr));
  if (view.shift)
    value = create<ShrUOp>(value, constant(view.shift));
  return view.mask == UINT64_MAX
             ? value
             : create<AndOp>(value, constant(view.mask)).getResult();
}

void BlockLinker::writeCsr(uint32_t csr, Value value) {
  CsrView view = getCsrView(csr);
  uint32_t stored = getStoredCsr(csr);
  if (view.mask != UINT64_MAX) {
    value = create<AndOp>(value, constant(view.mask));
    if (view.shift)
      value = create<ShlOp>(value, constant(view.shift));
    Value rest = create<AndOp>(readSlot(RegFile::CSR, stored),
                               constant(0xff & ~(view.mask << view.shift)));
    value = create<OrOp>(value, rest);
  }
  writeSlot(RegFile::CSR, stored, value);
}

/// Gives the old value; null if the CSR is a position in the grid or the
/// barrier, which cannot be changed: then the hart ends.
Value BlockLinker::updateCsr(CsrOperation action, uint32_t csr, Value operand) {
  if (vmir::getGPUCsr(csr) || csr == vmir::kBarrierCsr) {
    exit({.status = VMJIT_EXIT_BadOp});
    hasEnded = true;
    return {};
  }
  Value old = readCsr(csr);
  Value value = operand;
  if (action == CsrOperation::Set)
    value = create<OrOp>(old, operand);
  else if (action == CsrOperation::Clear)
    value = create<AndOp>(old, create<NotOp>(operand));
  writeCsr(csr, value);
  return old;
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

/// An ARM condition: the upper three bits choose a test, bit 0 inverts it; 14
/// and 15 always hold.
Value BlockLinker::evaluateCondition(uint32_t condition) {
  Value flags = readSlot(RegFile::NZCV, 0);
  auto flag = [&](unsigned bit) -> Value {
    return create<AndOp>(create<ShrUOp>(flags, constant(bit)), constant(1));
  };
  auto invert = [&](Value value) -> Value {
    return create<XorOp>(value, constant(1));
  };
  constexpr unsigned n = 31, z = 30, c = 29, v = 28;
  auto isGreaterEqual = [&] { return invert(create<XorOp>(flag(n), flag(v))); };
  Value holds;
  switch (condition >> 1 & 7) {
  case 0:
    holds = flag(z);
    break;
  case 1:
    holds = flag(c);
    break;
  case 2:
    holds = flag(n);
    break;
  case 3:
    holds = flag(v);
    break;
  case 4:
    holds = create<AndOp>(flag(c), invert(flag(z)));
    break;
  case 5:
    holds = isGreaterEqual();
    break;
  case 6:
    holds = create<AndOp>(invert(flag(z)), isGreaterEqual());
    break;
  default:
    return constant(1);
  }
  return condition & 1 ? invert(holds) : holds;
}
