//===- Call.cpp - A call of a fake driver -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include <utility>

using namespace fake;

/// What a call has to wait for that put no work on a stream.
static void sufferFaults(Machine &machine, Lock &lock) {
  CallFaults faults = std::exchange(getThread().faults, {});
  if (faults.delay.count() > 0)
    machine.changed.wait_for(lock, faults.delay, [] { return false; });
  if (faults.hangs)
    machine.waitForRelease(lock);
}

static int begin(Machine &machine, unsigned flags) {
  if ((flags & Initialized) != 0 && !machine.isInitialized)
    return machine.violation("called before the driver was initialized",
                             NotInitialized);
  if ((flags & InContext) != InContext)
    return Success;
  Context *context = machine.getCurrent();
  if (!context)
    return machine.violation("no context is current", InvalidContext);
  return context->sticky;
}

int fake::callBody(const char *name, unsigned flags,
                   const std::function<int(Machine &, Lock &)> &body) {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  Thread &thread = getThread();
  thread.call = name;
  ++machine.callCounts[name];
  CallFaults faults = machine.settings.countCall(name);
  int code = std::exchange(faults.code, 0);
  if (code != 0 && (flags & Releases) == 0) {
    if (Context *context = machine.getCurrent(); context && isSticky(code))
      context->sticky = code;
    return code;
  }
  thread.faults = faults;
  int result = begin(machine, flags);
  if (result == Success)
    result = body(machine, lock);
  sufferFaults(machine, lock);
  if (code == 0)
    return result;
  if (Context *context = machine.getCurrent(); context && isSticky(code))
    context->sticky = code;
  return code;
}

//===----------------------------------------------------------------------===//
// What tests call
//===----------------------------------------------------------------------===//

/// Keeps \p text until the thread's next call.
static const char *keep(std::string text) {
  static thread_local std::string kept;
  kept = std::move(text);
  return kept.c_str();
}

#define VMJIT_FAKE_FUNCTION(Name, Result, ...)                                 \
  extern "C" __attribute__((visibility("default"))) Result Name(__VA_ARGS__);
VMJIT_FAKE_FUNCTIONS
#undef VMJIT_FAKE_FUNCTION

void fake_reset() {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  machine.reset(lock);
}

const char *fake_configure(const char *settings) {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  std::string wrong = machine.settings.parse(settings);
  return wrong.empty() ? nullptr : keep(std::move(wrong));
}

void fake_release() {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  machine.release();
}

uint64_t fake_call_count(const char *function) {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  auto found = machine.callCounts.find(function);
  return found == machine.callCounts.end() ? 0 : found->second;
}

const char *fake_violations() {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  return keep(machine.describeViolations());
}

const char *fake_leaks() {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  return keep(machine.describeLeaks());
}

const char *fake_report() {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  return keep(machine.describeViolations() + machine.describeLeaks());
}

uint64_t fake_kernels_launched() {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  return machine.launchCount;
}

uint64_t fake_kernels_run() { return 0; }

int fake_last_launch(fake_launch *launch) {
  Machine &machine = Machine::get();
  Lock lock(machine.mutex);
  *launch = machine.lastLaunch;
  return machine.launchCount > 0;
}

int fake_thread_context() {
  Thread &thread = getThread();
  return vendor.hasExplicitContexts
             ? static_cast<int>(thread.contextStack.size())
             : thread.device;
}
