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
  if (!isPowerOf2_32(layout.tile))
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a tile of {0} harts: that is not a power of two",
                      layout.tile);
  HartStateArray array;
  array.layout = layout;
  array.tileBits = Log2_32(layout.tile);
  std::optional<uint64_t> bytes;
  if (hartCount <= UINT64_MAX - layout.tile)
    bytes =
        checkedMulUnsigned<uint64_t>(alignTo(hartCount, layout.tile),
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
  HartWords words = getHartWords(hart);
  std::optional<ExitStatus> status = parseExitStatus(words[VMJIT_WORD_STATUS]);
  if (!status)
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "hart {0} ended with the unknown status {1}", hart,
                      words[VMJIT_WORD_STATUS]);
  uint64_t access = words[VMJIT_WORD_ACCESS];
  ExitRecord record;
  record.status = *status;
  record.pc = words[VMJIT_WORD_EXIT_PC];
  record.opIndex = words[VMJIT_WORD_EXIT_OP];
  record.detail = words[VMJIT_WORD_DETAIL];
  record.accessSize = access & 0xff;
  record.isStore = (access >> 8) & 1;
  record.nextPc = words[VMJIT_WORD_NEXT_PC];
  record.nextOp = words[VMJIT_WORD_NEXT_OP];
  return record;
}

void HartStateArray::setExit(uint64_t hart, const ExitRecord &exit) {
  HartWords words = getHartWords(hart);
  words[VMJIT_WORD_STATUS] = static_cast<uint64_t>(exit.status);
  words[VMJIT_WORD_EXIT_PC] = exit.pc;
  words[VMJIT_WORD_EXIT_OP] = exit.opIndex;
  words[VMJIT_WORD_DETAIL] = exit.detail;
  words[VMJIT_WORD_ACCESS] =
      exit.accessSize | static_cast<uint64_t>(exit.isStore) << 8;
  words[VMJIT_WORD_NEXT_PC] = exit.nextPc;
  words[VMJIT_WORD_NEXT_OP] = exit.nextOp;
}

Expected<HartState> HartStateArray::getHart(uint64_t hart) const {
  Expected<ExitRecord> exit = getExit(hart);
  if (!exit)
    return exit.takeError();
  HartWords words = getHartWords(hart);
  uint64_t depth = words[VMJIT_WORD_CALL_DEPTH];
  if (depth > VMJIT_CALL_STACK_DEPTH)
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "hart {0} has {1} return addresses, more than {2}", hart,
                      depth, VMJIT_CALL_STACK_DEPTH);
  HartState state;
  for (unsigned reg = 0; reg < vmir::kArchRegCount; ++reg) {
    state.x[reg] = words[VMJIT_WORD_X + reg];
    state.f[reg] = words[VMJIT_WORD_F + reg];
  }
  state.nzcv = static_cast<uint32_t>(words[VMJIT_WORD_NZCV]);
  for (auto [index, csr] : enumerate(layout.csrs))
    if (uint64_t value = words[VMJIT_WORD_CSR + index])
      state.csrs[csr] = value;
  for (uint64_t i = 0; i < depth; ++i)
    state.callStack.push_back(words[VMJIT_WORD_CALL_STACK + i]);
  state.reservation = {words[VMJIT_WORD_RESERVATION],
                       words[VMJIT_WORD_RESERVATION + 1],
                       words[VMJIT_WORD_RESERVATION + 2]};
  state.exit = *exit;
  if (exit->nextOp != 0) {
    for (auto [index, temporary] : enumerate(layout.temporaries))
      if (uint64_t value = words[layout.getFirstTemporaryWord() + index])
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
  HartWords words = getHartWords(hart);
  for (unsigned reg = 0; reg < vmir::kArchRegCount; ++reg) {
    words[VMJIT_WORD_X + reg] = state.x[reg];
    words[VMJIT_WORD_F + reg] = state.f[reg];
  }
  words[VMJIT_WORD_NZCV] = state.nzcv;
  for (auto [index, csr] : enumerate(layout.csrs)) {
    auto it = state.csrs.find(csr);
    words[VMJIT_WORD_CSR + index] = it == state.csrs.end() ? 0 : it->second;
  }
  words[VMJIT_WORD_CALL_DEPTH] = state.callStack.size();
  for (auto [index, address] : enumerate(state.callStack))
    words[VMJIT_WORD_CALL_STACK + index] = address;
  words[VMJIT_WORD_RESERVATION] = state.reservation.address;
  words[VMJIT_WORD_RESERVATION + 1] = state.reservation.size;
  words[VMJIT_WORD_RESERVATION + 2] = state.reservation.value;
  for (auto [index, temporary] : enumerate(layout.temporaries)) {
    auto it = find_if(state.temporaries, [&](const auto &entry) {
      return entry.first == temporary;
    });
    words[layout.getFirstTemporaryWord() + index] =
        it == state.temporaries.end() ? 0 : it->second;
  }
  setExit(hart, state.exit);
  return Error::success();
}

void HartStateArray::copyFrom(const HartStateArray &other) {
  assert(hartCount == other.hartCount && layout.hasWordsOf(other.layout) &&
         "arrays of different harts");
  for (uint64_t hart = 0; hart < hartCount; ++hart) {
    HartWords to = getHartWords(hart), from = other.getHartWords(hart);
    for (uint64_t i = 0; i < getWordCount(); ++i)
      to[i] = from[i];
  }
}

void HartStateArray::describe(vmjit_hart_launch &launch) {
  launch.hart_count = hartCount;
  launch.word_count = getWordCount();
  launch.tile = layout.tile;
  launch.state = reinterpret_cast<uintptr_t>(buffer.data());
}

void HartStateArray::describeHart(vmjit_hart_launch &launch, uint64_t hart) {
  describe(launch);
  launch.hart_count = 1;
  launch.state = reinterpret_cast<uintptr_t>(&word(0, hart));
}
