//===- FlightTable.h - One search for a key at a time -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CACHE_FLIGHTTABLE_H
#define VMJIT_LIB_CACHE_FLIGHTTABLE_H

#include "FailureMemory.h"

#include "vmjit/Cache/CodeCache.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace vmjit {

/// The keys that threads are looking for or compiling. The first thread that
/// asks for a key leads; others that ask meanwhile wait for what it finds. Its
/// functions may be called from any thread.
class FlightTable {
public:
  class Flight;

  /// What board gives.
  struct Ticket {
    /// Set for the leader.
    std::shared_ptr<Flight> flight;
    /// Set otherwise: the result or the failure of the leader.
    std::optional<CodeCacheResult> result;
    std::optional<Failure> failure;
  };

  /// Makes the caller the leader of \p key, who must land the flight and then
  /// close it, or waits until the leader has landed it. Fails with
  /// InvalidArgument if the caller leads \p key already: it would wait for
  /// itself.
  llvm::Expected<Ticket> board(const CacheKey &key);
  /// Gives its outcome to those who wait for \p flight, and to those who still
  /// come until it is closed.
  void land(Flight &flight, const CodeCacheResult &result);
  void land(Flight &flight, const Failure &failure);
  /// Ends the flight of \p key, which has landed: whoever asks next leads
  /// another one, and has to find what this one left.
  void close(const CacheKey &key);

private:
  static void finish(Flight &flight);

  std::mutex mutex;
  std::map<CacheKey::Digest, std::shared_ptr<Flight>> flights;
};

/// One search. Guarded by its table's lock.
class FlightTable::Flight {
  friend class FlightTable;
  std::thread::id leader;
  bool isDone = false;
  std::optional<CodeCacheResult> result;
  std::optional<Failure> failure;
  std::condition_variable done;
};

} // namespace vmjit

#endif // VMJIT_LIB_CACHE_FLIGHTTABLE_H
