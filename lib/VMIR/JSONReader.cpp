//===- JSONReader.cpp - Reading typed values from JSON ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JSONReader.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

std::string JSONPath::str() const {
  if (!parent)
    return "$";
  std::string path = parent->str();
  if (isIndex)
    appendPathIndex(path, index);
  else
    appendPathKey(path, key);
  return path;
}

//===----------------------------------------------------------------------===//
// JSONReader
//===----------------------------------------------------------------------===//

bool JSONReader::fail(const JSONPath &path, const Twine &message) {
  if (!failed())
    failure = (path.str() + ": " + message).str();
  return false;
}

Error JSONReader::takeError() const {
  return makeError(ErrorCode::ParseError, failure);
}

bool JSONReader::expect(JSONValue value, const JSONPath &path, JSONKind kind,
                        StringRef what) {
  if (value.getKind() == kind)
    return true;
  return fail(path, "expected " + what + ", found " + value.describe());
}

bool JSONReader::readUnsigned(JSONValue value, const JSONPath &path,
                              uint64_t max, uint64_t &result) {
  if (value.getKind() == JSONKind::Unsigned && value.getBits() > max)
    return fail(path, Twine(value.getBits()) + " is out of range, 0 to " +
                          Twine(max));
  if (!expect(value, path, JSONKind::Unsigned,
              "an integer from 0 to " + std::to_string(max)))
    return false;
  result = value.getBits();
  return true;
}

bool JSONReader::read(JSONValue value, const JSONPath &path, int64_t &result) {
  if (value.getKind() == JSONKind::Unsigned && value.getBits() > INT64_MAX)
    return fail(path,
                Twine(value.getBits()) + " is out of range for 64 signed bits");
  if (value.getKind() != JSONKind::Negative &&
      !expect(value, path, JSONKind::Unsigned, "a signed 64-bit integer"))
    return false;
  result = int64_t(value.getBits());
  return true;
}

bool JSONReader::read(JSONValue value, const JSONPath &path, bool &result) {
  if (!expect(value, path, JSONKind::Bool, "true or false"))
    return false;
  result = value.getBool();
  return true;
}

bool JSONReader::read(JSONValue value, const JSONPath &path,
                      std::string &result) {
  if (!expect(value, path, JSONKind::String, "a string"))
    return false;
  result = value.getText().str();
  return true;
}

bool JSONReader::readHex(JSONValue value, const JSONPath &path,
                         uint64_t maxBytes, std::vector<uint8_t> &result) {
  if (!expect(value, path, JSONKind::String, "a string of hexadecimal digits"))
    return false;
  StringRef text = value.getText();
  if (text.size() % 2)
    return fail(path, "odd number of hexadecimal digits");
  if (text.size() / 2 > maxBytes)
    return fail(path, Twine(text.size() / 2) + " bytes are more than " +
                          Twine(maxBytes));
  if (const char *bad = find_if_not(text, isHexDigit); bad != text.end())
    return fail(path, "no hexadecimal digit at position " +
                          Twine(bad - text.begin()));
  result.resize(text.size() / 2);
  for (size_t i = 0; i != result.size(); ++i)
    result[i] = uint8_t(hexDigitValue(text[2 * i]) << 4 |
                        hexDigitValue(text[2 * i + 1]));
  return true;
}

//===----------------------------------------------------------------------===//
// JSONObjectReader
//===----------------------------------------------------------------------===//

JSONObjectReader::JSONObjectReader(JSONReader &reader, JSONValue value,
                                   const JSONPath &path)
    : reader(reader), value(value), path(path),
      isObject(reader.expect(value, path, JSONKind::Object, "an object")) {}

std::optional<JSONValue> JSONObjectReader::find(StringRef name) {
  if (!isObject)
    return std::nullopt;
  names.push_back(name);
  std::optional<JSONValue> found = value.find(name);
  foundCount += found.has_value();
  return found;
}

std::optional<JSONValue> JSONObjectReader::require(StringRef name) {
  std::optional<JSONValue> found = find(name);
  if (!found)
    reader.fail(path, "missing field " + quoteForMessage(name));
  return found;
}

bool JSONObjectReader::finish() {
  if (isObject && foundCount != value.size())
    value.forEachMember([&](JSONValue member, size_t) {
      if (is_contained(names, member.getKey()))
        return true;
      return reader.fail(path,
                         "unknown field " + quoteForMessage(member.getKey()));
    });
  return !reader.failed();
}
