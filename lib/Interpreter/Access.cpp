//===- Access.cpp - Checked accesses to guest memory ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;

namespace {
/// Reads \p size bytes, which has passed the checks.
uint64_t readBytes(const uint8_t *bytes, uint8_t size) {
  switch (size) {
  case 1:
    return *bytes;
  case 2:
    return support::endian::read16le(bytes);
  case 4:
    return support::endian::read32le(bytes);
  case 8:
    return support::endian::read64le(bytes);
  }
  llvm_unreachable("no access of this size passes the checks");
}

/// Writes the low \p size bytes of \p value.
void writeBytes(uint8_t *bytes, uint8_t size, uint64_t value) {
  switch (size) {
  case 1:
    *bytes = value;
    return;
  case 2:
    return support::endian::write16le(bytes, value);
  case 4:
    return support::endian::write32le(bytes, value);
  case 8:
    return support::endian::write64le(bytes, value);
  }
  llvm_unreachable("no access of this size passes the checks");
}
} // namespace

bool Machine::check(const Access &access) {
  if (!isAccessSize(access.size)) {
    exitWith(ExitStatus::BadOp);
    return false;
  }
  uint8_t align = access.align;
  if (align == 0 && mode.isKernel)
    align = access.size;
  if ((align > 1 && access.address % align != 0) ||
      (access.isAtomic && access.address % access.size != 0)) {
    exitWith(ExitStatus::AlignFault, access.address);
    return false;
  }
  return true;
}

/// The bytes of an access that has passed its checks, or null: no region has
/// them.
uint8_t *Machine::find(const Access &access, bool isStore) {
  uint8_t *bytes = memory.find(access.address, access.size, isStore);
  if (!bytes) {
    exitWith(ExitStatus::MemoryFault, access.address);
    exit.accessSize = access.size;
    exit.isStore = isStore;
  }
  return bytes;
}

std::optional<uint64_t> Machine::load(const Access &access) {
  if (!check(access))
    return std::nullopt;
  const uint8_t *bytes = find(access, /*isStore=*/false);
  if (!bytes)
    return std::nullopt;
  return readBytes(bytes, access.size);
}

bool Machine::store(const Access &access, uint64_t value) {
  if (!check(access))
    return false;
  uint8_t *bytes = find(access, /*isStore=*/true);
  if (!bytes)
    return false;
  writeBytes(bytes, access.size, value);
  return true;
}

std::optional<uint64_t>
Machine::update(const Access &access,
                function_ref<std::optional<uint64_t>(uint64_t)> getNew) {
  if (!check(access) || !find(access, /*isStore=*/false))
    return std::nullopt;
  uint8_t *bytes = find(access, /*isStore=*/true);
  if (!bytes)
    return std::nullopt;
  uint64_t old = readBytes(bytes, access.size);
  if (std::optional<uint64_t> value = getNew(old))
    writeBytes(bytes, access.size, *value);
  return old;
}
