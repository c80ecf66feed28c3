//===- ProgramError.cpp - Errors with a place in a program ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/ProgramError.h"

using namespace llvm;
using namespace vmjit;

char ProgramError::ID = 0;

std::string ProgramPlace::str() const {
  std::string text = formatv("block {0:x}", block);
  if (op)
    text += ", op " + std::to_string(*op);
  return text;
}

Error vmjit::makeProgramError(ErrorCode code, const Twine &message,
                              const std::optional<ProgramPlace> &place) {
  if (!place)
    return makeError(code, message);
  return make_error<ProgramError>(code, message.str(), *place);
}

std::optional<ProgramPlace> vmjit::getProgramPlace(const Error &error) {
  std::optional<ProgramPlace> place;
  visitErrors(error, [&](const ErrorInfoBase &info) {
    if (!place && info.isA<ProgramError>())
      place = static_cast<const ProgramError &>(info).getPlace();
  });
  return place;
}
