//===- CacheKeyTest.cpp - Tests of cache keys -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CacheKey.h"

#include "CacheTesting.h"

using namespace llvm;
using namespace vmjit;
using testing::ElementsAre;
using testing::IsEmpty;

static CacheKey makeParts(std::vector<std::pair<StringRef, StringRef>> parts) {
  CacheKey::Builder builder;
  for (const auto &[name, value] : parts)
    builder.add(name, value);
  return builder.build();
}

TEST(CacheKey, DependsOnNamesValuesOrderAndWhereTheyEnd) {
  CacheKey key = makeParts({{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(key, makeParts({{"a", "1"}, {"b", "2"}}));
  for (const CacheKey &other :
       {makeParts({{"a", "1"}}), makeParts({{"b", "2"}, {"a", "1"}}),
        makeParts({{"a", "12"}, {"b", ""}}),
        makeParts({{"a1", ""}, {"b", "2"}}),
        makeParts({{"a", "1"}, {"b", "2"}, {"c", ""}})}) {
    EXPECT_NE(key.getHex(), other.getHex());
    EXPECT_FALSE(key == other);
  }
  EXPECT_EQ(key.getHex().size(), 64u);
}

TEST(CacheKey, NamesThePartsThatDiffer) {
  CacheKey key = makeParts({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  EXPECT_THAT(key.findDifferences(key), IsEmpty());
  EXPECT_THAT(
      key.findDifferences(makeParts({{"a", "1"}, {"b", "0"}, {"d", "4"}})),
      ElementsAre("b", "c", "d"));
}

TEST(CacheKey, FindsPartsByName) {
  CacheKey key = makeParts({{"a", "1"}, {"b", ""}});
  EXPECT_EQ(key.find("b"), StringRef(""));
  EXPECT_EQ(key.find("c"), std::nullopt);
}

TEST(CacheKey, IsExtendedByAPart) {
  CacheKey key = makeParts({{"a", "1"}});
  EXPECT_EQ(key.with("b", "2"), makeParts({{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(key, makeParts({{"a", "1"}}));
}

TEST(CacheKey, TakesLongValuesByTheirDigest) {
  std::string value(CacheKey::kMaxValueBytes + 1, 'x');
  CacheKey key = makeParts({{"a", value}});
  EXPECT_LT(key.getEncoding().size(), 200u);
  value.back() = 'y';
  EXPECT_FALSE(key == makeParts({{"a", value}}));
}

TEST(CacheKey, StaysBoundedWithManyValues) {
  CacheKey::Builder builder;
  for (unsigned index = 0; index < CacheKey::kMaxParts; ++index)
    builder.add("name",
                std::string(CacheKey::kMaxValueBytes, 'a' + index % 26));
  CacheKey key = builder.build();
  EXPECT_LE(key.getEncoding().size(), CacheKey::kMaxEncodedBytes);
  VMJIT_ASSERT_VALUE(CacheKey read, CacheKey::decode(key.getEncoding()));
  EXPECT_EQ(read, key);
}

TEST(CacheKey, RoundTrips) {
  CacheKey key = makeParts({{"a", ""}, {"b", StringRef("\0\xff", 2)}});
  VMJIT_ASSERT_VALUE(CacheKey read, CacheKey::decode(key.getEncoding()));
  EXPECT_EQ(read, key);
  EXPECT_EQ(read.getDigest(), key.getDigest());
}

TEST(CacheKey, RejectsTruncationAtEveryByteAndWhatFollows) {
  std::vector<uint8_t> bytes =
      makeParts({{"a", "12"}, {"b", "3"}}).getEncoding().vec();
  for (size_t size = 0; size < bytes.size(); ++size)
    expectError(CacheKey::decode(ArrayRef(bytes).take_front(size)),
                ErrorCode::ParseError, "malformed cache key");
  bytes.push_back(0);
  expectError(CacheKey::decode(bytes), ErrorCode::ParseError, "malformed");
}

TEST(CacheKey, RejectsLengthsBeyondLimits) {
  std::vector<uint8_t> bytes = makeParts({{"a", "1"}}).getEncoding().vec();
  for (size_t offset : {0, 4, 9}) {
    std::vector<uint8_t> patched = bytes;
    patched[offset + 3] = 0xff;
    expectError(CacheKey::decode(patched), ErrorCode::ParseError, "malformed");
  }
  // A part without a name.
  bytes[4] = 0;
  expectError(CacheKey::decode(bytes), ErrorCode::ParseError, "malformed");
}
