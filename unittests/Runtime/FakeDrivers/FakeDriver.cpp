//===- FakeDriver.cpp - A fake driver library in a test ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;

std::string vmjit::getFakeLibraryPath(StringRef name) {
  return (VMJIT_FAKE_LIBRARY_DIR "/lib" + name + ".so").str();
}

StringRef vmjit::getFakeCUDAPath() {
  return VMJIT_FAKE_LIBRARY_DIR "/libfakecuda.so";
}

StringRef vmjit::getFakeHIPPath() {
  return VMJIT_FAKE_LIBRARY_DIR "/libfakehip.so";
}

FakeDriver::FakeDriver(StringRef path)
    : library(cantFail(DynamicLibrary::open(path))) {
#define VMJIT_FAKE_FUNCTION(Name, Result, ...)                                 \
  Name = reinterpret_cast<decltype(Name)>(library.lookup(#Name));
  VMJIT_FAKE_FUNCTIONS
#undef VMJIT_FAKE_FUNCTION
}

void FakeDriver::configure(const Twine &settings) {
  const char *wrong = fake_configure(settings.str().c_str());
  EXPECT_EQ(wrong, nullptr) << (wrong ? wrong : "");
}

fake_launch FakeDriver::getLastLaunch() {
  fake_launch launch = {};
  EXPECT_NE(fake_last_launch(&launch), 0) << "nothing was launched";
  return launch;
}
