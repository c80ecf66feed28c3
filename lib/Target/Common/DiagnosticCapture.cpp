//===- DiagnosticCapture.cpp - LLVM's diagnostics as errors -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A diagnostic handler in front of the context's own.
//
//===----------------------------------------------------------------------===//

#include "DiagnosticCapture.h"

#include "vmjit/Support/Error.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;

class DiagnosticCapture::Handler : public DiagnosticHandler {
public:
  explicit Handler(DiagnosticCapture &capture) : capture(capture) {}

  bool handleDiagnostics(const DiagnosticInfo &info) override {
    if (info.getSeverity() != DS_Error) {
      // True in any case: the context would print what nobody handles.
      if (capture.previous)
        capture.previous->handleDiagnostics(info);
      return true;
    }
    raw_string_ostream os(capture.messages);
    if (!capture.messages.empty())
      os << "; ";
    DiagnosticPrinterRawOStream printer(os);
    info.print(printer);
    return true;
  }

private:
  DiagnosticCapture &capture;
};

DiagnosticCapture::DiagnosticCapture(LLVMContext &context)
    : context(context), previous(context.getDiagnosticHandler()) {
  // With filters: remarks that nobody asked for stay away.
  context.setDiagnosticHandler(std::make_unique<Handler>(*this),
                               /*RespectFilters=*/true);
}

DiagnosticCapture::~DiagnosticCapture() {
  context.setDiagnosticHandler(std::move(previous));
}

Error DiagnosticCapture::takeError() {
  if (messages.empty())
    return Error::success();
  return makeError(ErrorCode::CompilationFailed, std::exchange(messages, {}));
}
