//===- AlignedBuffer.h - Zeroed memory that may not be there ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory whose size comes from outside: an allocation that fails is an error.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_ALIGNEDBUFFER_H
#define VMJIT_RUNTIME_ALIGNEDBUFFER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <cstdlib>
#include <memory>

namespace vmjit {

/// Owns memory, aligned to kAlign. Move-only; empty if default-constructed.
class AlignedBuffer {
public:
  static constexpr uint64_t kAlign = 64;
  /// More is refused without asking the system.
  static constexpr uint64_t kMaxBytes = uint64_t(1) << 39;

  AlignedBuffer() = default;

  /// \p size bytes of zeros, which the system provides when they are touched.
  /// Fails with OutOfMemory.
  static llvm::Expected<AlignedBuffer> create(uint64_t size);

  uint8_t *data() { return start; }
  const uint8_t *data() const { return start; }
  uint64_t size() const { return length; }

private:
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };

  std::unique_ptr<void, Free> memory;
  uint8_t *start = nullptr;
  uint64_t length = 0;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_ALIGNEDBUFFER_H
