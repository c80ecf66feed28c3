//===- CacheEntryTest.cpp - Tests of cache entries --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CacheEntry.h"

#include "CacheTesting.h"

#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace vmjit;

static std::vector<uint8_t> encode(const CacheKey &key) {
  return cantFail(CacheEntry::encode(key, makeBytes(1, 40)));
}

TEST(CacheEntry, RoundTrips) {
  std::vector<uint8_t> bytes = encode(makeKey("a"));
  VMJIT_ASSERT_VALUE(CacheEntry entry, CacheEntry::decode(bytes));
  EXPECT_EQ(entry.key, makeKey("a"));
  EXPECT_EQ(entry.payload, ArrayRef(makeBytes(1, 40)));
  VMJIT_ASSERT_VALUE(uint64_t size, CacheEntry::readSize(bytes));
  EXPECT_EQ(size, bytes.size());
  EXPECT_EQ(bytes, encode(makeKey("a")));
}

TEST(CacheEntry, HoldsAnEmptyPayload) {
  std::vector<uint8_t> bytes = cantFail(CacheEntry::encode(makeKey("a"), {}));
  VMJIT_ASSERT_VALUE(CacheEntry entry, CacheEntry::decode(bytes));
  EXPECT_TRUE(entry.payload.empty());
}

TEST(CacheEntry, RejectsTruncationAtEveryByteAndWhatFollows) {
  std::vector<uint8_t> bytes = encode(makeKey("a"));
  for (size_t size = 0; size < bytes.size(); ++size)
    expectError(CacheEntry::decode(ArrayRef(bytes).take_front(size)),
                ErrorCode::ParseError, "cache entry: ");
  bytes.push_back(0);
  expectError(CacheEntry::decode(bytes), ErrorCode::ParseError, "size");
}

TEST(CacheEntry, RejectsEveryFlippedBit) {
  std::vector<uint8_t> bytes = encode(makeKey("a"));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= 1 << (bit % 8);
    expectError(CacheEntry::decode(bytes), ErrorCode::ParseError,
                "cache entry: ");
    bytes[bit / 8] ^= 1 << (bit % 8);
  }
}

TEST(CacheEntry, RejectsSizesBeyondLimits) {
  for (size_t offset : {16, 24}) {
    std::vector<uint8_t> bytes = encode(makeKey("a"));
    support::endian::write64le(&bytes[offset], UINT64_MAX - 8);
    expectError(CacheEntry::readSize(bytes), ErrorCode::ParseError,
                "too large");
  }
}

TEST(CacheEntry, RejectsAKeyThatIsMalformedUnderAValidChecksum) {
  std::vector<uint8_t> bytes = encode(makeKey("a"));
  bytes[kCacheEntryHeaderBytes] = 200;
  ArrayRef<uint8_t> content =
      ArrayRef(bytes).drop_back(kCacheEntryChecksumBytes);
  auto checksum = BLAKE3::hash<kCacheEntryChecksumBytes>(content);
  copy(checksum, bytes.end() - kCacheEntryChecksumBytes);
  expectError(CacheEntry::decode(bytes), ErrorCode::ParseError,
              "malformed cache key");
}

TEST(CacheEntry, RejectsAnotherKey) {
  std::vector<uint8_t> bytes = encode(makeKey("a"));
  expectError(decodeCachePayload(bytes, makeKey("b")), ErrorCode::ParseError,
              "another key");
  VMJIT_ASSERT_VALUE(ArrayRef<uint8_t> payload,
                     decodeCachePayload(bytes, makeKey("a")));
  EXPECT_EQ(payload.size(), 40u);
}
