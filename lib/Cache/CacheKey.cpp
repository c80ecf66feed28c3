//===- CacheKey.cpp - What names an entry of a cache ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CacheKey.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"

#include <cassert>

using namespace llvm;
using namespace vmjit;
using support::endian::read32le;
using support::endian::write32le;

/// A length in the encoding.
static constexpr size_t kLengthBytes = 4;
/// About as many as the key of a program has.
static constexpr size_t kUsualParts = 32;

static size_t getEncodedBytes(StringRef name, StringRef value) {
  return 2 * kLengthBytes + name.size() + value.size();
}

CacheKey::Builder &CacheKey::Builder::add(StringRef name, StringRef value) {
  assert(!name.empty() && name.size() <= kMaxNameBytes && "a name is short");
  assert(parts.size() < kMaxParts && "a key has few parts");
  std::string text = value.str();
  if (value.size() > kMaxValueBytes ||
      encodedBytes + getEncodedBytes(name, value) > kMaxEncodedBytes / 2)
    text = (Twine(value.size()) + " bytes, blake3 " +
            toHex(BLAKE3::hash(arrayRefFromStringRef(value)), true))
               .str();
  encodedBytes += getEncodedBytes(name, text);
  if (parts.empty())
    parts.reserve(kUsualParts);
  parts.push_back({name.str(), std::move(text)});
  return *this;
}

/// Writes \p text with its length and gives the place behind it.
static uint8_t *writeText(uint8_t *place, StringRef text) {
  write32le(place, text.size());
  return copy(text, place + kLengthBytes);
}

CacheKey CacheKey::Builder::build() const {
  auto content = std::make_shared<Content>();
  content->parts = parts;
  content->encoding.resize(encodedBytes);
  uint8_t *place = content->encoding.data();
  write32le(place, parts.size());
  place += kLengthBytes;
  for (const Part &part : parts) {
    place = writeText(place, part.name);
    place = writeText(place, part.value);
  }
  assert(place == content->encoding.data() + encodedBytes &&
         "each part was counted");
  content->digest = BLAKE3::hash(content->encoding);
  return CacheKey(std::move(content));
}

std::string CacheKey::getHex() const {
  return toHex(getDigest(), /*LowerCase=*/true);
}

std::optional<StringRef> CacheKey::find(StringRef name) const {
  for (const Part &part : getParts())
    if (part.name == name)
      return StringRef(part.value);
  return std::nullopt;
}

CacheKey CacheKey::with(StringRef name, StringRef value) const {
  Builder builder;
  builder.parts = content->parts;
  builder.encodedBytes = content->encoding.size();
  builder.add(name, value);
  return builder.build();
}

/// The values of all parts called \p name, in order.
static SmallVector<StringRef> findAll(const CacheKey &key, StringRef name) {
  SmallVector<StringRef> values;
  for (const CacheKey::Part &part : key.getParts())
    if (part.name == name)
      values.push_back(part.value);
  return values;
}

std::vector<std::string>
CacheKey::findDifferences(const CacheKey &other) const {
  std::vector<std::string> names;
  for (const CacheKey *key : {this, &other})
    for (const Part &part : key->getParts())
      if (!is_contained(names, part.name) &&
          findAll(*this, part.name) != findAll(other, part.name))
        names.push_back(part.name);
  return names;
}

bool CacheKey::operator==(const CacheKey &other) const {
  return content == other.content ||
         (content->digest == other.content->digest &&
          content->encoding == other.content->encoding);
}

namespace {
/// Reads the encoding front to back.
class Decoder {
public:
  explicit Decoder(ArrayRef<uint8_t> bytes) : bytes(bytes) {}

  std::optional<uint32_t> readLength() {
    if (bytes.size() < kLengthBytes)
      return std::nullopt;
    uint32_t length = read32le(bytes.data());
    bytes = bytes.drop_front(kLengthBytes);
    return length;
  }
  std::optional<StringRef> readText(size_t maxBytes) {
    std::optional<uint32_t> length = readLength();
    if (!length || *length > maxBytes || *length > bytes.size())
      return std::nullopt;
    StringRef text = toStringRef(bytes.take_front(*length));
    bytes = bytes.drop_front(*length);
    return text;
  }
  bool isAtEnd() const { return bytes.empty(); }

private:
  ArrayRef<uint8_t> bytes;
};
} // namespace

Expected<CacheKey> CacheKey::decode(ArrayRef<uint8_t> bytes) {
  auto malformed = [] {
    return makeError(ErrorCode::ParseError, "malformed cache key");
  };
  if (bytes.size() > kMaxEncodedBytes)
    return malformed();
  Decoder decoder(bytes);
  std::optional<uint32_t> count = decoder.readLength();
  if (!count || *count > kMaxParts)
    return malformed();
  Builder builder;
  for (uint32_t index = 0; index < *count; ++index) {
    std::optional<StringRef> name = decoder.readText(kMaxNameBytes);
    if (!name || name->empty())
      return malformed();
    std::optional<StringRef> value = decoder.readText(kMaxValueBytes);
    if (!value)
      return malformed();
    builder.parts.push_back({name->str(), value->str()});
  }
  if (!decoder.isAtEnd())
    return malformed();
  builder.encodedBytes = bytes.size();
  return builder.build();
}
