//===- KernelTest.cpp - Tests of launching kernels --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <numeric>

using namespace vmjit;
using vmir::ParamType;

namespace {
constexpr vmir::GuestAddr kEntry = 0x1000;
constexpr vmir::GuestAddr kBody = 0x2000;
constexpr vmir::GuestAddr kDone = 0x3000;

vmir::Program makeKernel(std::vector<ParamType> params,
                         std::vector<vmir::Block> blocks) {
  vmir::Program program = makeProgram(std::move(blocks));
  program.params = std::move(params);
  return program;
}

template <class T> KernelArgument bufferOf(std::vector<T> &values) {
  return KernelArgument::inBuffer(
      {reinterpret_cast<uint8_t *>(values.data()), values.size() * sizeof(T)});
}

vmir::GuestAddr addressOf(const void *pointer) {
  return reinterpret_cast<uintptr_t>(pointer);
}

KernelResult launch(vmir::Program program, const KernelLaunch &launch) {
  llvm::Expected<Interpreter> interpreter =
      Interpreter::create(std::move(program));
  if (!interpreter) {
    ADD_FAILURE() << llvm::toString(interpreter.takeError());
    return {};
  }
  llvm::Expected<KernelResult> result = interpreter->runKernel(launch);
  if (!result) {
    ADD_FAILURE() << llvm::toString(result.takeError());
    return {};
  }
  return *result;
}

void expectSuccess(const KernelResult &result) {
  llvm::Error error = checkKernelResult(result);
  EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
}

/// The code and the message with which a launch is refused.
std::pair<ErrorCode, std::string> refuse(vmir::Program program,
                                         const KernelLaunch &launch) {
  llvm::Expected<Interpreter> interpreter =
      Interpreter::create(std::move(program));
  if (!interpreter)
    return takeFailure(interpreter.takeError());
  return takeFailure(interpreter->runKernel(launch).takeError());
}

/// X[14] = X[reg] + 4 * X[5]
std::vector<vmir::Op> elementAddress(vmir::RegId dst, vmir::RegId buffer) {
  return {ops::SllImm{32, 5, 2}, ops::Add{dst, buffer, 32}};
}

/// c[i] = a[i] + b[i] for i < n, i the global id.
vmir::Program makeVectorAdd() {
  std::vector<vmir::Op> body;
  for (auto [dst, buffer] : {std::pair(14u, 10u), {15u, 11u}, {16u, 12u}})
    llvm::append_range(body, elementAddress(dst, buffer));
  llvm::append_range(body, std::vector<vmir::Op>{
                               ops::Load{7, 14, 0, 4}, ops::Load{8, 15, 0, 4},
                               ops::Add{7, 7, 8}, ops::Store{7, 16, 0, 4}});
  return makeKernel(
      {ParamType::Buffer, ParamType::Buffer, ParamType::Buffer, ParamType::I32},
      {{kEntry,
        {ops::GpuGlobalId{5, 0}, ops::CmpLt{6, 5, 13}},
        terms::CondJmp{6, kBody, kDone}},
       {kBody, body, terms::JmpReg{1, 0}},
       {kDone, {}, terms::Ret{}}});
}

/// out[block] = the sum of in over the block's threads, by a tree in shared
/// memory. A block has 2^k threads.
vmir::Program makeReduction() {
  constexpr vmir::GuestAddr loop = 0x1100, add = 0x1200, next = 0x1300,
                            finish = 0x1400, store = 0x1500;
  return makeKernel(
      {ParamType::Buffer, ParamType::Buffer},
      {{kEntry,
        {ops::GpuGlobalId{5, 0}, ops::SllImm{6, 5, 2}, ops::Add{6, 6, 10},
         ops::Load{7, 6, 0, 4}, ops::GpuThreadId{8, 0}, ops::GpuSharedBase{9},
         ops::SllImm{12, 8, 2}, ops::Add{12, 12, 9}, ops::Store{7, 12, 0, 4},
         ops::GpuBlockDim{13, 0}, ops::SrlImm{13, 13, 1}},
        terms::Jmp{loop}},
       // X[13] is the distance; the barrier stands between temporaries.
       {loop,
        {ops::SllImm{40, 13, 2}, ops::GpuBarrier{}, ops::Add{14, 12, 40},
         ops::CmpLtU{15, 8, 13}},
        terms::CondJmp{15, add, next}},
       {add,
        {ops::Load{16, 12, 0, 4}, ops::Load{17, 14, 0, 4}, ops::Add{16, 16, 17},
         ops::Store{16, 12, 0, 4}},
        terms::Jmp{next}},
       {next, {ops::SrlImm{13, 13, 1}}, terms::CondJmp{13, loop, finish}},
       {finish, {ops::CmpEq{15, 8, 0}}, terms::CondJmp{15, store, kDone}},
       {store,
        {ops::GpuBlockId{18, 0}, ops::SllImm{18, 18, 2}, ops::Add{18, 18, 11},
         ops::Load{16, 12, 0, 4}, ops::Store{16, 18, 0, 4}},
        terms::Jmp{kDone}},
       {kDone, {}, terms::JmpReg{1, 0}}});
}
} // namespace

TEST(Kernel, VectorAdd) {
  std::vector<int32_t> a(100), b(100), c(100, -1);
  std::iota(a.begin(), a.end(), 0);
  std::iota(b.begin(), b.end(), 1000);
  KernelLaunch grid{.grid = {4, 1, 1},
                    .block = {32, 1, 1},
                    .arguments = {bufferOf(a), bufferOf(b), bufferOf(c),
                                  KernelArgument::i32(90)}};
  expectSuccess(launch(makeVectorAdd(), grid));
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(c[i], i < 90 ? 1000 + 2 * i : -1) << i;
}

TEST(Kernel, AccessesOutsideBuffersAreReported) {
  std::vector<int32_t> a(40), b(40), c(33);
  KernelLaunch grid{.grid = {2, 1, 1},
                    .block = {32, 1, 1},
                    .arguments = {bufferOf(a), bufferOf(b), bufferOf(c),
                                  KernelArgument::i32(40)},
                    .maxReports = 3};
  llvm::fill(a, 5);
  KernelResult result = launch(makeVectorAdd(), grid);
  EXPECT_EQ(c, std::vector<int32_t>(33, 5)) << "the other threads go on";
  EXPECT_EQ(result.faultCount, 7u);
  ASSERT_EQ(result.faults.size(), 3u);
  const ThreadFault &fault = result.faults.front();
  EXPECT_EQ(fault.blockId, (Dim3{1, 0, 0}));
  EXPECT_EQ(fault.threadId, (Dim3{1, 0, 0}));
  ExitRecord expected{ExitStatus::MemoryFault,
                      kBody,
                      9,
                      addressOf(c.data() + 33),
                      4,
                      true,
                      kBody,
                      9};
  EXPECT_EQ(fault.exit, expected);
  auto [code, message] = takeFailure(checkKernelResult(result));
  EXPECT_EQ(code, ErrorCode::ExecutionFailed);
  EXPECT_TRUE(llvm::StringRef(message).starts_with(
      "7 of 64 threads did not return; the first of them: thread (1, 0, 0) of "
      "block (1, 0, 0): memory fault: 4-byte store at 0x"))
      << message;
}

TEST(Kernel, ReductionInSharedMemory) {
  constexpr unsigned blocks = 3, threads = 64;
  std::vector<uint32_t> in(blocks * threads), out(blocks);
  std::iota(in.begin(), in.end(), 1);
  vmir::Program program = makeReduction();
  program.sharedBytes = 4 * threads;
  KernelLaunch grid{.grid = {blocks, 1, 1},
                    .block = {threads, 1, 1},
                    .arguments = {bufferOf(in), bufferOf(out)}};
  expectSuccess(launch(program, grid));
  for (unsigned block = 0; block < blocks; ++block)
    EXPECT_EQ(out[block],
              std::accumulate(in.begin() + block * threads,
                              in.begin() + (block + 1) * threads, 0u));
  // The same with dynamic memory, and with four bytes too few.
  program.sharedBytes = 16;
  grid.dynamicSharedBytes = 4 * threads - 16;
  expectSuccess(launch(program, grid));
  grid.dynamicSharedBytes -= 4;
  // The last thread of a block, and the one that reads what it stored.
  EXPECT_EQ(launch(program, grid).faultCount, 2 * blocks);
}

TEST(Kernel, FaultedThreadsAreNotMissedAtBarriers) {
  std::vector<uint32_t> in(8, 1), out(1);
  vmir::Program program = makeReduction();
  program.sharedBytes = 32;
  KernelLaunch grid{.block = {8, 1, 1},
                    .arguments = {bufferOf(in), bufferOf(out)}};
  grid.arguments[0].buffer = grid.arguments[0].buffer.drop_back(4);
  KernelResult result = launch(program, grid);
  EXPECT_EQ(result.faultCount, 1u);
  EXPECT_EQ(result.divergentBarrierCount, 0u);
  EXPECT_EQ(out[0], 7u) << "what the thread did not store is 0";
}

TEST(Kernel, SharedMemoryIsZeroInEveryBlock) {
  std::vector<uint64_t> out(2, 9);
  vmir::Program program = makeKernel(
      {ParamType::Buffer},
      {{kEntry,
        {ops::GpuSharedBase{5}, ops::Load{6, 5, 0, 8}, ops::GpuBlockId{7, 0},
         ops::SllImm{7, 7, 3}, ops::Add{7, 7, 10}, ops::Store{6, 7, 0, 8},
         ops::MovImm{6, 77}, ops::Store{6, 5, 0, 8}},
        terms::Ret{}}});
  program.sharedBytes = 8;
  expectSuccess(
      launch(program, {.grid = {2, 1, 1}, .arguments = {bufferOf(out)}}));
  EXPECT_EQ(out, std::vector<uint64_t>(2, 0));
}

TEST(Kernel, AThreadThatSkipsTheBarrierIsReported) {
  vmir::Program program = makeKernel(
      {}, {{kEntry,
            {ops::GpuThreadId{5, 0}, ops::GpuThreadId{6, 1}, ops::Or{5, 5, 6}},
            terms::CondJmp{5, kBody, kDone}},
           {kBody, {ops::Nop{}, ops::GpuBarrier{}}, terms::Ret{}},
           {kDone, {}, terms::Ret{}}});
  KernelResult result =
      launch(program, {.grid = {1, 2, 1}, .block = {2, 2, 1}});
  EXPECT_EQ(result.faultCount, 0u);
  EXPECT_EQ(result.divergentBarrierCount, 2u);
  ASSERT_EQ(result.divergentBarriers.size(), 2u);
  const DivergentBarrier &barrier = result.divergentBarriers[1];
  EXPECT_EQ(barrier.blockId, (Dim3{0, 1, 0}));
  EXPECT_EQ(barrier.pc, kBody);
  EXPECT_EQ(barrier.opIndex, 1u);
  EXPECT_EQ(barrier.waiting,
            (std::vector<Dim3>{{1, 0, 0}, {0, 1, 0}, {1, 1, 0}}));
  EXPECT_EQ(barrier.missing, (std::vector<Dim3>{{0, 0, 0}}));
  EXPECT_EQ(describeDivergentBarrier(barrier),
            "divergent barrier: block (0, 1, 0) at block 0x2000, op 1: threads "
            "(1, 0, 0), (0, 1, 0), (1, 1, 0) wait, threads (0, 0, 0) do not "
            "come");
}

TEST(Kernel, ThreadsAtDifferentBarriersAreReported) {
  vmir::Program program = makeKernel(
      {}, {{kEntry, {ops::CsrRead{5, 0xcc0}}, terms::CondJmp{5, kBody, kDone}},
           {kBody, {ops::CsrWrite{0x800, 0}}, terms::Ret{}},
           {kDone, {ops::GpuBarrier{}}, terms::Ret{}}});
  KernelResult result = launch(program, {.block = {12, 1, 1}, .maxReports = 1});
  ASSERT_EQ(result.divergentBarriers.size(), 1u);
  const DivergentBarrier &barrier = result.divergentBarriers.front();
  EXPECT_EQ(barrier.pc, kDone);
  EXPECT_EQ(barrier.waiting.size(), 1u);
  EXPECT_EQ(barrier.missing.size(), 11u);
  auto [code, message] = takeFailure(checkKernelResult(result));
  EXPECT_EQ(code, ErrorCode::ExecutionFailed);
  EXPECT_TRUE(llvm::StringRef(message).ends_with(
      "(7, 0, 0), (8, 0, 0) and 3 more do not come"))
      << message;
}

TEST(Kernel, OpsThatItDoesNotHaveAreNamed) {
  vmir::Program program = makeKernel(
      {}, {{kEntry, {}, terms::Jmp{kBody}},
           {kBody, {ops::VendorConfig{"x", 0, "y z"}}, terms::Ret{}}});
  for (bool isInner : {false, true}) {
    program.blocks[1].isInner = isInner;
    KernelResult result = launch(program, {});
    ASSERT_EQ(result.faults.size(), 1u);
    EXPECT_EQ(result.faults.front().op, "VendorConfig 'y z'");
  }
}

static std::string describe(const KernelResult &result) {
  return takeFailure(checkKernelResult(result)).second;
}

TEST(Kernel, SaysWhatHappenedAndNothingElse) {
  KernelResult result;
  result.threadCount = 64;
  result.stepLimit = 100;
  result.faultCount = 1;
  result.faults = {
      {{0, 0, 0}, {5, 0, 0}, {.status = ExitStatus::OutOfFuel, .pc = 0x1000}}};
  result.faults[0].exit.opIndex = 3;
  EXPECT_EQ(describe(result),
            "1 of 64 threads used up its budget of 100 steps at block 0x1000, "
            "op 3: thread (5, 0, 0) of block (0, 0, 0)");
  result.stepLimit = 1;
  result.faultCount = 2;
  EXPECT_EQ(describe(result),
            "2 of 64 threads did not return; the first of them used up its "
            "budget of 1 step at block 0x1000, op 3: thread (5, 0, 0) of block "
            "(0, 0, 0)");
  result.faults[0].exit.status = ExitStatus::Interrupted;
  result.threadCount = 0;
  result.faultCount = 1;
  EXPECT_EQ(describe(result),
            "1 thread was stopped from outside at block 0x1000, op 3: thread "
            "(5, 0, 0) of block (0, 0, 0)");
  result.faults[0].exit.status = ExitStatus::Breakpoint;
  result.threadCount = 1;
  EXPECT_EQ(describe(result), "1 of 1 thread did not return: " +
                                  describeThreadFault(result.faults[0]));
  result.faults.clear();
  result.faultCount = 3;
  result.threadCount = 5;
  result.divergentBarrierCount = 2;
  EXPECT_EQ(describe(result),
            "3 of 5 threads did not return; 2 barriers diverged");
  result.faultCount = 0;
  result.divergentBarrierCount = 1;
  EXPECT_EQ(describe(result), "1 barrier diverged");
}

TEST(Kernel, ArgumentsArriveInRegisters) {
  std::vector<uint64_t> out(6);
  std::vector<vmir::Op> code = {
      ops::Store{11, 10, 0, 8},  ops::Fstore{10, 10, 8, 8},
      ops::Store{12, 10, 16, 8}, ops::Fstore{11, 10, 24, 8},
      ops::Store{1, 10, 32, 8},  ops::Store{2, 10, 40, 8}};
  vmir::Program program =
      makeKernel({ParamType::Buffer, ParamType::I32, ParamType::F32,
                  ParamType::I64, ParamType::F64},
                 {{kEntry, code, terms::Ret{}}});
  expectSuccess(
      launch(program, {.arguments = {bufferOf(out), KernelArgument::i32(-2),
                                     KernelArgument::f32(1.0f),
                                     KernelArgument::i64(0x123456789abcdef0),
                                     KernelArgument::f64(2.0)}}));
  EXPECT_EQ(out,
            (std::vector<uint64_t>{uint64_t(-2), f32::kOne, 0x123456789abcdef0,
                                   f64::kTwo, vmir::kReturnSentinel, 0}));
}

TEST(Kernel, ArgumentsPastEightOfAKindAreOnTheStack) {
  // Ten integers and nine floats, in turns: i8, f8, i9 go to memory.
  std::vector<uint64_t> out(4);
  std::vector<ParamType> params = {ParamType::Buffer};
  KernelLaunch grid{.block = {2, 1, 1}, .arguments = {bufferOf(out)}};
  for (int i = 1; i < 10; ++i) {
    params.insert(params.end(), {ParamType::I32, ParamType::F32});
    grid.arguments.push_back(KernelArgument::i32(-i));
    grid.arguments.push_back(KernelArgument::f32(i));
  }
  std::vector<vmir::Op> code;
  for (int i = 0; i < 3; ++i) {
    code.push_back(ops::Load{5, 2, 8 * i, 8});
    code.push_back(ops::Store{5, 10, 8 * i, 8});
  }
  code.push_back(ops::Store{2, 10, 24, 8});
  for (uint64_t stackBytes : {0, 40}) {
    vmir::Program program = makeKernel(params, {{kEntry, code, terms::Ret{}}});
    program.stackBytes = stackBytes;
    expectSuccess(launch(program, grid));
    EXPECT_EQ(out[0], uint64_t(-8));
    EXPECT_EQ(out[1], uint64_t(-9));
    EXPECT_EQ(out[2], box(0x41100000)); // 9.0f
    EXPECT_EQ(out[3] % 16, 0u);
    // Past the arguments there is nothing, and below only the stack.
    program.blocks.front().ops = {ops::Load{5, 2, 24, 8}};
    EXPECT_EQ(launch(program, grid).faultCount, 2u);
    program.blocks.front().ops = {ops::Load{5, 2, -int64_t(stackBytes) - 8, 8}};
    EXPECT_EQ(launch(program, grid).faultCount, 2u);
  }
}

TEST(Kernel, StacksArePrivate) {
  std::vector<uint64_t> out(4);
  // Every thread writes its id to its stack, meets the others, and reads it.
  vmir::Program program = makeKernel(
      {ParamType::Buffer},
      {{kEntry,
        {ops::GpuThreadId{5, 0}, ops::Store{5, 2, -24, 8}, ops::GpuBarrier{},
         ops::Load{6, 2, -24, 8}, ops::SllImm{5, 5, 3}, ops::Add{5, 5, 10},
         ops::Store{6, 5, 0, 8}},
        terms::Ret{}}});
  program.stackBytes = 24;
  KernelLaunch grid{.block = {4, 1, 1}, .arguments = {bufferOf(out)}};
  expectSuccess(launch(program, grid));
  EXPECT_EQ(out, (std::vector<uint64_t>{0, 1, 2, 3}));
  program.stackBytes = 16;
  EXPECT_EQ(launch(program, grid).faultCount, 4u);
}

TEST(Kernel, SegmentsAreAtTheirGuestAddresses) {
  std::vector<uint64_t> out(1);
  vmir::Program program = makeKernel(
      {ParamType::Buffer},
      {{kEntry,
        {ops::MovImm{5, 0x20000}, ops::MovImm{6, 0x30000},
         ops::Load{7, 5, 0, 1}, ops::Load{8, 6, 0, 1}, ops::Add{8, 8, 7},
         ops::Store{8, 6, 0, 1}, ops::Store{8, 10, 0, 8}},
        terms::Ret{}}});
  program.segments = {{0x20000, false, {3}}, {0x30000, true, {0}}};
  llvm::Expected<Interpreter> interpreter = Interpreter::create(program);
  ASSERT_TRUE(bool(interpreter));
  KernelLaunch grid{.block = {5, 1, 1}, .arguments = {bufferOf(out)}};
  for (uint64_t expected : {15, 30}) {
    llvm::Expected<KernelResult> result = interpreter->runKernel(grid);
    ASSERT_TRUE(bool(result));
    expectSuccess(*result);
    EXPECT_EQ(out[0], expected) << "all threads and launches share the segment";
  }
  program.blocks.front().ops = {ops::MovImm{5, 0x20000},
                                ops::Store{0, 5, 0, 1}};
  EXPECT_EQ(launch(program, grid).faultCount, 5u);
}

TEST(Kernel, AtomicsSeeWhatOtherThreadsDid) {
  // Each thread adds 1 to the first word, and the sum it saw to the second.
  std::vector<uint32_t> buffer(2);
  expectSuccess(
      launch(makeKernel({ParamType::Buffer},
                        {{kEntry,
                          {ops::MovImm{5, 1},
                           ops::AtomicRMW{6, 10, 5, vmir::AtomicOp::Add, 4},
                           ops::AddImm{10, 10, 4},
                           ops::AtomicRMW{0, 10, 6, vmir::AtomicOp::Add, 4}},
                          terms::Ret{}}}),
             {.grid = {3, 1, 1},
              .block = {4, 1, 1},
              .arguments = {bufferOf(buffer)}}));
  EXPECT_EQ(buffer[0], 12u);
  EXPECT_EQ(buffer[1], 66u); // 0 + 1 + ... + 11
}

TEST(Kernel, CallsOfTheSystemEndTheThread) {
  KernelResult result = launch(
      makeKernel({}, {{kEntry, {ops::Nop{}, ops::SysCall{}}, terms::Ret{}}}),
      {.block = {2, 1, 1}});
  EXPECT_EQ(result.faultCount, 2u);
  ASSERT_EQ(result.faults.size(), 2u);
  ExitRecord expected{ExitStatus::Syscall, kEntry, 1, 0, 0, false, kEntry, 2};
  EXPECT_EQ(result.faults[1].exit, expected);
}

TEST(Kernel, OperandsPromiseNaturalAlignment) {
  using vmir::Operand;
  std::vector<uint64_t> buffer(2);
  Operand misaligned = makeOperand(Operand::Memory, 4, 10, 8);
  KernelResult result =
      launch(makeKernel({ParamType::Buffer},
                        {{kEntry, {ops::Branch{misaligned, false}}, {}}}),
             {.arguments = {bufferOf(buffer)}});
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_EQ(result.faults[0].exit.status, ExitStatus::AlignFault);
}

TEST(Kernel, ABranchToTheSentinelReturns) {
  expectSuccess(launch(makeKernel({}, {{kEntry,
                                        {ops::Beq{0, 0, vmir::kReturnSentinel}},
                                        terms::Fault{1}}}),
                       {}));
}

TEST(Kernel, NaturalAlignmentIsAPromise) {
  std::vector<uint64_t> buffer(2);
  auto run = [&](vmir::Op op) {
    KernelResult result =
        launch(makeKernel({ParamType::Buffer}, {{kEntry, {op}, terms::Ret{}}}),
               {.arguments = {bufferOf(buffer)}});
    return result.faults.empty() ? ExitStatus::Return
                                 : result.faults.front().exit.status;
  };
  EXPECT_EQ(run(ops::Load{5, 10, 4, 8}), ExitStatus::AlignFault);
  EXPECT_EQ(run(ops::Store{5, 10, 1, 2}), ExitStatus::AlignFault);
  EXPECT_EQ(run(ops::Fload{5, 10, 2, 4}), ExitStatus::AlignFault);
  EXPECT_EQ(run(ops::Load{5, 10, 4, 8, {.align = 4}}), ExitStatus::Return);
  EXPECT_EQ(run(ops::Load{5, 10, 3, 8, {.align = 1}}), ExitStatus::Return);
  EXPECT_EQ(run(ops::Load{5, 10, 8, 8}), ExitStatus::Return);
}

TEST(Kernel, PositionsCoverTheGrid) {
  constexpr Dim3 grid = {2, 3, 2}, block = {3, 2, 2};
  std::vector<uint32_t> seen(2 * 3 * 2 * 3 * 2 * 2);
  // Counts at the linear global id.
  vmir::Program program = makeKernel(
      {ParamType::Buffer},
      {{kEntry,
        {ops::CsrRead{5, 0xf14}, ops::SllImm{5, 5, 2}, ops::Add{5, 5, 10},
         ops::Load{6, 5, 0, 4}, ops::AddImm{6, 6, 1}, ops::Store{6, 5, 0, 4}},
        terms::Ret{}}});
  expectSuccess(launch(
      program, {.grid = grid, .block = block, .arguments = {bufferOf(seen)}}));
  EXPECT_EQ(seen, std::vector<uint32_t>(seen.size(), 1));
}

TEST(Kernel, EndlessThreadsRunOutOfFuel) {
  vmir::Program program = makeKernel({}, {{kEntry, {}, terms::Jmp{kEntry}}});
  KernelResult result =
      launch(program, {.block = {2, 1, 1}, .stepLimit = 1000});
  ASSERT_EQ(result.faults.size(), 2u);
  EXPECT_EQ(result.faults[1].exit.status, ExitStatus::OutOfFuel);
  EXPECT_EQ(describeThreadFault(result.faults[1]),
            "thread (1, 0, 0) of block (0, 0, 0): step budget used up, block "
            "0x1000, op 0");
}

TEST(Kernel, AStopWordEndsAllThreads) {
  vmir::Program program = makeKernel({}, {{kEntry, {}, terms::Jmp{kEntry}}});
  uint32_t stopWord = 1;
  KernelResult result =
      launch(program, {.block = {2, 1, 1}, .stopWord = &stopWord});
  ASSERT_EQ(result.faults.size(), 2u);
  EXPECT_EQ(result.faults[1].exit.status, ExitStatus::Interrupted);
  EXPECT_EQ(result.faults[1].exit.nextPc, kEntry);
}

TEST(Kernel, LeavingTheProgramIsReported) {
  vmir::Program program = makeKernel({}, {{kEntry, {}, terms::Jmp{kBody}}});
  KernelResult result = launch(program, {});
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_EQ(result.faults[0].exit.status, ExitStatus::LeftRegion);
  EXPECT_EQ(result.faults[0].exit.nextPc, kBody);
}

TEST(Kernel, RejectsGridsThatNoDeviceRuns) {
  vmir::Program program = makeKernel({}, {{kEntry, {}, terms::Ret{}}});
  auto [code, message] = refuse(program, {.grid = {1, 0, 1}});
  EXPECT_EQ(code, ErrorCode::InvalidArgument);
  EXPECT_EQ(message, "a dimension of the grid or of its blocks is 0");
  EXPECT_EQ(refuse(program, {.block = {1, 1, 0}}).second, message);
  EXPECT_EQ(refuse(program, {.block = {32, 33, 1}}).second,
            "a block has at most 1024 threads, not 1056");
  EXPECT_EQ(refuse(program, {.block = {~0u, ~0u, ~0u}}).first,
            ErrorCode::InvalidArgument);
  expectSuccess(launch(program, {.block = {32, 32, 1}}));
  EXPECT_EQ(
      refuse(program, {.dynamicSharedBytes = vmir::kMaxSharedBytes + 1}).second,
      "67108865 bytes of shared memory are more than 67108864");
  EXPECT_EQ(refuse(program, {.dynamicSharedBytes = ~uint64_t(0)}).first,
            ErrorCode::InvalidArgument);
}

TEST(Kernel, RejectsArgumentsThatDoNotFit) {
  vmir::Program program =
      makeKernel({ParamType::I32}, {{kEntry, {}, terms::Ret{}}});
  EXPECT_EQ(refuse(program, {}).second, "the kernel has 1 parameters, not 0");
  EXPECT_EQ(refuse(program, {.arguments = {KernelArgument::i64(1)}}).second,
            "argument 0 is of type i64, the parameter of type i32");
  program.params->front() = ParamType::Buffer;
  EXPECT_EQ(refuse(program, {.arguments = {KernelArgument::inBuffer(
                                 {static_cast<uint8_t *>(nullptr), 4})}})
                .second,
            "argument 0 is a null buffer of 4 bytes");
  expectSuccess(launch(program, {.arguments = {KernelArgument::inBuffer({})}}));
}

TEST(Kernel, RejectsSegmentsThatOverlap) {
  std::vector<uint8_t> buffer(16);
  vmir::Program program =
      makeKernel({ParamType::Buffer}, {{kEntry, {}, terms::Ret{}}});
  KernelLaunch grid{.arguments = {bufferOf(buffer)}};
  program.segments = {{addressOf(buffer.data()) + 15, false, {1}}};
  EXPECT_EQ(refuse(program, grid).first, ErrorCode::InvalidArgument);
  program.segments = {{0x20000, false, {1, 2}}, {0x20001, false, {1}}};
  EXPECT_EQ(refuse(program, grid).second,
            "an argument or another segment overlaps the segment at 0x20001");
}

TEST(Kernel, LaunchesNoHartModeProgram) {
  EXPECT_EQ(refuse(makeProgram({{kEntry, {}, terms::Ret{}}}), {}).second,
            "a program in hart mode cannot be launched over a grid");
}
