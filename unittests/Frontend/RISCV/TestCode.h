//===- TestCode.h - Code for tests of the RISC-V front end ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_FRONTEND_RISCV_TESTCODE_H
#define VMJIT_UNITTESTS_FRONTEND_RISCV_TESTCODE_H

#include "vmjit/Frontend/RISCV/Lifter.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "gtest/gtest.h"

namespace vmjit::riscv::testing {

/// Where the code of tests is.
inline constexpr GuestAddr kBase = 0x1000;

inline const Decoder &getDecoder() {
  static Decoder decoder = llvm::cantFail(Decoder::create());
  return decoder;
}

/// The bytes of instructions of 4 bytes.
inline std::vector<uint8_t> makeBytes(llvm::ArrayRef<uint32_t> words) {
  std::vector<uint8_t> bytes;
  for (uint32_t word : words)
    for (unsigned i = 0; i < 4; ++i)
      bytes.push_back(uint8_t(word >> 8 * i));
  return bytes;
}

inline GuestImage makeImage(llvm::ArrayRef<uint32_t> words) {
  return llvm::cantFail(GuestImage::fromBytes(makeBytes(words), kBase));
}

inline LiftedProgram
lift(llvm::ArrayRef<uint32_t> words,
     FloatEnvironment environment = FloatEnvironment::Default) {
  return llvm::cantFail(
      liftProgram(makeImage(words), getDecoder(),
                  {.entries = {kBase}, .floatEnvironment = environment}));
}

/// Runs the code from \p state on until it leaves it.
inline void run(llvm::ArrayRef<uint32_t> words, HartState &state,
                GuestMemory *memory = nullptr) {
  GuestMemory none;
  Interpreter interpreter =
      llvm::cantFail(Interpreter::create(lift(words).program));
  state.startAt(kBase);
  llvm::cantFail(
      interpreter.runHart(state, memory ? *memory : none, /*returnPc=*/1));
}

} // namespace vmjit::riscv::testing

#endif // VMJIT_UNITTESTS_FRONTEND_RISCV_TESTCODE_H
