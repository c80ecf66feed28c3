//===- vm-devices.cpp - Lists devices ---------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/DeviceManager.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace vmjit;

static cl::OptionCategory category("vm-devices options");

static cl::opt<bool> asJSON("json", cl::desc("Print one JSON object"),
                            cl::cat(category));
static cl::opt<std::string>
    choice("device", cl::value_desc("choice"),
           cl::desc("Only the device that this chooses: auto, cuda, cuda:1, "
                    "hip:0, host, mock, an index into the list, or a name"),
           cl::cat(category));

//===----------------------------------------------------------------------===//
// What is known of a device
//===----------------------------------------------------------------------===//

namespace {
/// A fact: how JSON calls it, its value there, and the text for people.
struct Fact {
  StringRef key;
  StringRef label;
  json::Value value;
  std::string text;
};
} // namespace

static std::string formatBytes(uint64_t bytes) {
  static constexpr StringLiteral kUnits[] = {"bytes", "KiB", "MiB", "GiB",
                                             "TiB"};
  double amount = static_cast<double>(bytes);
  size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < std::size(kUnits); ++unit)
    amount /= 1024;
  return unit == 0 ? formatv("{0} {1}", bytes, kUnits[unit]).str()
                   : formatv("{0:f1} {1}", amount, kUnits[unit]).str();
}

static std::string formatDim(const Dim3 &dim) {
  return formatv("{0} x {1} x {2}", dim.x, dim.y, dim.z);
}

static json::Array toJSON(const Dim3 &dim) {
  return json::Array{dim.x, dim.y, dim.z};
}

/// All that is known; what is not is left out.
static std::vector<Fact> describe(const GpuDeviceInfo &info) {
  std::vector<Fact> facts;
  auto addText = [&](StringRef key, StringRef label, StringRef text) {
    if (!text.empty())
      facts.push_back({key, label, text.str(), text.str()});
  };
  auto addNumber = [&](StringRef key, StringRef label, uint64_t value,
                       const Twine &text) {
    if (value != 0)
      facts.push_back({key, label, value, text.str()});
  };
  auto addBytes = [&](StringRef key, StringRef label, uint64_t bytes) {
    addNumber(key, label, bytes, formatBytes(bytes));
  };
  auto addDim = [&](StringRef key, StringRef label, const Dim3 &dim) {
    facts.push_back({key, label, toJSON(dim), formatDim(dim)});
  };
  auto addFlag = [&](StringRef key, StringRef label, bool value) {
    facts.push_back({key, label, value, value ? "yes" : "no"});
  };
  addText("name", "name", info.name);
  addText("id", "id", info.id);
  addText("chip", "chip", info.chip);
  if (info.computeCapability)
    addText("computeCapability", "compute capability",
            formatv("{0}.{1}", info.computeCapability->major,
                    info.computeCapability->minor)
                .str());
  addText("driverVersion", "driver version", info.driverVersion);
  addBytes("totalMemoryBytes", "memory", info.memory.totalBytes);
  addBytes("freeMemoryBytes", "free memory", info.memory.freeBytes);
  addNumber("multiprocessors", "multiprocessors", info.multiprocessorCount,
            Twine(info.multiprocessorCount));
  addNumber("warpSize", "warp size", info.warpSize, Twine(info.warpSize));
  addNumber("clockKHz", "clock", info.clockKHz,
            Twine(info.clockKHz / 1000) + " MHz");
  addBytes("l2CacheBytes", "L2 cache", info.l2CacheBytes);
  addBytes("sharedBytesPerBlock", "shared memory of a block",
           info.sharedBytesPerBlock);
  addNumber("maxThreadsPerBlock", "threads of a block", info.maxThreadsPerBlock,
            Twine(info.maxThreadsPerBlock));
  addDim("maxBlockDim", "largest block", info.maxBlockDim);
  addDim("maxGridDim", "largest grid", info.maxGridDim);
  addFlag("unifiedMemory", "unified memory", info.hasUnifiedMemory);
  addFlag("sharesHostMemory", "shares the host's memory",
          info.sharesHostMemory);
  return facts;
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

static json::Object makeJSON(GpuCompute &device) {
  json::Object object{{"device", device.getSpelling()},
                      {"type", getDeviceTypeName(device.getType())},
                      {"index", device.getIndex()}};
  Expected<GpuDeviceInfo> info = device.deviceInfo();
  if (!info) {
    object["unusable"] = toString(info.takeError());
    return object;
  }
  for (Fact &fact : describe(*info))
    object[fact.key] = std::move(fact.value);
  return object;
}

static void printText(GpuCompute &device, const Twine &position) {
  outs() << position << device.getSpelling() << " ("
         << getDeviceTypeText(device.getType()) << ")\n";
  Expected<GpuDeviceInfo> info = device.deviceInfo();
  if (!info) {
    outs() << "  cannot be used: " << toString(info.takeError()) << "\n";
    return;
  }
  for (const Fact &fact : describe(*info))
    outs() << formatv("  {0,-25} {1}\n", fact.label, fact.text);
}

static void printAll(DeviceManager &manager) {
  if (asJSON) {
    json::Array devices;
    for (const std::shared_ptr<GpuCompute> &device : manager.getDevices())
      devices.push_back(makeJSON(*device));
    json::Array unavailable;
    for (const UnavailableDriver &driver : manager.getUnavailableDrivers())
      unavailable.push_back(
          json::Object{{"type", getDeviceTypeName(driver.type)},
                       {"kind", getGpuErrorKindName(driver.error.getKind())},
                       {"reason", driver.error.getMessage()}});
    outs() << formatv("{0:2}\n", json::Value(json::Object{
                                     {"devices", std::move(devices)},
                                     {"unavailable", std::move(unavailable)},
                                 }));
    return;
  }
  for (const auto &[position, device] : enumerate(manager.getDevices()))
    printText(*device, Twine(position) + ": ");
  for (const UnavailableDriver &driver : manager.getUnavailableDrivers())
    outs() << getDeviceTypeName(driver.type) << " ("
           << getDeviceTypeText(driver.type)
           << ") is unavailable: " << driver.error.getMessage() << "\n";
}

static Error run() {
  std::shared_ptr<DeviceManager> manager = DeviceManager::create();
  if (choice.getNumOccurrences() == 0) {
    printAll(*manager);
    return Error::success();
  }
  Expected<std::shared_ptr<GpuCompute>> device = manager->select(choice);
  if (!device)
    return device.takeError();
  if (asJSON)
    outs() << formatv("{0:2}\n", json::Value(makeJSON(**device)));
  else
    printText(**device, "");
  return Error::success();
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "Lists the devices that programs can run on, and the drivers that have\n"
      "none, with the reason\n");
  if (Error error = run()) {
    logAllUnhandledErrors(std::move(error), errs(), "vm-devices: error: ");
    return 1;
  }
  return 0;
}
