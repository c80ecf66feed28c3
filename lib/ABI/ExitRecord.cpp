//===- ExitRecord.cpp - How a hart ended, in words --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/ABI/ExitRecord.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;

std::optional<ExitStatus> vmjit::parseExitStatus(uint64_t number) {
  switch (number) {
#define VMJIT_EXIT_STATUS(Name, Number, Text) case Number:
#include "vmjit/ABI/ExitStatus.def"
    return static_cast<ExitStatus>(number);
  default:
    return std::nullopt;
  }
}

StringRef vmjit::getExitStatusText(ExitStatus status) {
  switch (status) {
#define VMJIT_EXIT_STATUS(Name, Number, Text)                                  \
  case ExitStatus::Name:                                                       \
    return Text;
#include "vmjit/ABI/ExitStatus.def"
  }
  llvm_unreachable("every status has a text");
}

/// What \p exit says beyond its status and its place.
static std::string describeDetail(const ExitRecord &exit) {
  switch (exit.status) {
  case ExitStatus::Return:
  case ExitStatus::LeftRegion:
    return formatv(" to {0:x}", exit.nextPc);
  case ExitStatus::Call:
    return formatv(" to {0:x}, returning to {1:x}", exit.nextPc, exit.detail);
  case ExitStatus::Fault:
    return formatv(" with cause {0}", exit.detail);
  case ExitStatus::Interrupt:
    return formatv(" {0}", exit.detail);
  case ExitStatus::MemoryFault:
    return formatv(": {0}-byte {1} at {2:x}", exit.accessSize,
                   exit.isStore ? "store" : "load", exit.detail);
  case ExitStatus::AlignFault:
    return formatv(" at {0:x}", exit.detail);
  case ExitStatus::Running:
  case ExitStatus::Syscall:
  case ExitStatus::Breakpoint:
  case ExitStatus::BadOp:
  case ExitStatus::Unsupported:
  case ExitStatus::Mret:
  case ExitStatus::Sret:
  case ExitStatus::OutOfFuel:
  case ExitStatus::Interrupted:
    return "";
  }
  llvm_unreachable("every status has a detail");
}

std::string vmjit::describeExit(const ExitRecord &exit) {
  return formatv("{0}{1}, block {2:x}, op {3}", getExitStatusText(exit.status),
                 describeDetail(exit), exit.pc, exit.opIndex);
}
