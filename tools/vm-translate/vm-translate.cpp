//===- vm-translate.cpp - Between VM IR and the vm dialect ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Diagnostics.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "vmjit/Dialect/VM/IR/VMDialect.h"
#include "vmjit/Import/ExportVMIR.h"
#include "vmjit/Import/ImportVMIR.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace vmjit;

static OwningOpRef<Operation *> importVMIR(llvm::SourceMgr &sources,
                                           MLIRContext *context) {
  context->loadDialect<vm::VMDialect>();
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  llvm::Expected<vmir::Program> program =
      vmir::parseProgram(buffer->getBuffer());
  if (!program) {
    emitError(FileLineColLoc::get(context, buffer->getBufferIdentifier(), 0, 0))
        << llvm::toString(program.takeError());
    return {};
  }
  return importProgram(*context, *program).release().getOperation();
}

static LogicalResult exportVMIR(ModuleOp module, llvm::raw_ostream &os) {
  llvm::Expected<vmir::Program> program = exportProgram(module);
  if (!program)
    return emitError(module.getLoc()) << llvm::toString(program.takeError());
  vmir::writeProgram(os, *program);
  os << '\n';
  return success();
}

int main(int argc, char **argv) {
  TranslateToMLIRRegistration importRegistration(
      "import-vmir", "from VM IR as JSON to the vm dialect",
      TranslateRawSourceMgrToMLIRFunction(importVMIR));
  TranslateFromMLIRRegistration exportRegistration(
      "export-vmir", "from the vm dialect to VM IR as JSON", exportVMIR,
      [](DialectRegistry &registry) { registry.insert<vm::VMDialect>(); });
  return failed(mlirTranslateMain(argc, argv, "vmjit translation driver\n"));
}
