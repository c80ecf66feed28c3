//===- DynamicLibrary.cpp - Shared libraries found at run time --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On top of dlopen.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/DynamicLibrary.h"

#include "vmjit/Support/Error.h"

#include <dlfcn.h>

using namespace llvm;
using namespace vmjit;

void DynamicLibrary::Close::operator()(void *handle) const {
  if (!keepsLoaded)
    dlclose(handle);
}

Expected<DynamicLibrary> DynamicLibrary::open(StringRef name) {
  // dlopen takes an empty name for the program itself.
  if (name.empty() || name.contains('\0'))
    return makeError(ErrorCode::LoadingFailed,
                     "a library's name is empty or has a zero in it");
  std::string text = name.str();
  if (void *handle = dlopen(text.c_str(), RTLD_NOW | RTLD_LOCAL))
    return DynamicLibrary(std::move(text), handle);
  const char *reason = dlerror();
  return makeError(ErrorCode::LoadingFailed,
                   reason ? Twine(reason) : name + ": cannot be loaded");
}

void *DynamicLibrary::lookup(const char *symbol) const {
  return dlsym(handle.get(), symbol);
}

void DynamicLibrary::keepLoaded() { handle.get_deleter().keepsLoaded = true; }
