//===- GuestRun.h - Runs a RISC-V program for Linux -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TOOLS_VM_RUN_GUESTRUN_H
#define VMJIT_TOOLS_VM_RUN_GUESTRUN_H

#include "vmjit/Executor/Executor.h"
#include "llvm/Support/CommandLine.h"

namespace vmjit {

/// Options of GuestRun.cpp.
llvm::cl::OptionCategory &getGuestCategory();

/// Whether the file at \p path is there and begins as an ELF file does.
bool isELFFile(llvm::StringRef path);

/// Runs the ELF file at \p path with \p arguments on \p hartCount harts with
/// \p executor, or with the interpreter if that is null. "{hart}" in an
/// argument stands for the hart's number. Returns the exit status of hart 0.
llvm::Expected<int> runGuest(llvm::StringRef path,
                             llvm::ArrayRef<std::string> arguments,
                             uint64_t hartCount, Executor *executor,
                             const ExecutionRequest &request);

} // namespace vmjit

#endif // VMJIT_TOOLS_VM_RUN_GUESTRUN_H
