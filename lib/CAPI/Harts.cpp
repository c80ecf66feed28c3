//===- Harts.cpp - Harts as handles -----------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit-c/Executor.h"

#include "Arguments.h"
#include "ExitRecords.h"
#include "VersionedStruct.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

static Expected<std::vector<HartRegion>>
readRegions(ArrayRef<vmjit_hart_region> given) {
  std::vector<HartRegion> regions;
  for (const vmjit_hart_region &region : given) {
    uint32_t access =
        region.access ? region.access : VMJIT_ACCESS_Read | VMJIT_ACCESS_Write;
    if (region.is_shared > 1 ||
        (access & ~uint32_t(VMJIT_ACCESS_Read | VMJIT_ACCESS_Write)))
      return makeError(ErrorCode::InvalidArgument,
                       "a region's is_shared or access makes no sense");
    static_assert(int(VMJIT_ACCESS_Read) == int(VMJIT_REGION_READ) &&
                  int(VMJIT_ACCESS_Write) == int(VMJIT_REGION_WRITE));
    regions.push_back({region.base, region.size, !region.is_shared, access});
  }
  return regions;
}

vmjit_error *vmjit_harts_create(const vmjit_prepared *prepared, uint64_t count,
                                uint64_t entryPc,
                                const vmjit_hart_region *regions,
                                size_t regionCount, vmjit_harts **harts) {
  Arguments arguments;
  arguments.out(harts, "harts")
      .handle(prepared, "prepared")
      .array(regions, regionCount, sizeof(*regions), "regions")
      .require(regionCount <= VMJIT_MAX_REGIONS,
               "there are more than 16 regions");
  if (arguments)
    arguments.require(prepared->program.getMode() == EntryMode::Hart,
                      "prepared is not in hart mode");
  if (!arguments)
    return arguments.fail();
  Expected<std::vector<HartRegion>> read =
      readRegions(ArrayRef(regions, regionCount));
  if (!read)
    return toCError(read.takeError());
  const HartStateLayout &layout = prepared->program.getStateLayout();
  Expected<HartStateArray> state = HartStateArray::create(count, layout);
  if (!state)
    return toCError(state.takeError());
  Expected<HartMemory> memory = HartMemory::create(*read, count);
  if (!memory)
    return toCError(memory.takeError());
  for (uint64_t hart = 0; hart < count; ++hart)
    state->initialize(hart, entryPc);
  *harts = new vmjit_harts(std::move(*state), std::move(*memory), layout);
  return nullptr;
}

void vmjit_harts_destroy(vmjit_harts *harts) {
  if (harts && harts->isIntact())
    delete harts;
}

uint64_t vmjit_harts_get_count(const vmjit_harts *harts) {
  return harts && harts->isIntact() ? harts->state.getHartCount() : 0;
}

namespace {

/// The harts that a call is about: one or all.
struct HartRange {
  uint64_t begin = 0;
  uint64_t end = 0;
};

} // namespace

/// Checks \p harts and that \p hart is one of them, or all if \p allowAll.
static void checkHart(Arguments &arguments, const vmjit_harts *harts,
                      uint64_t hart, bool allowAll) {
  arguments.handle(harts, "harts");
  if (arguments)
    arguments.require(hart < harts->state.getHartCount() ||
                          (allowAll && hart == VMJIT_ALL_HARTS),
                      "there is no such hart");
}

static HartRange getRange(const vmjit_harts *harts, uint64_t hart) {
  if (hart == VMJIT_ALL_HARTS)
    return {0, harts->state.getHartCount()};
  return {hart, hart + 1};
}

//===----------------------------------------------------------------------===//
// Words of the state
//===----------------------------------------------------------------------===//

static vmjit_error *writeRegisters(vmjit_harts *harts, uint64_t hart,
                                   uint64_t firstWord, uint32_t first,
                                   uint32_t count, const uint64_t *values) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/true);
  arguments.array(values, count, sizeof(*values), "values")
      .require(uint64_t(first) + count <= 32, "there are 32 registers");
  if (!arguments)
    return arguments.fail();
  HartRange range = getRange(harts, hart);
  for (uint64_t each = range.begin; each < range.end; ++each)
    for (uint32_t index = 0; index < count; ++index)
      harts->state.word(firstWord + first + index, each) = values[index];
  return nullptr;
}

static vmjit_error *readRegisters(const vmjit_harts *harts, uint64_t hart,
                                  uint64_t firstWord, uint32_t first,
                                  uint32_t count, uint64_t *values) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/false);
  arguments.array(values, count, sizeof(*values), "values")
      .require(uint64_t(first) + count <= 32, "there are 32 registers");
  if (!arguments)
    return arguments.fail();
  for (uint32_t index = 0; index < count; ++index)
    values[index] = harts->state.word(firstWord + first + index, hart);
  return nullptr;
}

vmjit_error *vmjit_harts_write_x(vmjit_harts *harts, uint64_t hart,
                                 uint32_t first, uint32_t count,
                                 const uint64_t *values) {
  return writeRegisters(harts, hart, VMJIT_WORD_X, first, count, values);
}

vmjit_error *vmjit_harts_read_x(const vmjit_harts *harts, uint64_t hart,
                                uint32_t first, uint32_t count,
                                uint64_t *values) {
  return readRegisters(harts, hart, VMJIT_WORD_X, first, count, values);
}

vmjit_error *vmjit_harts_write_f(vmjit_harts *harts, uint64_t hart,
                                 uint32_t first, uint32_t count,
                                 const uint64_t *values) {
  return writeRegisters(harts, hart, VMJIT_WORD_F, first, count, values);
}

vmjit_error *vmjit_harts_read_f(const vmjit_harts *harts, uint64_t hart,
                                uint32_t first, uint32_t count,
                                uint64_t *values) {
  return readRegisters(harts, hart, VMJIT_WORD_F, first, count, values);
}

static vmjit_error *writeWord(vmjit_harts *harts, uint64_t hart, uint64_t word,
                              uint64_t value) {
  HartRange range = getRange(harts, hart);
  for (uint64_t each = range.begin; each < range.end; ++each)
    harts->state.word(word, each) = value;
  return nullptr;
}

vmjit_error *vmjit_harts_write_nzcv(vmjit_harts *harts, uint64_t hart,
                                    uint64_t value) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/true);
  arguments.require((value & ~uint64_t(0xf0000000)) == 0,
                    "value has bits that are no flags");
  if (!arguments)
    return arguments.fail();
  return writeWord(harts, hart, VMJIT_WORD_NZCV, value);
}

vmjit_error *vmjit_harts_read_nzcv(const vmjit_harts *harts, uint64_t hart,
                                   uint64_t *value) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/false);
  arguments.pointer(value, "value");
  if (!arguments)
    return arguments.fail();
  *value = harts->state.word(VMJIT_WORD_NZCV, hart);
  return nullptr;
}

/// The bits of a word that are CSR \p csr: 1 and 2 are views of 3.
static std::pair<unsigned, uint64_t> getCsrBits(uint16_t csr) {
  if (csr == 1)
    return {0, 0x1f};
  if (csr == 2)
    return {5, 0x7};
  return {0, UINT64_MAX};
}

vmjit_error *vmjit_harts_write_csr(vmjit_harts *harts, uint64_t hart,
                                   uint16_t csr, uint64_t value) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/true);
  if (!arguments)
    return arguments.fail();
  std::optional<uint64_t> word = harts->state.getCsrWord(csr);
  if (!word)
    return invalid("the program does not name CSR " + Twine(csr));
  auto [shift, mask] = getCsrBits(csr);
  HartRange range = getRange(harts, hart);
  for (uint64_t each = range.begin; each < range.end; ++each) {
    uint64_t &content = harts->state.word(*word, each);
    content = (content & ~(mask << shift)) | ((value & mask) << shift);
  }
  return nullptr;
}

vmjit_error *vmjit_harts_read_csr(const vmjit_harts *harts, uint64_t hart,
                                  uint16_t csr, uint64_t *value) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/false);
  arguments.pointer(value, "value");
  if (!arguments)
    return arguments.fail();
  std::optional<uint64_t> word = harts->state.getCsrWord(csr);
  if (!word)
    return invalid("the program does not name CSR " + Twine(csr));
  auto [shift, mask] = getCsrBits(csr);
  *value = (harts->state.word(*word, hart) >> shift) & mask;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

vmjit_error *vmjit_harts_write_memory(vmjit_harts *harts, uint64_t hart,
                                      uint64_t address, const void *data,
                                      uint64_t size) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/true);
  arguments.array(data, size, 1, "data");
  if (!arguments)
    return arguments.fail();
  ArrayRef<uint8_t> bytes(static_cast<const uint8_t *>(data), size);
  HartRange range = getRange(harts, hart);
  for (uint64_t each = range.begin; each < range.end; ++each)
    if (Error error = harts->memory.write(each, address, bytes))
      return toCError(std::move(error));
  return nullptr;
}

vmjit_error *vmjit_harts_read_memory(const vmjit_harts *harts, uint64_t hart,
                                     uint64_t address, void *data,
                                     uint64_t size) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/false);
  arguments.array(data, size, 1, "data");
  if (!arguments)
    return arguments.fail();
  MutableArrayRef<uint8_t> bytes(static_cast<uint8_t *>(data), size);
  // It only reads; HartMemory gives out bytes to write with the same function.
  auto &memory = const_cast<HartMemory &>(harts->memory);
  return toCError(memory.read(hart, address, bytes));
}

//===----------------------------------------------------------------------===//
// Exits
//===----------------------------------------------------------------------===//

vmjit_error *vmjit_harts_get_exit(const vmjit_harts *harts, uint64_t hart,
                                  vmjit_exit *exit) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/false);
  arguments.pointer(exit, "exit");
  if (!arguments)
    return arguments.fail();
  Expected<ExitRecord> record = harts->state.getExit(hart);
  if (!record)
    return toCError(record.takeError());
  return toCError(writeStruct(exit, toC(*record), "exit"));
}

vmjit_error *vmjit_harts_resume(vmjit_harts *harts, uint64_t hart) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/true);
  if (!arguments)
    return arguments.fail();
  return writeWord(harts, hart, VMJIT_WORD_STATUS, VMJIT_EXIT_Running);
}

vmjit_error *vmjit_harts_resume_at(vmjit_harts *harts, uint64_t hart,
                                   uint64_t pc) {
  Arguments arguments;
  checkHart(arguments, harts, hart, /*allowAll=*/true);
  if (!arguments)
    return arguments.fail();
  writeWord(harts, hart, VMJIT_WORD_NEXT_PC, pc);
  writeWord(harts, hart, VMJIT_WORD_NEXT_OP, 0);
  return writeWord(harts, hart, VMJIT_WORD_STATUS, VMJIT_EXIT_Running);
}
