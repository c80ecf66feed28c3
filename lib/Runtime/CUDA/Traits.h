//===- Traits.h - What is particular to the CUDA driver ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions, types and numbers that Runtime/DriverAPI is instantiated with.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_TRAITS_H
#define VMJIT_LIB_RUNTIME_CUDA_TRAITS_H

#include "../DriverAPI/Device.h"
#include "Types.h"

namespace vmjit::cuda {

class Context;
class ContextGuard;
using driverapi::Status;

/// The functions of Symbols.def.
struct Functions {
#define VMJIT_CUDA_REQUIRED(Name, CUDAName, Symbol, ...)                       \
  driverapi::Function<CUresult(__VA_ARGS__)> Name{#Symbol};
#include "Symbols.def"

  /// Takes what \p lookup finds. The first required function that there is not;
  /// null if there is none.
  const char *bind(llvm::function_ref<void *(const char *)> lookup);
};

struct CUDATraits {
  static constexpr DeviceType kType = DeviceType::CUDA;
  static constexpr const char *kPlatform = "CUDA";
  static constexpr const char *kLibrary = "driver";
  static constexpr const char *kRelease = "CUDA";

  static constexpr const char *kLibraryNames[] = {"libcuda.so.1"};
  /// The oldest driver whose functions and PTX we can use: that of CUDA 11.0.
  static constexpr int kMinVersion = 11000;
  /// "12.4" for 12040, which is 1000 * major + 10 * minor.
  static std::string getVersionText(int version);

  using Functions = cuda::Functions;
  using Context = cuda::Context;
  using ContextGuard = cuda::ContextGuard;
  using Device = CUdevice;
  using DevicePtr = CUdeviceptr;
  using Stream = CUstream;
  using Event = CUevent;
  using Module = CUmodule;
  using Function = CUfunction;
  using UUID = CUuuid;
  using DeviceAttribute = CUdevice_attribute;

  static DriverMeaning getMeaning(int result);
  static const char *getResultName(const Functions &functions, int result);
  static const char *getResultText(const Functions &functions, int result);

  static constexpr unsigned kPinnedFlags =
      CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP;
  static constexpr unsigned kManagedFlags = CU_MEM_ATTACH_GLOBAL;
  static constexpr unsigned kStreamFlags = CU_STREAM_NON_BLOCKING;
  static constexpr unsigned kEventFlags = CU_EVENT_DEFAULT;

  static Status loadModule(const Functions &functions, CUmodule *module,
                           const void *image);
  static constexpr bool kReadsLoadedImages = false;
  static constexpr auto kNumRegs = CU_FUNC_ATTRIBUTE_NUM_REGS;
  static constexpr auto kSharedSizeBytes = CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES;
  static constexpr auto kLocalSizeBytes = CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES;
  static constexpr auto kMaxThreadsPerBlock =
      CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK;

  /// "GPU-" and the UUID as nvidia-smi writes it.
  static std::string formatUUID(const CUuuid &uuid);
  using Attributes = driverapi::DeviceAttributes;
  static constexpr std::pair<CUdevice_attribute, int Attributes::*>
      kAttributes[] = {
          {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN,
           &Attributes::sharedBytesPerBlock},
          {CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY, &Attributes::managedMemory},
          {CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS,
           &Attributes::concurrentManagedAccess},
          {CU_DEVICE_ATTRIBUTE_CLOCK_RATE, &Attributes::clockKHz},
          {CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, &Attributes::l2CacheBytes},
          {CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT,
           &Attributes::multiprocessorCount},
          {CU_DEVICE_ATTRIBUTE_WARP_SIZE, &Attributes::warpSize},
          {CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK,
           &Attributes::maxThreadsPerBlock},
          {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X, &Attributes::maxBlockX},
          {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y, &Attributes::maxBlockY},
          {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z, &Attributes::maxBlockZ},
          {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X, &Attributes::maxGridX},
          {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y, &Attributes::maxGridY},
          {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z, &Attributes::maxGridZ},
  };
};

using Api = driverapi::Api<CUDATraits>;

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_TRAITS_H
