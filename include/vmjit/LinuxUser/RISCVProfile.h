//===- RISCVProfile.h - What an engine has learnt ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which code of an executable is run, and which is worth compiling. An engine
// that knows it from another's run compiles that at once, and finds it in a
// code cache. It also knows how often others were entered, so that what is run
// a little each time is compiled in the end. As text, addresses and numbers are
// hexadecimal:
//
//   vmjit-profile 2 5feceb66ffc86f38d952786c6d696c79...
//   lift 10000 10230
//   lift 10480
//   compile 10000 10012
//   start 10012
//   enter 10230 4d2
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LINUXUSER_RISCVPROFILE_H
#define VMJIT_LINUXUSER_RISCVPROFILE_H

#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

#include <map>
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace vmjit::linux_user {

struct RISCVProfile {
  /// Where code was lifted from, call by call: what is there when something is
  /// lifted decides where blocks end.
  std::vector<std::vector<vmir::GuestAddr>> lifts;
  /// The blocks that were compiled, in the order in which they were chosen.
  std::vector<vmir::GuestAddr> compiled;
  /// Those of them at which compiled code is entered often.
  std::vector<vmir::GuestAddr> starts;
  /// How often blocks were entered in the interpreter, if they were and
  /// compiled code cannot be entered there.
  std::map<vmir::GuestAddr, uint64_t> entered;

  bool operator==(const RISCVProfile &) const = default;
};

/// What tells \p executable, the bytes of a file, from others.
std::string identifyExecutable(llvm::StringRef executable);

/// Writes \p profile of the executable that \p identity says.
void writeProfile(llvm::raw_ostream &os, const RISCVProfile &profile,
                  llvm::StringRef identity);

/// Reads what writeProfile wrote; an empty profile if it is of another
/// executable than \p identity says. Fails with ParseError, which names the
/// line.
llvm::Expected<RISCVProfile> parseProfile(llvm::StringRef text,
                                          llvm::StringRef identity);

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_RISCVPROFILE_H
