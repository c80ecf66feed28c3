//===- Quantities.h - Sizes and durations as text ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TOOLS_VM_CACHE_QUANTITIES_H
#define VMJIT_TOOLS_VM_CACHE_QUANTITIES_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/Error.h"

#include <string>

namespace vmjit {

/// Reads "300", "64K", "100M" or "1G"; steps are 1024. Fails with
/// InvalidArgument.
llvm::Expected<uint64_t> parseByteCount(llvm::StringRef text);
/// Reads "90", "90s", "15m", "12h" or "30d". Fails with InvalidArgument.
llvm::Expected<std::chrono::seconds> parseDuration(llvm::StringRef text);

/// "300 B", "1.5 KiB".
std::string formatByteCount(uint64_t bytes);
/// How long \p time is ago, in the largest unit that fits: "3m".
std::string formatAge(llvm::sys::TimePoint<> time);

} // namespace vmjit

#endif // VMJIT_TOOLS_VM_CACHE_QUANTITIES_H
