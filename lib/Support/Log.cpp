//===- Log.cpp - What happens, for people -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The only file that includes spdlog. It is used as headers only, without
// exceptions, it and fmt in namespaces of our own: an application that links
// another version, or one that throws, would otherwise share its functions.
// spdlog's own file sinks throw, so there is one here.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/Log.h"

#include "vmjit/Support/EnvOptions.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>
#include <shared_mutex>

#define FMT_HEADER_ONLY
#define SPDLOG_HEADER_ONLY
#define SPDLOG_NO_EXCEPTIONS
#define spdlog vmjit_spdlog
#define fmt vmjit_fmt
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

using namespace llvm;
using namespace vmjit;

std::atomic<LogLevel> vmjit::detail::logLevel = LogLevel::Off;

static constexpr char kPattern[] =
    "[%Y-%m-%d %H:%M:%S.%e] [%n] [%P:%t] [%l] %v";

static spdlog::level::level_enum toSpdlog(LogLevel level) {
  switch (level) {
  case LogLevel::Off:
    return spdlog::level::off;
  case LogLevel::Error:
    return spdlog::level::err;
  case LogLevel::Warning:
    return spdlog::level::warn;
  case LogLevel::Info:
    return spdlog::level::info;
  case LogLevel::Debug:
    return spdlog::level::debug;
  }
  llvm_unreachable("every level has one of spdlog");
}

namespace {

/// Appends to a file, each message with one write, so that processes may share
/// it.
class StreamSink : public spdlog::sinks::base_sink<std::mutex> {
public:
  StreamSink(int descriptor, bool shouldClose)
      : stream(descriptor, shouldClose, /*unbuffered=*/true) {
    set_pattern(kPattern);
  }
  ~StreamSink() override { stream.clear_error(); }

private:
  void sink_it_(const spdlog::details::log_msg &message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    stream << StringRef(line.data(), line.size());
    // A full disk loses messages; it must not stop anything.
    stream.clear_error();
  }
  void flush_() override {}

  raw_fd_ostream stream;
};

/// The log's state beside its level.
struct Log {
  Log() { setSink(makeStandardError()); }

  static std::shared_ptr<StreamSink> makeStandardError() {
    return std::make_shared<StreamSink>(2, /*shouldClose=*/false);
  }
  void setSink(std::shared_ptr<StreamSink> sink) {
    callback = nullptr;
    logger = std::make_unique<spdlog::logger>("vmjit", std::move(sink));
    // vmjit's level decides.
    logger->set_level(spdlog::level::trace);
  }

  /// Shared while a message is on its way, so that who gets the lock knows
  /// that no callback runs.
  std::shared_mutex mutex;
  std::unique_ptr<spdlog::logger> logger;
  LogCallback callback;
  /// The environment has been read, or must not be any more.
  std::atomic<bool> isConfigured = false;
};

} // namespace

/// Never destroyed: threads may log while the process ends.
static Log &getLog() {
  static Log *log = new Log;
  return *log;
}

/// Whether this thread is in a callback.
static thread_local bool isInCallback = false;

/// \p text without control characters but newlines and tabs: it may quote what
/// comes from outside, and terminals act on them.
static std::string makePrintable(std::string text) {
  for (char &c : text)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') ||
        c == 0x7f)
      c = '?';
  return text;
}

void vmjit::logMessage(LogLevel level, const Twine &message) {
  if (level == LogLevel::Off || !isLogged(level) || isInCallback)
    return;
  std::string text = makePrintable(message.str());
  Log &log = getLog();
  std::shared_lock lock(log.mutex);
  if (log.callback) {
    isInCallback = true;
    log.callback(level, text);
    isInCallback = false;
    return;
  }
  log.logger->log(toSpdlog(level), spdlog::string_view_t(text));
}

LogLevel vmjit::getLogLevel() {
  return detail::logLevel.load(std::memory_order_relaxed);
}

void vmjit::setLogLevel(LogLevel level) {
  getLog().isConfigured = true;
  detail::logLevel = level;
}

static Error checkNotInCallback() {
  if (isInCallback)
    return makeError(ErrorCode::InvalidArgument,
                     "a log callback cannot change where the log goes");
  return Error::success();
}

Error vmjit::setLogCallback(LogCallback callback) {
  if (Error error = checkNotInCallback())
    return error;
  Log &log = getLog();
  std::unique_lock lock(log.mutex);
  log.isConfigured = true;
  log.setSink(Log::makeStandardError());
  log.callback = std::move(callback);
  return Error::success();
}

static Expected<std::shared_ptr<StreamSink>> openFile(StringRef path) {
  int descriptor;
  std::error_code failure = sys::fs::openFileForWrite(
      path, descriptor, sys::fs::CD_OpenAlways, sys::fs::OF_Append,
      sys::fs::owner_read | sys::fs::owner_write);
  if (failure)
    return makeErrorf(ErrorCode::Io, "cannot open the log file '{0}': {1}",
                      path, failure.message());
  return std::make_shared<StreamSink>(descriptor, /*shouldClose=*/true);
}

Error vmjit::setLogFile(StringRef path) {
  if (Error error = checkNotInCallback())
    return error;
  Expected<std::shared_ptr<StreamSink>> sink = openFile(path);
  if (!sink)
    return sink.takeError();
  Log &log = getLog();
  std::unique_lock lock(log.mutex);
  log.isConfigured = true;
  log.setSink(std::move(*sink));
  return Error::success();
}

Error vmjit::configureLogFromEnvironment() {
  if (Error error = checkNotInCallback())
    return error;
  Log &log = getLog();
  std::unique_lock lock(log.mutex);
  if (log.isConfigured)
    return Error::success();
  Expected<LogLevel> level = getEnvLog();
  if (!level)
    return level.takeError();
  Expected<std::string> path = getEnvLogFile();
  if (!path)
    return path.takeError();
  if (!path->empty()) {
    Expected<std::shared_ptr<StreamSink>> sink = openFile(*path);
    if (!sink)
      return withContext(sink.takeError(), "VMJIT_LOG_FILE");
    log.setSink(std::move(*sink));
  }
  detail::logLevel = *level;
  log.isConfigured = true;
  return Error::success();
}
