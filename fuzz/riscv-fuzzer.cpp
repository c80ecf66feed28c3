//===- riscv-fuzzer.cpp - Any bytes as a RISC-V program ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the reader takes is lifted and listed; what it does not take is lifted
// as code, entered at its start and in the middle of its first instruction. The
// lifter verifies what it makes: that must hold, and only what is asked for can
// be wrong. What is lifted may not be larger than the code by more than what an
// instruction takes.
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

static constexpr size_t kMaxInstructions = 4096;
/// What an instruction becomes at most, with room for more.
static constexpr size_t kMaxOps = 256;

static size_t countOps(const vmir::Program &program) {
  size_t count = 0;
  for (const vmir::Block &block : program.blocks)
    count += block.ops.size();
  return count;
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
  if (!image->getCode(image->getEntry() + 2).empty())
    options.entries.push_back(image->getEntry() + 2);
  options.maxInstructions = kMaxInstructions;
  Expected<LiftedProgram> lifted = liftProgram(*image, decoder, options);
  if (lifted) {
    if (countOps(lifted->program) > kMaxInstructions * kMaxOps)
      abort();
    writeListing(nulls(), *lifted, *image, decoder);
    return 0;
  }
  Error error = lifted.takeError();
  if (getErrorCode(error) != ErrorCode::InvalidArgument)
    abort();
  consumeError(std::move(error));
  return 0;
}
