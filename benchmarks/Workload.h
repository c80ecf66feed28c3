//===- Workload.h - What kernels of the examples are run on -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Launches of the programs of examples/ on enough data to measure: the same for
// vmjit, for plain C and for OpenCL. No LLVM here, because OpenCL drivers bring
// their own into the process.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_WORKLOAD_H
#define VMJIT_BENCHMARKS_WORKLOAD_H

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace vmjit::benchmarks {

/// How much data a kernel works on.
enum class WorkloadSize {
  /// Fits into a core's second-level cache.
  Cached,
  /// Much larger than that; what is streamed is larger than all caches.
  Memory,
};

/// "cached" or "memory".
std::string_view getSizeName(WorkloadSize size);
std::optional<WorkloadSize> parseWorkloadSize(std::string_view name);

/// One argument of a launch. Owns what it points to.
class WorkloadArgument {
public:
  enum class Kind { I32, F32, F64, Buffer };

  explicit WorkloadArgument(int32_t value);
  explicit WorkloadArgument(float value);
  explicit WorkloadArgument(double value);
  /// A buffer of zeros. \p skew keeps buffers from starting at the same place
  /// of a page, where loads would wait for stores to the other one.
  WorkloadArgument(size_t bytes, unsigned skew, bool isOutput);

  Kind getKind() const { return kind; }
  bool isOutput() const { return output; }
  /// Where the value is: a number, or a pointer to the buffer's bytes.
  void *getAddress() { return value.data(); }
  /// The size of the number, or of the buffer.
  size_t getSize() const { return size; }
  /// The bytes of a buffer.
  unsigned char *getBytes() const;

private:
  struct Free {
    void operator()(void *pointer) const;
  };
  template <class T> void setValue(T number);

  Kind kind;
  bool output = false;
  size_t size;
  alignas(8) std::array<unsigned char, 8> value;
  std::unique_ptr<void, Free> memory;
};

/// One launch of an example. Move-only.
struct Workload {
  std::string_view kernel;
  std::array<uint32_t, 3> grid;
  std::array<uint32_t, 3> block;
  uint32_t dynamicSharedBytes = 0;
  /// In how many parts the C version can be split between threads.
  size_t unitCount = 0;
  std::vector<WorkloadArgument> args;

  /// A hash of all outputs.
  uint64_t hashOutputs() const;
};

/// The examples that there are workloads for.
const std::vector<std::string_view> &getWorkloadNames();
/// Always the same for the same \p kernel, one of the names above, and
/// \p size.
Workload createWorkload(std::string_view kernel, WorkloadSize size);

/// The nanoseconds of the fastest of many calls of \p run: at least five, and
/// about a quarter of a second of them. The first is not counted.
template <class Function> uint64_t measureFastest(const Function &run) {
  using Clock = std::chrono::steady_clock;
  run();
  Clock::duration fastest = Clock::duration::max();
  Clock::time_point begin = Clock::now(), before = begin;
  for (unsigned count = 0;
       count < 5 || before - begin < std::chrono::milliseconds(250); ++count) {
    run();
    Clock::time_point after = Clock::now();
    fastest = std::min(fastest, after - before);
    before = after;
  }
  return std::chrono::nanoseconds(fastest).count();
}

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_WORKLOAD_H
