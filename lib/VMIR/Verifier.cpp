//===- Verifier.cpp - What a valid program is -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/Verifier.h"

#include "vmjit/VMIR/FloatEnvironment.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <unordered_set>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

namespace {

std::string hex(uint64_t value) {
  return "0x" + utohexstr(value, /*LowerCase=*/true);
}

/// A broken rule of one field or of the program, without its place.
using Finding = std::optional<std::string>;

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// Checks the fields of one op by their kinds; the visitor of forEachField.
/// Keeps the first finding.
class FieldChecker {
public:
  template <class Tag>
  void operator()(Tag tag, StringRef name, const typename Tag::Type &member) {
    if (finding)
      return;
    if (Finding found = check(tag, member))
      finding = "field \"" + name.str() + "\": " + *found;
  }

  Finding finding;

private:
  /// Every value of the other kinds is good.
  template <class Tag> Finding check(Tag, const typename Tag::Type &) {
    return std::nullopt;
  }
  Finding check(field::FDst, RegId id) { return checkFloatRegister(id); }
  Finding check(field::FSrc, RegId id) { return checkFloatRegister(id); }
  Finding check(field::Str, const std::string &text) {
    if (json::isUTF8(text))
      return std::nullopt;
    return "the string is not UTF-8";
  }
  Finding check(field::Order, MemOrder order) { return checkOrder(order); }
  Finding check(field::Flags, const MemFlags &flags) {
    return checkOrder(flags.order);
  }
  Finding check(field::Rmw, AtomicOp op) {
    if (op <= AtomicOp::Swap)
      return std::nullopt;
    return "no atomic operation has the number " + std::to_string(int(op));
  }
  Finding check(field::Binop, const BinaryOperator &op) {
    return checkOperator(op);
  }
  Finding check(field::Opnd, const Operand &operand) {
    return checkOperand(operand, 1);
  }

  static Finding checkFloatRegister(RegId id);
  static Finding checkOrder(MemOrder order);
  static Finding checkOperator(const BinaryOperator &op);
  static Finding checkOperand(const Operand &operand, unsigned depth);
};

Finding FieldChecker::checkFloatRegister(RegId id) {
  if (canonicalReg(id) < kArchRegCount)
    return std::nullopt;
  return "floating-point register " + std::to_string(id) +
         " is out of range, there are " + std::to_string(kArchRegCount);
}

Finding FieldChecker::checkOrder(MemOrder order) {
  if (order <= MemOrder::SeqCst)
    return std::nullopt;
  return "no memory order has the number " + std::to_string(int(order));
}

Finding FieldChecker::checkOperator(const BinaryOperator &op) {
  if (op.kind > BinaryOperator::Custom)
    return "no operator has the number " + std::to_string(int(op.kind));
  if (op.kind != BinaryOperator::Custom && op.custom != 0)
    return "only a Custom operator has a number of its own";
  return std::nullopt;
}

Finding FieldChecker::checkOperand(const Operand &operand, unsigned depth) {
  if (depth > kMaxOperandDepth)
    return "operands nest more than " + std::to_string(kMaxOperandDepth) +
           " levels deep";
  if (operand.kind > Operand::Binary)
    return "no operand has the number " + std::to_string(int(operand.kind));
  if (operand.kind != Operand::Binary) {
    if (operand.operands.empty())
      return std::nullopt;
    return "only a Binary operand has operands";
  }
  if (operand.operands.size() != 2)
    return "a Binary operand has " + std::to_string(operand.operands.size()) +
           " operands, it needs 2";
  if (Finding found = checkOperator(operand.op))
    return found;
  for (const Operand &child : operand.operands)
    if (Finding found = checkOperand(child, depth + 1))
      return found;
  return std::nullopt;
}

/// What the fields of Fenv ops may be.
template <class OpT> Finding checkFloatFields(const OpT &op) {
  if (op.format != 32 && op.format != 64)
    return "format " + std::to_string(op.format) + " is neither 32 nor 64";
  if constexpr (requires { op.width; })
    if (op.width != 32 && op.width != 64)
      return "width " + std::to_string(op.width) + " is neither 32 nor 64";
  if constexpr (requires { op.operation; })
    if (!findFloatOperation(op.operation))
      return "operation is no floating-point operation";
  if constexpr (requires { op.comparison; })
    if (!findFloatComparison(op.comparison))
      return "comparison is not eq, lt or le";
  if constexpr (requires { op.rounding; })
    if (!findRoundingMode(op.rounding))
      return "rounding is not rne, rtz, rdn, rup, rmm or dyn";
  return std::nullopt;
}

bool isFenceScope(StringRef scope) {
  return scope == "hart" || scope == "block" || scope == "device" ||
         scope == "system";
}

/// Checks what fields of particular ops may hold beyond their kinds.
template <class OpT> Finding checkOwnRules(const OpT &op) {
  if constexpr (requires { op.sh; })
    if (op.sh > 63)
      return "shift amount " + std::to_string(op.sh) + " is more than 63";
  if constexpr (requires { op.dim; })
    if (op.dim > 2)
      return "dimension " + std::to_string(op.dim) + " is more than 2";
  if constexpr (std::is_same_v<OpT, ops::Fence>)
    if (!isFenceScope(op.scope))
      return "scope is not hart, block, device or system";
  if constexpr (std::is_same_v<OpT, ops::SignExtend>)
    if (op.bits != 8 && op.bits != 16 && op.bits != 32)
      return std::to_string(op.bits) + " bits are not 8, 16 or 32";
  if constexpr (requires { op.format; })
    return checkFloatFields(op);
  return std::nullopt;
}

Finding checkOp(const Op &op) {
  return std::visit(
      [](const auto &op) {
        FieldChecker checker;
        forEachField(op, checker);
        return checker.finding ? checker.finding : checkOwnRules(op);
      },
      op);
}

//===----------------------------------------------------------------------===//
// The program as a whole
//===----------------------------------------------------------------------===//

Finding checkSize(StringRef what, uint64_t size, uint64_t max) {
  if (size <= max)
    return std::nullopt;
  return (Twine(size) + " bytes of " + what + " are more than " + Twine(max))
      .str();
}

Finding checkParams(const Program &program) {
  if (!program.params)
    return std::nullopt;
  if (program.params->size() > kMaxParams)
    return std::to_string(program.params->size()) +
           " parameters are more than " + std::to_string(kMaxParams);
  for (ParamType type : *program.params)
    if (type > ParamType::Buffer)
      return "no parameter type has the number " + std::to_string(int(type));
  return std::nullopt;
}

Finding checkSegments(ArrayRef<Segment> segments) {
  SmallVector<const Segment *> sorted;
  uint64_t total = 0;
  for (const Segment &segment : segments) {
    uint64_t size = segment.bytes.size();
    std::string name = "segment at " + hex(segment.addr);
    if (size == 0)
      return name + " is empty";
    // The sum is checked as it grows, so that it cannot wrap.
    total += size;
    if (Finding found = checkSize("segments", total, kMaxSegmentBytes))
      return found;
    if (segment.addr + (size - 1) < segment.addr)
      return name + " wraps around the address space";
    sorted.push_back(&segment);
  }
  llvm::sort(sorted, [](const Segment *a, const Segment *b) {
    return a->addr < b->addr;
  });
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i]->addr - sorted[i - 1]->addr < sorted[i - 1]->bytes.size())
      return "segments at " + hex(sorted[i - 1]->addr) + " and " +
             hex(sorted[i]->addr) + " overlap";
  return std::nullopt;
}

Finding checkProgram(const Program &program) {
  if (!isValidProgramName(program.name))
    return "the name is not an identifier of letters, digits, '_', '.' and "
           "'$', not starting with a digit, of at most " +
           std::to_string(kMaxNameLength) + " bytes";
  if (Finding found = checkParams(program))
    return found;
  if (Finding found = checkSize("stack", program.stackBytes, kMaxStackBytes))
    return found;
  if (Finding found =
          checkSize("shared memory", program.sharedBytes, kMaxSharedBytes))
    return found;
  if (Finding found = checkSegments(program.segments))
    return found;
  if (program.blocks.empty())
    return "a program needs at least one block";
  return std::nullopt;
}

} // namespace

//===----------------------------------------------------------------------===//
// Public interface
//===----------------------------------------------------------------------===//

bool vmjit::vmir::isValidProgramName(StringRef name) {
  return !name.empty() && name.size() <= kMaxNameLength &&
         !isDigit(name.front()) && all_of(name, [](char c) {
           return isAlnum(c) || c == '_' || c == '.' || c == '$';
         });
}

std::optional<Violation> vmjit::vmir::findViolation(const Program &program) {
  if (Finding found = checkProgram(program))
    return Violation{std::nullopt, std::nullopt, *found};

  // A DenseSet cannot hold the two highest addresses.
  std::unordered_set<GuestAddr> starts;
  for (const auto &[blockIndex, block] : enumerate(program.blocks)) {
    std::string name = "block " + hex(block.startPc);
    if (!starts.insert(block.startPc).second)
      return Violation{blockIndex, std::nullopt,
                       name + ": another block starts at the same address"};
    if (block.isInner && block.startPc == program.entry)
      return Violation{blockIndex, std::nullopt,
                       name + ": the entry is an inner block"};
    for (const auto &[opIndex, op] : enumerate(block.ops))
      if (Finding found = checkOp(op))
        return Violation{blockIndex, opIndex,
                         (name + ": op " + Twine(opIndex) + " (" +
                          getOpInfo(op).name + "): " + *found)
                             .str()};
  }
  if (!starts.count(program.entry))
    return Violation{std::nullopt, std::nullopt,
                     "no block starts at the entry " + hex(program.entry)};
  return std::nullopt;
}

std::optional<ProgramPlace> vmjit::vmir::getPlace(const Program &program,
                                                  const Violation &violation) {
  if (!violation.blockIndex)
    return std::nullopt;
  return ProgramPlace{program.blocks[*violation.blockIndex].startPc,
                      violation.opIndex};
}

Error vmjit::vmir::verify(const Program &program) {
  if (std::optional<Violation> violation = findViolation(program))
    return makeProgramError(ErrorCode::InvalidProgram, violation->message,
                            getPlace(program, *violation));
  return Error::success();
}
