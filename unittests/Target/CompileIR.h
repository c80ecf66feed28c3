//===- CompileIR.h - From LLVM IR text to code objects ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_TARGET_COMPILEIR_H
#define VMJIT_UNITTESTS_TARGET_COMPILEIR_H

#include "../CodeObject/ErrorExpectations.h"

#include "vmjit/Target/TargetBackend.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "gtest/gtest.h"

namespace vmjit {

/// A backend for a target string that must be fine.
inline std::unique_ptr<TargetBackend> getBackend(llvm::StringRef target) {
  llvm::Expected<TargetSpec> spec = TargetSpec::parse(target);
  if (!spec) {
    ADD_FAILURE() << toString(spec.takeError());
    return nullptr;
  }
  auto backend = createTargetBackend(*spec);
  if (!backend) {
    ADD_FAILURE() << toString(backend.takeError());
    return nullptr;
  }
  return std::move(*backend);
}

inline std::unique_ptr<llvm::Module> parseIR(llvm::LLVMContext &context,
                                             llvm::StringRef text) {
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  if (!module)
    ADD_FAILURE() << diagnostic.getMessage().str();
  return module;
}

/// Runs \p module, configured for \p backend, through all steps.
inline llvm::Expected<CodeObject> compile(const TargetBackend &backend,
                                          llvm::Module &module, OptLevel level,
                                          const EmitRequest &request) {
  if (llvm::Error error = backend.configure(module))
    return std::move(error);
  if (llvm::Error error = backend.prepare(module))
    return std::move(error);
  if (llvm::Error error = backend.optimize(module, level))
    return std::move(error);
  return backend.emit(module, level, request);
}

inline llvm::Expected<CodeObject> compileIR(llvm::StringRef target,
                                            llvm::StringRef text,
                                            OptLevel level,
                                            const EmitRequest &request) {
  llvm::LLVMContext context;
  std::unique_ptr<TargetBackend> backend = getBackend(target);
  std::unique_ptr<llvm::Module> module = parseIR(context, text);
  return compile(*backend, *module, level, request);
}

} // namespace vmjit

#endif // VMJIT_UNITTESTS_TARGET_COMPILEIR_H
