//===- Gpu.cpp - Position in the grid, barriers and fences ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

namespace {
/// A warp of the interpreter has one thread.
constexpr uint64_t kLaneId = 0;

/// The number that \p position has among those in \p extent, x fastest.
uint64_t linearize(const Dim3 &position, const Dim3 &extent) {
  return position[0] +
         extent[0] * (position[1] + uint64_t(extent[1]) * position[2]);
}

/// The number of a thread in its grid, all threads of a block in a row.
uint64_t getLinearGlobalId(const GridPosition &position) {
  uint64_t threadsPerBlock = uint64_t(position.blockDim[0]) *
                             position.blockDim[1] * position.blockDim[2];
  return linearize(position.blockId, position.gridDim) * threadsPerBlock +
         linearize(position.threadId, position.blockDim);
}

/// Sets \p dst to what \p get gives for \p dim, which has to be x, y or z.
template <class Getter>
Outcome readDim(Machine &machine, RegId dst, uint8_t dim, Getter &&get) {
  if (dim > 2)
    return machine.exitWith(ExitStatus::BadOp);
  machine.setX(dst, get(machine.getPosition()));
  return Outcome::Next;
}
} // namespace

Outcome interpreter::execute(const ops::GpuThreadId &op, Machine &machine) {
  return readDim(machine, op.dst, op.dim, [&](const GridPosition &position) {
    return position.threadId[op.dim];
  });
}

Outcome interpreter::execute(const ops::GpuBlockId &op, Machine &machine) {
  return readDim(machine, op.dst, op.dim, [&](const GridPosition &position) {
    return position.blockId[op.dim];
  });
}

Outcome interpreter::execute(const ops::GpuBlockDim &op, Machine &machine) {
  return readDim(machine, op.dst, op.dim, [&](const GridPosition &position) {
    return position.blockDim[op.dim];
  });
}

Outcome interpreter::execute(const ops::GpuGridDim &op, Machine &machine) {
  return readDim(machine, op.dst, op.dim, [&](const GridPosition &position) {
    return position.gridDim[op.dim];
  });
}

Outcome interpreter::execute(const ops::GpuGlobalId &op, Machine &machine) {
  return readDim(machine, op.dst, op.dim, [&](const GridPosition &position) {
    return uint64_t(position.blockId[op.dim]) * position.blockDim[op.dim] +
           position.threadId[op.dim];
  });
}

void interpreter::execute(const ops::GpuLaneId &op, Machine &machine) {
  machine.setX(op.dst, kLaneId);
}

Outcome interpreter::execute(const ops::GpuBarrier &, Machine &machine) {
  return machine.barrier();
}

void interpreter::execute(const ops::GpuSharedBase &op, Machine &machine) {
  machine.setX(op.dst, machine.getPosition().sharedBase);
}

// Harts run one after the other, each in program order.
void interpreter::execute(const ops::Fence &, Machine &) {}

uint64_t interpreter::readGPUCsr(GPUCsr csr, const GridPosition &position) {
  switch (csr.kind) {
  case GPUCsr::ThreadId:
    return position.threadId[csr.dim];
  case GPUCsr::BlockId:
    return position.blockId[csr.dim];
  case GPUCsr::BlockDim:
    return position.blockDim[csr.dim];
  case GPUCsr::GridDim:
    return position.gridDim[csr.dim];
  case GPUCsr::LaneId:
    return kLaneId;
  case GPUCsr::SharedBase:
    return position.sharedBase;
  case GPUCsr::LinearId:
    return getLinearGlobalId(position);
  }
  llvm_unreachable("every GPU CSR can be read");
}
