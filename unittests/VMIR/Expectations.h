//===- Expectations.h - What tests of VM IR expect of results ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_VMIR_EXPECTATIONS_H
#define VMJIT_UNITTESTS_VMIR_EXPECTATIONS_H

#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vmjit::vmir {

/// Expects that \p error has \p code and a message that \p message matches.
inline void expectError(llvm::Error error, ErrorCode code,
                        testing::Matcher<const std::string &> message) {
  if (!error) {
    ADD_FAILURE() << "expected an error";
    return;
  }
  EXPECT_EQ(getErrorCode(error), code);
  EXPECT_THAT(toString(std::move(error)), message);
}

template <class T>
void expectError(llvm::Expected<T> result, ErrorCode code,
                 testing::Matcher<const std::string &> message) {
  expectError(result.takeError(), code, message);
}

/// The value of \p result, or a default one and a test failure.
template <class T> T expectValue(llvm::Expected<T> result) {
  if (result)
    return std::move(*result);
  ADD_FAILURE() << toString(result.takeError());
  return T();
}

/// The content of a file below test/.
inline std::string readTestFile(const llvm::Twine &name) {
  auto buffer = llvm::MemoryBuffer::getFile(VMJIT_TEST_DIR "/" + name);
  if (buffer)
    return (*buffer)->getBuffer().str();
  ADD_FAILURE() << "cannot read " << name.str();
  return "";
}

inline std::string toText(const Program &program,
                          JSONStyle style = JSONStyle::Compact) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeProgram(os, program, style);
  return text;
}

inline std::string toText(const Block &block,
                          JSONStyle style = JSONStyle::Compact) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeBlock(os, block, style);
  return text;
}

/// A program with one block of \p ops at 0x1000 that returns.
inline Program makeProgram(std::vector<Op> ops = {}) {
  Program program;
  program.entry = 0x1000;
  Block &block = program.blocks.emplace_back();
  block.startPc = 0x1000;
  block.ops = std::move(ops);
  return program;
}

} // namespace vmjit::vmir

#endif // VMJIT_UNITTESTS_VMIR_EXPECTATIONS_H
