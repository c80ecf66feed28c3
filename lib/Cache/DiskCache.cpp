//===- DiskCache.cpp - Entries in a directory -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/DiskCache.h"

#include "BackgroundThread.h"
#include "CacheDirectory.h"
#include "DirectorySweep.h"
#include "KeyLock.h"

#include "vmjit/Cache/CacheEntry.h"
#include "vmjit/Support/EnvOptions.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <mutex>

using namespace llvm;
using namespace vmjit;
using Clock = std::chrono::steady_clock;

/// How long nothing is stored after the disk was full.
static constexpr std::chrono::seconds kFullPause(60);
/// How many entries a visitor sees, the most recently used ones.
static constexpr size_t kMaxVisitedKeys = 512;

struct DiskCache::State {
  explicit State(DiskCacheOptions options) : options(std::move(options)) {}

  /// Opens or opens again. Fails as create does.
  Error open();
  std::shared_ptr<const CacheDirectory> getDirectory() const {
    std::lock_guard guard(mutex);
    return directory;
  }
  bool isWritable() const {
    std::lock_guard guard(mutex);
    return !isReadOnly && Clock::now() >= pausedUntil;
  }
  /// Notes that something could be stored. Whether this caller is to start a
  /// sweep.
  bool noteStored();
  void startSweep();

  const DiskCacheOptions options;
  /// Of what follows.
  mutable std::mutex mutex;
  std::shared_ptr<const CacheDirectory> base;
  std::shared_ptr<const CacheDirectory> directory;
  bool isReadOnly = false;
  bool wasFull = false;
  Clock::time_point pausedUntil = Clock::time_point::min();
  Clock::time_point nextSweep = Clock::time_point::min();
  /// Its own lock: waiting for a sweep must not stop lookups.
  std::mutex sweepMutex;
  BackgroundThread sweeper;
};

Expected<std::string> vmjit::getDefaultCacheDirectory() {
  Expected<std::string> chosen = getEnvCacheDir();
  if (!chosen || !chosen->empty())
    return chosen;
  SmallString<128> path;
  if (!sys::path::cache_directory(path))
    return makeError(ErrorCode::InvalidArgument,
                     "no cache directory: none of VMJIT_CACHE_DIR, "
                     "XDG_CACHE_HOME and HOME is set");
  sys::path::append(path, "vmjit");
  return path.str().str();
}

Error DiskCache::State::open() {
  bool create = !options.readOnly;
  Expected<CacheDirectory> newBase =
      CacheDirectory::open(options.directory, create);
  if (!newBase)
    return newBase.takeError();
  Expected<CacheDirectory> child =
      newBase->openChild(getVersionDirectoryName(), create);
  if (!child)
    return child.takeError();
  std::lock_guard guard(mutex);
  base = std::make_shared<CacheDirectory>(std::move(*newBase));
  directory = std::make_shared<CacheDirectory>(std::move(*child));
  return Error::success();
}

Expected<std::unique_ptr<DiskCache>>
DiskCache::create(DiskCacheOptions options) {
  if (options.directory.empty()) {
    Expected<std::string> path = getDefaultCacheDirectory();
    if (!path)
      return path.takeError();
    options.directory = std::move(*path);
  }
  SmallString<128> path(options.directory);
  if (std::error_code failure = sys::fs::make_absolute(path))
    return makeErrorf(ErrorCode::Io, "{0}: {1}", options.directory,
                      failure.message());
  options.directory = path.str().str();
  CacheNoticeHandler onNotice = options.onNotice;
  auto state = std::make_unique<State>(std::move(options));
  state->isReadOnly = state->options.readOnly;
  if (Error error = state->open())
    return std::move(error);
  return std::unique_ptr<DiskCache>(
      new DiskCache(std::move(onNotice), std::move(state)));
}

DiskCache::DiskCache(CacheNoticeHandler onNotice, std::unique_ptr<State> state)
    : CacheLevel("disk", std::move(onNotice)), state(std::move(state)) {}

DiskCache::~DiskCache() = default;

std::unique_ptr<CacheLock> DiskCache::lock(const CacheKey &key,
                                           std::chrono::milliseconds limit) {
  if (!state->isWritable())
    return nullptr;
  return lockKey(state->getDirectory(), key.getHex(), limit);
}

static std::string getEntryName(const CacheKey &key) {
  return (kEntryPrefix + key.getHex()).str();
}

/// The payload under \p key; fails with ParseError if it is damaged.
static Expected<std::optional<std::vector<uint8_t>>>
readPayload(const CacheDirectory &directory, const CacheKey &key) {
  Expected<std::optional<std::vector<uint8_t>>> bytes =
      directory.readEntry(getEntryName(key));
  if (!bytes || !*bytes)
    return bytes;
  Expected<ArrayRef<uint8_t>> payload = decodeCachePayload(**bytes, key);
  if (!payload)
    return payload.takeError();
  return payload->vec();
}

Expected<std::optional<std::vector<uint8_t>>>
DiskCache::lookupImpl(const CacheKey &key) {
  std::shared_ptr<const CacheDirectory> directory = state->getDirectory();
  Expected<std::optional<std::vector<uint8_t>>> payload =
      readPayload(*directory, key);
  if (payload)
    return payload;
  Error error = payload.takeError();
  // What could not be read may be fine.
  if (getErrorCode(error) != ErrorCode::ParseError)
    return std::move(error);
  std::string name = getEntryName(key);
  noteDamaged(directory->getPath() + "/" + name +
              " is dropped: " + toString(std::move(error)));
  if (state->isWritable())
    (void)directory->remove(name);
  return std::nullopt;
}

Expected<bool> DiskCache::storeImpl(const CacheKey &key,
                                    ArrayRef<uint8_t> payload) {
  if (!state->isWritable())
    return false;
  Expected<std::vector<uint8_t>> bytes = CacheEntry::encode(key, payload);
  if (!bytes)
    return bytes.takeError();
  std::string name = getEntryName(key);
  std::error_code failure = state->getDirectory()->publish(name, *bytes);
  if (failure == std::errc::no_such_file_or_directory) {
    // Somebody has deleted the directory.
    if (Error error = state->open())
      return std::move(error);
    failure = state->getDirectory()->publish(name, *bytes);
  }
  if (failure)
    return handleStoreFailure(failure);
  if (state->noteStored())
    state->startSweep();
  return true;
}

Expected<bool> DiskCache::handleStoreFailure(std::error_code failure) {
  std::string path = state->getDirectory()->getPath();
  std::unique_lock guard(state->mutex);
  if (failure == std::errc::permission_denied ||
      failure == std::errc::operation_not_permitted ||
      failure == std::errc::read_only_file_system) {
    if (std::exchange(state->isReadOnly, true))
      return false;
    guard.unlock();
    notice(path + ": " + failure.message() + "; it is only read from now on");
    return false;
  }
  if (failure == std::errc::no_space_on_device ||
      failure == std::error_code(EDQUOT, std::generic_category())) {
    state->pausedUntil = Clock::now() + kFullPause;
    if (std::exchange(state->wasFull, true))
      return false;
    guard.unlock();
    notice(path + ": " + failure.message() +
           "; nothing is stored until there is space");
    return false;
  }
  return makeErrorf(ErrorCode::Io, "{0}: {1}", path, failure.message());
}

Error DiskCache::removeImpl(const CacheKey &key) {
  if (!state->isWritable())
    return Error::success();
  std::shared_ptr<const CacheDirectory> directory = state->getDirectory();
  if (std::error_code failure = directory->remove(getEntryName(key)))
    return makeErrorf(ErrorCode::Io, "{0}: {1}", directory->getPath(),
                      failure.message());
  return Error::success();
}

Error DiskCache::forEachKeyImpl(function_ref<bool(const CacheKey &)> visit) {
  Expected<std::vector<DiskCacheFile>> files = listFiles();
  if (!files)
    return files.takeError();
  sort(*files, [](const DiskCacheFile &left, const DiskCacheFile &right) {
    return std::tie(right.accessed, left.name) <
           std::tie(left.accessed, right.name);
  });
  if (files->size() > kMaxVisitedKeys)
    files->resize(kMaxVisitedKeys);
  for (const DiskCacheFile &file : *files) {
    Expected<std::vector<uint8_t>> bytes = readFile(file);
    if (!bytes) {
      consumeError(bytes.takeError());
      continue;
    }
    if (!visit(cantFail(CacheEntry::decode(*bytes)).key))
      break;
  }
  return Error::success();
}

StringRef DiskCacheFile::getHex() const {
  return StringRef(name).drop_front(kEntryPrefix.size());
}

std::string DiskCache::getDirectory() const {
  return state->getDirectory()->getPath();
}

Expected<std::vector<DiskCacheFile>> DiskCache::listFiles() const {
  std::shared_ptr<const CacheDirectory> directory = state->getDirectory();
  Expected<std::vector<std::string>> names = directory->listNames();
  if (!names)
    return names.takeError();
  std::vector<DiskCacheFile> files;
  for (std::string &name : *names) {
    if (!isEntryName(name))
      continue;
    ErrorOr<struct stat> status = directory->getStatus(name);
    if (!status)
      continue;
    auto toTimePoint = [](const struct timespec &time) {
      return sys::toTimePoint(time.tv_sec, time.tv_nsec);
    };
    files.push_back({std::move(name), uint64_t(status->st_size),
                     toTimePoint(status->st_mtim),
                     toTimePoint(status->st_atim)});
  }
  return files;
}

Expected<std::vector<uint8_t>>
DiskCache::readFile(const DiskCacheFile &file) const {
  Expected<std::optional<std::vector<uint8_t>>> bytes =
      state->getDirectory()->readEntry(file.name);
  if (!bytes)
    return bytes.takeError();
  if (!*bytes)
    return makeErrorf(ErrorCode::Io, "{0}: no such entry", file.name);
  Expected<CacheEntry> entry = CacheEntry::decode(**bytes);
  if (!entry)
    return entry.takeError();
  if (getEntryName(entry->key) != file.name)
    return makeError(ErrorCode::ParseError,
                     "cache entry: its key is not that of its name");
  return std::move(**bytes);
}

Error DiskCache::removeFile(const DiskCacheFile &file) {
  if (std::error_code failure = state->getDirectory()->remove(file.name))
    return makeErrorf(ErrorCode::Io, "{0}: {1}", file.name, failure.message());
  return Error::success();
}

bool DiskCache::State::noteStored() {
  std::lock_guard guard(mutex);
  wasFull = false;
  Clock::time_point now = Clock::now();
  if (now < nextSweep)
    return false;
  nextSweep = now + options.sweepInterval;
  return isSweepDue(*directory, options.sweepInterval);
}

void DiskCache::State::startSweep() {
  std::shared_ptr<const CacheDirectory> swept;
  {
    std::lock_guard guard(mutex);
    swept = base;
  }
  SweepLimits limits{options.maxBytes, options.maxAge};
  std::lock_guard guard(sweepMutex);
  // What does not get swept today is swept another day.
  (void)sweeper.start(
      [swept, limits] { consumeError(sweepVersions(*swept, limits)); });
}

Error DiskCache::prune(uint64_t maxBytes, std::chrono::seconds maxAge) {
  std::shared_ptr<const CacheDirectory> swept;
  {
    std::lock_guard guard(state->mutex);
    swept = state->base;
  }
  return sweepVersions(*swept, {maxBytes, maxAge});
}

Error DiskCache::clear() {
  // It would write its time into what was just cleared.
  waitForSweep();
  std::shared_ptr<const CacheDirectory> cleared;
  {
    std::lock_guard guard(state->mutex);
    cleared = state->base;
  }
  return clearVersions(*cleared);
}

void DiskCache::waitForSweep() {
  std::lock_guard guard(state->sweepMutex);
  state->sweeper.join();
}
