//===- Log.h - What happens, for people -------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// One log for the process. It is silent until somebody asks for messages: by
// the environment (VMJIT_LOG, VMJIT_LOG_FILE), which programs and contexts of
// the C API read when they start, or by setLogLevel.
//
//   logMessagef(LogLevel::Debug, "compiled {0} in {1} us", name, micros);
//
// A message is whole sentences without a newline at the end. It must not hold
// contents of memory, arguments of kernels, or anything of the environment but
// what EnvOptions.def lists.
//
// Any function may be called from any thread at any time.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_SUPPORT_LOG_H
#define VMJIT_SUPPORT_LOG_H

#include "vmjit/Support/LogLevel.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

#include <atomic>
#include <functional>

namespace vmjit {

namespace detail {
extern std::atomic<LogLevel> logLevel;
} // namespace detail

/// Whether a message of \p level goes anywhere. One relaxed load.
inline bool isLogged(LogLevel level) {
  return level <= detail::logLevel.load(std::memory_order_relaxed);
}

/// Logs \p message. Costs nothing but the check if it is not wanted; what is
/// expensive to find out goes behind isLogged.
void logMessage(LogLevel level, const llvm::Twine &message);

/// As above, from a formatv format string and its arguments.
template <class... Args>
void logMessagef(LogLevel level, const char *format, Args &&...args) {
  if (isLogged(level))
    logMessage(level, llvm::formatv(format, std::forward<Args>(args)...).str());
}

/// What the log takes.
LogLevel getLogLevel();
void setLogLevel(LogLevel level);

/// Gets each message that the log takes. Called from the thread that logs, many
/// at a time; what it logs itself is dropped.
using LogCallback = std::function<void(LogLevel, llvm::StringRef message)>;

/// Sends messages to \p callback only. When a function below or this one
/// returns, no thread is in a callback that was set before. Null: standard
/// error again. Fails with InvalidArgument if called by a callback.
llvm::Error setLogCallback(LogCallback callback);

/// Appends messages to the file at \p path only, a line each. It is made if it
/// is not there, readable by its owner alone. Fails with Io if it cannot be
/// opened, and then leaves the log as it was; what cannot be written later is
/// lost. Fails with InvalidArgument if called by a callback.
llvm::Error setLogFile(llvm::StringRef path);

/// Does what VMJIT_LOG and VMJIT_LOG_FILE say, if they are set; what is not set
/// stays. Only the first call that succeeds does anything, and none after
/// setLogLevel, setLogCallback or setLogFile has been called: programs come
/// before the environment.
llvm::Error configureLogFromEnvironment();

} // namespace vmjit

#endif // VMJIT_SUPPORT_LOG_H
