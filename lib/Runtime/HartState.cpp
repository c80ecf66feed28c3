//===- HartState.cpp - The registers of many harts --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Allocation and reading of state arrays.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HartState.h"

#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;

static_assert(VMJIT_CALL_STACK_DEPTH == vmir::kCallStackDepth);

Expected<HartStateArray> HartStateArray::create(uint64_t hartCount,
                                                const HartStateLayout &layout,
                                                uint64_t maxBytes) {
  if (hartCount == 0)
    return makeError(ErrorCode::InvalidArgument,
                     "a state array is for at least one hart");
  if (adjacent_find(layout.csrs, std::greater_equal<>()) != layout.csrs.end())
    return makeError(ErrorCode::InvalidArgument,
                     "the CSR numbers are not in ascending order");
  HartStateArray array;
  array.layout = layout;
  std::optional<uint64_t> bytes;
  if (hartCount <= UINT64_MAX - VMJIT_HART_TILE)
    bytes =
        checkedMulUnsigned<uint64_t>(alignTo(hartCount, VMJIT_HART_TILE),
                                     array.getWordCount() * sizeof(uint64_t));
  if (!bytes || *bytes > maxBytes)
    return makeErrorf(ErrorCode::OutOfMemory,
                      "the state of {0} harts takes more than {1} bytes",
                      hartCount, maxBytes);
  Expected<AlignedBuffer> buffer = AlignedBuffer::create(*bytes);
  if (!buffer)
    return withContext(buffer.takeError(), "state of the harts");
  array.buffer = std::move(*buffer);
  array.hartCount = hartCount;
  return array;
}

std::optional<uint64_t> HartStateArray::getCsrWord(uint16_t csr) const {
  uint32_t stored = getStoredCsr(csr);
  auto it = lower_bound(layout.csrs, stored);
  if (it == layout.csrs.end() || *it != stored)
    return std::nullopt;
  return VMJIT_WORD_CSR + (it - layout.csrs.begin());
}

std::vector<uint64_t> HartStateArray::getRunningHarts() const {
  std::vector<uint64_t> harts;
  for (uint64_t hart = 0; hart < hartCount; ++hart)
    if (word(VMJIT_WORD_STATUS, hart) == VMJIT_EXIT_Running)
      harts.push_back(hart);
  return harts;
}

void HartStateArray::initialize(uint64_t hart, uint64_t entryPc) {
  for (uint64_t i = 0; i < getWordCount(); ++i)
    word(i, hart) = 0;
  word(VMJIT_WORD_NEXT_PC, hart) = entryPc;
}

Expected<ExitRecord> HartStateArray::getExit(uint64_t hart) const {
  std::optional<ExitStatus> status =
      parseExitStatus(word(VMJIT_WORD_STATUS, hart));
  if (!status)
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "hart {0} ended with the unknown status {1}", hart,
                      word(VMJIT_WORD_STATUS, hart));
  uint64_t access = word(VMJIT_WORD_ACCESS, hart);
  ExitRecord record;
  record.status = *status;
  record.pc = word(VMJIT_WORD_EXIT_PC, hart);
  record.opIndex = word(VMJIT_WORD_EXIT_OP, hart);
  record.detail = word(VMJIT_WORD_DETAIL, hart);
  record.accessSize = access & 0xff;
  record.isStore = (access >> 8) & 1;
  record.nextPc = word(VMJIT_WORD_NEXT_PC, hart);
  record.nextOp = word(VMJIT_WORD_NEXT_OP, hart);
  return record;
}

void HartStateArray::setExit(uint64_t hart, const ExitRecord &exit) {
  word(VMJIT_WORD_STATUS, hart) = static_cast<uint64_t>(exit.status);
  word(VMJIT_WORD_EXIT_PC, hart) = exit.pc;
  word(VMJIT_WORD_EXIT_OP, hart) = exit.opIndex;
  word(VMJIT_WORD_DETAIL, hart) = exit.detail;
  word(VMJIT_WORD_ACCESS, hart) =
      exit.accessSize | static_cast<uint64_t>(exit.isStore) << 8;
  word(VMJIT_WORD_NEXT_PC, hart) = exit.nextPc;
  word(VMJIT_WORD_NEXT_OP, hart) = exit.nextOp;
}

Expected<HartState> HartStateArray::getHart(uint64_t hart) const {
  Expected<ExitRecord> exit = getExit(hart);
  if (!exit)
    return exit.takeError();
  uint64_t depth = word(VMJIT_WORD_CALL_DEPTH, hart);
  if (depth > VMJIT_CALL_STACK_DEPTH)
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "hart {0} has {1} return addresses, more than {2}", hart,
                      depth, VMJIT_CALL_STACK_DEPTH);
  HartState state;
  for (unsigned reg = 0; reg < vmir::kArchRegCount; ++reg) {
    state.x[reg] = word(VMJIT_WORD_X + reg, hart);
    state.f[reg] = word(VMJIT_WORD_F + reg, hart);
  }
  state.nzcv = static_cast<uint32_t>(word(VMJIT_WORD_NZCV, hart));
  for (auto [index, csr] : enumerate(layout.csrs))
    if (uint64_t value = word(VMJIT_WORD_CSR + index, hart))
      state.csrs[csr] = value;
  for (uint64_t i = 0; i < depth; ++i)
    state.callStack.push_back(word(VMJIT_WORD_CALL_STACK + i, hart));
  state.reservation = {word(VMJIT_WORD_RESERVATION, hart),
                       word(VMJIT_WORD_RESERVATION + 1, hart),
                       word(VMJIT_WORD_RESERVATION + 2, hart)};
  state.exit = *exit;
  if (exit->nextOp != 0) {
    for (auto [index, temporary] : enumerate(layout.temporaries))
      if (uint64_t value = word(layout.getFirstTemporaryWord() + index, hart))
        state.temporaries.push_back({temporary, value});
    llvm::sort(state.temporaries);
  }
  return state;
}

Error HartStateArray::setHart(uint64_t hart, const HartState &state) {
  if (state.callStack.size() > VMJIT_CALL_STACK_DEPTH)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "hart {0} has {1} return addresses, more than {2}", hart,
                      state.callStack.size(), VMJIT_CALL_STACK_DEPTH);
  for (auto [csr, value] : state.csrs)
    if (!binary_search(layout.csrs, csr))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "the state array has no word for CSR {0:x}", csr);
  for (unsigned reg = 0; reg < vmir::kArchRegCount; ++reg) {
    x(reg, hart) = state.x[reg];
    f(reg, hart) = state.f[reg];
  }
  word(VMJIT_WORD_NZCV, hart) = state.nzcv;
  for (auto [index, csr] : enumerate(layout.csrs)) {
    auto it = state.csrs.find(csr);
    word(VMJIT_WORD_CSR + index, hart) =
        it == state.csrs.end() ? 0 : it->second;
  }
  word(VMJIT_WORD_CALL_DEPTH, hart) = state.callStack.size();
  for (auto [index, address] : enumerate(state.callStack))
    word(VMJIT_WORD_CALL_STACK + index, hart) = address;
  word(VMJIT_WORD_RESERVATION, hart) = state.reservation.address;
  word(VMJIT_WORD_RESERVATION + 1, hart) = state.reservation.size;
  word(VMJIT_WORD_RESERVATION + 2, hart) = state.reservation.value;
  for (auto [index, temporary] : enumerate(layout.temporaries)) {
    auto it = find_if(state.temporaries, [&](const auto &entry) {
      return entry.first == temporary;
    });
    word(layout.getFirstTemporaryWord() + index, hart) =
        it == state.temporaries.end() ? 0 : it->second;
  }
  setExit(hart, state.exit);
  return Error::success();
}

void HartStateArray::describe(vmjit_hart_launch &launch) {
  launch.hart_count = hartCount;
  launch.word_count = getWordCount();
  launch.state = reinterpret_cast<uintptr_t>(buffer.data());
}

void HartStateArray::describeHart(vmjit_hart_launch &launch, uint64_t hart) {
  describe(launch);
  launch.hart_count = 1;
  launch.state = reinterpret_cast<uintptr_t>(&word(0, hart));
}
