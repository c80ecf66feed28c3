//===- FakeDrivers.cpp - The fake drivers, for the suite --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The CUDA and HIP drivers over libraries that check every call and run no
// kernels.
//
//===----------------------------------------------------------------------===//

#include "ComputeDriver.h"
#include "FakeDriver.h"

#include "vmjit/Runtime/CUDA/CUDADriver.h"
#include "vmjit/Runtime/HIP/HIPDriver.h"

using namespace llvm;
using namespace vmjit;

using Devices = Expected<std::vector<std::shared_ptr<GpuCompute>>>;

/// The driver that \p open opens, over \p library, which lives as long as the
/// process.
static ComputeDriver describeFake(StringRef name, FakeDriver &library,
                                  Devices (*open)(StringRef)) {
  auto create = [&library, open]() -> Devices {
    library.reset();
    library.configure("devices=2 peers=1");
    return open(library.getPath());
  };
  return {name.str(),
          create,
          {{ComputeFeature::RunsCode, "the fake library runs no kernels"},
           {ComputeFeature::StopsKernels, "the fake library runs no kernels"}},
          [&library] {
            std::string report = library.getReport();
            library.reset();
            return report;
          }};
}

std::vector<ComputeDriver> vmjit::getComputeDrivers() {
  static FakeDriver cuda(getFakeCUDAPath());
  static FakeDriver hip(getFakeHIPPath());
  return {describeFake("FakeCUDA", cuda, openCUDADevices),
          describeFake("FakeHIP", hip, openHIPDevices)};
}
