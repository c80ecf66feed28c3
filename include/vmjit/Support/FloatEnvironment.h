//===- FloatEnvironment.h - The default floating-point environment -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_SUPPORT_FLOATENVIRONMENT_H
#define VMJIT_SUPPORT_FLOATENVIRONMENT_H

#ifdef __x86_64__
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace vmjit {

/// While it lives, this thread rounds to nearest even and keeps subnormals,
/// however the program around set it up; then all is as it was, flags too. On
/// x86-64 that is MXCSR only: to save and load the state of the x87 unit, which
/// neither the interpreter nor compiled code uses, takes hundreds of cycles.
class DefaultFloatEnvironment {
public:
  DefaultFloatEnvironment(const DefaultFloatEnvironment &) = delete;
  DefaultFloatEnvironment &operator=(const DefaultFloatEnvironment &) = delete;

#ifdef __x86_64__
  DefaultFloatEnvironment() : saved(_mm_getcsr()) { _mm_setcsr(kInitial); }
  ~DefaultFloatEnvironment() { _mm_setcsr(saved); }

private:
  /// After a reset (Intel SDM, volume 1, 10.2.3): all exceptions are masked.
  static constexpr unsigned kInitial = 0x1f80;

  unsigned saved;
#else
  DefaultFloatEnvironment() {
    std::fegetenv(&saved);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloatEnvironment() { std::fesetenv(&saved); }

private:
  std::fenv_t saved;
#endif
};

} // namespace vmjit

#endif // VMJIT_SUPPORT_FLOATENVIRONMENT_H
