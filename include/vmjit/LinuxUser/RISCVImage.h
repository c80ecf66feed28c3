//===- RISCVImage.h - The process image of a RISC-V file -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LINUXUSER_RISCVIMAGE_H
#define VMJIT_LINUXUSER_RISCVIMAGE_H

#include "vmjit/Frontend/RISCV/GuestImage.h"
#include "vmjit/LinuxUser/ProcessImage.h"

namespace vmjit::linux_user {

/// What processes of the program in \p guest start from: a copy of its bytes.
ProcessImage makeProcessImage(const riscv::GuestImage &guest);

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_RISCVIMAGE_H
