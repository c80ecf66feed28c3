//===- HostBlocksTest.cpp - Blocks of threads on the host -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The host reorders what the threads of a block do and leaves out tests; the
// interpreter does neither, and has to come to the same results. All programs
// take a buffer of i64, of which each thread has one, and a number.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/Compiler.h"

#include "ErrorExpectations.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/VMIR/Builder.h"

using namespace llvm;
using namespace vmjit;
using vmjit::vmir::IRBuilder;
using vmjit::vmir::ParamType;
using vmjit::vmir::Program;

namespace {

/// x10 is the buffer, x11 the number. makePosition leaves the thread's index in
/// the block in x5, the block's size in x6, and the address of the thread's
/// element in x7.
IRBuilder start(const char *name) {
  IRBuilder b(name);
  b.setParams({ParamType::Buffer, ParamType::I64});
  return b;
}

IRBuilder &makePosition(IRBuilder &b) {
  return b.GpuThreadId(5, 2)
      .GpuBlockDim(6, 1)
      .Mul(5, 5, 6)
      .GpuThreadId(7, 1)
      .Add(5, 5, 7)
      .GpuBlockDim(7, 0)
      .Mul(5, 5, 7)
      .GpuThreadId(8, 0)
      .Add(5, 5, 8)
      .Mul(6, 6, 7)
      .GpuBlockDim(7, 2)
      .Mul(6, 6, 7)
      .GpuBlockId(7, 0)
      .Mul(7, 7, 6)
      .Add(7, 7, 5)
      .SllImm(7, 7, 3)
      .Add(7, 7, 10);
}

/// Leaves the address of shared memory in x20, and that of the thread's element
/// there in x21; behind makePosition.
IRBuilder &makeShared(IRBuilder &b) {
  return b.GpuSharedBase(20).SllImm(21, 5, 3).Add(21, 21, 20);
}

/// Each thread adds what the last but itself loaded, behind a barrier.
Program makeExchange() {
  IRBuilder b = start("exchange");
  makeShared(makePosition(b.createBlock(0x1000)))
      .Load(22, 7, 0, 8, {})
      .Store(22, 21, 0, 8, {})
      .GpuBarrier()
      .Sub(23, 6, 5)
      .SllImm(23, 23, 3)
      .Add(23, 23, 20)
      .Load(24, 23, -8, 8, {})
      .SllImm(25, 22, 1)
      .Add(24, 24, 25)
      .Store(24, 7, 0, 8, {})
      .Ret();
  return cantFail(b.build());
}

/// n rounds in which each thread takes its neighbour's value, between two
/// barriers, and swaps two others.
Program makeRounds() {
  IRBuilder b = start("rounds");
  makeShared(makePosition(b.createBlock(0x1000)))
      .AddImm(22, 5, 1)
      .CmpEq(23, 22, 6)
      .MovImm(24, 0)
      .Select(22, 23, 24, 22)
      .SllImm(22, 22, 3)
      .Add(22, 22, 20)
      .Load(25, 7, 0, 8, {})
      .AddImm(26, 25, 7)
      .MovImm(27, 3)
      .Mov(28, 11)
      .CmpLt(29, 0, 28)
      .CondJmp(29, 0x1100, 0x1200);
  b.createBlock(0x1100)
      .Store(25, 21, 0, 8, {})
      .GpuBarrier()
      .Load(30, 22, 0, 8, {})
      .Add(25, 25, 30)
      .Mov(31, 26)
      .Add(26, 27, 25)
      .Mov(27, 31)
      .GpuBarrier()
      .AddImm(28, 28, -1)
      .CmpLt(29, 0, 28)
      .CondJmp(29, 0x1100, 0x1200);
  b.createBlock(0x1200)
      .Xor(25, 25, 26)
      .Add(25, 25, 27)
      .Store(25, 7, 0, 8, {})
      .Ret();
  return cantFail(b.build());
}

/// A barrier only if n is even, and values that come together behind it.
Program makeMaybeBarrier() {
  IRBuilder b = start("maybe");
  makePosition(b.createBlock(0x1000))
      .Load(22, 7, 0, 8, {})
      .MovImm(23, 1)
      .And(23, 23, 11)
      .CondJmp(23, 0x1100, 0x1200);
  b.createBlock(0x1100).Mul(24, 22, 5).AddImm(25, 22, 11).Jmp(0x1300);
  makeShared(b.createBlock(0x1200))
      .Store(22, 21, 0, 8, {})
      .GpuBarrier()
      .Load(24, 20, 0, 8, {})
      .Add(25, 24, 5)
      .Jmp(0x1300);
  b.createBlock(0x1300).Add(24, 24, 25).Store(24, 7, 0, 8, {}).Ret();
  return cantFail(b.build());
}

/// A barrier between parts in which threads part and loop by themselves.
Program makeOwnLoops() {
  IRBuilder b = start("own_loops");
  makeShared(makePosition(b.createBlock(0x1000)))
      .MovImm(22, 0)
      .Mov(23, 5)
      .CondJmp(23, 0x1100, 0x1200);
  b.createBlock(0x1100)
      .Add(22, 22, 23)
      .Add(22, 22, 11)
      .AddImm(23, 23, -1)
      .CondJmp(23, 0x1100, 0x1200);
  b.createBlock(0x1200)
      .Store(22, 21, 0, 8, {})
      .GpuBarrier()
      .MovImm(24, 3)
      .CmpLtU(25, 5, 24)
      .CondJmp(25, 0x1300, 0x1400);
  b.createBlock(0x1300).Load(26, 20, 0, 8, {}).Add(22, 22, 26).Jmp(0x1400);
  b.createBlock(0x1400).Store(22, 7, 0, 8, {}).Ret();
  return cantFail(b.build());
}

/// Halves the number of threads that add, as a sum over the block does. Sizes
/// that are no power of two leave some out.
Program makeHalving() {
  IRBuilder b = start("halving");
  makeShared(makePosition(b.createBlock(0x1000)))
      .Load(22, 7, 0, 8, {})
      .Store(22, 21, 0, 8, {})
      .GpuBarrier()
      .Mov(23, 6)
      .Jmp(0x1100);
  b.createBlock(0x1100).SrlImm(23, 23, 1).CondJmp(23, 0x1200, 0x1500);
  b.createBlock(0x1200).CmpLtU(24, 5, 23).CondJmp(24, 0x1300, 0x1400);
  b.createBlock(0x1300)
      .SllImm(25, 23, 3)
      .Add(25, 25, 21)
      .Load(26, 25, 0, 8, {})
      .Load(27, 21, 0, 8, {})
      .Add(27, 27, 26)
      .Store(27, 21, 0, 8, {})
      .Jmp(0x1400);
  b.createBlock(0x1400).GpuBarrier().Jmp(0x1100);
  b.createBlock(0x1500).Load(28, 21, 0, 8, {}).Store(28, 7, 0, 8, {}).Ret();
  return cantFail(b.build());
}

/// A loop of n rounds that all threads do, with values that go around in it,
/// its address among them.
Program makeCommonLoop() {
  IRBuilder b = start("common_loop");
  makePosition(b.createBlock(0x1000))
      .Load(22, 7, 0, 8, {})
      .MovImm(23, 5)
      .Mov(24, 10)
      .Mov(25, 11)
      .MovImm(26, 0)
      .CmpLt(29, 0, 25)
      .CondJmp(29, 0x1100, 0x1200);
  b.createBlock(0x1100)
      .Load(27, 24, 1024 * 8, 8, {})
      .Mov(28, 23)
      .Add(23, 22, 27)
      .Mov(22, 28)
      .Add(26, 26, 5)
      .AddImm(24, 24, 8)
      .AddImm(25, 25, -1)
      .CmpLt(29, 0, 25)
      .CondJmp(29, 0x1100, 0x1200);
  b.createBlock(0x1200)
      .SllImm(23, 23, 4)
      .Add(22, 22, 23)
      .Add(22, 22, 26)
      .Store(22, 7, 0, 8, {})
      .Ret();
  return cantFail(b.build());
}

/// Adds 100 to the elements of the threads that get to the block 0x1100. They,
/// and those that go to the block 0x1200, end there.
Program buildAddition(IRBuilder &b) {
  b.createBlock(0x1100)
      .Load(22, 7, 0, 8, {})
      .AddImm(22, 22, 100)
      .Store(22, 7, 0, 8, {})
      .Jmp(0x1200);
  b.createBlock(0x1200).Ret();
  return cantFail(b.build());
}

/// Only threads whose x compares with n as \p compare says write; if \p isEnd,
/// those for which it does not.
template <class EmitCompare>
Program makeTest(EmitCompare emit, unsigned dim, bool isEnd) {
  IRBuilder b = start("test");
  makePosition(b.createBlock(0x1000)).GpuGlobalId(20, dim);
  emit(b);
  b.CondJmp(21, isEnd ? 0x1200 : 0x1100, isEnd ? 0x1100 : 0x1200);
  return buildAddition(b);
}

/// y + x < n and x < n: the first is not one that ends rows.
Program makeTwoTests() {
  IRBuilder b = start("two_tests");
  makePosition(b.createBlock(0x1000))
      .GpuGlobalId(20, 0)
      .GpuGlobalId(21, 1)
      .Add(21, 20, 21)
      .CmpLt(22, 20, 11)
      .CmpLt(23, 21, 11)
      .And(22, 22, 23)
      .CondJmp(22, 0x1100, 0x1200);
  return buildAddition(b);
}

/// for (i = global id; i < n; i += threads of the grid) along x; n is an i64 if
/// \p isWide, where the sum may overflow, else an i32.
Program makeStrides(bool isWide) {
  IRBuilder b("strides");
  b.setParams({ParamType::Buffer, isWide ? ParamType::I64 : ParamType::I32});
  b.createBlock(0x1000)
      .GpuGlobalId(5, 0)
      .GpuBlockDim(6, 0)
      .GpuGridDim(7, 0)
      .Mul(6, 6, 7)
      .MovImm(20, 512)
      .CmpLt(21, 11, 20)
      .Select(22, 21, 11, 20)
      .CmpGe(21, 5, 11)
      .CondJmp(21, 0x1200, 0x1100);
  b.createBlock(0x1100)
      .CmpLt(23, 5, 20)
      .Select(23, 23, 5, 20)
      .SllImm(24, 23, 3)
      .Add(24, 24, 10)
      .Load(25, 24, 0, 8, {})
      .AddImm(25, 25, 100)
      .Store(25, 24, 0, 8, {})
      .Add(5, 5, 6)
      .CmpLt(21, 5, 11)
      .CondJmp(21, 0x1100, 0x1200);
  b.createBlock(0x1200).Ret();
  return cantFail(b.build());
}

/// All threads but the n-th load their element and then overwrite it. What they
/// loaded, or a constant, goes elsewhere.
Program makeLoadBeforeStore() {
  IRBuilder b = start("load_before_store");
  makePosition(b.createBlock(0x1000))
      .MovImm(20, 13)
      .MovImm(22, 21)
      .CmpNe(21, 5, 11)
      .CondJmp(21, 0x1100, 0x1200);
  b.createBlock(0x1100)
      .Load(22, 7, 0, 8, {})
      .Store(20, 7, 0, 8, {})
      .Jmp(0x1200);
  b.createBlock(0x1200).Store(22, 7, 1024 * 8, 8, {}).Ret();
  return cantFail(b.build());
}

class HostBlocks : public testing::TestWithParam<OptLevel> {
protected:
  void SetUp() override {
    VMJIT_ASSERT_VALUE(device, HostDevice::create({/*threadCount=*/2}));
  }

  Expected<HostKernel> load(const Program &program) {
    CompileOptions options;
    options.optLevel = GetParam();
    Expected<CodeObject> object = compiler.compile(program, options);
    if (!object)
      return object.takeError();
    return HostKernel::load(device, *object);
  }

  /// Runs \p program for all \p numbers and \p blocks on both engines.
  void compare(const Program &program, ArrayRef<int64_t> numbers,
               ArrayRef<Dim3> blocks = kBlocks);

  static constexpr Dim3 kBlocks[] = {{1},    {2},     {31},       {32},
                                     {33},   {64},    {77},       {256},
                                     {5, 3}, {32, 2}, {40, 3, 2}, {1, 4, 3}};
  static constexpr Dim3 kGrid = {3};

  Compiler compiler;
  std::shared_ptr<HostDevice> device;
};

void HostBlocks::compare(const Program &program, ArrayRef<int64_t> numbers,
                         ArrayRef<Dim3> blocks) {
  VMJIT_ASSERT_VALUE(HostKernel kernel, load(program));
  VMJIT_ASSERT_VALUE(Interpreter interpreter, Interpreter::create(program));
  for (int64_t number : numbers)
    for (const Dim3 &block : blocks) {
      SCOPED_TRACE(testing::Message()
                   << program.name << " with " << number << " in blocks of "
                   << block.x << " x " << block.y << " x " << block.z);
      std::vector<int64_t> expected(2048);
      for (size_t i = 0; i < expected.size(); ++i)
        expected[i] = int64_t(i * 0x9e3779b97f4a7c15);
      std::vector<int64_t> actual = expected;
      KernelLaunch launch;
      launch.grid = kGrid;
      launch.block = block;
      launch.dynamicSharedBytes = 8 * block.getCount();
      bool isI32 = (*program.params)[1] == vmir::ParamType::I32;
      launch.arguments = {KernelArgument::inBuffer(
                              {reinterpret_cast<uint8_t *>(expected.data()),
                               8 * expected.size()}),
                          isI32 ? KernelArgument::i32(int32_t(number))
                                : KernelArgument::i64(number)};
      VMJIT_ASSERT_VALUE(KernelResult result, interpreter.runKernel(launch));
      ASSERT_TRUE(result.succeeded());
      int64_t *p = actual.data();
      void *args[] = {&p, &number};
      expectSuccess(
          kernel.launch(kGrid, block, launch.dynamicSharedBytes, args));
      ASSERT_EQ(actual, expected);
    }
}

constexpr int64_t kMin = INT64_MIN, kMax = INT64_MAX;

TEST_P(HostBlocks, KeepValuesOverABarrier) { compare(makeExchange(), {0}); }

TEST_P(HostBlocks, MeetInALoop) { compare(makeRounds(), {-1, 0, 1, 2, 5}); }

TEST_P(HostBlocks, MeetWhereAllGoTheSameWay) {
  compare(makeMaybeBarrier(), {0, 1});
}

TEST_P(HostBlocks, LoopByThemselvesBetweenBarriers) {
  compare(makeOwnLoops(), {0, 9});
}

TEST_P(HostBlocks, HalveTheThreadsThatAdd) {
  // Along x only, as its name for a thread says.
  compare(makeHalving(), {0}, {{1}, {2}, {31}, {32}, {33}, {64}, {200}, {512}});
}

TEST_P(HostBlocks, DoALoopTogether) {
  compare(makeCommonLoop(), {-1, 0, 1, 2, 3, 30});
}

TEST_P(HostBlocks, EndBehindABound) {
  int64_t numbers[] = {kMin, -1, 0, 1, 30, 31, 32, 33, 63, 64, 65, 1000, kMax};
  for (unsigned dim : {0, 1, 2})
    for (bool isEnd : {false, true}) {
      compare(makeTest([](IRBuilder &b) { b.CmpLt(21, 20, 11); }, dim, isEnd),
              numbers);
      compare(makeTest([](IRBuilder &b) { b.CmpGe(21, 11, 20); }, dim, isEnd),
              numbers);
      compare(makeTest([](IRBuilder &b) { b.CmpLtU(21, 20, 11); }, dim, isEnd),
              numbers);
      compare(makeTest([](IRBuilder &b) { b.CmpEq(21, 20, 11); }, dim, isEnd),
              numbers);
    }
}

TEST_P(HostBlocks, LoadBeforeAStoreUnderACondition) {
  compare(makeLoadBeforeStore(), {-1, 0, 7});
}

TEST_P(HostBlocks, TestsThatAreNotBoundsStay) {
  compare(makeTwoTests(), {-1, 0, 1, 4, 32, 33, 1000});
}

TEST_P(HostBlocks, GoInStrides) {
  // All three blocks, which write the same elements where they are clamped, one
  // after the other.
  Dim3 blocks[] = {{1}, {31}, {32}, {33}, {170}};
  compare(makeStrides(/*isWide=*/false), {-5, 0, 1, 31, 95, 96, 97, 511, 512},
          blocks);
  compare(makeStrides(/*isWide=*/true), {-5, 0, 1, 31, 95, 96, 97, 511, 512},
          blocks);
}

INSTANTIATE_TEST_SUITE_P(Levels, HostBlocks,
                         testing::Values(OptLevel::O0, OptLevel::O2,
                                         OptLevel::O3),
                         [](const auto &info) {
                           return "O" + std::to_string(unsigned(info.param));
                         });

} // namespace
