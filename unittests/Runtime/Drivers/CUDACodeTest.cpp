//===- CUDACodeTest.cpp - Code for CUDA devices -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "DriverTest.h"

#include "vmjit/Runtime/CUDA/CUDADriver.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;

namespace {

/// Runs over CUDA only.
class CUDACode : public DriverTest {};

} // namespace

INSTANTIATE_TEST_SUITE_P(CUDA, CUDACode, testing::Values(&kCUDAVendor));

TEST_P(CUDACode, KeepsWhatTheDriverCompiled) {
  auto device = openDevice();
  std::optional<CodeObject> compiled;
  CodeObject object = vendor.makeObject();
  VMJIT_ASSERT_VALUE(GpuKernel first,
                     device->loadKernel(object, "", &compiled));
  ASSERT_TRUE(compiled.has_value());
  EXPECT_EQ(compiled->payloadKind, PayloadKind::Cubin);
  EXPECT_EQ(compiled->entries, object.entries);
  EXPECT_EQ(fake.getCallCount("cuLinkComplete"), 1u);
  // Through a cache, and without the driver's compiler.
  VMJIT_ASSERT_VALUE(std::vector<uint8_t> bytes, compiled->serialize());
  VMJIT_ASSERT_VALUE(CodeObject read, CodeObject::deserialize(bytes));
  EXPECT_EQ(read, *compiled);
  std::optional<CodeObject> again;
  VMJIT_ASSERT_VALUE(GpuKernel second, device->loadKernel(read, "", &again));
  EXPECT_FALSE(again.has_value());
  EXPECT_EQ(fake.getCallCount("cuLinkComplete"), 1u);
  EXPECT_EQ(second.getEntry().resources.staticSharedBytes, 128u);
}

/// Compiles \p ptx for sm_90 as the toolkit does; none where there is no ptxas.
static std::optional<std::vector<uint8_t>> runPtxas(StringRef ptx) {
  ErrorOr<std::string> ptxas = sys::findProgramByName("ptxas");
  if (!ptxas)
    ptxas = sys::findProgramByName("ptxas", {"/usr/local/cuda/bin"});
  if (!ptxas)
    return std::nullopt;
  SmallString<128> input, output;
  EXPECT_FALSE(sys::fs::createTemporaryFile("kernel", "ptx", input));
  EXPECT_FALSE(sys::fs::createTemporaryFile("kernel", "cubin", output));
  FileRemover removeInput(input), removeOutput(output);
  std::error_code wrong;
  raw_fd_ostream(input, wrong) << ptx;
  StringRef args[] = {*ptxas, "-arch=sm_90", input, "-o", output};
  EXPECT_EQ(sys::ExecuteAndWait(*ptxas, args), 0);
  auto file = MemoryBuffer::getFile(output);
  if (!file)
    return std::nullopt;
  StringRef bytes = (*file)->getBuffer();
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

TEST_P(CUDACode, LoadsCubinsOfTheToolkit) {
  CodeObject object = vendor.makeObject();
  std::optional<std::vector<uint8_t>> cubin =
      runPtxas(std::string(object.payload.begin(), object.payload.end()));
  if (!cubin)
    GTEST_SKIP() << "no ptxas";
  object.payloadKind = PayloadKind::Cubin;
  object.payload = std::move(*cubin);
  expectSuccess(object.verify());
  auto device = openDevice();
  VMJIT_ASSERT_VALUE(GpuKernel kernel, device->loadKernel(object));
  EXPECT_EQ(fake.getCallCount("cuLinkCreate_v2"), 0u);
  // Whatever is cut off is noticed before a driver reads beyond the end.
  object.payload.resize(object.payload.size() / 2);
  expectError(device->loadKernel(object), ErrorCode::LoadingFailed,
              "no ELF file that a driver could load");
}

TEST_P(CUDACode, ChoosesChipAndPTXForDeviceAndDriver) {
  struct {
    const char *settings;
    const char *chip;
    unsigned ptxVersion;
  } cases[] = {
      {"chip=sm_70 driver=11000", "sm_70", 70},
      {"chip=sm_90 driver=12040", "sm_90", 78},
      {"chip=sm_86 driver=13000", "sm_86", 71},
      {"chip=sm_120 driver=12080", "sm_120", 87},
      // The driver is older than the chip, or LLVM does not know it.
      {"chip=sm_120 driver=12040", "sm_90", 78},
      {"chip=sm_90 driver=11040", "sm_87", 74},
      {"chip=sm_89 driver=11000", "sm_80", 70},
      {"chip=sm_199 driver=99000", "sm_121", 88},
  };
  for (const auto &test : cases) {
    SCOPED_TRACE(test.settings);
    fake.reset();
    auto device = openDevice(test.settings);
    VMJIT_ASSERT_VALUE(TargetSpec target, device->getTarget());
    EXPECT_EQ(target.kind, TargetKind::NVPTX);
    EXPECT_EQ(target.chip, test.chip);
    EXPECT_EQ(target.ptxVersion, test.ptxVersion);
  }
}

TEST_P(CUDACode, HasNoCodeForChipsBeforeVolta) {
  auto device = openDevice("chip=sm_61");
  expectError(device->getTarget(), ErrorCode::Unsupported, "before sm_70");
}

TEST_P(CUDACode, RefusesPTXThatTheDriverDoesNotRead) {
  auto device = openDevice("driver=11070");
  expectError(device->loadKernel(vendor.makeObject()), ErrorCode::LoadingFailed,
              "PTX 7.8; the driver for CUDA 11.7 reads versions up to 7.7");
  EXPECT_EQ(fake.getCallCount("cuLinkCreate_v2"), 0u);
}

TEST_P(CUDACode, TellsWhatTheDriversCompilerWrote) {
  auto device = openDevice();
  CodeObject object = vendor.makeObject();
  object.payload = {'n', 'o', ' ', 'P', 'T', 'X'};
  expectError(device->loadKernel(object), ErrorCode::LoadingFailed,
              "Missing .version directive");
  expectDriverError(device->loadKernel(object).takeError(),
                    GpuErrorKind::KernelLoadingFailed, "cuLinkAddData_v2", 218);
}

TEST_P(CUDACode, RefusesCodeForLaterChips) {
  auto device = openDevice("chip=sm_80");
  expectDriverError(device->loadKernel(vendor.makeObject()).takeError(),
                    GpuErrorKind::KernelLoadingFailed, "cuLinkAddData_v2", 209);
}

TEST_P(CUDACode, TellsOfAFunctionThatIsNotThere) {
  auto device = openDevice();
  CodeObject object = vendor.makeObject();
  object.entries.front().symbol = "missing";
  expectDriverError(device->loadKernel(object).takeError(),
                    GpuErrorKind::KernelLoadingFailed, "cuModuleGetFunction",
                    500);
}

TEST_P(CUDACode, LaunchesWithAllSharedMemoryThatThereIs) {
  auto device = openDevice();
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(64));
  VMJIT_ASSERT_VALUE(GpuKernel kernel, device->loadKernel(vendor.makeObject()));
  LaunchConfig config;
  config.grid = {1};
  config.block = {1};
  config.dynamicSharedBytes = (227 << 10) - 128;
  expectSuccess(
      device->executeKernel(kernel, config, makeArgs(buffer)).takeError());
  ++config.dynamicSharedBytes;
  expectError(device->executeKernel(kernel, config, makeArgs(buffer)),
              ErrorCode::InvalidArgument, "shared");
}

TEST_P(CUDACode, RefusesBlocksThatTheKernelIsTooLargeFor) {
  auto device = openDevice();
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(64));
  CodeObject object = vendor.makeObject();
  std::string ptx(object.payload.begin(), object.payload.end());
  ptx.insert(ptx.find("{\n  .reg"), ".maxntid 128, 2, 1\n");
  object.payload.assign(ptx.begin(), ptx.end());
  VMJIT_ASSERT_VALUE(GpuKernel kernel, device->loadKernel(object));
  LaunchConfig config;
  config.grid = {1};
  config.block = {256};
  expectSuccess(
      device->executeKernel(kernel, config, makeArgs(buffer)).takeError());
  config.block = {257};
  expectError(device->executeKernel(kernel, config, makeArgs(buffer)),
              ErrorCode::InvalidArgument, "the kernel allows 256");
}
