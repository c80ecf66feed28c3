//===- CopyOnWrite.cpp - Pages shared until they are written ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file in memory (memfd_create(2)) has the pages, and each range is a private
// mapping of it. Systems without such files replace none.
//
//===----------------------------------------------------------------------===//

#include "CopyOnWrite.h"

#include "vmjit/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#include <sys/resource.h>
#endif

using namespace llvm;
using namespace vmjit;

#ifdef MFD_CLOEXEC

Expected<uint64_t> vmjit::mapCopiesOnWrite(ArrayRef<uint8_t> pages,
                                           uint8_t *first, uint64_t stride,
                                           uint64_t copyCount) {
  // To write more raises a signal.
  rlimit fileSize;
  if (getrlimit(RLIMIT_FSIZE, &fileSize) || pages.size() > fileSize.rlim_cur)
    return 0;
  int file = memfd_create("vmjit-memory", MFD_CLOEXEC);
  if (file < 0)
    return 0;
  // Closed at the end: the mappings keep the pages.
  raw_fd_ostream stream(file, /*shouldClose=*/true, /*unbuffered=*/true);
  stream.write(reinterpret_cast<const char *>(pages.data()), pages.size());
  if (stream.has_error()) {
    stream.clear_error();
    return 0;
  }
  for (uint64_t copy = 0; copy < copyCount; ++copy) {
    uint8_t *range = first + copy * stride;
    if (mmap(range, pages.size(), PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_FIXED, file, 0) != MAP_FAILED)
      continue;
    // Where there are too many mappings, that is known before the old one goes.
    // This does nothing to memory that is there.
    if (msync(range, pages.size(), MS_ASYNC))
      return makeErrorf(ErrorCode::OutOfMemory, "cannot map {0} bytes",
                        pages.size());
    return copy;
  }
  return copyCount;
}

#else

Expected<uint64_t> vmjit::mapCopiesOnWrite(ArrayRef<uint8_t>, uint8_t *,
                                           uint64_t, uint64_t) {
  return 0;
}

#endif
