//===- InitialStack.h - Arguments and environment of a process --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Linux puts on the stack of a new process: argc, argv, envp and the
// auxiliary vector (fs/binfmt_elf.c, create_elf_tables; RISC-V ELF psABI,
// "Process initialization").
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LINUXUSER_INITIALSTACK_H
#define VMJIT_LINUXUSER_INITIALSTACK_H

#include "vmjit/LinuxUser/AddressSpace.h"

#include <array>
#include <string>

namespace vmjit::linux_user {

struct InitialStack {
  /// argv; the first one is the program's name, also as AT_EXECFN.
  std::vector<std::string> arguments;
  /// envp: "NAME=value".
  std::vector<std::string> environment;
  /// AT_RANDOM.
  std::array<uint8_t, 16> randomBytes = {};
};

/// Writes \p contents to the end of the stack of \p hart, and returns the stack
/// pointer to start with. Fails with InvalidArgument if they take more than a
/// quarter of the stack, as Linux does, or have a null byte inside.
llvm::Expected<uint64_t> writeInitialStack(const InitialStack &contents,
                                           const ProcessImage &image,
                                           const AddressSpace &space,
                                           HartMemory &memory, uint64_t hart);

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_INITIALSTACK_H
