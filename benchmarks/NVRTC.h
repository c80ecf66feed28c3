//===- NVRTC.h - NVIDIA's run-time compiler, where it is installed *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libnvrtc is looked for at run time. Nothing of CUDA is needed to build this.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_NVRTC_H
#define VMJIT_BENCHMARKS_NVRTC_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace vmjit::benchmarks {

/// The functions of libnvrtc that compile to PTX. Declared as in nvrtc.h,
/// which has not changed them since CUDA 7.
class NVRTC {
public:
  /// Loads the library, which is never unloaded. Fails with LoadingFailed where
  /// there is none.
  static llvm::Expected<NVRTC> load();

  /// The version as "13.0".
  std::string getVersion() const;

  /// Compiles CUDA C++ for compute_90 to PTX. Fails with CompilationFailed and
  /// the compiler's log.
  llvm::Expected<std::string> compile(llvm::StringRef name,
                                      llvm::StringRef source) const;

private:
  struct Program;
  NVRTC() = default;

#define NVRTC_FUNCTION(name, ...) int (*name)(__VA_ARGS__) = nullptr;
#include "NVRTCFunctions.def"
};

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_NVRTC_H
