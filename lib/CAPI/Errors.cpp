//===- Errors.cpp - Errors as handles ---------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "vmjit/Runtime/GpuError.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

static vmjit_error_code toC(ErrorCode code) {
  switch (code) {
#define VMJIT_ERROR_CODE(Name, Text)                                           \
  case ErrorCode::Name:                                                        \
    return VMJIT_ERROR_##Name;
#include "vmjit/Support/ErrorCodes.def"
  }
  llvm_unreachable("every code has a number");
}

static vmjit_error_kind toC(GpuErrorKind kind) {
  switch (kind) {
#define VMJIT_GPU_ERROR(Kind, Code, Text)                                      \
  case GpuErrorKind::Kind:                                                     \
    return VMJIT_KIND_##Kind;
#include "vmjit/Runtime/GpuErrorKinds.def"
  }
  llvm_unreachable("every kind has a number");
}

vmjit_error *capi::toCError(Error error) {
  if (!error)
    return nullptr;
  auto *wrapped = new vmjit_error;
  wrapped->code = toC(getErrorCode(error));
  wrapped->place = getProgramPlace(error);
  visitErrors(error, [&](const ErrorInfoBase &info) {
    if (!info.isA<GpuError>() || wrapped->kind != VMJIT_KIND_None)
      return;
    const auto &device = static_cast<const GpuError &>(info);
    wrapped->kind = toC(device.getKind());
    if (const DriverStatus *status = device.getDriverStatus())
      wrapped->driver = *status;
    wrapped->kernel = device.getSubject().kernel;
    if (device.getSubject().place)
      wrapped->place = device.getSubject().place;
  });
  wrapped->message = toString(std::move(error));
  return wrapped;
}

vmjit_error *capi::invalid(const Twine &message) {
  return toCError(makeError(ErrorCode::InvalidArgument, message));
}

/// \p error, or null if it is not to be touched.
static const vmjit_error *intact(const vmjit_error *error) {
  return error && error->isIntact() ? error : nullptr;
}

void vmjit_error_destroy(vmjit_error *error) {
  if (intact(error))
    delete error;
}

vmjit_error_code vmjit_error_get_code(const vmjit_error *error) {
  return intact(error) ? error->code : VMJIT_ERROR_None;
}

vmjit_error_kind vmjit_error_get_kind(const vmjit_error *error) {
  return intact(error) ? error->kind : VMJIT_KIND_None;
}

const char *vmjit_error_get_message(const vmjit_error *error) {
  return intact(error) ? error->message.c_str() : "";
}

const char *vmjit_error_get_driver_call(const vmjit_error *error) {
  return intact(error) ? error->driver.call.c_str() : "";
}

int64_t vmjit_error_get_driver_code(const vmjit_error *error) {
  return intact(error) ? error->driver.code : 0;
}

const char *vmjit_error_get_driver_name(const vmjit_error *error) {
  return intact(error) ? error->driver.name.c_str() : "";
}

const char *vmjit_error_get_driver_text(const vmjit_error *error) {
  return intact(error) ? error->driver.text.c_str() : "";
}

const char *vmjit_error_get_kernel(const vmjit_error *error) {
  return intact(error) ? error->kernel.c_str() : "";
}

int vmjit_error_get_place(const vmjit_error *error, uint64_t *block,
                          uint64_t *op) {
  if (!intact(error) || !error->place)
    return 0;
  if (block)
    *block = error->place->block;
  if (op)
    *op = error->place->op.value_or(UINT64_MAX);
  return 1;
}

const char *vmjit_error_code_name(vmjit_error_code code) {
  switch (code) {
  case VMJIT_ERROR_None:
    return "None";
#define VMJIT_ERROR_CODE(Name, Text)                                           \
  case VMJIT_ERROR_##Name:                                                     \
    return #Name;
#include "vmjit/Support/ErrorCodes.def"
  default:
    return "";
  }
}

const char *vmjit_error_kind_name(vmjit_error_kind kind) {
  switch (kind) {
  case VMJIT_KIND_None:
    return "None";
#define VMJIT_GPU_ERROR(Kind, Code, Text)                                      \
  case VMJIT_KIND_##Kind:                                                      \
    return #Kind;
#include "vmjit/Runtime/GpuErrorKinds.def"
  default:
    return "";
  }
}
