//===- BlockCompletion.cpp - Harts that stopped inside a block --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The interpreter runs a program of one block. Every way out of it ends the
// hart: LeftRegion for other blocks, OutOfFuel for a jump back to itself.
// Where there is a block in the whole program, the hart goes on.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/BlockCompletion.h"

#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/FloatEnvironment.h"
#include "llvm/ADT/STLExtras.h"

#include <unordered_map>

using namespace llvm;
using namespace vmjit;

namespace {

class BlockCompletion {
public:
  BlockCompletion(const vmir::Program &program, HartStateArray &state,
                  HartMemory &memory, vmir::GuestAddr returnPc)
      : program(program), state(state), memory(memory), returnPc(returnPc) {}

  Error complete(uint64_t hart);
  /// Whether \p hart ended where only the interpreter goes on.
  bool isAtInterpretedOp(uint64_t hart);

private:
  const vmir::Block *findBlock(vmir::GuestAddr pc);
  Expected<const Interpreter *> getInterpreter(vmir::GuestAddr pc);

  const vmir::Program &program;
  HartStateArray &state;
  HartMemory &memory;
  vmir::GuestAddr returnPc;
  /// All blocks by their address, once one has been asked for.
  std::unordered_map<vmir::GuestAddr, const vmir::Block *> blocks;
  /// By the address of their block.
  std::unordered_map<vmir::GuestAddr, Interpreter> interpreters;
};

} // namespace

const vmir::Block *BlockCompletion::findBlock(vmir::GuestAddr pc) {
  if (blocks.empty())
    for (const vmir::Block &block : program.blocks)
      blocks.emplace(block.startPc, &block);
  auto found = blocks.find(pc);
  return found == blocks.end() ? nullptr : found->second;
}

Expected<const Interpreter *>
BlockCompletion::getInterpreter(vmir::GuestAddr pc) {
  auto known = interpreters.find(pc);
  if (known != interpreters.end())
    return &known->second;
  const vmir::Block *block = findBlock(pc);
  if (!block)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "there is no block {0:x} to resume in", pc);
  vmir::Program single;
  single.name = program.name;
  single.entry = pc;
  single.zeroReg = program.zeroReg;
  single.blocks.push_back(*block);
  Expected<Interpreter> made = Interpreter::create(std::move(single));
  if (!made)
    return made.takeError();
  return &interpreters.emplace(pc, std::move(*made)).first->second;
}

Error BlockCompletion::complete(uint64_t hart) {
  Expected<HartState> copy = state.getHart(hart);
  if (!copy)
    return copy.takeError();
  uint64_t op = copy->exit.nextOp;
  if (op > UINT32_MAX)
    return makeErrorf(ErrorCode::InvalidArgument, "no block has an op {0}", op);
  Expected<const Interpreter *> interpreter = getInterpreter(copy->exit.nextPc);
  if (!interpreter)
    return interpreter.takeError();
  Expected<GuestMemory> view = memory.makeGuestMemory(hart);
  if (!view)
    return view.takeError();
  copy->startAt(copy->exit.nextPc, static_cast<uint32_t>(op));
  if (Error error =
          (*interpreter)->runHart(*copy, *view, returnPc, {.stepLimit = 0}))
    return error;
  bool leftBlock = copy->exit.status == ExitStatus::LeftRegion ||
                   copy->exit.status == ExitStatus::OutOfFuel;
  if (leftBlock && findBlock(copy->exit.nextPc))
    copy->exit.status = ExitStatus::Running;
  return state.setHart(hart, *copy);
}

Error vmjit::completeBlocks(const vmir::Program &program, HartStateArray &state,
                            HartMemory &memory, vmir::GuestAddr returnPc) {
  BlockCompletion completion(program, state, memory, returnPc);
  for (uint64_t hart = 0; hart < state.getHartCount(); ++hart) {
    if (state.word(VMJIT_WORD_STATUS, hart) != VMJIT_EXIT_Running ||
        state.word(VMJIT_WORD_NEXT_OP, hart) == 0)
      continue;
    if (Error error = completion.complete(hart))
      return withContext(std::move(error), "hart " + Twine(hart));
  }
  return Error::success();
}

bool BlockCompletion::isAtInterpretedOp(uint64_t hart) {
  if (state.word(VMJIT_WORD_STATUS, hart) != VMJIT_EXIT_Unsupported)
    return false;
  const vmir::Block *block = findBlock(state.word(VMJIT_WORD_NEXT_PC, hart));
  uint64_t op = state.word(VMJIT_WORD_NEXT_OP, hart);
  return block && op < block->ops.size() &&
         vmir::needsFloatEnvironment(block->ops[op]);
}

Error vmjit::completeInterpretedOps(const vmir::Program &program,
                                    std::vector<uint64_t> &harts,
                                    HartStateArray &state, HartMemory &memory,
                                    vmir::GuestAddr returnPc) {
  BlockCompletion completion(program, state, memory, returnPc);
  std::vector<uint64_t> resumed;
  for (uint64_t hart : harts) {
    if (!completion.isAtInterpretedOp(hart))
      continue;
    if (Error error = completion.complete(hart))
      return withContext(std::move(error), "hart " + Twine(hart));
    if (state.word(VMJIT_WORD_STATUS, hart) == VMJIT_EXIT_Running)
      resumed.push_back(hart);
  }
  harts = std::move(resumed);
  return Error::success();
}
