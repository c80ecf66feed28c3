//===- CompileKeyTest.cpp - Tests of the keys of programs -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CompileKey.h"

#include "CacheTesting.h"

#include "vmjit/Support/Version.h"
#include "vmjit/VMIR/Builder.h"

#include <set>

using namespace llvm;
using namespace vmjit;

namespace {
struct Inputs {
  vmir::Program program;
  CompileOptions options;
  CompileKeyContext context;

  CacheKey makeKey() const { return makeCompileKey(program, options, context); }
};
} // namespace

static Inputs makeInputs() {
  Inputs inputs;
  vmir::IRBuilder builder("twice");
  builder.createBlock(0x1000).Add(10, 10, 10).Ret();
  inputs.program = cantFail(builder.build());
  inputs.options.target.chip = "sm_90";
  inputs.context.switches = {{"VMJIT_X", "1"}};
  return inputs;
}

/// The keys of makeInputs with each change.
static std::vector<CacheKey>
makeKeys(ArrayRef<std::function<void(Inputs &)>> changes) {
  std::vector<CacheKey> keys;
  for (const auto &change : changes) {
    Inputs inputs = makeInputs();
    change(inputs);
    keys.push_back(inputs.makeKey());
  }
  return keys;
}

/// Expects \p keys to differ from that of makeInputs, in one part each, and
/// from each other.
static void expectDistinct(ArrayRef<CacheKey> keys) {
  CacheKey base = makeInputs().makeKey();
  std::set<std::string> seen = {base.getHex()};
  for (const CacheKey &key : keys) {
    EXPECT_EQ(base.findDifferences(key).size(), 1u);
    EXPECT_TRUE(seen.insert(key.getHex()).second)
        << testing::PrintToString(base.findDifferences(key));
  }
}

TEST(CompileKey, IsTheSameForTheSameInputs) {
  EXPECT_EQ(makeInputs().makeKey(), makeInputs().makeKey());
}

TEST(CompileKey, ChangesWithTheProgram) {
  expectDistinct(makeKeys({
      [](Inputs &in) { in.program.name = "thrice"; },
      [](Inputs &in) { in.program.zeroReg = false; },
      [](Inputs &in) { in.program.blocks[0].startPc = 0x2000; },
      [](Inputs &in) { in.program.blocks[0].ops.clear(); },
      [](Inputs &in) { in.program.params.emplace(); },
  }));
}

TEST(CompileKey, ChangesWithEveryOption) {
  std::vector<CacheKey> keys = makeKeys({
      [](Inputs &in) { in.options.target.kind = TargetKind::NVPTX; },
      [](Inputs &in) { in.options.target.chip = "sm_80"; },
      [](Inputs &in) { in.options.target.features = "+a"; },
      [](Inputs &in) { in.options.target.ptxVersion = 83; },
      [](Inputs &in) { in.options.target.codeObjectVersion = 6; },
      [](Inputs &in) { in.options.optLevel = OptLevel::O3; },
      [](Inputs &in) { in.options.mode = EntryMode::Hart; },
      [](Inputs &in) { in.options.stoppable = true; },
  });
  expectDistinct(keys);
  // An option that this test does not change fails here.
  EXPECT_EQ(keys.size(), describeOptions({}).size());
  std::set<std::string> changed;
  for (const CacheKey &key : keys)
    for (const std::string &name : makeInputs().makeKey().findDifferences(key))
      changed.insert(name);
  for (const auto &[name, value] : describeOptions({}))
    EXPECT_TRUE(changed.count("option." + name)) << name;
}

TEST(CompileKey, ChangesWithWhatCompilesAndWhere) {
  std::vector<CacheKey> keys = makeKeys({
      [](Inputs &in) { ++in.context.compiler.codeObjectFormat; },
      [](Inputs &in) { ++in.context.compiler.hartABI; },
      [](Inputs &in) { ++in.context.compiler.hostABI; },
      [](Inputs &in) { ++in.context.compiler.controlABI; },
      [](Inputs &in) { in.context.compiler.version += "-rc1"; },
      [](Inputs &in) { in.context.compiler.buildId[0] ^= 1; },
      [](Inputs &in) { in.context.compiler.llvmVersion = "22.1.9"; },
      [](Inputs &in) { in.context.triple = "a-b-c"; },
      [](Inputs &in) { in.context.driver = "13.0"; },
      [](Inputs &in) { in.context.switches[0].second = "2"; },
      [](Inputs &in) { in.context.switches.emplace_back("VMJIT_Y", ""); },
  });
  expectDistinct(keys);
}

TEST(CompileKey, CoversEveryInput) {
  // A new member does not compile until it is here, and then has to be among
  // the changes above. Options are counted there.
  Inputs inputs = makeInputs();
  const auto &[compiler, triple, driver, switches] = inputs.context;
  const auto &[format, hart, host, control, version, build, llvm] = compiler;
  EXPECT_EQ(format, CodeObject::kFormatVersion);
  EXPECT_EQ(hart, uint32_t(VMJIT_HART_ABI_VERSION));
  EXPECT_EQ(host, uint32_t(VMJIT_HOST_BLOCK_ABI_VERSION));
  EXPECT_EQ(control, uint32_t(VMJIT_CONTROL_ABI_VERSION));
  EXPECT_EQ(version, getVersion());
  EXPECT_EQ(build, getBuildId());
  EXPECT_EQ(llvm, getLLVMVersion());
}

TEST(CompileKey, KnowsObjectsThatAreForAnotherTarget) {
  Inputs inputs = makeInputs();
  inputs.options.target.kind = TargetKind::NVPTX;
  inputs.options.target.ptxVersion = 78;
  inputs.context.triple = "nvptx64-nvidia-cuda";
  CacheKey key = inputs.makeKey();
  expectSuccess(verifyFitsKey(makeObject(1), key));
  auto expectRefused = [&](void (*change)(CodeObject &), StringRef part) {
    CodeObject object = makeObject(1);
    change(object);
    expectError(verifyFitsKey(object, key), ErrorCode::InvalidArgument,
                part.str());
  };
  expectRefused([](CodeObject &o) { o.chip = "sm_80"; }, "option.chip 'sm_80'");
  expectRefused([](CodeObject &o) { o.triple = "x"; }, "triple");
  expectRefused([](CodeObject &o) { o.ptxVersion = 83; }, "ptx-version '83'");
  expectRefused([](CodeObject &o) { o.target = TargetKind::AMDGPU; },
                "option.target");
}
