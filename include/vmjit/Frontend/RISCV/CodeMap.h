//===- CodeMap.h - The instructions that a program reaches ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FRONTEND_RISCV_CODEMAP_H
#define VMJIT_FRONTEND_RISCV_CODEMAP_H

#include "vmjit/Frontend/RISCV/Decoder.h"
#include "vmjit/Frontend/RISCV/GuestImage.h"

#include <map>
#include <set>

namespace vmjit::riscv {

/// How many instructions discovery looks at before it gives up.
inline constexpr size_t kDefaultMaxInstructions = size_t(1) << 20;
/// How many targets a jump table may have, and all of a program.
inline constexpr uint64_t kMaxJumpTableEntries = 4096;
inline constexpr uint64_t kMaxJumpTargets = uint64_t(1) << 20;

/// The instructions of a program and where its blocks start. Instructions may
/// overlap, as code may be entered in the middle of one.
struct CodeMap {
  /// By address.
  std::map<GuestAddr, DecodedInstruction> instructions;
  /// The addresses of instructions at which blocks start.
  std::set<GuestAddr> leaders;
  /// The targets of indirect jumps, by the address of the jump, that were
  /// found in jump tables or because the address is a constant.
  std::map<GuestAddr, std::vector<GuestAddr>> indirectTargets;
};

struct DiscoveryOptions {
  size_t maxInstructions = kDefaultMaxInstructions;
  /// Whether functions that are called are part of it.
  bool followsCalls = true;
  /// Whether functions are that only pointers lead to. None are if calls are
  /// not followed.
  bool followsPointers = true;
};

/// Follows the code of \p image from \p entries: through direct jumps, branches
/// and calls, behind calls, and through jump tables.
///
/// If a jump or call through a register remains of which this does not tell
/// where it goes, the functions that pointers lead to are added: those of the
/// image whose addresses are in its data, and those whose addresses the code
/// that was found makes itself. Other code that indirect jumps go to is not
/// found.
///
/// Fails with InvalidArgument for an entry where there is no code or which is
/// odd, and for too many instructions.
llvm::Expected<CodeMap> discoverCode(const GuestImage &image,
                                     const Decoder &decoder,
                                     llvm::ArrayRef<GuestAddr> entries,
                                     const DiscoveryOptions &options = {});

} // namespace vmjit::riscv

#endif // VMJIT_FRONTEND_RISCV_CODEMAP_H
