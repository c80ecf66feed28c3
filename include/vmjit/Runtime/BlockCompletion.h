//===- BlockCompletion.h - Harts that stopped inside a block ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Compiled code starts at blocks; a hart that is to resume inside one, after a
// system call or a fault, is taken to the block's end by the interpreter. Call
// it between setting the status of such harts to Running and launching them:
//
//   state.word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_Running;
//   Error error = completeBlocks(program, state, memory, returnPc);
//   ...                                       // launch
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_BLOCKCOMPLETION_H
#define VMJIT_RUNTIME_BLOCKCOMPLETION_H

#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

namespace vmjit {

class HartMemory;
class HartStateArray;

/// Interprets each hart of \p state that is Running and is to resume inside a
/// block of \p program, up to the end of that block. It is then at the start of
/// another one, or has ended, in the block or by leaving it. The transfer at
/// the end is no step of any budget. Other harts stay as they are; costs little
/// if there are no such harts. Fails with InvalidArgument for a hart that is to
/// resume where the program has no op, or that \p memory is not for, harts
/// before it done.
llvm::Error completeBlocks(const vmir::Program &program, HartStateArray &state,
                           HartMemory &memory, vmir::GuestAddr returnPc);

/// Does the same for each of \p harts, which were Running at the launch, that
/// ended with Unsupported at an op that compiled code leaves to the
/// interpreter, as those of the family Fenv. Leaves in \p harts those of them
/// that are Running afterwards and can be launched again; if it fails, all:
///
///   std::vector<uint64_t> harts = state.getRunningHarts();
///   do {
///     ...                                     // launch
///     error = completeInterpretedOps(program, harts, state, memory, returnPc);
///   } while (!error && !harts.empty());
llvm::Error completeInterpretedOps(const vmir::Program &program,
                                   std::vector<uint64_t> &harts,
                                   HartStateArray &state, HartMemory &memory,
                                   vmir::GuestAddr returnPc);

} // namespace vmjit

#endif // VMJIT_RUNTIME_BLOCKCOMPLETION_H
