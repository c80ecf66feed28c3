//===- Machine.h - The devices behind the fake drivers ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What libfakecuda and libfakehip have in common: devices with memory,
// contexts, streams that work on threads of their own, events, modules, and the
// checks of how all that is used. The two drivers number their results alike,
// so results here are plain numbers: those of Results.def.
//
// One mutex guards everything, one condition variable tells of every change.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_MACHINE_H
#define VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_MACHINE_H

#include "FakeControl.h"
#include "Image.h"
#include "Memory.h"
#include "Settings.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

namespace fake {

/// The results that the machine gives by itself.
enum Result : int {
#define FAKE_RESULT(Name, Value, CUDAName, HIPName, Text) Name = Value,
#include "Results.def"
};

/// How a vendor names a result.
struct ResultText {
  const char *cudaName;
  const char *hipName;
  const char *text;
};
/// Null for a result that has no name.
const ResultText *findResultText(int result);

/// Whether a context is unusable after \p result.
bool isSticky(int result);

using Clock = std::chrono::steady_clock;

struct Context;
struct Module;

/// What stands for a driver's opaque pointers. Never deleted before fake_reset,
/// so that a stale one is recognised.
struct Object {
  enum class Kind { Stream, Event, Module, Function, Link };
  Object(Kind kind, Context *context) : kind(kind), context(context) {}
  virtual ~Object() = default;

  const Kind kind;
  Context *const context;
  bool isAlive = true;
};

/// A piece of work on a stream.
struct Work {
  /// Called with the lock held; gives a result.
  std::function<int()> effect;
  /// Whether it can begin; always, if empty.
  std::function<bool()> isReady;
  /// Of a launch: where its stop word may be. The module, and the address of a
  /// vmjit_hart_launch if it is one.
  Module *module = nullptr;
  uint64_t hartLaunch = 0;
  CallFaults faults;
};

struct Stream : Object {
  static constexpr auto kKind = Kind::Stream;
  explicit Stream(Context *context) : Object(kKind, context) {}

  std::deque<Work> queue;
  uint64_t submitted = 0;
  uint64_t completed = 0;
  /// The first result of failed work that nobody has been told of.
  int failure = 0;
  std::thread worker;
};

struct Event : Object {
  static constexpr auto kKind = Kind::Event;
  Event(Context *context, bool hasTiming)
      : Object(kKind, context), hasTiming(hasTiming) {}

  struct Record {
    bool isDone = false;
    Clock::time_point time;
  };
  const bool hasTiming;
  /// Of the last recording; null before the first.
  std::shared_ptr<Record> record;
};

struct Function : Object {
  static constexpr auto kKind = Kind::Function;
  Function(Context *context, Module *module, std::string name,
           const KernelImage &image)
      : Object(kKind, context), module(module), name(std::move(name)),
        image(image) {}

  Module *const module;
  const std::string name;
  const KernelImage image;
  int maxDynamicShared = 0;
};

struct Module : Object {
  static constexpr auto kKind = Kind::Module;
  explicit Module(Context *context) : Object(kKind, context) {}

  Image image;
  std::map<std::string, Allocation *> globals;
  std::map<std::string, Function *> functions;
};

struct Link : Object {
  static constexpr auto kKind = Kind::Link;
  explicit Link(Context *context) : Object(kKind, context) {}

  std::string ptx;
  char *errorLog = nullptr;
  size_t errorLogSize = 0;
  std::vector<uint8_t> cubin;
};

/// What a device's state is; the primary context.
struct Context {
  explicit Context(int device) : device(device) {}

  const int device;
  unsigned retained = 0;
  /// The result that made it unusable.
  int sticky = 0;
  std::set<int> peers;
};

/// What differs between the vendors.
struct Vendor {
  const char *name;
  /// Contexts are retained and made current by calls, or always there.
  bool hasExplicitContexts;
  /// Of ELF images.
  unsigned machine;
  bool takesPTX;
  const char *defaultChip;
  int defaultVersion;
  /// The highest PTX version that a driver version reads.
  unsigned (*getPTXVersion)(int driverVersion);
  /// The value of a device attribute that is not set; the numbers are the
  /// vendor's. Less than 0 for one that the fake does not know.
  int (*getAttribute)(int attribute, unsigned architecture);
  /// The attributes that launches are checked against: threads in a block,
  /// block x y z, grid x y z, shared memory of a block, and what of that there
  /// is for functions that ask for more.
  int limitAttributes[9];
};
/// Defined by each library.
extern const Vendor vendor;

class Machine {
public:
  static Machine &get();

  std::mutex mutex;
  std::condition_variable changed;
  Settings settings;
  Memory memory;
  bool isInitialized = false;
  /// Counts resets.
  std::atomic<uint64_t> generation = 0;

  void reset(std::unique_lock<std::mutex> &lock);
  /// Ends all work for good: the process ends.
  void shutDown(std::unique_lock<std::mutex> &lock);

  /// Records that a driver was used wrongly, and gives \p result.
  int violation(const std::string &what, int result);
  std::string describeViolations() const;
  std::string describeLeaks() const;

  // Contexts.
  bool isDevice(int device) const {
    return device >= 0 && device < settings.deviceCount;
  }
  Context &getContext(int device);
  /// The context of a handle; null if it is none.
  Context *findContext(void *handle);
  /// This thread's; null if there is none.
  Context *getCurrent();
  int releaseContext(std::unique_lock<std::mutex> &lock, Context &context);
  int getAttribute(int attribute) const;

  // Objects.
  template <class T, class... Args> T *create(Args &&...args) {
    auto owned = std::make_unique<T>(std::forward<Args>(args)...);
    T *object = owned.get();
    objects.emplace(object, std::move(owned));
    return object;
  }
  /// The object behind \p handle, if there is one of that kind that is alive
  /// and of this thread's context; else null, and a violation.
  template <class T> T *find(void *handle) {
    return static_cast<T *>(findObject(T::kKind, handle));
  }

  // Streams.
  Stream *createStream(Context *context);
  /// Puts work on a stream, with the faults of the current call.
  void submit(Stream &stream, Work work);
  void submit(Stream &stream, std::function<int()> effect);
  int wait(std::unique_lock<std::mutex> &lock, Stream &stream);
  /// Waits for everything that the context does.
  int waitAll(std::unique_lock<std::mutex> &lock, Context &context);
  bool isIdle(const Context &context) const;
  /// Takes the failure of a stream that nobody was told of.
  int takeFailure(Stream &stream);
  void release();
  void waitForRelease(std::unique_lock<std::mutex> &lock);

  // Calls: see Call.h.
  std::map<std::string, uint64_t, std::less<>> callCounts;

  // Launches.
  uint64_t launchCount = 0;
  fake_launch lastLaunch = {};

private:
  Machine();

  Object *findObject(Object::Kind kind, void *handle);
  void work(Stream &stream);
  void runFront(Stream &stream, std::unique_lock<std::mutex> &lock);
  bool isToldToStop(const Work &work);
  uint64_t findControl(const Work &work);
  void stopWorkers(std::unique_lock<std::mutex> &lock);

  std::unordered_map<void *, std::unique_ptr<Object>> objects;
  std::vector<std::unique_ptr<Context>> contexts;
  std::vector<std::string> violations;
  /// Counts releases: what hangs waits for the next one.
  uint64_t releases = 0;
  bool isStopping = false;
};

/// What belongs to a thread.
struct Thread {
  /// CUDA: its contexts, the current one last.
  std::vector<Context *> contextStack;
  /// HIP: its device.
  int device = 0;
  /// The call that it makes, and the faults of that which are still to happen.
  const char *call = "";
  CallFaults faults;
  /// Of the machine when this was last looked at.
  uint64_t generation = 0;
};
/// This thread's. Forgets what was before a reset.
Thread &getThread();

} // namespace fake

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_MACHINE_H
