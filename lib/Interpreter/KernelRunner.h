//===- KernelRunner.h - All threads of one launch ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_INTERPRETER_KERNELRUNNER_H
#define VMJIT_LIB_INTERPRETER_KERNELRUNNER_H

#include "DecodedProgram.h"
#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Interpreter/Kernel.h"

#include <cstdlib>
#include <memory>

namespace vmjit::interpreter {

/// Runs one launch, block by block. Everything given must outlive it.
class KernelRunner {
public:
  KernelRunner(vmir::Program &program, const DecodedProgram &decoded,
               const KernelLaunch &launch)
      : program(program), decoded(decoded), launch(launch) {}

  /// Checks the launch against the program and places the arguments. Must
  /// succeed before run.
  llvm::Error prepare();
  /// Fails with OutOfMemory if there is none for a block.
  llvm::Expected<KernelResult> run();

private:
  /// Memory that starts as zeroes, which the system provides as it is touched.
  struct Free {
    void operator()(uint8_t *bytes) const { std::free(bytes); }
  };
  using ZeroedBytes = std::unique_ptr<uint8_t, Free>;
  static llvm::Expected<ZeroedBytes> allocate(uint64_t size);

  enum class ThreadStatus : uint8_t { Ready, Waiting, Returned, Faulted };
  struct Thread {
    HartState state;
    ThreadStatus status = ThreadStatus::Ready;
    /// Steps that the thread may still take.
    uint64_t fuel = 0;
  };

  llvm::Error checkGrid();
  llvm::Error addArgument(size_t index);
  llvm::Error addSegments();

  llvm::Error runBlock(const Dim3 &blockId);
  llvm::Error allocateBlockMemory();
  void startThreads(const Dim3 &blockId);
  void runThread(Thread &thread);
  std::string nameUnsupportedOp(const ExitRecord &exit) const;
  bool passBarrier();
  MemoryRegion getStackRegion(const Thread &thread) const;

  vmir::Program &program;
  const DecodedProgram &decoded;
  const KernelLaunch &launch;
  KernelResult result;

  uint64_t threadsPerBlock = 0;
  /// Static and dynamic together.
  uint64_t sharedSize = 0;
  /// What every thread starts with.
  HartState initialState;
  unsigned xArguments = 0;
  unsigned fArguments = 0;
  /// Arguments that are passed in memory, at the top of every stack.
  std::vector<uint64_t> stackArguments;

  /// The stack of the thread that runs, shared memory, arguments, segments.
  RegionList memory;
  ZeroedBytes stacks;
  ZeroedBytes shared;
  std::vector<Thread> threads;
};

} // namespace vmjit::interpreter

#endif // VMJIT_LIB_INTERPRETER_KERNELRUNNER_H
