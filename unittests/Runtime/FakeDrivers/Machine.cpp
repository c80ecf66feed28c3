//===- Machine.cpp - The devices behind the fake drivers --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include <algorithm>
#include <cstdio>

using namespace fake;

Thread &fake::getThread() {
  static thread_local Thread thread;
  uint64_t generation = Machine::get().generation;
  if (thread.generation != generation) {
    thread = Thread();
    thread.generation = generation;
  }
  return thread;
}

const ResultText *fake::findResultText(int result) {
  switch (result) {
#define FAKE_RESULT(Name, Value, CUDAName, HIPName, Text)                      \
  case Value: {                                                                \
    static constexpr ResultText text = {CUDAName, HIPName, Text};              \
    return &text;                                                              \
  }
#include "Results.def"
  default:
    return nullptr;
  }
}

bool fake::isSticky(int result) {
  switch (result) {
  case ECCUncorrectable:
  case IllegalAddress:
  case LaunchTimeout:
  case ContextIsDestroyed:
  case Assert:
  case IllegalInstruction:
  case MisalignedAddress:
  case LaunchFailed:
    return true;
  default:
    return false;
  }
}

/// Where the settings want it.
static void writeReport(const Machine &machine) {
  const std::string &path = machine.settings.reportPath;
  if (path.empty())
    return;
  std::string text = machine.describeViolations() + machine.describeLeaks();
  FILE *file = path == "-" ? stderr : std::fopen(path.c_str(), "w");
  if (!file)
    return;
  std::fputs(text.empty() ? "fake driver: all is well\n" : text.c_str(), file);
  if (file != stderr)
    std::fclose(file);
}

/// At exit. Work may still be under way.
static void finish() {
  Machine &machine = Machine::get();
  std::unique_lock lock(machine.mutex);
  writeReport(machine);
  machine.shutDown(lock);
}

Machine::Machine() {
  std::unique_lock lock(mutex);
  reset(lock);
}

Machine &Machine::get() {
  // Never destroyed: whoever is destroyed later may still call.
  static Machine &machine = *[] {
    auto *made = new Machine;
    std::atexit(finish);
    return made;
  }();
  return machine;
}

void Machine::reset(std::unique_lock<std::mutex> &lock) {
  stopWorkers(lock);
  objects.clear();
  contexts.clear();
  memory.clear();
  violations.clear();
  callCounts.clear();
  settings = Settings();
  settings.chip = vendor.defaultChip;
  settings.driverVersion = vendor.defaultVersion;
  isInitialized = false;
  ++generation;
  launchCount = 0;
  lastLaunch = {};
  if (const char *text = std::getenv("VMJIT_FAKE_DRIVER"))
    if (std::string wrong = settings.parse(text); !wrong.empty())
      violations.push_back("VMJIT_FAKE_DRIVER: " + wrong);
}

int Machine::violation(const std::string &what, int result) {
  constexpr size_t maxViolations = 100;
  if (violations.size() < maxViolations)
    violations.push_back(std::string(getThread().call) + ": " + what);
  return result;
}

std::string Machine::describeViolations() const {
  std::string text;
  for (const std::string &violation : violations)
    text += "violation: " + violation + "\n";
  return text;
}

/// What is in a context that is unusable went with it.
std::string Machine::describeLeaks() const {
  static constexpr const char *names[] = {"stream", "event", "module",
                                          "function", "link state"};
  std::string text;
  for (auto &[handle, object] : objects)
    if (object->isAlive && object->kind != Object::Kind::Function &&
        object->context->sticky == 0)
      text += std::string("leak: a ") + names[static_cast<int>(object->kind)] +
              " of device " + std::to_string(object->context->device) + "\n";
  for (const auto &context : contexts) {
    if (!context || context->sticky != 0)
      continue;
    if (context->retained > 0)
      text += "leak: the primary context of device " +
              std::to_string(context->device) + "\n";
    text += memory.describe(context->device);
  }
  return text;
}

Context &Machine::getContext(int device) {
  if (contexts.size() <= static_cast<size_t>(device))
    contexts.resize(device + 1);
  auto &context = contexts[device];
  if (!context)
    context = std::make_unique<Context>(device);
  return *context;
}

Context *Machine::findContext(void *handle) {
  for (const auto &context : contexts)
    if (context.get() == handle && handle)
      return context.get();
  return nullptr;
}

Context *Machine::getCurrent() {
  if (!vendor.hasExplicitContexts)
    return isDevice(getThread().device) ? &getContext(getThread().device)
                                        : nullptr;
  const std::vector<Context *> &stack = getThread().contextStack;
  return stack.empty() ? nullptr : stack.back();
}

int Machine::getAttribute(int attribute) const {
  auto set = settings.attributes.find(attribute);
  if (set != settings.attributes.end())
    return set->second;
  return vendor.getAttribute(attribute, getArchitecture(settings.chip));
}

/// Giving back a context destroys what is in it; a driver that still has
/// something in a usable one has lost track of it.
int Machine::releaseContext(std::unique_lock<std::mutex> &lock,
                            Context &context) {
  if (context.retained == 0)
    return violation("the context is not retained", InvalidContext);
  if (context.retained > 1) {
    --context.retained;
    return Success;
  }
  changed.wait(lock, [&] { return isIdle(context) || isStopping; });
  context.retained = 0;
  for (auto &[handle, object] : objects) {
    if (object->context != &context || !object->isAlive)
      continue;
    if (object->kind != Object::Kind::Function && context.sticky == 0)
      violation("something of the context is still alive", 0);
    object->isAlive = false;
  }
  if (std::string left = memory.describe(context.device); !left.empty()) {
    if (context.sticky == 0)
      violation("memory is left: " + left, 0);
    memory.freeAll(context.device);
  }
  context.sticky = 0;
  context.peers.clear();
  return Success;
}

Object *Machine::findObject(Object::Kind kind, void *handle) {
  auto found = objects.find(handle);
  const char *wrong = nullptr;
  if (found == objects.end())
    wrong = "a handle that was never given out";
  else if (found->second->kind != kind)
    wrong = "a handle of something else";
  else if (!found->second->isAlive)
    wrong = "the handle of something that was destroyed";
  else if (found->second->context != getCurrent())
    wrong = "a handle of another context than the thread's";
  if (!wrong)
    return found->second.get();
  violation(wrong, 0);
  return nullptr;
}
