//===- vm-opt.cpp - Runs passes on vm programs ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "vmjit/Compiler/Pipelines.h"

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  vmjit::registerVMPassesAndPipelines();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  vmjit::registerVMDialects(registry);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "vmjit optimizer driver\n", registry));
}
