//===- ELFReader.cpp - Guest images from ELF files --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Frontend/RISCV/ELFReader.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ELF.h"

using namespace llvm;
using namespace llvm::object;
using namespace vmjit;
using namespace vmjit::riscv;

namespace {
using ELF64 = ELF64LEFile;

Error malformed(const Twine &message) {
  return makeError(ErrorCode::ParseError, message);
}

/// What LLVM says of a file that it cannot read.
Error malformed(Error error, const Twine &what) {
  return malformed(what + ": " + toString(std::move(error)));
}

Error refuse(const Twine &message) {
  return makeError(ErrorCode::Unsupported, message);
}

Error checkIdentification(StringRef file) {
  if (file.size() < sizeof(ELF64::Elf_Ehdr) || !file.starts_with("\x7f"
                                                                 "ELF"))
    return malformed("not an ELF file");
  if (file[ELF::EI_CLASS] != ELF::ELFCLASS64 ||
      file[ELF::EI_DATA] != ELF::ELFDATA2LSB)
    return refuse("not a 64-bit little-endian ELF file: build for riscv64");
  return Error::success();
}

Error checkKind(const ELF64::Elf_Ehdr &header) {
  if (header.e_machine != ELF::EM_RISCV)
    return refuse("an ELF file for " +
                  ELF::convertEMachineToArchName(header.e_machine) +
                  ": build for riscv64");
  switch (header.e_type) {
  case ELF::ET_EXEC:
    return Error::success();
  case ELF::ET_REL:
    return refuse("a relocatable object: link it, with -static");
  case ELF::ET_DYN:
    return refuse("a shared object or position-independent executable: link "
                  "with -static -no-pie");
  default:
    return refuse("an ELF file of type " + Twine(unsigned(header.e_type)) +
                  ": only executables can be lifted");
  }
}

Expected<FloatABI> getFloatABI(uint32_t flags) {
  if (flags & ELF::EF_RISCV_RVE)
    return refuse("built for RV64E, which has 16 registers: build for rv64imac "
                  "or rv64imafdc");
  if (flags & ELF::EF_RISCV_TSO)
    return refuse("built for Ztso, whose loads and stores are ordered as they "
                  "are not in VM IR: build for rv64imafdc");
  switch (flags & ELF::EF_RISCV_FLOAT_ABI) {
  case ELF::EF_RISCV_FLOAT_ABI_SOFT:
    return FloatABI::Soft;
  case ELF::EF_RISCV_FLOAT_ABI_SINGLE:
    return FloatABI::Single;
  case ELF::EF_RISCV_FLOAT_ABI_DOUBLE:
    return FloatABI::Double;
  default:
    return refuse("built for lp64q: build with -mabi=lp64d");
  }
}

/// Reads one file.
class Reader {
public:
  Reader(const ELF64 &elf, StringRef file) : elf(elf), file(file) {}

  Expected<GuestImage> read();

private:
  Error readSegments();
  Error readSegment(const ELF64::Elf_Phdr &header);
  Error readSections();
  void addData(const ELF64::Elf_Phdr &segment,
               ArrayRef<ELF64::Elf_Shdr> sections);
  Error readSymbols(const ELF64::Elf_Shdr &table);
  Error readSymbol(const ELF64::Elf_Sym &symbol, StringRef names);

  const ELF64 &elf;
  StringRef file;
  GuestImage image;
  std::vector<const ELF64::Elf_Phdr *> loaded;
};
} // namespace

Error Reader::readSegment(const ELF64::Elf_Phdr &header) {
  uint64_t fileSize = header.p_filesz, memorySize = header.p_memsz;
  auto describe = [&](StringRef what) {
    return formatv("the segment at {0:x} {1}", uint64_t(header.p_vaddr), what)
        .str();
  };
  if (header.p_offset > file.size() || fileSize > file.size() - header.p_offset)
    return malformed(describe("is not all in the file"));
  if (fileSize > memorySize)
    return malformed(describe("is larger in the file than in memory"));
  if (memorySize == 0)
    return Error::success();
  if (memorySize > vmir::kMaxSegmentBytes)
    return refuse(describe(formatv("has {0} bytes; {1} are possible",
                                   memorySize, vmir::kMaxSegmentBytes)
                               .str()));
  ImageRegion region;
  region.addr = header.p_vaddr;
  region.bytes.assign(file.bytes_begin() + header.p_offset,
                      file.bytes_begin() + header.p_offset + fileSize);
  region.bytes.resize(memorySize);
  region.isReadable = header.p_flags & ELF::PF_R;
  region.isWritable = header.p_flags & ELF::PF_W;
  region.isExecutable = header.p_flags & ELF::PF_X;
  if (Error error = image.addRegion(std::move(region)))
    return malformed(std::move(error), "segments");
  loaded.push_back(&header);
  // Where the program itself can find its headers.
  uint64_t tableOffset = elf.getHeader().e_phoff - header.p_offset;
  if (tableOffset < fileSize)
    image.setProgramHeaders(header.p_vaddr + tableOffset,
                            elf.getHeader().e_phnum);
  return Error::success();
}

Error Reader::readSegments() {
  auto headers = elf.program_headers();
  if (!headers)
    return malformed(headers.takeError(), "program headers");
  for (const ELF64::Elf_Phdr &header : *headers) {
    if (header.p_type == ELF::PT_INTERP || header.p_type == ELF::PT_DYNAMIC)
      return refuse("dynamically linked: link with -static");
    if (header.p_type != ELF::PT_LOAD)
      continue;
    if (Error error = readSegment(header))
      return error;
  }
  if (loaded.empty())
    return malformed("no segments to load");
  return Error::success();
}

/// One range for each segment, from its first byte of data to its last: each
/// segment of a kernel costs a comparison at accesses of unknown origin.
void Reader::addData(const ELF64::Elf_Phdr &segment,
                     ArrayRef<ELF64::Elf_Shdr> sections) {
  uint64_t size = segment.p_memsz;
  if (sections.empty())
    return image.addDataRange(segment.p_vaddr, size);
  uint64_t first = size, end = 0;
  for (const ELF64::Elf_Shdr &section : sections) {
    uint64_t offset = section.sh_addr - segment.p_vaddr;
    if (!(section.sh_flags & ELF::SHF_ALLOC) ||
        section.sh_flags & (ELF::SHF_EXECINSTR | ELF::SHF_TLS) ||
        section.sh_type == ELF::SHT_NOTE || section.sh_size == 0 ||
        offset >= size || section.sh_size > size - offset)
      continue;
    first = std::min(first, offset);
    end = std::max(end, offset + section.sh_size);
  }
  if (first < end)
    image.addDataRange(segment.p_vaddr + first, end - first);
}

Error Reader::readSymbols(const ELF64::Elf_Shdr &table) {
  auto symbols = elf.symbols(&table);
  if (!symbols)
    return malformed(symbols.takeError(), "symbols");
  auto names = elf.getStringTableForSymtab(table);
  if (!names)
    return malformed(names.takeError(), "symbols");
  // Local symbols come first in a table, but a name means the global one.
  for (bool isLocal : {false, true})
    for (const ELF64::Elf_Sym &symbol : *symbols)
      if ((symbol.getBinding() == ELF::STB_LOCAL) == isLocal)
        if (Error error = readSymbol(symbol, *names))
          return error;
  return Error::success();
}

Error Reader::readSymbol(const ELF64::Elf_Sym &symbol, StringRef names) {
  uint8_t type = symbol.getType();
  if (symbol.isUndefined() ||
      (type != ELF::STT_FUNC && type != ELF::STT_NOTYPE &&
       type != ELF::STT_OBJECT))
    return Error::success();
  auto name = symbol.getName(names);
  if (!name)
    return malformed(name.takeError(), "symbols");
  if (type == ELF::STT_FUNC)
    image.addFunction(symbol.st_value, *name);
  // $x and $d mark code and data; .L are labels that assemblers make up.
  if (!name->empty() && !name->starts_with("$") && !name->starts_with(".L"))
    image.addSymbol(*name, symbol.st_value);
  return Error::success();
}

Error Reader::readSections() {
  auto sections = elf.sections();
  if (!sections)
    return malformed(sections.takeError(), "section headers");
  for (const ELF64::Elf_Phdr *segment : loaded)
    addData(*segment, *sections);
  // There may be one symbol table. Many could all have the same symbols.
  auto table = find_if(*sections, [](const ELF64::Elf_Shdr &section) {
    return section.sh_type == ELF::SHT_SYMTAB;
  });
  return table == sections->end() ? Error::success() : readSymbols(*table);
}

Expected<GuestImage> Reader::read() {
  const ELF64::Elf_Ehdr &header = elf.getHeader();
  if (Error error = checkKind(header))
    return std::move(error);
  Expected<FloatABI> abi = ::getFloatABI(header.e_flags);
  if (!abi)
    return abi.takeError();
  image.setFloatABI(*abi);
  image.setEntry(header.e_entry);
  if (Error error = readSegments())
    return std::move(error);
  if (Error error = readSections())
    return std::move(error);
  return std::move(image);
}

Expected<GuestImage> vmjit::riscv::readELF(StringRef file) {
  if (Error error = checkIdentification(file))
    return std::move(error);
  Expected<ELF64> elf = ELF64::create(file);
  if (!elf)
    return malformed(elf.takeError(), "header");
  return Reader(*elf, file).read();
}
