//===- Device.cpp - Devices as handles --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit-c/Device.h"

#include "Arguments.h"
#include "Conversions.h"
#include "VersionedStruct.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

vmjit_error *vmjit_context_get_device_count(vmjit_context *context,
                                            size_t *count) {
  Arguments arguments;
  arguments.handle(context, "context").pointer(count, "count");
  if (!arguments)
    return arguments.fail();
  *count = context->resources.devices->getDevices().size();
  return nullptr;
}

vmjit_error *vmjit_context_get_device(vmjit_context *context, size_t index,
                                      vmjit_device **device) {
  Arguments arguments;
  arguments.out(device, "device").handle(context, "context");
  if (!arguments)
    return arguments.fail();
  ArrayRef<std::shared_ptr<GpuCompute>> devices =
      context->resources.devices->getDevices();
  if (index >= devices.size())
    return invalid("there is no device of that index");
  *device = new vmjit_device(devices[index]);
  return nullptr;
}

vmjit_error *vmjit_context_find_device(vmjit_context *context, const char *name,
                                       vmjit_device **device) {
  Arguments arguments;
  arguments.out(device, "device").handle(context, "context");
  if (!arguments)
    return arguments.fail();
  auto found = context->resources.devices->select(name ? name : "auto");
  if (!found)
    return toCError(found.takeError());
  *device = new vmjit_device(std::move(*found));
  return nullptr;
}

vmjit_error *vmjit_context_describe_unavailable(vmjit_context *context,
                                                vmjit_blob **text) {
  Arguments arguments;
  arguments.out(text, "text").handle(context, "context");
  if (!arguments)
    return arguments.fail();
  std::string lines;
  raw_string_ostream os(lines);
  for (const UnavailableDriver &driver :
       context->resources.devices->getUnavailableDrivers())
    os << getDeviceTypeName(driver.type) << ": " << driver.error.getMessage()
       << "\n";
  *text = makeBlob(std::move(lines));
  return nullptr;
}

void vmjit_device_destroy(vmjit_device *device) {
  if (device && device->isIntact())
    delete device;
}

/// What \p info says; its strings stay those of \p info.
static vmjit_device_info describe(const GpuDeviceInfo &info) {
  vmjit_device_info known = {};
  known.type = toC(info.type);
  known.index = info.index;
  known.name = info.name.c_str();
  known.id = info.id.c_str();
  known.chip = info.chip.c_str();
  known.driver_version = info.driverVersion.c_str();
  if (info.computeCapability) {
    known.capability_major = info.computeCapability->major;
    known.capability_minor = info.computeCapability->minor;
  }
  known.multiprocessor_count = info.multiprocessorCount;
  known.warp_size = info.warpSize;
  known.clock_khz = info.clockKHz;
  known.l2_cache_bytes = info.l2CacheBytes;
  known.shared_bytes_per_block = info.sharedBytesPerBlock;
  known.max_threads_per_block = info.maxThreadsPerBlock;
  known.max_block_dim = toC(info.maxBlockDim);
  known.max_grid_dim = toC(info.maxGridDim);
  known.has_unified_memory = info.hasUnifiedMemory;
  known.shares_host_memory = info.sharesHostMemory;
  return known;
}

vmjit_error *vmjit_device_get_info(vmjit_device *device,
                                   vmjit_device_info *info) {
  Arguments arguments;
  arguments.handle(device, "device").pointer(info, "info");
  if (!arguments)
    return arguments.fail();
  Expected<GpuDeviceInfo> current = device->device->deviceInfo();
  if (!current)
    return toCError(current.takeError());
  GpuMemoryInfo memory = current->memory;
  std::lock_guard lock(device->mutex);
  if (!device->info) {
    device->spelling = current->getSpelling();
    device->info = std::move(*current);
  }
  vmjit_device_info known = describe(*device->info);
  known.spelling = device->spelling.c_str();
  known.free_bytes = memory.freeBytes;
  known.total_bytes = memory.totalBytes;
  return toCError(writeStruct(info, known, "info"));
}

int vmjit_device_is_available(vmjit_device *device) {
  return device && device->isIntact() && device->device->isAvailable();
}

vmjit_error *vmjit_device_synchronize(vmjit_device *device) {
  Arguments arguments;
  arguments.handle(device, "device");
  if (!arguments)
    return arguments.fail();
  return toCError(device->device->synchronize());
}

vmjit_error *
vmjit_device_get_memory_statistics(vmjit_device *device,
                                   vmjit_memory_statistics *statistics) {
  Arguments arguments;
  arguments.handle(device, "device").pointer(statistics, "statistics");
  if (!arguments)
    return arguments.fail();
  GpuMemoryStatistics counts = device->device->getMemoryStatistics();
  vmjit_memory_statistics known = {};
  known.used_bytes = counts.usedBytes;
  known.peak_used_bytes = counts.peakUsedBytes;
  known.pooled_bytes = counts.pooledBytes;
  known.allocation_count = counts.allocationCount;
  known.pool_hit_count = counts.poolHitCount;
  return toCError(writeStruct(statistics, known, "statistics"));
}

vmjit_error *vmjit_device_trim_memory(vmjit_device *device) {
  Arguments arguments;
  arguments.handle(device, "device");
  if (!arguments)
    return arguments.fail();
  return toCError(device->device->trimMemory());
}
