//===- Error.cpp - What the HIP runtime answers -----------------*- C++ -*-===//
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
using namespace vmjit::hip;

DriverMeaning hip::getMeaning(hipError_t result) {
  // Drivers have more results than the enumeration.
  switch (static_cast<int>(result)) {
#define VMJIT_HIP_RESULT(Name, Value, Meaning)                                 \
  case Value:                                                                  \
    return DriverMeaning::Meaning;
#include "Results.def"
  }
  return DriverMeaning::Failed;
}

DriverStatus hip::describe(const Api &api, const Status &status) {
  DriverStatus driver;
  driver.call = status.symbol;
  driver.code = status.result;
  if (const char *text = api.hipGetErrorName(status.result))
    driver.name = text;
  if (const char *text = api.hipGetErrorString(status.result))
    driver.text = text;
  return driver;
}

Error hip::makeDriverError(const Api &api, const Status &status,
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
