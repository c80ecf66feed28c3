//===- Program.h - Blocks and programs of VM IR -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// VM IR as plain data: one struct for each op and terminator, generated from
// Opcodes.def, blocks made of them, and the program that is compiled. Nothing
// here checks anything: Verifier.h says what a valid program is, JSON.h reads
// and writes one. The types are values; they share nothing and need no lock.
//
// An op is handled with std::visit over overloads, so that an op without a
// handler does not compile.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_PROGRAM_H
#define VMJIT_VMIR_PROGRAM_H

#include "vmjit/VMIR/FieldKinds.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <type_traits>
#include <utility>
#include <variant>

namespace vmjit::vmir {

#define VMIR_FIELD(Kind, member, json) field::Kind::Type member{};

/// One struct for each row of the op table; members as the table names them.
namespace ops {
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  struct Name {                                                                \
    Fields bool operator==(const Name &) const = default;                      \
  };
#include "vmjit/VMIR/Opcodes.def"
} // namespace ops

/// One struct for each terminator.
namespace terms {
#define VMIR_TERMINATOR(Name, Fields)                                          \
  struct Name {                                                                \
    Fields bool operator==(const Name &) const = default;                      \
  };
#include "vmjit/VMIR/Opcodes.def"
} // namespace terms

#undef VMIR_FIELD

namespace detail {
/// Drops the placeholder that takes the comma in front of a generated list.
template <class Placeholder, class... Alternatives>
using VariantOf = std::variant<Alternatives...>;
} // namespace detail

/// Any op. A default-constructed one is Nop. Visited like the std::variant that
/// it is. Special members and conversions are out of line: compiled into every
/// user, a variant of so many alternatives takes minutes.
struct Op : detail::VariantOf<void
#define VMIR_OP(Number, Name, Family, Fields) , ops::Name
#include "vmjit/VMIR/Opcodes.def"
                              > {
  Op();
  Op(const Op &other);
  Op(Op &&other) noexcept;
  Op &operator=(const Op &other);
  Op &operator=(Op &&other) noexcept;
  ~Op();
#define VMIR_OP(Number, Name, Family, Fields) Op(ops::Name op);
#include "vmjit/VMIR/Opcodes.def"

  bool operator==(const Op &other) const;
};
/// Any terminator. A default-constructed one is Ret.
using Terminator = detail::VariantOf<void
#define VMIR_TERMINATOR(Name, Fields) , terms::Name
#include "vmjit/VMIR/Opcodes.def"
                                     >;

/// The groups of ops that share an interpreter file and a lowering file.
enum class Family : uint8_t {
  Integer,
  Shift,
  Compare,
  Memory,
  Atomic,
  Vector,
  FloatArith,
  FloatCompare,
  FloatConvert,
  FloatBits,
  SideExit,
  Csr,
  System,
  Pstate,
  Vendor,
  Operand,
  Gpu,
  Fenv
};

/// What the table says of an op, for messages and generated tables.
struct OpInfo {
  uint16_t number;
  llvm::StringRef name;
  Family family;
};

/// The rows of the op table, in the order of the alternatives of Op.
llvm::ArrayRef<OpInfo> getOpInfos();
/// The row of \p op.
const OpInfo &getOpInfo(const Op &op);
/// The name of \p op for messages, and what a VendorConfig is in its vendor's
/// words: "VendorConfig 'sh1add a0, a0, a0'".
std::string describeOp(const Op &op);
/// The variant name of \p term.
llvm::StringRef getTerminatorName(const Terminator &term);
/// The name of \p family as it is written in the table.
llvm::StringRef getFamilyName(Family family);

/// Calls visit(tag, jsonName, member) for each field of \p op in table order,
/// where tag is a type of namespace field. \p op may be const or not, an op or
/// a terminator.
#define VMIR_FIELD(Kind, member, json) visit(field::Kind{}, json, op.member);
#define VMIR_FOR_EACH_FIELD(Type, Fields)                                      \
  template <class OpT, class Visitor>                                          \
    requires std::is_same_v<std::remove_const_t<OpT>, Type>                    \
  void forEachField([[maybe_unused]] OpT &op,                                  \
                    [[maybe_unused]] Visitor &&visit) {                        \
    Fields                                                                     \
  }
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  VMIR_FOR_EACH_FIELD(ops::Name, Fields)
#define VMIR_TERMINATOR(Name, Fields) VMIR_FOR_EACH_FIELD(terms::Name, Fields)
#include "vmjit/VMIR/Opcodes.def"
#undef VMIR_FOR_EACH_FIELD
#undef VMIR_FIELD

/// Overloads gathered into one visitor for std::visit.
template <class... Handlers> struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers> Overloaded(Handlers...) -> Overloaded<Handlers...>;

/// A straight line of ops and how it ends.
struct Block {
  GuestAddr startPc = 0;
  std::vector<Op> ops;
  Terminator term;
  /// Only transfers that name it go to it; for others, and where harts start,
  /// it is not there.
  bool isInner = false;
  bool operator==(const Block &) const = default;
};

/// The type of a kernel-mode parameter. I32 arrives sign-extended, F32 boxed,
/// Buffer as a device pointer.
enum class ParamType : uint8_t { I32, I64, F32, F64, Buffer };

/// The JSON name of \p type ("i32", "buffer", ...).
llvm::StringRef getParamTypeName(ParamType type);
/// The size of an argument of \p type in bytes.
uint32_t getParamSize(ParamType type);

/// Data at a guest address that the program reaches through constants.
struct Segment {
  GuestAddr addr = 0;
  bool writable = false;
  std::vector<uint8_t> bytes;
  bool operator==(const Segment &) const = default;
};

/// The unit of compilation: blocks that jump to each other, and how they are
/// entered. docs/OpSpec.md, "Programs".
struct Program {
  std::string name = "vm_program";
  GuestAddr entry = 0;
  /// X[0] reads 0 and drops writes.
  bool zeroReg = true;
  /// Present, even if empty, for kernel mode; absent for hart mode.
  std::optional<std::vector<ParamType>> params;
  uint64_t stackBytes = 0;
  uint64_t sharedBytes = 0;
  std::vector<Segment> segments;
  std::vector<Block> blocks;

  bool isKernelMode() const { return params.has_value(); }
  bool operator==(const Program &) const = default;
};

/// Bounds that the verifier enforces and readers may rely on.
inline constexpr uint64_t kMaxStackBytes = uint64_t(64) << 20;
inline constexpr uint64_t kMaxSharedBytes = uint64_t(64) << 20;
inline constexpr uint64_t kMaxSegmentBytes = uint64_t(256) << 20;
inline constexpr unsigned kMaxParams = 256;
/// How deep Operand expressions may nest.
inline constexpr unsigned kMaxOperandDepth = 64;
/// How many return addresses the call stack of a hart holds.
inline constexpr unsigned kCallStackDepth = 32;
/// Integer and floating-point arguments that arrive in registers; later ones
/// of a kind are on the stack.
inline constexpr unsigned kMaxRegisterArguments = 8;
/// The first argument register of either file.
inline constexpr RegId kFirstArgumentReg = 10;
/// The register that holds the return address, and the stack pointer.
inline constexpr RegId kReturnAddressReg = 1;
inline constexpr RegId kStackPointerReg = 2;
/// What kernel mode puts into X[kReturnAddressReg]: even, so that a producer's
/// masking keeps it, and no address that a program can hold code at.
inline constexpr GuestAddr kReturnSentinel = 0xfffffffffffffff0;

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_PROGRAM_H
