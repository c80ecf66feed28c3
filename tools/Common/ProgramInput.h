//===- ProgramInput.h - How tools read programs -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TOOLS_COMMON_PROGRAMINPUT_H
#define VMJIT_TOOLS_COMMON_PROGRAMINPUT_H

#include "vmjit/Compiler/Compiler.h"
#include "llvm/Support/Error.h"

namespace vmjit {

/// The bytes of the file \p path, standard input for "-". Fails with Io.
llvm::Expected<std::string> readFile(llvm::StringRef path);

/// The program in the file \p path as a module of \p compiler: VM IR as JSON,
/// or MLIR text or bytecode, told apart by what is in the file. Errors begin
/// with the path. \p observer, if there is one, gets the time of the import.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
readProgramModule(Compiler &compiler, llvm::StringRef path,
                  CompileObserver *observer = nullptr);

/// As above, as a program.
llvm::Expected<vmir::Program> readProgram(Compiler &compiler,
                                          llvm::StringRef path);

} // namespace vmjit

#endif // VMJIT_TOOLS_COMMON_PROGRAMINPUT_H
