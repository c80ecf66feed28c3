//===- CacheEntry.cpp - Entries of caches as bytes --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reading checks in the order bounds, magic, version, checksum, and only then
// looks at what is inside.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CacheEntry.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace vmjit;
using support::endian::read32le;
using support::endian::read64le;
using support::endian::write32le;
using support::endian::write64le;

static constexpr std::array<uint8_t, 8> kMagic = {'V', 'M', 'J', 'I',
                                                  'T', 'C', 'E', 0};
static constexpr size_t kVersionOffset = 8;
static constexpr size_t kReservedOffset = 12;
static constexpr size_t kKeySizeOffset = 16;
static constexpr size_t kPayloadSizeOffset = 24;

using Checksum = BLAKE3Result<kCacheEntryChecksumBytes>;

static Error damaged(const Twine &message) {
  return makeError(ErrorCode::ParseError, "cache entry: " + message);
}

Expected<std::vector<uint8_t>> CacheEntry::encode(const CacheKey &key,
                                                  ArrayRef<uint8_t> payload) {
  if (payload.size() > kMaxCachePayloadBytes)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a cache entry with {0} bytes; {1} are possible",
                      payload.size(), kMaxCachePayloadBytes);
  ArrayRef<uint8_t> encodedKey = key.getEncoding();
  std::vector<uint8_t> bytes;
  bytes.reserve(kCacheEntryHeaderBytes + encodedKey.size() + payload.size() +
                kCacheEntryChecksumBytes);
  bytes.resize(kCacheEntryHeaderBytes);
  copy(kMagic, bytes.begin());
  write32le(&bytes[kVersionOffset], kCacheEntryFormatVersion);
  write32le(&bytes[kReservedOffset], 0);
  write64le(&bytes[kKeySizeOffset], encodedKey.size());
  write64le(&bytes[kPayloadSizeOffset], payload.size());
  bytes.insert(bytes.end(), encodedKey.begin(), encodedKey.end());
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  Checksum checksum = BLAKE3::hash<kCacheEntryChecksumBytes>(bytes);
  bytes.insert(bytes.end(), checksum.begin(), checksum.end());
  return bytes;
}

Expected<uint64_t> CacheEntry::readSize(ArrayRef<uint8_t> header) {
  if (header.size() < kCacheEntryHeaderBytes)
    return damaged("too short");
  if (header.take_front(kMagic.size()) != ArrayRef(kMagic))
    return damaged("something else");
  uint32_t version = read32le(&header[kVersionOffset]);
  if (version != kCacheEntryFormatVersion)
    return damaged("format version " + Twine(version) + " is not " +
                   Twine(kCacheEntryFormatVersion));
  if (read32le(&header[kReservedOffset]) != 0)
    return damaged("reserved bytes are not 0");
  uint64_t keySize = read64le(&header[kKeySizeOffset]);
  uint64_t payloadSize = read64le(&header[kPayloadSizeOffset]);
  if (keySize > CacheKey::kMaxEncodedBytes ||
      payloadSize > kMaxCachePayloadBytes)
    return damaged("too large");
  return kCacheEntryHeaderBytes + keySize + payloadSize +
         kCacheEntryChecksumBytes;
}

Expected<CacheEntry> CacheEntry::decode(ArrayRef<uint8_t> bytes) {
  Expected<uint64_t> size = readSize(bytes);
  if (!size)
    return size.takeError();
  if (bytes.size() != *size)
    return damaged("the size does not fit the header");
  Checksum checksum = BLAKE3::hash<kCacheEntryChecksumBytes>(
      bytes.drop_back(kCacheEntryChecksumBytes));
  if (bytes.take_back(kCacheEntryChecksumBytes) != ArrayRef(checksum))
    return damaged("the checksum does not match");
  size_t keySize = read64le(&bytes[kKeySizeOffset]);
  Expected<CacheKey> key =
      CacheKey::decode(bytes.slice(kCacheEntryHeaderBytes, keySize));
  if (!key)
    return damaged(toString(key.takeError()));
  return CacheEntry{std::move(*key),
                    bytes.drop_front(kCacheEntryHeaderBytes + keySize)
                        .drop_back(kCacheEntryChecksumBytes)};
}

Expected<ArrayRef<uint8_t>> vmjit::decodeCachePayload(ArrayRef<uint8_t> bytes,
                                                      const CacheKey &key) {
  Expected<CacheEntry> entry = CacheEntry::decode(bytes);
  if (!entry)
    return entry.takeError();
  if (!(entry->key == key))
    return damaged("it has another key");
  return entry->payload;
}
