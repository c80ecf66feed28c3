//===- InterpreterTest.cpp - Tests of running harts -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

namespace {
constexpr vmir::RegId kTemporary = 32;
constexpr vmir::RegId kLastTemporary = 65535;

/// The raw form of \p id that some producers print.
constexpr vmir::RegId raw(vmir::RegId id, uint16_t version) {
  return id << 16 | version;
}
} // namespace

TEST(Interpreter, TheZeroRegisterDropsWrites) {
  HartState state;
  state.x[0] = 77;
  state.x[1] = 5;
  state = runOps(
      {ops::Add{0, 1, 1}, ops::Add{3, 0, 1}, ops::Select{4, 0, 1, 0}}, state);
  EXPECT_EQ(state.x[3], 5u);
  EXPECT_EQ(state.x[4], 0u);
  EXPECT_EQ(state.x[0], 77u) << "the word of the zero register is not touched";
}

TEST(Interpreter, WithoutAZeroRegisterX0IsARegister) {
  vmir::Program program =
      makeProgram({{kBlockPc,
                    {ops::Mov{4, 0}, ops::AddImm{0, 0, 1}, ops::Mov{3, 0}},
                    terms::CondJmp{0, kReturnPc, 0x7000}}});
  program.zeroReg = false;
  HartState state;
  state.x[0] = 41;
  state.startAt(kBlockPc);
  GuestMemory memory;
  runProgram(program, state, memory);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  EXPECT_EQ(state.x[4], 41u);
  EXPECT_EQ(state.x[3], 42u);
  EXPECT_EQ(state.x[0], 42u);
}

TEST(Interpreter, RawRegisterIdsAreCanonicalised) {
  HartState state;
  state.x[5] = 8;
  state.f[2] = f64::kOne;
  state = runOps({ops::AddImm{raw(6, 3), raw(5, 1), 1}, ops::Mov{7, 6},
                  // Version 0 of X[40] is the temporary 40.
                  ops::MovImm{raw(40, 0), 9}, ops::Mov{8, 40},
                  ops::Fadd{raw(3, 9), raw(2, 1), 2}},
                 state);
  EXPECT_EQ(state.x[7], 9u);
  EXPECT_EQ(state.x[8], 9u);
  EXPECT_EQ(state.f[3], f64::kTwo);
}

TEST(Interpreter, TemporariesAreDistinctAndStartAtZero) {
  HartState state =
      runOps({ops::Mov{3, kTemporary}, ops::MovImm{kTemporary, 1},
              ops::MovImm{kLastTemporary, 2}, ops::MovImm{1000, 4},
              ops::Add{4, kTemporary, kLastTemporary}, ops::Add{4, 4, 1000}});
  EXPECT_EQ(state.x[3], 0u);
  EXPECT_EQ(state.x[4], 7u);
  EXPECT_TRUE(state.temporaries.empty());
}

TEST(Interpreter, TemporariesDieWithTheirBlock) {
  GuestMemory memory;
  HartState state;
  state.x[6] = 2;
  state.startAt(0x1000);
  // The second time around, the temporary has to read 0 again.
  runProgram(makeProgram({{0x1000,
                           {ops::Add{5, 5, kTemporary},
                            ops::MovImm{kTemporary, 1}, ops::AddImm{6, 6, -1}},
                           terms::CondJmp{6, 0x1000, 0x2000}},
                          {0x2000,
                           {ops::Mov{7, kTemporary}, ops::Mov{8, 33}},
                           terms::Jmp{kReturnPc}}}),
             state, memory);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  EXPECT_EQ(state.x[5], 0u);
  EXPECT_EQ(state.x[7], 0u);
  EXPECT_EQ(state.x[8], 0u);
}

TEST(Interpreter, ResumesInsideABlock) {
  vmir::Program program = makeProgram({{0x1000,
                                        {ops::MovImm{5, 1}, ops::MovImm{6, 2}},
                                        terms::Jmp{kReturnPc}}});
  HartState state;
  GuestMemory memory;
  state.startAt(0x1000, 1);
  runProgram(program, state, memory);
  EXPECT_EQ(state.x[5], 0u);
  EXPECT_EQ(state.x[6], 2u);
  state.x[6] = 0;
  state.startAt(0x1000, 2);
  runProgram(program, state, memory);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  EXPECT_EQ(state.x[6], 0u);
}

TEST(Interpreter, ResumesAfterAMissingPageIsThere) {
  vmir::Program program =
      makeProgram({{0x1000,
                    {ops::MovImm{kTemporary, 7}, ops::MovImm{1000, 0},
                     ops::Load{5, 6, 0, 4}, ops::Add{5, 5, kTemporary},
                     ops::Add{5, 5, 1000}},
                    terms::Jmp{kReturnPc}}});
  HartState state;
  state.x[6] = 0x20000;
  state.startAt(0x1000);
  GuestMemory memory;
  runProgram(program, state, memory);
  ASSERT_EQ(state.exit.status, ExitStatus::MemoryFault);
  const std::vector<std::pair<vmir::RegId, uint64_t>> saved = {{kTemporary, 7}};
  EXPECT_EQ(state.temporaries, saved);
  EXPECT_EQ(state.exit.nextOp, 2u);

  ASSERT_FALSE(bool(memory.addPrivate(0x20000, {1, 2, 0, 0})));
  runProgram(program, state, memory);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  EXPECT_EQ(state.x[5], 0x201u + 7);
}

TEST(Interpreter, StartsOutsideTheProgram) {
  vmir::Program program = makeProgram({{0x1000, {}, terms::Ret{}}});
  GuestMemory memory;
  HartState state;
  state.startAt(0x5000, 3);
  state.temporaries = {{kTemporary, 7}};
  runProgram(program, state, memory);
  ExitRecord left{ExitStatus::LeftRegion, 0x5000, 3, 0, 0, false, 0x5000, 3};
  EXPECT_EQ(state.exit, left);
  EXPECT_EQ(state.temporaries.size(), 1u) << "whoever has the block needs them";
  state.startAt(kReturnPc);
  runProgram(program, state, memory);
  ExitRecord returned{ExitStatus::Return, kReturnPc, 0, 0, 0, false,
                      kReturnPc,          0};
  EXPECT_EQ(state.exit, returned);
}

TEST(Interpreter, OnlyTransfersThatNameAnInnerBlockGoThere) {
  vmir::Operand inRegister;
  inRegister.kind = vmir::Operand::Reg;
  inRegister.reg = 5;
  vmir::Program program = makeProgram(
      {{0x1000, {}, terms::JmpReg{5, 0}},
       {0x1010, {}, terms::Jmp{0x1050}},
       {0x1020, {ops::Beq{0, 0, 0x1050}}, terms::Fault{1}},
       {0x1030,
        {ops::Branch{makeOperand(vmir::Operand::Imm64, 0x1050), false}},
        terms::Fault{1}},
       {0x1040, {ops::Branch{inRegister, false}}, terms::Fault{1}},
       {0x1050, {ops::MovImm{6, 1}}, terms::Jmp{kReturnPc}, /*isInner=*/true}});
  GuestMemory memory;
  auto runFrom = [&](vmir::GuestAddr pc, uint32_t op = 0) {
    HartState state;
    state.x[5] = 0x1050;
    state.startAt(pc, op);
    runProgram(program, state, memory);
    return state;
  };
  for (vmir::GuestAddr pc : {0x1010, 0x1020, 0x1030}) {
    HartState state = runFrom(pc);
    EXPECT_EQ(state.exit.status, ExitStatus::Return) << pc;
    EXPECT_EQ(state.x[6], 1u);
  }
  for (vmir::GuestAddr pc : {0x1000, 0x1040, 0x1050}) {
    HartState state = runFrom(pc);
    EXPECT_EQ(state.exit.status, ExitStatus::LeftRegion) << pc;
    EXPECT_EQ(state.exit.pc, pc);
    EXPECT_EQ(state.exit.nextPc, 0x1050u);
  }
  EXPECT_EQ(runFrom(0x1050, 1).exit.status, ExitStatus::Return);
}

TEST(Interpreter, StopsAtTheStepLimitAndGoesOn) {
  vmir::Program program = makeProgram(
      {{0x1000,
        {ops::AddImm{kTemporary, kTemporary, 3}, ops::Add{5, 5, kTemporary}},
        terms::Jmp{0x1000}}});
  HartState state;
  state.startAt(0x1000);
  GuestMemory memory;
  ExitRecord expected{ExitStatus::OutOfFuel, 0x1000, 2, 0, 0, false, 0x1000, 0};
  for (unsigned i = 0; i < 10; ++i) {
    runProgram(program, state, memory, i);
    EXPECT_EQ(state.exit, expected);
    EXPECT_TRUE(state.temporaries.empty());
  }
  // Each run takes its steps and one block more.
  EXPECT_EQ(state.x[5], 3u * (45 + 10));
}

TEST(Interpreter, OnlyTransfersThatDoNotGoUpAreSteps) {
  // Up, by a call; back, by a return; to itself.
  vmir::Program program =
      makeProgram({{0x1000, {}, terms::Jmp{0x2000}},
                   {0x2000, {}, terms::Call{0x4000, 0x3000}},
                   {0x3000, {ops::Bne{5, 0, 0x3000}}, terms::JmpReg{6, 0}},
                   {0x4000, {ops::MovImm{6, kReturnPc}}, terms::Ret{}}});
  auto run = [&](uint64_t limit) {
    HartState state;
    state.startAt(0x1000);
    GuestMemory memory;
    runProgram(program, state, memory, limit);
    return state;
  };
  HartState atReturn = run(0);
  ExitRecord expected{ExitStatus::OutOfFuel, 0x4000, 1, 0, 0, false, 0x3000, 0};
  EXPECT_EQ(atReturn.exit, expected);
  // The transfer itself is done.
  EXPECT_TRUE(atReturn.callStack.empty());
  EXPECT_EQ(run(1).exit.status, ExitStatus::Return);
}

TEST(Interpreter, LeavingTheProgramIsNoStep) {
  // Down, but to where there is no block, and home.
  for (auto [target, status] :
       {std::pair(vmir::GuestAddr(0x800), ExitStatus::LeftRegion),
        std::pair(kReturnPc, ExitStatus::Return)}) {
    vmir::Program program = makeProgram({{0x100000, {}, terms::Jmp{target}}});
    HartState state;
    state.startAt(0x100000);
    GuestMemory memory;
    runProgram(program, state, memory, 0);
    EXPECT_EQ(state.exit.status, status);
  }
}

TEST(Interpreter, StopsAtAStepWhenTheStopWordIsSet) {
  vmir::Program program =
      makeProgram({{0x1000, {ops::AddImm{5, 5, 1}}, terms::Jmp{0x1100}},
                   {0x1100, {}, terms::Jmp{0x1000}}});
  llvm::Expected<Interpreter> interpreter = Interpreter::create(program);
  ASSERT_TRUE(bool(interpreter)) << llvm::toString(interpreter.takeError());
  uint32_t stopWord = 0;
  HartState state;
  state.startAt(0x1000);
  GuestMemory memory;
  llvm::cantFail(interpreter->runHart(
      state, memory, kReturnPc, {.stepLimit = 100, .stopWord = &stopWord}));
  EXPECT_EQ(state.exit.status, ExitStatus::OutOfFuel);
  EXPECT_EQ(state.x[5], 101u);
  stopWord = 1;
  llvm::cantFail(
      interpreter->runHart(state, memory, kReturnPc, {.stopWord = &stopWord}));
  ExitRecord expected{
      ExitStatus::Interrupted, 0x1100, 0, 0, 0, false, 0x1000, 0};
  EXPECT_EQ(state.exit, expected);
  EXPECT_EQ(state.x[5], 102u);
}

TEST(Interpreter, AStepLimitThatIsEnoughDoesNotShow) {
  HartState state;
  state.startAt(0x1000);
  state.x[5] = 3;
  GuestMemory memory;
  runProgram(makeProgram({{0x1000,
                           {ops::AddImm{5, 5, -1}},
                           terms::CondJmp{5, 0x1000, kReturnPc}}}),
             state, memory, 2);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
}

TEST(Interpreter, RejectsStatesThatDoNotFit) {
  llvm::Expected<Interpreter> interpreter =
      Interpreter::create(makeProgram({{0x1000, {ops::Nop{}}, terms::Ret{}}}));
  ASSERT_TRUE(bool(interpreter));
  GuestMemory memory;
  HartState state;
  state.startAt(0x1000, 2);
  auto [code, message] =
      takeFailure(interpreter->runHart(state, memory, kReturnPc));
  EXPECT_EQ(code, ErrorCode::InvalidArgument);
  EXPECT_EQ(message, "block 0x1000 has no op 2 to resume at");
  state.startAt(0x1000);
  state.callStack.resize(vmir::kCallStackDepth + 1);
  EXPECT_EQ(takeFailure(interpreter->runHart(state, memory, kReturnPc)).second,
            "a call stack has at most 32 entries, not 33");
}

TEST(Interpreter, RunsNoHartsOfAKernel) {
  vmir::Program program = makeProgram({{0x1000, {}, terms::Ret{}}});
  program.params.emplace();
  llvm::Expected<Interpreter> interpreter = Interpreter::create(program);
  ASSERT_TRUE(bool(interpreter));
  GuestMemory memory;
  HartState state;
  auto [code, message] =
      takeFailure(interpreter->runHart(state, memory, kReturnPc));
  EXPECT_EQ(code, ErrorCode::InvalidArgument);
  EXPECT_EQ(message, "a program in kernel mode has no harts to run");
}

TEST(Interpreter, RejectsProgramsThatCannotBeRun) {
  vmir::Program twice =
      makeProgram({{0x1000, {}, terms::Ret{}}, {0x1000, {}, terms::Ret{}}});
  auto [code, message] = takeFailure(Interpreter::create(twice).takeError());
  EXPECT_EQ(code, ErrorCode::InvalidProgram);
  EXPECT_EQ(message, "two blocks start at 0x1000");

  vmir::Program badReg =
      makeProgram({{0x1000, {ops::Fadd{1, 32, 2}}, terms::Ret{}}});
  EXPECT_EQ(takeFailure(Interpreter::create(badReg).takeError()).second,
            "block 0x1000 names a floating-point register above 31");

  vmir::Program large = makeProgram({{0x1000, {}, terms::Ret{}}});
  large.stackBytes = vmir::kMaxStackBytes + 1;
  EXPECT_EQ(takeFailure(Interpreter::create(large).takeError()).first,
            ErrorCode::InvalidProgram);
  large.stackBytes = 0;
  large.sharedBytes = vmir::kMaxSharedBytes + 1;
  EXPECT_EQ(takeFailure(Interpreter::create(large).takeError()).first,
            ErrorCode::InvalidProgram);
}

TEST(Interpreter, RejectsOperandsOfAWrongForm) {
  using vmir::Operand;
  auto expectRejected = [](Operand operand) {
    auto [code, message] = takeFailure(
        Interpreter::create(
            makeProgram(
                {{0x1000, {ops::Branch{operand, false}}, terms::Ret{}}}))
            .takeError());
    EXPECT_EQ(code, ErrorCode::InvalidProgram);
    EXPECT_EQ(message, "block 0x1000 has an operand of a wrong form, or nested "
                       "more than 64 levels deep");
  };
  const Operand number = makeOperand(Operand::Immediate);
  auto binary = [](std::vector<Operand> operands) {
    return makeBinary({}, std::move(operands));
  };
  expectRejected(binary({}));
  expectRejected(binary({number}));
  expectRejected(binary({number, number, number}));
  Operand withParts = makeOperand(Operand::Register);
  withParts.operands = {number, number};
  expectRejected(withParts);
  Operand deep = number;
  for (unsigned depth = 1; depth < vmir::kMaxOperandDepth; ++depth)
    deep = binary({number, deep});
  EXPECT_EQ(runOps({ops::Branch{deep, false}}).exit.status,
            ExitStatus::LeftRegion);
  expectRejected(binary({deep, number}));
}

TEST(Interpreter, EveryOpRuns) {
  const std::vector<vmir::Op> allOps = {
#define VMIR_OP(Number, Name, Family, Fields) ops::Name{},
#include "vmjit/VMIR/Opcodes.def"
  };
  for (const vmir::Op &op : allOps) {
    ExitStatus status = runOps({op}).exit.status;
    EXPECT_NE(status, ExitStatus::Running) << vmir::getOpInfo(op).name.str();
    EXPECT_EQ(status == ExitStatus::Unsupported,
              vmir::getOpInfo(op).family == vmir::Family::Vendor)
        << vmir::getOpInfo(op).name.str();
  }
}
