//===- ProgramError.h - Errors with a place in a program --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// What is wrong with a program is mostly wrong with one of its ops. Its place
// goes with the error, so that nobody has to read messages.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_SUPPORT_PROGRAMERROR_H
#define VMJIT_SUPPORT_PROGRAMERROR_H

#include "vmjit/Support/Error.h"

#include <cstdint>
#include <optional>

namespace vmjit {

/// A block of a program, or an op of it.
struct ProgramPlace {
  /// The address of the block.
  uint64_t block = 0;
  /// The index of the op, the number of ops for the terminator; none for the
  /// block as a whole.
  std::optional<uint64_t> op;

  /// "block 0x1000, op 4".
  std::string str() const;
  bool operator==(const ProgramPlace &) const = default;
};

/// A VMJITError about a place in a program.
class ProgramError : public llvm::ErrorInfo<ProgramError, VMJITError> {
public:
  static char ID;

  ProgramError(ErrorCode code, std::string message, const ProgramPlace &place)
      : ErrorInfo(code, std::move(message)), place(place) {}

  const ProgramPlace &getPlace() const { return place; }

private:
  ProgramPlace place;
};

/// Makes an error of \p code with \p message, which says the place too, if
/// there is one.
llvm::Error makeProgramError(ErrorCode code, const llvm::Twine &message,
                             const std::optional<ProgramPlace> &place);

/// The place that \p error, which stays unhandled, says that it is about; none
/// if it does not. \p error must be a failure.
std::optional<ProgramPlace> getProgramPlace(const llvm::Error &error);

} // namespace vmjit

#endif // VMJIT_SUPPORT_PROGRAMERROR_H
