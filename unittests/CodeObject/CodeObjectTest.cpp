//===- CodeObjectTest.cpp - Tests of code objects ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "vmjit/CodeObject/CodeObject.h"

#include "ErrorExpectations.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/SHA256.h"

using namespace llvm;
using namespace vmjit;
using vmir::ParamType;

static CodeObject makeObject() {
  CodeObject object;
  object.target = TargetKind::NVPTX;
  object.triple = "nvptx64-nvidia-cuda";
  object.chip = "sm_90";
  object.payloadKind = PayloadKind::PTX;
  object.stateLayout = {{3, 0xc00}, {40, 32}, 32};
  object.compilerVersion = "0.1.0";
  object.llvmVersion = "22.1.8";
  object.ptxVersion = 78;
  StringRef text = ".version 7.8\n";
  object.payload.assign(text.begin(), text.end());
  Entry &kernel = object.entries.emplace_back();
  kernel.name = "a.b";
  kernel.symbol = "a_$_b";
  kernel.params = layoutParams({ParamType::I32, ParamType::Buffer});
  kernel.sharedBytes = 4096;
  kernel.usesBarrier = true;
  kernel.stoppable = true;
  kernel.resources.registers = 40;
  kernel.resources.staticSharedBytes = 1024;
  Entry &hart = object.entries.emplace_back();
  hart.name = hart.symbol = "hart";
  hart.mode = EntryMode::Hart;
  hart.params = layoutParams({ParamType::Buffer});
  return object;
}

static std::vector<uint8_t> serialize(const CodeObject &object) {
  Expected<std::vector<uint8_t>> bytes = object.serialize();
  if (bytes)
    return *bytes;
  ADD_FAILURE() << toString(bytes.takeError());
  return {};
}

/// Replaces the first \p from of a serialized object, and makes sizes and
/// checksum fit again.
static std::vector<uint8_t> patch(StringRef from, StringRef to) {
  std::vector<uint8_t> bytes = serialize(makeObject());
  std::string text(bytes.begin(), bytes.end() - 32);
  size_t position = text.find(from.str());
  EXPECT_NE(position, std::string::npos);
  text.replace(position, from.size(), to.str());
  uint64_t metadataSize = support::endian::read64le(&bytes[16]);
  support::endian::write64le(&text[16], metadataSize + to.size() - from.size());
  std::array<uint8_t, 32> digest = SHA256::hash(arrayRefFromStringRef(text));
  text.append(digest.begin(), digest.end());
  return std::vector<uint8_t>(text.begin(), text.end());
}

TEST(CodeObject, RoundTrips) {
  CodeObject object = makeObject();
  VMJIT_ASSERT_VALUE(CodeObject read,
                     CodeObject::deserialize(serialize(object)));
  EXPECT_EQ(read, object);
  EXPECT_EQ(read.getTargetName(), "nvptx64:sm_90");
}

TEST(CodeObject, SerializesTheSameTwice) {
  EXPECT_EQ(serialize(makeObject()), serialize(makeObject()));
}

TEST(CodeObject, RejectsTruncationAtEveryByte) {
  std::vector<uint8_t> bytes = serialize(makeObject());
  for (size_t size = 0; size < bytes.size(); ++size)
    expectError(CodeObject::deserialize(ArrayRef(bytes).take_front(size)),
                ErrorCode::ParseError, "code object:");
}

TEST(CodeObject, RejectsEveryFlippedBit) {
  std::vector<uint8_t> bytes = serialize(makeObject());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= 1 << (bit % 8);
    expectError(CodeObject::deserialize(bytes), ErrorCode::ParseError,
                "code object:");
    bytes[bit / 8] ^= 1 << (bit % 8);
  }
}

TEST(CodeObject, RejectsBytesBehindIt) {
  std::vector<uint8_t> bytes = serialize(makeObject());
  bytes.push_back(0);
  expectError(CodeObject::deserialize(bytes), ErrorCode::ParseError,
              "does not fit");
}

TEST(CodeObject, RejectsSizesBeyondLimits) {
  std::vector<uint8_t> bytes = serialize(makeObject());
  for (size_t offset : {16, 24}) {
    std::vector<uint8_t> patched = bytes;
    support::endian::write64le(&patched[offset], UINT64_MAX - 8);
    expectError(CodeObject::deserialize(patched), ErrorCode::ParseError,
                "too large");
  }
}

TEST(CodeObject, RejectsMetadataWithAValidChecksum) {
  struct {
    StringRef from, to, message;
  } cases[] = {
      {"\"chip\":\"sm_90\"", "\"chip\":90", "'chip'"},
      {"\"chip\":\"sm_90\",", "", "'chip'"},
      {"\"chip\":", "\"chop\":1,\"chip\":", "unknown field"},
      {"{\"chip\"", "[\"chip\"", "not JSON"},
      {"\"ptx_version\":78", "\"ptx_version\":-1", "'ptx_version'"},
      {"\"ptx_version\":78", "\"ptx_version\":4294967296", "'ptx_version'"},
      {"\"ptx_version\":78", "\"ptx_version\":78.0", "'ptx_version'"},
      {"\"ptx_version\":78", "\"ptx_version\": 78", "canonical"},
      {"[3,3072]", "[3,65536]", "'csrs'"},
      {"[3,3072]", "[3072,3]", "ascending"},
      {"[3,3072]", "[2]", "no word of its own"},
      {"[40,32]", "[40,40]", "no temporary, or has two words"},
      {"[40,32]", "[31]", "no temporary, or has two words"},
      {"\"hart_tile\":32", "\"hart_tile\":64", "tiles of 64 harts"},
      {"[3,3072]", "[[[[[[[[[[3]]]]]]]]]]", "too deeply"},
      {"\"mode\":\"hart\"", "\"mode\":\"heart\"", "'mode'"},
      {"\"target\":\"nvptx64\"", "\"target\":\"amdgcn\"", "cannot hold"},
      {"\"stoppable\":true", "\"stoppable\":1", "'stoppable'"},
      {"\"uses_barrier\":true", "\"uses_barrier\":1", "'uses_barrier'"},
      {"\"offset\":8", "\"offset\":4", "wrong offsets"},
      {"\"registers\":40", "\"registers\":\"40\"", "'registers'"},
      {"\"shared_bytes\":4096", "\"shared_bytes\":99999999999", "possible"},
      {"\"symbol\":\"a_$_b\"", "\"symbol\":\"hart\"", "two entries"},
  };
  for (const auto &test : cases) {
    SCOPED_TRACE(test.to.str());
    expectError(CodeObject::deserialize(patch(test.from, test.to)),
                ErrorCode::ParseError, test.message.str());
  }
}

TEST(CodeObject, RefusesToSerializeWhatIsInvalid) {
  auto expectInvalid = [](void (*change)(CodeObject &), StringRef message) {
    CodeObject object = makeObject();
    change(object);
    expectError(object.serialize(), ErrorCode::InvalidArgument, message.str());
  };
  expectInvalid([](CodeObject &o) { o.entries.clear(); }, "entries");
  expectInvalid([](CodeObject &o) { o.payload.clear(); }, "payload");
  expectInvalid([](CodeObject &o) { o.chip.clear(); }, "the chip");
  expectInvalid([](CodeObject &o) { o.triple = "a b"; }, "printable");
  expectInvalid([](CodeObject &o) { o.features = "\xff"; }, "UTF-8");
  expectInvalid([](CodeObject &o) { o.entries[0].name.clear(); }, "name");
  expectInvalid([](CodeObject &o) { o.entries[1].params.clear(); },
                "one buffer");
  expectInvalid(
      [](CodeObject &o) {
        o.entries[0].params = layoutParams(
            std::vector<ParamType>(vmir::kMaxParams + 1, ParamType::I32));
      },
      "257 parameters");
}

/// An ELF header for \p machine and nothing else.
static std::vector<uint8_t> makeELF(uint16_t machine) {
  ELF::Elf64_Ehdr header = {};
  copy(StringRef(ELF::ElfMagic), header.e_ident);
  header.e_ident[ELF::EI_CLASS] = ELF::ELFCLASS64;
  header.e_ident[ELF::EI_DATA] = ELF::ELFDATA2LSB;
  header.e_machine = machine;
  auto *bytes = reinterpret_cast<const uint8_t *>(&header);
  return std::vector<uint8_t>(bytes, bytes + sizeof(header));
}

TEST(CodeObject, HoldsACubinInPlaceOfPTX) {
  CodeObject object = makeObject();
  object.payloadKind = PayloadKind::Cubin;
  object.payload = makeELF(ELF::EM_CUDA);
  VMJIT_ASSERT_VALUE(CodeObject read,
                     CodeObject::deserialize(serialize(object)));
  EXPECT_EQ(read, object);
  object.target = TargetKind::AMDGPU;
  expectError(object.verify(), ErrorCode::InvalidArgument,
              "for amdgcn cannot hold a cubin payload");
}

TEST(CodeObject, VerifiesThatACubinIsInsideItsBytes) {
  CodeObject object = makeObject();
  object.payloadKind = PayloadKind::Cubin;
  constexpr const char *message = "no ELF file that a driver could load";
  expectError(object.verify(), ErrorCode::InvalidArgument, message);
  object.payload = makeELF(ELF::EM_AMDGPU);
  expectError(object.verify(), ErrorCode::InvalidArgument, "for machine 224");
  object.payload = makeELF(ELF::EM_CUDA);
  for (size_t size = 1; size < object.payload.size(); ++size) {
    CodeObject part = object;
    part.payload.resize(size);
    expectError(part.verify(), ErrorCode::InvalidArgument, message);
  }
  auto *header = reinterpret_cast<ELF::Elf64_Ehdr *>(object.payload.data());
  header->e_shoff = 64;
  header->e_shnum = 1;
  header->e_shentsize = sizeof(ELF::Elf64_Shdr);
  expectError(object.verify(), ErrorCode::InvalidArgument, message);
  header->e_shoff = 0;
  header->e_phoff = ~uint64_t(0) - 8;
  header->e_phnum = 1;
  header->e_phentsize = sizeof(ELF::Elf64_Phdr);
  expectError(object.verify(), ErrorCode::InvalidArgument, message);
}

TEST(CodeObject, AlignsEachParameterToItsSize) {
  std::vector<EntryParam> params =
      layoutParams({ParamType::I32, ParamType::F64, ParamType::F32,
                    ParamType::I32, ParamType::Buffer});
  std::vector<uint32_t> offsets;
  for (const EntryParam &param : params)
    offsets.push_back(param.offset);
  EXPECT_THAT(offsets, testing::ElementsAre(0, 8, 16, 20, 24));
  Entry entry;
  EXPECT_EQ(entry.getArgumentBytes(), 0u);
  entry.params = params;
  EXPECT_EQ(entry.getArgumentBytes(), 32u);
}

TEST(CodeObject, AddsSharedMemoryThatTheDeviceDoesNotSetAside) {
  Entry entry;
  entry.sharedBytes = 100;
  EXPECT_EQ(entry.getLaunchSharedBytes(10), 110u);
  entry.resources.staticSharedBytes = 60;
  EXPECT_EQ(entry.getLaunchSharedBytes(10), 50u);
  entry.resources.staticSharedBytes = 128;
  EXPECT_EQ(entry.getLaunchSharedBytes(10), 10u);
}

TEST(CodeObject, FindsEntriesByName) {
  CodeObject object = makeObject();
  EXPECT_EQ(object.findEntry("hart"), &object.entries[1]);
  EXPECT_EQ(object.findEntry("a_$_b"), nullptr);
}
