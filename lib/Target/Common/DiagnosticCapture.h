//===- DiagnosticCapture.h - LLVM's diagnostics as errors -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While one of these lives, errors that LLVM reports through a context are kept
// instead of ending the process.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_COMMON_DIAGNOSTICCAPTURE_H
#define VMJIT_LIB_TARGET_COMMON_DIAGNOSTICCAPTURE_H

#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
} // namespace llvm

namespace vmjit {

/// Captures the errors of a context; warnings and remarks go to the handler
/// that the context had, which it gets back at the end.
class DiagnosticCapture {
public:
  explicit DiagnosticCapture(llvm::LLVMContext &context);
  ~DiagnosticCapture();
  DiagnosticCapture(const DiagnosticCapture &) = delete;
  DiagnosticCapture &operator=(const DiagnosticCapture &) = delete;

  /// CompilationFailed with all messages so far; success if there is none.
  llvm::Error takeError();

private:
  class Handler;

  llvm::LLVMContext &context;
  std::unique_ptr<llvm::DiagnosticHandler> previous;
  std::string messages;
};

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_COMMON_DIAGNOSTICCAPTURE_H
