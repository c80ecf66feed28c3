//===- HostKernel.cpp - Compiled programs on the host -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loading through ORC, and launches: blocks are handed out in runs of
// neighbours from one counter.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/Host/HostKernel.h"

#include "HostDeviceImpl.h"

#include "vmjit/Runtime/HartLaunch.h"
#include "vmjit/Runtime/LaunchControl.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cstring>

using namespace llvm;
using namespace vmjit;

/// Runs of blocks that each worker gets, so that they end at about the same
/// time.
static constexpr uint64_t kRunsPerWorker = 8;

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

void HostKernel::runBlock(const Dim3 &grid, uint64_t index,
                          uint64_t sharedBytes, vmjit_host_block &state) {
  state.block_id[0] = static_cast<uint32_t>(index % grid.x);
  state.block_id[1] = static_cast<uint32_t>(index / grid.x % grid.y);
  state.block_id[2] = static_cast<uint32_t>(index / grid.x / grid.y);
  if (sharedBytes > 0)
    std::memset(state.shared, 0, sharedBytes);
  static_cast<FrameArena *>(state.context)->reset();
  impl->function(&state);
}

Error HostKernel::run(const Dim3 &grid, const Dim3 &block,
                      uint64_t dynamicSharedBytes, ArrayRef<void *> args,
                      vmjit_control *control) {
  if (Error error = verifyLaunchDims(grid, block))
    return error;
  const HostDeviceOptions &options = impl->device->getOptions();
  uint64_t sharedBytes = impl->entry.getLaunchSharedBytes(
      std::min(dynamicSharedBytes, options.maxSharedBytes + 1));
  if (sharedBytes > options.maxSharedBytes)
    return outOfMemory("shared memory", sharedBytes, options.maxSharedBytes);
  uint64_t frameBytes = getFrameBytes(impl->entry, block.getCount());
  if (frameBytes > options.maxFrameBytes)
    return outOfMemory("frames", frameBytes, options.maxFrameBytes);

  HostDevice::Impl &host = *impl->device->impl;
  std::lock_guard lock(host.launchMutex);
  uint64_t blockCount = grid.getCount();
  unsigned workerCount = static_cast<unsigned>(
      std::min<uint64_t>(host.workers.getThreadCount(), blockCount));
  for (unsigned worker = 0; worker < workerCount; ++worker)
    if (Error error = reserve(host.scratch[worker], sharedBytes, frameBytes))
      return error;

  uint64_t runLength =
      std::max<uint64_t>(1, blockCount / (workerCount * kRunsPerWorker));
  std::atomic<uint64_t> next = 0;
  host.workers.run(workerCount, [&](unsigned worker) {
    HostDevice::Impl::Scratch &scratch = host.scratch[worker];
    vmjit_host_block state = {{grid.x, grid.y, grid.z},
                              {block.x, block.y, block.z},
                              {},
                              0,
                              scratch.shared.data(),
                              args.data(),
                              FrameArena::allocateFrame,
                              &scratch.frames,
                              control};
    for (uint64_t first = next.fetch_add(runLength); first < blockCount;
         first = next.fetch_add(runLength))
      for (uint64_t index : seq(first, std::min(first + runLength, blockCount)))
        runBlock(grid, index, sharedBytes, state);
  });
  return Error::success();
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

Error HostKernel::launch(const Dim3 &grid, const Dim3 &block,
                         uint64_t dynamicSharedBytes, ArrayRef<void *> args,
                         vmjit_control *control) {
  const Entry &entry = impl->entry;
  if (entry.mode != EntryMode::Kernel)
    return makeErrorf(ErrorCode::InvalidArgument, "'{0}' is a hart-mode entry",
                      entry.name);
  if (args.size() != entry.params.size())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "'{0}' takes {1} arguments, not {2}", entry.name,
                      entry.params.size(), args.size());
  if (is_contained(args, nullptr))
    return makeErrorf(ErrorCode::InvalidArgument,
                      "an argument of '{0}' is a null pointer", entry.name);
  if (Error error = verifyStoppable(control))
    return error;
  return run(grid, block, dynamicSharedBytes, args, control);
}

Error HostKernel::launchHarts(vmjit_hart_launch &launch, uint32_t blockSize) {
  const Entry &entry = impl->entry;
  if (entry.mode != EntryMode::Hart)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "'{0}' is a kernel-mode entry", entry.name);
  if (Error error = verifyHartLaunch(launch, impl->stateLayout))
    return error;
  auto *control =
      reinterpret_cast<vmjit_control *>(static_cast<uintptr_t>(launch.control));
  if (Error error = verifyStoppable(control))
    return error;
  if (blockSize == 0 || blockSize > kMaxBlockThreads)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a block of {0} harts is not within 1 to {1}", blockSize,
                      kMaxBlockThreads);
  if (launch.hart_count == 0)
    return Error::success();
  uint64_t blockCount = divideCeil(launch.hart_count, uint64_t(blockSize));
  if (blockCount > kMaxGridDim.x)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0} harts are too many for one launch",
                      launch.hart_count);
  void *address = &launch;
  void *args[] = {&address};
  return run({static_cast<uint32_t>(blockCount)}, {blockSize}, 0, args,
             control);
}
