//===- RISCVProfile.cpp - What an engine has learnt -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/RISCVProfile.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;
using vmir::GuestAddr;

static constexpr StringLiteral kFirstWords = "vmjit-profile 1 ";

std::string linux_user::identifyExecutable(StringRef executable) {
  return toHex(BLAKE3::hash(arrayRefFromStringRef(executable)),
               /*LowerCase=*/true);
}

static void writeAddresses(raw_ostream &os, StringRef word,
                           ArrayRef<GuestAddr> addresses) {
  os << word;
  for (GuestAddr address : addresses) {
    os << ' ';
    os.write_hex(address);
  }
  os << '\n';
}

void linux_user::writeProfile(raw_ostream &os, const RISCVProfile &profile,
                              StringRef identity) {
  os << kFirstWords << identity << '\n';
  for (const std::vector<GuestAddr> &lift : profile.lifts)
    writeAddresses(os, "lift", lift);
  writeAddresses(os, "compile", profile.compiled);
}

/// Takes addresses from \p line. False if there is something else.
static bool parseAddresses(StringRef line, std::vector<GuestAddr> &addresses) {
  while (!line.empty()) {
    GuestAddr address;
    if (!line.consume_front(" ") || line.consumeInteger(16, address))
      return false;
    addresses.push_back(address);
  }
  return true;
}

Expected<RISCVProfile> linux_user::parseProfile(StringRef text,
                                                StringRef identity) {
  auto invalid = [](int64_t number, const Twine &message) {
    return makeError(ErrorCode::ParseError,
                     "line " + Twine(number) + ": " + message);
  };
  line_iterator line(MemoryBufferRef(text, "profile"));
  StringRef first = line.is_at_end() ? "" : *line;
  if (!first.consume_front(kFirstWords))
    return invalid(1, "this is no profile of vmjit, or of another version");
  RISCVProfile profile;
  if (first != identity)
    return profile;
  for (++line; !line.is_at_end(); ++line) {
    StringRef rest = *line;
    bool isLift = rest.consume_front("lift");
    if (!isLift && !rest.consume_front("compile"))
      return invalid(line.line_number(), "neither lift nor compile");
    if (!parseAddresses(rest, isLift ? profile.lifts.emplace_back()
                                     : profile.compiled))
      return invalid(line.line_number(), "an address is no hexadecimal number");
  }
  return profile;
}
