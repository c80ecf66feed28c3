//===- CacheTesting.cpp - What tests of caches share ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheTesting.h"

#include "llvm/Support/FileSystem.h"

#include <fstream>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;

TemporaryDirectory::TemporaryDirectory() {
  // OrdinaryUser has to get there, which TMPDIR, where there is one, need not
  // allow.
  SmallString<128> created;
  sys::fs::createUniquePath("/tmp/vmjit-cache-test-%%%%%%%%", created,
                            /*MakeAbsolute=*/false);
  if (std::error_code failure =
          sys::fs::create_directory(created, /*IgnoreExisting=*/false))
    ADD_FAILURE() << failure.message();
  path = created.str().str();
}

TemporaryDirectory::~TemporaryDirectory() {
  (void)sys::fs::remove_directories(path);
}

CacheNoticeHandler Notices::getHandler() {
  return [this](StringRef message) {
    std::lock_guard guard(mutex);
    messages.push_back(message.str());
  };
}

std::vector<std::string> Notices::get() const {
  std::lock_guard guard(mutex);
  return messages;
}

OrdinaryUser::OrdinaryUser() : wasRoot(::geteuid() == 0) {
  if (wasRoot && ::seteuid(65534) != 0)
    ADD_FAILURE() << "cannot become another user";
}

OrdinaryUser::~OrdinaryUser() {
  if (wasRoot && ::seteuid(0) != 0)
    ADD_FAILURE() << "cannot become root again";
}

CacheKey vmjit::makeKey(StringRef name) {
  return CacheKey::Builder()
      .add("program", name)
      .add("option.target", "nvptx64")
      .add("llvm", "22.1.8")
      .build();
}

std::vector<uint8_t> vmjit::makeBytes(uint8_t seed, size_t count) {
  std::vector<uint8_t> bytes(count);
  for (size_t index = 0; index < count; ++index)
    bytes[index] = uint8_t(seed + index * 7);
  return bytes;
}

CodeObject vmjit::makeObject(uint8_t seed, size_t payloadBytes) {
  CodeObject object;
  object.target = TargetKind::NVPTX;
  object.triple = "nvptx64-nvidia-cuda";
  object.chip = "sm_90";
  object.payloadKind = PayloadKind::PTX;
  object.compilerVersion = "0.1.0";
  object.llvmVersion = "22.1.8";
  object.ptxVersion = 78;
  object.payload = makeBytes(seed, payloadBytes);
  Entry &entry = object.entries.emplace_back();
  entry.name = entry.symbol = "kernel";
  return object;
}

std::vector<uint8_t> vmjit::readWholeFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

void vmjit::writeWholeFile(const std::string &path, ArrayRef<uint8_t> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  EXPECT_TRUE(file.flush()) << path;
}

std::optional<std::vector<uint8_t>> vmjit::lookup(CacheLevel &level,
                                                  const CacheKey &key) {
  Expected<std::optional<std::vector<uint8_t>>> payload = level.lookup(key);
  if (payload)
    return std::move(*payload);
  ADD_FAILURE() << toString(payload.takeError());
  return std::nullopt;
}
