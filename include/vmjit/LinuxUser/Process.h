//===- Process.h - System calls of one process ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The Linux process that one hart is: what system calls know and change. It
// has three files, standard input, output and error, which are pipes; memory
// for brk and mmap; and an id. It has no threads, no signal handlers and no
// file system: what needs them answers as Linux does where they are not there.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LINUXUSER_PROCESS_H
#define VMJIT_LINUXUSER_PROCESS_H

#include "vmjit/LinuxUser/AddressSpace.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <random>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace vmjit::linux_user {

/// The numbers of clock_gettime (include/uapi/linux/time.h).
enum class Clock : uint64_t { Realtime = 0, Monotonic = 1 };

struct ProcessOptions {
  /// What can be read from standard input; outlives the process.
  llvm::StringRef input;
  /// Where output goes; null drops it. They outlive the process.
  llvm::raw_ostream *output = nullptr;
  llvm::raw_ostream *errors = nullptr;
  /// A line for each system call; null for none.
  llvm::raw_ostream *trace = nullptr;
  /// Of getrandom.
  uint64_t seed = 0;
  uint64_t processId = 1;
  /// Clocks of the process; the host's if null.
  std::function<std::chrono::nanoseconds(Clock)> clock;
};

/// A system call as RISC-V passes it: number in a7, arguments in a0 to a5.
struct SystemCall {
  uint64_t number = 0;
  std::array<uint64_t, 6> arguments = {};
};

/// How far a process is.
struct ProcessStatus {
  enum Kind { Running, Exited, Killed };
  Kind kind = Running;
  /// The exit status, 0 to 255, or the number of the signal.
  unsigned value = 0;

  bool operator==(const ProcessStatus &) const = default;
};

/// Not to be used by two threads at a time; different processes may be, unless
/// they have a stream in common.
class Process {
public:
  /// \p space and \p memory, in which \p hart is the process's, outlive it.
  Process(const AddressSpace &space, HartMemory &memory, uint64_t hart,
          ProcessOptions options);

  /// Serves \p call, and returns what goes to a0: a result, or an error number
  /// negated. If the process is not Running afterwards, it means nothing.
  uint64_t serve(const SystemCall &call);
  /// Ends the process as signal \p number does that nobody handles.
  void endBySignal(unsigned number) {
    status = {ProcessStatus::Killed, number};
  }

  const ProcessStatus &getStatus() const { return status; }

private:
  using Arguments = std::array<uint64_t, 6>;

#define VMJIT_SYSTEM_CALL(Number, Name, ArgumentCount)                         \
  int64_t Name(const Arguments &arguments);
#include "vmjit/LinuxUser/SystemCalls.def"

  int64_t dispatch(const SystemCall &call);
  void print(const SystemCall &call, int64_t result) const;
  int64_t transferVector(const Arguments &arguments,
                         int64_t (Process::*transfer)(const Arguments &));
  int64_t raise(uint64_t signal);
  std::optional<uint64_t> findFreeMap(uint64_t bytes) const;
  /// Whether something is mapped between \p begin and \p end.
  bool isMapped(uint64_t begin, uint64_t end) const;
  void unmap(uint64_t begin, uint64_t end);
  std::chrono::nanoseconds getTime(Clock clock) const;

  /// An argument that is an int: Linux looks at its low half only.
  static int64_t getInt(uint64_t argument) {
    return static_cast<int32_t>(argument);
  }
  /// Whether the file that \p argument names is open.
  bool isOpenFile(uint64_t argument) const {
    uint64_t file = static_cast<uint32_t>(argument);
    return file < isOpen.size() && isOpen[file];
  }
  /// Whether \p size bytes at \p address can be a program's at all. Linux looks
  /// at nothing of a range that is not.
  static bool isUserRange(uint64_t address, uint64_t size) {
    return size <= AddressSpace::kStackTop &&
           address <= AddressSpace::kStackTop - size;
  }
  /// Calls \p visit with the guest memory at \p address, piece by piece, region
  /// by region, up to \p size bytes. Stops where there is none that has the
  /// flags \p access (vmjit_region_flags), and returns how many bytes it saw.
  uint64_t
  visitMemory(uint64_t address, uint64_t size, uint64_t access,
              llvm::function_ref<void(llvm::MutableArrayRef<uint8_t>)> visit);
  bool load(uint64_t address, llvm::MutableArrayRef<uint8_t> bytes);
  bool store(uint64_t address, llvm::ArrayRef<uint8_t> bytes);
  void clear(uint64_t begin, uint64_t end);

  const AddressSpace &space;
  HartMemory &memory;
  uint64_t hart;
  ProcessOptions options;
  ProcessStatus status;
  llvm::StringRef input;
  /// Of the files 0, 1 and 2.
  std::array<bool, 3> isOpen = {true, true, true};
  std::chrono::nanoseconds startTime;
  /// The end of the heap, and how far it ever was.
  uint64_t heapEnd;
  uint64_t heapUsed;
  /// What is mapped, by its beginning, and up to where anything ever was.
  std::map<uint64_t, uint64_t> maps;
  uint64_t mapsUsed;
  std::mt19937_64 random;
};

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_PROCESS_H
