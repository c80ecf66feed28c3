//===- Kernel.cpp - Launching a program over a grid -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Interpreter/Kernel.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

/// How many threads a description names.
static constexpr size_t kMaxNamedThreads = 8;

KernelArgument KernelArgument::i32(int32_t value) {
  return {ParamType::I32, uint32_t(value), {}};
}
KernelArgument KernelArgument::i64(int64_t value) {
  return {ParamType::I64, uint64_t(value), {}};
}
KernelArgument KernelArgument::f32(float value) {
  return {ParamType::F32, bit_cast<uint32_t>(value), {}};
}
KernelArgument KernelArgument::f64(double value) {
  return {ParamType::F64, bit_cast<uint64_t>(value), {}};
}
KernelArgument KernelArgument::inBuffer(MutableArrayRef<uint8_t> bytes) {
  return {ParamType::Buffer, 0, bytes};
}

static std::string toString(const Dim3 &position) {
  return formatv("({0}, {1}, {2})", position[0], position[1], position[2]);
}

static std::string toString(ArrayRef<Dim3> threads) {
  std::string text;
  raw_string_ostream os(text);
  interleaveComma(threads.take_front(kMaxNamedThreads), os,
                  [&](const Dim3 &thread) { os << toString(thread); });
  if (threads.size() > kMaxNamedThreads)
    os << " and " << threads.size() - kMaxNamedThreads << " more";
  return text;
}

std::string vmjit::describeThreadFault(const ThreadFault &fault) {
  return formatv("thread {0} of block {1}: {2}{3}{4}", toString(fault.threadId),
                 toString(fault.blockId), describeExit(fault.exit),
                 fault.op.empty() ? "" : ": ", fault.op);
}

std::string vmjit::describeDivergentBarrier(const DivergentBarrier &barrier) {
  return formatv("divergent barrier: block {0} at block {1:x}, op {2}: threads "
                 "{3} wait, threads {4} do not come",
                 toString(barrier.blockId), barrier.pc, barrier.opIndex,
                 toString(barrier.waiting), toString(barrier.missing));
}

/// "1 step", "2 steps".
static std::string pluralize(uint64_t number, StringRef what) {
  return formatv("{0} {1}{2}", number, what, number == 1 ? "" : "s");
}

/// What ended a thread that did nothing wrong; empty for all others.
static std::string describeStop(ExitStatus status,
                                std::optional<uint64_t> stepLimit) {
  if (status == ExitStatus::Interrupted)
    return "was stopped from outside";
  if (status != ExitStatus::OutOfFuel)
    return "";
  return "used up its budget of " +
         (stepLimit ? pluralize(*stepLimit, "step") : "steps");
}

std::string vmjit::describeFaults(const KernelResult &result) {
  if (result.faultCount == 0)
    return "";
  std::string text = result.threadCount == 0
                         ? pluralize(result.faultCount, "thread")
                         : formatv("{0} of {1}", result.faultCount,
                                   pluralize(result.threadCount, "thread"))
                               .str();
  if (result.faults.empty())
    return text + " did not return";
  bool isOnly = result.faultCount == 1;
  const ThreadFault &first = result.faults.front();
  std::string stop = describeStop(first.exit.status, result.stepLimit);
  if (stop.empty())
    return text + " did not return" +
           (isOnly ? ": " : "; the first of them: ") +
           describeThreadFault(first);
  return formatv("{0} {1}{2} at block {3:x}, op {4}: thread {5} of block {6}",
                 text, isOnly ? "" : "did not return; the first of them ", stop,
                 first.exit.pc, first.exit.opIndex, toString(first.threadId),
                 toString(first.blockId));
}

Error vmjit::checkKernelResult(const KernelResult &result) {
  if (result.succeeded())
    return Error::success();
  std::string text = describeFaults(result);
  if (result.divergentBarrierCount > 0) {
    text += (text.empty() ? "" : "; ") +
            pluralize(result.divergentBarrierCount, "barrier") + " diverged";
    if (!result.divergentBarriers.empty())
      text += "; " + describeDivergentBarrier(result.divergentBarriers.front());
  }
  return makeError(ErrorCode::ExecutionFailed, text);
}
