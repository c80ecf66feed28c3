//===- CodeObject.h - Compiled programs -------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What compilation gives and what caches keep and runtimes load: the code of a
// program for one target, and all that a launcher has to know of it.
//
// The serialized form is little-endian:
//
//   char     magic[8]        "VMJITCO" and a zero
//   uint32_t formatVersion   CodeObject::kFormatVersion
//   uint32_t reserved        0
//   uint64_t metadataSize    in bytes
//   uint64_t payloadSize     in bytes
//   ...      metadata        JSON, one object, keys sorted
//   ...      payload
//   uint8_t  digest[32]      SHA-256 of everything before it
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CODEOBJECT_CODEOBJECT_H
#define VMJIT_CODEOBJECT_CODEOBJECT_H

#include "vmjit/ABI/Control.h"
#include "vmjit/ABI/Hart.h"
#include "vmjit/ABI/HostBlock.h"
#include "vmjit/CodeObject/HartStateLayout.h"
#include "vmjit/Target/TargetKind.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vmjit {

/// What the payload's bytes are.
enum class PayloadKind : uint8_t {
  /// PTX text, without a terminating zero.
  PTX,
  /// A linked ELF that the CUDA driver made of PTX for one generation of chips.
  Cubin,
  /// A linked ELF shared object that a GPU driver loads.
  ELFCodeObject,
  /// A relocatable object for the machine that the runtime is on.
  HostObject,
};

/// The kind of payload that compiling for \p kind gives.
PayloadKind getPayloadKind(TargetKind kind);
/// Whether code objects for \p target can have payloads of \p kind: what
/// compiling gives, and for NVPTX also what a driver makes of it.
bool isPayloadKindFor(PayloadKind kind, TargetKind target);
/// The metadata spelling of \p kind ("ptx", "cubin", "elf-code-object",
/// "host-object").
llvm::StringRef getPayloadKindName(PayloadKind kind);

/// Checks that \p payload is a 64-bit little-endian ELF file for \p machine
/// (ELF::e_machine) whose segments and sections are inside it: drivers are told
/// where it begins, not how long it is. Fails with InvalidArgument.
llvm::Error verifyELFPayload(llvm::ArrayRef<uint8_t> payload, uint16_t machine);

/// How an entry is launched.
enum class EntryMode : uint8_t {
  /// With the program's own parameters.
  Kernel,
  /// With a pointer to a vmjit_hart_launch; its only parameter, a Buffer.
  Hart,
};

/// The spelling of \p mode ("kernel", "hart"), also in function attributes.
llvm::StringRef getEntryModeName(EntryMode mode);
/// The mode that is written as \p name; none if there is no such mode.
std::optional<EntryMode> parseEntryMode(llvm::StringRef name);

/// A parameter and where its argument is in a packed argument buffer.
struct EntryParam {
  vmir::ParamType type = vmir::ParamType::I64;
  uint32_t offset = 0;
  uint32_t size = 0;
  bool operator==(const EntryParam &) const = default;
};

/// Gives each of \p types its size and its offset: in order, each aligned to
/// its size, as the kernel parameters of all targets are.
std::vector<EntryParam> layoutParams(llvm::ArrayRef<vmir::ParamType> types);

/// What a thread or block of an entry uses, as far as the compiler knows.
struct ResourceUse {
  /// Vector registers of a thread.
  std::optional<uint32_t> registers;
  /// Scalar registers of a wavefront.
  std::optional<uint32_t> scalarRegisters;
  std::optional<uint32_t> spilledRegisters;
  /// Shared memory that the device sets aside by itself for each block.
  std::optional<uint64_t> staticSharedBytes;
  /// Stack or scratch memory of a thread; host: what the function for a block
  /// asks for, beside what it spills.
  std::optional<uint64_t> stackBytes;
  /// Host: what a thread of an entry with barriers takes from allocate_frame.
  std::optional<uint64_t> frameBytes;
  bool operator==(const ResourceUse &) const = default;
};

/// A function that a launcher can start.
struct Entry {
  /// The program's name.
  std::string name;
  /// The symbol in the payload; differs from the name where a target's symbols
  /// are more restricted.
  std::string symbol;
  EntryMode mode = EntryMode::Kernel;
  std::vector<EntryParam> params;
  /// Shared memory that the program itself asks for. Where the device does not
  /// set it aside (see ResourceUse), it is part of the dynamic shared memory.
  uint64_t sharedBytes = 0;
  bool usesBarrier = false;
  /// The code counts steps and looks at the control block of ABI/Control.h.
  /// Other entries are launched without one.
  bool stoppable = false;
  ResourceUse resources;

  /// The dynamic shared memory to launch with, so that the block has
  /// sharedBytes and then \p dynamicBytes.
  uint64_t getLaunchSharedBytes(uint64_t dynamicBytes) const;
  /// The size of a packed argument buffer.
  uint32_t getArgumentBytes() const;
  bool operator==(const Entry &) const = default;
};

/// A compiled program. A value; nothing is shared.
struct CodeObject {
  static constexpr uint32_t kFormatVersion = 4;
  /// Bounds that serialize keeps and deserialize insists on.
  static constexpr uint64_t kMaxMetadataBytes = uint64_t(4) << 20;
  static constexpr uint64_t kMaxPayloadBytes = uint64_t(1) << 30;
  static constexpr size_t kMaxEntries = 4096;

  TargetKind target = TargetKind::Host;
  std::string triple;
  /// The chip that it was compiled for; never empty.
  std::string chip;
  /// "+feature,-feature", as LLVM writes it. Host: everything that the code
  /// may use, so that a loader can tell whether the machine has it.
  std::string features;
  PayloadKind payloadKind = PayloadKind::HostObject;
  std::vector<Entry> entries;
  /// Hart mode: the words that a state array needs.
  HartStateLayout stateLayout;
  uint32_t hartABIVersion = VMJIT_HART_ABI_VERSION;
  uint32_t hostABIVersion = VMJIT_HOST_BLOCK_ABI_VERSION;
  uint32_t controlABIVersion = VMJIT_CONTROL_ABI_VERSION;
  std::string compilerVersion;
  std::string llvmVersion;
  /// NVPTX: major * 10 + minor; else 0.
  uint32_t ptxVersion = 0;
  /// AMDGPU: the code object version; else 0.
  uint32_t codeObjectVersion = 0;
  std::vector<uint8_t> payload;

  /// "kind:chip".
  std::string getTargetName() const;
  /// The entry called \p name, or null.
  const Entry *findEntry(llvm::StringRef name) const;

  /// Checks that the members are within bounds and agree with each other.
  /// Fails with InvalidArgument.
  llvm::Error verify() const;

  /// The serialized form: equal objects give equal bytes. Fails as verify does.
  llvm::Expected<std::vector<uint8_t>> serialize() const;

  /// Reads the serialized form. \p bytes may be anything: what is not exactly
  /// what serialize gives is a ParseError.
  static llvm::Expected<CodeObject> deserialize(llvm::ArrayRef<uint8_t> bytes);

  bool operator==(const CodeObject &) const = default;
};

} // namespace vmjit

#endif // VMJIT_CODEOBJECT_CODEOBJECT_H
