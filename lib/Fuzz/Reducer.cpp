//===- Reducer.cpp - Smaller programs that still fail -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/Reducer.h"

#include "vmjit/VMIR/Verifier.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::fuzz;
using namespace vmjit::vmir;

namespace {
class Reducer {
public:
  Reducer(Program program, FailurePredicate fails, uint64_t maxAttempts)
      : program(std::move(program)), fails(fails), attempts(maxAttempts) {}

  Program run();

private:
  bool tryCandidate(Program candidate);
  template <class Elements, class Drop>
  bool dropRanges(Elements getCount, Drop drop);
  bool dropBlocks();
  bool dropOps();
  bool simplifyTerminators();

  Program program;
  FailurePredicate fails;
  /// How many are left.
  uint64_t attempts;
};
} // namespace

/// Takes \p candidate if it is as bad as what there is. Dropping the entry, for
/// one, leaves a program that does not verify.
bool Reducer::tryCandidate(Program candidate) {
  if (attempts == 0)
    return false;
  --attempts;
  if (findViolation(candidate) || !fails(candidate))
    return false;
  program = std::move(candidate);
  return true;
}

/// Drops ranges of elements, ever smaller ones, wherever the rest still fails.
/// drop(candidate, first, count) removes elements; returns whether any are
/// gone.
template <class Elements, class Drop>
bool Reducer::dropRanges(Elements getCount, Drop drop) {
  bool changed = false;
  for (size_t length = getCount(); length > 0; length /= 2) {
    // From the end: what comes later depends on what comes before.
    for (size_t end = getCount(); end > 0;) {
      size_t first = end > length ? end - length : 0;
      Program candidate = program;
      drop(candidate, first, end - first);
      changed |= tryCandidate(std::move(candidate));
      end = first;
    }
  }
  return changed;
}

bool Reducer::dropBlocks() {
  return dropRanges([&] { return program.blocks.size(); },
                    [](Program &candidate, size_t first, size_t count) {
                      auto begin = candidate.blocks.begin() + first;
                      candidate.blocks.erase(begin, begin + count);
                    });
}

bool Reducer::dropOps() {
  bool changed = false;
  for (size_t i = 0; i < program.blocks.size(); ++i)
    changed |= dropRanges([&] { return program.blocks[i].ops.size(); },
                          [&](Program &candidate, size_t first, size_t count) {
                            auto &ops = candidate.blocks[i].ops;
                            ops.erase(ops.begin() + first,
                                      ops.begin() + first + count);
                          });
  return changed;
}

/// The terminators that \p term may become: those before it in the order Ret,
/// Jmp, the others.
static std::vector<Terminator> getSimpler(const Terminator &term) {
  if (std::holds_alternative<terms::Ret>(term))
    return {};
  std::vector<Terminator> simpler = {terms::Ret{}};
  if (auto *jump = std::get_if<terms::CondJmp>(&term)) {
    simpler.push_back(terms::Jmp{jump->targetTrue});
    simpler.push_back(terms::Jmp{jump->targetFalse});
  } else if (auto *call = std::get_if<terms::Call>(&term)) {
    simpler.push_back(terms::Jmp{call->target});
  }
  return simpler;
}

bool Reducer::simplifyTerminators() {
  bool changed = false;
  for (size_t i = 0; i < program.blocks.size(); ++i)
    for (const Terminator &term : getSimpler(program.blocks[i].term)) {
      Program candidate = program;
      candidate.blocks[i].term = term;
      if (!tryCandidate(std::move(candidate)))
        continue;
      changed = true;
      break;
    }
  return changed;
}

Program Reducer::run() {
  bool changed = true;
  while (changed && attempts > 0) {
    changed = dropBlocks();
    changed |= simplifyTerminators();
    changed |= dropOps();
  }
  return std::move(program);
}

Program fuzz::reduceProgram(Program program, FailurePredicate fails,
                            const ReducerOptions &options) {
  return Reducer(std::move(program), fails, options.maxAttempts).run();
}
