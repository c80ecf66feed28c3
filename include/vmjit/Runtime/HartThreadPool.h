//===- HartThreadPool.h - Harts on the threads of the host ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_HARTTHREADPOOL_H
#define VMJIT_RUNTIME_HARTTHREADPOOL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/ThreadPool.h"

#include <memory>
#include <vector>

namespace vmjit {

class HartMemory;

/// Runs harts that were launched together one by one, on as many threads as
/// there can be. Threads are made when several harts run for the first time.
/// Not to be used by two threads at a time.
class HartThreadPool {
public:
  /// Runs a hart, and adds to the counts, which are those of one thread.
  using Body = llvm::function_ref<llvm::Error(
      uint64_t hart, llvm::MutableArrayRef<uint64_t> counts)>;

  /// Calls \p body for each of \p harts, from one thread only if they share
  /// memory of \p memory that they can write, and adds what all have counted to
  /// \p counts. All are run, also where some fail; the errors are joined in the
  /// order of the harts.
  llvm::Error run(llvm::ArrayRef<uint64_t> harts, const HartMemory &memory,
                  llvm::MutableArrayRef<uint64_t> counts, Body body);

private:
  std::unique_ptr<llvm::DefaultThreadPool> pool;
  /// Of each thread; kept for their memory.
  std::vector<std::vector<uint64_t>> threadCounts;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_HARTTHREADPOOL_H
