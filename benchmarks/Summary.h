//===- Summary.h - Tables at the end of a run -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reporter that passes everything on to the one of --benchmark_format and
// keeps what the tables need.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_SUMMARY_H
#define VMJIT_BENCHMARKS_SUMMARY_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <benchmark/benchmark.h>
#include <map>
#include <memory>
#include <string>

namespace vmjit::benchmarks {

class Summary : public benchmark::BenchmarkReporter {
public:
  /// Takes the default reporter, as --benchmark_format says.
  Summary();

  bool ReportContext(const Context &context) override;
  void ReportRuns(const std::vector<Run> &runs) override;
  void Finalize() override;

  /// Whether a benchmark ended in an error, not counting skipped ones.
  bool hasFailures() const { return failures; }

  /// vmjit against NVRTC, for the programs that were compiled by both. Prints
  /// nothing if there is none. The ratio by CPU time is the steadier one where
  /// the machine has other things to do.
  void printRatios(llvm::raw_ostream &os) const;
  /// Nanoseconds per op by stage for the linearity benchmarks that ran, and how
  /// they grow from the smallest to the largest program.
  void printLinearity(llvm::raw_ostream &os) const;
  /// vmjit on the host against plain C and OpenCL, and whether the aims were
  /// met. Prints nothing if no such pair ran.
  void printHostKernels(llvm::raw_ostream &os) const;
  /// Cache hits and the executor's overhead, and whether the aims were met.
  void printRuntime(llvm::raw_ostream &os) const;

  /// The time of stoppable code against the same code without, for the programs
  /// of which both ran. Prints nothing if there is none.
  void printStoppable(llvm::raw_ostream &os) const;
  /// Ops per second of the corpus on the host and on the interpreter, for the
  /// programs of which both ran. Prints nothing if there is none.
  void printHarts(llvm::raw_ostream &os) const;
  /// RISC-V programs against qemu-riscv64: instructions per second, where the
  /// time went, and whether the aim was met; and what lifting and compiling
  /// them takes. Prints nothing if none ran.
  void printGuests(llvm::raw_ostream &os) const;

private:
  void record(const Run &run);
  /// Microseconds of the benchmark \p name, 0 if it did not run.
  double getMicroseconds(llvm::StringRef name) const;
  /// Items per second of the benchmark \p name, 0 if it did not run.
  double getRate(llvm::StringRef name) const;
  void printFamily(llvm::raw_ostream &os, llvm::StringRef family) const;
  void printGuestRates(llvm::raw_ostream &os) const;
  void printGuestParts(llvm::raw_ostream &os) const;
  void printGuestCode(llvm::raw_ostream &os) const;

  std::unique_ptr<benchmark::BenchmarkReporter> display;
  /// Seconds per iteration of the fastest repetition; cpu is 0 where another
  /// process does the work.
  struct Time {
    double real = 0;
    double cpu = 0;
    /// Of what the benchmark counts; 0 if it counts nothing.
    double itemsPerSecond = 0;
  };
  std::map<std::string, Time> times;
  /// The counters of linearity benchmarks: by family, then by size.
  std::map<std::string, std::map<uint64_t, benchmark::UserCounters>> linear;
  /// The counters of the benchmarks of RISC-V programs.
  std::map<std::string, benchmark::UserCounters> guests;
  bool failures = false;
};

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_SUMMARY_H
