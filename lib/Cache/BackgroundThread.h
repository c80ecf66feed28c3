//===- BackgroundThread.h - A thread that may fail to start -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CACHE_BACKGROUNDTHREAD_H
#define VMJIT_LIB_CACHE_BACKGROUNDTHREAD_H

#include <functional>
#include <pthread.h>

namespace vmjit {

/// Runs one function at a time beside its owner. Neither std::thread nor
/// llvm::thread will do: without exceptions they end the process where
/// there can be no more threads. Not for use by several threads at a time.
class BackgroundThread {
public:
  BackgroundThread() = default;
  BackgroundThread(const BackgroundThread &) = delete;
  BackgroundThread &operator=(const BackgroundThread &) = delete;
  ~BackgroundThread() { join(); }

  /// Runs \p function after the one before has ended, for which it waits.
  /// Signals stay with the other threads. False if no thread can be made.
  bool start(std::function<void()> function);
  /// Waits until the function, if there is one, has returned.
  void join();

private:
  std::function<void()> function;
  pthread_t thread;
  bool isRunning = false;
};

} // namespace vmjit

#endif // VMJIT_LIB_CACHE_BACKGROUNDTHREAD_H
