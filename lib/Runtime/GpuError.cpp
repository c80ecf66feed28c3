//===- GpuError.cpp - What went wrong on a device ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Names of kinds, the composition of messages, and conversions from and to
// other errors.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/GpuError.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit;

char GpuError::ID = 0;

StringRef vmjit::getGpuErrorKindText(GpuErrorKind kind) {
  switch (kind) {
#define VMJIT_GPU_ERROR(Kind, Code, Text)                                      \
  case GpuErrorKind::Kind:                                                     \
    return Text;
#include "vmjit/Runtime/GpuErrorKinds.def"
  }
  llvm_unreachable("every kind has a text");
}

StringRef vmjit::getGpuErrorKindName(GpuErrorKind kind) {
  switch (kind) {
#define VMJIT_GPU_ERROR(Kind, Code, Text)                                      \
  case GpuErrorKind::Kind:                                                     \
    return #Kind;
#include "vmjit/Runtime/GpuErrorKinds.def"
  }
  llvm_unreachable("every kind has a name");
}

static ErrorCode getCodeOf(GpuErrorKind kind) {
  switch (kind) {
#define VMJIT_GPU_ERROR(Kind, Code, Text)                                      \
  case GpuErrorKind::Kind:                                                     \
    return ErrorCode::Code;
#include "vmjit/Runtime/GpuErrorKinds.def"
  }
  llvm_unreachable("every kind has a code");
}

StringRef vmjit::getCopyDirectionText(CopyDirection direction) {
  switch (direction) {
  case CopyDirection::HostToDevice:
    return "host to device";
  case CopyDirection::DeviceToHost:
    return "device to host";
  case CopyDirection::DeviceToDevice:
    return "device to device";
  }
  llvm_unreachable("every direction has a text");
}

std::string DriverStatus::str() const {
  std::string result = (call + ": " + name + " (" + Twine(code) + ")").str();
  return text.empty() ? result : result + ": " + text;
}

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

static std::string describeSubject(const GpuErrorSubject &subject) {
  SmallVector<std::string, 4> parts;
  if (subject.deviceType)
    parts.push_back(getDeviceTypeName(*subject.deviceType).str());
  if (subject.requestedBytes)
    parts.push_back(std::to_string(*subject.requestedBytes) + " bytes");
  if (subject.direction)
    parts.push_back(getCopyDirectionText(*subject.direction).str());
  if (!subject.kernel.empty())
    parts.push_back("'" + subject.kernel + "'");
  if (subject.place)
    parts.push_back(subject.place->str());
  if (!subject.feature.empty())
    parts.push_back(subject.feature);
  if (!subject.device.empty())
    parts.push_back("on " + subject.device);
  return join(parts, " ");
}

static std::string composeMessage(GpuErrorKind kind, StringRef reason,
                                  const GpuErrorSubject &subject,
                                  const std::optional<DriverStatus> &driver) {
  std::string message = getGpuErrorKindText(kind).str();
  std::string about = describeSubject(subject);
  if (!about.empty())
    message += " (" + about + ")";
  if (!reason.empty())
    message += ": " + reason.str();
  if (driver)
    message += ": " + driver->str();
  return message;
}

GpuError::GpuError(GpuErrorKind kind, std::string reason,
                   GpuErrorSubject subject, std::optional<DriverStatus> driver)
    : ErrorInfo(getCodeOf(kind), composeMessage(kind, reason, subject, driver)),
      kind(kind), reason(std::move(reason)), subject(std::move(subject)),
      driver(std::move(driver)) {}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

Error vmjit::makeGpuError(GpuErrorKind kind, const Twine &reason,
                          GpuErrorSubject subject,
                          std::optional<DriverStatus> driver) {
  return make_error<GpuError>(kind, reason.str(), std::move(subject),
                              std::move(driver));
}

/// Several kinds share a code; this is the one that says least.
static GpuErrorKind getKindOf(ErrorCode code) {
  switch (code) {
  case ErrorCode::InvalidArgument:
  case ErrorCode::ParseError:
    return GpuErrorKind::InvalidArgument;
  case ErrorCode::InvalidProgram:
  case ErrorCode::CompilationFailed:
    return GpuErrorKind::KernelCompilationFailed;
  case ErrorCode::Unsupported:
    return GpuErrorKind::FeatureNotSupported;
  case ErrorCode::LoadingFailed:
    return GpuErrorKind::KernelLoadingFailed;
  case ErrorCode::ExecutionFailed:
    return GpuErrorKind::KernelExecutionFailed;
  case ErrorCode::OutOfMemory:
    return GpuErrorKind::MemoryAllocationFailed;
  case ErrorCode::DeviceUnavailable:
    return GpuErrorKind::NoDeviceAvailable;
  case ErrorCode::Timeout:
    return GpuErrorKind::Timeout;
  case ErrorCode::Io:
    return GpuErrorKind::Io;
  case ErrorCode::CacheMiss:
  case ErrorCode::CacheMismatch:
  case ErrorCode::Other:
    return GpuErrorKind::Other;
  }
  llvm_unreachable("every code has a kind");
}

GpuErrorKind vmjit::getGpuErrorKind(const Error &error) {
  GpuErrorKind kind = getKindOf(getErrorCode(error));
  visitErrors(error, [&](const ErrorInfoBase &info) {
    if (info.isA<GpuError>())
      kind = static_cast<const GpuError &>(info).getKind();
  });
  return kind;
}

GpuError vmjit::takeGpuError(Error error) {
  assert(error && "success is no error");
  std::optional<GpuError> result;
  GpuErrorKind kind = getGpuErrorKind(error);
  std::optional<ProgramPlace> place = getProgramPlace(error);
  error = handleErrors(std::move(error), [&](const GpuError &info) {
    if (!result)
      result = info;
  });
  if (!result)
    return GpuError(kind, toString(std::move(error)), {.place = place});
  consumeError(std::move(error));
  return std::move(*result);
}

/// \p error about \p kernel, in the context that it has.
static Error addKernel(const GpuError &error, StringRef kernel) {
  GpuErrorSubject subject = error.getSubject();
  std::optional<DriverStatus> driver;
  if (const DriverStatus *status = error.getDriverStatus())
    driver = *status;
  std::string own =
      composeMessage(error.getKind(), error.getReason(), subject, driver);
  StringRef context = error.getMessage();
  subject.kernel = kernel.str();
  Error result = makeGpuError(error.getKind(), error.getReason(),
                              std::move(subject), std::move(driver));
  if (context.consume_back(own) && context.consume_back(": "))
    return withContext(std::move(result), context);
  return result;
}

Error vmjit::withKernel(Error error, StringRef kernel) {
  if (!error || kernel.empty())
    return toGpuError(std::move(error));
  GpuError cause = takeGpuError(std::move(error));
  switch (cause.getKind()) {
  case GpuErrorKind::Other:
    return makeGpuError(GpuErrorKind::KernelExecutionFailed, cause.getMessage(),
                        {.kernel = kernel.str()});
  case GpuErrorKind::KernelExecutionFailed:
  case GpuErrorKind::Timeout:
    if (cause.getSubject().kernel.empty())
      return addKernel(cause, kernel);
    break;
  case GpuErrorKind::NoDeviceAvailable:
  case GpuErrorKind::DeviceInitializationFailed:
  case GpuErrorKind::MemoryAllocationFailed:
  case GpuErrorKind::MemoryCopyFailed:
  case GpuErrorKind::KernelCompilationFailed:
  case GpuErrorKind::KernelLoadingFailed:
  case GpuErrorKind::FeatureNotSupported:
  case GpuErrorKind::DriverBindingFailed:
  case GpuErrorKind::InvalidArgument:
  case GpuErrorKind::Io:
    break;
  }
  return make_error<GpuError>(std::move(cause));
}

Error vmjit::toGpuError(Error error) {
  if (!error || error.isA<GpuError>())
    return error;
  return make_error<GpuError>(takeGpuError(std::move(error)));
}
