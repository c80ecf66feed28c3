//===- Listing.h - Instructions beside what they became ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FRONTEND_RISCV_LISTING_H
#define VMJIT_FRONTEND_RISCV_LISTING_H

#include "vmjit/Frontend/RISCV/Lifter.h"
#include "llvm/Support/raw_ostream.h"

namespace vmjit::riscv {

/// Writes each block of \p lifted: the address, the bytes and the assembly of
/// each instruction, and to the right of it its ops.
void writeListing(llvm::raw_ostream &os, const LiftedProgram &lifted,
                  const GuestImage &image, const Decoder &decoder);

} // namespace vmjit::riscv

#endif // VMJIT_FRONTEND_RISCV_LISTING_H
