//===- CompilerPoolTest.cpp -------------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/CompilerPool.h"

#include "ErrorExpectations.h"
#include "vmjit/VMIR/Builder.h"
#include "gtest/gtest.h"

#include <set>
#include <thread>

using namespace llvm;
using namespace vmjit;

static vmir::Program makeProgram() {
  vmir::IRBuilder builder;
  builder.createBlock(0x1000).append(vmir::ops::AddImm{10, 10, 1}).Ret();
  return cantFail(builder.build());
}

TEST(CompilerPool, ResolvesWhatIsLeftOpen) {
  CompilerPool pool;
  Expected<CompileOptions> options = pool.resolve(makeProgram(), {});
  ASSERT_TRUE(bool(options)) << toString(options.takeError());
  EXPECT_EQ(options->mode, EntryMode::Hart);
  EXPECT_FALSE(options->target.chip.empty());
  EXPECT_NE(options->target.chip, "native");
}

TEST(CompilerPool, RefusesUnknownChips) {
  CompilerPool pool;
  CompileOptions options;
  options.target.kind = TargetKind::NVPTX;
  options.target.chip = "sm_1";
  expectError(pool.resolve(makeProgram(), options), ErrorCode::InvalidArgument,
              "sm_1");
}

TEST(CompilerPool, CompilesOnManyThreadsAlike) {
  CompilerPool pool;
  constexpr unsigned threadCount = 3;
  std::vector<std::vector<uint8_t>> bytes(threadCount);
  std::vector<std::thread> threads;
  for (unsigned index = 0; index < threadCount; ++index)
    threads.emplace_back([&, index] {
      std::vector<StageTime> times;
      Expected<CodeObject> object = pool.compile(makeProgram(), {}, &times);
      if (!object)
        return consumeError(object.takeError());
      if (!times.empty())
        bytes[index] = cantFail(object->serialize());
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_FALSE(bytes[0].empty());
  EXPECT_EQ(bytes[0], bytes[1]);
  EXPECT_EQ(bytes[0], bytes[2]);
}

TEST(CompileOptions, DescriptionsTellOptionsApart) {
  std::vector<CompileOptions> all(9);
  all[1].target.kind = TargetKind::NVPTX;
  all[2].target.chip = "sm_90";
  all[3].target.features = "+x";
  all[4].target.ptxVersion = 83;
  all[5].target.codeObjectVersion = 6;
  all[6].optLevel = OptLevel::O3;
  all[7].mode = EntryMode::Kernel;
  all[8].stoppable = true;
  std::set<std::vector<std::pair<std::string, std::string>>> descriptions;
  for (const CompileOptions &options : all)
    descriptions.insert(describeOptions(options));
  EXPECT_EQ(descriptions.size(), all.size());
}
