//===- HostKernel.cpp - Compiled programs on the host -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loading through ORC, and launches: blocks are handed out in runs of
// neighbours from one counter, in shorter and shorter ones.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/Host/HostKernel.h"

#include "HostDeviceImpl.h"

#include "vmjit/Runtime/HartLaunch.h"
#include "vmjit/Runtime/LaunchControl.h"
#include "vmjit/Support/Error.h"
#include "vmjit/Support/FloatEnvironment.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cstring>
#include <optional>
#include <utility>

using namespace llvm;
using namespace vmjit;

/// Runs of blocks that what is left would make for each worker. The last ones
/// are single blocks, so that all workers end at about the same time, however
/// much the work differs from block to block.
static constexpr uint64_t kRunsPerWorker = 4;
/// What a kernel may take of the stack of the thread that launches it. If it
/// takes more, or nobody knows, only workers run it, whose stacks are large.
static constexpr uint64_t kMaxCallerStackBytes = uint64_t(32) << 10;

/// More than anybody waits for, so that deadlines do not overflow.
static constexpr std::chrono::hours kForever{24 * 365};

struct HostKernel::Impl {
  using BlockFunction = void (*)(const vmjit_host_block *);

  ~Impl() {
    if (library)
      consumeError(device->impl->session.removeJITDylib(*library));
  }

  std::shared_ptr<HostDevice> device;
  Entry entry;
  HartStateLayout stateLayout;
  orc::JITDylib *library = nullptr;
  BlockFunction function = nullptr;
};

HostKernel::HostKernel(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
HostKernel::HostKernel(HostKernel &&) = default;
HostKernel &HostKernel::operator=(HostKernel &&) = default;
HostKernel::~HostKernel() = default;

const Entry &HostKernel::getEntry() const { return impl->entry; }
const std::shared_ptr<HostDevice> &HostKernel::getDevice() const {
  return impl->device;
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

static bool isAllowedSymbol(StringRef name) {
#define VMJIT_HOST_SYMBOL(Symbol)                                              \
  if (name == #Symbol)                                                         \
    return true;
#include "vmjit/ABI/HostSymbols.def"
  return false;
}

/// Checks that this machine and this runtime can run \p object.
static Error verifyFits(const CodeObject &object) {
  if (object.target != TargetKind::Host)
    return makeErrorf(ErrorCode::LoadingFailed,
                      "a code object for {0} cannot run on the host",
                      object.getTargetName());
  Triple triple(object.triple);
  Triple own(sys::getProcessTriple());
  if (triple.getArch() != own.getArch() || triple.getOS() != own.getOS())
    return makeErrorf(ErrorCode::LoadingFailed,
                      "code for {0} cannot run on {1}", object.triple,
                      own.str());
  if (object.hostABIVersion != VMJIT_HOST_BLOCK_ABI_VERSION)
    return makeErrorf(ErrorCode::LoadingFailed,
                      "the code is for host ABI version {0}, not {1}",
                      object.hostABIVersion, VMJIT_HOST_BLOCK_ABI_VERSION);
  if (object.controlABIVersion != VMJIT_CONTROL_ABI_VERSION)
    return makeErrorf(ErrorCode::LoadingFailed,
                      "the code is for control ABI version {0}, not {1}",
                      object.controlABIVersion, VMJIT_CONTROL_ABI_VERSION);
  StringMap<bool> available = sys::getHostCPUFeatures();
  for (StringRef feature : split(object.features, ',')) {
    if (!feature.consume_front("+"))
      continue;
    // What is not in the map is about tuning, not about instructions.
    auto it = available.find(feature);
    if (it != available.end() && !it->second)
      return makeErrorf(ErrorCode::LoadingFailed,
                        "the code needs the CPU feature '{0}', which this "
                        "machine does not have",
                        feature);
  }
  return Error::success();
}

static Expected<const Entry *> findEntry(const CodeObject &object,
                                         StringRef name) {
  if (name.empty() && object.entries.size() == 1)
    return &object.entries.front();
  const Entry *entry = object.findEntry(name);
  if (!entry)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the code object has no entry '{0}'", name);
  return entry;
}

/// Links \p object into \p library and gives the address of \p symbol.
static Expected<orc::ExecutorSymbolDef> link(orc::ObjectLinkingLayer &linker,
                                             orc::JITDylib &library,
                                             const CodeObject &object,
                                             StringRef symbol) {
  orc::ExecutionSession &session = linker.getExecutionSession();
  Triple triple(object.triple);
  std::string prefix = triple.isOSBinFormatMachO() ? "_" : "";
  auto isAllowed = [prefix](const orc::SymbolStringPtr &name) {
    StringRef plain = *name;
    return plain.consume_front(prefix) && isAllowedSymbol(plain);
  };
  Expected<std::unique_ptr<orc::DynamicLibrarySearchGenerator>> process =
      orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
          prefix.empty() ? '\0' : prefix[0], isAllowed);
  if (!process)
    return process.takeError();
  library.addGenerator(std::move(*process));
  StringRef bytes = toStringRef(ArrayRef(object.payload));
  // A copy: linking patches it.
  std::unique_ptr<MemoryBuffer> buffer =
      MemoryBuffer::getMemBufferCopy(bytes, library.getName());
  if (Error error = linker.add(library, std::move(buffer)))
    return std::move(error);
  return session.lookup({&library}, session.intern(prefix + symbol.str()));
}

Expected<HostKernel> HostKernel::load(std::shared_ptr<HostDevice> device,
                                      const CodeObject &object,
                                      StringRef entryName) {
  if (Error error = object.verify())
    return std::move(error);
  if (Error error = verifyFits(object))
    return std::move(error);
  Expected<const Entry *> entry = findEntry(object, entryName);
  if (!entry)
    return entry.takeError();
  auto impl = std::make_unique<Impl>();
  impl->entry = **entry;
  impl->stateLayout = object.stateLayout;
  HostDevice::Impl &host = *device->impl;
  impl->device = std::move(device);
  impl->library = &host.session.createBareJITDylib(
      ("kernel." + Twine(host.loadCount++)).str());
  Expected<orc::ExecutorSymbolDef> symbol =
      link(host.linker, *impl->library, object, impl->entry.symbol);
  if (!symbol) {
    std::string message = toString(symbol.takeError());
    std::string details = host.takeLinkerMessages();
    if (!details.empty())
      message += " (" + details + ")";
    return makeErrorf(ErrorCode::LoadingFailed, "loading '{0}': {1}",
                      impl->entry.name, message);
  }
  impl->function = symbol->getAddress().toPtr<Impl::BlockFunction>();
  return HostKernel(std::move(impl));
}

//===----------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------===//

/// What the frames of a block of \p threadCount threads take, with the array of
/// their handles.
static uint64_t getFrameBytes(const Entry &entry, uint64_t threadCount) {
  if (!entry.usesBarrier)
    return 0;
  // Bounded, so that the product below is.
  uint64_t frameBytes =
      std::min(entry.resources.frameBytes.value_or(0), uint64_t(1) << 40);
  return threadCount *
         (alignTo(frameBytes, FrameArena::kAlign) + FrameArena::kAlign);
}

static Error outOfMemory(StringRef what, uint64_t size, uint64_t limit) {
  return makeErrorf(ErrorCode::OutOfMemory,
                    "the block needs {0} bytes of {1}; {2} are allowed", size,
                    what, limit);
}

/// Makes sure that \p scratch has what a block needs.
static Error reserve(HostDevice::Impl::Scratch &scratch, uint64_t sharedBytes,
                     uint64_t frameBytes) {
  if (Error error = scratch.frames.reserve(frameBytes))
    return error;
  if (sharedBytes <= scratch.shared.size())
    return Error::success();
  scratch.shared = AlignedBuffer();
  Expected<AlignedBuffer> shared = AlignedBuffer::create(sharedBytes);
  if (!shared)
    return shared.takeError();
  scratch.shared = std::move(*shared);
  return Error::success();
}

/// Runs \p count blocks from the one with the number \p first on.
static void runNeighbours(const HostDevice::Impl::Launch &launch,
                          uint64_t first, uint64_t count,
                          vmjit_host_block &state) {
  const Dim3 &grid = launch.grid;
  uint32_t *id = state.block_id;
  id[0] = static_cast<uint32_t>(first % grid.x);
  id[1] = static_cast<uint32_t>(first / grid.x % grid.y);
  id[2] = static_cast<uint32_t>(first / grid.x / grid.y);
  while (true) {
    if (launch.sharedBytes > 0)
      std::memset(state.shared, 0, launch.sharedBytes);
    static_cast<FrameArena *>(state.context)->reset();
    launch.function(&state);
    if (--count == 0)
      return;
    if (++id[0] < grid.x)
      continue;
    id[0] = 0;
    if (++id[1] < grid.y)
      continue;
    id[1] = 0;
    ++id[2];
  }
}

/// Takes the next run of blocks: the number of the first, and how many. None if
/// there are no more.
static std::optional<std::pair<uint64_t, uint64_t>>
takeRun(HostDevice::Impl::Launch &launch) {
  uint64_t first = launch.next.load(std::memory_order_relaxed), length;
  do {
    if (first == launch.blockCount)
      return std::nullopt;
    length =
        std::max<uint64_t>(1, (launch.blockCount - first) / launch.runCount);
  } while (!launch.next.compare_exchange_weak(first, first + length,
                                              std::memory_order_relaxed));
  return std::pair(first, length);
}

/// What blocks of the launch get, but for their shared memory.
static vmjit_host_block makeBlock(const Dim3 &grid, const Dim3 &block,
                                  void *const *args, vmjit_control *control,
                                  FrameArena &frames) {
  return {{grid.x, grid.y, grid.z},
          {block.x, block.y, block.z},
          {},
          0,
          nullptr,
          args,
          FrameArena::allocateFrame,
          &frames,
          control};
}

/// The job of the workers: takes blocks until there are no more.
static void runBlocks(void *context, unsigned worker) {
  auto &host = *static_cast<HostDevice::Impl *>(context);
  HostDevice::Impl::Launch &launch = host.launch;
  HostDevice::Impl::Scratch &scratch = host.scratch[worker];
  vmjit_host_block state =
      makeBlock(launch.grid, launch.block, launch.args.data(), launch.control,
                scratch.frames);
  state.shared = scratch.shared.data();
  while (auto run = takeRun(launch))
    runNeighbours(launch, run->first, run->second, state);
}

/// Fills in \p launch for \p entry, but for what depends on the code.
static void describe(HostDevice::Impl::Launch &launch, const Entry &entry,
                     const HostExecutionRequest &request,
                     unsigned workerCount) {
  launch.grid = request.grid;
  launch.block = request.block;
  launch.sharedBytes = request.sharedBytes;
  launch.blockCount = request.grid.getCount();
  launch.runCount = workerCount * kRunsPerWorker;
  launch.next = 0;
  launch.control = request.control;
  for (auto [index, param, arg] : enumerate(entry.params, request.args)) {
    std::memcpy(&launch.values[index], arg, param.size);
    launch.args[index] = &launch.values[index];
  }
}

/// Waits for the job; tells it to stop when its time is over.
static HostExecution waitForJob(WorkerPool &workers,
                                const HostExecutionRequest &request,
                                WorkerPool::Deadline deadline,
                                std::chrono::steady_clock::time_point start) {
  HostExecution execution;
  bool isDone = workers.wait(deadline);
  execution.isTimedOut = !isDone;
  if (!isDone && request.control) {
    requestStop(*request.control);
    isDone = workers.wait(std::chrono::steady_clock::now() + request.stopGrace);
  }
  if (!isDone) {
    execution.unfinished = workers.abandon();
    return execution;
  }
  workers.release();
  std::chrono::nanoseconds time = std::chrono::steady_clock::now() - start;
  execution.nanoseconds = static_cast<uint64_t>(time.count());
  return execution;
}

/// Runs the only block of a launch of harts on the calling thread. Blocks of
/// harts have nothing but their harts, so that any number of threads may.
static HostExecution runAlone(const HostExecutionRequest &request,
                              void (*function)(const vmjit_host_block *)) {
  using Clock = std::chrono::steady_clock;
  auto getTime = [&] {
    return request.isTimed ? Clock::now() : Clock::time_point();
  };
  Clock::time_point start = getTime();
  FrameArena frames;
  vmjit_host_block state =
      makeBlock(request.grid, request.block, request.args.data(),
                request.control, frames);
  DefaultFloatEnvironment environment;
  function(&state);
  HostExecution execution;
  std::chrono::nanoseconds time = getTime() - start;
  execution.nanoseconds = static_cast<uint64_t>(time.count());
  return execution;
}

Expected<HostExecution> HostKernel::run(const HostExecutionRequest &request) {
  if (Error error = verifyLaunchDims(request.grid, request.block))
    return std::move(error);
  const HostDeviceOptions &options = impl->device->getOptions();
  if (request.sharedBytes > options.maxSharedBytes)
    return outOfMemory("shared memory", request.sharedBytes,
                       options.maxSharedBytes);
  uint64_t frameBytes = getFrameBytes(impl->entry, request.block.getCount());
  if (frameBytes > options.maxFrameBytes)
    return outOfMemory("frames", frameBytes, options.maxFrameBytes);

  // Somebody has to look at the clock.
  bool helps =
      !request.timeout && impl->entry.resources.stackBytes.value_or(
                              kMaxCallerStackBytes + 1) <= kMaxCallerStackBytes;
  bool isAlone = request.grid.getCount() == 1 && request.sharedBytes == 0 &&
                 frameBytes == 0;
  if (helps && isAlone && impl->entry.mode == EntryMode::Hart)
    return runAlone(request, impl->function);

  HostDevice::Impl &host = *impl->device->impl;
  WorkerPool::Deadline deadline;
  if (request.timeout)
    deadline = std::chrono::steady_clock::now() +
               std::min<std::chrono::nanoseconds>(*request.timeout, kForever);
  if (!host.workers.acquire(deadline)) {
    HostExecution execution;
    execution.isTimedOut = true;
    return execution;
  }
  unsigned workerCount = static_cast<unsigned>(std::min<uint64_t>(
      host.workers.getThreadCount(), request.grid.getCount()));
  for (unsigned worker = 0; worker < workerCount; ++worker)
    if (Error error =
            reserve(host.scratch[worker], request.sharedBytes, frameBytes)) {
      host.workers.release();
      return std::move(error);
    }
  describe(host.launch, impl->entry, request, workerCount);
  host.launch.function = impl->function;
  auto start = std::chrono::steady_clock::now();
  host.workers.start(helps ? 1 : 0, workerCount, runBlocks, &host);
  if (helps) {
    DefaultFloatEnvironment environment;
    runBlocks(&host, 0);
    host.workers.leaveOutLate();
  }
  return waitForJob(host.workers, request, deadline, start);
}

/// Checks that the entry looks at \p control, if there is one.
Error HostKernel::verifyStoppable(const vmjit_control *control) const {
  if (!control)
    return Error::success();
  if (!impl->entry.stoppable)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "'{0}' is not compiled to be stoppable; it takes no "
                      "control block",
                      impl->entry.name);
  return verifyControl(*control);
}

Error HostKernel::verifyArguments(ArrayRef<void *> args) const {
  const Entry &entry = impl->entry;
  if (args.size() != entry.params.size())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "'{0}' takes {1} arguments, not {2}", entry.name,
                      entry.params.size(), args.size());
  if (is_contained(args, nullptr))
    return makeErrorf(ErrorCode::InvalidArgument,
                      "an argument of '{0}' is a null pointer", entry.name);
  return Error::success();
}

Error HostKernel::launch(const Dim3 &grid, const Dim3 &block,
                         uint64_t dynamicSharedBytes, ArrayRef<void *> args,
                         vmjit_control *control) {
  const Entry &entry = impl->entry;
  if (entry.mode != EntryMode::Kernel)
    return makeErrorf(ErrorCode::InvalidArgument, "'{0}' is a hart-mode entry",
                      entry.name);
  // Bounded, so that the sum is.
  uint64_t sharedBytes = entry.getLaunchSharedBytes(
      std::min(dynamicSharedBytes, HostDevice::kMaxScratchBytes + 1));
  HostExecutionRequest request = {grid, block, sharedBytes, args, control};
  return execute(request).takeError();
}

Error HostKernel::launchHarts(vmjit_hart_launch &launch, uint32_t blockSize) {
  const Entry &entry = impl->entry;
  if (entry.mode != EntryMode::Hart)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "'{0}' is a kernel-mode entry", entry.name);
  if (blockSize == 0 || blockSize > kMaxBlockThreads)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a block of {0} harts is not within 1 to {1}", blockSize,
                      kMaxBlockThreads);
  uint64_t blockCount =
      std::max<uint64_t>(1, divideCeil(launch.hart_count, blockSize));
  if (blockCount > kMaxGridDim.x)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0} harts are too many for one launch",
                      launch.hart_count);
  void *address = &launch;
  void *args[] = {&address};
  auto *control = reinterpret_cast<vmjit_control *>(launch.control);
  HostExecutionRequest request = {
      {static_cast<uint32_t>(blockCount)}, {blockSize}, 0, args, control};
  request.isTimed = false;
  return execute(request).takeError();
}

Expected<HostExecution>
HostKernel::execute(const HostExecutionRequest &request) {
  if (Error error = verifyArguments(request.args))
    return std::move(error);
  if (Error error = verifyStoppable(request.control))
    return std::move(error);
  if (impl->entry.mode == EntryMode::Kernel)
    return run(request);
  auto *launch = *static_cast<vmjit_hart_launch **>(request.args.front());
  if (!launch)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the launch record of '{0}' is a null pointer",
                      impl->entry.name);
  if (Error error = verifyHartLaunch(*launch, impl->stateLayout))
    return std::move(error);
  auto *control = reinterpret_cast<vmjit_control *>(launch->control);
  if (request.control && control != request.control)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the launch record of '{0}' has another control block",
                      impl->entry.name);
  if (Error error = verifyStoppable(control))
    return std::move(error);
  return run(request);
}
