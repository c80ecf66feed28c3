//===- DynamicLibraryTest.cpp - Tests of loading libraries ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/DynamicLibrary.h"

#include "../CodeObject/ErrorExpectations.h"

using namespace llvm;
using namespace vmjit;

/// A library that every program here has.
static constexpr char kLibrary[] = "libc.so.6";

TEST(DynamicLibrary, FindsSymbols) {
  VMJIT_ASSERT_VALUE(DynamicLibrary library, DynamicLibrary::open(kLibrary));
  EXPECT_EQ(library.getName(), kLibrary);
  EXPECT_NE(library.lookup("malloc"), nullptr);
  EXPECT_EQ(library.lookup("no_such_function"), nullptr);
  DynamicLibrary moved = std::move(library);
  moved.keepLoaded();
  EXPECT_NE(moved.lookup("malloc"), nullptr);
}

TEST(DynamicLibrary, SaysWhyThereIsNone) {
  expectError(DynamicLibrary::open("/nowhere/libnothing.so"),
              ErrorCode::LoadingFailed, "/nowhere/libnothing.so: ");
  expectError(DynamicLibrary::open("libnothing-at-all.so.1"),
              ErrorCode::LoadingFailed, "libnothing-at-all.so.1: ");
}

TEST(DynamicLibrary, RefusesNamesThatAreNone) {
  expectError(DynamicLibrary::open(""), ErrorCode::LoadingFailed, "empty");
  expectError(DynamicLibrary::open(StringRef("libc.so.6\0x", 11)),
              ErrorCode::LoadingFailed, "zero");
}
