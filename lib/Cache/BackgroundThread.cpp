//===- BackgroundThread.cpp - A thread that may fail to start ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackgroundThread.h"

#include <csignal>

using namespace vmjit;

static void *runFunction(void *function) {
  (*static_cast<std::function<void()> *>(function))();
  return nullptr;
}

bool BackgroundThread::start(std::function<void()> newFunction) {
  join();
  function = std::move(newFunction);
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  isRunning = pthread_create(&thread, nullptr, runFunction, &function) == 0;
  pthread_sigmask(SIG_SETMASK, &previous, nullptr);
  return isRunning;
}

void BackgroundThread::join() {
  if (isRunning)
    pthread_join(thread, nullptr);
  isRunning = false;
}
