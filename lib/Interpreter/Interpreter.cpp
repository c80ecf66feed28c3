//===- Interpreter.cpp - The reference semantics of VM IR -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Interpreter/Interpreter.h"

#include "KernelRunner.h"
#include "Machine.h"
#include "vmjit/Support/Error.h"
#include "vmjit/Support/FloatEnvironment.h"
#include "llvm/ADT/STLExtras.h"

#include <limits>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

Interpreter::Interpreter(Program program,
                         std::unique_ptr<DecodedProgram> decoded)
    : program(std::move(program)), decoded(std::move(decoded)) {}
Interpreter::Interpreter(Interpreter &&) = default;
Interpreter &Interpreter::operator=(Interpreter &&) = default;
Interpreter::~Interpreter() = default;

Expected<Interpreter> Interpreter::create(Program program) {
  if (program.stackBytes > kMaxStackBytes ||
      program.sharedBytes > kMaxSharedBytes)
    return makeErrorf(ErrorCode::InvalidProgram,
                      "{0} bytes of stack or {1} bytes of shared memory are "
                      "too many",
                      program.stackBytes, program.sharedBytes);
  Expected<std::unique_ptr<DecodedProgram>> decoded =
      DecodedProgram::decode(program);
  if (!decoded)
    return decoded.takeError();
  return Interpreter(std::move(program), std::move(*decoded));
}

Error Interpreter::addBlocks(std::vector<Block> blocks) {
  if (Error error = decoded->add(blocks))
    return error;
  llvm::move(blocks, std::back_inserter(program.blocks));
  return Error::success();
}

void Interpreter::leaveAt(GuestAddr pc, bool leaves) {
  decoded->hideBlock(pc, leaves);
}

Error Interpreter::runHart(HartState &state, GuestMemory &memory,
                           GuestAddr returnPc,
                           const HartRunOptions &options) const {
  if (program.isKernelMode())
    return makeError(ErrorCode::InvalidArgument,
                     "a program in kernel mode has no harts to run");
  if (state.callStack.size() > kCallStackDepth)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a call stack has at most {0} entries, not {1}",
                      kCallStackDepth, state.callStack.size());
  uint32_t start = decoded->findBlock(state.exit.nextPc, state.exit.nextOp);
  if (start != kNoBlock &&
      state.exit.nextOp > decoded->getBlock(start).ops.size())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "block {0:x} has no op {1} to resume at",
                      state.exit.nextPc, state.exit.nextOp);

  MutableArrayRef<uint64_t> counts = options.blockCounts;
  if (!counts.empty() && counts.size() != program.blocks.size())
    return makeErrorf(ErrorCode::InvalidArgument, "{0} counts for {1} blocks",
                      counts.size(), program.blocks.size());

  DefaultFloatEnvironment environment;
  uint64_t limit =
      options.stepLimit.value_or(std::numeric_limits<uint64_t>::max());
  uint64_t fuel = limit;
  RunMode mode{/*isKernel=*/false, returnPc, options.stopWord,
               counts.empty() ? nullptr : counts.data()};
  Machine(*decoded, state, memory.getRegionList(), mode).run(fuel);
  if (options.stepCount)
    *options.stepCount += limit - fuel;
  return Error::success();
}

Expected<KernelResult> Interpreter::runKernel(const KernelLaunch &launch) {
  KernelRunner runner(program, *decoded, launch);
  if (Error error = runner.prepare())
    return error;
  DefaultFloatEnvironment environment;
  return runner.run();
}
