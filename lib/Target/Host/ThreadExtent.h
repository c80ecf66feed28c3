//===- ThreadExtent.h - Which threads of a row get past a test --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels test whether a thread is within the data: i < n. Such a test holds
// for the first threads of a row and for no others, so that a loop over the
// row can end earlier instead of testing.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_THREADEXTENT_H
#define VMJIT_LIB_TARGET_HOST_THREADEXTENT_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/IRBuilder.h"

#include <optional>

namespace vmjit {

/// The dimension of which \p value is a thread's coordinate, maybe extended;
/// none if it is none.
std::optional<unsigned> getCoordinate(const llvm::Value *value);

/// Whether \p predicate is less-than or less-or-equal, of integers.
bool isLess(llvm::CmpInst::Predicate predicate);

/// The dimension of the coordinate with which \p index is a sum, if the sum
/// does not overflow. \p isUniform says what is the same for all threads.
std::optional<unsigned>
matchIndex(const llvm::Value *index, bool isSigned,
           llvm::function_ref<bool(const llvm::Value *)> isUniform);

/// A test that holds for the threads of a row before the first for which it
/// does not: \c index is a sum of the coordinate in \c dim and of what is the
/// same for all, without overflow.
struct ExtentTest {
  llvm::Value *index;
  llvm::Value *bound;
  unsigned dim;
  bool isSigned;
  /// Whether index < bound is the test, and not index <= bound.
  bool isStrict;
};

/// \p condition, or its negation, as such a test. \p isUniform says what is the
/// same for all threads.
std::optional<ExtentTest>
matchExtentTest(llvm::Value *condition, bool isNegated,
                llvm::function_ref<bool(const llvm::Value *)> isUniform);

/// The tests that \p condition is the conjunction of; if \p isNegated, those
/// whose negations its negation is the conjunction of.
void collectTests(llvm::Value *condition, bool isNegated,
                  llvm::SmallVectorImpl<llvm::Value *> &tests);

/// For how many of the first \p count threads, an i32, of a row \p test holds.
/// \p index is its index in the first of them, and \p bound its bound.
llvm::Value *emitExtent(llvm::IRBuilderBase &b, const ExtentTest &test,
                        llvm::Value *index, llvm::Value *bound,
                        llvm::Value *count);

/// \p value computed once more, with what is in \p map replaced; what is
/// computed is added to \p map. What \p isShared holds for stays as it is.
llvm::Value *
cloneExpression(llvm::IRBuilderBase &b, llvm::Value *value,
                llvm::DenseMap<llvm::Value *, llvm::Value *> &map,
                llvm::function_ref<bool(const llvm::Value *)> isShared);

/// Where \p thread starts by testing whether there is anything to do, removes
/// the tests that matchExtentTest knows from it and makes \p counts, the number
/// of its threads in each dimension, less accordingly. What that takes is
/// computed from \p block by \p b. Returns whether counts may be 0 now.
bool extractEntryTests(llvm::Function &thread, llvm::IRBuilderBase &b,
                       llvm::Value *block,
                       llvm::MutableArrayRef<llvm::Value *> counts);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_THREADEXTENT_H
