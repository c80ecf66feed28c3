//===- PTXImage.cpp - What PTX defines --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Image.h"

#include <cctype>
#include <cstdlib>

using namespace fake;

namespace {

/// Splits PTX into words, numbers and single punctuation characters, without
/// comments.
class Scanner {
public:
  explicit Scanner(std::string_view text) : text(text) {}

  /// The next token; empty at the end.
  std::string_view next() {
    skipSpace();
    if (position == text.size())
      return {};
    size_t start = position;
    if (text[position] == '"') {
      position = std::min(text.find('"', position + 1), text.size() - 1) + 1;
      return text.substr(start, position - start);
    }
    while (position < text.size() && isWord(text[position]))
      ++position;
    if (position == start)
      ++position;
    return text.substr(start, position - start);
  }

private:
  static bool isWord(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' ||
           c == '.' || c == '$' || c == '%';
  }
  void skipSpace() {
    while (position < text.size()) {
      if (std::isspace(static_cast<unsigned char>(text[position])))
        ++position;
      else if (text.substr(position, 2) == "//")
        position = std::min(text.find('\n', position), text.size());
      else if (text.substr(position, 2) == "/*")
        position = std::min(text.find("*/", position), text.size() - 2) + 2;
      else
        return;
    }
  }

  std::string_view text;
  size_t position = 0;
};

class Reader {
public:
  Reader(std::string_view text, std::string &error)
      : scanner(text), error(error) {}

  std::optional<Image> read();

private:
  std::string_view next() { return token = scanner.next(); }
  bool readHeader();
  bool readEntry();
  bool readParams(KernelImage &kernel);
  bool readBody(KernelImage &kernel);
  /// A variable, after its state space: returns its size in bytes.
  uint64_t readVariable(std::string &name);

  Scanner scanner;
  std::string_view token;
  std::string &error;
  Image image;
  /// Of variables outside of kernels.
  uint64_t sharedBytes = 0;
};

} // namespace

static uint64_t parseNumber(std::string_view text) {
  return std::strtoull(std::string(text).c_str(), nullptr, 0);
}

/// The size of a type like ".b64"; 0 if it is none.
static uint64_t getTypeSize(std::string_view type) {
  if (type == ".pred")
    return 1;
  if (type.size() < 3 || type[0] != '.' ||
      std::string_view("busf").find(type[1]) == std::string_view::npos ||
      !std::isdigit(static_cast<unsigned char>(type[2])))
    return 0;
  return parseNumber(type.substr(2)) / 8;
}

bool Reader::readHeader() {
  if (next() != ".version") {
    error = "line 1; fatal : Missing .version directive";
    return false;
  }
  std::string_view version = next();
  size_t dot = version.find('.');
  if (dot == version.npos || dot == 0) {
    error = "line 1; fatal : malformed .version";
    return false;
  }
  image.ptxVersion =
      static_cast<unsigned>(parseNumber(version.substr(0, dot)) * 10 +
                            parseNumber(version.substr(dot + 1)));
  if (next() != ".target" || !(image.architecture = getArchitecture(next()))) {
    error = "fatal : Missing .target directive, or no such target";
    return false;
  }
  return true;
}

uint64_t Reader::readVariable(std::string &name) {
  uint64_t size = 0;
  while (!next().empty() && token != ";" && token != "=" && token != "," &&
         token != ")") {
    if (token == ".align") {
      next();
    } else if (token == ".ptr") {
      // A hint on a parameter, up to its name.
    } else if (token == "[") {
      // A size of its own; none for an array that the launch sizes.
      size *= next() == "]" ? 0 : parseNumber(token);
    } else if (token[0] == '.') {
      if (uint64_t typeSize = getTypeSize(token))
        size = typeSize;
    } else if (token != "]") {
      name = token;
    }
  }
  if (token == "=")
    while (!next().empty() && token != ";")
      ;
  return size;
}

bool Reader::readParams(KernelImage &kernel) {
  kernel.paramSizes.emplace();
  while (next() != ")") {
    if (token != ".param") {
      error = "fatal : Parsing error near '" + std::string(token) +
              "': syntax error";
      return false;
    }
    std::string name;
    kernel.paramSizes->push_back(static_cast<uint32_t>(readVariable(name)));
    if (token == ")")
      return true;
  }
  return true;
}

bool Reader::readBody(KernelImage &kernel) {
  unsigned depth = 1;
  while (depth > 0 && !next().empty()) {
    depth += token == "{" ? 1 : token == "}" ? -1 : 0;
    std::string name;
    if (token == ".shared")
      kernel.sharedBytes += static_cast<uint32_t>(readVariable(name));
  }
  if (depth > 0)
    error = "fatal : Parsing error: unexpected end of file";
  return depth == 0;
}

bool Reader::readEntry() {
  std::string name(next());
  KernelImage kernel;
  if (next() == "(") {
    if (!readParams(kernel))
      return false;
    next();
  } else {
    kernel.paramSizes.emplace();
  }
  for (; !token.empty() && token != "{"; next())
    if (token == ".maxntid" || token == ".reqntid") {
      kernel.maxThreads = static_cast<uint32_t>(parseNumber(next()));
      while (next() == ",")
        kernel.maxThreads *= static_cast<uint32_t>(parseNumber(next()));
      if (token == "{")
        break;
    }
  if (token != "{" || !readBody(kernel)) {
    if (error.empty())
      error = "fatal : Parsing error: entry without a body";
    return false;
  }
  image.kernels.emplace(std::move(name), std::move(kernel));
  return true;
}

std::optional<Image> Reader::read() {
  if (!readHeader())
    return std::nullopt;
  bool isExternal = false;
  while (!next().empty()) {
    if (token == ".entry" && !readEntry())
      return std::nullopt;
    std::string name;
    if (token == ".extern")
      isExternal = true;
    if (token == ".global" || token == ".const") {
      uint64_t size = readVariable(name);
      if (!isExternal)
        image.globals.emplace(name, size);
    } else if (token == ".shared") {
      sharedBytes += readVariable(name);
    }
    if (token == ";" || token == "}")
      isExternal = false;
  }
  for (auto &[name, kernel] : image.kernels)
    kernel.sharedBytes += static_cast<uint32_t>(sharedBytes);
  return std::move(image);
}

std::optional<Image> fake::readPTX(std::string_view text, std::string &error) {
  return Reader(text, error).read();
}
