//===- HostDeviceImpl.h - What a host device consists of --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parts of a HostDevice that its kernels use.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HOST_HOSTDEVICEIMPL_H
#define VMJIT_LIB_RUNTIME_HOST_HOSTDEVICEIMPL_H

#include "FrameArena.h"
#include "WorkerPool.h"

#include "vmjit/ABI/Dim3.h"
#include "vmjit/ABI/HostBlock.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ExecutionEngine/Orc/Core.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"

#include <array>
#include <atomic>
#include <mutex>
#include <string>

namespace vmjit {

struct HostDevice::Impl {
  /// Memory of one worker.
  struct Scratch {
    AlignedBuffer shared;
    FrameArena frames;
  };

  /// The launch that is under way. Here and not with the caller, who may not
  /// wait for its end.
  struct Launch {
    void (*function)(const vmjit_host_block *) = nullptr;
    Dim3 grid;
    Dim3 block;
    uint64_t sharedBytes = 0;
    uint64_t blockCount = 0;
    /// Workers take this part of the blocks that are left at a time, from the
    /// first that none has taken.
    uint64_t runCount = 1;
    std::atomic<uint64_t> next = 0;
    vmjit_control *control = nullptr;
    std::array<uint64_t, vmir::kMaxParams> values = {};
    std::array<void *, vmir::kMaxParams> args = {};
  };

  Impl(std::unique_ptr<llvm::orc::ExecutorProcessControl> process,
       unsigned threadCount);
  ~Impl();

  /// What the linker reported since the last call, as one line.
  std::string takeLinkerMessages();

  llvm::orc::ExecutionSession session;
  llvm::orc::ObjectLinkingLayer linker;
  std::atomic<uint64_t> loadCount = 0;

  /// For who has acquired the workers.
  std::vector<Scratch> scratch;
  Launch launch;
  WorkerPool workers;

private:
  std::mutex messagesMutex;
  std::string messages;
};

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_HOST_HOSTDEVICEIMPL_H
