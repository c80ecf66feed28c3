//===- Arguments.cpp - What C functions are given ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"

using namespace vmjit;
using namespace vmjit::capi;

Arguments &Arguments::reject(const char *name, const char *what) {
  if (message.empty())
    message = std::string(name) + what;
  return *this;
}

std::optional<bool> capi::readSwitch(vmjit_switch value, bool preset) {
  switch (value) {
  case VMJIT_DEFAULT:
    return preset;
  case VMJIT_ON:
    return true;
  case VMJIT_OFF:
    return false;
  default:
    return std::nullopt;
  }
}

vmjit_blob *capi::makeBlob(std::string bytes) {
  return new vmjit_blob(std::move(bytes));
}
