//===- riscv-fuzzer.cpp - Any bytes as a RISC-V program ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the reader takes is lifted and listed; what it does not take is lifted
// as code. The lifter verifies what it makes: that must hold, and only what is
// asked for can be wrong.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Frontend/RISCV/ELFReader.h"
#include "vmjit/Frontend/RISCV/Listing.h"
#include "vmjit/Support/Error.h"

#include <cstdlib>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

static Expected<GuestImage> readImage(ArrayRef<uint8_t> bytes) {
  Expected<GuestImage> image = readELF(
      StringRef(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
  if (image)
    return image;
  consumeError(image.takeError());
  return GuestImage::fromBytes(bytes, /*base=*/0x1000);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const Decoder decoder = cantFail(Decoder::create());
  Expected<GuestImage> image = readImage(ArrayRef(data, size));
  if (!image) {
    consumeError(image.takeError());
    return 0;
  }
  LiftOptions options;
  options.entries = {image->getEntry()};
  options.maxInstructions = 4096;
  Expected<LiftedProgram> lifted = liftProgram(*image, decoder, options);
  if (lifted) {
    writeListing(nulls(), *lifted, *image, decoder);
    return 0;
  }
  Error error = lifted.takeError();
  if (getErrorCode(error) != ErrorCode::InvalidArgument)
    abort();
  consumeError(std::move(error));
  return 0;
}
