//===- Traits.h - What is particular to the HIP runtime ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions, types and numbers that Runtime/DriverAPI is instantiated with.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HIP_TRAITS_H
#define VMJIT_LIB_RUNTIME_HIP_TRAITS_H

#include "../DriverAPI/Device.h"
#include "Types.h"

namespace vmjit::hip {

class Context;
class ContextGuard;
using driverapi::Status;

/// The functions of Symbols.def.
struct Functions {
#define VMJIT_HIP_REQUIRED(Name, Symbol, ...)                                  \
  driverapi::Function<hipError_t(__VA_ARGS__)> Name{#Symbol};
#define VMJIT_HIP_TEXT(Name, Symbol, ...)                                      \
  driverapi::Function<const char *(__VA_ARGS__)> Name{#Symbol};
#include "Symbols.def"

  /// Takes what \p lookup finds. The first required function that there is not;
  /// null if there is none.
  const char *bind(llvm::function_ref<void *(const char *)> lookup);
};

struct HIPTraits {
  static constexpr DeviceType kType = DeviceType::HIP;
  static constexpr const char *kPlatform = "HIP";
  static constexpr const char *kLibrary = "runtime";
  static constexpr const char *kRelease = "ROCm";

  static constexpr const char *kLibraryNames[] = {
      "libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so.5"};
  /// The oldest runtime whose functions we can use: that of ROCm 5.0.
  static constexpr int kMinVersion = 50000000;
  /// "6.0.32830" for 60032830, which is 10000000 * major + 100000 * minor, and
  /// a patch number.
  static std::string getVersionText(int version);

  using Functions = hip::Functions;
  using Context = hip::Context;
  using ContextGuard = hip::ContextGuard;
  using Device = hipDevice_t;
  using DevicePtr = hipDeviceptr_t;
  using Stream = hipStream_t;
  using Event = hipEvent_t;
  using Module = hipModule_t;
  using Function = hipFunction_t;
  using UUID = hipUUID;
  using DeviceAttribute = hipDeviceAttribute_t;

  static DriverMeaning getMeaning(int result);
  static const char *getResultName(const Functions &functions, int result);
  static const char *getResultText(const Functions &functions, int result);

  static constexpr unsigned kPinnedFlags =
      hipHostMallocPortable | hipHostMallocMapped | hipHostMallocCoherent;
  static constexpr unsigned kManagedFlags = hipMemAttachGlobal;
  static constexpr unsigned kStreamFlags = hipStreamNonBlocking;
  static constexpr unsigned kEventFlags = hipEventDefault;

  static Status loadModule(const Functions &functions, hipModule_t *module,
                           const void *image);
  static constexpr bool kReadsLoadedImages = true;
  static constexpr auto kNumRegs = HIP_FUNC_ATTRIBUTE_NUM_REGS;
  static constexpr auto kSharedSizeBytes = HIP_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES;
  static constexpr auto kLocalSizeBytes = HIP_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES;
  static constexpr auto kMaxThreadsPerBlock =
      HIP_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK;

  /// "GPU-" and the UUID, which is text already, as rocm-smi writes it.
  static std::string formatUUID(const hipUUID &uuid);
  using Attributes = driverapi::DeviceAttributes;
  static constexpr std::pair<hipDeviceAttribute_t, int Attributes::*>
      kAttributes[] = {
          {hipDeviceAttributeMaxSharedMemoryPerBlock,
           &Attributes::sharedBytesPerBlock},
          {hipDeviceAttributeManagedMemory, &Attributes::managedMemory},
          {hipDeviceAttributeConcurrentManagedAccess,
           &Attributes::concurrentManagedAccess},
          {hipDeviceAttributeClockRate, &Attributes::clockKHz},
          {hipDeviceAttributeL2CacheSize, &Attributes::l2CacheBytes},
          {hipDeviceAttributeMultiprocessorCount,
           &Attributes::multiprocessorCount},
          {hipDeviceAttributeWarpSize, &Attributes::warpSize},
          {hipDeviceAttributeMaxThreadsPerBlock,
           &Attributes::maxThreadsPerBlock},
          {hipDeviceAttributeMaxBlockDimX, &Attributes::maxBlockX},
          {hipDeviceAttributeMaxBlockDimY, &Attributes::maxBlockY},
          {hipDeviceAttributeMaxBlockDimZ, &Attributes::maxBlockZ},
          {hipDeviceAttributeMaxGridDimX, &Attributes::maxGridX},
          {hipDeviceAttributeMaxGridDimY, &Attributes::maxGridY},
          {hipDeviceAttributeMaxGridDimZ, &Attributes::maxGridZ},
  };
};

using Api = driverapi::Api<HIPTraits>;

} // namespace vmjit::hip

#endif // VMJIT_LIB_RUNTIME_HIP_TRAITS_H
