//===- Interpreter.h - The reference semantics of VM IR ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The readable oracle that every other engine is compared with, and the engine
// that is left when no other one can run a program. docs/OpSpec.md is what it
// implements. It uses no MLIR and generates no code.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_INTERPRETER_INTERPRETER_H
#define VMJIT_INTERPRETER_INTERPRETER_H

#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Interpreter/HartState.h"
#include "vmjit/Interpreter/Kernel.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <optional>

namespace vmjit {
namespace interpreter {
class DecodedProgram;
} // namespace interpreter

/// How Interpreter::runHart runs a hart. A step is a transfer of control to a
/// block whose address is not above that of the block it leaves.
struct HartRunOptions {
  /// The hart ends with OutOfFuel instead of taking one more step than that.
  std::optional<uint64_t> stepLimit = std::nullopt;
  /// The hart ends with Interrupted at the first step at which this is there
  /// and not 0. Other threads may write it.
  const uint32_t *stopWord = nullptr;
  /// If not empty, how often each block of the program was entered at its
  /// start, which is added to.
  llvm::MutableArrayRef<uint64_t> blockCounts = {};
  /// If there, the steps that were taken, which are added to.
  uint64_t *stepCount = nullptr;
};

/// A program that is ready to run. Floating point is IEEE 754 in its default
/// environment, whatever the one of the calling thread is.
///
///   Expected<Interpreter> interpreter = Interpreter::create(program);
///   state.startAt(program.entry);
///   Error error = interpreter->runHart(state, memory, returnPc);
class Interpreter {
public:
  /// Fails with InvalidProgram for a program that cannot be run: two blocks at
  /// one address, a floating-point register that does not exist, a Binary
  /// operand without its two operands, or sizes and depths beyond the bounds of
  /// vmjit/VMIR/Program.h.
  static llvm::Expected<Interpreter> create(vmir::Program program);

  Interpreter(Interpreter &&);
  Interpreter &operator=(Interpreter &&);
  ~Interpreter();

  const vmir::Program &getProgram() const { return program; }

  /// Adds \p blocks behind those that the program has. Fails as create does,
  /// and adds none then. Nothing may run meanwhile.
  llvm::Error addBlocks(std::vector<vmir::Block> blocks);

  /// Says whether harts that get to the start of the block at \p pc, if there
  /// is one, leave the program there. Nothing may run meanwhile.
  void leaveAt(vmir::GuestAddr pc, bool leaves = true);

  /// Runs a hart of a hart-mode program from where \p state says until it ends,
  /// which state.exit then tells; what it said before does not matter. Every
  /// transfer of control to \p returnPc, a start there included, is the exit
  /// Return. Segments of the program are the caller's to map. A barrier has no
  /// effect in a block of one thread, and is the exit Unsupported in a larger
  /// one, whose threads never meet here.
  ///
  /// Fails with InvalidArgument, \p state as it was, for a program in kernel
  /// mode, an op to resume at that its block does not have, a call stack
  /// deeper than vmir::kCallStackDepth, or another number of counts. May be
  /// called by several threads at the same time, for different harts that do
  /// not share memory which they change: atomic ops are one step only among
  /// harts that run one after the other.
  llvm::Error runHart(HartState &state, GuestMemory &memory,
                      vmir::GuestAddr returnPc,
                      const HartRunOptions &options = {}) const;

  /// Runs all threads of \p launch, block by block and in a block thread by
  /// thread up to the next barrier, x fastest. An access must lie wholly inside
  /// an argument, a segment, the thread's stack or the block's shared memory.
  /// Threads that end in another way than by returning are in the result, and
  /// so are barriers that not all threads of a block reach. Writable segments
  /// keep their contents from one launch to the next.
  ///
  /// Fails before anything runs with InvalidArgument for a launch that does not
  /// fit the program or has no or too many threads, and at any block with
  /// OutOfMemory if there is none for its stacks or shared memory.
  llvm::Expected<KernelResult> runKernel(const KernelLaunch &launch);

private:
  Interpreter(vmir::Program program,
              std::unique_ptr<interpreter::DecodedProgram> decoded);

  vmir::Program program;
  std::unique_ptr<interpreter::DecodedProgram> decoded;
};

} // namespace vmjit

#endif // VMJIT_INTERPRETER_INTERPRETER_H
