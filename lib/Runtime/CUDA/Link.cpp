//===- Link.cpp - PTX to cubin by the CUDA driver ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The driver's own compiler, through its linker interface: that of modules
// gives no cubin.
//
//===----------------------------------------------------------------------===//

#include "Link.h"

#include "llvm/ADT/ScopeExit.h"

#include <cstring>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

namespace {

/// The driver writes here what is wrong with the PTX.
struct ErrorLog {
  char buffer[8192] = {};
  CUjit_option options[2] = {CU_JIT_ERROR_LOG_BUFFER,
                             CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  /// The driver replaces the size by what it used.
  void *values[2] = {buffer,
                     reinterpret_cast<void *>(uintptr_t(sizeof(buffer)))};

  /// Without what would end a message.
  StringRef getText() const {
    return StringRef(buffer, strnlen(buffer, sizeof(buffer))).trim();
  }
};

} // namespace

Expected<std::vector<uint8_t>>
cuda::linkPTX(const Api &api, ArrayRef<uint8_t> ptx, StringRef kernelName) {
  ErrorLog log;
  auto fail = [&](const Status &status) {
    return api.makeDriverError(status, GpuErrorKind::KernelLoadingFailed,
                               {.kernel = kernelName.str()}, log.getText());
  };
  CUlinkState state = nullptr;
  if (Status status = api.linkCreate(std::size(log.options), log.options,
                                     log.values, &state);
      status.failed())
    return fail(status);
  scope_exit destroy([&] { (void)api.linkDestroy(state); });
  // With the zero that the driver wants at the end.
  std::string text(ptx.begin(), ptx.end());
  if (Status status =
          api.linkAddData(state, CU_JIT_INPUT_PTX, text.data(), text.size() + 1,
                          "vmjit.ptx", 0, nullptr, nullptr);
      status.failed())
    return fail(status);
  void *cubin = nullptr;
  size_t size = 0;
  if (Status status = api.linkComplete(state, &cubin, &size); status.failed())
    return fail(status);
  // It is the link state's.
  auto *bytes = static_cast<const uint8_t *>(cubin);
  if (!bytes || size == 0 || size > CodeObject::kMaxPayloadBytes)
    return makeGpuError(GpuErrorKind::KernelLoadingFailed,
                        "the driver's linker gave no cubin",
                        {.kernel = kernelName.str()});
  return std::vector<uint8_t>(bytes, bytes + size);
}
