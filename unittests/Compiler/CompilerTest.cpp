//===- CompilerTest.cpp ---------------------------------------------------===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/Compiler.h"

#include "ErrorExpectations.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "vmjit/Support/ProgramError.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;

namespace {
constexpr StringRef text = R"(
  vm.program @p entry 0x1000 {
    vm.block 0x1000 {
      vm.ret
    }
  })";

TEST(Compiler, KeepsTextAndBytecodeApart) {
  Compiler compiler;
  VMJIT_ASSERT_VALUE(auto module, compiler.parse(text, "program.mlir"));
  std::string bytecode;
  raw_string_ostream os(bytecode);
  ASSERT_TRUE(succeeded(mlir::writeBytecodeToFile(*module, os)));
  expectError(compiler.parse(bytecode, "program.mlirbc"), ErrorCode::ParseError,
              "program.mlirbc: bytecode instead of text");
  expectError(compiler.parseTrustedBytecode(text, "program.mlir"),
              ErrorCode::ParseError, "program.mlir: no bytecode");

  VMJIT_ASSERT_VALUE(auto read,
                     compiler.parseTrustedBytecode(bytecode, "program.mlirbc"));
  EXPECT_TRUE(mlir::OperationEquivalence::isEquivalentTo(
      *module, *read, mlir::OperationEquivalence::IgnoreLocations));
}

TEST(Compiler, RefusesModulesThatAreNotWhatTheyShouldBe) {
  Compiler compiler;
  VMJIT_ASSERT_VALUE(auto module, compiler.parse(text, "program.mlir"));
  module->walk([](vm::BlockOp block) { block->getRegion(0).front().clear(); });
  expectError(compiler.lower(std::move(module), CompileOptions()).takeError(),
              ErrorCode::InvalidProgram, "expects a non-empty block");
}

TEST(Compiler, SaysWhereTheLoweringRefusesAnOp) {
  Compiler compiler;
  VMJIT_ASSERT_VALUE(auto module, compiler.parse(R"(
    vm.program @p entry 0x2000 {
      vm.block 0x2000 {
        %c = arith.constant 5 : i64 loc("block 0x2000":3:0)
        vm.reg.write x[11], %c : i64
        vm.ret
      }
    })",
                                                 "program.mlir"));
  CompileOptions options;
  Error error = compiler.lower(std::move(module), options).takeError();
  ASSERT_TRUE(bool(error));
  EXPECT_EQ(getErrorCode(error), ErrorCode::Unsupported);
  EXPECT_EQ(getProgramPlace(error), (ProgramPlace{0x2000, 3}));
  consumeError(std::move(error));
}
} // namespace
