//===- CaseRun.h - Running a recorded case on many harts --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TOOLS_VM_RUN_CASERUN_H
#define VMJIT_TOOLS_VM_RUN_CASERUN_H

#include "Device.h"
#include "vmjit/VMIR/Case.h"

namespace vmjit {

/// A number of harts that all start as a case says.
class CaseRun {
public:
  /// State, laid out as \p layout says, and memory for \p hartCount copies of
  /// \p recorded. Segments of
  /// \p program are mapped beside the case's pages. Fails with InvalidArgument
  /// and OutOfMemory.
  static llvm::Expected<CaseRun> create(const vmir::Program &program,
                                        const vmir::Case &recorded,
                                        const HartStateLayout &layout,
                                        uint64_t hartCount);

  /// Puts everything back to the start.
  llvm::Error reset();
  llvm::Error run(LoadedProgram &program);

  /// The first difference between what a hart ended with and what the case
  /// expects, in words; nothing if there is none.
  llvm::Expected<std::optional<std::string>> findDifference();

private:
  CaseRun(const vmir::Program &program, const vmir::Case &recorded,
          HartStateArray state, HartMemory memory)
      : program(program), recorded(recorded), state(std::move(state)),
        memory(std::move(memory)) {}

  llvm::Expected<std::optional<std::string>> findDifference(uint64_t hart);

  const vmir::Program &program;
  const vmir::Case &recorded;
  HartStateArray state;
  HartMemory memory;
};

} // namespace vmjit

#endif // VMJIT_TOOLS_VM_RUN_CASERUN_H
