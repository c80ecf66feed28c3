//===- Device.h - Where tools run programs ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TOOLS_COMMON_DEVICE_H
#define VMJIT_TOOLS_COMMON_DEVICE_H

#include "KernelArguments.h"
#include "vmjit/ABI/Dim3.h"
#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"

namespace vmjit {

/// What a kernel is launched with, besides its arguments.
struct LaunchShape {
  Dim3 grid;
  Dim3 block;
  uint64_t dynamicSharedBytes = 0;
};

/// A program that is ready to run somewhere.
class LoadedProgram {
public:
  virtual ~LoadedProgram() = default;
  /// Hart mode: the words that the state array needs.
  virtual const HartStateLayout &getStateLayout() const = 0;
  /// Hart mode: runs all harts of \p state, which has the words that are
  /// needed, to their exits.
  virtual llvm::Error runHarts(HartStateArray &state, HartMemory &memory,
                               uint64_t returnPc) = 0;
  /// Kernel mode: runs the grid. A thread that faults is an error where the
  /// device can tell.
  virtual llvm::Error runKernel(const LaunchShape &shape,
                                KernelArguments &arguments) = 0;
};

/// A device that --device names.
class Device {
public:
  virtual ~Device() = default;
  /// What the device is, for people.
  virtual std::string describe() const = 0;
  /// Prepares \p program to be run in \p mode. \p observer gets stage times.
  virtual llvm::Expected<std::unique_ptr<LoadedProgram>>
  load(const vmir::Program &program, EntryMode mode, OptLevel optLevel,
       CompileObserver &observer) = 0;
};

/// The interpreter; with \p stepBudget each hart or thread takes at most so
/// many steps (ABI/Control.h).
std::unique_ptr<Device>
createInterpreterDevice(std::optional<uint64_t> stepBudget = std::nullopt);
llvm::Expected<std::unique_ptr<Device>> createHostDevice(Compiler &compiler);

} // namespace vmjit

#endif // VMJIT_TOOLS_COMMON_DEVICE_H
