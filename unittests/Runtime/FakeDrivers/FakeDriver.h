//===- FakeDriver.h - A fake driver library in a test -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads a library of this folder and calls what FakeControl.h declares. The
// library is the process' only one: a test resets it, and goes through all of
// its devices before the next one does.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKEDRIVER_H
#define VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKEDRIVER_H

#include "FakeControl.h"

#include "vmjit/Support/DynamicLibrary.h"
#include "llvm/ADT/Twine.h"

namespace vmjit {

/// Where the libraries of this folder are.
llvm::StringRef getFakeCUDAPath();
llvm::StringRef getFakeHIPPath();
/// \p name as in "fakecuda-required" or "emptylibrary".
std::string getFakeLibraryPath(llvm::StringRef name);

/// A loaded fake driver.
class FakeDriver {
public:
  /// Stops the test program if there is no such library.
  explicit FakeDriver(llvm::StringRef path);

  const std::string &getPath() const { return library.getName(); }

  void reset() { fake_reset(); }
  /// Fails the test if the settings are wrong.
  void configure(const llvm::Twine &settings);
  void release() { fake_release(); }
  uint64_t getCallCount(const std::string &function) {
    return fake_call_count(function.c_str());
  }
  std::string getReport() { return fake_report(); }
  std::string getViolations() { return fake_violations(); }
  std::string getLeaks() { return fake_leaks(); }
  uint64_t getLaunchCount() { return fake_kernels_launched(); }
  uint64_t getRunCount() { return fake_kernels_run(); }
  /// The last launch; there must have been one.
  fake_launch getLastLaunch();
  /// CUDA: how many contexts are on this thread's stack. HIP: its device.
  int getThreadContext() { return fake_thread_context(); }

private:
  DynamicLibrary library;
#define VMJIT_FAKE_FUNCTION(Name, Result, ...)                                 \
  Result (*Name)(__VA_ARGS__) = nullptr;
  VMJIT_FAKE_FUNCTIONS
#undef VMJIT_FAKE_FUNCTION
};

} // namespace vmjit

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKEDRIVER_H
