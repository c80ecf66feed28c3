//===- HostDevice.cpp - This machine's CPU as a device ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Set-up of the workers and of ORC's linker. No LLVM target is needed: code
// comes as objects.
//
//===----------------------------------------------------------------------===//

#include "HostDeviceImpl.h"

#include "vmjit/Support/Error.h"
#include "llvm/ExecutionEngine/Orc/SelfExecutorProcessControl.h"
#include "llvm/Support/Threading.h"

using namespace llvm;
using namespace vmjit;

HostDevice::Impl::Impl(std::unique_ptr<orc::ExecutorProcessControl> process,
                       unsigned threadCount)
    : session(std::move(process)), linker(session), scratch(threadCount),
      workers(threadCount) {
  // By default they would be printed.
  session.setErrorReporter([this](Error error) {
    std::string text = toString(std::move(error));
    std::lock_guard lock(messagesMutex);
    messages += (messages.empty() ? "" : "; ") + text;
  });
}

HostDevice::Impl::~Impl() {
  // All code is unloaded already: kernels keep the device alive.
  consumeError(session.endSession());
}

std::string HostDevice::Impl::takeLinkerMessages() {
  std::lock_guard lock(messagesMutex);
  return std::exchange(messages, {});
}

HostDevice::HostDevice(const HostDeviceOptions &options,
                       std::unique_ptr<Impl> impl)
    : options(options), impl(std::move(impl)) {}

HostDevice::~HostDevice() = default;

Expected<std::shared_ptr<HostDevice>>
HostDevice::create(const HostDeviceOptions &options) {
  if (options.threadCount > kMaxThreads)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0} host threads; {1} are possible", options.threadCount,
                      kMaxThreads);
  if (options.maxSharedBytes > kMaxScratchBytes ||
      options.maxFrameBytes > kMaxScratchBytes)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "host memory limits can be {0} bytes at most",
                      kMaxScratchBytes);
  unsigned threadCount = options.threadCount;
  if (threadCount == 0)
    threadCount = std::clamp(hardware_concurrency().compute_thread_count(), 1U,
                             kMaxThreads);
  // Linking happens on the caller's thread.
  Expected<std::unique_ptr<orc::SelfExecutorProcessControl>> process =
      orc::SelfExecutorProcessControl::Create(
          nullptr, std::make_unique<orc::InPlaceTaskDispatcher>());
  if (!process)
    return makeError(ErrorCode::LoadingFailed,
                     "code cannot be loaded in this process: " +
                         toString(process.takeError()));
  return std::shared_ptr<HostDevice>(new HostDevice(
      options, std::make_unique<Impl>(std::move(*process), threadCount)));
}

unsigned HostDevice::getThreadCount() const {
  return impl->workers.getThreadCount();
}

bool HostDevice::isDone(uint64_t execution) {
  return impl->workers.isDone(execution);
}
