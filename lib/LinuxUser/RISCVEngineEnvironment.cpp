//===- RISCVEngineEnvironment.cpp - When floats must be exact ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/RISCVEngine.h"
#include "vmjit/Runtime/BlockCompletion.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/VMIR/FloatEnvironment.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

/// Compiled code would leave the others at every op of the environment.
bool RISCVEngine::isCompilable(const vmir::Block &block) const {
  return !vmir::needsFloatEnvironment(block);
}

bool RISCVEngine::needsEnvironment(const HartStateArray &state,
                                   uint64_t hart) const {
  return state.word(VMJIT_WORD_STATUS, hart) == VMJIT_EXIT_Unsupported &&
         environmentExits.count(state.word(VMJIT_WORD_NEXT_PC, hart)) != 0;
}

/// Lifts all code anew, with the floating-point environment, if a hart ended
/// because it needs it. That one goes on with the instruction that does.
Error RISCVEngine::keepFloatEnvironment(HartStateArray &state,
                                        HartMemory &memory) {
  bool isNeeded = false;
  for (uint64_t hart = 0; hart < state.getHartCount(); ++hart)
    isNeeded |= needsEnvironment(state, hart);
  if (!isNeeded)
    return Error::success();
  for (uint64_t hart = 0; hart < state.getHartCount(); ++hart) {
    if (Error error = leaveBlock(state, memory, hart))
      return error;
    if (needsEnvironment(state, hart))
      state.word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_Running;
    // Also one that was just about to go there.
    auto found = environmentExits.find(state.word(VMJIT_WORD_NEXT_PC, hart));
    if (found != environmentExits.end() &&
        state.word(VMJIT_WORD_STATUS, hart) != VMJIT_EXIT_Unsupported)
      state.word(VMJIT_WORD_NEXT_PC, hart) = found->second;
  }
  profile = getProfile();
  floatEnvironment = riscv::FloatEnvironment::Exact;
  dropCode();
  return Error::success();
}

/// Takes a hart that is to go on inside a block to its end, as the block goes.
/// One at a system call stays there: nothing but a jump follows it.
Error RISCVEngine::leaveBlock(HartStateArray &state, HartMemory &memory,
                              uint64_t hart) {
  uint64_t &status = state.word(VMJIT_WORD_STATUS, hart);
  bool isAtCall = status == VMJIT_EXIT_Syscall;
  if (state.word(VMJIT_WORD_NEXT_OP, hart) == 0 ||
      (status != VMJIT_EXIT_Running && !isAtCall))
    return Error::success();
  status = VMJIT_EXIT_Running;
  if (Error error = completeBlocks(program, state, memory, kReturnPc))
    return error;
  if (isAtCall)
    status = VMJIT_EXIT_Syscall;
  return Error::success();
}

/// Forgets all code, but not the CSRs that it names: harts keep their words.
void RISCVEngine::dropCode() {
  if (!is_contained(layout.csrs, vmir::kFcsrCsr)) {
    layout.csrs.push_back(vmir::kFcsrCsr);
    sort(layout.csrs);
  }
  program.blocks.clear();
  blockAt.clear();
  environmentExits.clear();
  isCompiled.clear();
  isEntry.clear();
  isFrequentEntry.clear();
  blockCounts.clear();
  opCount = enteredCount = compiledBlockCount = compiledOpCount = 0;
  compileThreshold = options.interpretedBlocks;
  prepared.reset();
  hostKernel.reset();
  interpreter.reset();
}
