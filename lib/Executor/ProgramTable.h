//===- ProgramTable.h - Programs by content ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Finds the program that was executed before among those that are remembered.
// Guests choose programs, so a hash alone decides nothing: contents are
// compared, too.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_PROGRAMTABLE_H
#define VMJIT_LIB_EXECUTOR_PROGRAMTABLE_H

#include "ProgramState.h"

#include <list>
#include <unordered_map>

namespace vmjit {

/// The most recently used programs. All functions may be called from any
/// thread.
class ProgramTable {
public:
  /// Keeps \p limit programs, at least 1.
  explicit ProgramTable(size_t limit) : limit(limit) {}

  /// \p program in \p mode, remembered now if it was not. Fails with
  /// InvalidProgram if it does not verify.
  llvm::Expected<std::shared_ptr<ProgramState>>
  get(const vmir::Program &program, EntryMode mode);

  void clear();
  /// How many programs have gone because of the limit.
  uint64_t getEvictionCount() const;
  /// How many kernels are loaded for programs in the table.
  uint64_t countLoaded() const;

private:
  struct Key {
    uint64_t low = 0;
    uint64_t high = 0;
    EntryMode mode = EntryMode::Kernel;
    bool operator==(const Key &) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key &key) const { return key.low; }
  };
  struct Item {
    Key key;
    std::shared_ptr<ProgramState> state;
  };
  using Items = std::list<Item>;

  /// Null if it is not there; else it is now the most recently used.
  std::shared_ptr<ProgramState> findLocked(const Key &key,
                                           llvm::ArrayRef<uint8_t> content);

  const size_t limit;
  mutable std::mutex mutex;
  /// The most recently used first.
  Items items;
  /// Several programs may have one hash.
  std::unordered_multimap<Key, Items::iterator, KeyHash> positions;
  uint64_t evictions = 0;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_PROGRAMTABLE_H
