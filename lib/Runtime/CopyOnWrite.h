//===- CopyOnWrite.h - Pages shared until they are written ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Many copies of the same pages for the memory of one.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_COPYONWRITE_H
#define VMJIT_LIB_RUNTIME_COPYONWRITE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace vmjit {

/// Replaces \p copyCount ranges of memory, the first one at \p first and each
/// \p stride bytes after the one before, by copies of \p pages that share the
/// host's memory until they are written to. The ranges are whole pages of the
/// host, of memory that sys::Memory has mapped and that is still zero; its
/// owner releases it as before. Returns how many of them, the first ones, have
/// been replaced: not all where the system does not go along; the others are
/// still zero. Fails with OutOfMemory if one is lost.
llvm::Expected<uint64_t> mapCopiesOnWrite(llvm::ArrayRef<uint8_t> pages,
                                          uint8_t *first, uint64_t stride,
                                          uint64_t copyCount);

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_COPYONWRITE_H
