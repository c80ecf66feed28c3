//===- Error.cpp - What the CUDA driver answers -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names and texts are the driver's own.
//
//===----------------------------------------------------------------------===//

#include "Error.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

DriverMeaning cuda::getMeaning(CUresult result) {
  // Drivers have more results than the enumeration.
  switch (static_cast<int>(result)) {
#define VMJIT_CUDA_RESULT(Name, Value, Meaning)                                \
  case Value:                                                                  \
    return DriverMeaning::Meaning;
#include "Results.def"
  }
  return DriverMeaning::Failed;
}

DriverStatus cuda::describe(const Api &api, const Status &status) {
  DriverStatus driver;
  driver.call = status.symbol;
  driver.code = status.result;
  // A result that the driver does not know leaves null.
  const char *text = nullptr;
  if (!api.cuGetErrorName(status.result, &text).failed() && text)
    driver.name = text;
  text = nullptr;
  if (!api.cuGetErrorString(status.result, &text).failed() && text)
    driver.text = text;
  return driver;
}

Error cuda::makeDriverError(const Api &api, const Status &status,
                            GpuErrorKind kind, GpuErrorSubject subject,
                            const Twine &reason) {
  DriverMeaning meaning = getMeaning(status.result);
  if (meaning == DriverMeaning::TimedOut)
    kind = GpuErrorKind::Timeout;
  std::string text = reason.str();
  if (isDeviceLost(meaning))
    text += text.empty() ? "the device is lost" : "; the device is lost";
  return makeGpuError(kind, text, std::move(subject), describe(api, status));
}
