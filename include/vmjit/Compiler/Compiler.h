//===- Compiler.h - From programs to code objects ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compiler as a library: everything in process, diagnostics as errors.
//
//   Compiler compiler;
//   auto object = compiler.compile(program, {.target = spec});
//
// A Compiler keeps an MLIR context and pass managers warm and is worth keeping.
// It is used by one thread at a time; several compilers share nothing.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_COMPILER_COMPILER_H
#define VMJIT_COMPILER_COMPILER_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "vmjit/CodeObject/CodeObject.h"
#include "vmjit/Compiler/CompileOptions.h"
#include "vmjit/Compiler/Pipelines.h"
#include "vmjit/Compiler/ProgramCompiler.h"
#include "vmjit/Target/TargetBackend.h"
#include "vmjit/VMIR/Program.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class LLVMContext;
} // namespace llvm

namespace vmjit {

/// Callbacks and records of one compilation; all may be absent.
struct CompileObserver {
  /// Called with the module as it is after an MLIR phase.
  std::function<void(Phase, mlir::ModuleOp)> afterPhase;
  /// Called with the module as it is after Translate and Optimize.
  std::function<void(Phase, const llvm::Module &)> afterLLVMPhase;
  /// Filled in order.
  std::vector<StageTime> times;
};

/// Adds the time that its scope takes to an observer, which may be null.
class StageTimer {
public:
  StageTimer(CompileObserver *observer, llvm::StringRef stage);
  ~StageTimer();

private:
  CompileObserver *observer;
  llvm::StringRef stage;
  std::chrono::steady_clock::time_point start;
};

/// An optimized llvm::Module, ready to be emitted by its backend. Movable; the
/// module must not outlive it.
class LoweredModule {
public:
  LoweredModule();
  LoweredModule(LoweredModule &&);
  LoweredModule &operator=(LoweredModule &&);
  ~LoweredModule();

  llvm::Module &getModule() { return *module; }
  const TargetBackend &getBackend() const { return *backend; }

  llvm::Expected<std::string> emitAssembly() const;
  llvm::Expected<llvm::SmallVector<char, 0>> emitObject() const;
  llvm::Expected<CodeObject> emit() const;

private:
  friend class Compiler;
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<TargetBackend> backend;
  OptLevel optLevel = OptLevel::O2;
  EmitRequest request;
};

class Compiler {
public:
  Compiler();
  ~Compiler();

  /// The context in which modules are made; its dialects are loaded.
  mlir::MLIRContext &getContext();

  /// Compiles \p program to a code object. Fails with InvalidProgram where it
  /// does not verify, Unsupported for an op that the lowering does not know
  /// (the message names it, its block and its index), InvalidArgument for a
  /// target that does not exist, and CompilationFailed otherwise.
  llvm::Expected<CodeObject> compile(const vmir::Program &program,
                                     const CompileOptions &options,
                                     CompileObserver *observer = nullptr);

  /// As compile, up to the optimized LLVM module.
  llvm::Expected<LoweredModule> lower(const vmir::Program &program,
                                      const CompileOptions &options,
                                      CompileObserver *observer = nullptr);

  /// As above, from a module of this compiler's context that holds exactly one
  /// vm.program, nothing else, and no attributes. The module is used up.
  llvm::Expected<LoweredModule> lower(mlir::OwningOpRef<mlir::ModuleOp> module,
                                      const CompileOptions &options,
                                      CompileObserver *observer = nullptr);

  /// Parses MLIR text into this compiler's context. \p name is what messages
  /// call it. Fails with ParseError, for bytecode too.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> parse(llvm::StringRef text,
                                                          llvm::StringRef name);

  /// As parse, for MLIR bytecode, which has to be trusted as code is: MLIR's
  /// reader does not check all of it, and damaged bytecode can corrupt memory.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
  parseTrustedBytecode(llvm::StringRef bytecode, llvm::StringRef name);

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace vmjit

#endif // VMJIT_COMPILER_COMPILER_H
