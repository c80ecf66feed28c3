//===- ErrorTest.cpp - Errors with a code and a context ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/Error.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;

TEST(Error, HasCodeAndMessage) {
  Error error = makeError(ErrorCode::Io, "cannot open " + Twine("file"));
  EXPECT_EQ(getErrorCode(error), ErrorCode::Io);
  EXPECT_EQ(toString(std::move(error)), "cannot open file");
}

TEST(Error, IsOfItsOwnClass) {
  Error error = makeError(ErrorCode::Unsupported, "no such op");
  ASSERT_TRUE(error.isA<VMJITError>());
  handleAllErrors(std::move(error), [](const VMJITError &info) {
    EXPECT_EQ(info.getCode(), ErrorCode::Unsupported);
    EXPECT_EQ(info.getMessage(), "no such op");
    EXPECT_EQ(info.convertToErrorCode(), inconvertibleErrorCode());
  });
}

TEST(Error, FormatsItsMessage) {
  Error error = makeErrorf(ErrorCode::InvalidArgument, "{0} of {1:x}", 3, 255);
  EXPECT_EQ(toString(std::move(error)), "3 of 0xff");
}

TEST(Error, ChainsContextOutermostFirst) {
  Error error = makeError(ErrorCode::ParseError, "bad digit");
  error = withContext(std::move(error), "line " + Twine(7));
  error = withContext(std::move(error), "file.json");
  EXPECT_EQ(getErrorCode(error), ErrorCode::ParseError);
  EXPECT_EQ(toString(std::move(error)), "file.json: line 7: bad digit");
}

TEST(Error, AdoptsForeignErrors) {
  Error error = withContext(
      createStringError(inconvertibleErrorCode(), "from elsewhere"), "here");
  EXPECT_TRUE(error.isA<VMJITError>());
  EXPECT_EQ(getErrorCode(error), ErrorCode::Other);
  EXPECT_EQ(toString(std::move(error)), "here: from elsewhere");
}

TEST(Error, CallsForeignErrorsOther) {
  Error error = createStringError(inconvertibleErrorCode(), "from elsewhere");
  EXPECT_EQ(getErrorCode(error), ErrorCode::Other);
  consumeError(std::move(error));
}

TEST(Error, GivesContextToEachOfSeveral) {
  Error error = joinErrors(makeError(ErrorCode::Io, "one"),
                           createStringError(inconvertibleErrorCode(), "two"));
  EXPECT_EQ(toString(withContext(std::move(error), "both")),
            "both: one\nboth: two");
}

TEST(Error, SuccessStaysSuccess) {
  Error error = withContext(Error::success(), "context");
  EXPECT_FALSE(error);
}

TEST(Error, StaysUnhandledWhenItsCodeIsRead) {
  Error error = makeError(ErrorCode::OutOfMemory, "full");
  EXPECT_EQ(getErrorCode(error), ErrorCode::OutOfMemory);
  EXPECT_TRUE(bool(error));
  EXPECT_EQ(toString(std::move(error)), "full");
}

TEST(Error, EveryCodeHasAText) {
  EXPECT_EQ(getErrorCodeText(ErrorCode::ParseError), "malformed input");
#define VMJIT_ERROR_CODE(Name, Text)                                           \
  EXPECT_EQ(getErrorCodeText(ErrorCode::Name), Text);                          \
  EXPECT_FALSE(getErrorCodeText(ErrorCode::Name).empty());
#include "vmjit/Support/ErrorCodes.def"
}
