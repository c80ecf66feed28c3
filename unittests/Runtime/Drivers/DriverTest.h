//===- DriverTest.h - Tests of the CUDA and HIP drivers ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the tests over both fake drivers share. Each test runs for each of them.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_DRIVERS_DRIVERTEST_H
#define VMJIT_UNITTESTS_RUNTIME_DRIVERS_DRIVERTEST_H

#include "../../CodeObject/ErrorExpectations.h"
#include "FakeDriver.h"

#include "vmjit/Runtime/GpuCompute.h"

namespace vmjit {

using Devices = std::vector<std::shared_ptr<GpuCompute>>;

/// What the tests have to know of a vendor.
struct TestVendor {
  const char *name;
  DeviceType type;
  llvm::StringRef (*getPath)();
  llvm::Expected<Devices> (*open)(llvm::StringRef path);
  /// Code for the default chip with the entry "kernel", which takes a buffer,
  /// an i32 and an f64, and is stoppable.
  CodeObject (*makeObject)();
  /// The functions that Symbols.def lists.
  llvm::ArrayRef<const char *> functions;
  // The functions that do what it says.
  const char *allocate;
  const char *launch;
  const char *copyToDevice;
  const char *copyToHost;
  const char *peerCopy;
  const char *getMemoryInfo;
  const char *eventQuery;
  const char *streamSynchronize;
  const char *loadModule;
};

extern const TestVendor kCUDAVendor;
extern const TestVendor kHIPVendor;

std::ostream &operator<<(std::ostream &os, const TestVendor *vendor);

/// A test with a fake driver that was just reset. At the end, everything must
/// have been used rightly and given back, also the thread's context.
class DriverTest : public testing::TestWithParam<const TestVendor *> {
protected:
  DriverTest() : vendor(*GetParam()), fake(vendor.getPath()) { fake.reset(); }
  void TearDown() override;

  /// The devices with some settings; none, and a failure, if there are none.
  Devices open(const llvm::Twine &settings = "");
  /// The first of them.
  std::shared_ptr<GpuCompute> openDevice(const llvm::Twine &settings = "") {
    Devices devices = open(settings);
    return devices.empty() ? nullptr : devices.front();
  }
  /// Expects a GpuError of \p kind that has the driver's answer to \p call.
  void expectDriverError(llvm::Error error, GpuErrorKind kind,
                         llvm::StringRef call, int code);

  const TestVendor &vendor;
  FakeDriver fake;
};

/// Arguments of the test's kernel.
std::vector<GpuArg> makeArgs(const GpuBuffer &buffer);

#define VMJIT_INSTANTIATE_DRIVER_TEST(Suite)                                   \
  INSTANTIATE_TEST_SUITE_P(Vendors, Suite,                                     \
                           testing::Values(&kCUDAVendor, &kHIPVendor),         \
                           [](const auto &info) { return info.param->name; })

} // namespace vmjit

#endif // VMJIT_UNITTESTS_RUNTIME_DRIVERS_DRIVERTEST_H
