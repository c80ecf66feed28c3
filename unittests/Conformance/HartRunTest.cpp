//===- HartRunTest.cpp - Harts of a conformance test ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Conformance/HartRun.h"

#include "VMIR/Expectations.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::conformance;
using namespace vmjit::vmir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {
const HartStateLayout layout = {{3, 768}, {}};

/// Two harts that differ in X[6], with a private and a shared region.
conformance::Test makeTest() {
  conformance::Test test;
  test.returnPc = 256;
  test.regions.push_back({.range = {.base = 4096, .size = 8}, .bytes = {1, 2}});
  test.regions.push_back(
      {.range = {.base = 8192, .size = 4, .isPrivate = false}, .bytes = {9}});
  for (uint64_t i = 0; i < 2; ++i) {
    HartCase &hart = test.harts.emplace_back();
    hart.entry = 65536;
    hart.before.x[6] = i + 1;
    hart.before.f[31] = 5;
    hart.before.nzcv = 0x40000000;
    hart.before.csrs[768] = 7;
    hart.after = hart.before;
    hart.exit = {.status = ExitStatus::Return,
                 .pc = 65536,
                 .opIndex = 1,
                 .nextPc = 65536};
  }
  return test;
}

/// Does what the test expects: the harts end without changing anything.
void finish(HartRun &run, const conformance::Test &test) {
  for (auto [hart, hartCase] : enumerate(test.harts))
    run.getState().setExit(hart, hartCase.exit);
}

/// What is found after \p change was made to a run that was good.
template <class Change> std::vector<std::string> findAfter(Change change) {
  conformance::Test test = makeTest();
  Expected<HartRun> run = HartRun::create(test, layout);
  if (!run) {
    ADD_FAILURE() << toString(run.takeError());
    return {};
  }
  finish(*run, test);
  EXPECT_THAT(run->findDifferences(8), IsEmpty());
  change(*run);
  return run->findDifferences(8);
}
} // namespace

TEST(HartRun, StartsAsTheTestSays) {
  conformance::Test test = makeTest();
  Expected<HartRun> run = HartRun::create(test, layout);
  ASSERT_TRUE(bool(run)) << toString(run.takeError());
  HartStateArray &state = run->getState();
  EXPECT_EQ(state.x(6, 0), 1u);
  EXPECT_EQ(state.x(6, 1), 2u);
  EXPECT_EQ(state.f(31, 1), 5u);
  EXPECT_EQ(state.word(VMJIT_WORD_NZCV, 1), 0x40000000u);
  EXPECT_EQ(state.word(VMJIT_WORD_NEXT_PC, 1), 65536u);
  EXPECT_EQ(state.word(*state.getCsrWord(768), 1), 7u);
  std::vector<uint8_t> bytes(2);
  EXPECT_FALSE(bool(run->getMemory().read(1, 4096, bytes)));
  EXPECT_EQ(bytes, (std::vector<uint8_t>{1, 2}));
}

TEST(HartRun, FindsRegisters) {
  EXPECT_THAT(findAfter([](HartRun &run) { run.getState().x(5, 1) = 3; }),
              ElementsAre("hart 1: x[5] is 0x3, expected 0x0"));
  EXPECT_THAT(findAfter([](HartRun &run) { run.getState().f(31, 0) = 3; }),
              ElementsAre("hart 0: f[31] is 0x3, expected 0x5"));
  EXPECT_THAT(findAfter([](HartRun &run) {
                run.getState().word(VMJIT_WORD_NZCV, 0) = 0;
              }),
              ElementsAre("hart 0: nzcv is 0x0, expected 0x40000000"));
}

TEST(HartRun, FindsCsrs) {
  EXPECT_THAT(findAfter([](HartRun &run) {
                run.getState().word(VMJIT_WORD_CSR, 0) = 1;
                run.getState().word(VMJIT_WORD_CSR + 1, 1) = 8;
              }),
              ElementsAre("hart 0: CSR 3 is 0x1, expected 0x0",
                          "hart 1: CSR 768 is 0x8, expected 0x7"));
}

TEST(HartRun, FindsExits) {
  EXPECT_THAT(findAfter([](HartRun &run) {
                run.getState().word(VMJIT_WORD_STATUS, 0) = 10;
              }),
              ElementsAre(HasSubstr("hart 0: exit is 'op with an operand")));
  EXPECT_THAT(findAfter([](HartRun &run) {
                run.getState().word(VMJIT_WORD_STATUS, 0) = 77;
              }),
              ElementsAre(HasSubstr("unknown status 77")));
  EXPECT_THAT(findAfter([](HartRun &run) {
                HartStateArray &state = run.getState();
                for (unsigned word = VMJIT_WORD_EXIT_PC;
                     word <= VMJIT_WORD_NEXT_OP; ++word)
                  state.word(word, 1) ^= 0x102;
              }),
              ElementsAre(HasSubstr("exit.pc"), HasSubstr("exit.op_index"),
                          HasSubstr("exit.detail"),
                          HasSubstr("exit.access_size"),
                          HasSubstr("exit.store"), HasSubstr("exit.next_pc"),
                          HasSubstr("exit.next_op")));
}

TEST(HartRun, FindsMemory) {
  EXPECT_THAT(findAfter([](HartRun &run) {
                EXPECT_FALSE(bool(run.getMemory().write(1, 4097, {3})));
              }),
              ElementsAre("hart 1: byte 0x1001 is 0x3, expected 0x2"));
  EXPECT_THAT(findAfter([](HartRun &run) {
                EXPECT_FALSE(bool(run.getMemory().write(1, 8195, {4})));
              }),
              ElementsAre("hart 0: byte 0x2003 is 0x4, expected 0x0"));
}

TEST(HartRun, ExpectsThePatchesOfAllHartsInSharedMemory) {
  conformance::Test test = makeTest();
  test.harts[0].memory.push_back({.addr = 8192, .bytes = {1}});
  test.harts[1].memory.push_back({.addr = 8193, .bytes = {2}});
  test.harts[1].memory.push_back({.addr = 4096, .bytes = {3}});
  Expected<HartRun> run = HartRun::create(test, layout);
  ASSERT_TRUE(bool(run)) << toString(run.takeError());
  finish(*run, test);
  EXPECT_EQ(run->findDifferences(8).size(), 3u);
  EXPECT_FALSE(bool(run->getMemory().write(0, 8192, {1, 2})));
  EXPECT_FALSE(bool(run->getMemory().write(1, 4096, {3})));
  EXPECT_THAT(run->findDifferences(8), IsEmpty());
}

TEST(HartRun, StopsAtTheBound) {
  conformance::Test test = makeTest();
  Expected<HartRun> run = HartRun::create(test, layout);
  ASSERT_TRUE(bool(run)) << toString(run.takeError());
  for (unsigned reg = 7; reg < 20; ++reg)
    run->getState().x(reg, 0) = 1;
  EXPECT_EQ(run->findDifferences(3).size(), 3u);
}

TEST(HartRun, RefusesWhatCannotBeSetUp) {
  conformance::Test test = makeTest();
  expectError(HartRun::create(test, {}).takeError(), ErrorCode::InvalidArgument,
              HasSubstr("the program does not name CSR 768"));
  test.regions[1].range.base = 4099;
  expectError(HartRun::create(test, layout).takeError(),
              ErrorCode::InvalidArgument, HasSubstr("overlaps"));
}

TEST(FindDifference, NamesTheFirstByte) {
  LaunchArgument argument = {
      .type = ParamType::Buffer, .bytes = {0, 0, 0}, .expected = {1, 2, 3}};
  EXPECT_EQ(findDifference(argument, 4, {1, 2, 3}), std::nullopt);
  EXPECT_EQ(findDifference(argument, 4, {1, 7, 8}),
            "argument 4: byte 0x1 is 0x7, expected 0x2");
  EXPECT_EQ(findDifference(argument, 0, {1}),
            "argument 0: has 1 bytes, expected 3");
}
