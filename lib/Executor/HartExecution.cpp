//===- HartExecution.cpp - Hart mode on one device --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HartExecution.h"

#include "vmjit/Runtime/HartLaunch.h"
#include "vmjit/Runtime/LaunchDims.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace vmjit;

/// Harts in a block, whole tiles of the state array.
static constexpr uint32_t kBlockHarts = 64;
/// Where the harts of a block run one after the other, there are so many blocks
/// if there can be, so that all processors have some.
static constexpr uint64_t kSerialBlocks = 64;
/// Data and base of a region agree modulo this.
static constexpr uint64_t kRegionAlign = 16;

Error vmjit::verifyHartRun(HartRun &run, const HartStateLayout &layout) {
  uint64_t hartCount = run.state.getHartCount();
  if (run.state.getWordCount() != layout.getWordCount())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the state has {0} words for each hart, the program "
                      "needs {1}",
                      run.state.getWordCount(), layout.getWordCount());
  if (divideCeil(hartCount, uint64_t(kBlockHarts)) > kMaxGridDim.x)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0} harts are too many for one launch", hartCount);
  for (auto [index, region] : enumerate(run.memory.getRegions())) {
    // Memory for fewer harts would be left at its end.
    uint64_t stride = run.memory.getHartStride(index);
    uint64_t size = run.memory.getStorage(index).size();
    if (stride != 0 && (hartCount - 1) * stride + region.size > size)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "the memory is for fewer than {0} harts", hartCount);
  }
  return Error::success();
}

Error HartExecution::run() {
  uint32_t tile = attempt.getKernel().getStateLayout().tile;
  if (harts.state.getLayout().tile == tile)
    return run(harts.state);
  HartStateLayout layout = harts.state.getLayout();
  layout.tile = tile;
  Expected<HartStateArray> state =
      HartStateArray::create(harts.state.getHartCount(), layout);
  if (!state)
    return state.takeError();
  state->copyFrom(harts.state);
  Error error = run(*state);
  if (!error || isStopped)
    harts.state.copyFrom(*state);
  return error;
}

Error HartExecution::run(HartStateArray &state) {
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  launch.return_pc = harts.returnPc;
  state.describe(launch);
  harts.memory.describe(launch);
  if (!attempt.worksInPlace())
    if (Error error = copyIn(state))
      return error;
  attempt.progress = FallbackReason::Allocation;
  Expected<GpuBuffer> buffer =
      attempt.getDevice().allocateMemory(sizeof(launch));
  if (!buffer)
    return buffer.takeError();
  record = std::move(*buffer);

  uint64_t hartCount = state.getHartCount();
  uint64_t blockHarts = kBlockHarts;
  if (attempt.worksInPlace())
    blockHarts = std::clamp<uint64_t>(bit_floor(hartCount / kSerialBlocks), 1,
                                      kBlockHarts);
  bool wasStopped = false;
  Error error = attempt.launch(
      {.grid = {static_cast<uint32_t>(divideCeil(hartCount, blockHarts))},
       .block = {static_cast<uint32_t>(blockHarts)}},
      {GpuArg::buffer(record)}, wasStopped,
      [&](uint64_t control) { return finishRecord(control); });
  if (error && !wasStopped)
    return error;
  // Where harts were stopped is in their state.
  if (Error failure =
          copyOut(/*isStaged=*/attempt.mayFallBack && !wasStopped)) {
    // The time is up all the same: nobody may start on what is half written.
    if (error)
      return withContext(std::move(error),
                         "stopped harts were not copied back (" +
                             toString(std::move(failure)) + ")");
    return failure;
  }
  isStopped = wasStopped;
  if (!error)
    attempt.endStage(ExecutionStage::CopyOut);
  return error;
}

Error HartExecution::copyIn(HartStateArray &state) {
  MutableArrayRef<uint64_t> words = state.getWords();
  Expected<uint64_t> address =
      copyIn({reinterpret_cast<uint8_t *>(words.data()),
              words.size() * sizeof(uint64_t)},
             /*offset=*/0, /*isWritten=*/true);
  if (!address)
    return address.takeError();
  launch.state = *address;
  for (auto [index, region] : enumerate(harts.memory.getRegions())) {
    Expected<uint64_t> data =
        copyIn(harts.memory.getStorage(index), region.base % kRegionAlign,
               region.flags & VMJIT_REGION_WRITE);
    if (!data)
      return data.takeError();
    launch.regions[index].data = *data;
  }
  return Error::success();
}

Expected<uint64_t> HartExecution::copyIn(MutableArrayRef<uint8_t> host,
                                         uint64_t offset, bool isWritten) {
  GpuCompute &device = attempt.getDevice();
  attempt.progress = FallbackReason::Allocation;
  Expected<GpuBuffer> buffer = device.allocateMemory(host.size() + offset);
  if (!buffer)
    return buffer.takeError();
  attempt.progress = FallbackReason::CopyIn;
  if (Error error = device.copyH2D(*buffer, host, offset))
    return std::move(error);
  uint64_t address = buffer->getAddress() + offset;
  copies.push_back({host, std::move(*buffer), offset, isWritten});
  return address;
}

/// Called when everything else is known.
Error HartExecution::finishRecord(uint64_t control) {
  launch.control = control;
  attempt.progress = FallbackReason::CopyIn;
  if (Error error =
          verifyHartLaunch(launch, attempt.getKernel().getStateLayout()))
    return error;
  return attempt.getDevice().copyH2D(
      record, {reinterpret_cast<const uint8_t *>(&launch), sizeof(launch)});
}

/// With \p isStaged nothing is written before everything has arrived.
Error HartExecution::copyOut(bool isStaged) {
  SmallVector<std::pair<MutableArrayRef<uint8_t>, AlignedBuffer>, 0> staged;
  for (const Copy &copy : copies) {
    if (!copy.isWritten)
      continue;
    MutableArrayRef<uint8_t> destination = copy.host;
    if (isStaged) {
      Expected<AlignedBuffer> stage = AlignedBuffer::create(copy.host.size());
      if (!stage)
        return stage.takeError();
      destination = {stage->data(), copy.host.size()};
      staged.emplace_back(copy.host, std::move(*stage));
    }
    if (Error error =
            attempt.getDevice().copyD2H(destination, copy.buffer, copy.offset))
      return error;
  }
  for (const auto &[host, bytes] : staged)
    std::memcpy(host.data(), bytes.data(), host.size());
  return Error::success();
}
