//===- CacheBundleTest.cpp - Tests of bundles -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CacheBundle.h"

#include "CacheTesting.h"

#include "vmjit/Cache/CacheEntry.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {
class CacheBundleTest : public testing::Test {
protected:
  void SetUp() override {
    source = open("source");
    target = open("target");
    for (uint8_t seed = 0; seed < 3; ++seed)
      expectSuccess(
          source->store(makeKey(std::to_string(seed)), makeBytes(seed, 101)));
  }
  std::unique_ptr<DiskCache> open(StringRef name) {
    DiskCacheOptions options;
    options.directory = directory.getPath(name);
    return cantFail(DiskCache::create(options));
  }
  CacheBundleResult exportAll() {
    return cantFail(exportCacheBundle(*source, bundle,
                                      [](const CacheEntry &) { return true; }));
  }

  TemporaryDirectory directory;
  std::unique_ptr<DiskCache> source;
  std::unique_ptr<DiskCache> target;
  const std::string bundle = directory.getPath("bundle.a");
};
} // namespace

/// The header of an archive's member.
static std::string makeHeader(StringRef name, uint64_t size) {
  return formatv("{0,-16}{1,-12}{1,-6}{1,-6}{2,-8}{3,-10}`\n", name, 0, 644,
                 size)
      .str();
}

TEST_F(CacheBundleTest, CarriesEntries) {
  CacheBundleResult exported = exportAll();
  EXPECT_EQ(exported.accepted, 3u);
  EXPECT_THAT(exported.refused, IsEmpty());
  VMJIT_ASSERT_VALUE(CacheBundleResult imported,
                     importCacheBundle(*target, bundle));
  EXPECT_EQ(imported.accepted, 3u);
  EXPECT_THAT(imported.refused, IsEmpty());
  for (uint8_t seed = 0; seed < 3; ++seed)
    EXPECT_EQ(lookup(*target, makeKey(std::to_string(seed))),
              makeBytes(seed, 101));
}

TEST_F(CacheBundleTest, HasTheSameBytesForTheSameEntries) {
  exportAll();
  std::vector<uint8_t> bytes = readWholeFile(bundle);
  expectSuccess(source->store(makeKey("1"), makeBytes(1, 101)));
  exportAll();
  EXPECT_EQ(readWholeFile(bundle), bytes);
}

TEST_F(CacheBundleTest, HasOnlyWhatIsWanted) {
  VMJIT_ASSERT_VALUE(
      CacheBundleResult exported,
      exportCacheBundle(*source, bundle, [](const CacheEntry &entry) {
        return entry.key == makeKey("1");
      }));
  EXPECT_EQ(exported.accepted, 1u);
  VMJIT_ASSERT_VALUE(CacheBundleResult imported,
                     importCacheBundle(*target, bundle));
  EXPECT_EQ(imported.accepted, 1u);
  EXPECT_TRUE(lookup(*target, makeKey("1")));
}

TEST_F(CacheBundleTest, LeavesDamagedEntriesOut) {
  std::string name = "llvmcache-" + makeKey("1").getHex();
  writeWholeFile(directory.getPath("source/v1/" + name), makeBytes(1));
  CacheBundleResult exported = exportAll();
  EXPECT_EQ(exported.accepted, 2u);
  ASSERT_EQ(exported.refused.size(), 1u);
  EXPECT_EQ(exported.refused[0].name, name);
  EXPECT_THAT(exported.refused[0].reason, HasSubstr("cache entry"));
}

TEST_F(CacheBundleTest, RefusesDamagedMembersAndTakesTheRest) {
  exportAll();
  std::vector<uint8_t> bytes = readWholeFile(bundle);
  bytes[bytes.size() - 20] ^= 1;
  writeWholeFile(bundle, bytes);
  VMJIT_ASSERT_VALUE(CacheBundleResult imported,
                     importCacheBundle(*target, bundle));
  EXPECT_EQ(imported.accepted, 2u);
  ASSERT_EQ(imported.refused.size(), 1u);
  EXPECT_THAT(imported.refused[0].reason, HasSubstr("checksum"));
}

TEST_F(CacheBundleTest, RefusesMembersUnderAnotherName) {
  std::vector<uint8_t> bytes =
      cantFail(CacheEntry::encode(makeKey("0"), makeBytes(0)));
  NewArchiveMember member;
  member.Buf = MemoryBuffer::getMemBuffer(
      StringRef(reinterpret_cast<const char *>(bytes.data()), bytes.size()),
      "../../escape", /*RequiresNullTerminator=*/false);
  member.MemberName = "../../escape";
  std::vector<NewArchiveMember> members;
  members.push_back(std::move(member));
  auto archive = cantFail(
      writeArchiveToBuffer(members, SymtabWritingMode::NoSymtab,
                           object::Archive::K_GNU, true, false, consumeError));
  StringRef content = archive->getBuffer();
  writeWholeFile(bundle, ArrayRef(content.bytes_begin(), content.bytes_end()));
  VMJIT_ASSERT_VALUE(CacheBundleResult imported,
                     importCacheBundle(*target, bundle));
  EXPECT_EQ(imported.accepted, 0u);
  ASSERT_EQ(imported.refused.size(), 1u);
  EXPECT_THAT(imported.refused[0].reason, HasSubstr("of its name"));
}

TEST_F(CacheBundleTest, RefusesWhatIsNoArchive) {
  expectError(importCacheBundle(*target, directory.getPath("absent")),
              ErrorCode::Io, "absent");
  writeWholeFile(bundle, makeBytes(1, 1000));
  expectError(importCacheBundle(*target, bundle), ErrorCode::ParseError,
              "no bundle");
  StringRef thin = "!<thin>\n";
  writeWholeFile(bundle, ArrayRef(thin.bytes_begin(), thin.bytes_end()));
  expectError(importCacheBundle(*target, bundle), ErrorCode::ParseError,
              "thin archive");
}

TEST_F(CacheBundleTest, RefusesSizesThatReachBehindTheFile) {
  exportAll();
  std::vector<uint8_t> bytes = readWholeFile(bundle);
  std::string valid(bytes.begin(), bytes.end());
  std::string empty = "!<arch>\n";
  std::string lastBlock(128, ' ');
  std::string bsd = makeHeader("#1/900000000", 900000000);
  // A name and contents, tables of symbols and names, and an archive of AIX'
  // whose first member is far away.
  for (const std::string &content :
       {empty + bsd, valid + bsd, empty + makeHeader("a/", 900000000),
        valid + makeHeader("/0", 900000000), empty + makeHeader("/", 900000000),
        empty + makeHeader("//", 900000000),
        empty + makeHeader("__.SYMDEF", 0) + bsd,
        "<bigaf>\n" + formatv("{0,-20}", 900000000).str() + lastBlock}) {
    SCOPED_TRACE(content.substr(content.size() - 60));
    writeWholeFile(bundle, arrayRefFromStringRef(content));
    expectError(importCacheBundle(*target, bundle), ErrorCode::ParseError,
                "no bundle");
  }
  // What was before them is right.
  for (uint8_t seed = 0; seed < 3; ++seed)
    EXPECT_EQ(lookup(*target, makeKey(std::to_string(seed))),
              makeBytes(seed, 101));
}

TEST_F(CacheBundleTest, RefusesTruncatedFiles) {
  exportAll();
  std::vector<uint8_t> bytes = readWholeFile(bundle);
  // In the last member or the padding behind it.
  for (size_t size : {bytes.size() - 1, bytes.size() - 2, bytes.size() - 160}) {
    writeWholeFile(bundle, ArrayRef(bytes).take_front(size));
    expectError(importCacheBundle(*target, bundle), ErrorCode::ParseError,
                "no bundle");
  }
  for (size_t size = 0; size < bytes.size(); size += 13) {
    writeWholeFile(bundle, ArrayRef(bytes).take_front(size));
    Expected<CacheBundleResult> imported = importCacheBundle(*target, bundle);
    if (!imported) {
      expectError(std::move(imported), ErrorCode::ParseError, "no bundle");
      continue;
    }
    // It ends between two members.
    EXPECT_LT(imported->accepted, 3u) << size;
    EXPECT_THAT(imported->refused, IsEmpty()) << size;
  }
  // Nothing that was accepted is wrong.
  for (uint8_t seed = 0; seed < 3; ++seed)
    if (auto payload = lookup(*target, makeKey(std::to_string(seed))))
      EXPECT_EQ(*payload, makeBytes(seed, 101));
}

TEST_F(CacheBundleTest, SaysThatTheCacheStoresNothing) {
  exportAll();
  DiskCacheOptions options;
  options.directory = directory.getPath("target");
  options.readOnly = true;
  VMJIT_ASSERT_VALUE(std::unique_ptr<DiskCache> readOnly,
                     DiskCache::create(options));
  expectError(importCacheBundle(*readOnly, bundle), ErrorCode::Io,
              "stores nothing");
}

TEST_F(CacheBundleTest, FailsWhereTheFileCannotBeWritten) {
  auto result = exportCacheBundle(*source, directory.getPath("absent/bundle.a"),
                                  [](const CacheEntry &) { return true; });
  expectError(std::move(result), ErrorCode::Io, "absent/bundle.a");
}
