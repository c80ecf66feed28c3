//===- CacheBundle.cpp - Entries in one file --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CacheBundle.h"

#include "CacheDirectory.h"

#include "vmjit/Cache/CacheEntry.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace vmjit;

/// The archive of \p members. writeArchive, which goes on to a file, would
/// install signal handlers into the process that this library is in.
static Expected<std::unique_ptr<MemoryBuffer>>
makeArchive(ArrayRef<NewArchiveMember> members) {
  return writeArchiveToBuffer(
      members, SymtabWritingMode::NoSymtab, object::Archive::K_GNU,
      /*Deterministic=*/true, /*Thin=*/false,
      [](Error warning) { consumeError(std::move(warning)); });
}

/// Replaces \p path by a file with \p content, or leaves it as it is.
static Error replaceFile(StringRef path, StringRef content) {
  auto fail = [&](std::error_code failure) {
    return makeErrorf(ErrorCode::Io, "{0}: {1}", path, failure.message());
  };
  int fd;
  SmallString<128> temporary;
  if (std::error_code failure = sys::fs::createUniqueFile(
          path + ".%%%%%%%%", fd, temporary, sys::fs::OF_None))
    return fail(failure);
  FileDescriptor file(fd);
  std::error_code failure = file.write(arrayRefFromStringRef(content));
  if (std::error_code closeFailure = file.close(); !failure)
    failure = closeFailure;
  if (!failure)
    failure = sys::fs::rename(temporary, path);
  if (!failure)
    return Error::success();
  (void)sys::fs::remove(temporary);
  return fail(failure);
}

Expected<CacheBundleResult>
vmjit::exportCacheBundle(const DiskCache &cache, StringRef path,
                         function_ref<bool(const CacheEntry &)> wants) {
  Expected<std::vector<DiskCacheFile>> files = cache.listFiles();
  if (!files)
    return files.takeError();
  CacheBundleResult result;
  std::vector<NewArchiveMember> members;
  for (const DiskCacheFile &file : *files) {
    Expected<std::vector<uint8_t>> bytes = cache.readFile(file);
    if (!bytes) {
      result.refused.push_back({file.name, toString(bytes.takeError())});
      continue;
    }
    if (!wants(cantFail(CacheEntry::decode(*bytes))))
      continue;
    NewArchiveMember &member = members.emplace_back();
    member.Buf = MemoryBuffer::getMemBufferCopy(toStringRef(*bytes), file.name);
    member.MemberName = file.name;
    ++result.accepted;
  }
  Expected<std::unique_ptr<MemoryBuffer>> archive = makeArchive(members);
  if (!archive)
    return withContext(archive.takeError(), path);
  if (Error error = replaceFile(path, (*archive)->getBuffer()))
    return std::move(error);
  return result;
}

/// Stores the entry in \p bytes; the message of a refusal, or none.
static Expected<std::optional<std::string>>
importEntry(CacheLevel &level, StringRef name, StringRef bytes) {
  Expected<CacheEntry> entry = CacheEntry::decode(arrayRefFromStringRef(bytes));
  if (!entry)
    return toString(entry.takeError());
  if (name != (kEntryPrefix + entry->key.getHex()).str())
    return "its key is not that of its name";
  Expected<bool> isStored = level.tryStore(entry->key, entry->payload);
  if (!isStored)
    return isStored.takeError();
  if (!*isStored)
    return makeErrorf(ErrorCode::Io, "the {0} cache stores nothing",
                      level.getName());
  return std::nullopt;
}

/// How archives begin, and names of BSD's, which stand in front of the
/// contents.
static constexpr StringLiteral kArchiveMagic = "!<arch>\n";
static constexpr StringLiteral kThinMagic = "!<thin>\n";
static constexpr StringLiteral kBSDName = "#1/";

/// Refuses what LLVM reads without looking where the file ends: other kinds of
/// archives, and a first member with a name of BSD's.
static Error verifyStart(StringRef archive) {
  // Its members would be other files.
  if (archive.starts_with(kThinMagic))
    return makeError(ErrorCode::ParseError, "a thin archive");
  if (!archive.consume_front(kArchiveMagic))
    return makeError(ErrorCode::ParseError, "it is no archive");
  if (archive.starts_with(kBSDName))
    return makeError(ErrorCode::ParseError, "its names are as BSD's");
  return Error::success();
}

/// The contents of \p member, whose name can be asked for if there are any.
/// LLVM takes sizes from the member's header, and does not look whether the
/// archive goes that far.
static Expected<StringRef> getContents(const object::Archive::Child &member,
                                       MemoryBufferRef archive) {
  Expected<StringRef> name = member.getRawName();
  if (!name)
    return name.takeError();
  if (name->starts_with(kBSDName))
    return makeError(ErrorCode::ParseError, "a member has a name as BSD's");
  Expected<StringRef> bytes = member.getBuffer();
  if (bytes && bytes->end() > archive.getBufferEnd())
    return makeError(ErrorCode::ParseError, "it ends inside of a member");
  return bytes;
}

/// Imports \p member, which has the contents \p bytes.
static Error importMember(CacheLevel &level,
                          const object::Archive::Child &member, StringRef bytes,
                          CacheBundleResult &result) {
  Expected<StringRef> name = member.getName();
  if (!name) {
    result.refused.push_back({"?", toString(name.takeError())});
    return Error::success();
  }
  Expected<std::optional<std::string>> refusal =
      importEntry(level, *name, bytes);
  if (!refusal)
    return refusal.takeError();
  if (*refusal)
    result.refused.push_back({name->str(), std::move(**refusal)});
  else
    ++result.accepted;
  return Error::success();
}

Expected<CacheBundleResult> vmjit::importCacheBundle(CacheLevel &level,
                                                     StringRef path) {
  // Volatile: what is mapped and then cut short by others is a fault.
  ErrorOr<std::unique_ptr<MemoryBuffer>> file =
      MemoryBuffer::getFile(path, /*IsText=*/false,
                            /*RequiresNullTerminator=*/false,
                            /*IsVolatile=*/true);
  if (!file)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", path,
                      file.getError().message());
  auto malformed = [&](Error error) {
    return makeErrorf(ErrorCode::ParseError, "{0}: no bundle: {1}", path,
                      toString(std::move(error)));
  };
  if (Error error = verifyStart((*file)->getBuffer()))
    return malformed(std::move(error));
  Expected<std::unique_ptr<object::Archive>> archive =
      object::Archive::create((*file)->getMemBufferRef());
  if (!archive)
    return malformed(archive.takeError());
  CacheBundleResult result;
  Error failure = Error::success();
  for (const object::Archive::Child &member : (*archive)->children(failure)) {
    Expected<StringRef> bytes = getContents(member, (*file)->getMemBufferRef());
    Error error = bytes ? importMember(level, member, *bytes, result)
                        : malformed(bytes.takeError());
    if (error) {
      consumeError(std::move(failure));
      return std::move(error);
    }
  }
  if (failure)
    return malformed(std::move(failure));
  return result;
}
