//===- CacheEntry.h - Entries of caches as bytes ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a level keeps outside of the process, on disk, in a server or in a
// bundle: a payload with its key, under a checksum. Little-endian:
//
//   char     magic[8]        "VMJITCE" and a zero
//   uint32_t formatVersion   kCacheEntryFormatVersion
//   uint32_t reserved        0
//   uint64_t keySize         in bytes
//   uint64_t payloadSize     in bytes
//   ...      key             CacheKey's encoding
//   ...      payload
//   uint8_t  checksum[32]    BLAKE3 of everything before it
//
// The checksum tells damage, not malice: whoever can write where entries are
// can also write a checksum. Access has to be limited by other means.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CACHE_CACHEENTRY_H
#define VMJIT_CACHE_CACHEENTRY_H

#include "vmjit/Cache/CacheKey.h"

namespace vmjit {

inline constexpr uint32_t kCacheEntryFormatVersion = 1;
/// The bytes before the key, from which the size of the whole follows.
inline constexpr size_t kCacheEntryHeaderBytes = 32;
inline constexpr size_t kCacheEntryChecksumBytes = 32;
inline constexpr uint64_t kMaxCachePayloadBytes =
    (uint64_t(1) << 30) + (8 << 20);

/// A verified entry; payload points into the bytes that it was read from.
struct CacheEntry {
  CacheKey key;
  llvm::ArrayRef<uint8_t> payload;

  /// Reads an entry. \p bytes may be anything: what is not exactly what
  /// encode gives is a ParseError.
  static llvm::Expected<CacheEntry> decode(llvm::ArrayRef<uint8_t> bytes);

  /// The bytes of \p payload under \p key; equal ones for equal arguments.
  /// Fails with InvalidArgument if the payload is too large.
  static llvm::Expected<std::vector<uint8_t>>
  encode(const CacheKey &key, llvm::ArrayRef<uint8_t> payload);

  /// The size of the entry that starts with \p header, which has
  /// kCacheEntryHeaderBytes; bounded, so that it can be allocated once it
  /// is known to be there. Fails with ParseError.
  static llvm::Expected<uint64_t> readSize(llvm::ArrayRef<uint8_t> header);
};

/// The payload of \p bytes, an entry that was found under \p key. Fails with
/// ParseError if it is damaged or has another key.
llvm::Expected<llvm::ArrayRef<uint8_t>>
decodeCachePayload(llvm::ArrayRef<uint8_t> bytes, const CacheKey &key);

} // namespace vmjit

#endif // VMJIT_CACHE_CACHEENTRY_H
