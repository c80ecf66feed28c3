//===- NVPTXBackendTest.cpp - Tests of code for NVIDIA GPUs -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "CompileIR.h"

#include "llvm/IR/Function.h"

using namespace llvm;
using namespace vmjit;
using testing::HasSubstr;
using testing::Not;
using vmir::ParamType;

static constexpr StringLiteral kArithmetic = R"(
@scratch = internal addrspace(3) global [100 x i32] poison, align 16
@dynamic = external addrspace(3) global [0 x i32], align 16

define void @arith(ptr addrspace(1) %p, float %a, float %b) "vmjit-entry"="kernel" {
  %m = fmul float %a, %b
  %s = fadd float %m, %b
  %d = fdiv float %s, %a
  %q = call float @llvm.sqrt.f32(float %d)
  %i = call i32 @helper()
  %cell = getelementptr i32, ptr addrspace(3) @scratch, i32 %i
  %own = addrspacecast ptr addrspace(3) %cell to ptr
  store volatile float %q, ptr %own
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %dyn = load volatile float, ptr addrspace(3) @dynamic
  store float %dyn, ptr addrspace(1) %p
  ret void
}
define i32 @helper() noinline {
  %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  ret i32 %i
}
declare float @llvm.sqrt.f32(float)
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
)";

static EmitRequest getRequest() {
  EmitRequest request;
  request.entries.push_back(
      {"arith",
       EntryMode::Kernel,
       {ParamType::Buffer, ParamType::F32, ParamType::F32},
       512});
  return request;
}

TEST(NVPTXBackend, EmitsPTXForEachGeneration) {
  struct {
    StringRef target, version;
  } cases[] = {{"nvptx64:sm_70", ".version 7.0"},
               {"nvptx64:sm_90", ".version 7.8"},
               {"nvptx64:sm_120", ".version 8.7"}};
  for (const auto &test : cases) {
    for (OptLevel level : {OptLevel::O0, OptLevel::O3}) {
      SCOPED_TRACE(test.target.str());
      VMJIT_ASSERT_VALUE(CodeObject object, compileIR(test.target, kArithmetic,
                                                      level, getRequest()));
      std::string ptx(object.payload.begin(), object.payload.end());
      EXPECT_THAT(ptx, HasSubstr(test.version.str()));
      EXPECT_THAT(ptx, HasSubstr(".target " + object.chip));
      EXPECT_THAT(ptx, HasSubstr(".visible .entry arith("));
      EXPECT_EQ(object.getTargetName(), test.target);
      EXPECT_EQ(object.triple, "nvptx64-nvidia-cuda");
      EXPECT_EQ(object.payloadKind, PayloadKind::PTX);
      EXPECT_EQ(object.entries[0].symbol, "arith");
      EXPECT_TRUE(object.entries[0].usesBarrier);
      EXPECT_EQ(object.entries[0].sharedBytes, 512u);
      EXPECT_EQ(object.entries[0].resources.staticSharedBytes, 400u);
    }
  }
}

TEST(NVPTXBackend, RoundsEachOperationByItself) {
  VMJIT_ASSERT_VALUE(CodeObject object, compileIR("nvptx64:sm_90", kArithmetic,
                                                  OptLevel::O3, getRequest()));
  std::string ptx(object.payload.begin(), object.payload.end());
  // Without .rn, ptxas would contract them.
  EXPECT_THAT(ptx, HasSubstr("mul.rn.f32"));
  EXPECT_THAT(ptx, HasSubstr("add.rn.f32"));
  EXPECT_THAT(ptx, HasSubstr("div.rn.f32"));
  EXPECT_THAT(ptx, HasSubstr("sqrt.rn.f32"));
  EXPECT_THAT(ptx, Not(HasSubstr(".ftz")));
  EXPECT_THAT(ptx, Not(HasSubstr("fma")));
}

TEST(NVPTXBackend, EmitsTheSameTwice) {
  VMJIT_ASSERT_VALUE(CodeObject first, compileIR("nvptx64:sm_90", kArithmetic,
                                                 OptLevel::O3, getRequest()));
  VMJIT_ASSERT_VALUE(CodeObject second, compileIR("nvptx64:sm_90", kArithmetic,
                                                  OptLevel::O3, getRequest()));
  EXPECT_EQ(first, second);
}

TEST(NVPTXBackend, TakesAPTXVersion) {
  TargetSpec spec;
  spec.kind = TargetKind::NVPTX;
  spec.chip = "sm_80";
  spec.ptxVersion = 75;
  VMJIT_ASSERT_VALUE(auto byMember, createTargetBackend(spec));
  EXPECT_EQ(byMember->getSpec().ptxVersion, 75u);
  std::unique_ptr<TargetBackend> byFeature = getBackend("nvptx64:sm_80:+ptx75");
  EXPECT_EQ(byFeature->getSpec(), byMember->getSpec());

  spec.ptxVersion = 60;
  expectError(createTargetBackend(spec), ErrorCode::InvalidArgument,
              "needs PTX version 7.0 or later, not 6.0");
  spec.ptxVersion = 79;
  expectError(createTargetBackend(spec), ErrorCode::InvalidArgument,
              "unknown feature '+ptx79'");
  spec.features = "+ptx75";
  expectError(createTargetBackend(spec), ErrorCode::InvalidArgument,
              "only feature");
  spec.features = "+sm_90";
  expectError(createTargetBackend(spec), ErrorCode::InvalidArgument,
              "only feature");
}

TEST(NVPTXBackend, AcceptsAllItsChips) {
  std::vector<std::string> chips = getBackend("nvptx64")->getChips();
  EXPECT_THAT(chips, testing::IsSupersetOf({"sm_70", "sm_75", "sm_80", "sm_86",
                                            "sm_89", "sm_90a", "sm_120"}));
  for (const std::string &chip : chips) {
    SCOPED_TRACE(chip);
    std::unique_ptr<TargetBackend> backend = getBackend("nvptx64:" + chip);
    VMJIT_ASSERT_VALUE(
        CodeObject object,
        compileIR("nvptx64:" + chip, kArithmetic, OptLevel::O1, getRequest()));
    EXPECT_EQ(object.ptxVersion, backend->getSpec().ptxVersion);
  }
}

TEST(NVPTXBackend, RejectsOtherChips) {
  for (StringRef target :
       {"nvptx64:sm_60", "nvptx64:sm_900", "nvptx64:gfx900"}) {
    VMJIT_ASSERT_VALUE(TargetSpec spec, TargetSpec::parse(target));
    expectError(createTargetBackend(spec), ErrorCode::InvalidArgument,
                "the chips are ");
  }
}

TEST(NVPTXBackend, RenamesWhatPTXDoesNotAllow) {
  struct {
    StringRef name, symbol;
  } cases[] = {{"a.b", "a_$_b"}, {"$", "$_$_"}, {"WARP_SZ", "WARP_SZ_$_"}};
  for (const auto &test : cases) {
    EmitRequest request;
    request.entries.push_back({test.name.str(), EntryMode::Kernel, {}, 0});
    std::string text = ("define void @" + test.name +
                        "() \"vmjit-entry\"=\"kernel\" { ret void }\n")
                           .str();
    VMJIT_ASSERT_VALUE(CodeObject object,
                       compileIR("nvptx64:sm_90", text, OptLevel::O2, request));
    EXPECT_EQ(object.entries[0].name, test.name);
    EXPECT_EQ(object.entries[0].symbol, test.symbol);
    std::string ptx(object.payload.begin(), object.payload.end());
    EXPECT_THAT(ptx, HasSubstr((".entry " + test.symbol + "(").str()));

    text += ("define void @\"" + test.symbol + "\"() { ret void }").str();
    expectError(compileIR("nvptx64:sm_90", text, OptLevel::O2, request),
                ErrorCode::InvalidProgram, "which is taken");
  }
}

TEST(NVPTXBackend, HasAssemblyButNoObjects) {
  LLVMContext context;
  std::unique_ptr<TargetBackend> backend = getBackend("nvptx64:sm_90");
  std::unique_ptr<Module> module = parseIR(context, kArithmetic);
  expectSuccess(backend->configure(*module));
  expectSuccess(backend->prepare(*module));
  expectSuccess(backend->optimize(*module, OptLevel::O1));
  VMJIT_ASSERT_VALUE(std::string text,
                     backend->emitAssembly(*module, OptLevel::O1));
  EXPECT_THAT(text, HasSubstr(".entry arith"));
  expectError(backend->emitObject(*module, OptLevel::O1),
              ErrorCode::Unsupported, "has no object files");
}

TEST(NVPTXBackend, TurnsBackendErrorsIntoErrors) {
  EmitRequest request;
  request.entries.push_back({"k", EntryMode::Kernel, {ParamType::Buffer}, 0});
  expectError(compileIR("nvptx64:sm_90", R"(
define void @k(ptr %p) "vmjit-entry"="kernel" {
  %r = call i32 asm "mov.u32 $0, 0;", "={none}"()
  store i32 %r, ptr %p
  ret void
}
)",
                        OptLevel::O1, request),
              ErrorCode::CompilationFailed, "constraint");
}
