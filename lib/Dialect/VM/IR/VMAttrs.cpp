//===- VMAttrs.cpp - Attributes of the vm dialect ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/DialectImplementation.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit::vm;

#define GET_ATTRDEF_CLASSES
#include "vmjit/Dialect/VM/IR/VMAttrs.cpp.inc"

void VMDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "vmjit/Dialect/VM/IR/VMAttrs.cpp.inc"
      >();
}

LogicalResult
MemFlagsAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, bool,
                     bool, unsigned align, bool, bool, MemOrder) {
  if (align > 255)
    return emitError() << "alignment " << align << " does not fit 8 bits";
  return success();
}

//===----------------------------------------------------------------------===//
// OperandAttr
//===----------------------------------------------------------------------===//

// The kinds are the numbers of vmir::Operand::Kind; these are their keywords.
static constexpr llvm::StringLiteral operandKeywords[] = {
    "none", "reg", "reg_alias", "imm", "imm64", "mem", "binary"};
enum OperandKind : unsigned { None, Reg, RegAlias, Imm, Imm64, Mem, Binary };

/// Binary operands nest no deeper than this, as in the verifier of VM IR.
static constexpr unsigned maxOperandDepth = 64;

static void printOperand(AsmPrinter &printer, OperandAttr operand) {
  printer << operandKeywords[operand.getKind()];
  switch (static_cast<OperandKind>(operand.getKind())) {
  case None:
    return;
  case Reg:
  case RegAlias:
    printer << ' ' << operand.getReg();
    return;
  case Imm:
    printer << ' ' << static_cast<int64_t>(operand.getBits());
    return;
  case Imm64:
    printer << ' ' << operand.getBits();
    return;
  case Mem:
    printer << ' ' << operand.getReg() << '['
            << static_cast<int64_t>(operand.getBits()) << "] size "
            << operand.getSize();
    return;
  case Binary:
    printer << ' ' << operand.getOp() << ' ' << operand.getCustom() << " (";
    printOperand(printer, operand.getOperands()[0]);
    printer << ", ";
    printOperand(printer, operand.getOperands()[1]);
    printer << ')';
    return;
  }
}

static FailureOr<OperandAttr> parseOperand(AsmParser &parser, unsigned depth) {
  SMLoc loc = parser.getCurrentLocation();
  if (depth > maxOperandDepth)
    return parser.emitError(loc, "operand nests too deeply"), failure();
  StringRef keyword;
  if (failed(parser.parseKeyword(&keyword)))
    return failure();
  unsigned kind = llvm::find(operandKeywords, keyword) - operandKeywords;
  if (kind == std::size(operandKeywords))
    return parser.emitError(loc, "expected an operand"), failure();
  unsigned reg = 0, size = 0, custom = 0;
  uint64_t bits = 0;
  int64_t offset = 0;
  StringAttr op = StringAttr::get(parser.getContext(), "");
  SmallVector<OperandAttr, 2> operands;
  ParseResult result = success();
  switch (static_cast<OperandKind>(kind)) {
  case None:
    break;
  case Reg:
  case RegAlias:
    result = parser.parseInteger(reg);
    break;
  case Imm:
    result = parser.parseInteger(offset);
    bits = static_cast<uint64_t>(offset);
    break;
  case Imm64:
    result = parser.parseInteger(bits);
    break;
  case Mem:
    result = failure(parser.parseInteger(reg) || parser.parseLSquare() ||
                     parser.parseInteger(offset) || parser.parseRSquare() ||
                     parser.parseKeyword("size") || parser.parseInteger(size));
    bits = static_cast<uint64_t>(offset);
    break;
  case Binary:
    if (parser.parseAttribute(op) || parser.parseInteger(custom) ||
        parser.parseLParen())
      return failure();
    for (int side = 0; side < 2; ++side) {
      if (side == 1 && parser.parseComma())
        return failure();
      FailureOr<OperandAttr> operand = parseOperand(parser, depth + 1);
      if (failed(operand))
        return failure();
      operands.push_back(*operand);
    }
    result = parser.parseRParen();
    break;
  }
  if (failed(result))
    return failure();
  return OperandAttr::get(parser.getContext(), kind, reg, bits, size, op,
                          custom, operands);
}

void OperandAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printOperand(printer, *this);
  printer << '>';
}

Attribute OperandAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  FailureOr<OperandAttr> operand = parseOperand(parser, 1);
  if (failed(operand) || parser.parseGreater())
    return {};
  return *operand;
}
