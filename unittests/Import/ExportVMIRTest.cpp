//===- ExportVMIRTest.cpp - From the vm dialect back to VM IR ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Import/ExportVMIR.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "vmjit/Dialect/VM/IR/VMDialect.h"
#include "vmjit/Import/ImportVMIR.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/GPUCsrs.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace vmjit;
using testing::HasSubstr;
namespace ops = vmjit::vmir::ops;

namespace {
std::string readTestFile(const std::string &name) {
  auto buffer = llvm::MemoryBuffer::getFile(VMJIT_TEST_DIR "/" + name);
  if (buffer)
    return (*buffer)->getBuffer().str();
  ADD_FAILURE() << "cannot read " << name;
  return "";
}

std::string toText(const vmir::Program &program) {
  std::string text;
  llvm::raw_string_ostream os(text);
  vmir::writeProgram(os, program, vmir::JSONStyle::Indented);
  return text;
}

//===----------------------------------------------------------------------===//
// What comes back in another spelling
//===----------------------------------------------------------------------===//

void canonicalize(vmir::Operand &operand) {
  operand.reg = vmir::canonicalReg(operand.reg);
  for (vmir::Operand &nested : operand.operands)
    canonicalize(nested);
}

/// The visitor of forEachField.
struct RegisterCanonicalizer {
  template <class Tag>
  void operator()(Tag, llvm::StringRef, typename Tag::Type &member) {
    if constexpr (std::is_same_v<Tag, vmir::field::XDst> ||
                  std::is_same_v<Tag, vmir::field::XSrc> ||
                  std::is_same_v<Tag, vmir::field::FDst> ||
                  std::is_same_v<Tag, vmir::field::FSrc>)
      member = vmir::canonicalReg(member);
    else if constexpr (std::is_same_v<Tag, vmir::field::Opnd>)
      canonicalize(member);
  }
};

vmir::Op canonicalizeCsrRead(const ops::CsrRead &op) {
  std::optional<vmir::GPUCsr> gpu = vmir::getGPUCsr(op.csr);
  if (!gpu)
    return op;
  switch (gpu->kind) {
  case vmir::GPUCsr::ThreadId:
    return ops::GpuThreadId{op.dst, gpu->dim};
  case vmir::GPUCsr::BlockId:
    return ops::GpuBlockId{op.dst, gpu->dim};
  case vmir::GPUCsr::BlockDim:
    return ops::GpuBlockDim{op.dst, gpu->dim};
  case vmir::GPUCsr::GridDim:
    return ops::GpuGridDim{op.dst, gpu->dim};
  case vmir::GPUCsr::LaneId:
    return ops::GpuLaneId{op.dst};
  case vmir::GPUCsr::SharedBase:
    return ops::GpuSharedBase{op.dst};
  case vmir::GPUCsr::LinearId:
    return op;
  }
  llvm_unreachable("every kind has an op");
}

vmir::Op canonicalizeSpelling(const vmir::Op &op) {
  return std::visit(
      vmir::Overloaded{
          [](const ops::Atomic &op) -> vmir::Op {
            return ops::AtomicRMW{op.dst, op.base, op.src, op.op, op.size};
          },
          [](const ops::VecAnd &op) -> vmir::Op {
            return ops::And{op.dst, op.src1, op.src2};
          },
          [](const ops::VecOr &op) -> vmir::Op {
            return ops::Or{op.dst, op.src1, op.src2};
          },
          [](const ops::VecXor &op) -> vmir::Op {
            return ops::Xor{op.dst, op.src1, op.src2};
          },
          [](const ops::VecNot &op) -> vmir::Op {
            return ops::Not{op.dst, op.src};
          },
          [](const ops::CsrRead &op) { return canonicalizeCsrRead(op); },
          [](const ops::CsrWrite &op) -> vmir::Op {
            if (op.csr == vmir::kBarrierCsr)
              return ops::GpuBarrier{};
            return op;
          },
          [](const auto &op) -> vmir::Op { return op; }},
      op);
}

vmir::Program normalize(vmir::Program program) {
  for (vmir::Block &block : program.blocks) {
    for (vmir::Op &op : block.ops) {
      std::visit(
          [](auto &op) { vmir::forEachField(op, RegisterCanonicalizer()); },
          op);
      op = canonicalizeSpelling(op);
    }
    std::visit(
        [](auto &term) { vmir::forEachField(term, RegisterCanonicalizer()); },
        block.term);
  }
  return program;
}

//===----------------------------------------------------------------------===//
// Fixture
//===----------------------------------------------------------------------===//

class ExportVMIR : public testing::Test {
protected:
  ExportVMIR() { context.loadDialect<vm::VMDialect>(); }

  mlir::OwningOpRef<mlir::ModuleOp> parseModule(llvm::StringRef text) {
    return mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  }
  /// A hart-mode program of one block at 0x1000.
  static std::string withBlock(llvm::StringRef body,
                               llvm::StringRef attributes = "") {
    return ("vm.program @p entry 0x1000 " + attributes +
            " { vm.block 0x1000 {\n" + body + "\n} }")
        .str();
  }
  /// Expects that the block with \p body becomes \p expected, and vm.ret.
  void expectOps(llvm::StringRef body, std::vector<vmir::Op> expected,
                 llvm::StringRef attributes = "") {
    auto module = parseModule(withBlock((body + "\nvm.ret").str(), attributes));
    ASSERT_TRUE(module);
    llvm::Expected<vmir::Program> program = exportProgram(*module);
    ASSERT_TRUE(bool(program)) << llvm::toString(program.takeError());
    vmir::Program wanted = *program;
    ASSERT_EQ(wanted.blocks.size(), 1u);
    wanted.blocks[0].ops = std::move(expected);
    EXPECT_EQ(toText(*program), toText(wanted));
  }
  void expectFailure(llvm::StringRef text, ErrorCode code,
                     testing::Matcher<const std::string &> message) {
    auto module = parseModule(text);
    ASSERT_TRUE(module);
    llvm::Expected<vmir::Program> program = exportProgram(*module);
    ASSERT_FALSE(bool(program));
    llvm::Error error = program.takeError();
    EXPECT_EQ(getErrorCode(error), code);
    EXPECT_THAT(llvm::toString(std::move(error)), message);
  }
  void expectRoundTrip(const vmir::Program &program) {
    auto module = importProgram(context, program);
    ASSERT_TRUE(succeeded(mlir::verify(*module)));
    llvm::Expected<vmir::Program> exported = exportProgram(*module);
    ASSERT_TRUE(bool(exported)) << llvm::toString(exported.takeError());
    EXPECT_EQ(toText(*exported), toText(normalize(program)));
  }

  mlir::MLIRContext context;
};
} // namespace

//===----------------------------------------------------------------------===//
// Round trips
//===----------------------------------------------------------------------===//

TEST_F(ExportVMIR, GivesBackEverySample) {
  llvm::Expected<vmir::Program> samples =
      vmir::parseProgram(readTestFile("VMIR/samples.json"));
  ASSERT_TRUE(bool(samples)) << llvm::toString(samples.takeError());
  ASSERT_GT(samples->blocks.size(), 150u);
  for (const vmir::Block &block : samples->blocks) {
    SCOPED_TRACE("block " + std::to_string(block.startPc));
    vmir::Program program;
    program.entry = block.startPc;
    program.blocks.push_back(block);
    expectRoundTrip(program);
  }
  expectRoundTrip(*samples);
}

TEST_F(ExportVMIR, GivesBackTheCorpus) {
  for (const char *name : {"collatz", "crc32", "mandelbrot", "matmul", "saxpy",
                           "vecadd", "vecadd.upstream"}) {
    SCOPED_TRACE(name);
    llvm::Expected<vmir::Program> program = vmir::parseProgram(
        readTestFile("Corpus/" + std::string(name) + ".json"));
    ASSERT_TRUE(bool(program)) << llvm::toString(program.takeError());
    expectRoundTrip(*program);
  }
}

TEST_F(ExportVMIR, GivesBackTheProgramsAttributes) {
  vmir::Program program;
  program.name = "kernel.0";
  program.entry = ~uint64_t(0);
  program.zeroReg = false;
  program.params = {vmir::ParamType::I32, vmir::ParamType::F64,
                    vmir::ParamType::Buffer};
  program.stackBytes = 64;
  program.sharedBytes = 128;
  program.segments = {{0x2000, true, {0, 0xff, '"'}}, {0x3000, false, {1}}};
  program.blocks.push_back({~uint64_t(0), {}, vmir::terms::Fault{7}});
  expectRoundTrip(program);
  program.params.emplace();
  expectRoundTrip(program);
}

TEST_F(ExportVMIR, GivesBackRegistersThatAreSourcesAndDestinations) {
  vmir::Program program;
  program.entry = 0x1000;
  program.blocks.push_back(
      {0x1000,
       {ops::Add{5, 5, 5}, ops::Mov{5, 5}, ops::Fadd{3, 3, 3},
        ops::Cpuid{5, 6, 6, 5, 6, 6}, ops::Cpuid{5, 6, 5, 5, 5, 5},
        ops::AtomicCmpXchgFlag{7, 7, 7, 7, 7, 8},
        ops::AtomicCmpXchgFlag{0, 0, 1, 2, 3, 8},
        ops::Vec256Add{1, 2, 3, 4, 4, 3, 2, 1, 1, 2, 3, 4, 8, true},
        ops::CsrWriteImm{0x7C0, 3, 0}, ops::Add{0, 1, 2}, ops::FmvDX{3, 5},
        ops::FmvXD{5, 3}},
       vmir::terms::JmpReg{5, -4}});
  expectRoundTrip(program);
  program.zeroReg = false;
  expectRoundTrip(program);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

TEST_F(ExportVMIR, GivesNestedValuesTemporaries) {
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    %t = vm.reg.read x[32] : i64
    %b = vm.add %a, %t : i64
    %c = vm.mul %b, %b : i64
    vm.reg.write x[6], %c : i64
  )",
            {ops::Add{33, 5, 32}, ops::Mul{6, 33, 33}});
}

TEST_F(ExportVMIR, KeepsTheValueOfAnOverwrittenRegister) {
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    %c = vm.constant 7 : i64
    vm.reg.write x[5], %c : i64
    %b = vm.reg.read x[5] : i64
    %d = vm.sub %a, %b : i64
    vm.reg.write x[6], %d : i64
  )",
            {ops::Mov{32, 5}, ops::MovImm{5, 7}, ops::Sub{6, 32, 5}});
}

TEST_F(ExportVMIR, SwapsRegistersThroughATemporary) {
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    %b = vm.reg.read x[6] : i64
    vm.reg.write x[5], %b : i64
    vm.reg.write x[6], %a : i64
  )",
            {ops::Mov{32, 5}, ops::Mov{5, 6}, ops::Mov{6, 32}});
}

TEST_F(ExportVMIR, DoesNotWriteAheadOfARead) {
  expectOps(
      R"(
    %a = vm.reg.read x[5] : i64
    %n = vm.not %a : i64
    %b = vm.reg.read x[6] : i64
    vm.reg.write x[6], %n : i64
    vm.reg.write x[7], %b : i64
  )",
      {ops::Not{32, 5}, ops::Mov{33, 6}, ops::Mov{6, 32}, ops::Mov{7, 33}});
}

TEST_F(ExportVMIR, DoesNotWriteAheadOfAnExit) {
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    %n = vm.not %a : i64
    vm.syscall
    vm.reg.write x[6], %n : i64
  )",
            {ops::Not{32, 5}, ops::SysCall{}, ops::Mov{6, 32}});
}

TEST_F(ExportVMIR, KeepsTheOrderOfWritesToOneRegister) {
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    %n = vm.not %a : i64
    vm.reg.write x[6], %a : i64
    vm.reg.write x[6], %n : i64
  )",
            {ops::Not{32, 5}, ops::Mov{6, 5}, ops::Mov{6, 32}});
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    %old, %flag = vm.atomic_rmw_flag add, %a, %a size 8
    vm.reg.write x[6], %flag : i64
    vm.reg.write x[6], %old : i64
  )",
            {ops::AtomicRmwFlag{32, 6, 5, 5, vmir::AtomicOp::Add, 8},
             ops::Mov{6, 32}});
}

TEST_F(ExportVMIR, WritesAResultTwice) {
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    %n = vm.not %a : i64
    vm.reg.write x[5], %n : i64
    vm.reg.write x[6], %n : i64
  )",
            {ops::Not{5, 5}, ops::Mov{6, 5}});
}

TEST_F(ExportVMIR, KeepsWhatIsWrittenToTheZeroRegister) {
  llvm::StringRef body = R"(
    %a = vm.reg.read x[5] : i64
    %n = vm.not %a : i64
    vm.reg.write x[0], %n : i64
    vm.reg.write x[6], %n : i64
  )";
  expectOps(body, {ops::Not{6, 5}, ops::Mov{0, 6}});
  expectOps(body, {ops::Not{0, 5}, ops::Mov{6, 0}},
            "attributes {zero_reg = false}");
}

TEST_F(ExportVMIR, KeepsTheOldValueOfACsrForRegisterZero) {
  expectOps(R"(
    %old = vm.csr.update_imm set, 1984, 3
    vm.reg.write x[0], %old : i64
  )",
            {ops::CsrSetImm{1984, 3, 32}, ops::Mov{0, 32}},
            "attributes {zero_reg = false}");
}

TEST_F(ExportVMIR, UsesImmediateForms) {
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    %c = vm.constant 63 : i64
    %d = vm.constant 64 : i64
    %1 = vm.shl %a, %c : i64
    vm.reg.write x[6], %1 : i64
    %2 = vm.shl %a, %d : i64
    vm.reg.write x[7], %2 : i64
    %3 = vm.add %d, %c : i64
    vm.reg.write x[8], %3 : i64
    %4 = vm.vec.shift shl, %a, %d lanes 4
    vm.reg.write x[9], %4 : i64
  )",
            {ops::SllImm{6, 5, 63}, ops::MovImm{32, 64}, ops::Sll{7, 5, 32},
             ops::AddImm{8, 32, 63}, ops::VecShlImm{9, 5, 64, 4}});
}

TEST_F(ExportVMIR, DropsValuesThatNothingUses) {
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    %b = vm.not %a : i64
    %l = vm.load %a[0] size 8
  )",
            {ops::Load{32, 5, 0, 8, {}}});
}

//===----------------------------------------------------------------------===//
// Floating point
//===----------------------------------------------------------------------===//

TEST_F(ExportVMIR, MovesFloatingPointRegisters) {
  expectOps(R"(
    %a = vm.reg.read f[1] : f64
    vm.reg.write f[2], %a : f64
    %b = vm.reg.read f[1] : f32
    vm.reg.write f[3], %b : f32
    %c = vm.reg.read f[1] : i64
    vm.reg.write f[4], %c : i64
  )",
            {ops::Fsgnj{2, 1, 1}, ops::FsgnjS{3, 1, 1}, ops::Fsgnj{4, 1, 1}});
}

TEST_F(ExportVMIR, BorrowsARegisterForANestedFloat) {
  expectOps(R"(
    %a = vm.reg.read f[31] : f64
    %s = vm.fadd %a, %a : f64
    %p = vm.fmul %s, %a : f64
    vm.reg.write f[1], %p : f64
  )",
            {ops::FmvXD{32, 30}, ops::Fadd{30, 31, 31}, ops::FmvXD{33, 30},
             ops::FmvDX{30, 32}, ops::FmvXD{34, 30}, ops::FmvDX{30, 33},
             ops::Fmul{1, 30, 31}, ops::FmvDX{30, 34}});
}

TEST_F(ExportVMIR, KeepsTheFloatOfAnOverwrittenRegister) {
  expectOps(R"(
    %a = vm.reg.read f[1] : f32
    %b = vm.reg.read f[2] : f32
    vm.reg.write f[1], %b : f32
    vm.reg.write f[2], %a : f32
  )",
            {ops::FmvXD{32, 1}, ops::FsgnjS{1, 2, 2}, ops::FmvDX{2, 32},
             ops::FsgnjS{2, 2, 2}});
}

TEST_F(ExportVMIR, StoresAFloatThatIsInAnIntegerRegister) {
  expectOps(R"(
    %a = vm.reg.read x[5] : i64
    vm.fstore %a, %a[8] size 4
    vm.fstore %a, %a[8] size 3
  )",
            {ops::Store{5, 5, 8, 4, {}}, ops::Fstore{0, 5, 8, 3}});
}

TEST_F(ExportVMIR, WritesFloatConstants) {
  expectOps(R"(
    %a = vm.constant 1.0 : f32
    vm.reg.write f[1], %a : f32
    %b = vm.constant 1.0 : f64
    vm.reg.write f[2], %b : f64
  )",
            {ops::MovImm{32, 0xffffffff3f800000}, ops::FmvDX{1, 32},
             ops::MovImm{33, 0x3ff0000000000000}, ops::FmvDX{2, 33}});
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

TEST_F(ExportVMIR, NeedsOneProgram) {
  expectFailure("module {}", ErrorCode::InvalidArgument,
                HasSubstr("0 programs"));
  expectFailure(withBlock("vm.ret") +
                    "vm.program @q entry 0 { vm.block 0 { vm.ret } }",
                ErrorCode::InvalidArgument, HasSubstr("2 programs"));
  expectFailure(withBlock("vm.ret") + "module {}", ErrorCode::Unsupported,
                HasSubstr("builtin.module"));
}

TEST_F(ExportVMIR, NamesTheOpThatItCannotExport) {
  expectFailure(withBlock("vm.nop\nvm.ptr.shared : !vm.ptr<shared>\nvm.ret"),
                ErrorCode::Unsupported,
                HasSubstr("block 0x1000: op 1 (vm.ptr.shared): "
                          "VM IR has no values of type"));
  expectFailure(withBlock("%a = vm.constant 1 : i32\nvm.ret"),
                ErrorCode::Unsupported, HasSubstr("(vm.constant)"));
  expectFailure(withBlock("%a = vm.reg.read x[5] : i64\n"
                          "%b = vm.unbox %a\nvm.reg.write f[1], %b : f32\n"
                          "vm.ret"),
                ErrorCode::Unsupported,
                HasSubstr("(vm.unbox): VM IR has no such op"));
}

TEST_F(ExportVMIR, RefusesOtherRegisterFiles) {
  expectFailure(withBlock("%a = vm.reg.read nzcv[0] : i64\nvm.ret"),
                ErrorCode::Unsupported, HasSubstr("(vm.reg.read)"));
  expectFailure(withBlock("%a = vm.constant 1 : i64\n"
                          "vm.reg.write call_depth[0], %a : i64\nvm.ret"),
                ErrorCode::Unsupported, HasSubstr("(vm.reg.write)"));
}

TEST_F(ExportVMIR, RefusesAttributesThatDoNotFit) {
  auto expectRefusal = [&](llvm::StringRef body, const char *reason) {
    SCOPED_TRACE(body.str());
    expectFailure(withBlock((body + "\nvm.ret").str()), ErrorCode::Unsupported,
                  HasSubstr(reason));
  };
  expectRefusal("%a = vm.csr.read 65536", "CSR 65536 is too large");
  expectRefusal("%a = vm.reg.read x[5] : i64\n%b = vm.load %a[0] size 256",
                "size 256 is too large");
  expectRefusal("vm.branch <binary \"Twist\" 0 (none, none)>",
                "there is no operator 'Twist'");
  expectRefusal("vm.vendor.config \"v\", 256, \"c\"", "tile 256 is too large");
  expectRefusal("%a = vm.pstate.condition 256", "condition 256 is too large");
  expectRefusal("%a = vm.reg.read x[5] : i64\n"
                "%b, %c = vm.vec.saturating sub (%a, %a), (%a, %a) lanes 4 : "
                "(i64, i64), (i64, i64) -> (i64, i64)",
                "on two words there is only addition");
  expectFailure(withBlock("vm.interrupt 4294967296"), ErrorCode::Unsupported,
                HasSubstr("vector 4294967296 is too large"));
}

TEST_F(ExportVMIR, RunsOutOfTemporaries) {
  std::string body = "%a = vm.reg.read x[5] : i64\n";
  for (unsigned i = 0; i < vmir::kRawRegBase - vmir::kArchRegCount + 1; ++i)
    body += "%l" + std::to_string(i) + " = vm.load %a[0] size 8\n";
  expectFailure(withBlock(body + "vm.ret"), ErrorCode::Unsupported,
                HasSubstr("there are not enough temporaries"));
}
