//===- GPUCsrs.h - The CSRs that stand for GPU ops --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Guest binaries reach position, barrier and shared memory through CSRs, which
// mean the same as the GPU ops. docs/OpSpec.md, "GPU ops".
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_GPUCSRS_H
#define VMJIT_VMIR_GPUCSRS_H

#include <cstdint>
#include <optional>

namespace vmjit::vmir {

/// What reading a CSR gives.
struct GPUCsr {
  enum Kind : uint8_t {
    ThreadId,
    BlockId,
    BlockDim,
    GridDim,
    LaneId,
    SharedBase,
    LinearId
  };
  Kind kind;
  /// 0 to 2 for the first four kinds, else 0.
  uint8_t dim;
};

/// Writing this CSR is GpuBarrier.
inline constexpr uint16_t kBarrierCsr = 0x800;

/// The position that reading \p csr gives; nothing for any other CSR.
constexpr std::optional<GPUCsr> getGPUCsr(uint16_t csr) {
  constexpr GPUCsr::Kind dimensional[] = {GPUCsr::ThreadId, GPUCsr::BlockId,
                                          GPUCsr::BlockDim, GPUCsr::GridDim};
  if (csr >= 0xCC0 && csr < 0xCD0 && csr % 4 < 3)
    return GPUCsr{dimensional[(csr - 0xCC0) / 4],
                  static_cast<uint8_t>(csr % 4)};
  if (csr == 0xCD0)
    return GPUCsr{GPUCsr::LaneId, 0};
  if (csr == 0xCD2)
    return GPUCsr{GPUCsr::SharedBase, 0};
  if (csr == 0xF14)
    return GPUCsr{GPUCsr::LinearId, 0};
  return std::nullopt;
}

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_GPUCSRS_H
