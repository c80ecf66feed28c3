//===- HartRun.h - Harts of a conformance test ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// State and memory for the harts of a test, and what is wrong with them after
// some engine has run them.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CONFORMANCE_HARTRUN_H
#define VMJIT_CONFORMANCE_HARTRUN_H

#include "vmjit/Conformance/Suite.h"
#include "vmjit/Runtime/HartState.h"

namespace vmjit::conformance {

/// The harts of a test, in one state array. Move-only.
class HartRun {
public:
  /// The harts of \p test, which must outlive this object, as they start;
  /// \p layout is that of the state that the engine works on. Fails with
  /// InvalidArgument for a CSR of the test that is not among them, regions that
  /// overlap or are too many, and with OutOfMemory.
  static llvm::Expected<HartRun> create(const Test &test,
                                        const HartStateLayout &layout);

  HartStateArray &getState() { return state; }
  HartMemory &getMemory() { return memory; }

  /// What is not as the test expects, in words and in the order of the harts:
  /// "hart 3: x[5] is 0x1, expected 0x2". At most \p maxCount; none if all is
  /// well.
  std::vector<std::string> findDifferences(size_t maxCount);

private:
  HartRun(const Test &test, const HartStateLayout &layout, HartStateArray state,
          HartMemory memory)
      : test(test), layout(layout), state(std::move(state)),
        memory(std::move(memory)) {}

  llvm::Error initialize();
  llvm::Error fillMemory(HartMemory &target) const;

  class Comparison;

  const Test &test;
  HartStateLayout layout;
  HartStateArray state;
  HartMemory memory;
};

/// The first byte of the buffer that argument number \p index is, \p actual
/// after the launch, that is not as expected, in words.
std::optional<std::string> findDifference(const LaunchArgument &argument,
                                          size_t index,
                                          llvm::ArrayRef<uint8_t> actual);

} // namespace vmjit::conformance

#endif // VMJIT_CONFORMANCE_HARTRUN_H
