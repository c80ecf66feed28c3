//===- Inspection.cpp - What is in a cache ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Inspection.h"
#include "Quantities.h"

#include "vmjit/Cache/CacheEntry.h"
#include "vmjit/Cache/CompileKey.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"

#include <tuple>

using namespace llvm;
using namespace vmjit;

namespace {
/// An intact entry. Other bytes than a code object have none.
struct Content {
  CacheKey key;
  size_t payloadBytes;
  std::optional<CodeObject> object;
};
} // namespace

/// What CodeObject's serialized form starts with.
static constexpr StringLiteral kCodeObjectMagic("VMJITCO");

/// Reads and verifies \p file, and the code object if it is one.
static Expected<Content> readContent(const DiskCache &cache,
                                     const DiskCacheFile &file) {
  Expected<std::vector<uint8_t>> bytes = cache.readFile(file);
  if (!bytes)
    return bytes.takeError();
  CacheEntry entry = cantFail(CacheEntry::decode(*bytes));
  Content content{entry.key, entry.payload.size(), std::nullopt};
  if (!toStringRef(entry.payload).starts_with(kCodeObjectMagic))
    return content;
  Expected<CodeObject> object = CodeObject::deserialize(entry.payload);
  if (!object)
    return object.takeError();
  if (Error error = verifyFitsKey(*object, content.key))
    return std::move(error);
  content.object = std::move(*object);
  return content;
}

static std::string formatCount(size_t count, StringRef one, StringRef many) {
  return (Twine(count) + " " + (count == 1 ? one : many)).str();
}

/// What is in the columns of a list behind size and age.
static std::string summarize(const Content &content) {
  if (!content.object)
    return formatv("{0,-24} {1}", "-", "other bytes");
  SmallVector<StringRef> names;
  for (const Entry &entry : content.object->entries)
    names.push_back(entry.name);
  return formatv("{0,-24} {1}", content.object->getTargetName(),
                 join(names, ", "));
}

Error vmjit::listEntries(const DiskCache &cache, raw_ostream &os) {
  Expected<std::vector<DiskCacheFile>> files = cache.listFiles();
  if (!files)
    return files.takeError();
  sort(*files, [](const DiskCacheFile &left, const DiskCacheFile &right) {
    return std::tie(right.accessed, left.name) <
           std::tie(left.accessed, right.name);
  });
  uint64_t bytes = 0;
  if (!files->empty())
    os << formatv("{0,-16} {1,10} {2,6}  {3,-24} {4}\n", "KEY", "SIZE", "USED",
                  "TARGET", "ENTRIES");
  for (const DiskCacheFile &file : *files) {
    bytes += file.size;
    Expected<Content> content = readContent(cache, file);
    std::string summary = content ? summarize(*content)
                                  : "damaged: " + toString(content.takeError());
    os << formatv("{0,-16} {1,10} {2,6}  {3}\n", file.getHex().take_front(16),
                  formatByteCount(file.size), formatAge(file.accessed),
                  summary);
  }
  os << cache.getDirectory() << ": "
     << formatCount(files->size(), "entry", "entries") << ", "
     << formatByteCount(bytes) << "\n";
  return Error::success();
}

/// The only file whose digest starts with \p prefix.
static Expected<DiskCacheFile> findFile(const DiskCache &cache,
                                        StringRef prefix) {
  Expected<std::vector<DiskCacheFile>> files = cache.listFiles();
  if (!files)
    return files.takeError();
  const DiskCacheFile *found = nullptr;
  for (const DiskCacheFile &file : *files) {
    if (!file.getHex().starts_with_insensitive(prefix))
      continue;
    if (found)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "several keys start with '{0}': {1}, {2}", prefix,
                        found->getHex(), file.getHex());
    found = &file;
  }
  if (!found)
    return makeErrorf(ErrorCode::InvalidArgument, "no key starts with '{0}'",
                      prefix);
  return *found;
}

static void showResources(const ResourceUse &use, raw_ostream &os) {
  auto show = [&](StringRef name, auto value) {
    if (value)
      os << ", " << name << " " << *value;
  };
  show("registers", use.registers);
  show("scalar registers", use.scalarRegisters);
  show("spilled", use.spilledRegisters);
  show("shared bytes", use.staticSharedBytes);
  show("stack bytes", use.stackBytes);
  show("frame bytes", use.frameBytes);
}

static void showObject(const CodeObject &object, raw_ostream &os) {
  auto show = [&](StringRef name, const Twine &value) {
    os << formatv("{0,-20} ", name) << value << "\n";
  };
  show("target", object.getTargetName());
  show("triple", object.triple);
  show("features", object.features.empty() ? "-" : object.features);
  show("compiled by",
       "vmjit " + object.compilerVersion + ", LLVM " + object.llvmVersion);
  if (object.ptxVersion)
    show("PTX version", Twine(object.ptxVersion));
  if (object.codeObjectVersion)
    show("code object version", Twine(object.codeObjectVersion));
  show("code", Twine(getPayloadKindName(object.payloadKind)) + ", " +
                   formatByteCount(object.payload.size()));
  for (const Entry &entry : object.entries) {
    SmallVector<StringRef> params;
    for (const EntryParam &param : entry.params)
      params.push_back(vmir::getParamTypeName(param.type));
    os << formatv("{0,-20} {1}({2}), {3} mode", "entry", entry.name,
                  join(params, ", "), getEntryModeName(entry.mode));
    showResources(entry.resources, os);
    os << "\n";
  }
}

Error vmjit::showEntry(const DiskCache &cache, StringRef prefix,
                       raw_ostream &os) {
  Expected<DiskCacheFile> file = findFile(cache, prefix);
  if (!file)
    return file.takeError();
  Expected<Content> content = readContent(cache, *file);
  if (!content)
    return withContext(content.takeError(), file->name);
  os << formatv("{0,-20} {1}\n", "key", file->getHex());
  os << formatv("{0,-20} {1}/{2}\n", "file", cache.getDirectory(), file->name);
  os << formatv("{0,-20} {1}, stored {2} ago, used {3} ago\n", "size",
                formatByteCount(file->size), formatAge(file->modified),
                formatAge(file->accessed));
  if (content->object)
    showObject(*content->object, os);
  else
    os << formatv("{0,-20} {1}\n", "other bytes",
                  formatByteCount(content->payloadBytes));
  for (const CacheKey::Part &part : content->key.getParts()) {
    os << "key part " << part.name << " = ";
    printEscapedString(part.value, os);
    os << "\n";
  }
  return Error::success();
}

Expected<size_t> vmjit::verifyEntries(const DiskCache &cache, raw_ostream &os) {
  Expected<std::vector<DiskCacheFile>> files = cache.listFiles();
  if (!files)
    return files.takeError();
  size_t damaged = 0;
  for (const DiskCacheFile &file : *files) {
    Expected<Content> content = readContent(cache, file);
    if (content)
      continue;
    ++damaged;
    os << file.name << ": " << toString(content.takeError()) << "\n";
  }
  os << cache.getDirectory() << ": "
     << formatCount(files->size(), "entry", "entries") << ", " << damaged
     << " damaged\n";
  return damaged;
}
