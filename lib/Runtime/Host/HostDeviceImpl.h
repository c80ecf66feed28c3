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

#include "vmjit/Runtime/Host/HostDevice.h"
#include "llvm/ExecutionEngine/Orc/Core.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"

#include <atomic>
#include <string>

namespace vmjit {

struct HostDevice::Impl {
  /// Memory of one worker.
  struct Scratch {
    AlignedBuffer shared;
    FrameArena frames;
  };

  Impl(std::unique_ptr<llvm::orc::ExecutorProcessControl> process,
       unsigned threadCount);
  ~Impl();

  /// What the linker reported since the last call, as one line.
  std::string takeLinkerMessages();

  llvm::orc::ExecutionSession session;
  llvm::orc::ObjectLinkingLayer linker;
  std::atomic<uint64_t> loadCount = 0;

  /// Held during a launch; guards the scratch memory.
  std::mutex launchMutex;
  std::vector<Scratch> scratch;
  WorkerPool workers;

private:
  std::mutex messagesMutex;
  std::string messages;
};

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_HOST_HOSTDEVICEIMPL_H
