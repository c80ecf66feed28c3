//===- RISCVEngineTest.cpp - Tests of the engine for RISC-V -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code is given as words here, and run on the interpreter, compiled, and partly
// compiled.
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/RISCVEngine.h"

#include "../CodeObject/ErrorExpectations.h"
#include "vmjit/Executor/DefaultExecutor.h"
#include "vmjit/LinuxUser/ProcessGroup.h"
#include "vmjit/Runtime/DeviceManager.h"
#include "vmjit/VMIR/FloatEnvironment.h"

#include <memory>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

namespace {

constexpr uint64_t kBase = 0x10000;

/// exit(a0)
constexpr uint32_t kExit = 0x05d00893; // li a7, 93
constexpr uint32_t kSystemCall = 0x00000073;

const riscv::Decoder &getDecoder() {
  static riscv::Decoder decoder = cantFail(riscv::Decoder::create());
  return decoder;
}

/// The same for all tests: a compiler and the host, and no cache on disk.
Executor *getExecutor() {
  static std::unique_ptr<Executor> executor = [] {
    DefaultExecutorOptions options;
    options.executor.device = "host";
    options.executor.optLevel = OptLevel::O0;
    options.useDisk = false;
    options.useTimeoutVariable = false;
    options.executor.timeout = std::chrono::nanoseconds(0);
    return cantFail(createDefaultExecutor(options));
  }();
  return executor.get();
}

riscv::GuestImage makeImage(ArrayRef<uint32_t> words) {
  std::vector<uint8_t> bytes;
  for (uint32_t word : words)
    for (unsigned index = 0; index < 4; ++index)
      bytes.push_back(static_cast<uint8_t>(word >> 8 * index));
  return cantFail(riscv::GuestImage::fromBytes(bytes, kBase));
}

/// Code that processes run, with an argument more each.
class CodeRun {
public:
  explicit CodeRun(ArrayRef<uint32_t> words, uint64_t processCount = 1)
      : code(makeImage(words)) {
    ProcessImage image;
    image.entry = kBase;
    image.segments = {{kBase, kPageBytes, code.getRegions()[0].bytes, false}};
    std::vector<ProcessStart> starts(processCount);
    for (uint64_t index = 0; index < processCount; ++index)
      starts[index].stack.arguments.assign(index + 1, "program");
    group.emplace(cantFail(ProcessGroup::create(
        image, {kPageBytes, kPageBytes, 4 * kPageBytes}, std::move(starts))));
  }

  /// Makes the engine.
  RISCVEngine &prepare(RISCVEngineOptions options,
                       const RISCVProfile &profile) {
    engine.emplace(code, getDecoder(), options);
    expectSuccess(engine->applyProfile(profile));
    return *engine;
  }
  RISCVEngine &run(RISCVEngineOptions options,
                   const RISCVProfile &profile = {}) {
    expectSuccess(group->run(prepare(options, profile)));
    return *engine;
  }
  unsigned getExitStatus(uint64_t process = 0) const {
    EXPECT_EQ(group->getStatus(process).kind, ProcessStatus::Exited)
        << group->describe(process);
    return group->getStatus(process).value;
  }

  riscv::GuestImage code;
  std::optional<ProcessGroup> group;
  std::optional<RISCVEngine> engine;
};

/// How the same code is run.
struct EngineKind {
  const char *name;
  bool isCompiled;
  uint64_t interpretedBlocks;

  RISCVEngineOptions getOptions() const {
    RISCVEngineOptions options;
    options.executor = isCompiled ? getExecutor() : nullptr;
    options.interpretedBlocks = interpretedBlocks;
    return options;
  }
};

class RISCVEngineKinds : public testing::TestWithParam<EngineKind> {};

} // namespace

INSTANTIATE_TEST_SUITE_P(Kinds, RISCVEngineKinds,
                         testing::Values(EngineKind{"Interpreted", false, 0},
                                         EngineKind{"Compiled", true, 0},
                                         EngineKind{"PartlyCompiled", true, 50},
                                         EngineKind{"NotYetCompiled", true,
                                                    1'000'000'000}),
                         [](const auto &info) { return info.param.name; });

/// exit(argc + 4), by a call of a function that a pointer leads to.
static const uint32_t callsFunction[] = {
    0x00013503, // ld a0, 0(sp)
    0x00000297, // auipc t0, 0
    0x01428293, // addi t0, t0, 20
    0x000280e7, // jalr t0
    kExit,      kSystemCall,
    0x00450513, // addi a0, a0, 4
    0x00008067, // ret
};

TEST_P(RISCVEngineKinds, GrowByWhatIsReached) {
  CodeRun run(callsFunction, 3);
  RISCVEngine &engine = run.run(GetParam().getOptions());
  for (unsigned process = 0; process < 3; ++process)
    EXPECT_EQ(run.getExitStatus(process), process + 5);
  EXPECT_TRUE(engine.hasCode(kBase));
  EXPECT_TRUE(engine.hasCode(kBase + 24));
  EXPECT_FALSE(engine.hasCode(kBase + 28));
}

/// Adds 3 to a0 0x20000 times, more than the interpreter runs at a time, and
/// keeps fflags meanwhile: exit((a0 >> 12) + fflags).
static const uint32_t loops[] = {
    0x00165073, // csrrwi x0, fflags, 12
    0x00000513, // li a0, 0
    0x000202b7, // lui t0, 0x20
    0x00350513, // addi a0, a0, 3      <- kBase + 12
    0xfff28293, // addi t0, t0, -1
    0xfe029ce3, // bnez t0, -8
    0x0040006f, // j +4
    0x00c55513, // srli a0, a0, 12
    0x00102373, // csrr t1, fflags
    0x00650533, // add a0, a0, t1
    kExit,      kSystemCall,
};
static constexpr unsigned kLoopsStatus = 96 + 12;

TEST_P(RISCVEngineKinds, RunLoopsAndKeepCsrs) {
  CodeRun run(loops, 2);
  run.run(GetParam().getOptions());
  EXPECT_EQ(run.getExitStatus(0), kLoopsStatus);
  EXPECT_EQ(run.getExitStatus(1), kLoopsStatus);
}

TEST(RISCVEngine, CompilesWhatIsFrequent) {
  CodeRun run(loops);
  RISCVEngine &engine =
      run.run({.executor = getExecutor(), .interpretedBlocks = 10'000});
  EXPECT_EQ(run.getExitStatus(), kLoopsStatus);
  // The loop, and not what is before and behind it.
  EXPECT_EQ(engine.getCompiledBlockCount(), 1u);
  EXPECT_GT(engine.getProgram().blocks.size(), 3u);
}

/// 40 times eight loops of argc << 2, argc << 3 ... rounds: exit(7).
static std::vector<uint32_t> makeManyLoops() {
  std::vector<uint32_t> words = {
      0x00013583, // ld a1, 0(sp)
      0x02800613, // li a2, 40
  };
  for (uint32_t shift = 2; shift < 10; ++shift)
    words.insert(words.end(),
                 {
                     0x00059293 | shift << 20, // slli t0, a1, shift
                     0xfff28293,               // addi t0, t0, -1
                     0xfe029ee3,               // bnez t0, -4
                 });
  words.insert(words.end(), {
                                0xfff60613, // addi a2, a2, -1
                                0xf8061ee3, // bnez a2, -100
                                0x00700513, // li a0, 7
                                kExit,
                                kSystemCall,
                            });
  return words;
}

TEST(RISCVEngine, LearnsTheSameEachTime) {
  // Harts that do different work, on as many threads as there can be, for many
  // turns in which more and more is compiled.
  auto learn = [] {
    CodeRun run(makeManyLoops(), 20);
    RISCVEngine &engine =
        run.run({.executor = getExecutor(), .interpretedBlocks = 5'000});
    for (uint64_t process = 0; process < 20; ++process)
      EXPECT_EQ(run.getExitStatus(process), 7u);
    return engine.getProfile();
  };
  RISCVProfile first = learn();
  EXPECT_GE(first.compiled.size(), 8u);
  for (unsigned time = 0; time < 4; ++time)
    EXPECT_EQ(learn(), first);
}

TEST(RISCVEngine, RunsWithSomebodyLookingAtTheClock) {
  CodeRun run(loops, 3);
  RISCVEngine &engine = run.run({.executor = getExecutor(),
                                 .request = {.timeout = std::chrono::hours(1)},
                                 .interpretedBlocks = 100});
  for (uint64_t process = 0; process < 3; ++process)
    EXPECT_EQ(run.getExitStatus(process), kLoopsStatus);
  EXPECT_GT(engine.getCompiledBlockCount(), 0u);
}

/// Counts down to 0 from 0x20000: exit(7).
static const uint32_t countsDown[] = {
    0x000202b7, // lui t0, 0x20
    0xfff28293, // addi t0, t0, -1     <- kBase + 4
    0xfe029ee3, // bnez t0, -4
    0x00700513, // li a0, 7
    kExit,      kSystemCall,
};

TEST(RISCVEngine, StartsWithWhatAnotherHasLearnt) {
  RISCVEngineOptions options = {.executor = getExecutor(),
                                .interpretedBlocks = 10'000};
  CodeRun first(countsDown);
  RISCVProfile profile = first.run(options).getProfile();
  EXPECT_FALSE(profile.lifts.empty());
  ASSERT_EQ(profile.compiled, std::vector<vmir::GuestAddr>{kBase + 4});

  CodeRun second(countsDown, 3);
  RISCVEngine &engine = second.prepare(options, profile);
  EXPECT_EQ(engine.getCompiledBlockCount(), 1u);
  EXPECT_EQ(engine.getProgram().blocks, first.engine->getProgram().blocks);
  expectSuccess(second.group->run(engine));
  EXPECT_EQ(second.getExitStatus(2), 7u);
  EXPECT_EQ(engine.getProfile().compiled, profile.compiled);

  // As far as there are such blocks, and options permit.
  profile.compiled = {kBase + 4, 0x10, kBase + 4};
  CodeRun third(countsDown);
  EXPECT_EQ(third.prepare(options, profile).getCompiledBlockCount(), 1u);
  options.maxCompiledOps = 0;
  EXPECT_EQ(third.prepare(options, profile).getCompiledBlockCount(), 0u);
  options.executor = nullptr;
  EXPECT_EQ(third.prepare(options, profile).getCompiledBlockCount(), 0u);
}

TEST(RISCVEngine, CountsOnFromWhatAnotherHasEntered) {
  // No run enters the loop often enough, but all together do.
  RISCVEngineOptions options = {.executor = getExecutor(),
                                .interpretedBlocks = 300'000};
  RISCVProfile profile;
  auto learn = [&] {
    CodeRun run(countsDown);
    profile = run.run(options, profile).getProfile();
    EXPECT_EQ(run.getExitStatus(0), 7u);
  };
  for (uint64_t time = 1; time <= 2; ++time) {
    learn();
    EXPECT_TRUE(profile.compiled.empty());
    EXPECT_EQ(profile.entered.at(kBase + 4), time * 0x20000);
  }
  learn();
  EXPECT_EQ(profile.compiled, std::vector<vmir::GuestAddr>{kBase + 4});
  EXPECT_EQ(profile.entered.count(kBase + 4), 0u);
}

/// A loop that goes to the block at kBase + 36 by its name and by its address
/// in turns: exit(32).
static const uint32_t jumpsIntoLoop[] = {
    0x00000513, // li a0, 0
    0x000202b7, // lui t0, 0x20
    0x00000397, // auipc t2, 0
    0x01c38393, // addi t2, t2, 28
    0xfff28293, // addi t0, t0, -1
    0x00028c63, // beqz t0, 24
    0x0012fe13, // andi t3, t0, 1
    0x000e0463, // beqz t3, 8
    0x00038067, // jr t2
    0x00150513, // addi a0, a0, 1      <- kBase + 36
    0xfe9ff06f, // j -24
    0x00150513, // addi a0, a0, 1
    0x00c55513, // srli a0, a0, 12
    kExit,      kSystemCall,
};

TEST(RISCVEngine, CompilesAnEntryWhereItIsEnteredOften) {
  RISCVEngineOptions options = {.executor = getExecutor(),
                                .interpretedBlocks = 10'000};
  CodeRun first(jumpsIntoLoop);
  RISCVProfile profile = first.run(options).getProfile();
  EXPECT_EQ(first.getExitStatus(), 32u);
  EXPECT_THAT(profile.compiled, testing::Contains(kBase + 36));
  EXPECT_EQ(profile.starts, std::vector<vmir::GuestAddr>{kBase + 36});

  CodeRun second(jumpsIntoLoop, 3);
  RISCVProfile again = second.run(options, profile).getProfile();
  EXPECT_EQ(second.getExitStatus(2), 32u);
  EXPECT_EQ(again.starts, profile.starts);
  EXPECT_EQ(again.entered.count(kBase + 36), 0u);
}

TEST(RISCVEngine, FailsEachTimeThatNothingCompiles) {
  VMJIT_ASSERT_VALUE(std::unique_ptr<Executor> executor,
                     Executor::create({.device = "host"},
                                      {.devices = DeviceManager::create()}));
  CodeRun run(loops, 2);
  RISCVEngine engine(run.code, getDecoder(),
                     {.executor = executor.get(), .interpretedBlocks = 1000});
  for (unsigned time = 0; time < 2; ++time)
    expectError(run.group->run(engine), ErrorCode::CacheMiss, "");
  EXPECT_EQ(run.group->getStatus(0).kind, ProcessStatus::Running);
}

TEST(RISCVEngine, CompilesAllOrNothing) {
  CodeRun interpreted(loops);
  EXPECT_EQ(interpreted.run({}).getCompiledBlockCount(), 0u);
  CodeRun compiled(loops);
  RISCVEngine &engine =
      compiled.run({.executor = getExecutor(), .interpretedBlocks = 0});
  EXPECT_EQ(engine.getCompiledBlockCount(), engine.getProgram().blocks.size());
  EXPECT_GT(engine.getCompiledBlockCount(), 3u);
}

TEST(RISCVEngine, CompilesNoMoreThanItMay) {
  CodeRun run(loops);
  RISCVEngine &engine = run.run({.executor = getExecutor(),
                                 .interpretedBlocks = 100,
                                 .maxCompiledOps = 0});
  EXPECT_EQ(run.getExitStatus(), kLoopsStatus);
  EXPECT_EQ(engine.getCompiledBlockCount(), 0u);
}

/// argc / 3 upwards: exit(the result's last digit | the flags << 4).
static const uint32_t roundsUpwards[] = {
    0x00013583, // ld a1, 0(sp)
    0xd2058053, // fcvt.d.w ft0, a1
    0x00300293, // li t0, 3
    0xd20280d3, // fcvt.d.w ft1, t0
    0x00229073, // fsrm t0
    0x1a107153, // fdiv.d ft2, ft0, ft1
    0xe2010553, // fmv.x.d a0, ft2
    0x00f57513, // andi a0, a0, 15
    0x00102373, // frflags t1
    0x00431313, // slli t1, t1, 4
    0x00656533, // or a0, a0, t1
    kExit,      kSystemCall,
};

TEST_P(RISCVEngineKinds, KeepTheFloatEnvironment) {
  CodeRun run(roundsUpwards, 3);
  RISCVEngine &engine = run.run(GetParam().getOptions());
  EXPECT_EQ(run.getExitStatus(0), 0x16u);
  EXPECT_EQ(run.getExitStatus(1), 0x16u);
  EXPECT_EQ(run.getExitStatus(2), 0u);
  EXPECT_TRUE(vmir::needsFloatEnvironment(engine.getProgram()));
}

TEST(RISCVEngine, LearnsNothingOnceTheFloatEnvironmentIsNeeded) {
  // All is lifted once more then.
  CodeRun run(roundsUpwards);
  EXPECT_EQ(run.run({}).getProfile().lifts.size(), 1u);
}

/// What libm does around ordinary arithmetic: exit(0 < 0 + 0), quietly.
static const uint32_t looksAtTheMode[] = {
    0xd2000053, // fcvt.d.w ft0, zero
    0x00202373, // frrm t1
    0x00231073, // fsrm t1
    0x020070d3, // fadd.d ft1, ft0, ft0
    0x001022f3, // frflags t0
    0xa2101553, // flt.d a0, ft0, ft1
    0x00129073, // fsflags t0
    0x00000293, // li t0, 0
    kExit,      kSystemCall,
};

TEST_P(RISCVEngineKinds, StayNativeWhereNothingIsSeen) {
  CodeRun run(looksAtTheMode);
  RISCVEngine &engine = run.run(GetParam().getOptions());
  EXPECT_EQ(run.getExitStatus(), 0u);
  EXPECT_FALSE(vmir::needsFloatEnvironment(engine.getProgram()));
}

/// Jumps to argc * 0x1000, where there is nothing.
static const uint32_t jumpsAway[] = {
    0x00013503, // ld a0, 0(sp)
    0x00c51513, // slli a0, a0, 12
    0x00050067, // jr a0
};

TEST_P(RISCVEngineKinds, EndWhereNoCodeIs) {
  CodeRun run(jumpsAway, 2);
  run.run(GetParam().getOptions());
  EXPECT_EQ(run.group->getStatus(0),
            (ProcessStatus{ProcessStatus::Killed, 11}));
  EXPECT_EQ(run.group->describe(0),
            "signal 11: no code at 0x1000, jumped to from block 0x10000");
  EXPECT_EQ(run.group->describe(1),
            "signal 11: no code at 0x2000, jumped to from block 0x10000");
}

TEST(RISCVEngine, EndsWhereTheEntryIsNoCode) {
  riscv::GuestImage code = makeImage(jumpsAway);
  ProcessImage image;
  image.entry = 0x4000;
  std::vector<ProcessStart> starts(1);
  VMJIT_ASSERT_VALUE(ProcessGroup group,
                     ProcessGroup::create(image, {}, std::move(starts)));
  RISCVEngine engine(code, getDecoder(), {});
  expectSuccess(group.run(engine));
  EXPECT_EQ(group.getStatus(0), (ProcessStatus{ProcessStatus::Killed, 11}));
}

/// The second process enters a block in the middle, where only a register leads
/// to, while the first is inside of it: exit(getpid() + 1), exit(argc + 1).
static const uint32_t jumpsIntoBlock[] = {
    0x00013503, // ld a0, 0(sp)
    0x00000297, // auipc t0, 0
    0x00100393, // li t2, 1
    0x00751c63, // bne a0, t2, +24
    0x0ac00893, // li a7, 172          getpid
    kSystemCall,
    0x00150513, // addi a0, a0, 1      <- t0 + 20
    kExit,       kSystemCall,
    0x01428067, // jr 20(t0)
};

TEST_P(RISCVEngineKinds, EnterBlocksInTheMiddle) {
  CodeRun run(jumpsIntoBlock, 3);
  run.run(GetParam().getOptions());
  EXPECT_EQ(run.getExitStatus(0), 2u);
  EXPECT_EQ(run.getExitStatus(1), 3u);
  EXPECT_EQ(run.getExitStatus(2), 4u);
}
