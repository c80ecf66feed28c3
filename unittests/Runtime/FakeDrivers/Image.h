//===- Image.h - Code that fake devices load --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads what a launch is checked against from PTX, and from the symbols of
// ELF files. Nothing here could run it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_IMAGE_H
#define VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_IMAGE_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fake {

/// A kernel in an image.
struct KernelImage {
  /// The sizes of the parameters; absent if the image does not say.
  std::optional<std::vector<uint32_t>> paramSizes;
  uint32_t sharedBytes = 0;
  /// What .maxntid or the metadata allows; 0 for anything.
  uint32_t maxThreads = 0;
};

/// What an image defines.
struct Image {
  /// CUDA: the number in "sm_90". AMD: the architecture's number in e_flags.
  unsigned architecture = 0;
  /// PTX: major * 10 + minor; else 0.
  unsigned ptxVersion = 0;
  std::map<std::string, KernelImage> kernels;
  /// Global variables and their sizes.
  std::map<std::string, uint64_t> globals;
};

/// Reads PTX. \p error says what is wrong with it, in the manner of ptxas.
std::optional<Image> readPTX(std::string_view text, std::string &error);

/// Reads a cubin (\p machine EM_CUDA) or a code object (EM_AMDGPU) that starts
/// at \p bytes; its headers say how long it is.
std::optional<Image> readELF(const void *bytes, unsigned machine);

/// Makes a cubin that readELF reads of \p ptx, which readPTX has read as
/// \p image, for the architecture \p sm.
std::vector<uint8_t> makeCubin(std::string_view ptx, unsigned sm);

/// The number of \p chip ("sm_90", "gfx90a") as in Image::architecture; 0 if it
/// is not known.
unsigned getArchitecture(std::string_view chip);

} // namespace fake

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_IMAGE_H
