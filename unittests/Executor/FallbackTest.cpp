//===- FallbackTest.cpp - Tests of the host taking over ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each stage fails on a mock, whose kernel leaves half-written memory, with
// each kind of argument: the host has to give right results, or the caller's
// memory has to be as it was.
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

using namespace llvm;
using namespace vmjit;

namespace {

/// A stage, and how it is made to fail.
struct FailingStage {
  const char *name;
  FallbackReason reason;
  /// The device may have written to its memory.
  bool wasLaunched;
  void (*inject)(TestExecutor &);
};

/// What a mock's kernel does that fails in the middle.
Error writeHalf(const MockLaunch &launch) {
  for (auto [param, arg] : llvm::zip(launch.entry.params, launch.launch.args)) {
    auto *words = *static_cast<uint64_t **>(arg);
    if (param.type == vmir::ParamType::Buffer && words)
      std::fill_n(words, AccumulateRun::kCount / 2, 0xdeadULL);
  }
  return makeGpuError(GpuErrorKind::KernelExecutionFailed, "in the middle");
}

const FailingStage kStages[] = {
    {"Initialization", FallbackReason::Initialization, false,
     [](TestExecutor &test) {
       test.mock->failAlways(MockCall::Initialize,
                             GpuErrorKind::DeviceInitializationFailed);
     }},
    {"Target", FallbackReason::Compilation, false,
     [](TestExecutor &test) {
       test.mock->failAlways(MockCall::GetTarget, GpuErrorKind::Other);
     }},
    {"Compilation", FallbackReason::Compilation, false,
     [](TestExecutor &test) {
       test.compiler->hook = [compiler = test.compiler.get()](auto &) {
         return compiler->compilations == 1
                    ? makeError(ErrorCode::CompilationFailed, "not today")
                    : Error::success();
       };
     }},
    {"CompilerOutOfMemory", FallbackReason::Compilation, false,
     [](TestExecutor &test) {
       test.compiler->hook = [compiler = test.compiler.get()](auto &) {
         return compiler->compilations == 1
                    ? makeError(ErrorCode::OutOfMemory, "not today")
                    : Error::success();
       };
     }},
    {"Loading", FallbackReason::Loading, false,
     [](TestExecutor &test) {
       test.mock->failAlways(MockCall::Load, GpuErrorKind::KernelLoadingFailed);
     }},
    {"Allocation", FallbackReason::Allocation, false,
     [](TestExecutor &test) {
       test.mock->failAlways(MockCall::Allocate,
                             GpuErrorKind::MemoryAllocationFailed);
     }},
    {"Launch", FallbackReason::Launch, true,
     [](TestExecutor &test) {
       test.mock->failAlways(MockCall::Launch,
                             GpuErrorKind::KernelExecutionFailed);
     }},
    {"Kernel", FallbackReason::Launch, true,
     [](TestExecutor &test) { test.mock->setKernel(writeHalf); }},
};

class Fallback : public testing::TestWithParam<FailingStage> {
protected:
  void expectTakenOver(Expected<ExecutionResult> result, TestExecutor &test,
                       FallbackReason reason) {
    ASSERT_TRUE(static_cast<bool>(result)) << toString(result.takeError());
    EXPECT_EQ(result->device, getTestHost());
    EXPECT_EQ(result->fallback, reason);
    EXPECT_FALSE(result->fallbackMessage.empty());
    EXPECT_EQ(test.getFallbacks(reason), 1u);
    EXPECT_EQ(test->getStatistics().getFallbackCount(), 1u);
    EXPECT_EQ(test->getStatistics().successes, 1u);
  }
};

/// An accumulate run in one buffer of the mock.
struct BufferRun {
  explicit BufferRun(MockCompute &mock)
      : mock(mock), buffer(cantFail(mock.allocateMemory(kBytes))) {
    AccumulateRun run;
    std::vector<uint64_t> words = run.in;
    words.insert(words.end(), run.inout.begin(), run.inout.end());
    words.insert(words.end(), run.out.begin(), run.out.end());
    cantFail(mock.copyH2D(buffer,
                          {reinterpret_cast<uint8_t *>(words.data()), kBytes}));
  }

  static constexpr uint64_t kPart = 8 * AccumulateRun::kCount;
  static constexpr uint64_t kBytes = 3 * kPart;

  Expected<ExecutionResult> run(Executor &executor) {
    ExecutorArg args[] = {
        ExecutorArg::buffer(buffer), ExecutorArg::buffer(buffer, kPart),
        ExecutorArg::buffer(buffer, 2 * kPart), GpuArg::u64(5)};
    return executor.execute(makeAccumulate(), AccumulateRun().getRequest(args));
  }
  uint64_t getWord(size_t index) {
    uint64_t word = 0;
    cantFail(mock.copyD2H({reinterpret_cast<uint8_t *>(&word), 8}, buffer,
                          8 * index));
    return word;
  }
  void expectDone() {
    EXPECT_EQ(getWord(0), 0u);
    EXPECT_EQ(getWord(100), 1u + 1000 + 5);
    EXPECT_EQ(getWord(299), 1099u);
  }

  MockCompute &mock;
  GpuBuffer buffer;
};

} // namespace

TEST_P(Fallback, StartsFromTheSameHostMemory) {
  TestExecutor test = makeMockExecutor();
  GetParam().inject(test);
  AccumulateRun run;
  expectTakenOver(run.run(*test.executor, makeAccumulate()), test,
                  GetParam().reason);
  run.expectDone();
}

TEST_P(Fallback, IsAnErrorWhereItIsSwitchedOff) {
  TestExecutor test = makeMockExecutor({.cpuFallback = false});
  GetParam().inject(test);
  AccumulateRun run;
  Expected<ExecutionResult> result = run.run(*test.executor, makeAccumulate());
  EXPECT_FALSE(static_cast<bool>(result));
  consumeError(result.takeError());
  run.expectUntouched();
  EXPECT_EQ(test->getStatistics().failures, 1u);
  EXPECT_EQ(test->getStatistics().getFallbackCount(), 0u);
}

TEST_P(Fallback, WorksOnTheSameHarts) {
  TestExecutor test = makeMockExecutor();
  // In hart mode all that the mock's kernel can spoil is reached through the
  // launch record.
  GetParam().inject(test);
  Expected<PreparedProgram> prepared = test->prepare(makeSum());
  ASSERT_TRUE(static_cast<bool>(prepared)) << toString(prepared.takeError());
  if (GetParam().reason == FallbackReason::Launch)
    test.mock->setKernel([](const MockLaunch &launch) {
      auto *record = *static_cast<vmjit_hart_launch **>(launch.launch.args[0]);
      std::fill_n(reinterpret_cast<uint64_t *>(record->state), 1000, 7);
      *reinterpret_cast<uint64_t *>(record->regions[0].data) = 7;
      return makeGpuError(GpuErrorKind::KernelExecutionFailed, "broken");
    });
  if (GetParam().name == StringRef("CompilerOutOfMemory"))
    GTEST_SKIP() << "prepare has met the only failure";
  SumRun run = SumRun::create(prepared->getStateLayout(), 100);
  expectTakenOver(
      test->executeHarts(*prepared, run.state, run.memory, SumRun::kReturnPc),
      test, GetParam().reason);
  run.expectDone();
}

TEST_P(Fallback, CopiesBuffersUnlessTheyMayBeHalfWritten) {
  TestExecutor test = makeMockExecutor();
  if (GetParam().reason == FallbackReason::Initialization)
    GTEST_SKIP() << "there are no buffers on such a device";
  BufferRun run(*test.mock);
  GetParam().inject(test);
  if (!GetParam().wasLaunched) {
    expectTakenOver(run.run(*test.executor), test, GetParam().reason);
    run.expectDone();
    return;
  }
  expectError(run.run(*test.executor), ErrorCode::ExecutionFailed,
              "may be half written");
  EXPECT_EQ(test->getStatistics().getFallbackCount(), 0u);
}

TEST_P(Fallback, LeavesRawAddressesToTheirDevice) {
  TestExecutor test = makeMockExecutor();
  GetParam().inject(test);
  AccumulateRun run;
  std::vector<ExecutorArg> args = run.getArgs();
  args[0] = GpuArg::rawPointer(0);
  Expected<ExecutionResult> result =
      test->execute(makeAccumulate(), run.getRequest(args));
  ASSERT_FALSE(static_cast<bool>(result));
  EXPECT_THAT(toString(result.takeError()),
              testing::HasSubstr("an argument is an address on the device"));
  run.expectUntouched();
}

INSTANTIATE_TEST_SUITE_P(Stages, Fallback, testing::ValuesIn(kStages),
                         [](const auto &info) {
                           return std::string(info.param.name);
                         });

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

TEST(FallbackCopies, AnyFailingCopyLeavesHostMemoryAsItWas) {
  // in and inout go there, inout and out come back.
  for (unsigned nth = 1; nth <= 4; ++nth) {
    TestExecutor test = makeMockExecutor();
    cantFail(test->prepare(makeAccumulate()));
    test.mock->setKernel([](const MockLaunch &launch) {
      consumeError(writeHalf(launch));
      return Error::success();
    });
    test.mock->failCall(MockCall::Copy, nth, GpuErrorKind::MemoryCopyFailed);
    AccumulateRun run;
    VMJIT_ASSERT_VALUE(ExecutionResult result,
                       run.run(*test.executor, makeAccumulate()));
    EXPECT_EQ(result.fallback,
              nth <= 2 ? FallbackReason::CopyIn : FallbackReason::CopyOut)
        << nth;
    run.expectDone();
  }
  // One more would not be met.
  TestExecutor test = makeMockExecutor();
  test.mock->failCall(MockCall::Copy, 5, GpuErrorKind::MemoryCopyFailed);
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.fallback, FallbackReason::None);
}

TEST(FallbackCopies, AFailingFillIsTakenOver) {
  TestExecutor test = makeMockExecutor();
  test.mock->failCall(MockCall::Fill, 1, GpuErrorKind::MemoryCopyFailed);
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.fallback, FallbackReason::CopyIn);
  run.expectDone();
}

TEST(FallbackCopies, AnyFailingCopyLeavesHartsAsTheyWere) {
  // State, memory and record go there, state and memory come back.
  for (unsigned nth = 1; nth <= 5; ++nth) {
    TestExecutor test = makeMockExecutor();
    VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
    test.mock->setKernel([](const MockLaunch &launch) {
      auto *record = *static_cast<vmjit_hart_launch **>(launch.launch.args[0]);
      std::fill_n(reinterpret_cast<uint64_t *>(record->state), 1000, 7);
      return Error::success();
    });
    test.mock->failCall(MockCall::Copy, nth, GpuErrorKind::MemoryCopyFailed);
    SumRun run = SumRun::create(prepared.getStateLayout(), 100);
    VMJIT_ASSERT_VALUE(
        ExecutionResult result,
        test->executeHarts(prepared, run.state, run.memory, SumRun::kReturnPc));
    EXPECT_EQ(result.fallback,
              nth <= 3 ? FallbackReason::CopyIn : FallbackReason::CopyOut)
        << nth;
    run.expectDone();
  }
}

//===----------------------------------------------------------------------===//
// What is no reason to fall back
//===----------------------------------------------------------------------===//

TEST(FallbackRefused, ForCallersMistakes) {
  TestExecutor test = makeMockExecutor();
  AccumulateRun run;
  std::vector<ExecutorArg> args = run.getArgs();
  KernelRequest request = run.getRequest(args);
  request.block = {0};
  expectError(test->execute(makeAccumulate(), request),
              ErrorCode::InvalidArgument, "block");
  run.expectUntouched();
  EXPECT_EQ(test->getStatistics().getFallbackCount(), 0u);
}

TEST(FallbackRefused, WhereTheCompilerFindsTheProgramInvalid) {
  TestExecutor test = makeMockExecutor();
  test.compiler->hook = [](auto &) {
    return makeError(ErrorCode::InvalidProgram, "it has no meaning");
  };
  AccumulateRun run;
  expectError(run.run(*test.executor, makeAccumulate()),
              ErrorCode::InvalidProgram, "it has no meaning");
  EXPECT_EQ(test->getStatistics().getFallbackCount(), 0u);
}

TEST(FallbackRefused, WhenTheHostFailsToo) {
  TestExecutor test = makeMockExecutor();
  test.mock->failAlways(MockCall::Load, GpuErrorKind::KernelLoadingFailed);
  test.compiler->hook = [compiler = test.compiler.get()](auto &) {
    return compiler->compilations == 2
               ? makeError(ErrorCode::CompilationFailed, "not for the host")
               : Error::success();
  };
  AccumulateRun run;
  Expected<ExecutionResult> result = run.run(*test.executor, makeAccumulate());
  ASSERT_FALSE(static_cast<bool>(result));
  std::string message = toString(result.takeError());
  EXPECT_THAT(message, testing::HasSubstr("not for the host"));
  EXPECT_THAT(message, testing::HasSubstr("did not load the code"));
  run.expectUntouched();
  EXPECT_EQ(test.getFallbacks(FallbackReason::Loading), 1u);
  EXPECT_EQ(test->getStatistics().failures, 1u);
}

TEST(FallbackDevices, IsForgottenWhenTheDeviceWorksAgain) {
  TestExecutor test = makeMockExecutor();
  test.mock->failAlways(MockCall::Load, GpuErrorKind::KernelLoadingFailed);
  AccumulateRun first;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     first.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.fallback, FallbackReason::Loading);
  test.mock->clear();
  AccumulateRun second;
  VMJIT_ASSERT_VALUE(result, second.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.fallback, FallbackReason::None);
  EXPECT_EQ(result.device, test.mock);
}

TEST(FallbackDevices, DoesNotCompileAgainWhatDoesNotCompile) {
  TestExecutor test = makeMockExecutor();
  test.compiler->hook = [compiler = test.compiler.get()](auto &) {
    return compiler->compilations == 1
               ? makeError(ErrorCode::CompilationFailed, "never")
               : Error::success();
  };
  for (int i = 0; i < 3; ++i) {
    AccumulateRun run;
    VMJIT_ASSERT_VALUE(ExecutionResult result,
                       run.run(*test.executor, makeAccumulate()));
    EXPECT_EQ(result.fallback, FallbackReason::Compilation);
    EXPECT_THAT(result.fallbackMessage, testing::HasSubstr("never"));
    run.expectDone();
  }
  // Once for the mock, once for the host.
  EXPECT_EQ(test.compiler->compilations, 2u);
}

TEST(FallbackDevices, TakesOverFromADeviceThatWorksInHostMemory) {
  TestExecutor test = makeMockExecutor({}, {.sharesHostMemory = true});
  test.mock->setKernel(writeHalf);
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.fallback, FallbackReason::Launch);
  run.expectDone();
}

TEST(FallbackDevices, TakesOverFromALostDevice) {
  TestExecutor test = makeMockExecutor();
  cantFail(test->prepare(makeAccumulate()));
  test.mock->lose();
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.device, getTestHost());
  run.expectDone();
}

TEST(FallbackDevices, LeavesNothingBehind) {
  std::shared_ptr<MockCompute> mock;
  {
    TestExecutor test = makeMockExecutor();
    mock = test.mock;
    mock->failCall(MockCall::Launch, 1, GpuErrorKind::KernelExecutionFailed);
    mock->failCall(MockCall::Copy, 7, GpuErrorKind::MemoryCopyFailed);
    for (int i = 0; i < 3; ++i) {
      AccumulateRun run;
      cantFail(run.run(*test.executor, makeAccumulate()));
    }
  }
  cantFail(mock->trimMemory());
  EXPECT_EQ(mock->getAllocationCount(), 0u);
}
