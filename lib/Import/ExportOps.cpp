//===- ExportOps.cpp - From ops of the vm dialect to VM IR ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every family but floating point. The fields of VM IR ops are given in the
// order of the table.
//
//===----------------------------------------------------------------------===//

#include "OpExporter.h"
#include "mlir/IR/Matchers.h"
#include "vmjit/VMIR/FieldNames.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit;
namespace ops = vmjit::vmir::ops;
namespace terms = vmjit::vmir::terms;
using vmir::RegId;

/// The CSR that reads as the thread's linear id.
static constexpr uint16_t linearIdCsr = 0xF14;

/// The value of an integer constant.
static std::optional<uint64_t> getConstant(Value value) {
  APInt constant;
  if (!matchPattern(value, m_ConstantInt(&constant)))
    return std::nullopt;
  return constant.getZExtValue();
}

std::optional<vmir::Op> OpExporter::exportOp(Operation *op) {
  using Exporter = MaybeOp (OpExporter::*)(Operation *);
  static constexpr Exporter families[] = {
      &OpExporter::exportInteger,      &OpExporter::exportGPU,
      &OpExporter::exportMemory,       &OpExporter::exportAtomic,
      &OpExporter::exportVector,       &OpExporter::exportFloatArith,
      &OpExporter::exportFloatConvert, &OpExporter::exportFloatBits,
      &OpExporter::exportFenv,         &OpExporter::exportControl,
      &OpExporter::exportSystem,       &OpExporter::exportVendor};
  for (Exporter family : families) {
    MaybeOp result = (this->*family)(op);
    if (!refusal.empty())
      return std::nullopt;
    if (result)
      return result;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

vmir::MemFlags OpExporter::flags(std::optional<vm::MemFlagsAttr> attr) {
  if (!attr)
    return {};
  return {attr->getIsVolatile(),
          attr->getAtomic(),
          narrow<uint8_t>(attr->getAlign(), "alignment"),
          attr->getFenceBefore(),
          attr->getFenceAfter(),
          static_cast<vmir::MemOrder>(attr->getOrder())};
}

vmir::BinaryOperator OpExporter::binaryOperator(StringRef name,
                                                uint32_t custom) {
  std::optional<uint8_t> kind =
      vmir::findName(vmir::getBinaryOperatorNames(), name);
  if (!kind) {
    refuse("there is no operator '" + name + "'");
    return {};
  }
  return {static_cast<vmir::BinaryOperator::Kind>(*kind),
          narrow<uint8_t>(custom, "operator number")};
}

vmir::Operand OpExporter::operand(vm::OperandAttr attr, unsigned depth) {
  vmir::Operand result;
  if (depth > vmir::kMaxOperandDepth) {
    refuse("operands nest more than " + Twine(vmir::kMaxOperandDepth) +
           " levels deep");
    return result;
  }
  if (attr.getKind() > vmir::Operand::Binary) {
    refuse("there is no operand kind " + Twine(attr.getKind()));
    return result;
  }
  result.kind = static_cast<vmir::Operand::Kind>(attr.getKind());
  result.reg = vmir::canonicalReg(attr.getReg());
  result.bits = attr.getBits();
  result.size = size(attr.getSize());
  if (result.kind == vmir::Operand::Binary)
    result.op = binaryOperator(attr.getOp(), attr.getCustom());
  for (vm::OperandAttr nested : attr.getOperands())
    result.operands.push_back(operand(nested, depth + 1));
  return result;
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

template <class OpT, class Source>
OpExporter::MaybeOp OpExporter::binary(Source op) {
  return OpT{dst(), x(op.getLhs()), x(op.getRhs())};
}

template <class RegOp, class ImmOp, class Source>
OpExporter::MaybeOp OpExporter::withImm(Source op) {
  if (std::optional<uint64_t> imm = getConstant(op.getRhs()))
    return ImmOp{dst(), x(op.getLhs()), static_cast<int64_t>(*imm)};
  return binary<RegOp>(op);
}

template <class RegOp, class ImmOp, class Source>
OpExporter::MaybeOp OpExporter::shift(Source op) {
  std::optional<uint64_t> amount = getConstant(op.getRhs());
  if (amount && *amount < 64)
    return ImmOp{dst(), x(op.getLhs()), static_cast<uint8_t>(*amount)};
  return binary<RegOp>(op);
}

OpExporter::MaybeOp OpExporter::exportCmp(vm::CmpOp op) {
  switch (op.getPredicate()) {
  case vm::CmpPredicate::EQ:
    return binary<ops::CmpEq>(op);
  case vm::CmpPredicate::NE:
    return binary<ops::CmpNe>(op);
  case vm::CmpPredicate::LT:
    return binary<ops::CmpLt>(op);
  case vm::CmpPredicate::LTU:
    return binary<ops::CmpLtU>(op);
  case vm::CmpPredicate::GE:
    return binary<ops::CmpGe>(op);
  case vm::CmpPredicate::GEU:
    return binary<ops::CmpGeU>(op);
  }
  llvm_unreachable("every predicate has an op");
}

OpExporter::MaybeOp OpExporter::exportInteger(Operation *op) {
  using Result = MaybeOp;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](vm::NopOp) -> Result { return ops::Nop{}; })
      .Case([&](vm::AddOp op) { return withImm<ops::Add, ops::AddImm>(op); })
      .Case([&](vm::SubOp op) { return binary<ops::Sub>(op); })
      .Case([&](vm::MulOp op) { return withImm<ops::Mul, ops::MulImm>(op); })
      .Case([&](vm::DivOp op) -> Result {
        return ops::Div{dst(), x(op.getLhs()), x(op.getRhs()),
                        op.getIsSigned()};
      })
      .Case([&](vm::RemOp op) -> Result {
        return ops::Rem{dst(), x(op.getLhs()), x(op.getRhs()),
                        op.getIsSigned()};
      })
      .Case([&](vm::AndOp op) { return binary<ops::And>(op); })
      .Case([&](vm::OrOp op) { return binary<ops::Or>(op); })
      .Case([&](vm::XorOp op) { return binary<ops::Xor>(op); })
      .Case([&](vm::NotOp op) -> Result {
        return ops::Not{dst(), x(op.getSrc())};
      })
      .Case([&](vm::MulHighOp op) -> Result {
        return ops::MulHigh{dst(), x(op.getLhs()), x(op.getRhs()),
                            op.getIsLhsSigned(), op.getIsRhsSigned()};
      })
      .Case([&](vm::SignExtendOp op) -> Result {
        return ops::SignExtend{dst(), x(op.getSrc()),
                               static_cast<uint8_t>(op.getBits())};
      })
      .Case([&](vm::ShlOp op) { return shift<ops::Sll, ops::SllImm>(op); })
      .Case([&](vm::ShrUOp op) { return shift<ops::Srl, ops::SrlImm>(op); })
      .Case([&](vm::ShrSOp op) { return shift<ops::Sra, ops::SraImm>(op); })
      .Case([&](vm::CmpOp op) { return exportCmp(op); })
      .Case([&](vm::SelectOp op) -> Result {
        return ops::Select{dst(), x(op.getCond()), x(op.getTrueValue()),
                           x(op.getFalseValue())};
      })
      .Default(Result());
}

//===----------------------------------------------------------------------===//
// GPU
//===----------------------------------------------------------------------===//

template <class OpT, class Source>
OpExporter::MaybeOp OpExporter::position(Source op) {
  return OpT{dst(), static_cast<uint8_t>(op.getDim())};
}

OpExporter::MaybeOp OpExporter::exportGPU(Operation *op) {
  using Result = MaybeOp;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](vm::ThreadIdOp op) { return position<ops::GpuThreadId>(op); })
      .Case([&](vm::BlockIdOp op) { return position<ops::GpuBlockId>(op); })
      .Case([&](vm::BlockDimOp op) { return position<ops::GpuBlockDim>(op); })
      .Case([&](vm::GridDimOp op) { return position<ops::GpuGridDim>(op); })
      .Case([&](vm::GlobalIdOp op) { return position<ops::GpuGlobalId>(op); })
      .Case([&](vm::LinearIdOp) -> Result {
        return ops::CsrRead{dst(), linearIdCsr};
      })
      .Case([&](vm::LaneIdOp) -> Result { return ops::GpuLaneId{dst()}; })
      .Case(
          [&](vm::SharedBaseOp) -> Result { return ops::GpuSharedBase{dst()}; })
      .Case([&](vm::BarrierOp) -> Result { return ops::GpuBarrier{}; })
      .Default(Result());
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

OpExporter::MaybeOp OpExporter::exportFStore(vm::FStoreOp op) {
  int64_t offset = static_cast<int64_t>(op.getOffset());
  if (registers.isInF(op.getValue()))
    return ops::Fstore{f(op.getValue()), x(op.getBase()), offset,
                       size(op.getSize())};
  // No register may be borrowed for an op that can exit. A plain store does the
  // same for the sizes that exist; for others the source is not looked at.
  if (op.getSize() == 4 || op.getSize() == 8)
    return ops::Store{x(op.getValue()), x(op.getBase()), offset,
                      size(op.getSize()), vmir::MemFlags()};
  return ops::Fstore{0, x(op.getBase()), offset, size(op.getSize())};
}

OpExporter::MaybeOp OpExporter::exportMemory(Operation *op) {
  using Result = MaybeOp;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](vm::LoadOp op) -> Result {
        return ops::Load{dst(), x(op.getBase()),
                         static_cast<int64_t>(op.getOffset()),
                         size(op.getSize()), flags(op.getFlags())};
      })
      .Case([&](vm::StoreOp op) -> Result {
        return ops::Store{x(op.getValue()), x(op.getBase()),
                          static_cast<int64_t>(op.getOffset()),
                          size(op.getSize()), flags(op.getFlags())};
      })
      .Case([&](vm::FLoadOp op) -> Result {
        return ops::Fload{dst(), x(op.getBase()),
                          static_cast<int64_t>(op.getOffset()),
                          size(op.getSize())};
      })
      .Case([&](vm::FStoreOp op) { return exportFStore(op); })
      .Case([&](vm::FenceOp op) -> Result {
        return ops::Fence{static_cast<vmir::MemOrder>(op.getOrder()),
                          op.getScope().str()};
      })
      .Case([&](vm::TlbFlushOp op) -> Result {
        return ops::TlbFlush{op.getVaddr()};
      })
      .Default(Result());
}

OpExporter::MaybeOp OpExporter::exportAtomic(Operation *op) {
  using Result = MaybeOp;
  auto atomicOp = [](auto op) {
    return static_cast<vmir::AtomicOp>(op.getOp());
  };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](vm::AtomicRMWOp op) -> Result {
        if (op.getFlags())
          return ops::AtomicRMWOrder{
              dst(),        x(op.getBase()),    x(op.getSrc()),
              atomicOp(op), size(op.getSize()), flags(op.getFlags())};
        return ops::AtomicRMW{dst(), x(op.getBase()), x(op.getSrc()),
                              atomicOp(op), size(op.getSize())};
      })
      .Case([&](vm::AtomicRMWFlagOp op) -> Result {
        return ops::AtomicRmwFlag{dst(0),          dst(1),
                                  x(op.getBase()), x(op.getSrc()),
                                  atomicOp(op),    size(op.getSize())};
      })
      .Case([&](vm::AtomicCmpXchgOp op) -> Result {
        if (op.getFlags())
          return ops::AtomicCmpXchgOrder{dst(),
                                         x(op.getBase()),
                                         x(op.getExpected()),
                                         x(op.getNewValue()),
                                         size(op.getSize()),
                                         flags(op.getFlags())};
        return ops::AtomicCmpXchg{dst(), x(op.getBase()), x(op.getExpected()),
                                  x(op.getNewValue()), size(op.getSize())};
      })
      .Case([&](vm::AtomicCmpXchgFlagOp op) -> Result {
        return ops::AtomicCmpXchgFlag{dst(0),
                                      dst(1),
                                      x(op.getBase()),
                                      x(op.getExpected()),
                                      x(op.getNewValue()),
                                      size(op.getSize())};
      })
      .Case([&](vm::LoadReserveOp op) -> Result {
        return ops::AtomicLoadReserve{dst(), x(op.getBase()),
                                      static_cast<int64_t>(op.getOffset()),
                                      size(op.getSize()), flags(op.getFlags())};
      })
      .Case([&](vm::StoreCondOp op) -> Result {
        return ops::AtomicStoreCond{x(op.getValue()),
                                    x(op.getBase()),
                                    static_cast<int64_t>(op.getOffset()),
                                    size(op.getSize()),
                                    dst(),
                                    flags(op.getFlags())};
      })
      .Default(Result());
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

template <class OpT> OpExporter::MaybeOp OpExporter::lanes(vm::VecBinaryOp op) {
  return OpT{dst(), x(op.getLhs()), x(op.getRhs()), size(op.getElementSize())};
}

template <class OpT>
OpExporter::MaybeOp OpExporter::saturating(vm::VecSaturatingOp op) {
  return OpT{dst(), x(op.getLhs()[0]), x(op.getRhs()[0]),
             size(op.getElementSize()), op.getIsSigned()};
}

template <class OpT>
OpExporter::MaybeOp OpExporter::wide(vm::VecSaturatingOp op) {
  OperandRange lhs = op.getLhs(), rhs = op.getRhs();
  return OpT{dst(0),
             dst(1),
             dst(2),
             dst(3),
             x(lhs[0]),
             x(lhs[1]),
             x(lhs[2]),
             x(lhs[3]),
             x(rhs[0]),
             x(rhs[1]),
             x(rhs[2]),
             x(rhs[3]),
             size(op.getElementSize()),
             op.getIsSigned()};
}

OpExporter::MaybeOp OpExporter::exportSaturating(vm::VecSaturatingOp op) {
  size_t words = op.getResults().size();
  OperandRange lhs = op.getLhs(), rhs = op.getRhs();
  if (words == 2 && op.getKind() == vm::VecKind::Add)
    return ops::Vec128Add{dst(0),
                          dst(1),
                          x(lhs[0]),
                          x(lhs[1]),
                          x(rhs[0]),
                          x(rhs[1]),
                          size(op.getElementSize()),
                          op.getIsSigned()};
  if (words == 2) {
    refuse("on two words there is only addition");
    return std::nullopt;
  }
  switch (op.getKind()) {
  case vm::VecKind::Add:
    return words == 1 ? saturating<ops::VecAddSat>(op)
                      : wide<ops::Vec256Add>(op);
  case vm::VecKind::Sub:
    return words == 1 ? saturating<ops::VecSubSat>(op)
                      : wide<ops::Vec256Sub>(op);
  case vm::VecKind::Mul:
    return words == 1 ? saturating<ops::VecMulSat>(op)
                      : wide<ops::Vec256Mul>(op);
  }
  llvm_unreachable("every kind has an op");
}

OpExporter::MaybeOp OpExporter::exportVecShift(vm::VecShiftOp op) {
  auto shift = [&]<class RegOp, class ImmOp>() -> MaybeOp {
    std::optional<uint64_t> amount = getConstant(op.getAmount());
    if (amount && *amount <= std::numeric_limits<uint8_t>::max())
      return ImmOp{dst(), x(op.getSrc()), static_cast<uint8_t>(*amount),
                   size(op.getElementSize())};
    return RegOp{dst(), x(op.getSrc()), x(op.getAmount()),
                 size(op.getElementSize())};
  };
  switch (op.getKind()) {
  case vm::VecShiftKind::Shl:
    return shift.operator()<ops::VecShl, ops::VecShlImm>();
  case vm::VecShiftKind::Srl:
    return shift.operator()<ops::VecSrl, ops::VecSrlImm>();
  case vm::VecShiftKind::Sra:
    return shift.operator()<ops::VecSra, ops::VecSraImm>();
  }
  llvm_unreachable("every kind has an op");
}

OpExporter::MaybeOp OpExporter::exportVector(Operation *op) {
  using Result = MaybeOp;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](vm::VecBinaryOp op) {
        switch (op.getKind()) {
        case vm::VecKind::Add:
          return lanes<ops::VecAdd>(op);
        case vm::VecKind::Sub:
          return lanes<ops::VecSub>(op);
        case vm::VecKind::Mul:
          return lanes<ops::VecMul>(op);
        }
        llvm_unreachable("every kind has an op");
      })
      .Case([&](vm::VecSaturatingOp op) { return exportSaturating(op); })
      .Case([&](vm::VecShiftOp op) { return exportVecShift(op); })
      .Case([&](vm::BroadcastOp op) -> Result {
        return ops::Broadcast{dst(), x(op.getSrc()), size(op.getSize())};
      })
      .Default(Result());
}

//===----------------------------------------------------------------------===//
// Side exits and operands
//===----------------------------------------------------------------------===//

OpExporter::MaybeOp OpExporter::exportSideBranch(vm::SideBranchOp op) {
  RegId lhs = x(op.getLhs()), rhs = x(op.getRhs());
  switch (op.getPredicate()) {
  case vm::CmpPredicate::EQ:
    return ops::Beq{lhs, rhs, op.getTarget()};
  case vm::CmpPredicate::NE:
    return ops::Bne{lhs, rhs, op.getTarget()};
  case vm::CmpPredicate::LT:
    return ops::Blt{lhs, rhs, op.getTarget()};
  case vm::CmpPredicate::LTU:
    return ops::Bltu{lhs, rhs, op.getTarget()};
  case vm::CmpPredicate::GE:
    return ops::Bge{lhs, rhs, op.getTarget()};
  case vm::CmpPredicate::GEU:
    return ops::Bgeu{lhs, rhs, op.getTarget()};
  }
  llvm_unreachable("every predicate has an op");
}

OpExporter::MaybeOp OpExporter::exportControl(Operation *op) {
  using Result = MaybeOp;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](vm::SideBranchOp op) { return exportSideBranch(op); })
      .Case([&](vm::BranchOp op) -> Result {
        return ops::Branch{operand(op.getTarget()), op.getLink()};
      })
      .Case([&](vm::CondBranchOp op) -> Result {
        return ops::CondBranch{operand(op.getCondition()),
                               operand(op.getTarget()), op.getLink()};
      })
      .Case([&](vm::OperandBinaryOp op) -> Result {
        return ops::BinaryOp{binaryOperator(op.getOp(), op.getCustom()), dst(),
                             operand(op.getSrc1()), operand(op.getSrc2())};
      })
      .Case([&](vm::OperandLoadOp op) -> Result {
        return ops::LoadExt{dst(), operand(op.getAddr()), size(op.getSize()),
                            flags(op.getFlags())};
      })
      .Case([&](vm::OperandStoreOp op) -> Result {
        return ops::StoreExt{operand(op.getValue()), operand(op.getAddr()),
                             size(op.getSize()), flags(op.getFlags())};
      })
      .Default(Result());
}

//===----------------------------------------------------------------------===//
// System
//===----------------------------------------------------------------------===//

OpExporter::MaybeOp OpExporter::exportCsrUpdate(vm::CsrUpdateOp op) {
  uint16_t csr = narrow<uint16_t>(op.getCsr(), "CSR");
  switch (op.getAction()) {
  case vm::CsrOperation::Write:
    return ops::CsrWrite{csr, x(op.getSrc())};
  case vm::CsrOperation::Set:
    return ops::CsrSet{csr, x(op.getSrc())};
  case vm::CsrOperation::Clear:
    return ops::CsrClear{csr, x(op.getSrc())};
  }
  llvm_unreachable("every operation has an op");
}

OpExporter::MaybeOp OpExporter::exportCsrUpdateImm(vm::CsrUpdateImmOp op) {
  uint16_t csr = narrow<uint16_t>(op.getCsr(), "CSR");
  // Register 0 here means that the old value is dropped, whatever the program
  // says of it.
  RegId old = op.getOld().use_empty() ? 0 : dst();
  switch (op.getAction()) {
  case vm::CsrOperation::Write:
    return ops::CsrWriteImm{csr, op.getImm(), old};
  case vm::CsrOperation::Set:
    return ops::CsrSetImm{csr, op.getImm(), old};
  case vm::CsrOperation::Clear:
    return ops::CsrClearImm{csr, op.getImm(), old};
  }
  llvm_unreachable("every operation has an op");
}

OpExporter::MaybeOp OpExporter::exportSystem(Operation *op) {
  using Result = MaybeOp;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](vm::SyscallOp) -> Result { return ops::SysCall{}; })
      .Case([&](vm::BreakpointOp) -> Result { return ops::DebugBreak{}; })
      .Case([&](vm::MretOp) -> Result { return ops::SysMret{}; })
      .Case([&](vm::SretOp) -> Result { return ops::SysSret{}; })
      .Case([&](vm::WfiOp) -> Result { return ops::SysWfi{}; })
      .Case([&](vm::CpuidOp op) -> Result {
        return ops::Cpuid{x(op.getLeaf()), x(op.getSubleaf()),
                          dst(0),          dst(1),
                          dst(2),          dst(3)};
      })
      .Case([&](vm::CsrReadOp op) -> Result {
        return ops::CsrRead{dst(), narrow<uint16_t>(op.getCsr(), "CSR")};
      })
      .Case([&](vm::CsrUpdateOp op) { return exportCsrUpdate(op); })
      .Case([&](vm::CsrUpdateImmOp op) { return exportCsrUpdateImm(op); })
      .Case([&](vm::ReadFlagsOp) -> Result {
        return ops::ReadPstateFlags{dst()};
      })
      .Case([&](vm::WriteFlagsOp op) -> Result {
        return ops::WritePstateFlags{x(op.getSrc())};
      })
      .Case([&](vm::EvalConditionOp op) -> Result {
        return ops::EvalCondition{dst(),
                                  narrow<uint8_t>(op.getCond(), "condition")};
      })
      .Default(Result());
}

OpExporter::MaybeOp OpExporter::exportVendor(Operation *op) {
  using Result = MaybeOp;
  auto tile = [&](uint32_t id) { return narrow<uint8_t>(id, "tile"); };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](vm::VendorLoadOp op) -> Result {
        return ops::VendorLoad{dst(), x(op.getBase()),
                               static_cast<int64_t>(op.getOffset()),
                               op.getVendor().str(), tile(op.getTileId())};
      })
      .Case([&](vm::VendorStoreOp op) -> Result {
        return ops::VendorStore{x(op.getValue()), x(op.getBase()),
                                static_cast<int64_t>(op.getOffset()),
                                op.getVendor().str(), tile(op.getTileId())};
      })
      .Case([&](vm::VendorMatrixOp op) -> Result {
        return ops::VendorMatrixOp{dst(),
                                   op.getOp().str(),
                                   tile(op.getTileC()),
                                   tile(op.getTileA()),
                                   tile(op.getTileB()),
                                   op.getPrecision().str()};
      })
      .Case([&](vm::VendorConfigOp op) -> Result {
        return ops::VendorConfig{op.getVendor().str(), tile(op.getTileId()),
                                 op.getConfig().str()};
      })
      .Case([&](vm::VendorVectorOp op) -> Result {
        return ops::VendorVectorOp{dst(), op.getOp().str(), x(op.getSrc1()),
                                   x(op.getSrc2()), op.getVendor().str()};
      })
      .Default(Result());
}

//===----------------------------------------------------------------------===//
// Terminators
//===----------------------------------------------------------------------===//

std::optional<vmir::Terminator> OpExporter::exportTerminator(Operation *op) {
  using Result = std::optional<vmir::Terminator>;
  Result result =
      llvm::TypeSwitch<Operation *, Result>(op)
          .Case([&](vm::RetOp) -> Result { return terms::Ret{}; })
          .Case([&](vm::JmpOp op) -> Result {
            return terms::Jmp{op.getTarget()};
          })
          .Case([&](vm::JmpRegOp op) -> Result {
            return terms::JmpReg{x(op.getBase()),
                                 static_cast<int64_t>(op.getOffset())};
          })
          .Case([&](vm::CondJmpOp op) -> Result {
            return terms::CondJmp{x(op.getCond()), op.getTargetTrue(),
                                  op.getTargetFalse()};
          })
          .Case([&](vm::CallOp op) -> Result {
            return terms::Call{op.getTarget(), op.getRetPc()};
          })
          .Case([&](vm::FaultOp op) -> Result {
            return terms::Fault{op.getCause()};
          })
          .Case([&](vm::InterruptOp op) -> Result {
            return terms::Interrupt{narrow<uint32_t>(op.getVector(), "vector")};
          })
          .Default(Result());
  return refusal.empty() ? result : std::nullopt;
}
