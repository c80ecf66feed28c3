//===- RowMaker.h - Values to run instructions on ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_FRONTEND_RISCV_ORACLE_ROWMAKER_H
#define VMJIT_UNITTESTS_FRONTEND_RISCV_ORACLE_ROWMAKER_H

#include "GuestProgram.h"

namespace vmjit::riscv::oracle {

/// A row for \p instruction, which will be at \p rowAddress: edge values and
/// random ones, and addresses in registers that are used as such. With
/// \p isExact there are rounding modes and flags.
Row makeRow(const DecodedInstruction &instruction, uint64_t rowAddress,
            bool isExact, Random &random);

/// The place of the register \p number in the integer window, or none.
std::optional<size_t> findInWindow(uint8_t number);

} // namespace vmjit::riscv::oracle

#endif // VMJIT_UNITTESTS_FRONTEND_RISCV_ORACLE_ROWMAKER_H
