//===- Kernel.h - Launching a program over a grid ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Interpreter::runKernel takes and gives back.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_INTERPRETER_KERNEL_H
#define VMJIT_INTERPRETER_KERNEL_H

#include "vmjit/Interpreter/HartState.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace vmjit {

/// The largest block that runKernel runs, as on every device.
inline constexpr uint64_t kMaxThreadsPerBlock = 1024;

/// One argument of a kernel.
struct KernelArgument {
  vmir::ParamType type = vmir::ParamType::I64;
  /// The value of every type but Buffer; an I32 or F32 in the low 32 bits.
  uint64_t bits = 0;
  /// Buffer: host memory of the caller. The guest sees it at its host address.
  llvm::MutableArrayRef<uint8_t> buffer;

  static KernelArgument i32(int32_t value);
  static KernelArgument i64(int64_t value);
  static KernelArgument f32(float value);
  static KernelArgument f64(double value);
  static KernelArgument inBuffer(llvm::MutableArrayRef<uint8_t> bytes);
};

/// A launch over a grid of blocks.
struct KernelLaunch {
  Dim3 grid = {1, 1, 1};
  Dim3 block = {1, 1, 1};
  /// Shared memory of a block beyond the program's own.
  uint64_t dynamicSharedBytes = 0;
  /// One for each parameter of the program, of the same type.
  std::vector<KernelArgument> arguments = {};
  /// How many steps each thread may take, and what stops them all; see
  /// Interpreter::runHart.
  std::optional<uint64_t> stepLimit = std::nullopt;
  const uint32_t *stopWord = nullptr;
  /// How many faults and divergent barriers are kept, each; all are counted.
  unsigned maxReports = 16;
};

/// A thread that ended in another way than by returning.
struct ThreadFault {
  Dim3 blockId = {0, 0, 0};
  Dim3 threadId = {0, 0, 0};
  ExitRecord exit;
  /// The op that it ended at, for descriptions; empty where nobody says.
  std::string op = {};
};

/// A block whose threads did not all come to the same barrier. The block ends
/// there. Threads that faulted before are not missed.
struct DivergentBarrier {
  Dim3 blockId = {0, 0, 0};
  /// The barrier at which the first waiting thread waits.
  vmir::GuestAddr pc = 0;
  uint64_t opIndex = 0;
  /// The threads that wait at it.
  std::vector<Dim3> waiting;
  /// The threads that returned or wait at another barrier.
  std::vector<Dim3> missing;
};

/// What went wrong in a launch, in the order of blocks and, in a block, of
/// time. The counts are of all, the lists have the first of them.
struct KernelResult {
  /// How many threads the launch has, and how many steps each may take: for
  /// descriptions. 0 and none where nobody says.
  uint64_t threadCount = 0;
  std::optional<uint64_t> stepLimit;
  uint64_t faultCount = 0;
  std::vector<ThreadFault> faults;
  uint64_t divergentBarrierCount = 0;
  std::vector<DivergentBarrier> divergentBarriers;

  bool succeeded() const {
    return faultCount == 0 && divergentBarrierCount == 0;
  }
};

/// "thread (1, 0, 0) of block (0, 0, 0): memory fault: ...".
std::string describeThreadFault(const ThreadFault &fault);

/// "divergent barrier: block (0, 0, 0) at block 0x1000, op 3: threads ... wait,
/// threads ... do not come", naming the first few threads of either kind.
std::string describeDivergentBarrier(const DivergentBarrier &barrier);

/// How many threads did not return and what became of the first of them, if
/// there are any: "1 of 64 threads used up its budget of 100 steps at block
/// 0x1000, op 3: thread (5, 0, 0) of block (0, 0, 0)".
std::string describeFaults(const KernelResult &result);

/// Success for a launch in which nothing went wrong, else ExecutionFailed with
/// what went wrong, threads and barriers, and the first of them in words.
llvm::Error checkKernelResult(const KernelResult &result);

} // namespace vmjit

#endif // VMJIT_INTERPRETER_KERNEL_H
