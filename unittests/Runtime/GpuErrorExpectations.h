//===- GpuErrorExpectations.h - What tests expect of devices ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_GPUERROREXPECTATIONS_H
#define VMJIT_UNITTESTS_RUNTIME_GPUERROREXPECTATIONS_H

#include "../CodeObject/ErrorExpectations.h"
#include "vmjit/Runtime/GpuError.h"

namespace vmjit {

/// Expects a GpuError of \p kind whose message has \p part.
inline void expectGpuError(llvm::Error error, GpuErrorKind kind,
                           const std::string &part = "") {
  if (!error) {
    ADD_FAILURE() << "expected " << getGpuErrorKindName(kind).str();
    return;
  }
  EXPECT_TRUE(error.isA<GpuError>());
  GpuError found = takeGpuError(std::move(error));
  EXPECT_EQ(getGpuErrorKindName(found.getKind()).str(),
            getGpuErrorKindName(kind).str())
      << found.getMessage();
  EXPECT_THAT(found.getMessage(), testing::HasSubstr(part));
}

template <class T>
void expectGpuError(llvm::Expected<T> result, GpuErrorKind kind,
                    const std::string &part = "") {
  expectGpuError(result.takeError(), kind, part);
}

} // namespace vmjit

#endif // VMJIT_UNITTESTS_RUNTIME_GPUERROREXPECTATIONS_H
