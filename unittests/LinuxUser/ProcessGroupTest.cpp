//===- ProcessGroupTest.cpp - Tests of processes that run -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Guest programs are written as blocks here, and run by the interpreter.
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/ProcessGroup.h"

#include "../CodeObject/ErrorExpectations.h"
#include "vmjit/Runtime/HartInterpreter.h"
#include "vmjit/VMIR/Builder.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;
using vmjit::vmir::GuestAddr;
using vmjit::vmir::IRBuilder;

namespace {

constexpr uint64_t kEntry = 0x10000;
constexpr uint64_t kData = 0x20000;

/// Interprets the blocks that were reached.
class TestEngine : public HartEngine {
public:
  explicit TestEngine(const IRBuilder &builder)
      : all(cantFail(builder.build())) {}

  const HartStateLayout &getStateLayout() const override { return layout; }
  bool hasCode(GuestAddr address) const override {
    return is_contained(known, address);
  }
  Error addCode(ArrayRef<GuestAddr> addresses) override {
    for (GuestAddr address : addresses)
      for (const vmir::Block &block : all.blocks)
        if (block.startPc == address)
          known.push_back(address);
    // Words for other CSRs each time.
    layout.csrs.push_back(static_cast<uint16_t>(0x800 + ++growths));
    return Error::success();
  }
  Error run(HartStateArray &state, HartMemory &memory) override {
    vmir::Program program = all;
    erase_if(program.blocks,
             [&](const vmir::Block &block) { return !hasCode(block.startPc); });
    if (program.blocks.empty())
      program.blocks.emplace_back().startPc = 1;
    return cantFail(HartInterpreter::create(program))
        .run(state, memory, /*returnPc=*/1, {});
  }

  unsigned growths = 0;

private:
  vmir::Program all;
  std::vector<GuestAddr> known;
  HartStateLayout layout;
};

} // namespace

/// A block that calls the system with \p number and goes on at \p next.
static void addCall(IRBuilder &builder, uint64_t pc, uint64_t number,
                    uint64_t next) {
  builder.createBlock(pc).MovImm(17, number).SysCall().Jmp(next);
}

/// Writes its argv[1], of four letters, and exits with the number of its
/// arguments.
static IRBuilder makeEcho() {
  IRBuilder builder;
  builder.createBlock(kEntry)
      .Load(11, 2, 16, 8, {})
      .MovImm(10, 1)
      .MovImm(12, 4)
      .Jmp(0x11000);
  addCall(builder, 0x11000, 64, 0x12000);
  builder.createBlock(0x12000).Load(10, 2, 0, 8, {}).Jmp(0x13000);
  addCall(builder, 0x13000, 94, 0x14000);
  return builder;
}

static ProcessImage makeImage() {
  ProcessImage image;
  image.entry = kEntry;
  image.segments = {{kEntry, kPageBytes, {}, false},
                    {kData, kPageBytes, {7}, true}};
  return image;
}

static ProcessStart makeStart(std::vector<std::string> arguments,
                              raw_ostream *output = nullptr) {
  ProcessStart start;
  start.stack.arguments = std::move(arguments);
  start.options.output = output;
  return start;
}

static ProcessStatus exited(unsigned value) {
  return {ProcessStatus::Exited, value};
}
static ProcessStatus killed(unsigned value) {
  return {ProcessStatus::Killed, value};
}

TEST(ProcessGroup, EachProcessHasItsOwnArgumentsAndOutput) {
  std::string text[2];
  raw_string_ostream first(text[0]), second(text[1]);
  std::vector<ProcessStart> starts;
  starts.push_back(makeStart({"echo", "left"}, &first));
  starts.push_back(makeStart({"echo", "rite", "more"}, &second));
  VMJIT_ASSERT_VALUE(ProcessGroup group,
                     ProcessGroup::create(makeImage(), {}, std::move(starts)));
  TestEngine engine(makeEcho());
  expectSuccess(group.run(engine));
  EXPECT_EQ(text[0], "left");
  EXPECT_EQ(text[1], "rite");
  EXPECT_EQ(group.getStatus(0), exited(2));
  EXPECT_EQ(group.getStatus(1), exited(3));
  EXPECT_EQ(group.describe(1), "exit status 3");
  // Once for each block: nothing was known before it was reached.
  EXPECT_EQ(engine.growths, 4u);
}

TEST(ProcessGroup, AnswersOfSystemCallsArriveInTheHart) {
  IRBuilder builder;
  // exit(getpid() + brk(0) % 4096 + first byte of data)
  addCall(builder, kEntry, 172, 0x11000);
  builder.createBlock(0x11000).Mov(8, 10).MovImm(10, 0).Jmp(0x12000);
  addCall(builder, 0x12000, 214, 0x13000);
  builder.createBlock(0x13000)
      .SllImm(10, 10, 52)
      .Add(8, 8, 10)
      .MovImm(9, kData)
      .Load(9, 9, 0, 1, {})
      .Add(10, 8, 9)
      .Jmp(0x14000);
  addCall(builder, 0x14000, 93, 0x15000);
  ProcessStart start = makeStart({"program"});
  start.options.processId = 30;
  std::vector<ProcessStart> starts;
  starts.push_back(std::move(start));
  VMJIT_ASSERT_VALUE(ProcessGroup group,
                     ProcessGroup::create(makeImage(), {}, std::move(starts)));
  TestEngine engine(builder);
  expectSuccess(group.run(engine));
  EXPECT_EQ(group.getStatus(0), exited(37));
}

TEST(ProcessGroup, FaultsAreSignals) {
  auto run = [](const IRBuilder &builder) {
    std::vector<ProcessStart> starts;
    starts.push_back(makeStart({"program"}));
    ProcessGroup group =
        cantFail(ProcessGroup::create(makeImage(), {}, std::move(starts)));
    TestEngine engine(builder);
    cantFail(group.run(engine));
    return std::pair(group.getStatus(0), group.describe(0));
  };
  IRBuilder null;
  null.createBlock(kEntry).Store(5, 0, 8, 8, {}).Ret();
  EXPECT_EQ(run(null),
            std::pair(killed(11), std::string("signal 11: memory fault: 8-byte "
                                              "store at 0x8, block 0x10000, "
                                              "op 0")));
  IRBuilder text;
  text.createBlock(kEntry).MovImm(5, kEntry).Store(5, 5, 0, 8, {}).Ret();
  EXPECT_EQ(run(text).first, killed(11));
  IRBuilder breakpoint;
  breakpoint.createBlock(kEntry).DebugBreak().Ret();
  EXPECT_EQ(run(breakpoint).first, killed(5));
  IRBuilder unsupported;
  unsupported.createBlock(kEntry).VendorConfig("riscv", 0, "vadd.vv").Ret();
  EXPECT_EQ(run(unsupported).first, killed(4));
  IRBuilder nowhere;
  nowhere.createBlock(kEntry).JmpReg(0, 0x2000);
  EXPECT_EQ(run(nowhere),
            std::pair(killed(11),
                      std::string("signal 11: no code at 0x2000, jumped to "
                                  "from block 0x10000")));
}

TEST(ProcessGroup, OneProcessMayEndBeforeAnother) {
  // Takes argc turns, each with a system call; then exits with 9.
  IRBuilder builder;
  builder.createBlock(kEntry).Load(8, 2, 0, 8, {}).Jmp(0x11000);
  addCall(builder, 0x11000, 172, 0x12000);
  builder.createBlock(0x12000).AddImm(8, 8, -1).CondJmp(8, 0x11000, 0x13000);
  builder.createBlock(0x13000).MovImm(10, 9).Jmp(0x14000);
  addCall(builder, 0x14000, 93, 0x15000);
  std::string text[2];
  raw_string_ostream longTrace(text[0]), shortTrace(text[1]);
  std::vector<ProcessStart> starts;
  starts.push_back(makeStart({"a", "b", "c"}));
  starts.push_back(makeStart({"a"}));
  starts[0].options.trace = &longTrace;
  starts[1].options.trace = &shortTrace;
  VMJIT_ASSERT_VALUE(ProcessGroup group,
                     ProcessGroup::create(makeImage(), {}, std::move(starts)));
  TestEngine engine(builder);
  expectSuccess(group.run(engine));
  EXPECT_EQ(group.getStatus(0), exited(9));
  EXPECT_EQ(group.getStatus(1), exited(9));
  EXPECT_EQ(text[0], "hart 0: getpid() = 1\n"
                     "hart 0: getpid() = 1\n"
                     "hart 0: getpid() = 1\n"
                     "hart 0: exit(0x9)\n");
  EXPECT_EQ(text[1], "hart 1: getpid() = 1\n"
                     "hart 1: exit(0x9)\n");
}

TEST(ProcessGroup, RefusesTooMuchMemory) {
  std::vector<ProcessStart> starts(100);
  expectError(ProcessGroup::create(makeImage(), {}, std::move(starts),
                                   /*maxBytes=*/uint64_t(1) << 20),
              ErrorCode::OutOfMemory, "the memory of 100 harts");
  expectError(ProcessGroup::create(makeImage(), {}, {}),
              ErrorCode::InvalidArgument, "at least one hart");
}
