//===- Case.cpp - Recorded runs of hart-mode programs -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/Case.h"

#include "JSONReader.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit::vmir;

static bool readRegisters(JSONReader &reader, JSONValue value,
                          const JSONPath &path, Case::RegisterFile &file) {
  if (!reader.expect(value, path, JSONKind::Array, "an array of registers"))
    return false;
  if (value.size() != file.size())
    return reader.fail(path, "expected " + Twine(file.size()) +
                                 " registers, found " + Twine(value.size()));
  return value.forEachMember([&](JSONValue member, size_t i) {
    return reader.read(member, JSONPath(path, i), file[i]);
  });
}

/// The address that \p key spells in decimal, without a sign or leading zeros,
/// so that different keys are different addresses.
static std::optional<GuestAddr> parseAddress(StringRef key) {
  GuestAddr address = 0;
  if (key.getAsInteger(10, address) || key != std::to_string(address))
    return std::nullopt;
  return address;
}

static bool readPages(JSONReader &reader, JSONValue value, const JSONPath &path,
                      std::vector<CasePage> &pages) {
  if (!reader.expect(value, path, JSONKind::Object, "an object of pages"))
    return false;
  if (value.size() > kMaxCasePages)
    return reader.fail(path, Twine(value.size()) + " pages are more than " +
                                 Twine(kMaxCasePages));
  bool read = value.forEachMember([&](JSONValue member, size_t) {
    JSONPath pagePath(path, member.getKey());
    std::optional<GuestAddr> address = parseAddress(member.getKey());
    if (!address)
      return reader.fail(pagePath, "the key is not a decimal address");
    if (*address % kCasePageBytes)
      return reader.fail(pagePath, "the address is not a multiple of " +
                                       Twine(kCasePageBytes));
    CasePage &page = pages.emplace_back();
    page.addr = *address;
    if (!reader.readHex(member, pagePath, kCasePageBytes, page.bytes))
      return false;
    if (page.bytes.size() != kCasePageBytes)
      return reader.fail(pagePath, "a page has " + Twine(kCasePageBytes) +
                                       " bytes, found " +
                                       Twine(page.bytes.size()));
    return true;
  });
  llvm::sort(pages, [](const CasePage &a, const CasePage &b) {
    return a.addr < b.addr;
  });
  return read;
}

/// Checks that the changed pages of \p result are among those before.
static bool checkChangedPages(JSONReader &reader, const JSONPath &path,
                              const Case &result) {
  for (const CasePage &page : result.pagesOutChanged) {
    const auto *found = lower_bound(
        ArrayRef(result.pagesIn), page.addr,
        [](const CasePage &a, GuestAddr addr) { return a.addr < addr; });
    if (found == result.pagesIn.data() + result.pagesIn.size() ||
        found->addr != page.addr)
      return reader.fail(JSONPath(path, std::to_string(page.addr)),
                         "the page is not one of pages_in");
  }
  return true;
}

static bool readCase(JSONReader &reader, JSONValue root, Case &result) {
  JSONPath path;
  JSONObjectReader object(reader, root, path);
  object.read("function", result.function);
  object.read("entry_pc", result.entryPc);
  object.read("return_pc", result.returnPc);
  object.read("ir_ops_executed", result.irOpsExecuted);

  using Registers = std::pair<StringRef, Case::RegisterFile *>;
  for (auto [name, file] :
       {Registers("x_in", &result.xIn), Registers("f_in", &result.fIn),
        Registers("x_out", &result.xOut), Registers("f_out", &result.fOut)})
    if (std::optional<JSONValue> value = object.require(name))
      readRegisters(reader, *value, JSONPath(path, name), *file);

  JSONPath changedPath(path, "pages_out_changed");
  if (std::optional<JSONValue> pages = object.require("pages_in"))
    readPages(reader, *pages, JSONPath(path, "pages_in"), result.pagesIn);
  if (std::optional<JSONValue> pages = object.require("pages_out_changed"))
    readPages(reader, *pages, changedPath, result.pagesOutChanged);
  return object.finish() && checkChangedPages(reader, changedPath, result);
}

Expected<Case> vmjit::vmir::parseCase(StringRef text) {
  Expected<std::unique_ptr<JSONDocument>> document = JSONDocument::parse(text);
  if (!document)
    return document.takeError();
  Case result;
  JSONReader reader;
  if (!readCase(reader, (*document)->getRoot(), result))
    return reader.takeError();
  return result;
}

std::vector<CaseRegion> vmjit::vmir::joinPages(ArrayRef<CasePage> pages) {
  std::vector<CaseRegion> regions;
  for (const CasePage &page : pages) {
    if (regions.empty() ||
        regions.back().base + regions.back().bytes.size() != page.addr)
      regions.push_back({page.addr, {}});
    append_range(regions.back().bytes, page.bytes);
  }
  return regions;
}
