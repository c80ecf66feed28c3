//===- FloatEnvironment.h - The default floating-point environment *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_INTERPRETER_FLOATENVIRONMENT_H
#define VMJIT_LIB_INTERPRETER_FLOATENVIRONMENT_H

#include <cfenv>

namespace vmjit::interpreter {

/// While it lives, this thread rounds to nearest even and keeps subnormals,
/// however the program around set it up.
class DefaultFloatEnvironment {
public:
  DefaultFloatEnvironment() {
    std::fegetenv(&saved);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloatEnvironment() { std::fesetenv(&saved); }
  DefaultFloatEnvironment(const DefaultFloatEnvironment &) = delete;
  DefaultFloatEnvironment &operator=(const DefaultFloatEnvironment &) = delete;

private:
  std::fenv_t saved;
};

} // namespace vmjit::interpreter

#endif // VMJIT_LIB_INTERPRETER_FLOATENVIRONMENT_H
