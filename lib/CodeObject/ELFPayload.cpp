//===- ELFPayload.cpp - ELF files in code objects ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bounds only: what is inside is the driver's business.
//
//===----------------------------------------------------------------------===//

#include "vmjit/CodeObject/CodeObject.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELF.h"

using namespace llvm;
using namespace vmjit;
using File = object::ELFFile<object::ELF64LE>;

static Error verifyBounds(const File &file) {
  auto segments = file.program_headers();
  if (!segments)
    return segments.takeError();
  for (const auto &segment : *segments) {
    auto contents = file.getSegmentContents(segment);
    if (!contents)
      return contents.takeError();
  }
  auto sections = file.sections();
  if (!sections)
    return sections.takeError();
  for (const auto &section : *sections) {
    // Takes no space in the file, whatever its size.
    if (section.sh_type == ELF::SHT_NOBITS)
      continue;
    auto contents = file.getSectionContents(section);
    if (!contents)
      return contents.takeError();
  }
  return Error::success();
}

Error vmjit::verifyELFPayload(ArrayRef<uint8_t> payload, uint16_t machine) {
  auto invalid = [](const Twine &reason) {
    return makeError(ErrorCode::InvalidArgument,
                     "the payload is no ELF file that a driver could load: " +
                         reason);
  };
  Expected<File> file = File::create(toStringRef(payload));
  if (!file)
    return invalid(toString(file.takeError()));
  const File::Elf_Ehdr &header = file->getHeader();
  if (!header.checkMagic() || header.getFileClass() != ELF::ELFCLASS64 ||
      header.getDataEncoding() != ELF::ELFDATA2LSB)
    return invalid("not 64-bit and little-endian");
  if (header.e_machine != machine)
    return invalid("for machine " + Twine(header.e_machine));
  if (Error error = verifyBounds(*file))
    return invalid(toString(std::move(error)));
  return Error::success();
}
