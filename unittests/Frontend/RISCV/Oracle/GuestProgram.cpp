//===- GuestProgram.cpp - A program that runs single instructions *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuestProgram.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELFTypes.h"

#include <cstddef>

using namespace llvm;
using namespace vmjit::riscv;
using namespace vmjit::riscv::oracle;
using ELFT = object::ELF64LE;

namespace {
constexpr uint64_t codeAddress = 0x100000;
/// Registers that no tested instruction names.
constexpr int64_t fellThroughReg = 28, scratchReg = 29, countReg = 30,
                  rowReg = 31;

class Writer {
public:
  explicit Writer(const Assembler &assembler) : assembler(assembler) {}

  Bytes write(ArrayRef<Unit> units, std::vector<uint64_t> &addresses);

private:
  void emit(StringRef name, ArrayRef<int64_t> operands) {
    assembler.append(code, name, operands);
  }
  void emitConstant(int64_t reg, int64_t value);
  void transferRegisters(bool isLoad);
  void emitUnit(const Unit &unit, uint64_t rowAddress, uint64_t &address);
  void emitEnd(uint64_t size);

  const Assembler &assembler;
  Bytes code;
};
} // namespace

void Writer::emitConstant(int64_t reg, int64_t value) {
  emit("LUI", {reg, (value + 0x800) >> 12});
  emit("ADDI", {reg, reg, value - ((value + 0x800) >> 12 << 12)});
}

void Writer::transferRegisters(bool isLoad) {
  for (size_t i = 0; i < std::size(kFloatWindow); ++i)
    emit(isLoad ? "FLD" : "FSD",
         {kFloatWindow[i], rowReg, int64_t(offsetof(Row, f) + 8 * i)});
  for (size_t i = 0; i < std::size(kIntegerWindow); ++i)
    emit(isLoad ? "LD" : "SD",
         {kIntegerWindow[i], rowReg, int64_t(offsetof(Row, x) + 8 * i)});
}

void Writer::emitUnit(const Unit &unit, uint64_t rowAddress,
                      uint64_t &address) {
  constexpr int64_t fcsr = 3;
  emitConstant(rowReg, int64_t(rowAddress));
  emitConstant(countReg, int64_t(unit.rows.size()));
  int64_t loop = int64_t(code.size());
  emit("LD", {scratchReg, rowReg, offsetof(Row, fcsr)});
  emit("CSRRW", {0, fcsr, scratchReg});
  transferRegisters(/*isLoad=*/true);
  emit("ADDI", {fellThroughReg, 0, 0});
  address = codeAddress + code.size();
  code.append(unit.bytes);
  if (unit.bytes.size() == 2)
    emit("C_NOP", {});
  emit("ADDI", {fellThroughReg, 0, 1});
  transferRegisters(/*isLoad=*/false);
  emit("CSRRS", {scratchReg, fcsr, 0});
  emit("SD", {scratchReg, rowReg, offsetof(Row, fcsr)});
  emit("SD", {fellThroughReg, rowReg, offsetof(Row, fellThrough)});
  emit("ADDI", {rowReg, rowReg, sizeof(Row)});
  emit("ADDI", {countReg, countReg, -1});
  emit("BNE", {countReg, 0, loop - int64_t(code.size())});
}

/// write(1, rows, size) until all is written, and exit(0).
void Writer::emitEnd(uint64_t size) {
  constexpr int64_t a0 = 10, a1 = 11, a2 = 12, a7 = 17;
  emitConstant(a1, kRowsAddress);
  emitConstant(a2, int64_t(size));
  int64_t loop = int64_t(code.size());
  emit("ADDI", {a0, 0, 1});
  emit("ADDI", {a7, 0, 64});
  emit("ECALL", {});
  emit("ADD", {a1, a1, a0});
  emit("SUB", {a2, a2, a0});
  emit("BNE", {a2, 0, loop - int64_t(code.size())});
  emit("ADDI", {a0, 0, 0});
  emit("ADDI", {a7, 0, 93});
  emit("ECALL", {});
}

Bytes Writer::write(ArrayRef<Unit> units, std::vector<uint64_t> &addresses) {
  uint64_t rowAddress = kRowsAddress;
  addresses.clear();
  for (const Unit &unit : units) {
    emitUnit(unit, rowAddress, addresses.emplace_back());
    rowAddress += unit.rows.size() * sizeof(Row);
  }
  emitEnd(rowAddress - kRowsAddress);
  return std::move(code);
}

static ELFT::Phdr makeSegment(uint64_t offset, uint64_t address, uint64_t size,
                              uint32_t flags) {
  ELFT::Phdr header = {};
  header.p_type = ELF::PT_LOAD;
  header.p_flags = flags;
  header.p_offset = offset;
  header.p_vaddr = address;
  header.p_paddr = address;
  header.p_filesz = size;
  header.p_memsz = size;
  header.p_align = 0x1000;
  return header;
}

static ELFT::Ehdr makeHeader() {
  ELFT::Ehdr header = {};
  const uint8_t identification[] = {
      0x7f, 'E', 'L', 'F', ELF::ELFCLASS64, ELF::ELFDATA2LSB, ELF::EV_CURRENT};
  copy(identification, header.e_ident);
  header.e_type = ELF::ET_EXEC;
  header.e_machine = ELF::EM_RISCV;
  header.e_version = ELF::EV_CURRENT;
  header.e_entry = codeAddress;
  header.e_phoff = sizeof(header);
  header.e_flags = ELF::EF_RISCV_RVC | ELF::EF_RISCV_FLOAT_ABI_DOUBLE;
  header.e_ehsize = sizeof(header);
  header.e_phentsize = sizeof(ELFT::Phdr);
  header.e_phnum = 2;
  return header;
}

template <class T>
static void put(std::string &file, uint64_t offset, const T *values,
                size_t count) {
  file.resize(std::max<size_t>(file.size(), offset + count * sizeof(T)));
  memcpy(file.data() + offset, values, count * sizeof(T));
}

std::string oracle::makeGuestProgram(const Assembler &assembler,
                                     ArrayRef<Unit> units,
                                     std::vector<uint64_t> &addresses) {
  Bytes code = Writer(assembler).write(units, addresses);
  std::vector<Row> rows;
  for (const Unit &unit : units)
    append_range(rows, unit.rows);
  uint64_t codeOffset = 0x1000;
  uint64_t rowsOffset = alignTo(codeOffset + code.size(), 0x1000);
  ELFT::Ehdr header = makeHeader();
  ELFT::Phdr segments[] = {
      makeSegment(codeOffset, codeAddress, code.size(), ELF::PF_R | ELF::PF_X),
      makeSegment(rowsOffset, kRowsAddress, rows.size() * sizeof(Row),
                  ELF::PF_R | ELF::PF_W)};
  std::string file;
  put(file, 0, &header, 1);
  put(file, sizeof(header), segments, 2);
  put(file, codeOffset, code.data(), code.size());
  put(file, rowsOffset, rows.data(), rows.size());
  return file;
}

std::vector<uint64_t>
oracle::getInstructionAddresses(const Assembler &assembler,
                                ArrayRef<Unit> units) {
  std::vector<uint64_t> addresses;
  Writer(assembler).write(units, addresses);
  return addresses;
}
