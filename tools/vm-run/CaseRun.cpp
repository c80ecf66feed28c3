//===- CaseRun.cpp - Running a recorded case on many harts ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CaseRun.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;

Expected<CaseRun> CaseRun::create(const vmir::Program &program,
                                  const vmir::Case &recorded,
                                  const HartStateLayout &layout,
                                  uint64_t hartCount) {
  // Engines take a transfer to a block for what it is before they ask whether
  // it is the return.
  for (const vmir::Block &block : program.blocks)
    if (block.startPc == recorded.returnPc)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "return_pc {0:x} is the address of a block of the "
                        "program",
                        recorded.returnPc);
  std::vector<HartRegion> regions;
  for (const vmir::CaseRegion &region : vmir::joinPages(recorded.pagesIn))
    regions.push_back({.base = region.base, .size = region.bytes.size()});
  for (const vmir::Segment &segment : program.segments)
    regions.push_back({.base = segment.addr,
                       .size = segment.bytes.size(),
                       .isPrivate = segment.writable,
                       .flags = uint64_t(VMJIT_REGION_READ) |
                                (segment.writable ? VMJIT_REGION_WRITE : 0)});
  Expected<HartStateArray> state = HartStateArray::create(hartCount, layout);
  if (!state)
    return state.takeError();
  Expected<HartMemory> memory = HartMemory::create(regions, hartCount);
  if (!memory)
    return memory.takeError();
  return CaseRun(program, recorded, std::move(*state), std::move(*memory));
}

Error CaseRun::reset() {
  for (uint64_t hart = 0; hart < state.getHartCount(); ++hart) {
    state.initialize(hart, recorded.entryPc);
    for (unsigned reg = 0; reg < vmir::kArchRegCount; ++reg) {
      state.x(reg, hart) = recorded.xIn[reg];
      state.f(reg, hart) = recorded.fIn[reg];
    }
    for (const vmir::CasePage &page : recorded.pagesIn)
      if (Error error = memory.write(hart, page.addr, page.bytes))
        return error;
    for (const vmir::Segment &segment : program.segments)
      if (Error error = memory.write(hart, segment.addr, segment.bytes))
        return error;
  }
  return Error::success();
}

Error CaseRun::run(LoadedProgram &loaded) {
  return loaded.runHarts(state, memory, recorded.returnPc);
}

Expected<std::optional<std::string>> CaseRun::findDifference() {
  for (uint64_t hart = 0; hart < state.getHartCount(); ++hart) {
    Expected<std::optional<std::string>> difference = findDifference(hart);
    if (!difference)
      return difference.takeError();
    if (*difference)
      return formatv("hart {0}: {1}", hart, **difference).str();
  }
  return std::nullopt;
}

/// What page \p page has to be afterwards.
static const vmir::CasePage &getExpectedPage(const vmir::Case &recorded,
                                             const vmir::CasePage &page) {
  for (const vmir::CasePage &changed : recorded.pagesOutChanged)
    if (changed.addr == page.addr)
      return changed;
  return page;
}

Expected<std::optional<std::string>> CaseRun::findDifference(uint64_t hart) {
  Expected<ExitRecord> exit = state.getExit(hart);
  if (!exit)
    return exit.takeError();
  if (exit->status != ExitStatus::Return)
    return describeExit(*exit);
  auto compare = [&](char file, unsigned reg, uint64_t actual,
                     uint64_t expected) -> std::optional<std::string> {
    if (actual == expected)
      return std::nullopt;
    return formatv("{0}[{1}] is {2:x}, expected {3:x}", file, reg, actual,
                   expected)
        .str();
  };
  for (unsigned reg = 0; reg < vmir::kArchRegCount; ++reg) {
    if (auto difference =
            compare('x', reg, state.x(reg, hart), recorded.xOut[reg]))
      return difference;
    if (auto difference =
            compare('f', reg, state.f(reg, hart), recorded.fOut[reg]))
      return difference;
  }
  std::vector<uint8_t> actual(vmir::kCasePageBytes);
  for (const vmir::CasePage &page : recorded.pagesIn) {
    if (Error error = memory.read(hart, page.addr, actual))
      return std::move(error);
    const vmir::CasePage &expected = getExpectedPage(recorded, page);
    auto [mine, theirs] =
        std::mismatch(actual.begin(), actual.end(), expected.bytes.begin());
    if (mine != actual.end())
      return formatv("byte {0:x} is {1:x}, expected {2:x}",
                     page.addr + (mine - actual.begin()), *mine, *theirs)
          .str();
  }
  return std::nullopt;
}
