//===- executor.cpp - A program in, results out -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Reads examples/vecadd and adds two vectors with it; builds a program in
// memory and runs it on harts; stops one that does not end.
//
//===----------------------------------------------------------------------===//

#include "vmjit/ABI/ExitRecord.h"
#include "vmjit/Executor/DefaultExecutor.h"
#include "vmjit/Runtime/GpuCompute.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Support/Log.h"
#include "vmjit/VMIR/Builder.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace vmjit;

static llvm::Expected<vmir::Program> readProgram(llvm::StringRef path) {
  auto text = llvm::MemoryBuffer::getFile(path);
  if (!text)
    return llvm::createFileError(path, text.getError());
  return vmir::parseProgram((*text)->getBuffer());
}

static llvm::Error addVectors(Executor &executor, llvm::StringRef path) {
  llvm::Expected<vmir::Program> program = readProgram(path);
  if (!program)
    return program.takeError();
  std::vector<float> a(1000, 1), b(1000, 2), c(1000);
  ExecutorArg args[] = {
      ExecutorArg::in(llvm::ArrayRef(a)), ExecutorArg::in(llvm::ArrayRef(b)),
      ExecutorArg::out(llvm::MutableArrayRef(c)), GpuArg::i32(1000)};
  auto result =
      executor.execute(*program, {.grid = {8}, .block = {128}, .args = args});
  if (!result)
    return result.takeError();
  llvm::outs() << "c[999] = " << c[999] << ", on "
               << getDeviceTypeName(result->device->getType()) << "\n";
  if (result->fallback != FallbackReason::None)
    llvm::outs() << "in place of a GPU: " << result->fallbackMessage << "\n";
  return llvm::Error::success();
}

static llvm::Error runHarts(Executor &executor) {
  vmir::IRBuilder builder("twice");
  builder.createBlock(0x1000).Add(10, 10, 10).JmpReg(1, 0);
  llvm::Expected<vmir::Program> program = builder.build();
  if (!program)
    return program.takeError();
  auto prepared = executor.prepare(*program, EntryMode::Hart);
  if (!prepared)
    return prepared.takeError();
  auto state = HartStateArray::create(100, prepared->getStateLayout());
  auto memory = HartMemory::create({}, 100);
  if (!state || !memory)
    return llvm::joinErrors(state.takeError(), memory.takeError());
  for (uint64_t hart = 0; hart < 100; ++hart) {
    state->initialize(hart, 0x1000);
    state->x(1, hart) = 0x8000;
    state->x(10, hart) = hart;
  }
  auto result = executor.executeHarts(*prepared, *state, *memory, 0x8000);
  if (!result)
    return result.takeError();
  llvm::Expected<ExitRecord> exit = state->getExit(99);
  if (!exit)
    return exit.takeError();
  llvm::outs() << "hart 99 " << getExitStatusText(exit->status) << " with "
               << state->x(10, 99) << "\n";
  return llvm::Error::success();
}

static llvm::Error stopEndlessKernel(Executor &executor) {
  vmir::IRBuilder builder("spin");
  builder.setParams({}).createBlock(0x1000).Jmp(0x1000);
  llvm::Expected<vmir::Program> program = builder.build();
  if (!program)
    return program.takeError();
  KernelRequest kernel;
  kernel.request.timeout = std::chrono::milliseconds(50);
  auto result = executor.execute(*program, kernel);
  if (result)
    return makeError(ErrorCode::Other, "what never ends has ended");
  llvm::Error error = result.takeError();
  if (getErrorCode(error) != ErrorCode::Timeout)
    return error;
  llvm::outs() << "stopped: " << llvm::toString(std::move(error)) << "\n";
  return llvm::Error::success();
}

static llvm::Error run(llvm::StringRef path) {
  if (llvm::Error error = configureLogFromEnvironment())
    return error;
  auto executor = createDefaultExecutor();
  if (!executor)
    return executor.takeError();
  if (llvm::Error error = addVectors(**executor, path))
    return error;
  if (llvm::Error error = runHarts(**executor))
    return error;
  if (llvm::Error error = stopEndlessKernel(**executor))
    return error;
  ExecutorStatistics statistics = (*executor)->getStatistics();
  llvm::outs() << statistics.successes << " of " << statistics.executions
               << " executions succeeded\n";
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  if (argc != 2) {
    llvm::errs() << "usage: executor PROGRAM.json\n";
    return 2;
  }
  llvm::ExitOnError exitOnError("executor: ");
  exitOnError(run(argv[1]));
  return 0;
}
