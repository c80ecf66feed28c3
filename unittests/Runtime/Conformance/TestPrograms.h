//===- TestPrograms.h - What the suite runs ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_TESTPROGRAMS_H
#define VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_TESTPROGRAMS_H

#include "vmjit/Runtime/GpuCompute.h"

namespace vmjit {

enum class TestProgram {
  /// (x, y, z, n): z[i] = x[i] + y[i] for i < n, of 32-bit integers.
  Add,
  /// (p, n): p[i] = n for all threads, 32-bit.
  Fill,
  /// (p): p[0] = 1 again and again, for ever. Stoppable.
  Endless,
  /// (p, n): as Fill, then thread 0 ends with a fault. Stoppable.
  Fault,
  /// Hart mode: x10 = x11 + (x11 - 1) + ... + 1, and 8 bytes of memory at
  /// kHartData = x10. Then it returns.
  HartSum,
  /// Hart mode: loops for ever. Stoppable.
  HartEndless,
};

inline constexpr uint64_t kHartEntry = 0x1000;
inline constexpr uint64_t kHartData = 0x8000;
inline constexpr uint64_t kHartReturn = 0x9000;

/// The program as it is compiled.
const vmir::Program &getProgram(TestProgram program);
CompileOptions getOptions(TestProgram program);
/// One for all tests.
ProgramCompiler &getCompiler();
/// The program, compiled for \p device; once for each target.
llvm::Expected<const CodeObject *> getCodeObject(TestProgram program,
                                                 GpuCompute &device);

} // namespace vmjit

#endif // VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_TESTPROGRAMS_H
