//===- ImportSystemOps.cpp - Import of system, vendor and GPU ops -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpImporter.h"

#include "vmjit/VMIR/GPUCsrs.h"

using namespace mlir;
using namespace vmjit;
namespace ops = vmjit::vmir::ops;

template <class IROp>
void OpImporter::csrImmediate(const IROp &op, vm::CsrOperation action) {
  Value old = create<vm::CsrUpdateImmOp>(i64(), action, op.csr, op.imm);
  // Register 0 drops the old value even where it is an ordinary register.
  if (vmir::canonicalReg(op.dst) != 0)
    writeX(op.dst, old);
}

template <class OpT, class IROp> void OpImporter::position(const IROp &op) {
  writeX(op.dst, create<OpT>(i64(), static_cast<vm::Dimension>(op.dim)));
}

Value OpImporter::readCsr(uint16_t csr) {
  if (std::optional<vmir::GPUCsr> gpu = vmir::getGPUCsr(csr)) {
    auto dim = static_cast<vm::Dimension>(gpu->dim);
    switch (gpu->kind) {
    case vmir::GPUCsr::ThreadId:
      return create<vm::ThreadIdOp>(i64(), dim);
    case vmir::GPUCsr::BlockId:
      return create<vm::BlockIdOp>(i64(), dim);
    case vmir::GPUCsr::BlockDim:
      return create<vm::BlockDimOp>(i64(), dim);
    case vmir::GPUCsr::GridDim:
      return create<vm::GridDimOp>(i64(), dim);
    case vmir::GPUCsr::LaneId:
      return create<vm::LaneIdOp>(i64());
    case vmir::GPUCsr::SharedBase:
      return create<vm::SharedBaseOp>(i64());
    case vmir::GPUCsr::LinearId:
      return create<vm::LinearIdOp>(i64());
    }
  }
  return create<vm::CsrReadOp>(i64(), csr);
}

//===----------------------------------------------------------------------===//
// System
//===----------------------------------------------------------------------===//

void OpImporter::operator()(const ops::SysCall &) { create<vm::SyscallOp>(); }

void OpImporter::operator()(const ops::DebugBreak &) {
  create<vm::BreakpointOp>();
}

void OpImporter::operator()(const ops::SysMret &) { create<vm::MretOp>(); }

void OpImporter::operator()(const ops::SysSret &) { create<vm::SretOp>(); }

void OpImporter::operator()(const ops::SysWfi &) { create<vm::WfiOp>(); }

void OpImporter::operator()(const ops::Cpuid &op) {
  auto cpuid = create<vm::CpuidOp>(i64(), i64(), i64(), i64(), readX(op.leaf),
                                   readX(op.subleaf));
  writeX(op.dstEax, cpuid.getEax());
  writeX(op.dstEbx, cpuid.getEbx());
  writeX(op.dstEcx, cpuid.getEcx());
  writeX(op.dstEdx, cpuid.getEdx());
}

void OpImporter::operator()(const ops::TlbFlush &op) {
  create<vm::TlbFlushOp>(
      op.vaddr ? builder.getI64IntegerAttr(static_cast<int64_t>(*op.vaddr))
               : IntegerAttr());
}

void OpImporter::operator()(const ops::CsrRead &op) {
  writeX(op.dst, readCsr(op.csr));
}

void OpImporter::operator()(const ops::CsrWrite &op) {
  if (op.csr == vmir::kBarrierCsr) {
    create<vm::BarrierOp>();
    return;
  }
  create<vm::CsrUpdateOp>(vm::CsrOperation::Write, op.csr, readX(op.src));
}

void OpImporter::operator()(const ops::CsrSet &op) {
  create<vm::CsrUpdateOp>(vm::CsrOperation::Set, op.csr, readX(op.src));
}

void OpImporter::operator()(const ops::CsrClear &op) {
  create<vm::CsrUpdateOp>(vm::CsrOperation::Clear, op.csr, readX(op.src));
}

void OpImporter::operator()(const ops::CsrWriteImm &op) {
  csrImmediate(op, vm::CsrOperation::Write);
}

void OpImporter::operator()(const ops::CsrSetImm &op) {
  csrImmediate(op, vm::CsrOperation::Set);
}

void OpImporter::operator()(const ops::CsrClearImm &op) {
  csrImmediate(op, vm::CsrOperation::Clear);
}

void OpImporter::operator()(const ops::ReadPstateFlags &op) {
  writeX(op.dst, create<vm::ReadFlagsOp>(i64()));
}

void OpImporter::operator()(const ops::WritePstateFlags &op) {
  create<vm::WriteFlagsOp>(readX(op.src));
}

void OpImporter::operator()(const ops::EvalCondition &op) {
  writeX(op.dst, create<vm::EvalConditionOp>(i64(), op.cond));
}

void OpImporter::operator()(const ops::VendorLoad &op) {
  writeX(op.dst, create<vm::VendorLoadOp>(i64(), readX(op.base), op.offset,
                                          op.vendor, op.tileId));
}

void OpImporter::operator()(const ops::VendorStore &op) {
  create<vm::VendorStoreOp>(readX(op.src), readX(op.base), op.offset, op.vendor,
                            op.tileId);
}

void OpImporter::operator()(const ops::VendorMatrixOp &op) {
  writeX(op.dst, create<vm::VendorMatrixOp>(i64(), op.op, op.tileC, op.tileA,
                                            op.tileB, op.precision));
}

void OpImporter::operator()(const ops::VendorConfig &op) {
  create<vm::VendorConfigOp>(op.vendor, op.tileId, op.config);
}

void OpImporter::operator()(const ops::VendorVectorOp &op) {
  writeX(op.dst, create<vm::VendorVectorOp>(i64(), op.op, readX(op.src1),
                                            readX(op.src2), op.vendor));
}

//===----------------------------------------------------------------------===//
// GPU
//===----------------------------------------------------------------------===//

void OpImporter::operator()(const ops::GpuThreadId &op) {
  position<vm::ThreadIdOp>(op);
}

void OpImporter::operator()(const ops::GpuBlockId &op) {
  position<vm::BlockIdOp>(op);
}

void OpImporter::operator()(const ops::GpuBlockDim &op) {
  position<vm::BlockDimOp>(op);
}

void OpImporter::operator()(const ops::GpuGridDim &op) {
  position<vm::GridDimOp>(op);
}

void OpImporter::operator()(const ops::GpuGlobalId &op) {
  position<vm::GlobalIdOp>(op);
}

void OpImporter::operator()(const ops::GpuLaneId &op) {
  writeX(op.dst, create<vm::LaneIdOp>(i64()));
}

void OpImporter::operator()(const ops::GpuSharedBase &op) {
  writeX(op.dst, create<vm::SharedBaseOp>(i64()));
}

void OpImporter::operator()(const ops::GpuBarrier &) {
  create<vm::BarrierOp>();
}
