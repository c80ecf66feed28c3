//===- HartInterpreter.h - Harts of a state array, interpreted --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interpreter as a launcher of hart mode: on the same state array and
// memory as compiled code, following the same rules (Hart.h).
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_HARTINTERPRETER_H
#define VMJIT_RUNTIME_HARTINTERPRETER_H

#include "vmjit/CodeObject/HartStateLayout.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Runtime/HartThreadPool.h"

namespace vmjit {

class GuestMemory;
class HartMemory;
class HartStateArray;

class HartInterpreter {
public:
  /// Parameters of \p program are ignored. Fails as Interpreter::create does.
  static llvm::Expected<HartInterpreter> create(vmir::Program program);

  /// Words for all CSRs of the program. There are none for temporaries: a hart
  /// that stops inside a block and is to resume there must not need any.
  const HartStateLayout &getStateLayout() const { return layout; }

  /// As Interpreter::addBlocks. There may be words for more CSRs afterwards.
  llvm::Error addBlocks(std::vector<vmir::Block> blocks);
  /// As Interpreter::leaveAt.
  void leaveAt(vmir::GuestAddr pc, bool leaves = true) {
    interpreter.leaveAt(pc, leaves);
  }

  /// Runs the harts of \p state that are Running, from where they are to resume
  /// to their exits; others stay as they are. \p state has the layout, or one
  /// with more words. They run in parallel unless they share memory that they
  /// can write, as accesses of the interpreter are not atomic. Fails with
  /// InvalidArgument for a hart that is to resume at an op that its block does
  /// not have, or that \p memory is not for; others have run. Limits of
  /// \p options are those of each hart, counts are of all together.
  llvm::Error run(HartStateArray &state, HartMemory &memory, uint64_t returnPc,
                  const HartRunOptions &options = {});
  /// The same of one hart, Running or not, whose memory \p memory is. Several
  /// threads may run different harts at the same time, as with
  /// Interpreter::runHart.
  llvm::Error runHart(HartStateArray &state, GuestMemory &memory,
                      uint64_t returnPc, uint64_t hart,
                      const HartRunOptions &options = {}) const;

private:
  HartInterpreter(Interpreter interpreter, HartStateLayout layout)
      : interpreter(std::move(interpreter)), layout(std::move(layout)) {}

  Interpreter interpreter;
  HartStateLayout layout;
  HartThreadPool threads;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_HARTINTERPRETER_H
