//===- ELFReaderTest.cpp - Tests of the reader of ELF files -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Frontend/RISCV/ELFReader.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELFTypes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;
using ::testing::HasSubstr;
using ELFT = object::ELF64LE;

namespace {
/// An executable with one segment, at 0x10000, of 4 bytes in the file.
struct TestFile {
  ELFT::Ehdr header = {};
  ELFT::Phdr segment = {};

  TestFile() {
    const uint8_t identification[] = {
        0x7f,           'E', 'L', 'F', ELF::ELFCLASS64, ELF::ELFDATA2LSB,
        ELF::EV_CURRENT};
    std::copy(std::begin(identification), std::end(identification),
              header.e_ident);
    header.e_type = ELF::ET_EXEC;
    header.e_machine = ELF::EM_RISCV;
    header.e_entry = 0x10000;
    header.e_phoff = sizeof(header);
    header.e_ehsize = sizeof(header);
    header.e_phentsize = sizeof(segment);
    header.e_phnum = 1;
    header.e_flags = ELF::EF_RISCV_FLOAT_ABI_DOUBLE;
    segment.p_type = ELF::PT_LOAD;
    segment.p_flags = ELF::PF_R | ELF::PF_X;
    segment.p_offset = sizeof(header) + sizeof(segment);
    segment.p_vaddr = 0x10000;
    segment.p_filesz = 4;
    segment.p_memsz = 6;
  }

  /// What follows all of that.
  std::string rest;

  std::string getBytes() const {
    std::string bytes(reinterpret_cast<const char *>(&header), sizeof(header));
    bytes.append(reinterpret_cast<const char *>(&segment), sizeof(segment));
    return bytes + "abcd" + rest;
  }

  /// Appends \p content, and returns where it is.
  template <class T> uint64_t append(llvm::ArrayRef<T> content) {
    uint64_t offset = getBytes().size();
    rest.append(reinterpret_cast<const char *>(content.data()),
                content.size() * sizeof(T));
    return offset;
  }

  void addSymbolTables(llvm::ArrayRef<std::vector<ELFT::Sym>> tables,
                       StringRef names) {
    std::vector<ELFT::Shdr> sections(tables.size() + 2);
    sections[1].sh_type = ELF::SHT_STRTAB;
    sections[1].sh_offset = append(ArrayRef(names.data(), names.size()));
    sections[1].sh_size = names.size();
    for (auto [index, table] : enumerate(tables)) {
      ELFT::Shdr &section = sections[index + 2];
      section.sh_type = ELF::SHT_SYMTAB;
      section.sh_offset = append(ArrayRef(table));
      section.sh_size = table.size() * sizeof(ELFT::Sym);
      section.sh_entsize = sizeof(ELFT::Sym);
      section.sh_link = 1;
    }
    header.e_shoff = append(ArrayRef(sections));
    header.e_shentsize = sizeof(ELFT::Shdr);
    header.e_shnum = sections.size();
  }

  /// The code and the message of the failure to read it.
  std::pair<ErrorCode, std::string> getFailure() const {
    Expected<GuestImage> image = readELF(getBytes());
    if (image)
      return {ErrorCode::Other, "read"};
    Error error = image.takeError();
    ErrorCode code = getErrorCode(error);
    return {code, toString(std::move(error))};
  }
};
} // namespace

TEST(ELFReader, ReadsSegmentsAndFillsThemUp) {
  GuestImage image = cantFail(readELF(TestFile().getBytes()));
  ASSERT_EQ(image.getRegions().size(), 1u);
  const ImageRegion &region = image.getRegions().front();
  EXPECT_EQ(region.bytes, (std::vector<uint8_t>{'a', 'b', 'c', 'd', 0, 0}));
  EXPECT_TRUE(region.isExecutable);
  EXPECT_FALSE(region.isWritable);
  EXPECT_EQ(image.getEntry(), 0x10000u);
  EXPECT_EQ(image.getFloatABI(), FloatABI::Double);
  EXPECT_EQ(image.getDataSegments().size(), 1u);
}

static ELFT::Sym makeSymbol(uint32_t name, uint64_t value, uint8_t binding,
                            uint8_t type) {
  ELFT::Sym symbol = {};
  symbol.st_name = name;
  symbol.st_value = value;
  symbol.setBindingAndType(binding, type);
  symbol.st_shndx = ELF::SHN_ABS;
  return symbol;
}

TEST(ELFReader, TakesTheGlobalSymbolOfSeveral) {
  TestFile file;
  auto table = {ELFT::Sym{},
                makeSymbol(1, 0x10001, ELF::STB_LOCAL, ELF::STT_OBJECT),
                makeSymbol(3, 0x10002, ELF::STB_LOCAL, ELF::STT_NOTYPE),
                makeSymbol(1, 0x10003, ELF::STB_GLOBAL, ELF::STT_OBJECT)};
  file.addSymbolTables({table}, StringRef("\0f\0g\0", 5));
  GuestImage image = cantFail(readELF(file.getBytes()));
  EXPECT_EQ(image.findSymbol("f"), 0x10003u);
  EXPECT_EQ(image.findSymbol("g"), 0x10002u);
}

TEST(ELFReader, LeavesOutLabelsOfTheAssembler) {
  TestFile file;
  auto table = {ELFT::Sym{},
                makeSymbol(1, 0x10000, ELF::STB_LOCAL, ELF::STT_NOTYPE),
                makeSymbol(4, 0x10000, ELF::STB_LOCAL, ELF::STT_NOTYPE)};
  file.addSymbolTables({table}, StringRef("\0$x\0.L0\0", 8));
  EXPECT_TRUE(cantFail(readELF(file.getBytes())).getSymbols().empty());
}

TEST(ELFReader, KnowsWhereFunctionsStart) {
  TestFile file;
  auto table = {ELFT::Sym{},
                makeSymbol(1, 0x10000, ELF::STB_GLOBAL, ELF::STT_FUNC),
                makeSymbol(3, 0x10002, ELF::STB_GLOBAL, ELF::STT_NOTYPE),
                makeSymbol(3, 0x10001, ELF::STB_GLOBAL, ELF::STT_FUNC),
                makeSymbol(3, 0x20000, ELF::STB_GLOBAL, ELF::STT_FUNC)};
  file.addSymbolTables({table}, StringRef("\0f\0g\0", 5));
  GuestImage image = cantFail(readELF(file.getBytes()));
  EXPECT_TRUE(image.isFunction(0x10000));
  for (uint64_t address : {0x10001, 0x10002, 0x20000})
    EXPECT_FALSE(image.isFunction(address)) << address;
}

// Many section headers could name the same large table.
TEST(ELFReader, ReadsOneSymbolTable) {
  TestFile file;
  file.addSymbolTables(
      {{ELFT::Sym{}, makeSymbol(1, 0x10000, ELF::STB_GLOBAL, ELF::STT_FUNC)},
       {ELFT::Sym{}, makeSymbol(3, 0x10002, ELF::STB_GLOBAL, ELF::STT_FUNC)}},
      StringRef("\0f\0g\0", 5));
  GuestImage image = cantFail(readELF(file.getBytes()));
  EXPECT_TRUE(image.findSymbol("f"));
  EXPECT_FALSE(image.findSymbol("g"));
}

TEST(ELFReader, RefusesOtherKindsOfFiles) {
  auto expect = [](auto change, const char *message) {
    TestFile file;
    change(file);
    auto [code, text] = file.getFailure();
    EXPECT_EQ(code, ErrorCode::Unsupported) << message;
    EXPECT_THAT(text, HasSubstr(message));
  };
  expect([](TestFile &f) { f.header.e_type = ELF::ET_REL; }, "link it");
  expect([](TestFile &f) { f.header.e_type = ELF::ET_DYN; }, "-no-pie");
  expect([](TestFile &f) { f.header.e_type = ELF::ET_CORE; }, "type 4");
  expect([](TestFile &f) { f.header.e_machine = ELF::EM_X86_64; },
         "an ELF file for x86_64");
  expect([](TestFile &f) { f.header.e_ident[4] = ELF::ELFCLASS32; }, "64-bit");
  expect([](TestFile &f) { f.header.e_ident[5] = ELF::ELFDATA2MSB; },
         "little-endian");
  expect([](TestFile &f) { f.header.e_flags = ELF::EF_RISCV_RVE; }, "RV64E");
  expect([](TestFile &f) { f.header.e_flags = ELF::EF_RISCV_FLOAT_ABI_QUAD; },
         "lp64q");
  expect([](TestFile &f) { f.header.e_flags = ELF::EF_RISCV_TSO; }, "Ztso");
  expect([](TestFile &f) { f.segment.p_type = ELF::PT_INTERP; },
         "dynamically linked");
  expect([](TestFile &f) { f.segment.p_memsz = uint64_t(1) << 40; },
         "has 1099511627776 bytes; 268435456 are possible");
}

TEST(ELFReader, ChecksSegments) {
  auto expect = [](auto change, const char *message) {
    TestFile file;
    change(file);
    auto [code, text] = file.getFailure();
    EXPECT_EQ(code, ErrorCode::ParseError) << message;
    EXPECT_THAT(text, HasSubstr(message));
  };
  expect([](TestFile &f) { f.segment.p_offset = 1000; }, "not all in the file");
  expect([](TestFile &f) { f.segment.p_offset = ~uint64_t(0); },
         "not all in the file");
  expect([](TestFile &f) { f.segment.p_filesz = 5; }, "not all in the file");
  expect([](TestFile &f) { f.segment.p_memsz = 3; }, "larger in the file");
  expect([](TestFile &f) { f.segment.p_vaddr = ~uint64_t(1); }, "wraps");
  expect([](TestFile &f) { f.segment.p_type = ELF::PT_NOTE; }, "no segments");
  expect([](TestFile &f) { f.header.e_phnum = 1000; }, "program headers");
  expect([](TestFile &f) { f.header.e_phentsize = 3; }, "program headers");
  expect(
      [](TestFile &f) {
        f.header.e_shoff = 1 << 20;
        f.header.e_shnum = 1;
      },
      "section headers");
}

TEST(ELFReader, ReadsNoPrefixOfAFile) {
  std::string bytes = TestFile().getBytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    Expected<GuestImage> image = readELF(StringRef(bytes).take_front(size));
    EXPECT_FALSE(image) << size;
    if (!image)
      consumeError(image.takeError());
  }
}

TEST(GuestImage, RejectsOverlappingRegions) {
  GuestImage image = cantFail(GuestImage::fromBytes({1, 2, 3, 4}, 0x1000));
  ImageRegion region;
  region.addr = 0x1003;
  region.bytes = {1};
  EXPECT_TRUE(errorToBool(image.addRegion(region)));
  region.addr = 0xfff;
  region.bytes = {1, 2};
  EXPECT_TRUE(errorToBool(image.addRegion(region)));
  region.addr = 0x1004;
  EXPECT_FALSE(errorToBool(image.addRegion(region)));
}

TEST(GuestImage, FindsTheFunctionsThatDataPointTo) {
  GuestImage image =
      cantFail(GuestImage::fromBytes({1, 2, 3, 4, 5, 6}, 0x1000));
  ImageRegion region;
  region.addr = 0x2004;
  region.bytes.resize(36);
  auto put = [&](GuestAddr at, uint16_t word) {
    region.bytes[at - region.addr] = uint8_t(word);
    region.bytes[at - region.addr + 1] = uint8_t(word >> 8);
  };
  put(0x2008, 0x1004);
  put(0x2010, 0x1000);
  put(0x2018, 0x1002); // no function
  put(0x2024, 0x1002);
  cantFail(image.addRegion(std::move(region)));
  image.addFunction(0x1000);
  image.addFunction(0x1004);
  EXPECT_TRUE(image.findFunctionPointers().empty());
  image.addDataRange(0x2004, 36);
  EXPECT_EQ(image.findFunctionPointers(),
            (std::vector<GuestAddr>{0x1000, 0x1004}));
}

TEST(GuestImage, ReadsOnlyWhatCannotChange) {
  GuestImage image = cantFail(GuestImage::fromBytes({1, 2, 3, 4}, 0x1000));
  EXPECT_EQ(image.readConstant(0x1000, 4), 0x04030201u);
  EXPECT_FALSE(image.readConstant(0x1001, 4));
  ImageRegion region;
  region.addr = 0x2000;
  region.bytes = {1, 2, 3, 4};
  region.isWritable = true;
  cantFail(image.addRegion(region));
  EXPECT_FALSE(image.readConstant(0x2000, 4));
}
