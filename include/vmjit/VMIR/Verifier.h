//===- Verifier.h - What a valid program is ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules that the rest of vmjit relies on. A program that passes can still
// end in BadOp or another exit: what docs/OpSpec.md gives a meaning at run time
// is no error here.
//
//   - There is a block, the start addresses are unique, the entry is one.
//   - The name is an identifier: letters, digits, '_', '.' and '$', not first
//     a digit, at most kMaxNameLength bytes.
//   - At most kMaxParams parameters; the stack, the shared memory and the
//     segments together stay below their bounds; segments are not empty, do not
//     overlap and do not wrap around the address space.
//   - Floating-point operands name registers below 32.
//   - The shift amounts of SllImm, SrlImm and SraImm are below 64; dimensions
//     of GPU ops are below 3; the scope of a Fence is hart, block, device or
//     system.
//   - Operands nest at most kMaxOperandDepth levels deep, a Binary has exactly
//     two operands, and no other has any.
//   - Enumerations have values of their type; strings are UTF-8.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_VERIFIER_H
#define VMJIT_VMIR_VERIFIER_H

#include "vmjit/Support/ProgramError.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace vmjit::vmir {

/// Bound on the length of a program's name.
inline constexpr size_t kMaxNameLength = 255;

/// Whether \p name may name a program.
bool isValidProgramName(llvm::StringRef name);

/// A broken rule and where. Without a block it is about the program as a whole,
/// without an op about the block or its terminator.
struct Violation {
  std::optional<size_t> blockIndex;
  std::optional<size_t> opIndex;
  /// Names the block's address, the op's index and the op too.
  std::string message;
};

/// The first rule that \p program breaks, in the order of the program.
std::optional<Violation> findViolation(const Program &program);

/// The place of \p violation, one of \p program, if it has one.
std::optional<ProgramPlace> getPlace(const Program &program,
                                     const Violation &violation);

/// Fails with InvalidProgram, at the violation's place, if \p program breaks a
/// rule.
llvm::Error verify(const Program &program);

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_VERIFIER_H
