//===- VersionTest.cpp - Tests of versions ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/Version.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;

TEST(Version, HasThreeNumbers) {
  EXPECT_EQ(getVersion().count('.'), 2u);
  EXPECT_EQ(StringRef(getLLVMVersion()).count('.'), 2u);
}

TEST(Version, LLVMIsOfTheMajorVersionThatThisWasBuiltAgainst) {
  EXPECT_EQ(StringRef(getLLVMVersion()).split('.').first,
            std::to_string(LLVM_VERSION_MAJOR));
}

TEST(Version, BuildIdIsADigest) {
  EXPECT_EQ(getBuildId().size(), 64u);
  EXPECT_TRUE(all_of(getBuildId(), isHexDigit));
}
