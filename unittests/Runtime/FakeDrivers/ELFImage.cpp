//===- ELFImage.cpp - What cubins and code objects define -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Image.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/BinaryFormat/MsgPackDocument.h"

#include <charconv>
#include <cstring>

using namespace fake;
using namespace llvm::ELF;

/// After the header of a cubin that makeCubin made.
static constexpr char kMarker[] = "made by libfakecuda from\n";

namespace {

/// The symbols and notes of an ELF file whose size is not known: it is that of
/// a driver's interface, which takes an address only.
class File {
public:
  explicit File(const uint8_t *base) : base(base) {
    std::memcpy(&header, base, sizeof(header));
  }

  /// Calls \p function with name, symbol and contents (null if it has none).
  template <class Function> void forEachSymbol(Function function) const {
    for (unsigned index = 0; index < header.e_shnum; ++index) {
      Elf64_Shdr section = getSection(index);
      if (section.sh_type != SHT_SYMTAB && section.sh_type != SHT_DYNSYM)
        continue;
      Elf64_Shdr strings = getSection(section.sh_link);
      for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= section.sh_size;
           at += sizeof(Elf64_Sym)) {
        Elf64_Sym symbol;
        std::memcpy(&symbol, base + section.sh_offset + at, sizeof(symbol));
        const char *name = reinterpret_cast<const char *>(
            base + strings.sh_offset + symbol.st_name);
        function(std::string(name), symbol, getContents(symbol));
      }
    }
  }

  /// Calls \p function with name, type and contents of each note.
  template <class Function> void forEachNote(Function function) const {
    for (unsigned index = 0; index < header.e_shnum; ++index) {
      Elf64_Shdr section = getSection(index);
      if (section.sh_type != SHT_NOTE)
        continue;
      auto padded = [](uint64_t size) { return (size + 3) / 4 * 4; };
      for (uint64_t at = 0; at + sizeof(Elf64_Nhdr) <= section.sh_size;) {
        Elf64_Nhdr note;
        const uint8_t *start = base + section.sh_offset + at;
        std::memcpy(&note, start, sizeof(note));
        auto *name = reinterpret_cast<const char *>(start + sizeof(note));
        const char *contents = name + padded(note.n_namesz);
        function(std::string(name), note.n_type,
                 llvm::StringRef(contents, note.n_descsz));
        at += sizeof(note) + padded(note.n_namesz) + padded(note.n_descsz);
      }
    }
  }

private:
  Elf64_Shdr getSection(unsigned index) const {
    Elf64_Shdr section;
    std::memcpy(&section,
                base + header.e_shoff + uint64_t(index) * sizeof(section),
                sizeof(section));
    return section;
  }
  const uint8_t *getContents(const Elf64_Sym &symbol) const {
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= header.e_shnum)
      return nullptr;
    Elf64_Shdr section = getSection(symbol.st_shndx);
    if (section.sh_type == SHT_NOBITS)
      return nullptr;
    return base + section.sh_offset + (symbol.st_value - section.sh_addr);
  }

  const uint8_t *base;
  Elf64_Ehdr header;
};

} // namespace

/// A kernel of AMD's is described by 64 bytes called <kernel>.kd, the first
/// four of which are its shared memory.
static void addAMDSymbol(Image &image, const std::string &name,
                         const Elf64_Sym &symbol, const uint8_t *contents) {
  constexpr std::string_view suffix = ".kd";
  if (symbol.getType() != STT_OBJECT || symbol.st_shndx == SHN_UNDEF)
    return;
  if (!name.ends_with(suffix) || symbol.st_size != 64 || !contents) {
    image.globals.emplace(name, symbol.st_size);
    return;
  }
  KernelImage kernel;
  std::memcpy(&kernel.sharedBytes, contents, sizeof(kernel.sharedBytes));
  image.kernels.emplace(name.substr(0, name.size() - suffix.size()), kernel);
}

static uint32_t getNumber(llvm::msgpack::DocNode node) {
  if (node.getKind() == llvm::msgpack::Type::UInt)
    return static_cast<uint32_t>(node.getUInt());
  if (node.getKind() == llvm::msgpack::Type::Int)
    return static_cast<uint32_t>(node.getInt());
  return 0;
}

static std::string getText(llvm::msgpack::DocNode node) {
  return node.isString() ? node.getString().str() : "";
}

/// What the metadata of AMD's code objects says of the kernels in \p image.
static void readAMDMetadata(Image &image, llvm::StringRef text) {
  using namespace llvm::msgpack;
  Document document;
  if (!document.readFromBlob(text, /*Multi=*/false) ||
      !document.getRoot().isMap())
    return;
  DocNode kernels = document.getRoot().getMap()["amdhsa.kernels"];
  if (!kernels.isArray())
    return;
  for (DocNode &node : kernels.getArray()) {
    MapDocNode kernel = node.getMap();
    auto found = image.kernels.find(getText(kernel[".name"]));
    if (found == image.kernels.end())
      continue;
    KernelImage &known = found->second;
    known.maxThreads = getNumber(kernel[".max_flat_workgroup_size"]);
    known.paramSizes.emplace();
    if (!kernel[".args"].isArray())
      continue;
    for (DocNode &arg : kernel[".args"].getArray()) {
      std::string kind = getText(arg.getMap()[".value_kind"]);
      if (!kind.starts_with("hidden_"))
        known.paramSizes->push_back(getNumber(arg.getMap()[".size"]));
    }
  }
}

/// Kernels of NVIDIA's are functions marked as entries.
static void addCUDASymbol(Image &image, const std::string &name,
                          const Elf64_Sym &symbol) {
  constexpr unsigned isEntry = 0x10;
  if (symbol.st_shndx == SHN_UNDEF)
    return;
  if (symbol.getType() == STT_FUNC && (symbol.st_other & isEntry) != 0)
    image.kernels.emplace(name, KernelImage());
  else if (symbol.getType() == STT_OBJECT)
    image.globals.emplace(name, symbol.st_size);
}

std::optional<Image> fake::readELF(const void *bytes, unsigned machine) {
  auto *base = static_cast<const uint8_t *>(bytes);
  Elf64_Ehdr header;
  std::memcpy(&header, base, sizeof(header));
  if (!header.checkMagic() || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_machine != machine)
    return std::nullopt;
  if (machine == EM_CUDA && header.e_shnum == 0) {
    auto *text = reinterpret_cast<const char *>(base + sizeof(header));
    if (std::strncmp(text, kMarker, sizeof(kMarker) - 1) != 0)
      return std::nullopt;
    std::string error;
    std::optional<Image> image = readPTX(text + sizeof(kMarker) - 1, error);
    if (image) {
      image->architecture = header.e_flags;
      image->ptxVersion = 0;
    }
    return image;
  }
  if (header.e_shentsize != sizeof(Elf64_Shdr))
    return std::nullopt;
  Image image;
  // A real cubin's flags depend on the toolkit: only AMD's are looked at.
  image.architecture =
      machine == EM_AMDGPU ? header.e_flags & EF_AMDGPU_MACH : 0;
  File(base).forEachSymbol([&](const std::string &name, const Elf64_Sym &symbol,
                               const uint8_t *contents) {
    if (machine == EM_AMDGPU)
      addAMDSymbol(image, name, symbol, contents);
    else
      addCUDASymbol(image, name, symbol);
  });
  if (machine == EM_AMDGPU)
    File(base).forEachNote(
        [&](const std::string &name, uint32_t type, llvm::StringRef contents) {
          if (name == "AMDGPU" && type == NT_AMDGPU_METADATA)
            readAMDMetadata(image, contents);
        });
  return image;
}

std::vector<uint8_t> fake::makeCubin(std::string_view ptx, unsigned sm) {
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ElfMagic, sizeof(ElfMagic) - 1);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_CUDA;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof(header);
  header.e_flags = sm;
  auto *bytes = reinterpret_cast<const uint8_t *>(&header);
  std::vector<uint8_t> result(bytes, bytes + sizeof(header));
  result.insert(result.end(), kMarker, kMarker + sizeof(kMarker) - 1);
  result.insert(result.end(), ptx.begin(), ptx.end());
  result.push_back(0);
  return result;
}

unsigned fake::getArchitecture(std::string_view chip) {
  if (chip.starts_with("sm_")) {
    unsigned number = 0;
    std::from_chars(chip.data() + 3, chip.data() + chip.size(), number);
    return number;
  }
  static constexpr struct {
    std::string_view chip;
    unsigned number;
  } chips[] = {
      {"gfx900", EF_AMDGPU_MACH_AMDGCN_GFX900},
      {"gfx906", EF_AMDGPU_MACH_AMDGCN_GFX906},
      {"gfx908", EF_AMDGPU_MACH_AMDGCN_GFX908},
      {"gfx90a", EF_AMDGPU_MACH_AMDGCN_GFX90A},
      {"gfx942", EF_AMDGPU_MACH_AMDGCN_GFX942},
      {"gfx950", EF_AMDGPU_MACH_AMDGCN_GFX950},
      {"gfx1010", EF_AMDGPU_MACH_AMDGCN_GFX1010},
      {"gfx1030", EF_AMDGPU_MACH_AMDGCN_GFX1030},
      {"gfx1100", EF_AMDGPU_MACH_AMDGCN_GFX1100},
      {"gfx1101", EF_AMDGPU_MACH_AMDGCN_GFX1101},
      {"gfx1200", EF_AMDGPU_MACH_AMDGCN_GFX1200},
      {"gfx1201", EF_AMDGPU_MACH_AMDGCN_GFX1201},
  };
  for (const auto &known : chips)
    if (chip == known.chip)
      return known.number;
  return 0;
}
