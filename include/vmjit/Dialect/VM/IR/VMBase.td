//===- VMBase.td - The vm dialect --------------------------*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMBASE_TD
#define VMJIT_DIALECT_VM_IR_VMBASE_TD

include "mlir/IR/OpBase.td"

def VM_Dialect : Dialect {
  let name = "vm";
  let cppNamespace = "::vmjit::vm";
  let summary = "Guest code of a virtual machine, with guest semantics";
  let description = [{
    The `vm` dialect holds programs of a virtual machine's IR. Its ops have the
    meaning that the op specification gives them, everywhere and for every
    input: division by zero, over-long shifts, float to integer conversion out
    of range and NaN results are all defined.

    It has two forms. In the *register form* a `vm.program` holds one `vm.block`
    for each block of guest code, and pure value ops stand between
    `vm.reg.read` and `vm.reg.write`; this is what import gives and what export
    takes. In the *value form* a `func.func` holds the control flow between
    blocks as a CFG, registers are SSA values, and memory is accessed through
    typed pointers; this is what lowering works on.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = "void registerAttributes();";
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::func::FuncDialect"
  ];
}

class VM_Op<string mnemonic, list<Trait> traits = []>
    : Op<VM_Dialect, mnemonic, traits>;

class VM_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<VM_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

class VM_Type<string name, string typeMnemonic, list<Trait> traits = []>
    : TypeDef<VM_Dialect, name, traits> {
  let mnemonic = typeMnemonic;
}

/// The integer types that guest arithmetic is done in.
def VM_Int : AnyTypeOf<[I32, I64], "32- or 64-bit integer">;
/// The floating-point types of the guest.
def VM_Float : AnyTypeOf<[F32, F64], "f32 or f64">;

/// A guest address, printed in hexadecimal.
def VM_GuestAddrAttr : TypedSignlessIntegerAttrBase<
    I64, "uint64_t", "guest address"> {
  let returnType = "uint64_t";
  let convertFromStorage = "$_self.getValue().getZExtValue()";
}

#endif // VMJIT_DIALECT_VM_IR_VMBASE_TD
