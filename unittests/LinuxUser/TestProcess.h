//===- TestProcess.h - A process in memory of its own -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_LINUXUSER_TESTPROCESS_H
#define VMJIT_UNITTESTS_LINUXUSER_TESTPROCESS_H

#include "vmjit/LinuxUser/Process.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

namespace vmjit::linux_user {

/// One hart with a page that it can only read, one of data, two of heap, four
/// for mmap and one of stack.
class ProcessTest : public testing::Test {
protected:
  static constexpr uint64_t kText = 0x10000;
  static constexpr uint64_t kData = 0x12000;

  ProcessTest() {
    ProcessImage image;
    image.segments = {{kText, kPageBytes, {}, false},
                      {kData, kPageBytes, {}, true}};
    space.emplace(llvm::cantFail(AddressSpace::plan(
        image, {2 * kPageBytes, 4 * kPageBytes, kPageBytes})));
    memory.emplace(llvm::cantFail(HartMemory::create(space->getRegions(), 1)));
    options.output = &output;
    options.errors = &errors;
  }

  /// The process, made at the first call from what options are then.
  Process &getProcess() {
    if (!process)
      process.emplace(*space, *memory, 0, options);
    return *process;
  }

  int64_t call(uint64_t number, std::array<uint64_t, 6> arguments = {}) {
    return static_cast<int64_t>(getProcess().serve({number, arguments}));
  }
  void put(uint64_t address, llvm::StringRef text) {
    llvm::cantFail(
        memory->write(0, address, llvm::arrayRefFromStringRef(text)));
  }
  void putWord(uint64_t address, uint64_t word) {
    put(address, llvm::StringRef(reinterpret_cast<char *>(&word), 8));
  }
  std::string get(uint64_t address, size_t size) {
    std::vector<uint8_t> bytes(size);
    llvm::cantFail(memory->read(0, address, bytes));
    return llvm::toStringRef(bytes).str();
  }

  std::optional<AddressSpace> space;
  std::optional<HartMemory> memory;
  std::string outputText, errorText;
  llvm::raw_string_ostream output{outputText}, errors{errorText};
  ProcessOptions options;
  std::optional<Process> process;
};

} // namespace vmjit::linux_user

#endif // VMJIT_UNITTESTS_LINUXUSER_TESTPROCESS_H
