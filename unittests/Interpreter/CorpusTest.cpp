//===- CorpusTest.cpp - Recorded runs of guest code -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registers and memory after a run must be those that were recorded, and so
// must the number of ops and terminators that it took.
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"
#include "vmjit/VMIR/Case.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace vmjit;

namespace {
std::string readFile(const std::string &name) {
  auto buffer = llvm::MemoryBuffer::getFile(VMJIT_TEST_DIR "/Corpus/" + name);
  if (!buffer) {
    ADD_FAILURE() << "cannot read " << name;
    return "";
  }
  return (*buffer)->getBuffer().str();
}

GuestMemory makeMemory(llvm::ArrayRef<vmir::CasePage> pages) {
  GuestMemory memory;
  for (const vmir::CaseRegion &region : vmir::joinPages(pages)) {
    llvm::Error error = memory.addPrivate(region.base, region.bytes);
    EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
  }
  return memory;
}

/// The pages that have to be there after the run.
std::vector<vmir::CasePage> getPagesOut(const vmir::Case &run) {
  std::vector<vmir::CasePage> pages = run.pagesIn;
  for (const vmir::CasePage &changed : run.pagesOutChanged)
    for (vmir::CasePage &page : pages)
      if (page.addr == changed.addr)
        page = changed;
  return pages;
}

class Corpus : public testing::TestWithParam<const char *> {
protected:
  /// Runs the case in a program of the corpus.
  void run(const std::string &programFile, const vmir::Case &run,
           std::optional<uint64_t> stepLimit);
  vmir::Case readCase();

  HartState state;
  GuestMemory memory;
};

vmir::Case Corpus::readCase() {
  llvm::Expected<vmir::Case> run =
      vmir::parseCase(readFile(std::string(GetParam()) + ".case.json"));
  if (run)
    return std::move(*run);
  ADD_FAILURE() << llvm::toString(run.takeError());
  return {};
}

void Corpus::run(const std::string &programFile, const vmir::Case &run,
                 std::optional<uint64_t> stepLimit) {
  llvm::Expected<vmir::Program> program =
      vmir::parseProgram(readFile(programFile));
  ASSERT_TRUE(bool(program)) << llvm::toString(program.takeError());
  llvm::Expected<Interpreter> interpreter =
      Interpreter::create(std::move(*program));
  ASSERT_TRUE(bool(interpreter)) << llvm::toString(interpreter.takeError());
  state = HartState();
  state.x = run.xIn;
  state.f = run.fIn;
  state.startAt(run.entryPc);
  memory = makeMemory(run.pagesIn);
  llvm::Error error =
      interpreter->runHart(state, memory, run.returnPc, stepLimit);
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
}

TEST_P(Corpus, EndsAsRecorded) {
  vmir::Case recorded = readCase();
  run(std::string(GetParam()) + ".json", recorded, recorded.irOpsExecuted);
  EXPECT_EQ(state.exit.status, ExitStatus::Return) << describeExit(state.exit);
  EXPECT_EQ(state.exit.nextPc, recorded.returnPc);
  EXPECT_EQ(state.x, recorded.xOut);
  EXPECT_EQ(state.f, recorded.fOut);
  std::vector<vmir::CaseRegion> expected =
      vmir::joinPages(getPagesOut(recorded));
  ASSERT_EQ(memory.getRegions().size(), expected.size());
  for (auto [region, wanted] : llvm::zip(memory.getRegions(), expected)) {
    EXPECT_EQ(region.base, wanted.base);
    EXPECT_TRUE(llvm::ArrayRef(region.data, region.size) ==
                llvm::ArrayRef(wanted.bytes))
        << "memory from " << region.base << " on differs";
  }
}

TEST_P(Corpus, TakesAsManyStepsAsRecorded) {
  vmir::Case recorded = readCase();
  run(std::string(GetParam()) + ".json", recorded, recorded.irOpsExecuted - 1);
  EXPECT_EQ(state.exit.status, ExitStatus::OutOfFuel)
      << describeExit(state.exit);
}

INSTANTIATE_TEST_SUITE_P(All, Corpus,
                         testing::Values("collatz", "crc32", "mandelbrot",
                                         "matmul", "saxpy", "vecadd"),
                         [](const auto &info) {
                           return std::string(info.param);
                         });
} // namespace
