//===- ErrorExpectations.h - What tests expect of results -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_CODEOBJECT_ERROREXPECTATIONS_H
#define VMJIT_UNITTESTS_CODEOBJECT_ERROREXPECTATIONS_H

#include "vmjit/Support/Error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vmjit {

/// Expects that \p error is none.
inline void expectSuccess(llvm::Error error) {
  if (error)
    ADD_FAILURE() << toString(std::move(error));
}

/// Expects that \p error has \p code and a message with \p part.
inline void expectError(llvm::Error error, ErrorCode code,
                        const std::string &part) {
  if (!error) {
    ADD_FAILURE() << "expected an error with '" << part << "'";
    return;
  }
  EXPECT_EQ(getErrorCode(error), code);
  EXPECT_THAT(toString(std::move(error)), testing::HasSubstr(part));
}

template <class T>
void expectError(llvm::Expected<T> result, ErrorCode code,
                 const std::string &part) {
  expectError(result.takeError(), code, part);
}

/// The value of \p result; the test cannot go on without it.
#define VMJIT_ASSERT_VALUE(declaration, result)                                \
  VMJIT_ASSERT_VALUE_IMPL(declaration, result, __LINE__)
#define VMJIT_ASSERT_VALUE_IMPL(declaration, result, line)                     \
  VMJIT_ASSERT_VALUE_LINE(declaration, result, line)
#define VMJIT_ASSERT_VALUE_LINE(declaration, result, line)                     \
  auto expected##line = (result);                                              \
  ASSERT_TRUE(static_cast<bool>(expected##line))                               \
      << toString(expected##line.takeError());                                 \
  declaration = std::move(*expected##line)

} // namespace vmjit

#endif // VMJIT_UNITTESTS_CODEOBJECT_ERROREXPECTATIONS_H
