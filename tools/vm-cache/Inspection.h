//===- Inspection.h - What is in a cache ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TOOLS_VM_CACHE_INSPECTION_H
#define VMJIT_TOOLS_VM_CACHE_INSPECTION_H

#include "vmjit/Cache/DiskCache.h"
#include "llvm/Support/raw_ostream.h"

namespace vmjit {

/// Writes a line for each entry, the most recently used first, and totals.
llvm::Error listEntries(const DiskCache &cache, llvm::raw_ostream &os);

/// Writes everything about the one entry whose digest starts with \p prefix.
/// Fails with InvalidArgument if there is none, or several.
llvm::Error showEntry(const DiskCache &cache, llvm::StringRef prefix,
                      llvm::raw_ostream &os);

/// Reads every entry and writes a line for each that is damaged or cannot be
/// read, and totals. How many those are.
llvm::Expected<size_t> verifyEntries(const DiskCache &cache,
                                     llvm::raw_ostream &os);

} // namespace vmjit

#endif // VMJIT_TOOLS_VM_CACHE_INSPECTION_H
