//===- ProgramTable.cpp - Programs by content -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramTable.h"

#include "vmjit/VMIR/ContentHash.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;
using namespace vmjit;

/// Programs of usual size are encoded without asking for memory.
static constexpr unsigned kInlineContentBytes = 16 << 10;

std::shared_ptr<ProgramState>
ProgramTable::findLocked(const Key &key, ArrayRef<uint8_t> content) {
  auto [first, last] = positions.equal_range(key);
  for (auto it = first; it != last; ++it) {
    Items::iterator item = it->second;
    if (ArrayRef(item->state->content) != content)
      continue;
    items.splice(items.begin(), items, item);
    return item->state;
  }
  return nullptr;
}

Expected<std::shared_ptr<ProgramState>>
ProgramTable::get(const vmir::Program &program, EntryMode mode) {
  SmallVector<uint8_t, kInlineContentBytes> content;
  // What is too deep to be encoded is refused by the verifier.
  bool isEncoded = vmir::encodeContent(program, content);
  XXH128_hash_t hash = xxh3_128bits(content);
  Key key = {hash.low64, hash.high64, mode};
  if (isEncoded) {
    std::lock_guard lock(mutex);
    if (std::shared_ptr<ProgramState> found = findLocked(key, content))
      return found;
  }
  if (Error error = vmir::verify(program))
    return std::move(error);

  auto state = std::make_shared<ProgramState>(program, mode, content);
  // Unloading code takes time, so it happens when the lock is free again.
  std::shared_ptr<ProgramState> evicted;
  std::lock_guard lock(mutex);
  if (std::shared_ptr<ProgramState> found = findLocked(key, content))
    return found;
  items.push_front({key, state});
  positions.emplace(key, items.begin());
  if (items.size() > limit) {
    auto last = std::prev(items.end());
    auto [first, end] = positions.equal_range(last->key);
    positions.erase(std::find_if(
        first, end, [&](const auto &entry) { return entry.second == last; }));
    evicted = std::move(last->state);
    items.pop_back();
    ++evictions;
  }
  return state;
}

void ProgramTable::clear() {
  Items dropped;
  std::lock_guard lock(mutex);
  positions.clear();
  dropped.swap(items);
}

uint64_t ProgramTable::getEvictionCount() const {
  std::lock_guard lock(mutex);
  return evictions;
}

uint64_t ProgramTable::countLoaded() const {
  std::lock_guard lock(mutex);
  uint64_t count = 0;
  for (const Item &item : items)
    count += item.state->countLoaded();
  return count;
}
