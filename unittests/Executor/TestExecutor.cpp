//===- TestExecutor.cpp - What tests of the executor share ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

#include "vmjit/Compiler/CompilerPool.h"
#include "vmjit/Runtime/Host/HostCompute.h"

using namespace llvm;
using namespace vmjit;
using vmir::ParamType;

TestCompiler::TestCompiler() : compiler(std::make_unique<CompilerPool>()) {}

Expected<CompileOptions> TestCompiler::resolve(const vmir::Program &program,
                                               const CompileOptions &options) {
  return compiler->resolve(program, options);
}

Expected<CodeObject> TestCompiler::compile(const vmir::Program &program,
                                           const CompileOptions &options,
                                           std::vector<StageTime> *times) {
  ++compilations;
  if (hook)
    if (Error error = hook(options))
      return std::move(error);
  return compiler->compile(program, options, times);
}

std::shared_ptr<GpuCompute> vmjit::getTestHost() {
  static std::shared_ptr<GpuCompute> host = createHostCompute();
  return host;
}

TestExecutor vmjit::makeHostExecutor(ExecutorOptions options,
                                     std::shared_ptr<CodeCache> cache) {
  TestExecutor test;
  test.cache = cache;
  test.executor = cantFail(
      Executor::create(std::move(options), {.device = getTestHost(),
                                            .compiler = test.compiler,
                                            .cache = std::move(cache)}));
  return test;
}

TestExecutor vmjit::makeMockExecutor(ExecutorOptions options, MockOptions mock,
                                     std::shared_ptr<CodeCache> cache) {
  TestExecutor test;
  test.mock = MockCompute::create(std::move(mock));
  test.cache = cache;
  test.executor = cantFail(
      Executor::create(std::move(options), {.device = test.mock,
                                            .hostDevice = getTestHost(),
                                            .compiler = test.compiler,
                                            .cache = std::move(cache)}));
  return test;
}

vmir::Program vmjit::makeAccumulate(StringRef name, int64_t extra) {
  vmir::IRBuilder builder(name);
  builder.setParams({ParamType::Buffer, ParamType::Buffer, ParamType::Buffer,
                     ParamType::I64});
  builder.createBlock(0x1000)
      .GpuGlobalId(5, 0)
      .SllImm(5, 5, 3)
      .Add(10, 10, 5)
      .Add(11, 11, 5)
      .Add(12, 12, 5)
      .Load(6, 10, 0, 8, {})
      .Load(7, 11, 0, 8, {})
      .Add(7, 7, 6)
      .Add(7, 7, 13)
      .AddImm(7, 7, extra)
      .Store(7, 11, 0, 8, {})
      .Store(6, 12, 0, 8, {})
      .Store(0, 10, 0, 8, {})
      .Ret();
  return cantFail(builder.build());
}

AccumulateRun::AccumulateRun() : in(kCount), inout(kCount), out(kCount, 77) {
  std::iota(in.begin(), in.end(), 1000);
  std::iota(inout.begin(), inout.end(), 1);
}

std::vector<ExecutorArg> AccumulateRun::getArgs() {
  return {ExecutorArg::in(ArrayRef(in)),
          ExecutorArg::inout(MutableArrayRef(inout)),
          ExecutorArg::out(MutableArrayRef(out)), GpuArg::u64(n)};
}

KernelRequest AccumulateRun::getRequest(ArrayRef<ExecutorArg> args) const {
  KernelRequest request;
  request.grid = {kCount / 20};
  request.block = {20};
  request.args = args;
  return request;
}

Expected<ExecutionResult> AccumulateRun::run(Executor &executor,
                                             const vmir::Program &program) {
  std::vector<ExecutorArg> args = getArgs();
  return executor.execute(program, getRequest(args));
}

void AccumulateRun::expectDone(int64_t extra) const {
  for (size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(in[i], 1000 + i);
    ASSERT_EQ(inout[i], 1 + i + in[i] + n + extra) << i;
    ASSERT_EQ(out[i], in[i]) << i;
  }
}

void AccumulateRun::expectUntouched() const {
  for (size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(in[i], 1000 + i);
    ASSERT_EQ(inout[i], 1 + i) << i;
    ASSERT_EQ(out[i], 77u) << i;
  }
}

vmir::Program vmjit::makeEndlessKernel() {
  vmir::IRBuilder builder("endless_kernel");
  builder.setParams({});
  builder.createBlock(0x1000).AddImm(5, 5, 1).Jmp(0x1000);
  return cantFail(builder.build());
}

vmir::Program vmjit::makeSum() {
  vmir::IRBuilder builder("sum");
  builder.createBlock(0x1000)
      .Load(5, 11, 0, 8, {})
      .Add(10, 10, 5)
      .AddImm(11, 11, 8)
      .AddImm(12, 12, -1)
      .CondJmp(12, 0x1000, 0x1004);
  builder.createBlock(0x1004).Store(10, 11, 0, 8, {}).Ret();
  return cantFail(builder.build());
}

vmir::Program vmjit::makeEndless() {
  vmir::IRBuilder builder("endless");
  builder.createBlock(0x1000).AddImm(10, 10, 1).Jmp(0x1000);
  return cantFail(builder.build());
}

SumRun SumRun::create(const HartStateLayout &layout, uint64_t hartCount) {
  SumRun run = {cantFail(HartStateArray::create(hartCount, layout)),
                cantFail(HartMemory::create(
                    {{.base = kBase, .size = (kWords + 1) * 8}}, hartCount))};
  for (uint64_t hart = 0; hart < hartCount; ++hart) {
    run.state.initialize(hart, 0x1000);
    run.state.x(1, hart) = kReturnPc;
    run.state.x(11, hart) = kBase;
    run.state.x(12, hart) = kWords;
    for (uint64_t word = 0; word < kWords; ++word) {
      uint64_t value = word + 1 + hart;
      cantFail(run.memory.write(
          hart, kBase + 8 * word,
          ArrayRef(reinterpret_cast<const uint8_t *>(&value), 8)));
    }
  }
  return run;
}

static uint64_t readWord(HartMemory &memory, uint64_t hart, uint64_t address) {
  uint64_t value = 0;
  cantFail(memory.read(
      hart, address, MutableArrayRef(reinterpret_cast<uint8_t *>(&value), 8)));
  return value;
}

void SumRun::expectDone() {
  for (uint64_t hart = 0; hart < state.getHartCount(); ++hart) {
    uint64_t sum = kWords * (kWords + 1) / 2 + kWords * hart;
    ASSERT_EQ(cantFail(state.getExit(hart)).status, ExitStatus::Return) << hart;
    ASSERT_EQ(state.x(10, hart), sum) << hart;
    ASSERT_EQ(readWord(memory, hart, kBase + 8 * kWords), sum) << hart;
  }
}

void SumRun::expectUntouched() {
  for (uint64_t hart = 0; hart < state.getHartCount(); ++hart) {
    ASSERT_EQ(state.word(VMJIT_WORD_STATUS, hart), 0u);
    ASSERT_EQ(state.x(10, hart), 0u);
    ASSERT_EQ(readWord(memory, hart, kBase + 8 * kWords), 0u);
  }
}
