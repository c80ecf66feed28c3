//===- BlockLinkerTemporaries.cpp - What exits inside a block leave -------===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Temporaries are values and are gone when a hart ends, unless it ends inside
// their block: whoever resumes it there needs those that are still read.
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"

#include "vmjit/VMIR/FieldKinds.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace vmjit::vm;

void BlockLinker::collectTemporaryUses(BlockOp block) {
  temporaryUses.clear();
  uint64_t opCount = 0;
  for (Operation &op : block.getBody().front()) {
    // Without an index it is counted: operands are read before their op, its
    // results are written after it.
    bool isResult = isa<RegWriteOp>(op) && !isGuestOp(&op) && opCount > 0;
    uint64_t index = findOpIndex(&op).value_or(opCount - isResult);
    opCount += isGuestOp(&op);
    collectRegistersOf(&op, [&](RegFile file, uint32_t reg, bool isWritten) {
      if (file == RegFile::X && reg >= vmir::kArchRegCount)
        temporaryUses[reg].push_back(2 * index + isWritten);
    });
  }
  for (auto &[reg, uses] : temporaryUses)
    llvm::sort(uses);
}

SmallVector<uint32_t> BlockLinker::getLiveTemporaries(const Exit &how) {
  SmallVector<uint32_t> live;
  // A kernel's thread does not resume, and at another block there are none.
  if (isKernelMode() || how.nextPc)
    return live;
  uint64_t first = 2 * (currentOp + how.resumesAfter);
  for (auto &[reg, uses] : temporaryUses) {
    const uint64_t *use = llvm::lower_bound(uses, first);
    if (use != uses.end() && *use % 2 == 0)
      live.push_back(reg);
  }
  return live;
}

void BlockLinker::reserveTemporaries() {
  if (isKernelMode())
    return;
  uint64_t first = 2 * (currentOp + 1);
  for (auto &[reg, uses] : temporaryUses)
    if (llvm::any_of(
            uses, [&](uint64_t use) { return use >= first && use % 2 == 0; }))
      savedTemporaries.insert(reg);
}

void BlockLinker::storeTemporaries(ArrayRef<uint32_t> live) {
  for (uint32_t reg : live) {
    savedTemporaries.insert(reg);
    uint64_t index =
        llvm::find(savedTemporaries, reg) - savedTemporaries.begin();
    create<HartStoreOp>(readRegister(RegFile::X, reg), hart,
                        constant(VMJIT_WORD_CSR + csrs.size() + index));
  }
}
