//===- Container.cpp - Code objects as bytes --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The container around a code object's metadata and payload; CodeObject.h has
// its layout. Reading checks in the order bounds, magic, version, digest, and
// only then looks at what is inside.
//
//===----------------------------------------------------------------------===//

#include "Metadata.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/SHA256.h"

#include <array>

using namespace llvm;
using namespace vmjit;
using support::endian::read32le;
using support::endian::read64le;
using support::endian::write32le;
using support::endian::write64le;

static constexpr std::array<uint8_t, 8> kMagic = {'V', 'M', 'J', 'I',
                                                  'T', 'C', 'O', 0};
static constexpr size_t kVersionOffset = 8;
static constexpr size_t kReservedOffset = 12;
static constexpr size_t kMetadataSizeOffset = 16;
static constexpr size_t kPayloadSizeOffset = 24;
static constexpr size_t kHeaderSize = 32;
static constexpr size_t kDigestSize = 32;

Expected<std::vector<uint8_t>> CodeObject::serialize() const {
  if (Error error = verify())
    return std::move(error);
  std::string metadata = writeMetadata(*this);
  if (metadata.size() > kMaxMetadataBytes)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a code object with {0} bytes of metadata; {1} are "
                      "possible",
                      metadata.size(), kMaxMetadataBytes);
  std::vector<uint8_t> bytes(kHeaderSize);
  bytes.reserve(kHeaderSize + metadata.size() + payload.size() + kDigestSize);
  copy(kMagic, bytes.begin());
  write32le(&bytes[kVersionOffset], kFormatVersion);
  write32le(&bytes[kReservedOffset], 0);
  write64le(&bytes[kMetadataSizeOffset], metadata.size());
  write64le(&bytes[kPayloadSizeOffset], payload.size());
  bytes.insert(bytes.end(), metadata.begin(), metadata.end());
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  std::array<uint8_t, kDigestSize> digest = SHA256::hash(bytes);
  bytes.insert(bytes.end(), digest.begin(), digest.end());
  return bytes;
}

static Error malformed(const Twine &message) {
  return makeError(ErrorCode::ParseError, "code object: " + message);
}

/// Checks everything around the metadata and the payload.
static Error verifyContainer(ArrayRef<uint8_t> bytes) {
  if (bytes.size() < kHeaderSize + kDigestSize)
    return malformed("too short");
  if (bytes.take_front(kMagic.size()) != ArrayRef(kMagic))
    return malformed("no code object");
  uint32_t version = read32le(&bytes[kVersionOffset]);
  if (version != CodeObject::kFormatVersion)
    return malformed("format version " + Twine(version) + " is not " +
                     Twine(CodeObject::kFormatVersion));
  if (read32le(&bytes[kReservedOffset]) != 0)
    return malformed("reserved bytes are not 0");
  uint64_t metadataSize = read64le(&bytes[kMetadataSizeOffset]);
  uint64_t payloadSize = read64le(&bytes[kPayloadSizeOffset]);
  if (metadataSize > CodeObject::kMaxMetadataBytes ||
      payloadSize > CodeObject::kMaxPayloadBytes)
    return malformed("too large");
  if (bytes.size() != kHeaderSize + metadataSize + payloadSize + kDigestSize)
    return malformed("the size does not fit the header");
  std::array<uint8_t, kDigestSize> digest =
      SHA256::hash(bytes.drop_back(kDigestSize));
  if (bytes.take_back(kDigestSize) != ArrayRef(digest))
    return malformed("the checksum does not match");
  return Error::success();
}

Expected<CodeObject> CodeObject::deserialize(ArrayRef<uint8_t> bytes) {
  if (Error error = verifyContainer(bytes))
    return std::move(error);
  uint64_t metadataSize = read64le(&bytes[kMetadataSizeOffset]);
  ArrayRef<uint8_t> metadata = bytes.slice(kHeaderSize, metadataSize);
  Expected<CodeObject> object = readMetadata(toStringRef(metadata));
  if (!object)
    return object.takeError();
  ArrayRef<uint8_t> payload =
      bytes.drop_front(kHeaderSize + metadataSize).drop_back(kDigestSize);
  object->payload.assign(payload.begin(), payload.end());
  if (Error error = object->verify())
    return malformed(toString(std::move(error)));
  if (writeMetadata(*object) != toStringRef(metadata))
    return malformed("the metadata is not in its canonical form");
  return object;
}
