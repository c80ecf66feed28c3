//===- JSONDocument.h - A strict JSON document ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A parsed JSON text, flat and read-only. Integers keep all 64 bits. Duplicate
// keys, excessive depth and excessive size are errors of parsing.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_VMIR_JSONDOCUMENT_H
#define VMJIT_LIB_VMIR_JSONDOCUMENT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/StringSaver.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vmjit::vmir {

/// The kinds of JSON values. Numbers that are no integers of 64 bits, and -0,
/// are Number; the others are Unsigned or, below zero, Negative.
enum class JSONKind : uint8_t {
  Null,
  Bool,
  Unsigned,
  Negative,
  Number,
  String,
  Array,
  Object
};

class JSONDocumentBuilder;
class JSONValue;

/// Appends one step of a path to \p path: ".key", or ["..."] where the key is
/// no plain word.
void appendPathKey(std::string &path, llvm::StringRef key);
void appendPathIndex(std::string &path, size_t index);

/// \p text shortened and escaped for a message.
std::string quoteForMessage(llvm::StringRef text);

/// Owns the values of a text. Values refer to it.
class JSONDocument {
public:
  /// Parses \p text, which is not needed afterwards. Fails with ParseError and
  /// a message that starts with the path.
  static llvm::Expected<std::unique_ptr<JSONDocument>>
  parse(llvm::StringRef text);

  JSONValue getRoot() const;

private:
  friend class JSONDocumentBuilder;
  friend class JSONValue;

  /// Values lie in the order of the text; the members of a container follow it.
  struct Node {
    JSONKind kind = JSONKind::Null;
    /// The key, for a member of an object.
    llvm::StringRef key;
    /// The string, or the spelling of a Number.
    llvm::StringRef text;
    /// The integer's bits, or the bool; the number of members of a container.
    uint64_t bits = 0;
    /// The node after the value and its members.
    uint32_t end = 0;
  };

  JSONDocument() : keys(allocator), strings(allocator) {}

  llvm::BumpPtrAllocator allocator;
  llvm::UniqueStringSaver keys;
  llvm::StringSaver strings;
  std::vector<Node> nodes;
};

/// A value of a document, which must outlive it.
class JSONValue {
public:
  JSONKind getKind() const { return node().kind; }
  /// "an array", "a string" and so on.
  llvm::StringRef describe() const;

  bool getBool() const { return node().bits != 0; }
  uint64_t getBits() const { return node().bits; }
  llvm::StringRef getText() const { return node().text; }
  llvm::StringRef getKey() const { return node().key; }
  size_t size() const { return node().bits; }

  /// The first member of a container, and the one after \p member.
  JSONValue front() const { return {document, index + 1}; }
  JSONValue next() const { return {document, node().end}; }

  /// The member of an object with \p key.
  std::optional<JSONValue> find(llvm::StringRef key) const;

  /// Calls visit(member, position) for the members of a container until it
  /// returns false; returns whether it never did.
  template <class Visitor> bool forEachMember(Visitor &&visit) const {
    JSONValue member = front();
    for (size_t i = 0, e = size(); i != e; ++i, member = member.next())
      if (!visit(member, i))
        return false;
    return true;
  }

private:
  friend class JSONDocument;
  JSONValue(const JSONDocument *document, uint32_t index)
      : document(document), index(index) {}
  const JSONDocument::Node &node() const { return document->nodes[index]; }

  const JSONDocument *document;
  uint32_t index;
};

inline JSONValue JSONDocument::getRoot() const { return {this, 0}; }

} // namespace vmjit::vmir

#endif // VMJIT_LIB_VMIR_JSONDOCUMENT_H
