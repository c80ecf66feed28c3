//===- JSON.h - Programs as JSON text ---------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and writes the JSON form of blocks and programs: exactly what the VM's
// serde encoding prints (docs/OpSpec.md, "JSON encoding"), and the program
// object around it. The reader is strict: what it does not know, what is absent
// or given twice, what is out of range and what is no integer where one belongs
// is an error. Integers never pass through a double.
//
// All functions are pure and may be called from any number of threads.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_JSON_H
#define VMJIT_VMIR_JSON_H

#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace vmjit::vmir {

/// Bounds on what the reader accepts, so that a small text cannot make it use
/// much memory or stack. The depth leaves room for the deepest valid operand.
inline constexpr uint64_t kMaxTextBytes = uint64_t(1) << 30;
inline constexpr uint32_t kMaxJSONValues = uint32_t(1) << 23;
inline constexpr unsigned kMaxJSONDepth = 2 * kMaxOperandDepth + 16;

/// What parseProgram does beyond reading.
struct ParseOptions {
  /// Also run the verifier. Without it the result may be any program that the
  /// text can spell.
  bool verify = true;
};

/// Reads a program: a program object, an array of blocks or one block. In the
/// last two forms, and where "entry" is absent, the entry is the first block.
///
/// Fails with ParseError if \p text is not such a form, and with InvalidProgram
/// if the verifier rejects it. A message starts with the path of the culprit,
/// as in "$.blocks[3].ops[2].Load.flags.order: ...".
llvm::Expected<Program> parseProgram(llvm::StringRef text,
                                     ParseOptions options = {});

/// Reads one block, which is not verified. Fails as parseProgram does.
llvm::Expected<Block> parseBlock(llvm::StringRef text);

/// How JSON is laid out: without any white space, as serde_json::to_string
/// does, or indented by two spaces.
enum class JSONStyle : uint8_t { Compact, Indented };

/// Writes \p block to \p os, without a newline at the end. What parseBlock read
/// comes out as serde prints it. Enumerations must hold enumerators, and
/// operands must not be deeper than the verifier allows. What is no UTF-8 in a
/// string is replaced.
void writeBlock(llvm::raw_ostream &os, const Block &block,
                JSONStyle style = JSONStyle::Compact);

/// Writes \p program to \p os as a program object, without a newline at the
/// end. Fields that have their default value are left out, except the name and
/// the entry. Equal programs give equal text, and reading it gives \p program.
/// Demands what writeBlock does.
void writeProgram(llvm::raw_ostream &os, const Program &program,
                  JSONStyle style = JSONStyle::Compact);

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_JSON_H
