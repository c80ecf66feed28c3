//===- ProcessImage.h - What a guest program starts from --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A static program as its ELF file describes it, of whatever file and
// architecture.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LINUXUSER_PROCESSIMAGE_H
#define VMJIT_LINUXUSER_PROCESSIMAGE_H

#include <cstdint>
#include <vector>

namespace vmjit::linux_user {

/// A range of guest memory that is there when the program starts.
struct ImageSegment {
  uint64_t address = 0;
  /// In memory; what \p bytes do not fill is zero. At least their number.
  uint64_t size = 0;
  std::vector<uint8_t> bytes;
  bool isWritable = false;
};

struct ProcessImage {
  std::vector<ImageSegment> segments;
  uint64_t entry = 0;
  /// Where the ELF program headers are in guest memory, 0 if they are not, and
  /// how many there are, for the auxiliary vector.
  uint64_t programHeaders = 0;
  uint64_t programHeaderCount = 0;
};

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_PROCESSIMAGE_H
