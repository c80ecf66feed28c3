//===- FieldKinds.h - What the fields of VM IR ops hold ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kinds that Opcodes.def gives to fields, as tag types. A tag carries the
// C++ type of the member; overloads on the tag replace switches over kinds.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_FIELDKINDS_H
#define VMJIT_VMIR_FIELDKINDS_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vmjit::vmir {

/// The number of a guest register. Which file it names follows from the field.
using RegId = uint32_t;
/// An address in the guest's address space.
using GuestAddr = uint64_t;

/// Registers below this id are architectural, in either file.
inline constexpr RegId kArchRegCount = 32;
/// Integer ids from kArchRegCount to here are temporaries of their block; an
/// id at or above it is the raw SSA form that some producers print.
inline constexpr RegId kRawRegBase = 65536;

/// The register that \p id means: raw SSA ids stand for `id >> 16`.
constexpr RegId canonicalReg(RegId id) {
  return id >= kRawRegBase ? id >> 16 : id;
}

/// Memory orders, in the order of the serde enum.
enum class MemOrder : uint8_t { None, Acquire, Release, AcqRel, SeqCst };

/// What a read-modify-write op computes. Min and Minu, Max and Maxu, Xchg and
/// Swap are synonyms that producers use; each keeps its own spelling.
enum class AtomicOp : uint8_t {
  Add,
  Sub,
  And,
  Or,
  Xor,
  Xchg,
  CmpXchg,
  Min,
  Max,
  MinS,
  MaxS,
  Minu,
  Maxu,
  Swap
};

/// How an access is performed. Serialized with all six members.
struct MemFlags {
  bool isVolatile = false;
  bool atomic = false;
  /// 0 is natural alignment; any other value is checked at run time.
  uint8_t align = 0;
  bool fenceBefore = false;
  bool fenceAfter = false;
  MemOrder order = MemOrder::None;
  bool operator==(const MemFlags &) const = default;
};

/// The operator of BinaryOp and of a Binary operand.
struct BinaryOperator {
  enum Kind : uint8_t {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRightLogical,
    ShiftRightArithmetic,
    Equal,
    NotEqual,
    LessThan,
    LessThanUnsigned,
    GreaterEqual,
    GreaterEqualUnsigned,
    FAdd,
    FSub,
    FMul,
    FDiv,
    Custom
  };
  Kind kind = Add;
  /// The number of a Custom operator; 0 for every other kind.
  uint8_t custom = 0;
  bool operator==(const BinaryOperator &) const = default;
};

/// An operand expression of Branch, CondBranch, BinaryOp, LoadExt and StoreExt.
struct Operand {
  enum Kind : uint8_t { None, Register, Reg, Immediate, Imm64, Memory, Binary };
  Kind kind = None;
  /// Register and Reg: the register. Memory: the base register.
  RegId reg = 0;
  /// Immediate and Imm64: the value's bits. Memory: the offset's bits.
  uint64_t bits = 0;
  /// Memory: the size of the access in bytes.
  uint8_t size = 0;
  /// Binary: the operator, and exactly two operands, left then right.
  BinaryOperator op;
  std::vector<Operand> operands;
  bool operator==(const Operand &) const = default;
};

/// Tags for the first column of VMIR_FIELD.
namespace field {
struct XDst {
  using Type = RegId;
};
struct XSrc {
  using Type = RegId;
};
struct FDst {
  using Type = RegId;
};
struct FSrc {
  using Type = RegId;
};
struct I64 {
  using Type = int64_t;
};
struct U64 {
  using Type = uint64_t;
};
struct U32 {
  using Type = uint32_t;
};
struct U16 {
  using Type = uint16_t;
};
struct U8 {
  using Type = uint8_t;
};
struct Bool {
  using Type = bool;
};
struct Str {
  using Type = std::string;
};
struct Addr {
  using Type = GuestAddr;
};
struct OptAddr {
  using Type = std::optional<GuestAddr>;
};
struct Order {
  using Type = MemOrder;
};
struct Flags {
  using Type = MemFlags;
};
struct Rmw {
  using Type = AtomicOp;
};
struct Binop {
  using Type = BinaryOperator;
};
struct Opnd {
  using Type = Operand;
};
} // namespace field

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_FIELDKINDS_H
