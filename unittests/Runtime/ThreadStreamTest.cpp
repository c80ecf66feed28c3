//===- ThreadStreamTest.cpp - Tests of streams that are threads -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/ThreadStream.h"

#include "GpuErrorExpectations.h"

#include <future>

using namespace llvm;
using namespace vmjit;

static Error fail(StringRef text) {
  return makeGpuError(GpuErrorKind::KernelExecutionFailed, text);
}

TEST(ThreadStream, WorksInOrder) {
  ThreadStreamSet streams;
  auto stream = streams.create();
  std::vector<int> done;
  for (int i = 0; i < 100; ++i)
    stream->getQueue().submit([&done, i] {
      done.push_back(i);
      return Error::success();
    });
  expectSuccess(stream->getQueue().synchronize());
  ASSERT_EQ(done.size(), 100u);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
}

TEST(ThreadStream, FinishesItsWorkBeforeItGoes) {
  ThreadStreamSet streams;
  auto stream = streams.create();
  std::promise<void> mayEnd;
  bool isDone = false;
  stream->getQueue().submit([&, end = mayEnd.get_future()]() mutable {
    end.wait();
    return Error::success();
  });
  stream->getQueue().submit([&] {
    isDone = true;
    return Error::success();
  });
  EXPECT_FALSE(cantFail(stream->getQueue().isIdle()));
  mayEnd.set_value();
  stream.reset();
  EXPECT_TRUE(isDone);
}

TEST(ThreadStream, KeepsTheFirstFailureOnceAndGoesOn) {
  ThreadStreamSet streams;
  auto stream = streams.create();
  bool isDone = false;
  stream->getQueue().submit([] { return fail("first"); });
  stream->getQueue().submit([] { return fail("second"); });
  stream->getQueue().submit([&] {
    isDone = true;
    return Error::success();
  });
  expectGpuError(stream->getQueue().synchronize(),
                 GpuErrorKind::KernelExecutionFailed, "first");
  EXPECT_TRUE(isDone);
  expectSuccess(stream->getQueue().synchronize());
  EXPECT_TRUE(cantFail(stream->getQueue().isIdle()));
}

TEST(ThreadStream, EventsFailWithTheWorkBeforeThem) {
  ThreadStreamSet streams;
  auto stream = streams.create();
  ThreadEvent before;
  ThreadEvent after;
  stream->record(before);
  stream->getQueue().submit([] { return fail("between"); });
  stream->record(after);
  expectSuccess(before.synchronize());
  expectGpuError(after.synchronize(), GpuErrorKind::KernelExecutionFailed,
                 "between");
  expectGpuError(after.isDone(), GpuErrorKind::KernelExecutionFailed);
  EXPECT_TRUE(cantFail(before.isDone()));
}

TEST(ThreadStream, WaitsForEventsOfOtherStreams) {
  ThreadStreamSet streams;
  auto first = streams.create();
  auto second = streams.create();
  std::promise<void> mayEnd;
  std::vector<int> done;
  first->getQueue().submit([&, end = mayEnd.get_future()]() mutable {
    end.wait();
    done.push_back(1);
    return Error::success();
  });
  {
    // It may go before it is reached.
    ThreadEvent event;
    first->record(event);
    EXPECT_FALSE(cantFail(event.isDone()));
    second->waitFor(event);
  }
  second->getQueue().submit([&] {
    done.push_back(2);
    return Error::success();
  });
  EXPECT_FALSE(cantFail(second->getQueue().isIdle()));
  mayEnd.set_value();
  expectSuccess(streams.synchronize());
  EXPECT_THAT(done, testing::ElementsAre(1, 2));
}

TEST(ThreadStream, EventsThatWereNeverRecordedAreDone) {
  ThreadEvent event;
  EXPECT_TRUE(cantFail(event.isDone()));
  expectSuccess(event.synchronize());
  ThreadStreamSet streams;
  auto stream = streams.create();
  stream->waitFor(event);
  expectSuccess(stream->getQueue().synchronize());
}

TEST(ThreadStreamSet, TellsTheFirstFailureOfAll) {
  ThreadStreamSet streams;
  auto first = streams.create();
  auto second = streams.create();
  second->getQueue().submit([] { return fail("of the second"); });
  expectGpuError(streams.synchronize(), GpuErrorKind::KernelExecutionFailed,
                 "of the second");
  expectSuccess(streams.synchronize());
}
