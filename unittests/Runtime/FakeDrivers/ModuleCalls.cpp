//===- ModuleCalls.cpp - Modules and launches of fake devices ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include <cstring>

using namespace fake;

/// Attributes of functions, which the vendors number alike.
enum FunctionAttribute {
  MaxThreadsPerBlock = 0,
  SharedSize = 1,
  LocalSize = 3,
  RegisterCount = 4,
  MaxDynamicShared = 8,
};

/// Indices into Vendor::limitAttributes.
enum Limit {
  BlockThreads,
  BlockDim,
  GridDim = 4,
  BlockShared = 7,
  SharedOptIn
};

static uint64_t getLimit(Machine &machine, unsigned limit) {
  return machine.getAttribute(vendor.limitAttributes[limit]);
}

void fake::writeLog(char *log, size_t size, const std::string &text) {
  if (!log || size == 0)
    return;
  size_t length = std::min(size - 1, text.size());
  std::memcpy(log, text.data(), length);
  log[length] = 0;
}

int fake::checkImage(Machine &machine, const Image &image) {
  unsigned device = getArchitecture(machine.settings.chip);
  // PTX and cubins run on later chips, the latter of the same generation; AMD's
  // code objects on the very chip.
  bool fits = !vendor.takesPTX || image.ptxVersion == 0
                  ? image.architecture == device || image.architecture == 0
                  : image.architecture <= device;
  if (!fits)
    return NoBinaryForGPU;
  if (image.ptxVersion > vendor.getPTXVersion(machine.settings.driverVersion))
    return UnsupportedPTXVersion;
  return Success;
}

static bool isELF(const void *image) {
  return std::memcmp(image, "\177ELF", 4) == 0;
}

int fake::loadModule(Machine &machine, Lock &, HandleResult handle,
                     const void *bytes, char *log, size_t logSize) {
  if (!canWrite(machine, handle) || !bytes)
    return InvalidValue;
  std::optional<Image> image;
  if (isELF(bytes)) {
    image = readELF(bytes, vendor.machine);
    if (!image)
      return InvalidImage;
  } else {
    if (!vendor.takesPTX)
      return InvalidImage;
    std::string error;
    image = readPTX(static_cast<const char *>(bytes), error);
    writeLog(log, logSize, error);
    if (!image)
      return InvalidPTX;
  }
  if (int wrong = checkImage(machine, *image))
    return wrong;
  auto *module = machine.create<Module>(machine.getCurrent());
  module->image = std::move(*image);
  for (const auto &[name, size] : module->image.globals)
    if (size > 0)
      module->globals[name] = machine.memory.allocate(
          MemoryKind::Global, module->context->device, size);
  handle.put(module);
  return Success;
}

int fake::unloadModule(Machine &machine, Lock &lock, void *handle) {
  Module *module = machine.find<Module>(handle);
  if (!module)
    return InvalidHandle;
  int failure = machine.waitAll(lock, *machine.getCurrent());
  module->isAlive = false;
  for (auto &[name, function] : module->functions)
    function->isAlive = false;
  for (auto &[name, global] : module->globals)
    machine.memory.free(*global);
  return failure;
}

int fake::getFunction(Machine &machine, Lock &, HandleResult handle,
                      void *moduleHandle, const char *name) {
  Module *module = machine.find<Module>(moduleHandle);
  if (!module)
    return InvalidHandle;
  if (!canWrite(machine, handle) || !name)
    return InvalidValue;
  auto kernel = module->image.kernels.find(name);
  if (kernel == module->image.kernels.end())
    return NotFound;
  Function *&function = module->functions[name];
  if (!function)
    function =
        machine.create<Function>(module->context, module, name, kernel->second);
  handle.put(function);
  return Success;
}

int fake::getGlobal(Machine &machine, Lock &, AddressResult address,
                    size_t *size, void *moduleHandle, const char *name) {
  Module *module = machine.find<Module>(moduleHandle);
  if (!module)
    return InvalidHandle;
  if (!name || (!address && !size))
    return machine.violation("nothing to look for", InvalidValue);
  auto global = module->globals.find(name);
  if (global == module->globals.end())
    return NotFound;
  if (address)
    address.put(global->second->address);
  if (size)
    *size = global->second->size;
  return Success;
}

int fake::getFunctionAttribute(Machine &machine, Lock &, int *value,
                               int attribute, void *handle) {
  Function *function = machine.find<Function>(handle);
  if (!function)
    return InvalidHandle;
  if (!canWrite(machine, value))
    return InvalidValue;
  switch (attribute) {
  case MaxThreadsPerBlock:
    *value = function->image.maxThreads
                 ? static_cast<int>(function->image.maxThreads)
                 : static_cast<int>(getLimit(machine, BlockThreads));
    return Success;
  case SharedSize:
    *value = static_cast<int>(function->image.sharedBytes);
    return Success;
  case LocalSize:
    *value = 0;
    return Success;
  case RegisterCount:
    // Of a kernel that nobody compiled; any number will do.
    *value = 32;
    return Success;
  case MaxDynamicShared:
    *value = function->maxDynamicShared;
    return Success;
  default:
    return machine.violation("an unknown attribute", InvalidValue);
  }
}

int fake::setFunctionAttribute(Machine &machine, Lock &, void *handle,
                               int attribute, int value) {
  Function *function = machine.find<Function>(handle);
  if (!function)
    return InvalidHandle;
  if (attribute != MaxDynamicShared)
    return machine.violation("an attribute that cannot be set", InvalidValue);
  if (value < 0 ||
      value + function->image.sharedBytes > getLimit(machine, SharedOptIn))
    return InvalidValue;
  function->maxDynamicShared = value;
  return Success;
}

static int checkDims(Machine &machine, const Function &function,
                     const Dims &grid, const Dims &block) {
  for (unsigned axis = 0; axis < 3; ++axis)
    if (grid[axis] == 0 || grid[axis] > getLimit(machine, GridDim + axis) ||
        block[axis] == 0 || block[axis] > getLimit(machine, BlockDim + axis))
      return machine.violation("a grid or block beyond the limits",
                               InvalidValue);
  uint64_t threads = uint64_t(block[0]) * block[1] * block[2];
  if (threads > getLimit(machine, BlockThreads))
    return machine.violation("a block beyond the limits", InvalidValue);
  if (function.image.maxThreads && threads > function.image.maxThreads)
    return machine.violation("a block beyond the kernel's limit", InvalidValue);
  return Success;
}

/// More than what every block has needs to be asked for.
static int checkShared(Machine &machine, const Function &function,
                       uint32_t sharedBytes) {
  uint64_t total = uint64_t(function.image.sharedBytes) + sharedBytes;
  if (total <= getLimit(machine, BlockShared))
    return Success;
  if (sharedBytes > static_cast<uint64_t>(function.maxDynamicShared))
    return machine.violation("more shared memory than was asked for",
                             InvalidValue);
  return Success;
}

/// Copies the values of the arguments, which need not live any longer.
static int readArgs(Machine &machine, const Function &function, void **args,
                    fake_launch &record) {
  record.arg_count = 0;
  const auto &sizes = function.image.paramSizes;
  if (!sizes || sizes->empty())
    return Success;
  if (!args)
    return machine.violation("no arguments", InvalidValue);
  if (sizes->size() > std::size(record.args))
    return machine.violation("too many arguments for the fake", InvalidValue);
  for (size_t index = 0; index < sizes->size(); ++index) {
    if (!args[index])
      return machine.violation("an argument that is nowhere", InvalidValue);
    if ((*sizes)[index] > sizeof(uint64_t))
      return machine.violation("an argument too large for the fake",
                               InvalidValue);
    record.args[index] = 0;
    std::memcpy(&record.args[index], args[index], (*sizes)[index]);
  }
  record.arg_count = static_cast<uint32_t>(sizes->size());
  return Success;
}

int fake::launch(Machine &machine, Lock &, void *functionHandle, Dims grid,
                 Dims block, uint32_t sharedBytes, void *streamHandle,
                 void **args, void **extra) {
  Function *function = machine.find<Function>(functionHandle);
  Stream *stream = machine.find<Stream>(streamHandle);
  if (!function || !stream)
    return InvalidHandle;
  if (extra)
    return machine.violation("arguments in a buffer", InvalidValue);
  if (int wrong = checkDims(machine, *function, grid, block))
    return wrong;
  if (int wrong = checkShared(machine, *function, sharedBytes))
    return wrong;
  fake_launch record = {};
  if (int wrong = readArgs(machine, *function, args, record))
    return wrong;
  std::copy(std::begin(grid), std::end(grid), record.grid);
  std::copy(std::begin(block), std::end(block), record.block);
  record.shared_bytes = sharedBytes;
  function->name.copy(record.function, sizeof(record.function) - 1);
  machine.lastLaunch = record;
  ++machine.launchCount;
  // Here a real device would run the kernel.
  Work work;
  work.module = function->module;
  // If it is no hart-mode entry, this is no launch record.
  if (record.arg_count == 1)
    work.hartLaunch = record.args[0];
  machine.submit(*stream, std::move(work));
  return Success;
}
