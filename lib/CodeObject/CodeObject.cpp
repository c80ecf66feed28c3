//===- CodeObject.cpp - Compiled programs -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The members of a code object and what has to hold between them.
//
//===----------------------------------------------------------------------===//

#include "vmjit/CodeObject/CodeObject.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;

PayloadKind vmjit::getPayloadKind(TargetKind kind) {
  switch (kind) {
#define VMJIT_TARGET(Name, Spelling, Payload, DefaultChip, HartTile)           \
  case TargetKind::Name:                                                       \
    return PayloadKind::Payload;
#include "vmjit/Target/Targets.def"
  }
  llvm_unreachable("every kind has a payload");
}

bool vmjit::isPayloadKindFor(PayloadKind kind, TargetKind target) {
  return kind == getPayloadKind(target) ||
         (kind == PayloadKind::Cubin && target == TargetKind::NVPTX);
}

StringRef vmjit::getPayloadKindName(PayloadKind kind) {
  switch (kind) {
  case PayloadKind::PTX:
    return "ptx";
  case PayloadKind::Cubin:
    return "cubin";
  case PayloadKind::ELFCodeObject:
    return "elf-code-object";
  case PayloadKind::HostObject:
    return "host-object";
  }
  llvm_unreachable("every kind has a name");
}

StringRef vmjit::getEntryModeName(EntryMode mode) {
  return mode == EntryMode::Kernel ? "kernel" : "hart";
}

std::optional<EntryMode> vmjit::parseEntryMode(StringRef name) {
  for (EntryMode mode : {EntryMode::Kernel, EntryMode::Hart})
    if (name == getEntryModeName(mode))
      return mode;
  return std::nullopt;
}

std::vector<EntryParam> vmjit::layoutParams(ArrayRef<vmir::ParamType> types) {
  std::vector<EntryParam> params;
  params.reserve(types.size());
  uint32_t end = 0;
  for (vmir::ParamType type : types) {
    uint32_t size = vmir::getParamSize(type);
    uint32_t offset = static_cast<uint32_t>(alignTo(end, size));
    params.push_back({type, offset, size});
    end = offset + size;
  }
  return params;
}

uint64_t Entry::getLaunchSharedBytes(uint64_t dynamicBytes) const {
  uint64_t own = resources.staticSharedBytes.value_or(0);
  return (sharedBytes > own ? sharedBytes - own : 0) + dynamicBytes;
}

uint32_t Entry::getArgumentBytes() const {
  return params.empty() ? 0 : params.back().offset + params.back().size;
}

std::string CodeObject::getTargetName() const {
  return (getTargetKindName(target) + ":" + chip).str();
}

const Entry *CodeObject::findEntry(StringRef name) const {
  auto it =
      find_if(entries, [&](const Entry &entry) { return entry.name == name; });
  return it == entries.end() ? nullptr : &*it;
}

/// Printable ASCII without spaces: what names, chips and versions consist of.
static Error verifyWord(StringRef what, StringRef text) {
  if (text.empty() || text.size() > 4096)
    return makeError(ErrorCode::InvalidArgument,
                     what + " is empty or longer than 4096 characters");
  if (!all_of(text, [](char c) { return isPrint(c) && c != ' '; }))
    return makeError(ErrorCode::InvalidArgument,
                     what + " has characters that are not printable ASCII");
  return Error::success();
}

static Error verifyEntry(const Entry &entry) {
  if (Error error = verifyWord("an entry's name", entry.name))
    return error;
  if (Error error = verifyWord("an entry's symbol", entry.symbol))
    return error;
  SmallVector<vmir::ParamType> types(map_range(
      entry.params, [](const EntryParam &param) { return param.type; }));
  if (types.size() > vmir::kMaxParams)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "entry '{0}' has {1} parameters; {2} are possible",
                      entry.name, types.size(), vmir::kMaxParams);
  if (entry.params != layoutParams(types))
    return makeErrorf(ErrorCode::InvalidArgument,
                      "entry '{0}' has parameters at wrong offsets",
                      entry.name);
  if (entry.mode == EntryMode::Hart &&
      (types.size() != 1 || types[0] != vmir::ParamType::Buffer))
    return makeErrorf(ErrorCode::InvalidArgument,
                      "hart-mode entry '{0}' must have one buffer parameter",
                      entry.name);
  if (entry.sharedBytes > vmir::kMaxSharedBytes)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "entry '{0}' has {1} bytes of shared memory; {2} are "
                      "possible",
                      entry.name, entry.sharedBytes, vmir::kMaxSharedBytes);
  return Error::success();
}

static Error verifyEntries(const CodeObject &object) {
  if (object.entries.empty() || object.entries.size() > CodeObject::kMaxEntries)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a code object has 1 to {0} entries, not {1}",
                      CodeObject::kMaxEntries, object.entries.size());
  StringSet<> names;
  StringSet<> symbols;
  for (const Entry &entry : object.entries) {
    if (Error error = verifyEntry(entry))
      return error;
    uint32_t tile = getHartTile(object.target);
    if (entry.mode == EntryMode::Hart && object.stateLayout.tile != tile)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "hart-mode entry '{0}' with tiles of {1} harts; they "
                        "are of {2} for {3}",
                        entry.name, object.stateLayout.tile, tile,
                        getTargetKindName(object.target));
    if (!names.insert(entry.name).second ||
        !symbols.insert(entry.symbol).second)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "two entries have the name or symbol of '{0}'",
                        entry.name);
  }
  return Error::success();
}

static Error verifyStateLayout(const HartStateLayout &layout) {
  ArrayRef<uint16_t> csrs = layout.csrs;
  for (auto [index, csr] : enumerate(csrs)) {
    if (getStoredCsr(csr) != csr)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "CSR {0} has no word of its own", csr);
    if (index > 0 && csrs[index - 1] >= csr)
      return makeError(ErrorCode::InvalidArgument,
                       "the CSR numbers are not in ascending order");
  }
  DenseSet<unsigned> seen;
  for (uint16_t temporary : layout.temporaries)
    if (temporary < vmir::kArchRegCount || !seen.insert(temporary).second)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "register {0} is no temporary, or has two words",
                        temporary);
  return Error::success();
}

Error CodeObject::verify() const {
  if (Error error = verifyWord("the triple", triple))
    return error;
  if (Error error = verifyWord("the chip", chip))
    return error;
  if (features.size() > 65536 || !json::isUTF8(features))
    return makeError(ErrorCode::InvalidArgument,
                     "the feature string is too long or not UTF-8");
  if (Error error = verifyWord("the compiler version", compilerVersion))
    return error;
  if (Error error = verifyWord("the LLVM version", llvmVersion))
    return error;
  if (!isPayloadKindFor(payloadKind, target))
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a code object for {0} cannot hold a {1} payload",
                      getTargetKindName(target),
                      getPayloadKindName(payloadKind));
  if (payload.empty() || payload.size() > kMaxPayloadBytes)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a payload has 1 to {0} bytes, not {1}", kMaxPayloadBytes,
                      payload.size());
  if (payloadKind == PayloadKind::Cubin)
    if (Error error = verifyELFPayload(payload, ELF::EM_CUDA))
      return error;
  if (Error error = verifyStateLayout(stateLayout))
    return error;
  return verifyEntries(*this);
}
