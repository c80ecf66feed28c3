//===- KernelMetadata.cpp - What AMD code objects say of kernels -*- C++ -*-==//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the NT_AMDGPU_METADATA note.
//
//===----------------------------------------------------------------------===//

#include "KernelMetadata.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/BinaryFormat/MsgPackDocument.h"
#include "llvm/Object/ELF.h"

using namespace llvm;
using namespace vmjit;

static Error malformed(const Twine &message) {
  return makeError(ErrorCode::CompilationFailed,
                   "the linked code object: " + message);
}

/// The contents of the metadata note.
static Expected<StringRef>
findNote(const object::ELFFile<object::ELF64LE> &elf) {
  Expected<object::ELF64LE::PhdrRange> headers = elf.program_headers();
  if (!headers)
    return malformed(toString(headers.takeError()));
  for (const object::ELF64LE::Phdr &header : *headers) {
    if (header.p_type != ELF::PT_NOTE)
      continue;
    Error error = Error::success();
    std::optional<StringRef> found;
    for (const auto &note : elf.notes(header, error))
      if (note.getName() == "AMDGPU" &&
          note.getType() == ELF::NT_AMDGPU_METADATA)
        found = toStringRef(note.getDesc(header.p_align));
    if (error)
      return malformed(toString(std::move(error)));
    if (found)
      return *found;
  }
  return malformed("no note with metadata");
}

template <class Int>
static void readField(msgpack::MapDocNode &kernel, StringRef key,
                      std::optional<Int> &value) {
  auto it = kernel.find(key);
  if (it != kernel.end() && it->second.getKind() == msgpack::Type::UInt)
    value = static_cast<Int>(it->second.getUInt());
}

static ResourceUse readKernel(msgpack::MapDocNode &kernel) {
  ResourceUse use;
  readField(kernel, ".vgpr_count", use.registers);
  readField(kernel, ".sgpr_count", use.scalarRegisters);
  readField(kernel, ".vgpr_spill_count", use.spilledRegisters);
  readField(kernel, ".group_segment_fixed_size", use.staticSharedBytes);
  readField(kernel, ".private_segment_fixed_size", use.stackBytes);
  return use;
}

Expected<StringMap<ResourceUse>>
vmjit::readKernelMetadata(ArrayRef<uint8_t> bytes) {
  Expected<object::ELFFile<object::ELF64LE>> elf =
      object::ELFFile<object::ELF64LE>::create(toStringRef(bytes));
  if (!elf)
    return malformed(toString(elf.takeError()));
  Expected<StringRef> note = findNote(*elf);
  if (!note)
    return note.takeError();
  msgpack::Document document;
  if (!document.readFromBlob(*note, /*Multi=*/false) ||
      !document.getRoot().isMap())
    return malformed("the metadata is not a MessagePack map");
  msgpack::MapDocNode &root = document.getRoot().getMap();
  auto kernels = root.find("amdhsa.kernels");
  if (kernels == root.end() || !kernels->second.isArray())
    return malformed("the metadata lists no kernels");
  StringMap<ResourceUse> uses;
  for (msgpack::DocNode &node : kernels->second.getArray()) {
    if (!node.isMap())
      return malformed("a kernel's metadata is no map");
    msgpack::MapDocNode &kernel = node.getMap();
    auto name = kernel.find(".name");
    if (name == kernel.end() || !name->second.isString())
      return malformed("a kernel has no name");
    uses[name->second.getString()] = readKernel(kernel);
  }
  return uses;
}
