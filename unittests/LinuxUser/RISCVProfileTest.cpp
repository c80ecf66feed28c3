//===- RISCVProfileTest.cpp - Tests of profiles as text ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/RISCVProfile.h"

#include "../CodeObject/ErrorExpectations.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

static std::string print(const RISCVProfile &profile, StringRef identity) {
  std::string text;
  raw_string_ostream os(text);
  writeProfile(os, profile, identity);
  return text;
}

TEST(RISCVProfile, IsTheSameFromText) {
  RISCVProfile profile = {{{0x10000, 0x10230}, {UINT64_MAX - 1}},
                          {0x10012},
                          {0x10012},
                          {{0x10230, 1234}, {0x10000, UINT64_MAX}}};
  std::string identity = identifyExecutable("code");
  std::string text = print(profile, identity);
  EXPECT_EQ(text, "vmjit-profile 2 " + identity +
                      "\nlift 10000 10230\nlift fffffffffffffffe\n"
                      "compile 10012\nstart 10012\n"
                      "enter 10000 ffffffffffffffff\nenter 10230 4d2\n");
  VMJIT_ASSERT_VALUE(RISCVProfile parsed, parseProfile(text, identity));
  EXPECT_EQ(parsed, profile);
  VMJIT_ASSERT_VALUE(RISCVProfile empty,
                     parseProfile(print({}, identity), identity));
  EXPECT_EQ(empty, RISCVProfile());
}

TEST(RISCVProfile, IsOfOneExecutable) {
  std::string identity = identifyExecutable("code");
  EXPECT_EQ(identity.size(), 64u);
  EXPECT_NE(identity, identifyExecutable("cod"));
  VMJIT_ASSERT_VALUE(RISCVProfile other,
                     parseProfile(print({{{2}}, {2}, {}, {}}, identity),
                                  identifyExecutable("cod")));
  EXPECT_EQ(other, RISCVProfile());
}

TEST(RISCVProfile, RejectsOtherText) {
  for (StringRef text : {"", "\n", "profile", "vmjit-profile 1 x\n"})
    expectError(parseProfile(text, "x"), ErrorCode::ParseError,
                "line 1: this is no profile of vmjit, or of another version");
  auto expectInvalid = [](StringRef rest, const std::string &message) {
    expectError(parseProfile(("vmjit-profile 2 x\n" + rest).str(), "x"),
                ErrorCode::ParseError, message);
  };
  expectInvalid("lift 10\ndrop 10\n",
                "line 3: neither lift, compile, start nor enter");
  for (StringRef rest : {"lift -1", "lift 0x10", "lift 1 z", "compile10",
                         "compile  1", "compile 10000000000000000"})
    expectInvalid(rest, "line 2: not all are hexadecimal numbers");
  for (StringRef rest : {"enter", "enter 10", "enter 10 1 2"})
    expectInvalid(rest, "line 2: not an address and a count");
}
