//===- VMOps.cpp - Parsing, printing and verifying vm ops -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "vmjit/VMIR/FloatEnvironment.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/ADT/StringExtras.h"

#include <unordered_map>

using namespace mlir;
using namespace vmjit::vm;

//===----------------------------------------------------------------------===//
// Guest addresses
//===----------------------------------------------------------------------===//

static ParseResult parseGuestAddr(OpAsmParser &parser, IntegerAttr &attr) {
  uint64_t address;
  if (parser.parseInteger(address))
    return failure();
  attr = parser.getBuilder().getI64IntegerAttr(static_cast<int64_t>(address));
  return success();
}

static void printGuestAddr(OpAsmPrinter &printer, Operation *,
                           IntegerAttr attr) {
  printer << "0x";
  printer.getStream().write_hex(attr.getValue().getZExtValue());
}

#define GET_OP_CLASSES
#include "vmjit/Dialect/VM/IR/VMOps.cpp.inc"

//===----------------------------------------------------------------------===//
// ProgramOp and BlockOp
//===----------------------------------------------------------------------===//

/// Checks what a program has besides blocks by the rules of VM IR.
static LogicalResult verifyAttributes(ProgramOp op) {
  vmjit::vmir::Program program;
  program.name = op.getSymName().str();
  program.stackBytes = op.getStackBytes();
  program.sharedBytes = op.getSharedBytes();
  if (ArrayAttr params = op.getParamsAttr()) {
    program.params.emplace();
    for (auto param : params.getAsRange<ParamTypeAttr>())
      program.params->push_back(
          static_cast<vmjit::vmir::ParamType>(param.getValue()));
  }
  if (ArrayAttr segments = op.getSegmentsAttr())
    for (auto segment : segments.getAsRange<SegmentAttr>()) {
      StringRef bytes = segment.getBytes().getValue();
      program.segments.push_back({segment.getAddr(),
                                  segment.getWritable(),
                                  {bytes.bytes_begin(), bytes.bytes_end()}});
    }
  program.entry = op.getEntry();
  program.blocks.emplace_back().startPc = op.getEntry();
  if (auto violation = vmjit::vmir::findViolation(program))
    return op.emitOpError("is invalid: ") << violation->message;
  return success();
}

LogicalResult ProgramOp::verifyRegions() {
  if (failed(verifyAttributes(*this)))
    return failure();
  // Not a DenseMap: two addresses would be its reserved keys.
  std::unordered_map<uint64_t, BlockOp> blocks;
  for (Operation &op : getBody().front()) {
    auto block = dyn_cast<BlockOp>(op);
    if (!block)
      return op.emitOpError("is not a vm.block, but stands in a vm.program");
    auto [it, isNew] = blocks.try_emplace(block.getPc(), block);
    if (!isNew) {
      InFlightDiagnostic diag = block.emitOpError("has the address of another");
      diag.attachNote(it->second.getLoc()) << "the other block";
      return diag;
    }
  }
  if (blocks.empty())
    return emitOpError("has no block");
  if (!blocks.contains(getEntry()))
    return emitOpError("has an entry that is no block: 0x")
           << llvm::utohexstr(getEntry(), /*LowerCase=*/true);
  if (blocks[getEntry()].getInner())
    return emitOpError("has an entry that is inner: 0x")
           << llvm::utohexstr(getEntry(), /*LowerCase=*/true);
  return success();
}

LogicalResult BlockOp::verifyRegions() {
  Block &body = getBody().front();
  if (body.empty() || !body.back().hasTrait<OpTrait::IsTerminator>())
    return emitOpError("does not end with a terminator");
  return success();
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

/// Checks that \p file has a register \p index that holds values of \p type.
static LogicalResult verifyRegister(Operation *op, RegFile file, uint32_t index,
                                    Type type) {
  uint32_t count = 1;
  switch (file) {
  case RegFile::X:
    count = 65536;
    break;
  case RegFile::F:
    count = 32;
    break;
  case RegFile::CSR:
    count = 65536;
    break;
  case RegFile::Reservation:
    count = 3;
    break;
  case RegFile::Steps:
    count = 2;
    break;
  case RegFile::NZCV:
  case RegFile::CallDepth:
    break;
  }
  if (index >= count)
    return op->emitOpError("names register ")
           << index << " of file '" << stringifyRegFile(file) << "', which has "
           << count;
  bool isTicks = file == RegFile::Steps && index == 0;
  bool isRight = isTicks              ? type.isInteger(32)
                 : file == RegFile::F ? !type.isInteger(32)
                                      : type.isInteger(64);
  if (!isRight)
    return op->emitOpError("takes file '")
           << stringifyRegFile(file) << "' as " << type << ", not as "
           << (isTicks ? "i32" : "i64");
  return success();
}

LogicalResult PtrAtomicRMWOp::verify() {
  if (getOp() == AtomicOp::CmpXchg)
    return emitOpError("needs an expected value for 'cmpxchg': that is "
                       "vm.ptr.atomic_cmpxchg");
  return success();
}

LogicalResult RegReadOp::verify() {
  return verifyRegister(*this, getFile(), getIndex(), getResult().getType());
}

LogicalResult RegWriteOp::verify() {
  return verifyRegister(*this, getFile(), getIndex(), getValue().getType());
}

//===----------------------------------------------------------------------===//
// Other ops
//===----------------------------------------------------------------------===//

/// Conversions know integers of 32 and 64 bits.
static LogicalResult verifyConversionWidth(Operation *op, uint32_t width) {
  if (width != 32 && width != 64)
    return op->emitOpError("converts to or from ")
           << width << " bits; only 32 and 64 exist";
  return success();
}

LogicalResult SignExtendOp::verify() {
  if (getBits() != 8 && getBits() != 16 && getBits() != 32)
    return emitOpError("extends ")
           << getBits() << " bits; only 8, 16 and 32 exist";
  return success();
}

LogicalResult FToIntOp::verify() {
  return verifyConversionWidth(*this, getWidth());
}

LogicalResult IntToFOp::verify() {
  return verifyConversionWidth(*this, getWidth());
}

static LogicalResult verifyRounding(Operation *op, StringRef rounding) {
  if (!vmjit::vmir::findRoundingMode(rounding))
    return op->emitOpError("has an unknown rounding mode '") << rounding << "'";
  return success();
}

LogicalResult FenvArithOp::verify() {
  using vmjit::vmir::FloatOperation;
  auto operation = vmjit::vmir::findFloatOperation(getKind());
  if (!operation)
    return emitOpError("has an unknown kind '") << getKind() << "'";
  unsigned count = vmjit::vmir::getSourceCount(*operation);
  if (getSources().size() != count)
    return emitOpError("has ") << getSources().size() << " sources; '"
                               << getKind() << "' takes " << count;
  bool isConversion = *operation == FloatOperation::Convert;
  for (Value source : getSources())
    if ((source.getType() != getType()) != isConversion)
      return emitOpError("makes ") << getType() << " of " << source.getType();
  return verifyRounding(*this, getRounding());
}

LogicalResult FenvCompareOp::verify() {
  if (!vmjit::vmir::findFloatComparison(getComparison()))
    return emitOpError("has an unknown comparison '") << getComparison() << "'";
  return success();
}

LogicalResult FenvToIntOp::verify() {
  if (failed(verifyConversionWidth(*this, getWidth())))
    return failure();
  return verifyRounding(*this, getRounding());
}

LogicalResult FenvFromIntOp::verify() {
  if (failed(verifyConversionWidth(*this, getWidth())))
    return failure();
  return verifyRounding(*this, getRounding());
}

LogicalResult FenceOp::verify() {
  for (StringRef scope : {"hart", "block", "device", "system"})
    if (getScope() == scope)
      return success();
  return emitOpError("has an unknown scope '") << getScope() << "'";
}

LogicalResult VecSaturatingOp::verify() {
  size_t words = getResults().size();
  if (getLhs().size() != words || getRhs().size() != words)
    return emitOpError(
        "has operands and results of different numbers of words");
  if (words != 1 && words != 2 && words != 4)
    return emitOpError("works on ") << words << " words; 1, 2 and 4 exist";
  return success();
}

//===----------------------------------------------------------------------===//
// DispatchOp
//===----------------------------------------------------------------------===//

LogicalResult DispatchOp::verify() {
  if (getAddresses().size() != getTargets().size())
    return emitOpError("has ") << getAddresses().size() << " addresses for "
                               << getTargets().size() << " targets";
  for (Block *successor : getOperation()->getSuccessors())
    if (successor->getNumArguments() > 0)
      return emitOpError("goes to a block with arguments");
  return success();
}

SuccessorOperands DispatchOp::getSuccessorOperands(unsigned) {
  return SuccessorOperands(MutableOperandRange(getOperation(), 0, 0));
}

Block *DispatchOp::getSuccessorForOperands(ArrayRef<Attribute> operands) {
  auto pc = dyn_cast_or_null<IntegerAttr>(operands.front());
  if (!pc)
    return nullptr;
  for (auto [address, target] : llvm::zip_equal(getAddresses(), getTargets()))
    if (pc.getValue().getSExtValue() == address)
      return target;
  return getOtherwise();
}
