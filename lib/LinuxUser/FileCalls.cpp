//===- FileCalls.cpp - System calls on files --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Standard input, output and error are pipes: they cannot be sought in, and are
// no terminals.
//
//===----------------------------------------------------------------------===//

#include "ErrorNumbers.h"
#include "vmjit/LinuxUser/Process.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"

#include <tuple>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

/// What Linux transfers at most in one call (MAX_RW_COUNT).
static constexpr uint64_t kMaxTransferBytes = 0x7ffff000;
/// IOV_MAX.
static constexpr uint64_t kMaxVectorLength = 1024;
/// Bytes of a struct iovec.
static constexpr uint64_t kVectorEntryBytes = 16;
/// Bytes of a struct stat (include/uapi/asm-generic/stat.h), and where in it
/// what is not 0 is.
static constexpr uint64_t kStatusBytes = 128;
static constexpr uint64_t kStatusMode = 16;
static constexpr uint64_t kStatusLinks = 20;
static constexpr uint64_t kStatusBlockBytes = 56;
/// S_IFIFO, and that the owner may read and write.
static constexpr uint32_t kPipeMode = 0010600;
/// AT_EMPTY_PATH of newfstatat, and all that it knows
/// (include/uapi/linux/fcntl.h).
static constexpr uint64_t kEmptyPathFlag = 0x1000;
static constexpr uint64_t kStatusFlags = 0x7900;
/// SEEK_HOLE (include/uapi/linux/fs.h).
static constexpr uint32_t kMaxWhence = 4;

int64_t Process::ioctl(const Arguments &arguments) {
  if (!isOpenFile(arguments[0]))
    return fail(ErrorNumber::BadFile);
  return fail(ErrorNumber::NotATerminal);
}

int64_t Process::close(const Arguments &arguments) {
  if (!isOpenFile(arguments[0]))
    return fail(ErrorNumber::BadFile);
  isOpen[getInt(arguments[0])] = false;
  return 0;
}

int64_t Process::lseek(const Arguments &arguments) {
  if (!isOpenFile(arguments[0]))
    return fail(ErrorNumber::BadFile);
  return fail(static_cast<uint32_t>(arguments[2]) > kMaxWhence
                  ? ErrorNumber::Invalid
                  : ErrorNumber::NoSeek);
}

int64_t Process::read(const Arguments &arguments) {
  auto [file, address, size] =
      std::tie(arguments[0], arguments[1], arguments[2]);
  if (!isOpenFile(file) || getInt(file) != 0)
    return fail(ErrorNumber::BadFile);
  if (!isUserRange(address, size))
    return fail(ErrorNumber::BadAddress);
  uint64_t wanted = std::min<uint64_t>({size, input.size(), kMaxTransferBytes});
  uint64_t done = visitMemory(
      address, wanted, VMJIT_REGION_WRITE, [&](MutableArrayRef<uint8_t> piece) {
        copy(input.take_front(piece.size()), piece.begin());
        input = input.drop_front(piece.size());
      });
  return done == 0 && wanted > 0 ? fail(ErrorNumber::BadAddress) : done;
}

int64_t Process::write(const Arguments &arguments) {
  auto [file, address, size] =
      std::tie(arguments[0], arguments[1], arguments[2]);
  if (!isOpenFile(file) || getInt(file) == 0)
    return fail(ErrorNumber::BadFile);
  if (!isUserRange(address, size))
    return fail(ErrorNumber::BadAddress);
  raw_ostream *os = getInt(file) == 1 ? options.output : options.errors;
  uint64_t wanted = std::min(size, kMaxTransferBytes);
  uint64_t done = visitMemory(
      address, wanted, VMJIT_REGION_READ, [&](MutableArrayRef<uint8_t> piece) {
        if (os)
          os->write(reinterpret_cast<const char *>(piece.data()), piece.size());
      });
  return done == 0 && wanted > 0 ? fail(ErrorNumber::BadAddress) : done;
}

/// As Linux, which looks at all entries before it transfers anything.
int64_t
Process::transferVector(const Arguments &arguments,
                        int64_t (Process::*transfer)(const Arguments &)) {
  auto [file, entries, count] =
      std::tie(arguments[0], arguments[1], arguments[2]);
  // Nothing, to know what is wrong with the file.
  if (int64_t result = (this->*transfer)({file, 0, 0}); result < 0)
    return result;
  if (count > kMaxVectorLength)
    return fail(ErrorNumber::Invalid);
  std::vector<uint8_t> bytes(count * kVectorEntryBytes);
  if (!load(entries, bytes))
    return fail(ErrorNumber::BadAddress);
  auto getEntry = [&](uint64_t index) {
    const uint8_t *entry = &bytes[index * kVectorEntryBytes];
    return std::pair(support::endian::read64le(entry),
                     support::endian::read64le(entry + sizeof(uint64_t)));
  };
  for (uint64_t index = 0; index < count; ++index)
    if (getEntry(index).second > INT64_MAX)
      return fail(ErrorNumber::Invalid);
  for (uint64_t index = 0; index < count; ++index)
    if (!std::apply(isUserRange, getEntry(index)))
      return fail(ErrorNumber::BadAddress);
  uint64_t done = 0;
  for (uint64_t index = 0; index < count; ++index) {
    auto [address, size] = getEntry(index);
    size = std::min(size, kMaxTransferBytes - done);
    int64_t result = (this->*transfer)({file, address, size});
    if (result < 0)
      return done > 0 ? done : result;
    done += result;
    if (static_cast<uint64_t>(result) < size)
      break;
  }
  return done;
}

int64_t Process::readv(const Arguments &arguments) {
  return transferVector(arguments, &Process::read);
}

int64_t Process::writev(const Arguments &arguments) {
  return transferVector(arguments, &Process::write);
}

int64_t Process::fstat(const Arguments &arguments) {
  if (!isOpenFile(arguments[0]))
    return fail(ErrorNumber::BadFile);
  std::array<uint8_t, kStatusBytes> bytes = {};
  support::endian::write32le(&bytes[kStatusMode], kPipeMode);
  support::endian::write32le(&bytes[kStatusLinks], 1);
  support::endian::write32le(&bytes[kStatusBlockBytes], kPageBytes);
  return store(arguments[1], bytes) ? 0 : fail(ErrorNumber::BadAddress);
}

int64_t Process::newfstatat(const Arguments &arguments) {
  auto [file, path, buffer, flags] =
      std::tie(arguments[0], arguments[1], arguments[2], arguments[3]);
  uint8_t first;
  if (!load(path, first))
    return fail(ErrorNumber::BadAddress);
  if (first == 0 && flags & kEmptyPathFlag)
    return fstat({file, buffer});
  return fail(static_cast<uint32_t>(flags) & ~kStatusFlags
                  ? ErrorNumber::Invalid
                  : ErrorNumber::NoEntry);
}
