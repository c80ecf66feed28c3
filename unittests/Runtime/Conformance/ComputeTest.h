//===- ComputeTest.h - The fixture of the suite -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_COMPUTETEST_H
#define VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_COMPUTETEST_H

#include "../GpuErrorExpectations.h"
#include "ComputeDriver.h"
#include "TestPrograms.h"

namespace vmjit {

class ComputeTest : public testing::TestWithParam<ComputeDriver> {
protected:
  void SetUp() override;
  void TearDown() override;

  /// Skips the test if the driver says that it does not have \p feature.
  bool skipsWithout(ComputeFeature feature);
  bool has(ComputeFeature feature) const;

  /// A buffer with \p values.
  template <class T>
  GpuBuffer makeBuffer(llvm::ArrayRef<T> values,
                       MemoryKind kind = MemoryKind::Device) {
    GpuBuffer buffer = allocate(values.size() * sizeof(T), kind);
    if (buffer)
      expectSuccess(device->copyH2D(buffer, asBytes(values)));
    return buffer;
  }
  /// The values in \p buffer.
  template <class T> std::vector<T> read(const GpuBuffer &buffer) {
    std::vector<T> values(buffer.getSize() / sizeof(T));
    expectSuccess(device->copyD2H(asWritableBytes(values), buffer));
    return values;
  }
  GpuBuffer allocate(uint64_t size, MemoryKind kind = MemoryKind::Device);
  GpuStream makeStream();
  GpuEvent makeEvent();
  /// Loads a program of TestPrograms.h.
  llvm::Expected<GpuKernel> load(TestProgram program);

  template <class T>
  static llvm::ArrayRef<uint8_t> asBytes(llvm::ArrayRef<T> values) {
    return {reinterpret_cast<const uint8_t *>(values.data()),
            values.size() * sizeof(T)};
  }
  template <class T>
  static llvm::MutableArrayRef<uint8_t>
  asWritableBytes(std::vector<T> &values) {
    return {reinterpret_cast<uint8_t *>(values.data()),
            values.size() * sizeof(T)};
  }

  std::vector<std::shared_ptr<GpuCompute>> devices;
  /// The first of them.
  std::shared_ptr<GpuCompute> device;
};

#define VMJIT_NEEDS(Feature)                                                   \
  if (skipsWithout(ComputeFeature::Feature))                                   \
  return

} // namespace vmjit

#endif // VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_COMPUTETEST_H
