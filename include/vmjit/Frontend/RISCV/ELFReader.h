//===- ELFReader.h - Guest images from ELF files ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FRONTEND_RISCV_ELFREADER_H
#define VMJIT_FRONTEND_RISCV_ELFREADER_H

#include "vmjit/Frontend/RISCV/GuestImage.h"

namespace vmjit::riscv {

/// Reads a statically linked RV64 executable for little-endian machines, which
/// may be hostile. Its loadable segments become regions, the symbols of its
/// first symbol table the image's, global ones before local ones of the same
/// name. Data are the sections that are loaded and hold no code; in a file
/// without sections, all of its segments.
///
/// Fails with ParseError for what is no well-formed ELF file, and with
/// Unsupported for one of another kind, saying how to make the right one.
llvm::Expected<GuestImage> readELF(llvm::StringRef file);

} // namespace vmjit::riscv

#endif // VMJIT_FRONTEND_RISCV_ELFREADER_H
