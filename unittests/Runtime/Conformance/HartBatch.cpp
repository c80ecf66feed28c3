//===- HartBatch.cpp - Harts on a device, for tests -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HartBatch.h"

#include "TestPrograms.h"

using namespace llvm;
using namespace vmjit;

template <class T> static ArrayRef<uint8_t> asBytes(ArrayRef<T> values) {
  return {reinterpret_cast<const uint8_t *>(values.data()),
          values.size() * sizeof(T)};
}

/// A new buffer with \p content.
static Expected<GpuBuffer> upload(GpuCompute &device,
                                  ArrayRef<uint8_t> content) {
  Expected<GpuBuffer> buffer = device.allocateMemory(content.size());
  if (!buffer)
    return buffer.takeError();
  if (Error error = device.copyH2D(*buffer, content))
    return std::move(error);
  return buffer;
}

Expected<HartBatch> HartBatch::create(GpuCompute &device,
                                      const HartStateLayout &layout,
                                      uint64_t hartCount,
                                      const GpuBuffer *control) {
  Expected<HartStateArray> state = HartStateArray::create(hartCount, layout);
  if (!state)
    return state.takeError();
  Expected<HartMemory> memory = HartMemory::create(
      HartRegion{.base = kHartData, .size = 4096}, hartCount);
  if (!memory)
    return memory.takeError();
  for (uint64_t hart = 0; hart < hartCount; ++hart) {
    state->initialize(hart, kHartEntry);
    state->x(1, hart) = kHartReturn;
    state->x(11, hart) = hart + 1;
  }
  HartBatch batch(std::move(*state), std::move(*memory));
  batch.control = control;
  Expected<GpuBuffer> words =
      upload(device, asBytes(ArrayRef<uint64_t>(batch.state.getWords())));
  if (!words)
    return words.takeError();
  Expected<GpuBuffer> bytes = upload(device, batch.memory.getStorage(0));
  if (!bytes)
    return bytes.takeError();
  vmjit_hart_launch launch = {};
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  batch.state.describe(launch);
  batch.memory.describe(launch);
  launch.return_pc = kHartReturn;
  launch.state = words->getAddress();
  launch.regions[0].data = bytes->getAddress();
  launch.control = control ? control->getAddress() : 0;
  Expected<GpuBuffer> record =
      upload(device, asBytes(ArrayRef<vmjit_hart_launch>(launch)));
  if (!record)
    return record.takeError();
  batch.words = std::move(*words);
  batch.bytes = std::move(*bytes);
  batch.record = std::move(*record);
  return batch;
}

LaunchConfig HartBatch::getConfig() const {
  LaunchConfig config;
  config.block = {kBlock};
  config.grid = {static_cast<uint32_t>(divideCeil(getHartCount(), kBlock))};
  config.control = control;
  return config;
}

Error HartBatch::readBack(GpuCompute &device) {
  MutableArrayRef<uint64_t> array = state.getWords();
  MutableArrayRef<uint8_t> target(reinterpret_cast<uint8_t *>(array.data()),
                                  array.size() * sizeof(uint64_t));
  if (Error error = device.copyD2H(target, words))
    return error;
  return device.copyD2H(memory.getStorage(0), bytes);
}
