//===- TestExecutor.h - What tests of the executor share --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_EXECUTOR_TESTEXECUTOR_H
#define VMJIT_UNITTESTS_EXECUTOR_TESTEXECUTOR_H

#include "ErrorExpectations.h"

#include "vmjit/Cache/CodeCache.h"
#include "vmjit/Executor/Executor.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Runtime/Mock/MockCompute.h"
#include "vmjit/VMIR/Builder.h"
#include "gtest/gtest.h"

#include <functional>
#include <numeric>

namespace vmjit {

/// The real compiler, which counts and can be told to fail or wait.
class TestCompiler : public ProgramCompiler {
public:
  /// Called before each compilation; a failure is the compilation's.
  using Hook = std::function<llvm::Error(const CompileOptions &)>;

  TestCompiler();
  llvm::Expected<CompileOptions>
  resolve(const vmir::Program &program, const CompileOptions &options) override;
  llvm::Expected<CodeObject> compile(const vmir::Program &program,
                                     const CompileOptions &options,
                                     std::vector<StageTime> *times) override;

  std::atomic<unsigned> compilations = 0;
  Hook hook;

private:
  std::unique_ptr<ProgramCompiler> compiler;
};

/// The host, the same for all tests.
std::shared_ptr<GpuCompute> getTestHost();

/// An executor on a mock, or on the host alone, and what it is made of.
struct TestExecutor {
  std::shared_ptr<MockCompute> mock;
  std::shared_ptr<TestCompiler> compiler = std::make_shared<TestCompiler>();
  std::shared_ptr<CodeCache> cache;
  std::unique_ptr<Executor> executor;

  Executor *operator->() { return executor.get(); }
  uint64_t getFallbacks(FallbackReason reason) const {
    return executor->getStatistics().fallbacks[static_cast<size_t>(reason)];
  }
};

/// Only the host.
TestExecutor makeHostExecutor(ExecutorOptions options = {},
                              std::shared_ptr<CodeCache> cache = nullptr);
/// A mock, and the host to take over.
TestExecutor makeMockExecutor(ExecutorOptions options = {},
                              MockOptions mock = {},
                              std::shared_ptr<CodeCache> cache = nullptr);

/// Kernel(in, inout, out, i64 n): for each thread i of 64-bit elements,
/// inout[i] += in[i] + n; out[i] = in[i]; in[i] = 0. Its name is \p name, and
/// \p extra is added, too.
vmir::Program makeAccumulate(llvm::StringRef name = "accumulate",
                             int64_t extra = 0);

/// Arguments for it, and what they have to be afterwards.
struct AccumulateRun {
  static constexpr size_t kCount = 100;

  std::vector<uint64_t> in;
  std::vector<uint64_t> inout;
  std::vector<uint64_t> out;
  uint64_t n = 5;

  AccumulateRun();
  std::vector<ExecutorArg> getArgs();
  KernelRequest getRequest(llvm::ArrayRef<ExecutorArg> args) const;
  llvm::Expected<ExecutionResult> run(Executor &executor,
                                      const vmir::Program &program);
  void expectDone(int64_t extra = 0) const;
  /// What may start again has not been touched.
  void expectUntouched() const;
};

/// A kernel without parameters that never ends.
vmir::Program makeEndlessKernel();
/// Hart mode: X[10] becomes the sum of the 64-bit words at X[11], of which
/// there are X[12], and is stored behind them.
vmir::Program makeSum();
/// Hart mode: never ends.
vmir::Program makeEndless();

/// Harts for makeSum: hart h sums 1 + h, 2 + h, ... 10 + h.
struct SumRun {
  static constexpr uint64_t kWords = 10;
  static constexpr uint64_t kBase = 0x20008;
  static constexpr uint64_t kReturnPc = 0x9000;

  HartStateArray state;
  HartMemory memory;

  static SumRun create(const HartStateLayout &layout, uint64_t hartCount);
  void expectDone();
  void expectUntouched();
};

} // namespace vmjit

#endif // VMJIT_UNITTESTS_EXECUTOR_TESTEXECUTOR_H
