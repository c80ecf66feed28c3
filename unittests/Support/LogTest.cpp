//===- LogTest.cpp - What happens, for people -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The log is one for the process: each test leaves it as tests expect it, off
// and to a callback that does nothing.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/Log.h"

#include "ScopedVariable.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <mutex>
#include <thread>

using namespace llvm;
using namespace vmjit;
using testing::ElementsAre;
using testing::MatchesRegex;

namespace {

/// A log at some level that goes to a list.
class LogTest : public testing::Test {
protected:
  void SetUp() override {
    cantFail(setLogCallback([this](LogLevel level, StringRef message) {
      std::lock_guard lock(mutex);
      messages.push_back((getLogLevelName(level) + ": " + message).str());
    }));
  }
  void TearDown() override {
    setLogLevel(LogLevel::Off);
    cantFail(setLogCallback([](LogLevel, StringRef) {}));
  }

  std::mutex mutex;
  std::vector<std::string> messages;
};

/// The path of a file that does not exist; it is removed at the end.
struct TemporaryFile {
  TemporaryFile() {
    cantFail(errorCodeToError(
        sys::fs::createTemporaryFile("vmjit-log", "txt", path)));
    cantFail(errorCodeToError(sys::fs::remove(path)));
  }
  ~TemporaryFile() { (void)sys::fs::remove(path); }
  std::vector<std::string> readLines() const {
    auto text = cantFail(errorOrToExpected(MemoryBuffer::getFile(path)));
    std::vector<std::string> lines;
    for (StringRef line : split(text->getBuffer().rtrim('\n'), '\n'))
      lines.push_back(line.str());
    return lines;
  }
  SmallString<128> path;
};

/// Counts how often it is formatted.
struct Counted {
  int *count;
};

} // namespace

template <> struct llvm::format_provider<Counted> {
  static void format(const Counted &value, raw_ostream &os, StringRef) {
    ++*value.count;
  }
};

// Before any other: the state in which a process starts.
TEST(Log, IsSilentAtFirst) {
  EXPECT_EQ(getLogLevel(), LogLevel::Off);
  EXPECT_FALSE(isLogged(LogLevel::Error));
  testing::internal::CaptureStderr();
  logMessage(LogLevel::Error, "nobody wants to know");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

// Also before others: the environment counts only until somebody sets the log.
TEST(Log, FollowsTheEnvironmentOnce) {
  TemporaryFile file;
  {
    ScopedVariable level("VMJIT_LOG", "loud");
    EXPECT_EQ(getErrorCode(configureLogFromEnvironment()),
              ErrorCode::InvalidArgument);
  }
  {
    ScopedVariable level("VMJIT_LOG", "info");
    ScopedVariable path("VMJIT_LOG_FILE", "/nonexistent/folder/log");
    Error error = configureLogFromEnvironment();
    EXPECT_EQ(getErrorCode(error), ErrorCode::Io);
    EXPECT_THAT(toString(std::move(error)), MatchesRegex("VMJIT_LOG_FILE: .*"));
  }
  EXPECT_EQ(getLogLevel(), LogLevel::Off);
  ScopedVariable path("VMJIT_LOG_FILE", file.path.c_str());
  {
    ScopedVariable level("VMJIT_LOG", "info");
    ASSERT_FALSE(errorToBool(configureLogFromEnvironment()));
  }
  EXPECT_EQ(getLogLevel(), LogLevel::Info);
  logMessage(LogLevel::Info, "hello");
  logMessage(LogLevel::Debug, "not this");
  ScopedVariable level("VMJIT_LOG", "debug");
  ASSERT_FALSE(errorToBool(configureLogFromEnvironment()));
  EXPECT_EQ(getLogLevel(), LogLevel::Info);
  EXPECT_THAT(file.readLines(),
              ElementsAre(MatchesRegex(
                  "\\[....-..-.. ..:..:...*\\] \\[vmjit\\] .* \\[info\\] "
                  "hello")));
  setLogLevel(LogLevel::Off);
}

TEST_F(LogTest, TakesItsLevelAndWhatIsMoreSerious) {
  setLogLevel(LogLevel::Warning);
  logMessage(LogLevel::Error, "one");
  logMessage(LogLevel::Warning, "two");
  logMessage(LogLevel::Info, "three");
  logMessage(LogLevel::Off, "four");
  EXPECT_THAT(messages, ElementsAre("error: one", "warning: two"));
}

TEST_F(LogTest, FormatsOnlyWhatItTakes) {
  int count = 0;
  setLogLevel(LogLevel::Info);
  logMessagef(LogLevel::Debug, "{0}", Counted{&count});
  EXPECT_EQ(count, 0);
  logMessagef(LogLevel::Info, "{0}", Counted{&count});
  EXPECT_EQ(count, 1);
  logMessagef(LogLevel::Info, "{0} of {1}", 1, "two");
  EXPECT_THAT(messages, ElementsAre("info: ", "info: 1 of two"));
}

TEST_F(LogTest, NeutralizesControlCharacters) {
  setLogLevel(LogLevel::Info);
  logMessage(LogLevel::Info, StringRef("a\x1b[2J\tb\nc\rd\0e\x7f", 14));
  EXPECT_THAT(messages, ElementsAre("info: a?[2J\tb\nc?d?e?"));
}

TEST_F(LogTest, DropsWhatACallbackLogs) {
  setLogLevel(LogLevel::Info);
  unsigned calls = 0;
  ASSERT_FALSE(errorToBool(setLogCallback([&](LogLevel, StringRef) {
    ++calls;
    logMessage(LogLevel::Error, "again");
    EXPECT_EQ(getErrorCode(setLogCallback(nullptr)),
              ErrorCode::InvalidArgument);
    EXPECT_EQ(getErrorCode(setLogFile("/dev/null")),
              ErrorCode::InvalidArgument);
    EXPECT_EQ(getErrorCode(configureLogFromEnvironment()),
              ErrorCode::InvalidArgument);
  })));
  logMessage(LogLevel::Info, "once");
  logMessage(LogLevel::Info, "twice");
  EXPECT_EQ(calls, 2u);
}

TEST_F(LogTest, AppendsToAFileOfItsOwner) {
  TemporaryFile file;
  setLogLevel(LogLevel::Info);
  for (const char *message : {"first", "second"}) {
    ASSERT_FALSE(errorToBool(setLogFile(file.path)));
    logMessage(LogLevel::Info, message);
  }
  EXPECT_THAT(file.readLines(),
              ElementsAre(MatchesRegex(".* first"), MatchesRegex(".* second")));
  auto permissions = sys::fs::getPermissions(file.path);
  ASSERT_TRUE(bool(permissions));
  EXPECT_EQ(*permissions, sys::fs::owner_read | sys::fs::owner_write);
}

TEST_F(LogTest, StaysAsItIsIfTheFileCannotBeOpened) {
  setLogLevel(LogLevel::Info);
  Error error = setLogFile("/nonexistent/folder/log");
  EXPECT_EQ(getErrorCode(error), ErrorCode::Io);
  consumeError(std::move(error));
  logMessage(LogLevel::Info, "still here");
  EXPECT_THAT(messages, ElementsAre("info: still here"));
}

TEST_F(LogTest, SurvivesAFullDisk) {
  if (!sys::fs::exists("/dev/full"))
    GTEST_SKIP() << "no /dev/full";
  setLogLevel(LogLevel::Info);
  ASSERT_FALSE(errorToBool(setLogFile("/dev/full")));
  logMessage(LogLevel::Info, "lost");
  ASSERT_FALSE(errorToBool(setLogCallback(nullptr)));
}

TEST_F(LogTest, WritesToStandardErrorWithoutACallback) {
  setLogLevel(LogLevel::Error);
  testing::internal::CaptureStderr();
  ASSERT_FALSE(errorToBool(setLogCallback(nullptr)));
  logMessage(LogLevel::Error, "seen");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              MatchesRegex(".*\\[error\\] seen\n"));
}

TEST_F(LogTest, NoCallbackRunsOnceItIsReplaced) {
  setLogLevel(LogLevel::Info);
  std::atomic<bool> isDone = false;
  std::atomic<uint64_t> logged = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      while (!isDone) {
        logMessagef(LogLevel::Info, "{0}", logged.load());
        ++logged;
      }
    });
  for (int i = 0; i < 200; ++i) {
    auto target = std::make_unique<std::atomic<uint64_t>>(0);
    cantFail(
        setLogCallback([raw = target.get()](LogLevel, StringRef) { ++*raw; }));
    uint64_t seen = logged;
    while (logged < seen + 8)
      std::this_thread::yield();
    EXPECT_GT(*target, 0u);
    cantFail(setLogCallback([](LogLevel, StringRef) {}));
    // A callback that still ran would use what is freed here.
  }
  isDone = true;
  for (std::thread &thread : threads)
    thread.join();
}

TEST(LogLevel, NamesAreReadAsWritten) {
  for (auto level : {LogLevel::Off, LogLevel::Error, LogLevel::Warning,
                     LogLevel::Info, LogLevel::Debug})
    EXPECT_EQ(parseLogLevel(getLogLevelName(level)), level);
  EXPECT_EQ(parseLogLevel("Debug"), std::nullopt);
  EXPECT_EQ(parseLogLevel(""), std::nullopt);
}
