//===- TestPrograms.cpp - What the suite runs -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestPrograms.h"

#include "vmjit/Compiler/CompilerPool.h"
#include "vmjit/VMIR/Builder.h"

#include <map>
#include <mutex>

using namespace llvm;
using namespace vmjit;
using vmir::IRBuilder;
using vmir::ParamType;

static vmir::Program makeAdd() {
  IRBuilder b("add");
  b.setParams({ParamType::Buffer, ParamType::Buffer, ParamType::Buffer,
               ParamType::I32});
  b.createBlock(0x1000).GpuGlobalId(5, 0).CmpLt(32, 5, 13).CondJmp(32, 0x1100,
                                                                   0x1200);
  b.createBlock(0x1100)
      .SllImm(5, 5, 2)
      .Add(10, 10, 5)
      .Add(11, 11, 5)
      .Add(12, 12, 5)
      .Load(6, 10, 0, 4, {})
      .Load(7, 11, 0, 4, {})
      .Add(6, 6, 7)
      .Store(6, 12, 0, 4, {})
      .Jmp(0x1200);
  b.createBlock(0x1200).Ret();
  return cantFail(b.build());
}

static vmir::Program makeFill() {
  IRBuilder b("fill");
  b.setParams({ParamType::Buffer, ParamType::I32});
  b.createBlock(0x1000)
      .GpuGlobalId(5, 0)
      .SllImm(5, 5, 2)
      .Add(5, 5, 10)
      .Store(11, 5, 0, 4, {})
      .Ret();
  return cantFail(b.build());
}

static vmir::Program makeEndless() {
  IRBuilder b("endless");
  b.setParams({ParamType::Buffer});
  b.createBlock(0x1000).MovImm(5, 1).Jmp(0x1100);
  b.createBlock(0x1100).Store(5, 10, 0, 4, {}).Jmp(0x1100);
  return cantFail(b.build());
}

static vmir::Program makeFault() {
  IRBuilder b("fault");
  b.setParams({ParamType::Buffer, ParamType::I32});
  b.createBlock(0x1000)
      .GpuGlobalId(6, 0)
      .SllImm(5, 6, 2)
      .Add(5, 5, 10)
      .Store(11, 5, 0, 4, {})
      .CondJmp(6, 0x1100, 0x1200);
  b.createBlock(0x1100).Ret();
  b.createBlock(0x1200).Fault(7);
  return cantFail(b.build());
}

static vmir::Program makeHartSum() {
  IRBuilder b("hart_sum");
  b.createBlock(kHartEntry).MovImm(10, 0).Jmp(0x1100);
  b.createBlock(0x1100)
      .Add(10, 10, 11)
      .AddImm(11, 11, -1)
      .CondJmp(11, 0x1100, 0x1200);
  b.createBlock(0x1200).MovImm(5, kHartData).Store(10, 5, 0, 8, {}).Ret();
  return cantFail(b.build());
}

static vmir::Program makeHartEndless() {
  IRBuilder b("hart_endless");
  b.createBlock(kHartEntry).AddImm(10, 10, 1).Jmp(kHartEntry);
  return cantFail(b.build());
}

const vmir::Program &vmjit::getProgram(TestProgram program) {
  static const std::map<TestProgram, vmir::Program> programs = {
      {TestProgram::Add, makeAdd()},
      {TestProgram::Fill, makeFill()},
      {TestProgram::Endless, makeEndless()},
      {TestProgram::Fault, makeFault()},
      {TestProgram::HartSum, makeHartSum()},
      {TestProgram::HartEndless, makeHartEndless()}};
  return programs.at(program);
}

CompileOptions vmjit::getOptions(TestProgram program) {
  CompileOptions options;
  options.stoppable = program == TestProgram::Endless ||
                      program == TestProgram::Fault ||
                      program == TestProgram::HartEndless;
  return options;
}

ProgramCompiler &vmjit::getCompiler() {
  static CompilerPool compiler;
  return compiler;
}

Expected<const CodeObject *> vmjit::getCodeObject(TestProgram program,
                                                  GpuCompute &device) {
  Expected<TargetSpec> target = device.getTarget();
  if (!target)
    return target.takeError();
  using Key = std::tuple<TestProgram, std::string, unsigned>;
  static std::mutex mutex;
  static std::map<Key, CodeObject> objects;
  std::lock_guard lock(mutex);
  Key key = {program, target->str(), target->ptxVersion};
  auto it = objects.find(key);
  if (it != objects.end())
    return &it->second;
  CompileOptions options = getOptions(program);
  options.target = *target;
  Expected<CodeObject> object =
      getCompiler().compile(getProgram(program), options);
  if (!object)
    return object.takeError();
  return &objects.emplace(key, std::move(*object)).first->second;
}
