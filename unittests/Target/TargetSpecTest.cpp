//===- TargetSpecTest.cpp - Tests of target strings -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "vmjit/Target/TargetSpec.h"

#include "../CodeObject/ErrorExpectations.h"

using namespace llvm;
using namespace vmjit;

TEST(TargetSpec, RoundTrips) {
  for (StringRef text :
       {"nvptx64", "nvptx64:sm_90", "amdgcn:gfx90a:+xnack,-sramecc", "host",
        "host:native", "host:x86-64-v3:+avx512f"}) {
    VMJIT_ASSERT_VALUE(TargetSpec spec, TargetSpec::parse(text));
    EXPECT_EQ(spec.str(), text);
  }
}

TEST(TargetSpec, SplitsItsParts) {
  VMJIT_ASSERT_VALUE(TargetSpec spec,
                     TargetSpec::parse("amdgcn:gfx90a:+xnack"));
  EXPECT_EQ(spec.kind, TargetKind::AMDGPU);
  EXPECT_EQ(spec.chip, "gfx90a");
  EXPECT_EQ(spec.features, "+xnack");
  EXPECT_EQ(spec.ptxVersion, 0u);
  EXPECT_EQ(spec.codeObjectVersion, 5u);
}

TEST(TargetSpec, RejectsMalformedStrings) {
  auto expectInvalid = [](StringRef text, StringRef message) {
    SCOPED_TRACE(text.str());
    expectError(TargetSpec::parse(text), ErrorCode::InvalidArgument,
                message.str());
  };
  expectInvalid("", "the kinds are nvptx64, amdgcn, host");
  expectInvalid("spirv", "the kinds are nvptx64, amdgcn, host");
  expectInvalid("NVPTX64:sm_90", "the kinds are");
  expectInvalid("host:", "the chip is empty");
  expectInvalid("host::+avx", "the chip is empty");
  expectInvalid("host:a b", "a chip is");
  expectInvalid("host:native:", "features are written");
  expectInvalid("host:native:avx", "features are written");
  expectInvalid("host:native:+avx,", "features are written");
  expectInvalid("host:native:+avx:+sse", "features are written");
}
