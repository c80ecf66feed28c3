//===- ScopedVariable.h - A variable for a test -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_SUPPORT_SCOPEDVARIABLE_H
#define VMJIT_UNITTESTS_SUPPORT_SCOPEDVARIABLE_H

#include <cstdlib>
#include <optional>
#include <string>

/// Sets an environment variable, or unsets it if given no value, and restores
/// it. Not while other threads run.
class ScopedVariable {
public:
  ScopedVariable(const char *name, const char *value) : name(name) {
    if (const char *before = std::getenv(name))
      old = before;
    set(value);
  }
  ~ScopedVariable() { set(old ? old->c_str() : nullptr); }
  ScopedVariable(const ScopedVariable &) = delete;
  ScopedVariable &operator=(const ScopedVariable &) = delete;

private:
  void set(const char *value) {
    if (value)
      setenv(name, value, /*overwrite=*/1);
    else
      unsetenv(name);
  }

  const char *name;
  std::optional<std::string> old;
};

#endif // VMJIT_UNITTESTS_SUPPORT_SCOPEDVARIABLE_H
