//===- HostProcessor.cpp - What the system says of the CPU ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// From /proc and /sys where they are, and sysconf. What they do not say stays
// unknown.
//
//===----------------------------------------------------------------------===//

#include "HostProcessor.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"

#include <unistd.h>

using namespace llvm;
using namespace vmjit;

/// The text of a file of the system, which has no size; empty if there is none.
static std::string readSystemFile(const Twine &path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer =
      MemoryBuffer::getFileAsStream(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

/// What follows \p key and a colon at the start of a line.
static StringRef findField(StringRef text, StringRef key) {
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    auto [name, value] = line.split(':');
    if (name.trim() == key)
      return value.trim();
    text = rest;
  }
  return {};
}

StringRef vmjit::parseCpuModel(StringRef cpuInfo) {
  return findField(cpuInfo, "model name");
}

uint64_t vmjit::parseCpuClockKHz(StringRef cpuInfo) {
  double megahertz = 0;
  // No clock is as high as that, and what is not a number is not below it.
  if (findField(cpuInfo, "cpu MHz").getAsDouble(megahertz) ||
      !(megahertz > 0 && megahertz < 1e9))
    return 0;
  return static_cast<uint64_t>(megahertz * 1000);
}

uint64_t vmjit::parseMemInfo(StringRef memInfo, StringRef key) {
  StringRef value = findField(memInfo, key);
  uint64_t kilobytes = 0;
  if (!value.consume_back("kB") || value.trim().getAsInteger(10, kilobytes) ||
      kilobytes > UINT64_MAX / 1024)
    return 0;
  return kilobytes * 1024;
}

CpuDescription vmjit::describeCpu() {
  std::string cpuInfo = readSystemFile("/proc/cpuinfo");
  CpuDescription cpu;
  StringRef model = parseCpuModel(cpuInfo);
  cpu.name = model.empty() ? sys::getHostCPUName().str() : model.str();
  std::string highest =
      readSystemFile("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");
  // Where it is not scaled, the current clock is the only one.
  if (StringRef(highest).trim().getAsInteger(10, cpu.clockKHz))
    cpu.clockKHz = parseCpuClockKHz(cpuInfo);
  return cpu;
}

/// A value of sysconf; 0 where the system does not know it.
static uint64_t getSystemValue(int name) {
  long value = sysconf(name);
  return value > 0 ? static_cast<uint64_t>(value) : 0;
}

uint64_t vmjit::getL2CacheBytes() {
#ifdef _SC_LEVEL2_CACHE_SIZE
  return getSystemValue(_SC_LEVEL2_CACHE_SIZE);
#else
  return 0;
#endif
}

GpuMemoryInfo vmjit::getHostMemory() {
  GpuMemoryInfo memory;
  memory.totalBytes =
      getSystemValue(_SC_PHYS_PAGES) * getSystemValue(_SC_PAGESIZE);
  memory.freeBytes =
      parseMemInfo(readSystemFile("/proc/meminfo"), "MemAvailable");
#ifdef _SC_AVPHYS_PAGES
  if (memory.freeBytes == 0)
    memory.freeBytes =
        getSystemValue(_SC_AVPHYS_PAGES) * getSystemValue(_SC_PAGESIZE);
#endif
  return memory;
}
