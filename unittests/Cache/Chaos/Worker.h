//===- Worker.h - A process that uses a cache -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_CACHE_CHAOS_WORKER_H
#define VMJIT_UNITTESTS_CACHE_CHAOS_WORKER_H

#include <cstdint>
#include <string>

namespace vmjit::chaos {

/// What a process of a round does.
enum class Role : uint8_t {
  /// Looks programs up and compiles them.
  User,
  /// As User; kills itself while it compiles and holds the lock.
  DiesCompiling,
  /// As User; is killed by the kernel in the middle of writing an entry.
  DiesWriting,
  /// As User; stops while it compiles, as in a debugger.
  Stops,
  /// Prunes, clears and removes entries.
  Cleaner,
  /// Truncates, flips, replaces and redates files.
  Vandal,
};

struct WorkerOptions {
  Role role = Role::User;
  std::string directory;
  uint64_t seed = 0;
  /// Gets a byte for each step.
  int progress = -1;
};

/// The exit status of a process in which all was right.
inline constexpr int kExitRight = 0;
inline constexpr int kExitWrong = 1;

/// Runs a worker; its exit status. What is wrong goes to standard error.
int runWorker(const WorkerOptions &options);

} // namespace vmjit::chaos

#endif // VMJIT_UNITTESTS_CACHE_CHAOS_WORKER_H
