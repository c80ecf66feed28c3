//===- FieldFiller.h - Random fields of ops ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FUZZ_FIELDFILLER_H
#define VMJIT_LIB_FUZZ_FIELDFILLER_H

#include "Random.h"
#include "vmjit/VMIR/Program.h"

namespace vmjit::fuzz {

/// Where control may go from a block.
struct JumpTargets {
  /// Blocks that may be jumped to without counting.
  std::vector<vmir::GuestAddr> later;
  /// All loop heads.
  std::vector<vmir::GuestAddr> heads;

  /// One of them, or now and then the address to return to or none of a block.
  vmir::GuestAddr pick(Random &random) const;
  /// As pick, but not one of later: for where control goes much later on.
  vmir::GuestAddr pickCounted(Random &random) const;
};

/// Fills the fields of ops and terminators in by their kinds and names; the
/// visitor of forEachField. Most values are good, some are not.
class FieldFiller {
public:
  /// Both have to outlive this object.
  FieldFiller(Random &random, const JumpTargets &targets)
      : random(random), targets(targets) {}

  void operator()(vmir::field::XDst, llvm::StringRef, vmir::RegId &reg);
  void operator()(vmir::field::FDst, llvm::StringRef, vmir::RegId &reg);
  void operator()(vmir::field::XSrc, llvm::StringRef name, vmir::RegId &reg);
  void operator()(vmir::field::FSrc, llvm::StringRef, vmir::RegId &reg);
  void operator()(vmir::field::I64, llvm::StringRef name, int64_t &value);
  void operator()(vmir::field::U64, llvm::StringRef, uint64_t &value);
  void operator()(vmir::field::U32, llvm::StringRef, uint32_t &value);
  void operator()(vmir::field::U16, llvm::StringRef, uint16_t &value);
  void operator()(vmir::field::U8, llvm::StringRef name, uint8_t &value);
  void operator()(vmir::field::Bool, llvm::StringRef name, bool &value);
  void operator()(vmir::field::Str, llvm::StringRef name, std::string &value);
  void operator()(vmir::field::Addr, llvm::StringRef name,
                  vmir::GuestAddr &value);
  void operator()(vmir::field::OptAddr, llvm::StringRef,
                  std::optional<vmir::GuestAddr> &value);
  void operator()(vmir::field::Order, llvm::StringRef, vmir::MemOrder &order);
  void operator()(vmir::field::Flags, llvm::StringRef, vmir::MemFlags &flags);
  void operator()(vmir::field::Rmw, llvm::StringRef, vmir::AtomicOp &op);
  void operator()(vmir::field::Binop, llvm::StringRef,
                  vmir::BinaryOperator &op);
  void operator()(vmir::field::Opnd, llvm::StringRef name,
                  vmir::Operand &operand);

  /// A register that may be written.
  vmir::RegId pickDestination();
  vmir::RegId pickSource();
  vmir::RegId pickBase();
  /// A constant for a register: a value, an address or a place to jump to.
  uint64_t pickConstant();

private:
  vmir::RegId spell(vmir::RegId reg);
  vmir::Operand makeOperand(unsigned depth);
  vmir::Operand makeTarget();

  Random &random;
  const JumpTargets &targets;
};

} // namespace vmjit::fuzz

#endif // VMJIT_LIB_FUZZ_FIELDFILLER_H
