//===- Error.h - Errors with a code and a context ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The error type of every vmjit library that is not an MLIR pass. An error has
// a code that callers can act on, a message for people, and the context added
// on the way up. Libraries return llvm::Error and llvm::Expected; they never
// print, exit or abort.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_SUPPORT_ERROR_H
#define VMJIT_SUPPORT_ERROR_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

namespace vmjit {

/// What kind of failure an error is; the list is in ErrorCodes.def.
enum class ErrorCode {
#define VMJIT_ERROR_CODE(Name, Text) Name,
#include "vmjit/Support/ErrorCodes.def"
};

/// The text of \p code in ErrorCodes.def.
llvm::StringRef getErrorCodeText(ErrorCode code);

/// The payload of every llvm::Error made by vmjit.
class VMJITError : public llvm::ErrorInfo<VMJITError> {
public:
  static char ID;

  VMJITError(ErrorCode code, std::string message)
      : code(code), message(std::move(message)) {}

  ErrorCode getCode() const { return code; }
  /// The message with its context, outermost first, without the code's text.
  const std::string &getMessage() const { return message; }
  /// Puts "\p context: " in front of the message.
  void addContext(const llvm::Twine &context);

  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override;

private:
  ErrorCode code;
  std::string message;
};

/// Makes an error of \p code with \p message.
llvm::Error makeError(ErrorCode code, const llvm::Twine &message);

/// Makes an error of \p code from a formatv format string and its arguments.
template <class... Args>
llvm::Error makeErrorf(ErrorCode code, const char *format, Args &&...args) {
  return makeError(code,
                   llvm::formatv(format, std::forward<Args>(args)...).str());
}

/// Adds \p context to \p error, which keeps its code. A foreign error becomes
/// one of code Other. Success stays success.
llvm::Error withContext(llvm::Error error, const llvm::Twine &context);

/// The code of \p error, which stays unhandled; Other for a foreign error.
/// \p error must be a failure.
ErrorCode getErrorCode(const llvm::Error &error);

} // namespace vmjit

#endif // VMJIT_SUPPORT_ERROR_H
