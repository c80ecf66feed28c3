//===- VersionedStruct.cpp - Structs of older and newer callers -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VersionedStruct.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;

/// Far above any size that a struct may grow to: a struct_size above it was
/// never set.
static constexpr size_t kMaxStructSize = 4096;

Error capi::checkStructSize(size_t size, size_t firstSize, const char *name) {
  if (size >= firstSize && size <= kMaxStructSize)
    return Error::success();
  return makeErrorf(ErrorCode::InvalidArgument,
                    "{0}->struct_size is {1}; expected sizeof the struct, at "
                    "least {2}",
                    name, size, firstSize);
}

Error capi::checkRestIsZero(const void *given, size_t known, size_t size,
                            const char *name) {
  if (size <= known)
    return Error::success();
  ArrayRef<char> rest(static_cast<const char *>(given) + known, size - known);
  if (all_of(rest, [](char byte) { return byte == 0; }))
    return Error::success();
  return makeErrorf(ErrorCode::Unsupported,
                    "{0} asks for something that this version of vmjit-c does "
                    "not know",
                    name);
}
