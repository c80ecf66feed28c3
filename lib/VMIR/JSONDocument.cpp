//===- JSONDocument.cpp - A strict JSON document ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JSONDocument.h"

#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

//===----------------------------------------------------------------------===//
// Text of messages
//===----------------------------------------------------------------------===//

std::string vmjit::vmir::quoteForMessage(StringRef text) {
  constexpr size_t kMaxShown = 60;
  std::string shown;
  raw_string_ostream os(shown);
  os << '"';
  printEscapedString(text.take_front(kMaxShown), os);
  os << (text.size() > kMaxShown ? "...\"" : "\"");
  return shown;
}

void vmjit::vmir::appendPathKey(std::string &path, StringRef key) {
  bool plain = !key.empty() && key.size() <= 60 &&
               all_of(key, [](char c) { return isAlnum(c) || c == '_'; });
  if (plain)
    path += ("." + key).str();
  else
    path += "[" + quoteForMessage(key) + "]";
}

void vmjit::vmir::appendPathIndex(std::string &path, size_t index) {
  path += "[" + std::to_string(index) + "]";
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

/// Takes the events of nlohmann's parser, which does not recurse. Returning
/// false from an event stops it.
class vmjit::vmir::JSONDocumentBuilder {
public:
  explicit JSONDocumentBuilder(JSONDocument &document) : document(document) {}

  bool null() { return add(JSONKind::Null); }
  bool boolean(bool value) { return add(JSONKind::Bool, value); }
  bool number_unsigned(uint64_t value) {
    return add(JSONKind::Unsigned, value);
  }
  bool number_integer(int64_t value) {
    // Only -0 comes here without being negative; serde takes it for a float.
    if (value >= 0)
      return add(JSONKind::Number, 0, "-0");
    return add(JSONKind::Negative, uint64_t(value));
  }
  bool number_float(double, const std::string &spelling) {
    return add(JSONKind::Number, 0, spelling);
  }
  bool string(const std::string &value) {
    return add(JSONKind::String, 0, value);
  }
  bool binary(const std::vector<uint8_t> &) {
    return fail("binary data is not JSON");
  }

  bool start_object(size_t) { return open(JSONKind::Object); }
  bool start_array(size_t) { return open(JSONKind::Array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(const std::string &name) {
    nextKey = document.keys.save(StringRef(name));
    if (!frames.back().keys.insert(nextKey.data()).second)
      return fail("duplicate field " + quoteForMessage(nextKey));
    return true;
  }

  template <class Exception>
  bool parse_error(size_t, const std::string &, const Exception &exception) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    constexpr size_t kMaxShown = 200;
    StringRef what = StringRef(exception.what()).split("] ").second;
    std::string shown = json::fixUTF8(what.take_front(kMaxShown));
    return fail(shown + (what.size() > kMaxShown ? "..." : ""));
  }

  Error takeError() {
    return makeError(ErrorCode::ParseError, getPath() + ": " + failure);
  }

private:
  struct Frame {
    uint32_t node;
    /// The keys seen so far; equal keys have one address.
    SmallPtrSet<const char *, 16> keys;
  };

  bool fail(const Twine &message) {
    failure = message.str();
    return false;
  }

  bool add(JSONKind kind, uint64_t bits = 0, StringRef text = "") {
    std::vector<JSONDocument::Node> &nodes = document.nodes;
    if (nodes.size() >= kMaxJSONValues)
      return fail("more than " + Twine(kMaxJSONValues) + " values");
    JSONDocument::Node node;
    node.kind = kind;
    node.bits = bits;
    node.key = nextKey;
    if (!text.empty())
      node.text = document.strings.save(text);
    node.end = nodes.size() + 1;
    nextKey = "";
    if (!frames.empty())
      ++nodes[frames.back().node].bits;
    nodes.push_back(node);
    return true;
  }

  bool open(JSONKind kind) {
    if (frames.size() >= kMaxJSONDepth)
      return fail("nested more than " + Twine(kMaxJSONDepth) + " levels deep");
    uint32_t node = document.nodes.size();
    if (!add(kind))
      return false;
    frames.push_back({node, {}});
    return true;
  }

  bool close() {
    document.nodes[frames.back().node].end = document.nodes.size();
    frames.pop_back();
    return true;
  }

  /// The path of the innermost open container.
  std::string getPath() const {
    std::string path = "$";
    for (size_t i = 1; i < frames.size(); ++i) {
      const JSONDocument::Node &parent = document.nodes[frames[i - 1].node];
      if (parent.kind == JSONKind::Object)
        appendPathKey(path, document.nodes[frames[i].node].key);
      else
        appendPathIndex(path, parent.bits - 1);
    }
    return path;
  }

  JSONDocument &document;
  SmallVector<Frame, 8> frames;
  StringRef nextKey;
  std::string failure;
};

Expected<std::unique_ptr<JSONDocument>> JSONDocument::parse(StringRef text) {
  if (text.size() > kMaxTextBytes)
    return makeError(ErrorCode::ParseError, "$: the text has more than " +
                                                Twine(kMaxTextBytes) +
                                                " bytes");
  // The parser would skip the first and stop at the second.
  if (text.starts_with("\xef\xbb\xbf"))
    return makeError(ErrorCode::ParseError, "$: byte order mark");
  if (size_t at = text.find('\0'); at != StringRef::npos)
    return makeError(ErrorCode::ParseError, "$: byte 0 at offset " + Twine(at));

  std::unique_ptr<JSONDocument> document(new JSONDocument);
  JSONDocumentBuilder builder(*document);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder))
    return builder.takeError();
  return document;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

StringRef JSONValue::describe() const {
  switch (getKind()) {
  case JSONKind::Null:
    return "null";
  case JSONKind::Bool:
    return "a boolean";
  case JSONKind::Unsigned:
    return "an integer";
  case JSONKind::Negative:
    return "a negative integer";
  case JSONKind::Number:
    return all_of(getText(), isDigit) ||
                   (getText() != "-0" && getText().starts_with("-") &&
                    all_of(getText().drop_front(), isDigit))
               ? "an integer beyond 64 bits"
               : "a floating-point number";
  case JSONKind::String:
    return "a string";
  case JSONKind::Array:
    return "an array";
  case JSONKind::Object:
    return "an object";
  }
  llvm_unreachable("every kind has a name");
}

std::optional<JSONValue> JSONValue::find(StringRef key) const {
  std::optional<JSONValue> found;
  forEachMember([&](JSONValue member, size_t) {
    if (member.getKey() == key)
      found = member;
    return !found;
  });
  return found;
}
