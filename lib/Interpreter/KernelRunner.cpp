//===- KernelRunner.cpp - All threads of one launch -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelRunner.h"

#include "Machine.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

/// Positions in the region list of what changes from block to block or from
/// thread to thread.
static constexpr size_t kStackRegion = 0;
static constexpr size_t kSharedRegion = 1;

static constexpr uint64_t kStackAlignment = 16;
static constexpr uint64_t kStackArgumentSize = 8;

static MemoryRegion getBufferRegion(const KernelArgument &argument) {
  return {GuestAddr(reinterpret_cast<uintptr_t>(argument.buffer.data())),
          argument.buffer.size(), argument.buffer.data(), true, true};
}

Error KernelRunner::prepare() {
  if (!program.isKernelMode())
    return makeError(ErrorCode::InvalidArgument,
                     "a program in hart mode cannot be launched over a grid");
  if (Error error = checkGrid())
    return error;
  if (launch.arguments.size() != program.params->size())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the kernel has {0} parameters, not {1}",
                      program.params->size(), launch.arguments.size());
  memory.add(MemoryRegion());
  memory.add(MemoryRegion());
  for (size_t index = 0; index < launch.arguments.size(); ++index)
    if (Error error = addArgument(index))
      return error;
  if (Error error = addSegments())
    return error;
  initialState.x[kReturnAddressReg] = kReturnSentinel;
  initialState.position.blockDim = launch.block;
  initialState.position.gridDim = launch.grid;
  initialState.startAt(program.entry);
  return Error::success();
}

Error KernelRunner::checkGrid() {
  threadsPerBlock = 1;
  for (unsigned dim = 0; dim < 3; ++dim) {
    if (launch.grid[dim] == 0 || launch.block[dim] == 0)
      return makeError(ErrorCode::InvalidArgument,
                       "a dimension of the grid or of its blocks is 0");
    threadsPerBlock =
        SaturatingMultiply<uint64_t>(threadsPerBlock, launch.block[dim]);
  }
  if (threadsPerBlock > kMaxThreadsPerBlock)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a block has at most {0} threads, not {1}",
                      kMaxThreadsPerBlock, threadsPerBlock);
  sharedSize =
      SaturatingAdd<uint64_t>(program.sharedBytes, launch.dynamicSharedBytes);
  if (sharedSize > kMaxSharedBytes)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0} bytes of shared memory are more than {1}",
                      sharedSize, kMaxSharedBytes);
  return Error::success();
}

Error KernelRunner::addArgument(size_t index) {
  const KernelArgument &argument = launch.arguments[index];
  ParamType type = (*program.params)[index];
  if (argument.type != type)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "argument {0} is of type {1}, the parameter of type {2}",
                      index, getParamTypeName(argument.type),
                      getParamTypeName(type));
  if (!argument.buffer.data() && !argument.buffer.empty())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "argument {0} is a null buffer of {1} bytes", index,
                      argument.buffer.size());
  auto pass = [&](unsigned &count, auto &registers, uint64_t value) {
    if (count < kMaxRegisterArguments)
      registers[kFirstArgumentReg + count] = value;
    else
      stackArguments.push_back(value);
    ++count;
  };
  switch (type) {
  case ParamType::I32:
    pass(xArguments, initialState.x, SignExtend64<32>(argument.bits));
    break;
  case ParamType::I64:
    pass(xArguments, initialState.x, argument.bits);
    break;
  case ParamType::F32:
    pass(fArguments, initialState.f, 0xffffffff00000000 | Lo_32(argument.bits));
    break;
  case ParamType::F64:
    pass(fArguments, initialState.f, argument.bits);
    break;
  case ParamType::Buffer: {
    MemoryRegion region = getBufferRegion(argument);
    memory.add(region);
    pass(xArguments, initialState.x, region.base);
    break;
  }
  }
  return Error::success();
}

Error KernelRunner::addSegments() {
  for (Segment &segment : program.segments) {
    MemoryRegion region{segment.addr, segment.bytes.size(),
                        segment.bytes.data(), true, segment.writable};
    if (region.size == 0)
      continue;
    GuestAddr last = region.base + (region.size - 1);
    for (const MemoryRegion &buffer : memory.get())
      if (buffer.size != 0 && region.base <= buffer.base + (buffer.size - 1) &&
          buffer.base <= last)
        return makeErrorf(ErrorCode::InvalidArgument,
                          "an argument or another segment overlaps the segment "
                          "at {0:x}",
                          segment.addr);
    memory.add(region);
  }
  return Error::success();
}

Expected<KernelResult> KernelRunner::run() {
  result.threadCount =
      SaturatingMultiply(launch.grid.getCount(), launch.block.getCount());
  result.stepLimit = launch.stepLimit;
  for (uint32_t z = 0; z < launch.grid[2]; ++z)
    for (uint32_t y = 0; y < launch.grid[1]; ++y)
      for (uint32_t x = 0; x < launch.grid[0]; ++x)
        if (Error error = runBlock({x, y, z}))
          return error;
  return std::move(result);
}

Error KernelRunner::runBlock(const Dim3 &blockId) {
  if (Error error = allocateBlockMemory())
    return error;
  startThreads(blockId);
  do {
    for (Thread &thread : threads)
      if (thread.status == ThreadStatus::Ready)
        runThread(thread);
  } while (passBarrier());
  return Error::success();
}

Expected<KernelRunner::ZeroedBytes> KernelRunner::allocate(uint64_t size) {
  if (size == 0)
    return ZeroedBytes();
  ZeroedBytes bytes(static_cast<uint8_t *>(std::calloc(size, 1)));
  if (!bytes)
    return makeErrorf(ErrorCode::OutOfMemory,
                      "no {0} bytes for the stacks or the shared memory of a "
                      "block",
                      size);
  return bytes;
}

/// The bytes of a private stack, and of what it has in front for alignment.
static uint64_t getStackTop(const Program &program) {
  return alignTo(program.stackBytes, kStackAlignment);
}

/// The bytes from one thread's stack to the next.
static uint64_t getStackStride(const Program &program,
                               ArrayRef<uint64_t> arguments) {
  return getStackTop(program) +
         alignTo(arguments.size() * kStackArgumentSize, kStackAlignment);
}

Error KernelRunner::allocateBlockMemory() {
  // What the block before had goes first, so that there is only one at a time.
  stacks.reset();
  shared.reset();
  Expected<ZeroedBytes> newStacks =
      allocate(threadsPerBlock * getStackStride(program, stackArguments));
  if (!newStacks)
    return newStacks.takeError();
  stacks = std::move(*newStacks);
  Expected<ZeroedBytes> newShared = allocate(sharedSize);
  if (!newShared)
    return newShared.takeError();
  shared = std::move(*newShared);
  GuestAddr base = reinterpret_cast<uintptr_t>(shared.get());
  memory.replace(kSharedRegion, {base, sharedSize, shared.get(), true, true});
  initialState.position.sharedBase = base;
  return Error::success();
}

MemoryRegion KernelRunner::getStackRegion(const Thread &thread) const {
  size_t index = &thread - threads.data();
  // The alignment in front of the stack does not belong to it.
  uint8_t *start = stacks.get() +
                   index * getStackStride(program, stackArguments) +
                   (getStackTop(program) - program.stackBytes);
  return {GuestAddr(reinterpret_cast<uintptr_t>(start)),
          program.stackBytes + stackArguments.size() * kStackArgumentSize,
          start, true, true};
}

void KernelRunner::startThreads(const Dim3 &blockId) {
  Thread first;
  first.state = initialState;
  first.state.position.blockId = blockId;
  first.fuel = launch.stepLimit.value_or(std::numeric_limits<uint64_t>::max());
  threads.assign(threadsPerBlock, first);
  for (auto [index, thread] : enumerate(threads)) {
    Dim3 &id = thread.state.position.threadId;
    id[0] = index % launch.block[0];
    id[1] = index / launch.block[0] % launch.block[1];
    id[2] = index / launch.block[0] / launch.block[1];
    if (!stacks)
      continue;
    MemoryRegion stack = getStackRegion(thread);
    thread.state.x[kStackPointerReg] = stack.base + program.stackBytes;
    uint8_t *place = stack.data + program.stackBytes;
    for (uint64_t value : stackArguments) {
      support::endian::write64le(place, value);
      place += kStackArgumentSize;
    }
  }
}

void KernelRunner::runThread(Thread &thread) {
  if (stacks)
    memory.replace(kStackRegion, getStackRegion(thread));
  RunMode mode{/*isKernel=*/true, kReturnSentinel, launch.stopWord};
  HartState &state = thread.state;
  if (Machine(decoded, state, memory, mode).run(thread.fuel) == Stop::Barrier) {
    thread.status = ThreadStatus::Waiting;
    return;
  }
  if (state.exit.status == ExitStatus::Return) {
    thread.status = ThreadStatus::Returned;
    return;
  }
  thread.status = ThreadStatus::Faulted;
  if (result.faultCount++ < launch.maxReports)
    result.faults.push_back({state.position.blockId, state.position.threadId,
                             state.exit, nameUnsupportedOp(state.exit)});
}

/// The op that \p exit is about, if the interpreter does not have it.
std::string KernelRunner::nameUnsupportedOp(const ExitRecord &exit) const {
  // The thread is inside of the block, also where nobody can enter it.
  uint32_t block = decoded.findBlock(exit.pc, /*opIndex=*/1);
  if (exit.status != ExitStatus::Unsupported || block == kNoBlock)
    return "";
  const std::vector<vmir::Op> &ops = decoded.getBlock(block).ops;
  return exit.opIndex < ops.size() ? vmir::describeOp(ops[exit.opIndex]) : "";
}

/// Lets the threads go on that wait at a barrier, if all wait there but those
/// that faulted. False: the block is at its end.
bool KernelRunner::passBarrier() {
  auto firstWaiting = llvm::find_if(threads, [](const Thread &thread) {
    return thread.status == ThreadStatus::Waiting;
  });
  if (firstWaiting == threads.end())
    return false;
  const ExitRecord &barrier = firstWaiting->state.exit;
  DivergentBarrier divergent{firstWaiting->state.position.blockId,
                             barrier.pc,
                             barrier.opIndex,
                             {},
                             {}};
  for (const Thread &thread : threads) {
    if (thread.status == ThreadStatus::Faulted)
      continue;
    bool waits = thread.status == ThreadStatus::Waiting &&
                 thread.state.exit.pc == barrier.pc &&
                 thread.state.exit.opIndex == barrier.opIndex;
    (waits ? divergent.waiting : divergent.missing)
        .push_back(thread.state.position.threadId);
  }
  if (!divergent.missing.empty()) {
    if (result.divergentBarrierCount++ < launch.maxReports)
      result.divergentBarriers.push_back(std::move(divergent));
    return false;
  }
  for (Thread &thread : threads)
    if (thread.status == ThreadStatus::Waiting)
      thread.status = ThreadStatus::Ready;
  return true;
}
