//===- CacheKey.h - What names an entry of a cache --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A cache key is all that its entry depends on, as text: a list of named parts
// in a fixed order. Entries are found by a digest of the list, and each level
// of the cache compares the whole list before it gives anything out.
//
// The encoding, little-endian, is the number of parts (4 bytes) and for each
// its name and its value, both as their length (4 bytes) and their bytes.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CACHE_CACHEKEY_H
#define VMJIT_CACHE_CACHEKEY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vmjit {

/// An immutable key. Copies share what they hold and are cheap; threads may use
/// one at the same time.
class CacheKey {
public:
  /// One input of what the entry holds.
  struct Part {
    std::string name;
    std::string value;
    bool operator==(const Part &) const = default;
  };

  /// BLAKE3 of the encoding.
  using Digest = std::array<uint8_t, 32>;

  static constexpr size_t kMaxParts = 1024;
  static constexpr size_t kMaxNameBytes = 1024;
  static constexpr size_t kMaxValueBytes = size_t(16) << 10;
  static constexpr size_t kMaxEncodedBytes = size_t(1) << 20;

  /// Collects parts.
  class Builder {
  public:
    /// Adds a part. A value, or with it the key, that would be beyond the
    /// limits enters as its length and its BLAKE3 digest.
    Builder &add(llvm::StringRef name, llvm::StringRef value);
    /// The key of the parts so far.
    CacheKey build() const;

  private:
    friend class CacheKey;
    std::vector<Part> parts;
    size_t encodedBytes = 4;
  };

  llvm::ArrayRef<Part> getParts() const { return content->parts; }
  const Digest &getDigest() const { return content->digest; }
  llvm::ArrayRef<uint8_t> getEncoding() const { return content->encoding; }
  /// The digest as 64 lower-case hexadecimal digits.
  std::string getHex() const;

  /// The value of the first part called \p name; none if there is none.
  std::optional<llvm::StringRef> find(llvm::StringRef name) const;
  /// This key with one more part, for what is derived from the entry.
  CacheKey with(llvm::StringRef name, llvm::StringRef value) const;
  /// The names of the parts that \p other has not or has otherwise, and of
  /// those that only it has; each once, in order.
  std::vector<std::string> findDifferences(const CacheKey &other) const;

  /// Reads the encoding. \p bytes may be anything: what is not exactly what
  /// getEncoding gives is a ParseError.
  static llvm::Expected<CacheKey> decode(llvm::ArrayRef<uint8_t> bytes);

  bool operator==(const CacheKey &other) const;

private:
  struct Content {
    std::vector<Part> parts;
    std::vector<uint8_t> encoding;
    Digest digest;
  };
  explicit CacheKey(std::shared_ptr<const Content> content)
      : content(std::move(content)) {}

  std::shared_ptr<const Content> content;
};

} // namespace vmjit

#endif // VMJIT_CACHE_CACHEKEY_H
