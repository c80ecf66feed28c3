//===- ProcessGroup.h - Processes of one program, a hart each ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs one program as many processes at a time, each with memory, arguments and
// input of its own. Between the runs of an engine, system calls are served
// here, hart by hart, so that what they do does not depend on the engine:
//
//   auto group = ProcessGroup::create(image, {}, starts);
//   ...
//   Error error = group->run(engine);
//   group->getStatus(0);           // how the first one ended
//
// Exits that are no system call end a process with the signal that Linux has
// for them; describe says more.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LINUXUSER_PROCESSGROUP_H
#define VMJIT_LINUXUSER_PROCESSGROUP_H

#include "vmjit/LinuxUser/HartEngine.h"
#include "vmjit/LinuxUser/InitialStack.h"
#include "vmjit/LinuxUser/Process.h"
#include "vmjit/Runtime/HartState.h"

#include <map>
#include <memory>
#include <string>

namespace vmjit::linux_user {

/// What one process starts with.
struct ProcessStart {
  InitialStack stack;
  ProcessOptions options;
};

class ProcessGroup {
public:
  /// One process for each of \p starts, of which there must be at least one.
  /// Fails as AddressSpace::plan and writeInitialStack do, and with OutOfMemory
  /// if memory for all takes more than \p maxBytes.
  static llvm::Expected<ProcessGroup>
  create(const ProcessImage &image, const AddressSpaceOptions &options,
         std::vector<ProcessStart> starts,
         uint64_t maxBytes = HartMemory::kDefaultMaxBytes);

  /// Runs all processes until none is Running. Fails as the engine does, and
  /// then can be called again.
  llvm::Error run(HartEngine &engine);

  uint64_t getProcessCount() const { return processes.size(); }
  const ProcessStatus &getStatus(uint64_t process) const {
    return processes[process].getStatus();
  }
  /// How and where \p process ended, in words.
  std::string describe(uint64_t process) const;
  /// What the processes have in memory.
  HartMemory &getMemory() { return *memory; }

private:
  ProcessGroup() = default;
  llvm::Error prepareState(const HartEngine &engine);
  llvm::Error handleExits(HartEngine &engine);
  llvm::Error growCode(HartEngine &engine, llvm::ArrayRef<uint64_t> harts);
  void serve(uint64_t hart);
  std::string describeStack(const ExitRecord &exit) const;
  bool isRunning() const;

  uint64_t entry = 0;
  // At fixed addresses, for the processes.
  std::unique_ptr<AddressSpace> space;
  std::unique_ptr<HartMemory> memory;
  std::vector<uint64_t> stackPointers;
  std::vector<Process> processes;
  /// The instructions at which processes ended by a signal, by block and op.
  std::map<std::pair<vmir::GuestAddr, uint64_t>, std::string> lastInstructions;
  /// None before the first run.
  std::optional<HartStateArray> state;
  HartStateLayout layout;
};

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_PROCESSGROUP_H
