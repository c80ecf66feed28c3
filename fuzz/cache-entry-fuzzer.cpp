//===- cache-entry-fuzzer.cpp - Any bytes as a cache entry ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the reader takes, the writer gives back, byte for byte. An input gets
// the checksum that it has to end with: no mutation would come past it
// otherwise.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CacheEntry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/BLAKE3.h"

#include <cstdlib>

using namespace llvm;
using namespace vmjit;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::vector<uint8_t> bytes(data, data + size);
  if (size >= kCacheEntryChecksumBytes)
    llvm::copy(BLAKE3::hash<kCacheEntryChecksumBytes>(
                   ArrayRef(bytes).drop_back(kCacheEntryChecksumBytes)),
               bytes.end() - kCacheEntryChecksumBytes);
  Expected<CacheEntry> entry = CacheEntry::decode(bytes);
  if (!entry) {
    consumeError(entry.takeError());
    return 0;
  }
  Expected<std::vector<uint8_t>> written =
      CacheEntry::encode(entry->key, entry->payload);
  if (!written || *written != bytes)
    abort();
  return 0;
}
