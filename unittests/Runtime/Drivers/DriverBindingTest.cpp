//===- DriverBindingTest.cpp - Drivers that cannot be used ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "../../Support/ScopedVariable.h"
#include "DriverTest.h"

#include "vmjit/Runtime/CUDA/CUDADriver.h"
#include "vmjit/Runtime/HIP/HIPDriver.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace vmjit;

namespace {

class DriverBinding : public DriverTest {
protected:
  bool isCUDA() const { return vendor.type == DeviceType::CUDA; }
  /// Expects that opening \p path fails.
  void expectUnavailable(StringRef path, GpuErrorKind kind,
                         const std::string &part) {
    Expected<Devices> devices = vendor.open(path);
    ASSERT_FALSE(static_cast<bool>(devices));
    GpuError error = takeGpuError(devices.takeError());
    EXPECT_EQ(getGpuErrorKindName(error.getKind()).str(),
              getGpuErrorKindName(kind).str());
    EXPECT_EQ(error.getCode(), ErrorCode::DeviceUnavailable);
    EXPECT_THAT(error.getMessage(), testing::HasSubstr(part));
    if (kind == GpuErrorKind::DriverBindingFailed)
      EXPECT_EQ(error.getSubject().deviceType, vendor.type);
  }
  std::string getLibrary(StringRef suffix) const {
    return getFakeLibraryPath((isCUDA() ? "fakecuda" : "fakehip") +
                              suffix.str());
  }
};

} // namespace

VMJIT_INSTANTIATE_DRIVER_TEST(DriverBinding);

TEST_P(DriverBinding, SaysThatThereIsNoLibrary) {
  expectUnavailable("/nowhere/libdriver.so", GpuErrorKind::DriverBindingFailed,
                    "/nowhere/libdriver.so: cannot open shared object file");
}

TEST_P(DriverBinding, SaysThatAFileIsNoLibrary) {
  SmallString<128> path;
  ASSERT_FALSE(sys::fs::createTemporaryFile("driver", "so", path));
  expectUnavailable(path, GpuErrorKind::DriverBindingFailed, path.c_str());
  sys::fs::remove(path);
}

TEST_P(DriverBinding, SaysWhatALibraryLacks) {
  expectUnavailable(
      getFakeLibraryPath("emptylibrary"), GpuErrorKind::DriverBindingFailed,
      isCUDA() ? "no function cuGetErrorName" : "no function hipGetErrorName");
  expectUnavailable(getLibrary("-incomplete"),
                    GpuErrorKind::DriverBindingFailed,
                    isCUDA() ? "no function cuLaunchKernel"
                             : "no function hipModuleLaunchKernel");
}

TEST_P(DriverBinding, DoesWithoutWhatIsOptional) {
  FakeDriver required(getLibrary("-required"));
  required.reset();
  {
    VMJIT_ASSERT_VALUE(Devices devices, vendor.open(required.getPath()));
    VMJIT_ASSERT_VALUE(GpuDeviceInfo info, devices.front()->deviceInfo());
    EXPECT_EQ(info.id, "0000:01:00.0");
    EXPECT_EQ(info.chip, isCUDA() ? "sm_90" : "gfx90a");
  }
  const char *fallbacks[] = {
      isCUDA() ? "cuDeviceGetPCIBusId" : "hipDeviceGetPCIBusId",
      isCUDA() ? "cuDeviceGetPCIBusId" : "hipGetDeviceProperties"};
  for (const char *function : fallbacks) {
    required.configure("fail=" + Twine(function) + ":999");
    VMJIT_ASSERT_VALUE(Devices devices, vendor.open(required.getPath()));
    expectDriverError(devices.front()->deviceInfo().takeError(),
                      GpuErrorKind::DeviceInitializationFailed, function, 999);
  }
  EXPECT_EQ(required.getReport(), "");
}

TEST_P(DriverBinding, SaysThatThereIsNoDevice) {
  fake.configure("devices=0");
  expectUnavailable(fake.getPath(), GpuErrorKind::NoDeviceAvailable,
                    "finds no device");
}

TEST_P(DriverBinding, RefusesADriverThatIsTooOld) {
  fake.configure(isCUDA() ? "driver=10020" : "driver=40500000");
  expectUnavailable(fake.getPath(), GpuErrorKind::DriverBindingFailed,
                    isCUDA() ? "CUDA 10.2 and too old"
                             : "ROCm 4.5.0 and too old");
}

TEST_P(DriverBinding, ReadsThePathFromTheEnvironment) {
  const char *variable = isCUDA() ? "VMJIT_CUDA_LIBRARY" : "VMJIT_HIP_LIBRARY";
  auto discover = isCUDA() ? discoverCUDADevices : discoverHIPDevices;
  {
    ScopedVariable path(variable, fake.getPath().c_str());
    VMJIT_ASSERT_VALUE(Devices devices, discover());
    EXPECT_EQ(devices.size(), 1u);
  }
  ScopedVariable path(variable, "/nowhere/libdriver.so");
  expectError(discover(), ErrorCode::DeviceUnavailable,
              "/nowhere/libdriver.so");
}

/// Whatever is installed: devices, or an error that says why not.
TEST_P(DriverBinding, LooksForTheSystemsDriver) {
  Expected<Devices> devices = vendor.open("");
  if (devices) {
    EXPECT_FALSE(devices->empty());
    return;
  }
  GpuError error = takeGpuError(devices.takeError());
  EXPECT_EQ(error.getCode(), ErrorCode::DeviceUnavailable);
  EXPECT_NE(error.getReason(), "");
}

/// The library of the toolkit that programs are linked against.
TEST(CUDADriver, TellsTheStubFromADriver) {
  const char *home = std::getenv("CUDA_HOME");
  std::string stub =
      std::string(home ? home : "/usr/local/cuda") + "/lib64/stubs/libcuda.so";
  if (!sys::fs::exists(stub))
    GTEST_SKIP() << "no CUDA toolkit with " << stub;
  Expected<Devices> devices = openCUDADevices(stub);
  ASSERT_FALSE(static_cast<bool>(devices));
  GpuError error = takeGpuError(devices.takeError());
  EXPECT_EQ(error.getKind(), GpuErrorKind::DriverBindingFailed);
  EXPECT_THAT(error.getMessage(), testing::HasSubstr("stub"));
}
