//===- JSONReader.h - Reading typed values from JSON ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns values of a JSON document into C++ values and keeps the first failure
// with its path. Every read function returns whether it succeeded.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_VMIR_JSONREADER_H
#define VMJIT_LIB_VMIR_JSONREADER_H

#include "JSONDocument.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

#include <concepts>
#include <limits>

namespace vmjit::vmir {

/// Where a value is, as a list on the stack; rendered only for an error.
class JSONPath {
public:
  JSONPath() = default;
  JSONPath(const JSONPath &parent, llvm::StringRef key)
      : parent(&parent), key(key) {}
  JSONPath(const JSONPath &parent, size_t index)
      : parent(&parent), index(index), isIndex(true) {}

  std::string str() const;

private:
  const JSONPath *parent = nullptr;
  llvm::StringRef key;
  size_t index = 0;
  bool isIndex = false;
};

class JSONReader {
public:
  /// Records a failure unless there is one already; returns false.
  bool fail(const JSONPath &path, const llvm::Twine &message);
  bool failed() const { return !failure.empty(); }
  /// The first failure as a ParseError; there must be one.
  llvm::Error takeError() const;

  bool expect(JSONValue value, const JSONPath &path, JSONKind kind,
              llvm::StringRef what);

  template <std::unsigned_integral T>
  bool read(JSONValue value, const JSONPath &path, T &result) {
    uint64_t bits = 0;
    if (!readUnsigned(value, path, std::numeric_limits<T>::max(), bits))
      return false;
    result = T(bits);
    return true;
  }
  bool read(JSONValue value, const JSONPath &path, int64_t &result);
  bool read(JSONValue value, const JSONPath &path, bool &result);
  bool read(JSONValue value, const JSONPath &path, std::string &result);

  /// Reads bytes written as pairs of hexadecimal digits, at most \p maxBytes.
  bool readHex(JSONValue value, const JSONPath &path, uint64_t maxBytes,
               std::vector<uint8_t> &result);

private:
  bool readUnsigned(JSONValue value, const JSONPath &path, uint64_t max,
                    uint64_t &result);

  std::string failure;
};

/// Reads the fields of an object, and then makes sure that there are no others.
class JSONObjectReader {
public:
  /// Fails if \p value is not an object.
  JSONObjectReader(JSONReader &reader, JSONValue value, const JSONPath &path);

  /// The field \p name; its absence is a failure.
  std::optional<JSONValue> require(llvm::StringRef name);
  /// The field \p name if it is there.
  std::optional<JSONValue> find(llvm::StringRef name);

  /// Reads the field \p name into \p result.
  template <class T> bool read(llvm::StringRef name, T &result) {
    std::optional<JSONValue> value = require(name);
    return value && reader.read(*value, JSONPath(path, name), result);
  }
  /// Reads the field \p name into \p result if it is there.
  template <class T> bool readOptional(llvm::StringRef name, T &result) {
    std::optional<JSONValue> value = find(name);
    return !value || reader.read(*value, JSONPath(path, name), result);
  }

  /// Fails if there is a field that was not asked for. Returns whether all
  /// went well.
  bool finish();

private:
  JSONReader &reader;
  JSONValue value;
  const JSONPath &path;
  bool isObject;
  size_t foundCount = 0;
  llvm::SmallVector<llvm::StringRef, 16> names;
};

} // namespace vmjit::vmir

#endif // VMJIT_LIB_VMIR_JSONREADER_H
