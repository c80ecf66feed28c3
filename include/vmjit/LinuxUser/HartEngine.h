//===- HartEngine.h - What runs the harts of processes ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LINUXUSER_HARTENGINE_H
#define VMJIT_LINUXUSER_HARTENGINE_H

#include "vmjit/CodeObject/HartStateLayout.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

#include <string>

namespace vmjit {
class HartMemory;
class HartStateArray;
} // namespace vmjit

namespace vmjit::linux_user {

/// Runs harts on code that grows with what they reach. Not to be used by two
/// threads at a time.
class HartEngine {
public:
  virtual ~HartEngine() = default;

  /// The words that the state array of run has to have. Another one after
  /// addCode, perhaps.
  virtual const HartStateLayout &getStateLayout() const = 0;

  /// Adds the code at \p addresses, which harts are about to run, as far as
  /// there is any there.
  virtual llvm::Error addCode(llvm::ArrayRef<vmir::GuestAddr> addresses) = 0;
  /// Whether there is a block at \p address.
  virtual bool hasCode(vmir::GuestAddr address) const = 0;

  /// The instruction that op \p index of the block at \p address is part of,
  /// and where it is, for messages: "sw a5, 8(zero) at 0x10508"; empty if it is
  /// not known.
  virtual std::string describeInstruction(vmir::GuestAddr address,
                                          uint64_t index) const {
    return "";
  }

  /// Runs the harts of \p state that are Running, from where they are to
  /// resume, also inside a block, until at least one of them has ended or a
  /// while is over: those that are still Running then are to be run again.
  virtual llvm::Error run(HartStateArray &state, HartMemory &memory) = 0;
};

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_HARTENGINE_H
