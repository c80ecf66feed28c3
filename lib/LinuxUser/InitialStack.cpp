//===- InitialStack.cpp - Arguments and environment of a process -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/InitialStack.h"

#include "vmjit/Support/Error.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

namespace {

/// include/uapi/linux/auxvec.h
enum AuxiliaryType : uint64_t {
  AuxNull = 0,
  AuxProgramHeaders = 3,
  AuxProgramHeaderBytes = 4,
  AuxProgramHeaderCount = 5,
  AuxPageBytes = 6,
  AuxInterpreterBase = 7,
  AuxFlags = 8,
  AuxEntry = 9,
  AuxUser = 11,
  AuxEffectiveUser = 12,
  AuxGroup = 13,
  AuxEffectiveGroup = 14,
  AuxCapabilities = 16,
  AuxTicksPerSecond = 17,
  AuxSecure = 23,
  AuxRandom = 25,
  AuxExecutable = 31,
};

/// AT_HWCAP of RISC-V has a bit for each letter (uapi/asm/hwcap.h).
constexpr uint64_t getHardwareBit(char letter) {
  return uint64_t(1) << (letter - 'A');
}

/// Bytes of an Elf64_Phdr.
constexpr uint64_t kProgramHeaderBytes = 56;
/// What Linux tells every program about clock ticks.
constexpr uint64_t kTicksPerSecond = 100;
constexpr uint64_t kUserId = 1000;
constexpr uint64_t kStackAlign = 16;

/// Strings and bytes that go to the end of the stack.
class TopOfStack {
public:
  explicit TopOfStack(uint64_t base) : base(base) {}

  uint64_t add(ArrayRef<uint8_t> added) {
    uint64_t address = base + bytes.size();
    bytes.insert(bytes.end(), added.begin(), added.end());
    return address;
  }
  uint64_t add(const std::string &string) {
    return add(ArrayRef(reinterpret_cast<const uint8_t *>(string.c_str()),
                        string.size() + 1));
  }
  ArrayRef<uint8_t> getBytes() const { return bytes; }

private:
  uint64_t base;
  std::vector<uint8_t> bytes;
};

} // namespace

static Expected<uint64_t> countBytes(const InitialStack &contents) {
  uint64_t bytes = contents.randomBytes.size();
  for (const auto *list : {&contents.arguments, &contents.environment})
    for (const std::string &string : *list) {
      if (string.find('\0') != std::string::npos)
        return makeError(ErrorCode::InvalidArgument,
                         "an argument or a variable of the environment has a "
                         "null byte in it");
      bytes += string.size() + 1;
    }
  return bytes;
}

Expected<uint64_t> linux_user::writeInitialStack(const InitialStack &contents,
                                                 const ProcessImage &image,
                                                 const AddressSpace &space,
                                                 HartMemory &memory,
                                                 uint64_t hart) {
  Expected<uint64_t> stringBytes = countBytes(contents);
  if (!stringBytes)
    return stringBytes.takeError();
  uint64_t top = alignDown(space.getStack().end - *stringBytes, kStackAlign);

  TopOfStack strings(top);
  std::vector<uint64_t> words = {contents.arguments.size()};
  for (const std::string &argument : contents.arguments)
    words.push_back(strings.add(argument));
  uint64_t executable = contents.arguments.empty() ? 0 : words[1];
  words.push_back(0);
  for (const std::string &variable : contents.environment)
    words.push_back(strings.add(variable));
  words.push_back(0);
  auto addAuxiliary = [&](AuxiliaryType type, uint64_t value) {
    words.push_back(type);
    words.push_back(value);
  };
  addAuxiliary(AuxPageBytes, kPageBytes);
  addAuxiliary(AuxTicksPerSecond, kTicksPerSecond);
  if (image.programHeaders) {
    addAuxiliary(AuxProgramHeaders, image.programHeaders);
    addAuxiliary(AuxProgramHeaderBytes, kProgramHeaderBytes);
    addAuxiliary(AuxProgramHeaderCount, image.programHeaderCount);
  }
  // A static program has no interpreter, and there are no flags.
  addAuxiliary(AuxInterpreterBase, 0);
  addAuxiliary(AuxFlags, 0);
  addAuxiliary(AuxEntry, image.entry);
  for (AuxiliaryType id :
       {AuxUser, AuxEffectiveUser, AuxGroup, AuxEffectiveGroup})
    addAuxiliary(id, kUserId);
  uint64_t capabilities = 0;
  for (char letter : {'I', 'M', 'A', 'F', 'D', 'C'})
    capabilities |= getHardwareBit(letter);
  addAuxiliary(AuxCapabilities, capabilities);
  addAuxiliary(AuxSecure, 0);
  addAuxiliary(AuxRandom, strings.add(contents.randomBytes));
  if (executable)
    addAuxiliary(AuxExecutable, executable);
  addAuxiliary(AuxNull, 0);

  uint64_t pointer =
      alignDown(top - words.size() * sizeof(uint64_t), kStackAlign);
  if (space.getStack().end - pointer > space.getStack().size() / 4)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "arguments and environment take {0} bytes, more than a "
                      "quarter of the stack of {1}",
                      space.getStack().end - pointer, space.getStack().size());
  std::vector<uint8_t> bytes(words.size() * sizeof(uint64_t));
  for (size_t index = 0; index < words.size(); ++index)
    support::endian::write64le(&bytes[index * sizeof(uint64_t)], words[index]);
  if (Error error = memory.write(hart, pointer, bytes))
    return std::move(error);
  if (Error error = memory.write(hart, top, strings.getBytes()))
    return std::move(error);
  return pointer;
}
