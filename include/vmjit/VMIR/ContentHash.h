//===- ContentHash.h - The identity of a program's content ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A digest that names what a program is: equal programs have equal digests on
// every machine, and any change of any field gives another. It is BLAKE3 over
// this encoding, in which integers are little-endian, a count or length is 8
// bytes, a string or byte sequence is its length and its bytes, a boolean is
// one byte, and an option is a byte 0, or a byte 1 and the value:
//
//   "vmjit.vmir" and kContentHashVersion (8 bytes)
//   name, entry, zero_reg, params, stack_bytes, shared_bytes
//   the count of segments; addr, writable, bytes of each
//   the count of blocks; of each start_pc, inner, the count of ops, the ops and
//   the terminator
//
// An op is its number in the table (2 bytes) and its fields in table order, a
// terminator its name and its fields. Integer fields have their own width,
// enumerations are one byte, flags are their six members in the order of the
// JSON, an operator is its kind and its custom number, and an operand is its
// kind, register, bits, size, operator, count of operands and operands.
//
// A change of this encoding or of an enumeration increments the version.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_CONTENTHASH_H
#define VMJIT_VMIR_CONTENTHASH_H

#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/SmallVector.h"

#include <array>
#include <string>

namespace vmjit::vmir {

inline constexpr uint64_t kContentHashVersion = 2;

/// The bytes of a BLAKE3 digest of the default length.
using ContentDigest = std::array<uint8_t, 32>;

/// The digest of \p program, which need not be valid, but whose operands must
/// not be deeper than the verifier allows.
ContentDigest contentHash(const Program &program);

/// Puts the encoding itself in place of what is in \p bytes: cheaper than the
/// digest where programs are compared within a process. False, and only a part
/// of it, if operands nest deeper than the verifier allows.
bool encodeContent(const Program &program,
                   llvm::SmallVectorImpl<uint8_t> &bytes);

/// \p digest as 64 lower-case hexadecimal digits.
std::string toHex(const ContentDigest &digest);

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_CONTENTHASH_H
