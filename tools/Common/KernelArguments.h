//===- KernelArguments.h - The arguments of a launch ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TOOLS_COMMON_KERNELARGUMENTS_H
#define VMJIT_TOOLS_COMMON_KERNELARGUMENTS_H

#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace vmjit {

/// The arguments of a launch, with the memory of buffers. Not copyable: what
/// getPointers gives points into it.
class KernelArguments {
public:
  struct Argument {
    vmir::ParamType type = vmir::ParamType::I64;
    /// The value; for a buffer its address.
    uint64_t bits = 0;
    /// Buffers: what the kernel works on, and what it is at the start.
    std::vector<uint8_t> bytes;
    std::vector<uint8_t> initial;
    /// Buffers: the file that they are written to; empty for none.
    std::string outputFile;
  };

  /// Reads arguments as --arg has them: in:FILE, out:BYTES:FILE,
  /// inout:FILE:OUTFILE, zero:BYTES, i32:V, i64:V, f32:V, f64:V. Fails with
  /// InvalidArgument or Io, naming the argument.
  static llvm::Expected<KernelArguments>
  parse(llvm::ArrayRef<std::string> texts);

  /// Arguments of which buffers have their initial bytes, other types their
  /// bits.
  static KernelArguments create(std::vector<Argument> arguments);

  KernelArguments(KernelArguments &&) = default;
  KernelArguments &operator=(KernelArguments &&) = default;

  /// Checks number and types against \p params.
  llvm::Error check(llvm::ArrayRef<vmir::ParamType> params) const;
  /// Gives buffers their initial contents.
  void reset();
  /// Writes the buffers that have an output file.
  llvm::Error writeOutputs() const;

  std::vector<Argument> &getArguments() { return arguments; }
  /// For each argument, where its value is.
  std::vector<void *> getPointers();

private:
  KernelArguments() = default;
  std::vector<Argument> arguments;
};

} // namespace vmjit

#endif // VMJIT_TOOLS_COMMON_KERNELARGUMENTS_H
