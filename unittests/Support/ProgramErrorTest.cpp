//===- ProgramErrorTest.cpp - Errors with a place in a program --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/ProgramError.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;

TEST(ProgramError, KeepsItsPlaceUnderContext) {
  ProgramPlace place = {0x1000, 4};
  Error error = makeProgramError(ErrorCode::InvalidProgram, "bad op", place);
  error = withContext(std::move(error), "file.json");
  EXPECT_EQ(getProgramPlace(error), place);
  EXPECT_EQ(getErrorCode(error), ErrorCode::InvalidProgram);
  EXPECT_EQ(toString(std::move(error)), "file.json: bad op");
}

TEST(ProgramError, IsAnyErrorWithoutAPlace) {
  Error error = makeProgramError(ErrorCode::Unsupported, "no", std::nullopt);
  EXPECT_FALSE(error.isA<ProgramError>());
  EXPECT_EQ(getProgramPlace(error), std::nullopt);
  EXPECT_EQ(getErrorCode(error), ErrorCode::Unsupported);
  EXPECT_EQ(toString(std::move(error)), "no");
  error = createStringError("strange");
  EXPECT_EQ(getProgramPlace(error), std::nullopt);
  consumeError(std::move(error));
}

TEST(ProgramError, WritesPlaces) {
  EXPECT_EQ((ProgramPlace{0xabc0, 17}.str()), "block 0xabc0, op 17");
  EXPECT_EQ((ProgramPlace{0, std::nullopt}.str()), "block 0x0");
}
