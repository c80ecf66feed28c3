//===- ProcessGroup.cpp - Processes of one program, a hart each -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/ProcessGroup.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

/// Registers of the RISC-V calling convention.
static constexpr unsigned kStackRegister = 2;
static constexpr unsigned kResultRegister = 10;
static constexpr unsigned kFirstArgumentRegister = 10;
static constexpr unsigned kCallNumberRegister = 17;

/// The signals of include/uapi/asm-generic/signal.h that faults raise.
enum Signal : unsigned {
  IllegalInstruction = 4,
  Trap = 5,
  BusError = 7,
  SegmentationFault = 11,
};

/// What Linux does to a process whose hart ends like this; none for the ends
/// that are no fault.
static std::optional<Signal> getSignal(ExitStatus status) {
  switch (status) {
  case ExitStatus::Running:
  case ExitStatus::LeftRegion:
  case ExitStatus::Syscall:
  case ExitStatus::OutOfFuel:
  case ExitStatus::Interrupted:
    return std::nullopt;
  case ExitStatus::Breakpoint:
    return Trap;
  case ExitStatus::MemoryFault:
    return SegmentationFault;
  case ExitStatus::AlignFault:
    return BusError;
  case ExitStatus::Return:
  case ExitStatus::Call:
  case ExitStatus::Fault:
  case ExitStatus::Interrupt:
  case ExitStatus::BadOp:
  case ExitStatus::Unsupported:
  case ExitStatus::Mret:
  case ExitStatus::Sret:
    return IllegalInstruction;
  }
  llvm_unreachable("every status is a signal or none");
}

Expected<ProcessGroup> ProcessGroup::create(const ProcessImage &image,
                                            const AddressSpaceOptions &options,
                                            std::vector<ProcessStart> starts,
                                            uint64_t maxBytes) {
  ProcessGroup group;
  group.entry = image.entry;
  Expected<AddressSpace> space = AddressSpace::plan(image, options);
  if (!space)
    return space.takeError();
  group.space = std::make_unique<AddressSpace>(std::move(*space));
  Expected<HartMemory> memory =
      HartMemory::create(group.space->getRegions(), starts.size(), maxBytes);
  if (!memory)
    return memory.takeError();
  group.memory = std::make_unique<HartMemory>(std::move(*memory));
  if (Error error = group.space->load(image, *group.memory))
    return std::move(error);
  for (auto [hart, start] : enumerate(starts)) {
    Expected<uint64_t> pointer = writeInitialStack(
        start.stack, image, *group.space, *group.memory, hart);
    if (!pointer)
      return withContext(pointer.takeError(), formatv("process {0}", hart));
    group.stackPointers.push_back(*pointer);
    group.processes.emplace_back(*group.space, *group.memory, hart,
                                 std::move(start.options));
  }
  return group;
}

bool ProcessGroup::isRunning() const {
  return any_of(processes, [](const Process &process) {
    return process.getStatus().kind == ProcessStatus::Running;
  });
}

/// Gives the state array the words that \p engine wants now.
Error ProcessGroup::prepareState(const HartEngine &engine) {
  if (state && layout == engine.getStateLayout())
    return Error::success();
  Expected<HartStateArray> made =
      HartStateArray::create(processes.size(), engine.getStateLayout());
  if (!made)
    return made.takeError();
  for (uint64_t hart = 0; hart < processes.size(); ++hart) {
    if (!state) {
      made->initialize(hart, entry);
      made->x(kStackRegister, hart) = stackPointers[hart];
      continue;
    }
    Expected<HartState> old = state->getHart(hart);
    if (!old)
      return old.takeError();
    if (Error error = made->setHart(hart, *old))
      return error;
  }
  state = std::move(*made);
  layout = engine.getStateLayout();
  return Error::success();
}

Error ProcessGroup::run(HartEngine &engine) {
  while (isRunning()) {
    if (Error error = prepareState(engine))
      return error;
    if (Error error = engine.run(*state, *memory))
      return error;
    if (Error error = handleExits(engine))
      return error;
  }
  return Error::success();
}

void ProcessGroup::serve(uint64_t hart) {
  SystemCall call;
  call.number = state->x(kCallNumberRegister, hart);
  for (auto [index, argument] : enumerate(call.arguments))
    argument = state->x(kFirstArgumentRegister + index, hart);
  uint64_t result = processes[hart].serve(call);
  if (processes[hart].getStatus().kind != ProcessStatus::Running)
    return;
  state->x(kResultRegister, hart) = result;
  state->word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_Running;
}

Error ProcessGroup::handleExits(HartEngine &engine) {
  std::vector<uint64_t> left;
  for (uint64_t hart = 0; hart < processes.size(); ++hart) {
    if (processes[hart].getStatus().kind != ProcessStatus::Running)
      continue;
    Expected<ExitRecord> exit = state->getExit(hart);
    if (!exit)
      return exit.takeError();
    if (exit->status == ExitStatus::Syscall) {
      serve(hart);
    } else if (exit->status == ExitStatus::LeftRegion) {
      left.push_back(hart);
    } else if (std::optional<Signal> signal = getSignal(exit->status)) {
      processes[hart].endBySignal(*signal);
      auto [last, isNew] =
          lastInstructions.try_emplace({exit->pc, exit->opIndex});
      if (isNew)
        last->second = engine.describeInstruction(exit->pc, exit->opIndex);
    } else {
      state->word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_Running;
    }
  }
  return left.empty() ? Error::success() : growCode(engine, left);
}

/// \p harts have reached code that the engine does not have. Where there is
/// none they end as after a jump to memory that is not there.
Error ProcessGroup::growCode(HartEngine &engine, ArrayRef<uint64_t> harts) {
  auto getTarget = [&](uint64_t hart) {
    return state->word(VMJIT_WORD_NEXT_PC, hart);
  };
  std::vector<vmir::GuestAddr> addresses;
  for (uint64_t hart : harts)
    addresses.push_back(getTarget(hart));
  sort(addresses);
  addresses.erase(llvm::unique(addresses), addresses.end());
  if (Error error = engine.addCode(addresses))
    return error;
  for (uint64_t hart : harts) {
    if (engine.hasCode(getTarget(hart)))
      state->word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_Running;
    else
      processes[hart].endBySignal(SegmentationFault);
  }
  return Error::success();
}

/// Says so if \p exit looks as if the stack was not large enough.
std::string ProcessGroup::describeStack(const ExitRecord &exit) const {
  const AddressRange &stack = space->getStack();
  uint64_t below = stack.begin - 1 - exit.detail;
  if (exit.status != ExitStatus::MemoryFault || below >= stack.size())
    return "";
  return formatv(", below the stack of {0} bytes", stack.size());
}

std::string ProcessGroup::describe(uint64_t process) const {
  const ProcessStatus &status = getStatus(process);
  switch (status.kind) {
  case ProcessStatus::Running:
    return "running";
  case ProcessStatus::Exited:
    return formatv("exit status {0}", status.value);
  case ProcessStatus::Killed:
    break;
  }
  std::string text = formatv("signal {0}", status.value);
  Expected<ExitRecord> exit = state->getExit(process);
  if (!exit) {
    consumeError(exit.takeError());
  } else if (exit->status == ExitStatus::LeftRegion) {
    text += formatv(": no code at {0:x}, jumped to from block {1:x}",
                    exit->nextPc, exit->pc);
  } else {
    text += ": " + describeExit(*exit) + describeStack(*exit);
    auto last = lastInstructions.find({exit->pc, exit->opIndex});
    if (last != lastInstructions.end() && !last->second.empty())
      text += ": " + last->second;
  }
  return text;
}
