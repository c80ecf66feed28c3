//===- ComputeDriver.h - Drivers that the suite is run over -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The suite of GpuCompute is compiled once. A program that runs it defines
// getComputeDrivers:
//
//   std::vector<ComputeDriver> vmjit::getComputeDrivers() {
//     return {{.name = "Mock", .create = createMocks,
//              .unsupported = {{ComputeFeature::RunsCode, "it runs no
//              code"}}}};
//   }
//
// A driver whose create fails because there is no library or no device skips
// its tests with the reason; any other failure of create fails them. What is
// unsupported skips the tests that need it, and must really fail: a feature
// that works although it is on the list is a failure, too.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_COMPUTEDRIVER_H
#define VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_COMPUTEDRIVER_H

#include "vmjit/Runtime/GpuCompute.h"

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace vmjit {

/// The list is in ComputeFeatures.def.
enum class ComputeFeature {
#define VMJIT_COMPUTE_FEATURE(Name, Text) Name,
#include "ComputeFeatures.def"
};

/// The feature's text.
llvm::StringRef getComputeFeatureText(ComputeFeature feature);

struct UnsupportedFeature {
  ComputeFeature feature;
  std::string reason;
};

struct ComputeDriver {
  /// Letters and digits, for the names of tests.
  std::string name;
  /// New devices, at least one. Each test gets its own where the driver can
  /// make them.
  std::function<llvm::Expected<std::vector<std::shared_ptr<GpuCompute>>>()>
      create;
  std::vector<UnsupportedFeature> unsupported = {};
  /// Called when a test has let go of everything; gives what went wrong unseen,
  /// empty for nothing. May be null.
  std::function<std::string()> findViolations = nullptr;
};

inline void PrintTo(const ComputeDriver &driver, std::ostream *os) {
  *os << driver.name;
}

/// Defined by each program that runs the suite.
std::vector<ComputeDriver> getComputeDrivers();

/// Whether \p feature works on \p devices.
llvm::Expected<bool> probe(ComputeFeature feature,
                           llvm::ArrayRef<std::shared_ptr<GpuCompute>> devices);

} // namespace vmjit

#endif // VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_COMPUTEDRIVER_H
