//===- CorpusTest.cpp - Recorded runs of guest code -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registers and memory after a run must be those that were recorded, and so
// must the number of ops that it took.
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
  void SetUp() override;
  void expectRecordedEnd();

  vmir::Program program;
  vmir::Case recorded;
  HartState state;
  GuestMemory memory;
};

void Corpus::SetUp() {
  const std::string name = GetParam();
  llvm::Expected<vmir::Program> parsed =
      vmir::parseProgram(readFile(name + ".json"));
  ASSERT_TRUE(bool(parsed)) << llvm::toString(parsed.takeError());
  program = std::move(*parsed);
  llvm::Expected<vmir::Case> run =
      vmir::parseCase(readFile(name + ".case.json"));
  ASSERT_TRUE(bool(run)) << llvm::toString(run.takeError());
  recorded = std::move(*run);
  state.x = recorded.xIn;
  state.f = recorded.fIn;
  state.startAt(recorded.entryPc);
  memory = makeMemory(recorded.pagesIn);
}

void Corpus::expectRecordedEnd() {
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

TEST_P(Corpus, EndsAsRecorded) {
  llvm::Expected<Interpreter> interpreter = Interpreter::create(program);
  ASSERT_TRUE(bool(interpreter)) << llvm::toString(interpreter.takeError());
  llvm::Error error = interpreter->runHart(state, memory, recorded.returnPc);
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  expectRecordedEnd();
}

TEST_P(Corpus, EndsAsRecordedOneStepAtATime) {
  llvm::Expected<Interpreter> interpreter = Interpreter::create(program);
  ASSERT_TRUE(bool(interpreter)) << llvm::toString(interpreter.takeError());
  unsigned stops = 0;
  do {
    llvm::Error error = interpreter->runHart(state, memory, recorded.returnPc,
                                             {.stepLimit = 1});
    ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
    ++stops;
  } while (state.exit.status == ExitStatus::OutOfFuel);
  expectRecordedEnd();
  // Each of them is a loop.
  EXPECT_GT(stops, 10u);
}

INSTANTIATE_TEST_SUITE_P(All, Corpus,
                         testing::Values("collatz", "crc32", "mandelbrot",
                                         "matmul", "saxpy", "vecadd"),
                         [](const auto &info) {
                           return std::string(info.param);
                         });
} // namespace
