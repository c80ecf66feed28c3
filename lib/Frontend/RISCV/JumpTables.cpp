//===- JumpTables.cpp - The targets of indirect jumps -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JumpTables.h"

#include "ValueTracker.h"
#include "vmjit/Frontend/RISCV/CodeMap.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

/// The entries of the table that \p entry is from, for its unknown from 0 to
/// \p maximum; empty if one of them is no address of code.
static std::vector<GuestAddr> readTable(const GuestImage &image,
                                        const Value &entry, uint64_t maximum) {
  if (maximum >= kMaxJumpTableEntries ||
      (entry.limit && maximum >= entry.limit))
    return {};
  std::vector<GuestAddr> targets;
  for (uint64_t index = 0; index <= maximum; ++index) {
    std::optional<uint64_t> content = image.readConstant(
        entry.table + (index << entry.shift), entry.entrySize);
    if (!content)
      return {};
    if (entry.isSigned)
      *content = uint64_t(SignExtend64(*content, 8 * entry.entrySize));
    GuestAddr target = (*content + entry.offset) & ~GuestAddr(1);
    if (image.getCode(target).empty())
      return {};
    targets.push_back(target);
  }
  return targets;
}

std::vector<GuestAddr>
vmjit::riscv::findJumpTargets(const GuestImage &image,
                              ArrayRef<TraceStep> trace,
                              const DecodedInstruction &jump) {
  ValueTracker tracker;
  for (const TraceStep &step : trace)
    tracker.step(step);
  Value value = tracker.get(jump.rs1);
  value.offset += uint64_t(jump.imm);
  if (value.kind == Value::Constant) {
    GuestAddr target = value.offset & ~GuestAddr(1);
    if (image.getCode(target).empty())
      return {};
    return {target};
  }
  std::optional<uint64_t> maximum = tracker.getMaximum(value.unknown);
  if (value.kind != Value::Entry || !maximum)
    return {};
  return readTable(image, value, *maximum);
}
