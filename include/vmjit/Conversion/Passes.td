//===- Passes.td - Conversions out of the vm dialect ------*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CONVERSION_PASSES_TD
#define VMJIT_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertVMToArithPass
    : Pass<"convert-vm-to-arith", "::mlir::func::FuncOp"> {
  let summary = "Spell guest arithmetic out in arith and math";
  let description = [{
    Division is guarded where an operand is not known to be harmless, shift
    amounts are masked, conversions saturate as RISC-V says. Memory, state and
    position stay in the vm dialect.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def ConvertVMToGPUPass : Pass<"convert-vm-to-gpu", "::mlir::func::FuncOp"> {
  let summary = "Position and barriers become ops of the gpu dialect";
  let description = [{
    With the bounds that launches keep: 1024 threads in x and y and 64 in z,
    2^31 - 1 blocks in x and 65535 in y and z.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::gpu::GPUDialect"];
}

def ConvertVMToLLVMPass : Pass<"convert-vm-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Everything becomes the LLVM dialect of one target";
  let description = [{
    Converts what is left of the vm dialect together with arith, math, cf, func
    and gpu. `target` is nvvm, rocdl or host; the address spaces, intrinsics and
    entry convention come from its LoweringTarget.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"host\"",
           "What to lower to: nvvm, rocdl or host">,
    Option<"codeObjectVersion", "code-object-version", "unsigned", "5",
           "rocdl: the code object version, which says where the block's size "
           "is found">
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::NVVM::NVVMDialect",
                           "::mlir::ROCDL::ROCDLDialect"];
}

#endif // VMJIT_CONVERSION_PASSES_TD
