//===- ExitRecord.h - How a hart ended, as a value --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The exit record that every engine gives, whatever form it has in memory.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_ABI_EXITRECORD_H
#define VMJIT_ABI_EXITRECORD_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace vmjit {

/// How a hart ended; the numbers are those of the ABI.
enum class ExitStatus : uint32_t {
#define VMJIT_EXIT_STATUS(Name, Number, Text) Name = Number,
#include "vmjit/ABI/ExitStatus.def"
};

/// The status of number \p number; nothing if there is none.
std::optional<ExitStatus> parseExitStatus(uint64_t number);

/// The text of \p status in ExitStatus.def.
llvm::StringRef getExitStatusText(ExitStatus status);

/// How and where a hart ended, and where it resumes.
struct ExitRecord {
  ExitStatus status = ExitStatus::Running;
  /// The block that the hart ended in.
  uint64_t pc = 0;
  /// The op that it ended at; the number of ops of the block for its
  /// terminator.
  uint64_t opIndex = 0;
  /// The address of a MemoryFault or AlignFault, the cause of a Fault, the
  /// vector of an Interrupt, the return address of a Call; else 0.
  uint64_t detail = 0;
  /// The access of a MemoryFault; else 0 and false.
  uint32_t accessSize = 0;
  bool isStore = false;
  /// The block to start or resume in.
  uint64_t nextPc = 0;
  /// The op to resume at; the number of ops for the terminator.
  uint64_t nextOp = 0;

  bool operator==(const ExitRecord &) const = default;
};

/// Says in words how the hart of \p exit ended and where: "memory fault: 8-byte
/// store at 0x10, block 0x1000, op 3".
std::string describeExit(const ExitRecord &exit);

} // namespace vmjit

#endif // VMJIT_ABI_EXITRECORD_H
