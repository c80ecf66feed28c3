//===- Suite.h - Conformance files ------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A conformance file says what one op or terminator does: programs, what they
// start with and what they have to end with. Every engine runs the same files.
// docs/Conformance.md describes the format. The types are values that share
// nothing.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CONFORMANCE_SUITE_H
#define VMJIT_CONFORMANCE_SUITE_H

#include "vmjit/ABI/Dim3.h"
#include "vmjit/ABI/ExitRecord.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vmjit::conformance {

/// Bounds that parseSuite enforces.
inline constexpr uint64_t kMaxRegionBytes = uint64_t(1) << 20;
inline constexpr uint64_t kMaxHarts = 65536;
inline constexpr uint64_t kMaxBufferBytes = uint64_t(1) << 20;

/// What a hart has besides memory.
struct HartValues {
  using RegisterFile = std::array<uint64_t, vmir::kArchRegCount>;

  RegisterFile x{}, f{};
  /// N31 Z30 C29 V28; no other bit is set.
  uint32_t nzcv = 0;
  /// By number; one that is not there is 0. The views 1 and 2 of CSR 3 are
  /// never there.
  std::map<uint16_t, uint64_t> csrs;
  bool operator==(const HartValues &) const = default;
};

/// Bytes at a guest address.
struct MemoryPatch {
  vmir::GuestAddr addr = 0;
  std::vector<uint8_t> bytes;
  bool operator==(const MemoryPatch &) const = default;
};

/// A hart before and after.
struct HartCase {
  vmir::GuestAddr entry = 0;
  HartValues before, after;
  ExitRecord exit;
  /// What differs in memory afterwards; each lies in a region.
  std::vector<MemoryPatch> memory;
};

/// A region of the memory map and how it starts; zeros follow \c bytes.
struct Region {
  HartRegion range;
  std::vector<uint8_t> bytes;
};

/// An argument of a kernel.
struct LaunchArgument {
  vmir::ParamType type = vmir::ParamType::I64;
  /// The value; not for buffers.
  uint64_t bits = 0;
  /// Buffers: the bytes before and after, equally many.
  std::vector<uint8_t> bytes, expected;
};

/// A launch of a kernel. Every thread has to return.
struct Launch {
  Dim3 grid = {1, 1, 1}, block = {1, 1, 1};
  /// Shared memory beyond the program's own.
  uint64_t sharedBytes = 0;
  /// One for each parameter of the program, of its type.
  std::vector<LaunchArgument> arguments;
};

/// A program and how it is run: many harts, or one launch.
struct Test {
  std::string name;
  vmir::Program program;
  /// Hart mode.
  vmir::GuestAddr returnPc = 0;
  std::vector<Region> regions;
  std::vector<HartCase> harts;
  /// Present for kernel mode.
  std::optional<Launch> launch;

  /// How many cases the test is: its harts, or 1 for a launch.
  uint64_t getCaseCount() const { return launch ? 1 : harts.size(); }
};

/// A conformance file.
struct Suite {
  /// The name of an op or terminator, which all programs contain.
  std::string op;
  std::vector<Test> tests;

  uint64_t getCaseCount() const;
};

/// Reads a conformance file. Fails with ParseError and a message that starts
/// with the path of the culprit, as in "$.tests[0].harts[2].x: ...".
llvm::Expected<Suite> parseSuite(llvm::StringRef text);

/// The names of all ops and then all terminators, in the order of the op table.
std::vector<llvm::StringRef> getConformanceNames();

} // namespace vmjit::conformance

#endif // VMJIT_CONFORMANCE_SUITE_H
