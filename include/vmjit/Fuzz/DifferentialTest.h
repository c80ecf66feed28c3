//===- DifferentialTest.h - Engines against each other ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FUZZ_DIFFERENTIALTEST_H
#define VMJIT_FUZZ_DIFFERENTIALTEST_H

#include "vmjit/Fuzz/HartInputs.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <optional>
#include <string>

namespace vmjit::fuzz {

/// Two things that should be the same and are not.
struct Difference {
  /// What disagrees with the program or with the interpreter: "JSON round
  /// trip", "import and export", "host at -O0" or "host at -O3".
  std::string where;
  /// Readable, of one or more lines; names hart and register where there are
  /// any.
  std::string what;
};

/// "where: what".
std::string describe(const Difference &difference);

/// How \p actual is not as \p expected after a run; absent if it is in all that
/// outlives a run. What a hart without a reservation has in the words of it,
/// and temporaries of blocks, do not count.
std::optional<std::string> findDifference(const HartState &expected,
                                          const HartState &actual);

struct DifferentialOptions {
  /// The steps that a hart may take on the interpreter where the inputs have no
  /// budget. Harts that need more are not compared, since the code that they
  /// are compared with has no limit.
  uint64_t stepLimit = 2000;
};

/// Runs programs on the interpreter, the reference, and compiled on the host.
/// It reuses what is costly to set up. Not for use by several threads.
class DifferentialTest {
public:
  /// Fails with LoadingFailed if code cannot be loaded in this process.
  static llvm::Expected<DifferentialTest>
  create(const DifferentialOptions &options = {});
  DifferentialTest(DifferentialTest &&);
  DifferentialTest &operator=(DifferentialTest &&);
  ~DifferentialTest();

  /// The first difference that \p program shows: it goes to JSON and back, to
  /// the vm dialect and back, and with \p inputs through the interpreter and
  /// the host at -O0 and at -O3. Harts that stop inside a block go on there on
  /// the interpreter, whoever ran them before. Where the inputs have a step
  /// budget, the code is stoppable, and harts that used it up are run again a
  /// few times. That a valid program does not compile or load is a difference
  /// too.
  ///
  /// Fails with InvalidProgram for a program that does not verify, and with
  /// InvalidArgument for one in kernel mode, for inputs without harts, with
  /// regions that overlap or without the bytes of a region, with a call stack
  /// that is too deep and for a hart that starts inside a block.
  llvm::Expected<std::optional<Difference>> run(const vmir::Program &program,
                                                const HartInputs &inputs);

  /// The harts so far that were not compared because of the step limit.
  uint64_t getUnfinishedHartCount() const;

private:
  struct State;
  explicit DifferentialTest(std::unique_ptr<State> state);

  std::unique_ptr<State> state;
};

} // namespace vmjit::fuzz

#endif // VMJIT_FUZZ_DIFFERENTIALTEST_H
