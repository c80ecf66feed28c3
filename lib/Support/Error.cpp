//===- Error.cpp - Errors with a code and a context -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/Error.h"

#include <string>

using namespace llvm;
using namespace vmjit;

char VMJITError::ID = 0;

StringRef vmjit::getErrorCodeText(ErrorCode code) {
  switch (code) {
#define VMJIT_ERROR_CODE(Name, Text)                                           \
  case ErrorCode::Name:                                                        \
    return Text;
#include "vmjit/Support/ErrorCodes.def"
  }
  llvm_unreachable("every code has a text");
}

void VMJITError::addContext(const Twine &context) {
  message = (context + ": " + message).str();
}

void VMJITError::log(raw_ostream &os) const { os << message; }

std::error_code VMJITError::convertToErrorCode() const {
  return inconvertibleErrorCode();
}

Error vmjit::makeError(ErrorCode code, const Twine &message) {
  return make_error<VMJITError>(code, message.str());
}

Error vmjit::withContext(Error error, const Twine &context) {
  return handleErrors(
      std::move(error),
      [&](std::unique_ptr<VMJITError> info) -> Error {
        info->addContext(context);
        return Error(std::move(info));
      },
      [&](const ErrorInfoBase &info) -> Error {
        return makeError(ErrorCode::Other, context + ": " + info.message());
      });
}

ErrorCode vmjit::getErrorCode(const Error &error) {
  ErrorCode code = ErrorCode::Other;
  visitErrors(error, [&](const ErrorInfoBase &info) {
    if (info.isA<VMJITError>())
      code = static_cast<const VMJITError &>(info).getCode();
  });
  return code;
}
