//===- precompiled.cpp - Running code without a compiler --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Loads a code object of examples/vecadd, copies vectors to the device,
// launches it there, and copies the sums back. Links no MLIR.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/DeviceManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace vmjit;

/// The bytes of \p values, as devices take them.
static llvm::MutableArrayRef<uint8_t> bytesOf(std::vector<float> &values) {
  return {reinterpret_cast<uint8_t *>(values.data()),
          values.size() * sizeof(float)};
}

static llvm::Expected<CodeObject> readObject(llvm::StringRef path) {
  auto bytes = llvm::MemoryBuffer::getFile(path, /*IsText=*/false);
  if (!bytes)
    return llvm::createFileError(path, bytes.getError());
  return CodeObject::deserialize(
      llvm::arrayRefFromStringRef((*bytes)->getBuffer()));
}

static llvm::Expected<GpuBuffer> upload(GpuCompute &device,
                                        llvm::ArrayRef<uint8_t> bytes) {
  llvm::Expected<GpuBuffer> buffer = device.allocateMemory(bytes.size());
  if (!buffer)
    return buffer.takeError();
  if (llvm::Error error = device.copyH2D(*buffer, bytes))
    return error;
  return buffer;
}

static llvm::Error run(llvm::StringRef path, llvm::StringRef deviceName) {
  llvm::Expected<CodeObject> object = readObject(path);
  if (!object)
    return object.takeError();
  auto device = DeviceManager::create()->select(deviceName);
  if (!device)
    return device.takeError();
  llvm::Expected<GpuKernel> kernel = (*device)->loadKernel(*object);
  if (!kernel)
    return kernel.takeError();

  std::vector<float> a(1000, 1), b(1000, 2), c(1000);
  llvm::Expected<GpuBuffer> x = upload(**device, bytesOf(a));
  llvm::Expected<GpuBuffer> y = upload(**device, bytesOf(b));
  llvm::Expected<GpuBuffer> sum = upload(**device, bytesOf(c));
  if (!x || !y || !sum)
    return llvm::joinErrors(llvm::joinErrors(x.takeError(), y.takeError()),
                            sum.takeError());
  auto result =
      (*device)->executeKernel(*kernel, {.grid = {8}, .block = {128}},
                               {GpuArg::buffer(*x), GpuArg::buffer(*y),
                                GpuArg::buffer(*sum), GpuArg::i32(1000)});
  if (!result)
    return result.takeError();
  if (llvm::Error error = (*device)->copyD2H(bytesOf(c), *sum))
    return error;
  llvm::outs() << "c[999] = " << c[999] << "\n";
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  if (argc != 3) {
    llvm::errs() << "usage: precompiled CODE DEVICE\n";
    return 2;
  }
  llvm::ExitOnError exitOnError("precompiled: ");
  exitOnError(run(argv[1], argv[2]));
  return 0;
}
