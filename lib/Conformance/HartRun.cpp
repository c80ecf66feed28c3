//===- HartRun.cpp - Harts of a conformance test ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Setting harts up and comparing what became of them.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Conformance/HartRun.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::conformance;
using vmjit::vmir::kArchRegCount;

/// What state and memory of a test may take, each.
static constexpr uint64_t kMaxBytes = uint64_t(1) << 30;

//===----------------------------------------------------------------------===//
// Setting up
//===----------------------------------------------------------------------===//

static std::vector<HartRegion> getRanges(const Test &test) {
  std::vector<HartRegion> ranges;
  for (const Region &region : test.regions)
    ranges.push_back(region.range);
  return ranges;
}

Expected<HartRun> HartRun::create(const Test &test,
                                  const HartStateLayout &layout) {
  Expected<HartStateArray> state =
      HartStateArray::create(test.harts.size(), layout, kMaxBytes);
  if (!state)
    return state.takeError();
  Expected<HartMemory> memory =
      HartMemory::create(getRanges(test), test.harts.size(), kMaxBytes);
  if (!memory)
    return memory.takeError();
  HartRun run(test, layout, std::move(*state), std::move(*memory));
  if (Error error = run.initialize())
    return std::move(error);
  return run;
}

/// Writes the initial bytes of all regions for all harts.
Error HartRun::fillMemory(HartMemory &target) const {
  for (uint64_t hart = 0; hart < test.harts.size(); ++hart)
    for (const Region &region : test.regions)
      if (Error error = target.write(hart, region.range.base, region.bytes))
        return error;
  return Error::success();
}

Error HartRun::initialize() {
  for (auto [hart, hartCase] : enumerate(test.harts)) {
    const HartValues &values = hartCase.before;
    state.initialize(hart, hartCase.entry);
    for (unsigned reg = 0; reg < kArchRegCount; ++reg) {
      state.x(reg, hart) = values.x[reg];
      state.f(reg, hart) = values.f[reg];
    }
    state.word(VMJIT_WORD_NZCV, hart) = values.nzcv;
    // What is expected has at least the CSRs that there are at the start.
    for (auto [csr, value] : hartCase.after.csrs)
      if (!state.getCsrWord(csr))
        return makeErrorf(ErrorCode::InvalidArgument,
                          "hart {0}: the program does not name CSR {1}", hart,
                          csr);
    for (auto [csr, value] : values.csrs)
      state.word(*state.getCsrWord(csr), hart) = value;
  }
  return fillMemory(memory);
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

/// Collects differences until there are enough.
class HartRun::Comparison {
public:
  Comparison(HartRun &run, size_t maxCount) : run(run), maxCount(maxCount) {}

  void compareHart(uint64_t hart);
  /// Compares all memory with \p expected, which has the same regions.
  void compareMemory(HartMemory &expected);
  bool isFull() const { return differences.size() >= maxCount; }
  void add(const Twine &text) {
    if (!isFull())
      differences.push_back(text.str());
  }

  std::vector<std::string> differences;

private:
  void compare(uint64_t hart, const Twine &what, uint64_t actual,
               uint64_t expected) {
    if (actual != expected && !isFull())
      add(formatv("hart {0}: {1} is {2:x}, expected {3:x}", hart, what.str(),
                  actual, expected)
              .str());
  }
  void compareExit(uint64_t hart, const ExitRecord &expected);

  HartRun &run;
  size_t maxCount;
};

void HartRun::Comparison::compareExit(uint64_t hart,
                                      const ExitRecord &expected) {
  Expected<ExitRecord> actual = run.state.getExit(hart);
  if (!actual)
    return add(toString(actual.takeError()));
  if (*actual == expected)
    return;
  if (actual->status != expected.status)
    return add(formatv("hart {0}: exit is '{1}', expected '{2}'", hart,
                       describeExit(*actual), describeExit(expected))
                   .str());
  compare(hart, "exit.pc", actual->pc, expected.pc);
  compare(hart, "exit.op_index", actual->opIndex, expected.opIndex);
  compare(hart, "exit.detail", actual->detail, expected.detail);
  compare(hart, "exit.access_size", actual->accessSize, expected.accessSize);
  compare(hart, "exit.store", actual->isStore, expected.isStore);
  compare(hart, "exit.next_pc", actual->nextPc, expected.nextPc);
  compare(hart, "exit.next_op", actual->nextOp, expected.nextOp);
}

void HartRun::Comparison::compareHart(uint64_t hart) {
  const HartCase &hartCase = run.test.harts[hart];
  const HartValues &expected = hartCase.after;
  compareExit(hart, hartCase.exit);
  for (unsigned reg = 0; reg < kArchRegCount; ++reg)
    compare(hart, "x[" + Twine(reg) + "]", run.state.x(reg, hart),
            expected.x[reg]);
  for (unsigned reg = 0; reg < kArchRegCount; ++reg)
    compare(hart, "f[" + Twine(reg) + "]", run.state.f(reg, hart),
            expected.f[reg]);
  compare(hart, "nzcv", run.state.word(VMJIT_WORD_NZCV, hart), expected.nzcv);
  for (uint16_t csr : run.layout.csrs) {
    auto found = expected.csrs.find(csr);
    compare(hart, "CSR " + Twine(csr),
            run.state.word(*run.state.getCsrWord(csr), hart),
            found == expected.csrs.end() ? 0 : found->second);
  }
}

void HartRun::Comparison::compareMemory(HartMemory &expected) {
  for (auto [index, region] : enumerate(expected.getRegions())) {
    uint64_t copies = region.isPrivate ? run.test.harts.size() : 1;
    for (uint64_t hart = 0; hart < copies && !isFull(); ++hart) {
      ArrayRef<uint8_t> mine = run.memory.getBytes(index, hart);
      ArrayRef<uint8_t> theirs = expected.getBytes(index, hart);
      for (uint64_t i = 0; i < region.size; ++i)
        if (mine[i] != theirs[i])
          compare(hart, formatv("byte {0:x}", region.base + i).str(), mine[i],
                  theirs[i]);
    }
  }
}

std::vector<std::string> HartRun::findDifferences(size_t maxCount) {
  Comparison comparison(*this, maxCount);
  for (uint64_t hart = 0; hart < test.harts.size() && !comparison.isFull();
       ++hart)
    comparison.compareHart(hart);
  // A shared region ends with what all harts changed of it.
  auto fill = [&](HartMemory &expected) -> Error {
    if (Error error = fillMemory(expected))
      return error;
    for (auto [hart, hartCase] : enumerate(test.harts))
      for (const MemoryPatch &patch : hartCase.memory)
        if (Error error = expected.write(hart, patch.addr, patch.bytes))
          return error;
    return Error::success();
  };
  Expected<HartMemory> expected =
      HartMemory::create(getRanges(test), test.harts.size(), kMaxBytes);
  if (!expected)
    comparison.add(toString(expected.takeError()));
  else if (Error error = fill(*expected))
    comparison.add(toString(std::move(error)));
  else
    comparison.compareMemory(*expected);
  return std::move(comparison.differences);
}

std::optional<std::string>
conformance::findDifference(const LaunchArgument &argument, size_t index,
                            ArrayRef<uint8_t> actual) {
  if (actual.size() != argument.expected.size())
    return formatv("argument {0}: has {1} bytes, expected {2}", index,
                   actual.size(), argument.expected.size())
        .str();
  for (auto [at, bytes] : enumerate(zip(actual, argument.expected))) {
    auto [mine, theirs] = bytes;
    if (mine != theirs)
      return formatv("argument {0}: byte {1:x} is {2:x}, expected {3:x}", index,
                     at, mine, theirs)
          .str();
  }
  return std::nullopt;
}
