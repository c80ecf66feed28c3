//===- GpuError.h - What went wrong on a device -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The error of everything that a device does. It is a VMJITError, so code and
// context work as everywhere; beyond that it has a kind, what the kind is
// about, and what the driver itself said.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_GPUERROR_H
#define VMJIT_RUNTIME_GPUERROR_H

#include "vmjit/Runtime/DeviceType.h"
#include "vmjit/Support/ProgramError.h"

#include <optional>
#include <string>

namespace vmjit {

/// What failed; the list is in GpuErrorKinds.def.
enum class GpuErrorKind : uint8_t {
#define VMJIT_GPU_ERROR(Kind, Code, Text) Kind,
#include "vmjit/Runtime/GpuErrorKinds.def"
};

/// The text of \p kind in GpuErrorKinds.def.
llvm::StringRef getGpuErrorKindText(GpuErrorKind kind);
/// The enumerator's name, for statistics and other languages.
llvm::StringRef getGpuErrorKindName(GpuErrorKind kind);

/// Which way bytes go.
enum class CopyDirection : uint8_t {
  HostToDevice,
  DeviceToHost,
  DeviceToDevice
};

/// "host to device" and so on.
llvm::StringRef getCopyDirectionText(CopyDirection direction);

/// What a driver answered.
struct DriverStatus {
  /// The function that was called ("cuMemAlloc_v2").
  std::string call;
  /// The driver's number, name and text of the error.
  int64_t code = 0;
  std::string name;
  std::string text;

  /// "cuMemAlloc_v2: CUDA_ERROR_OUT_OF_MEMORY (2): out of memory".
  std::string str() const;
};

/// What an error is about; which members are set depends on the kind.
struct GpuErrorSubject {
  /// DeviceInitializationFailed, DriverBindingFailed: whose.
  std::optional<DeviceType> deviceType = std::nullopt;
  /// MemoryAllocationFailed: the bytes that were asked for.
  std::optional<uint64_t> requestedBytes = std::nullopt;
  /// MemoryCopyFailed.
  std::optional<CopyDirection> direction = std::nullopt;
  /// KernelCompilationFailed, KernelLoadingFailed, KernelExecutionFailed and
  /// Timeout: the entry. Of asynchronous work where only the stream is known,
  /// the entries it may be, separated by ", ".
  std::string kernel = {};
  /// KernelCompilationFailed: the place in the program, where one is known.
  std::optional<ProgramPlace> place = std::nullopt;
  /// FeatureNotSupported: what the device lacks, and the device.
  std::string feature = {};
  std::string device = {};
};

/// The payload of the errors of devices.
class GpuError : public llvm::ErrorInfo<GpuError, VMJITError> {
public:
  static char ID;

  GpuError(GpuErrorKind kind, std::string reason, GpuErrorSubject subject = {},
           std::optional<DriverStatus> driver = std::nullopt);

  GpuErrorKind getKind() const { return kind; }
  const GpuErrorSubject &getSubject() const { return subject; }
  /// What was said beyond kind, subject and driver's answer; may be empty.
  const std::string &getReason() const { return reason; }
  /// Null if the driver was not asked.
  const DriverStatus *getDriverStatus() const {
    return driver ? &*driver : nullptr;
  }

private:
  GpuErrorKind kind;
  std::string reason;
  GpuErrorSubject subject;
  std::optional<DriverStatus> driver;
};

/// Makes a GpuError. Its message is the kind's text, what it is about, \p
/// reason, and what the driver said.
llvm::Error makeGpuError(GpuErrorKind kind, const llvm::Twine &reason,
                         GpuErrorSubject subject = {},
                         std::optional<DriverStatus> driver = std::nullopt);

/// \p error, from running \p kernel, as a GpuError: a KernelExecutionFailed or
/// Timeout that is about no kernel is about this one, and an Other becomes such
/// a KernelExecutionFailed. With an empty \p kernel nothing changes but that.
llvm::Error withKernel(llvm::Error error, llvm::StringRef kernel);

/// The kind of \p error, which stays unhandled and must be a failure. One that
/// is no GpuError has the kind whose code it has.
GpuErrorKind getGpuErrorKind(const llvm::Error &error);

/// \p error, which must be a failure, as a value: as it is if it is a GpuError,
/// else of the kind that getGpuErrorKind says, with its message as the reason.
GpuError takeGpuError(llvm::Error error);
/// The same as an error. Success stays success.
llvm::Error toGpuError(llvm::Error error);

} // namespace vmjit

#endif // VMJIT_RUNTIME_GPUERROR_H
