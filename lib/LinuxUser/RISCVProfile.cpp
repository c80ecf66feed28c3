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

static constexpr StringLiteral kFirstWords = "vmjit-profile 2 ";

std::string linux_user::identifyExecutable(StringRef executable) {
  return toHex(BLAKE3::hash(arrayRefFromStringRef(executable)),
               /*LowerCase=*/true);
}

static void writeNumbers(raw_ostream &os, StringRef word,
                         ArrayRef<uint64_t> numbers) {
  os << word;
  for (uint64_t number : numbers) {
    os << ' ';
    os.write_hex(number);
  }
  os << '\n';
}

void linux_user::writeProfile(raw_ostream &os, const RISCVProfile &profile,
                              StringRef identity) {
  os << kFirstWords << identity << '\n';
  for (const std::vector<GuestAddr> &lift : profile.lifts)
    writeNumbers(os, "lift", lift);
  writeNumbers(os, "compile", profile.compiled);
  writeNumbers(os, "start", profile.starts);
  for (auto [address, count] : profile.entered)
    writeNumbers(os, "enter", {address, count});
}

/// The numbers that \p line has; none if there is something else.
static std::optional<std::vector<uint64_t>> parseNumbers(StringRef line) {
  std::vector<uint64_t> numbers;
  while (!line.empty()) {
    uint64_t number;
    if (!line.consume_front(" ") || line.consumeInteger(16, number))
      return std::nullopt;
    numbers.push_back(number);
  }
  return numbers;
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
    StringRef word = line->take_while(isAlpha);
    std::optional<std::vector<uint64_t>> numbers =
        parseNumbers(line->drop_front(word.size()));
    if (!numbers)
      return invalid(line.line_number(), "not all are hexadecimal numbers");
    if (word == "lift")
      profile.lifts.push_back(std::move(*numbers));
    else if (word == "compile")
      llvm::append_range(profile.compiled, *numbers);
    else if (word == "start")
      llvm::append_range(profile.starts, *numbers);
    else if (word != "enter")
      return invalid(line.line_number(),
                     "neither lift, compile, start nor enter");
    else if (numbers->size() != 2)
      return invalid(line.line_number(), "not an address and a count");
    else
      profile.entered[numbers->front()] = numbers->back();
  }
  return profile;
}
