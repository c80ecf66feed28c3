//===- RISCVImage.cpp - The process image of a RISC-V file ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/RISCVImage.h"

using namespace vmjit;
using namespace vmjit::linux_user;

ProcessImage linux_user::makeProcessImage(const riscv::GuestImage &guest) {
  ProcessImage image;
  image.entry = guest.getEntry();
  image.programHeaders = guest.getProgramHeaders();
  image.programHeaderCount = guest.getProgramHeaderCount();
  for (const riscv::ImageRegion &region : guest.getRegions())
    image.segments.push_back(
        {region.addr, region.bytes.size(), region.bytes, region.isWritable});
  return image;
}
