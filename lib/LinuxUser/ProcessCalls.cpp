//===- ProcessCalls.cpp - System calls on the process and the system -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ErrorNumbers.h"
#include "vmjit/LinuxUser/Process.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <tuple>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;
using std::chrono::nanoseconds;

static constexpr int64_t kUserId = 1000;
/// The last one (_NSIG).
static constexpr uint32_t kMaxSignal = 64;
/// Signals that do nothing to a process without a handler: SIGCHLD, SIGCONT,
/// SIGURG and SIGWINCH.
static constexpr uint32_t kIgnoredSignals[] = {17, 18, 23, 28};
/// Operations of futex, and FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME
/// (include/uapi/linux/futex.h).
static constexpr uint32_t kFutexWait = 0;
static constexpr uint32_t kFutexWake = 1;
static constexpr uint32_t kFutexWaitBits = 9;
static constexpr uint32_t kFutexWakeBits = 10;
static constexpr uint32_t kFutexFlags = 128 | 256;
/// GRND_NONBLOCK, GRND_RANDOM and GRND_INSECURE, which make no difference, and
/// the last two, which contradict each other (include/uapi/linux/random.h).
static constexpr uint32_t kRandomFlags = 7;
static constexpr uint32_t kRandomConflict = 6;
/// struct new_utsname: six fields of so many bytes.
static constexpr size_t kNameBytes = 65;

int64_t Process::exit(const Arguments &arguments) {
  return exit_group(arguments);
}

int64_t Process::exit_group(const Arguments &arguments) {
  status = {ProcessStatus::Exited, static_cast<unsigned>(arguments[0] & 0xff)};
  return 0;
}

int64_t Process::raise(uint64_t argument) {
  uint32_t signal = static_cast<uint32_t>(argument);
  if (signal > kMaxSignal)
    return fail(ErrorNumber::Invalid);
  if (signal != 0 && !is_contained(kIgnoredSignals, signal))
    endBySignal(signal);
  return 0;
}

int64_t Process::kill(const Arguments &arguments) {
  // 0 means the group, in which nobody else is.
  int64_t own = options.processId, process = getInt(arguments[0]);
  if (process != own && process != 0)
    return fail(ErrorNumber::NoProcess);
  return raise(arguments[1]);
}

int64_t Process::tkill(const Arguments &arguments) {
  int64_t own = options.processId, thread = getInt(arguments[0]);
  if (thread <= 0)
    return fail(ErrorNumber::Invalid);
  if (thread != own)
    return fail(ErrorNumber::NoProcess);
  return raise(arguments[1]);
}

int64_t Process::tgkill(const Arguments &arguments) {
  int64_t own = options.processId;
  int64_t process = getInt(arguments[0]), thread = getInt(arguments[1]);
  if (process <= 0 || thread <= 0)
    return fail(ErrorNumber::Invalid);
  if (process != own || thread != own)
    return fail(ErrorNumber::NoProcess);
  return raise(arguments[2]);
}

int64_t Process::set_tid_address(const Arguments &) {
  return options.processId;
}

/// A process of one thread never has anyone to wake, and would wait for ever.
int64_t Process::futex(const Arguments &arguments) {
  auto [address, operation, value] =
      std::tie(arguments[0], arguments[1], arguments[2]);
  std::array<uint8_t, 4> word;
  uint32_t command = static_cast<uint32_t>(operation) & ~kFutexFlags;
  bool hasBits = command == kFutexWaitBits || command == kFutexWakeBits;
  if (address % word.size() != 0 ||
      (hasBits && static_cast<uint32_t>(arguments[5]) == 0))
    return fail(ErrorNumber::Invalid);
  if (!isUserRange(address, word.size()))
    return fail(ErrorNumber::BadAddress);
  switch (command) {
  case kFutexWake:
  case kFutexWakeBits:
    return 0;
  case kFutexWait:
  case kFutexWaitBits:
    if (!load(address, word))
      return fail(ErrorNumber::BadAddress);
    if (support::endian::read32le(&word[0]) != static_cast<uint32_t>(value))
      return fail(ErrorNumber::Again);
    break;
  }
  return fail(ErrorNumber::NotServed);
}

int64_t Process::getpid(const Arguments &) { return options.processId; }

/// As of the first process of a PID namespace.
int64_t Process::getppid(const Arguments &) { return 0; }
int64_t Process::gettid(const Arguments &) { return options.processId; }
int64_t Process::getuid(const Arguments &) { return kUserId; }
int64_t Process::geteuid(const Arguments &) { return kUserId; }
int64_t Process::getgid(const Arguments &) { return kUserId; }
int64_t Process::getegid(const Arguments &) { return kUserId; }

nanoseconds Process::getTime(Clock clock) const {
  if (options.clock)
    return options.clock(clock);
  switch (clock) {
  case Clock::Realtime:
    return std::chrono::system_clock::now().time_since_epoch();
  case Clock::Monotonic:
    return std::chrono::steady_clock::now().time_since_epoch();
  }
  llvm_unreachable("every clock has a time");
}

/// The numbers of include/uapi/linux/time.h. The time of the processor is that
/// since the start.
int64_t Process::clock_gettime(const Arguments &arguments) {
  nanoseconds time;
  switch (getInt(arguments[0])) {
  case 0:  // CLOCK_REALTIME
  case 5:  // CLOCK_REALTIME_COARSE
  case 11: // CLOCK_TAI, whose distance nobody has told Linux
    time = getTime(Clock::Realtime);
    break;
  case 2: // CLOCK_PROCESS_CPUTIME_ID
  case 3: // CLOCK_THREAD_CPUTIME_ID
    time = getTime(Clock::Monotonic) - startTime;
    break;
  case 1: // CLOCK_MONOTONIC
  case 4: // CLOCK_MONOTONIC_RAW
  case 6: // CLOCK_MONOTONIC_COARSE
  case 7: // CLOCK_BOOTTIME
    time = getTime(Clock::Monotonic);
    break;
  default:
    return fail(ErrorNumber::Invalid);
  }
  auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::array<uint8_t, 16> bytes;
  support::endian::write64le(&bytes[0], seconds.count());
  support::endian::write64le(&bytes[8], (time - seconds).count());
  return store(arguments[1], bytes) ? 0 : fail(ErrorNumber::BadAddress);
}

/// Both the time and the zone, which is that of Greenwich, may be left out.
int64_t Process::gettimeofday(const Arguments &arguments) {
  auto time =
      std::chrono::floor<std::chrono::microseconds>(getTime(Clock::Realtime));
  auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::array<uint8_t, 16> bytes;
  support::endian::write64le(&bytes[0], seconds.count());
  support::endian::write64le(&bytes[8], (time - seconds).count());
  std::array<uint8_t, 8> zone = {};
  bool isStored = (arguments[0] == 0 || store(arguments[0], bytes)) &&
                  (arguments[1] == 0 || store(arguments[1], zone));
  return isStored ? 0 : fail(ErrorNumber::BadAddress);
}

int64_t Process::uname(const Arguments &arguments) {
  // glibc refuses to run on a kernel older than the one it was built for.
  static constexpr StringLiteral fields[] = {"Linux", "vmjit",   "6.12.0",
                                             "#1",    "riscv64", "(none)"};
  std::array<uint8_t, std::size(fields) * kNameBytes> bytes = {};
  for (auto [index, field] : enumerate(fields))
    copy(field, bytes.begin() + index * kNameBytes);
  return store(arguments[0], bytes) ? 0 : fail(ErrorNumber::BadAddress);
}

int64_t Process::getrandom(const Arguments &arguments) {
  auto [address, size] = std::tie(arguments[0], arguments[1]);
  uint32_t flags = static_cast<uint32_t>(arguments[2]);
  if (flags & ~kRandomFlags || (flags & kRandomConflict) == kRandomConflict)
    return fail(ErrorNumber::Invalid);
  if (!isUserRange(address, size))
    return fail(ErrorNumber::BadAddress);
  uint64_t done = visitMemory(address, size, VMJIT_REGION_WRITE,
                              [&](MutableArrayRef<uint8_t> piece) {
                                for (uint8_t &byte : piece)
                                  byte = static_cast<uint8_t>(random());
                              });
  return done == 0 && size > 0 ? fail(ErrorNumber::BadAddress) : done;
}
