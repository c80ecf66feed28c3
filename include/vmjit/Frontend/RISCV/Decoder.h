//===- Decoder.h - RISC-V instructions from bytes ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FRONTEND_RISCV_DECODER_H
#define VMJIT_FRONTEND_RISCV_DECODER_H

#include "vmjit/Frontend/RISCV/DecodedInstruction.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace vmjit::riscv {

/// Decodes instructions and prints them, with LLVM's disassembler. It knows
/// more extensions than can be lifted, so that what cannot is named. Not to be
/// used by two threads at a time.
class Decoder {
public:
  /// Fails with Unsupported if LLVM was built without RISC-V, or knows no
  /// opcode by a name of Instructions.def.
  static llvm::Expected<Decoder> create();

  Decoder(Decoder &&);
  Decoder &operator=(Decoder &&);
  ~Decoder();

  /// The instruction at the start of \p bytes, which must not be empty and may
  /// be longer, as if it were at \p pc.
  DecodedInstruction decode(llvm::ArrayRef<uint8_t> bytes, GuestAddr pc) const;

  /// The assembly of \p instruction, with targets as addresses; what is no
  /// instruction as ".2byte 0x...".
  std::string print(const DecodedInstruction &instruction) const;

private:
  struct State;
  explicit Decoder(std::unique_ptr<State> state);

  std::unique_ptr<State> state;
};

} // namespace vmjit::riscv

#endif // VMJIT_FRONTEND_RISCV_DECODER_H
