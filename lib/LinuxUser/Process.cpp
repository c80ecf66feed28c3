//===- Process.cpp - System calls of one process ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/Process.h"

#include "ErrorNumbers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

/// A trace shows results as decimal numbers up to here, others as addresses.
static constexpr int64_t kMaxDecimal = 1 << 20;

Process::Process(const AddressSpace &space, HartMemory &memory, uint64_t hart,
                 ProcessOptions options)
    : space(space), memory(memory), hart(hart), options(std::move(options)),
      input(this->options.input), startTime(getTime(Clock::Monotonic)),
      heapEnd(space.getHeap().begin), heapUsed(heapEnd),
      mapsUsed(space.getMapArea().begin), random(this->options.seed) {}

uint64_t Process::serve(const SystemCall &call) {
  int64_t result = dispatch(call);
  if (options.trace)
    print(call, result);
  return static_cast<uint64_t>(result);
}

int64_t Process::dispatch(const SystemCall &call) {
  switch (call.number) {
#define VMJIT_SYSTEM_CALL(Number, Name, ArgumentCount)                         \
  case Number:                                                                 \
    return Name(call.arguments);
#include "vmjit/LinuxUser/SystemCalls.def"
  }
  return fail(ErrorNumber::NotServed);
}

/// "hart 0: write(0x1, 0x10a2c, 0x5) = 5"
void Process::print(const SystemCall &call, int64_t result) const {
  std::string name = formatv("system call {0}", call.number).str();
  size_t argumentCount = call.arguments.size();
  switch (call.number) {
#define VMJIT_SYSTEM_CALL(Number, Name, ArgumentCount)                         \
  case Number:                                                                 \
    name = #Name;                                                              \
    argumentCount = ArgumentCount;                                             \
    break;
#include "vmjit/LinuxUser/SystemCalls.def"
  }
  raw_ostream &os = *options.trace;
  os << "hart " << hart << ": " << name << "(";
  for (size_t index = 0; index < argumentCount; ++index)
    os << (index ? ", " : "") << formatv("{0:x}", call.arguments[index]);
  os << ")";
  if (status.kind == ProcessStatus::Running) {
    StringRef error = getErrorName(result);
    if (!error.empty())
      os << " = -" << error;
    else if (result > -kMaxDecimal && result < kMaxDecimal)
      os << " = " << result;
    else
      os << formatv(" = {0:x}", static_cast<uint64_t>(result));
  }
  os << "\n";
}

StringRef linux_user::getErrorName(int64_t result) {
  switch (result) {
#define VMJIT_ERROR_NUMBER(Name, Symbol, Number)                               \
  case -Number:                                                                \
    return #Symbol;
#include "vmjit/LinuxUser/ErrorNumbers.def"
  }
  return "";
}

uint64_t
Process::visitMemory(uint64_t address, uint64_t size, uint64_t access,
                     function_ref<void(MutableArrayRef<uint8_t>)> visit) {
  uint64_t seen = 0;
  for (auto [index, region] : enumerate(memory.getRegions())) {
    if (seen == size)
      break;
    // Regions ascend, so the next piece is in this one or in a later one.
    uint64_t offset = address + seen - region.base;
    if (offset >= region.size)
      continue;
    if ((region.flags & access) != access)
      break;
    uint64_t length = std::min(size - seen, region.size - offset);
    visit(memory.getBytes(index, hart).slice(offset, length));
    seen += length;
  }
  return seen;
}

bool Process::load(uint64_t address, MutableArrayRef<uint8_t> bytes) {
  uint8_t *next = bytes.data();
  return visitMemory(address, bytes.size(), VMJIT_REGION_READ,
                     [&](MutableArrayRef<uint8_t> piece) {
                       next = copy(piece, next);
                     }) == bytes.size();
}

bool Process::store(uint64_t address, ArrayRef<uint8_t> bytes) {
  ArrayRef<uint8_t> rest = bytes;
  return visitMemory(address, bytes.size(), VMJIT_REGION_WRITE,
                     [&](MutableArrayRef<uint8_t> piece) {
                       copy(rest.take_front(piece.size()), piece.begin());
                       rest = rest.drop_front(piece.size());
                     }) == bytes.size();
}

void Process::clear(uint64_t begin, uint64_t end) {
  if (begin < end)
    visitMemory(begin, end - begin, VMJIT_REGION_WRITE,
                [](MutableArrayRef<uint8_t> piece) { fill(piece, 0); });
}
