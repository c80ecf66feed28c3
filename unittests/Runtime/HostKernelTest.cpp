//===- HostKernelTest.cpp - Tests of kernels on the host --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/Host/HostKernel.h"

#include "../Target/CompileIR.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "llvm/ADT/STLExtras.h"

#include <numeric>
#include <thread>

using namespace llvm;
using namespace vmjit;
using Param = vmir::ParamType;

/// Declarations and offsets that all test programs share.
static constexpr StringLiteral kPrelude = R"(
%Block = type { [3 x i32], [3 x i32], [3 x i32], i32, ptr, ptr, ptr, ptr }
declare void @vmjit.barrier()
define ptr @arg(ptr %block, i64 %index) alwaysinline {
  %at = getelementptr %Block, ptr %block, i32 0, i32 5
  %args = load ptr, ptr %at, !invariant.load !0
  %slot = getelementptr ptr, ptr %args, i64 %index
  %arg = load ptr, ptr %slot, !invariant.load !0
  ret ptr %arg
}
define i64 @field(ptr %block, i32 %field, i32 %dim) alwaysinline {
  %index = mul i32 %field, 3
  %word = add i32 %index, %dim
  %at = getelementptr i32, ptr %block, i32 %word
  %value = load i32, ptr %at, !invariant.load !0
  %wide = zext i32 %value to i64
  ret i64 %wide
}
!0 = !{}
)";

/// p[global id] = linear position made of all three dimensions, plus n.
static constexpr StringLiteral kPositions = R"(
define void @pos.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
  %pAt = call ptr @arg(ptr %block, i64 0)
  %p = load ptr, ptr %pAt, !invariant.load !0
  %nAt = call ptr @arg(ptr %block, i64 1)
  %n = load i32, ptr %nAt, !invariant.load !0
  %gx = call i64 @field(ptr %block, i32 0, i32 0)
  %gy = call i64 @field(ptr %block, i32 0, i32 1)
  %bx = call i64 @field(ptr %block, i32 1, i32 0)
  %by = call i64 @field(ptr %block, i32 1, i32 1)
  %bz = call i64 @field(ptr %block, i32 1, i32 2)
  %ix = call i64 @field(ptr %block, i32 2, i32 0)
  %iy = call i64 @field(ptr %block, i32 2, i32 1)
  %iz = call i64 @field(ptr %block, i32 2, i32 2)
  %tx = zext i32 %x to i64
  %ty = zext i32 %y to i64
  %tz = zext i32 %z to i64
  %b0 = mul i64 %iz, %gy
  %b1 = add i64 %b0, %iy
  %b2 = mul i64 %b1, %gx
  %b3 = add i64 %b2, %ix
  %t0 = mul i64 %b3, %bz
  %t1 = add i64 %t0, %tz
  %t2 = mul i64 %t1, %by
  %t3 = add i64 %t2, %ty
  %t4 = mul i64 %t3, %bx
  %t5 = add i64 %t4, %tx
  %cell = getelementptr i32, ptr %p, i64 %t5
  %low = trunc i64 %t5 to i32
  %value = add i32 %low, %n
  %old = load i32, ptr %cell
  %new = add i32 %old, %value
  store i32 %new, ptr %cell
  ret void
}
)";

/// Reverses each block's part of p in shared memory, and adds what is in a
/// stack slot across both barriers.
static constexpr StringLiteral kReverse = R"(
define void @reverse.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
  %slot = alloca <8 x i32>, align 32
  %pAt = call ptr @arg(ptr %block, i64 0)
  %p = load ptr, ptr %pAt, !invariant.load !0
  %sharedAt = getelementptr %Block, ptr %block, i32 0, i32 4
  %shared = load ptr, ptr %sharedAt
  %size = call i64 @field(ptr %block, i32 1, i32 0)
  %id = call i64 @field(ptr %block, i32 2, i32 0)
  %first = mul i64 %size, %id
  %tx = zext i32 %x to i64
  %index = add i64 %first, %tx
  %cell = getelementptr i32, ptr %p, i64 %index
  %v = load i32, ptr %cell
  %own = getelementptr i32, ptr %shared, i64 %tx
  %was = load i32, ptr %own
  %sum = add i32 %v, %was
  %splat = insertelement <8 x i32> zeroinitializer, i32 %x, i32 3
  store volatile <8 x i32> %splat, ptr %slot, align 32
  store i32 %sum, ptr %own
  call void @vmjit.barrier()
  %last = sub i64 %size, 1
  %mirror = sub i64 %last, %tx
  %other = getelementptr i32, ptr %shared, i64 %mirror
  %w = load i32, ptr %other
  call void @vmjit.barrier()
  store i32 -1, ptr %own
  %kept = load volatile <8 x i32>, ptr %slot, align 32
  %mine = extractelement <8 x i32> %kept, i32 3
  %scaled = mul i32 %mine, 1000
  %result = add i32 %w, %scaled
  store i32 %result, ptr %cell
  ret void
}
)";

/// Adds up shared memory in a loop with a barrier in each round; threads beyond
/// n leave before.
static constexpr StringLiteral kRounds = R"(
define void @rounds.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
entry:
  %pAt = call ptr @arg(ptr %block, i64 0)
  %p = load ptr, ptr %pAt, !invariant.load !0
  %leaves = icmp uge i32 %x, 8
  br i1 %leaves, label %out, label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %cell = getelementptr i32, ptr %p, i32 %x
  %v = load i32, ptr %cell
  call void @vmjit.barrier()
  %neighbour = add i32 %x, 1
  %wrapped = and i32 %neighbour, 7
  %to = getelementptr i32, ptr %p, i32 %wrapped
  store i32 %v, ptr %to
  call void @vmjit.barrier()
  %next = add i32 %i, 1
  %again = icmp ult i32 %next, 3
  br i1 %again, label %loop, label %out
out:
  ret void
}
)";

static Expected<CodeObject> compileKernel(StringRef text, StringRef name,
                                          std::vector<Param> params,
                                          OptLevel level,
                                          uint64_t sharedBytes = 0) {
  EmitRequest request;
  request.entries.push_back(
      {name.str(), EntryMode::Kernel, std::move(params), sharedBytes});
  return compileIR("host", (kPrelude + text).str(), level, request);
}

class HostKernelTest : public testing::TestWithParam<OptLevel> {
protected:
  void SetUp() override {
    VMJIT_ASSERT_VALUE(device, HostDevice::create({/*threadCount=*/3}));
  }

  Expected<HostKernel> build(StringRef text, StringRef name,
                             std::vector<Param> params,
                             uint64_t sharedBytes = 0) {
    Expected<CodeObject> object =
        compileKernel(text, name, std::move(params), GetParam(), sharedBytes);
    if (!object)
      return object.takeError();
    return HostKernel::load(device, *object);
  }

  std::shared_ptr<HostDevice> device;
};

TEST_P(HostKernelTest, RunsEachThreadOfAGridOnce) {
  VMJIT_ASSERT_VALUE(HostKernel kernel,
                     build(kPositions, "pos", {Param::Buffer, Param::I32}));
  Dim3 grid = {5, 3, 7};
  Dim3 block = {17, 3, 2};
  std::vector<int32_t> data(grid.getCount() * block.getCount(), 100);
  int32_t *p = data.data();
  int32_t n = 11;
  void *args[] = {&p, &n};
  expectSuccess(kernel.launch(grid, block, 0, args));
  std::vector<int32_t> wanted(data.size());
  std::iota(wanted.begin(), wanted.end(), 111);
  EXPECT_EQ(data, wanted);
}

TEST_P(HostKernelTest, ReversesBlocksThroughSharedMemory) {
  for (uint64_t staticBytes : {0, 256}) {
    VMJIT_ASSERT_VALUE(HostKernel kernel, build(kReverse, "reverse",
                                                {Param::Buffer}, staticBytes));
    EXPECT_TRUE(kernel.getEntry().usesBarrier);
    std::vector<int32_t> data(64 * 10);
    std::iota(data.begin(), data.end(), 0);
    int32_t *p = data.data();
    void *args[] = {&p};
    // Shared memory is zero again for each block.
    expectSuccess(kernel.launch({10}, {64}, 256 - staticBytes, args));
    for (int32_t i : seq<int32_t>(0, data.size()))
      ASSERT_EQ(data[i], i / 64 * 64 + 63 - i % 64 + i % 64 * 1000) << i;
  }
}

TEST_P(HostKernelTest, RunsBarriersInLoopsAndThreadsThatEndEarly) {
  VMJIT_ASSERT_VALUE(HostKernel kernel,
                     build(kRounds, "rounds", {Param::Buffer}));
  std::vector<int32_t> data = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  int32_t *p = data.data();
  void *args[] = {&p};
  expectSuccess(kernel.launch({1}, {10}, 0, args));
  EXPECT_THAT(data, testing::ElementsAre(5, 6, 7, 0, 1, 2, 3, 4, 8, 9));
}

TEST_P(HostKernelTest, GivesEachThreadItsOwnStackSlot) {
  // Iterations of the loop over threads share it, so they must not mix.
  VMJIT_ASSERT_VALUE(HostKernel kernel, build(R"(
define void @slot.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
  %slots = alloca [4 x i32]
  %pAt = call ptr @arg(ptr %block, i64 0)
  %p = load ptr, ptr %pAt, !invariant.load !0
  %cell = getelementptr i32, ptr %p, i32 %x
  %v = load i32, ptr %cell
  %where = and i32 %v, 3
  %own = getelementptr i32, ptr %slots, i32 %where
  store i32 %x, ptr %own
  %other = and i32 %x, 3
  %there = getelementptr i32, ptr %slots, i32 %other
  %r = load i32, ptr %there
  store i32 %r, ptr %cell
  ret void
}
)",
                                              "slot", {Param::Buffer}));
  std::vector<int32_t> data(512);
  std::iota(data.begin(), data.end(), 0);
  int32_t *p = data.data();
  void *args[] = {&p};
  expectSuccess(kernel.launch({1}, {512}, 0, args));
  std::vector<int32_t> wanted(512);
  std::iota(wanted.begin(), wanted.end(), 0);
  EXPECT_EQ(data, wanted);
}

TEST_P(HostKernelTest, RunsHarts) {
  EmitRequest request;
  request.entries.push_back({"hart", EntryMode::Hart, {}, 0});
  // state[x1] of each hart += its global id + 1, and status Return.
  std::string text = (kPrelude + R"(
define void @hart.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="hart" {
  %launchAt = call ptr @arg(ptr %block, i64 0)
  %launch = load ptr, ptr %launchAt
  %countAt = getelementptr i8, ptr %launch, i64 8
  %count = load i64, ptr %countAt
  %wordsAt = getelementptr i8, ptr %launch, i64 16
  %words = load i64, ptr %wordsAt
  %stateAt = getelementptr i8, ptr %launch, i64 24
  %state = load ptr, ptr %stateAt
  %size = call i64 @field(ptr %block, i32 1, i32 0)
  %id = call i64 @field(ptr %block, i32 2, i32 0)
  %first = mul i64 %size, %id
  %tx = zext i32 %x to i64
  %hart = add i64 %first, %tx
  %in = icmp ult i64 %hart, %count
  br i1 %in, label %run, label %out
run:
  %firstWord = mul i64 %hart, %words
  %word = add i64 %firstWord, 1
  %x1 = getelementptr i64, ptr %state, i64 %word
  %old = load i64, ptr %x1
  %add = add i64 %hart, 1
  %new = add i64 %old, %add
  store i64 %new, ptr %x1
  %statusIndex = add i64 %firstWord, 65
  %status = getelementptr i64, ptr %state, i64 %statusIndex
  store i64 1, ptr %status
  br label %out
out:
  ret void
}
)")
                         .str();
  VMJIT_ASSERT_VALUE(CodeObject object,
                     compileIR("host", text, GetParam(), request));
  VMJIT_ASSERT_VALUE(HostKernel kernel, HostKernel::load(device, object));
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(150, {}));
  VMJIT_ASSERT_VALUE(HartMemory memory,
                     HartMemory::create({{0x1000, 4096}}, 150));
  vmjit_hart_launch launch = {};
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  state.describe(launch);
  memory.describe(launch);
  expectSuccess(kernel.launchHarts(launch));
  for (uint64_t hart : seq<uint64_t>(0, 150)) {
    EXPECT_EQ(state.x(1, hart), hart + 1);
    VMJIT_ASSERT_VALUE(ExitRecord record, state.getExit(hart));
    EXPECT_EQ(record.status, ExitStatus::Return);
  }

  expectError(kernel.launchHarts(launch, 0), ErrorCode::InvalidArgument,
              "0 harts");
  expectError(kernel.launchHarts(launch, 1025), ErrorCode::InvalidArgument,
              "1025 harts");
  expectError(kernel.launch({1}, {1}, 0, {}), ErrorCode::InvalidArgument,
              "hart-mode entry");
  launch.abi_version = 0;
  expectError(kernel.launchHarts(launch), ErrorCode::InvalidArgument,
              "ABI version");
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  launch.hart_count = 0;
  expectSuccess(kernel.launchHarts(launch));
}

TEST_P(HostKernelTest, CallsTheFewFunctionsThatCodeNeeds) {
  // For a chip without FMA instructions.
  EmitRequest request;
  request.entries.push_back({"f", EntryMode::Kernel, {Param::Buffer}, 0});
  std::string text = (kPrelude + R"(
define void @f.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
  %pAt = call ptr @arg(ptr %block, i64 0)
  %p = load ptr, ptr %pAt
  %b = getelementptr double, ptr %p, i64 1
  %c = getelementptr double, ptr %p, i64 2
  %va = load double, ptr %p
  %vb = load double, ptr %b
  %vc = load double, ptr %c
  %r = call double @llvm.fma.f64(double %va, double %vb, double %vc)
  store double %r, ptr %p
  ret void
}
declare double @llvm.fma.f64(double, double, double)
)")
                         .str();
  VMJIT_ASSERT_VALUE(CodeObject object,
                     compileIR("host:generic", text, GetParam(), request));
  VMJIT_ASSERT_VALUE(HostKernel kernel, HostKernel::load(device, object));
  double data[] = {1 + 0x1p-52, 1 - 0x1p-52, -1};
  double *p = data;
  void *args[] = {&p};
  expectSuccess(kernel.launch({1}, {1}, 0, args));
  // The product is not rounded.
  EXPECT_EQ(data[0], -0x1p-104);
}

TEST_P(HostKernelTest, HasRoomForALargePrivateStack) {
  VMJIT_ASSERT_VALUE(HostKernel kernel, build(R"(
define void @stack.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
  %stack = alloca [67108864 x i8], align 16
  %pAt = call ptr @arg(ptr %block, i64 0)
  %p = load ptr, ptr %pAt
  store volatile i8 42, ptr %stack
  %top = getelementptr i8, ptr %stack, i64 67108863
  store volatile i8 1, ptr %top
  %v = load volatile i8, ptr %stack
  store i8 %v, ptr %p
  ret void
}
)",
                                              "stack", {Param::Buffer}));
  uint8_t value = 0;
  uint8_t *p = &value;
  void *args[] = {&p};
  expectSuccess(kernel.launch({1}, {2}, 0, args));
  EXPECT_EQ(value, 42);
}

TEST_P(HostKernelTest, ChecksLaunches) {
  VMJIT_ASSERT_VALUE(HostKernel kernel,
                     build(kPositions, "pos", {Param::Buffer, Param::I32}));
  int32_t value = 0;
  int32_t *p = &value;
  void *args[] = {&p, &value};
  auto expectInvalid = [](Error error, const char *message) {
    expectError(std::move(error), ErrorCode::InvalidArgument, message);
  };
  expectInvalid(kernel.launch({0}, {1}, 0, args), "a grid of 0");
  expectInvalid(kernel.launch({1}, {1025}, 0, args), "a block of 1025");
  expectInvalid(kernel.launch({1}, {1}, 0, ArrayRef(args).take_front(1)),
                "takes 2 arguments, not 1");
  expectInvalid(kernel.launch({1}, {1}, 0, {&p, nullptr}), "null pointer");
  vmjit_hart_launch launch = {};
  expectInvalid(kernel.launchHarts(launch), "kernel-mode entry");
  for (uint64_t bytes : {(uint64_t(256) << 20) + 1, UINT64_MAX})
    expectError(kernel.launch({1}, {1}, bytes, args), ErrorCode::OutOfMemory,
                "shared memory");
}

TEST_P(HostKernelTest, StopsBeforeFramesTakeTooMuch) {
  HostDeviceOptions options;
  options.threadCount = 1;
  options.maxFrameBytes = 4096;
  VMJIT_ASSERT_VALUE(device, HostDevice::create(options));
  VMJIT_ASSERT_VALUE(HostKernel kernel,
                     build(kRounds, "rounds", {Param::Buffer}));
  std::vector<int32_t> data(16);
  int32_t *p = data.data();
  void *args[] = {&p};
  expectError(kernel.launch({1}, {1024}, 0, args), ErrorCode::OutOfMemory,
              "bytes of frames");
  expectSuccess(kernel.launch({1}, {8}, 0, args));
}

TEST_P(HostKernelTest, LaunchesFromSeveralThreads) {
  VMJIT_ASSERT_VALUE(HostKernel kernel,
                     build(kPositions, "pos", {Param::Buffer, Param::I32}));
  std::vector<int32_t> data[4];
  std::vector<std::thread> threads;
  for (std::vector<int32_t> &part : data) {
    part.resize(4096);
    threads.emplace_back([&] {
      int32_t *p = part.data();
      int32_t n = 0;
      void *args[] = {&p, &n};
      expectSuccess(kernel.launch({64}, {64}, 0, args));
    });
  }
  for (std::thread &thread : threads)
    thread.join();
  std::vector<int32_t> wanted(4096);
  std::iota(wanted.begin(), wanted.end(), 0);
  for (const std::vector<int32_t> &part : data)
    EXPECT_EQ(part, wanted);
}

INSTANTIATE_TEST_SUITE_P(Levels, HostKernelTest,
                         testing::Values(OptLevel::O0, OptLevel::O1,
                                         OptLevel::O2, OptLevel::O3),
                         [](const testing::TestParamInfo<OptLevel> &info) {
                           return "O" + std::to_string(unsigned(info.param));
                         });

TEST(HostKernel, RefusesCodeThatDoesNotFit) {
  VMJIT_ASSERT_VALUE(std::shared_ptr<HostDevice> device,
                     HostDevice::create({/*threadCount=*/1}));
  VMJIT_ASSERT_VALUE(
      CodeObject good,
      compileKernel(kRounds, "rounds", {Param::Buffer}, OptLevel::O1));
  auto expectRefused = [&](void (*change)(CodeObject &), ErrorCode code,
                           const char *message) {
    CodeObject object = good;
    change(object);
    expectError(HostKernel::load(device, object), code, message);
  };
  expectRefused(
      [](CodeObject &o) {
        o.target = TargetKind::NVPTX;
        o.payloadKind = PayloadKind::PTX;
      },
      ErrorCode::LoadingFailed, "cannot run on the host");
  expectRefused([](CodeObject &o) { o.triple = "riscv32-unknown-linux-gnu"; },
                ErrorCode::LoadingFailed, "code for riscv32");
  expectRefused([](CodeObject &o) { o.hostABIVersion = 99; },
                ErrorCode::LoadingFailed, "host ABI version 99");
#if defined(__x86_64__)
  // No CPU has both.
  expectRefused(
      [](CodeObject &o) { o.features += ",+avx10.2-512,+tbm,+amx-avx512"; },
      ErrorCode::LoadingFailed, "CPU feature");
#endif
  expectRefused([](CodeObject &o) { o.payload.resize(100); },
                ErrorCode::LoadingFailed, "loading 'rounds'");
  expectRefused([](CodeObject &o) { o.entries[0].symbol = "other"; },
                ErrorCode::LoadingFailed, "other");
  expectRefused([](CodeObject &o) { o.payload.clear(); },
                ErrorCode::InvalidArgument, "payload");
  expectError(HostKernel::load(device, good, "other"),
              ErrorCode::InvalidArgument, "no entry 'other'");
  VMJIT_ASSERT_VALUE(HostKernel kernel,
                     HostKernel::load(device, good, "rounds"));
}

TEST(HostKernel, LinksOnlyToListedFunctions) {
  VMJIT_ASSERT_VALUE(std::shared_ptr<HostDevice> device,
                     HostDevice::create({/*threadCount=*/1}));
  VMJIT_ASSERT_VALUE(
      CodeObject object,
      compileKernel("define void @k.thread(ptr %b, i32 %x, i32 %y, i32 %z) "
                    "\"vmjit-entry\"=\"kernel\" {\n"
                    "  call void @memset(ptr null, i32 0, i64 0)\n"
                    "  ret void\n}\n"
                    "declare void @memset(ptr, i32, i64)",
                    "k", {}, OptLevel::O0));
  // The name of another function of the process.
  StringRef from = "memset";
  StringRef to = "getpid";
  auto at = std::search(object.payload.begin(), object.payload.end(),
                        from.begin(), from.end());
  ASSERT_NE(at, object.payload.end());
  {
    VMJIT_ASSERT_VALUE(HostKernel kernel, HostKernel::load(device, object));
    expectSuccess(kernel.launch({1}, {1}, 0, {}));
  }
  copy(to, at);
  expectError(HostKernel::load(device, object), ErrorCode::LoadingFailed,
              "getpid");
}

TEST(HostDevice, ChecksItsOptions) {
  HostDeviceOptions options;
  options.threadCount = HostDevice::kMaxThreads + 1;
  expectError(HostDevice::create(options), ErrorCode::InvalidArgument,
              "1025 host threads");
  options.threadCount = 2;
  options.maxFrameBytes = HostDevice::kMaxScratchBytes + 1;
  expectError(HostDevice::create(options), ErrorCode::InvalidArgument,
              "memory limits");
  options = {};
  VMJIT_ASSERT_VALUE(std::shared_ptr<HostDevice> device,
                     HostDevice::create(options));
  EXPECT_GE(device->getThreadCount(), 1u);
}
