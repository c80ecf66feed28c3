//===- AMDGPUBackendTest.cpp - Tests of code for AMD GPUs -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "CompileIR.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <thread>

using namespace llvm;
using namespace vmjit;
using testing::HasSubstr;
using vmir::ParamType;

static constexpr StringLiteral kKernel = R"(
@shared = internal addrspace(3) global [64 x i32] poison, align 16

define void @reverse(ptr addrspace(1) %p, float %a) "vmjit-entry"="kernel" {
  %i = call i32 @llvm.amdgcn.workitem.id.x()
  %cell = getelementptr i32, ptr addrspace(1) %p, i32 %i
  %own = getelementptr i32, ptr addrspace(3) @shared, i32 %i
  %v = load i32, ptr addrspace(1) %cell
  store i32 %v, ptr addrspace(3) %own
  fence syncscope("workgroup") release
  call void @llvm.amdgcn.s.barrier()
  fence syncscope("workgroup") acquire
  %j = sub i32 63, %i
  %other = getelementptr i32, ptr addrspace(3) @shared, i32 %j
  %w = load i32, ptr addrspace(3) %other
  %f = uitofp i32 %w to float
  %d = fdiv float %f, %a
  %r = bitcast float %d to i32
  store i32 %r, ptr addrspace(1) %cell
  ret void
}
declare i32 @llvm.amdgcn.workitem.id.x()
declare void @llvm.amdgcn.s.barrier()
)";

static EmitRequest getRequest() {
  EmitRequest request;
  request.entries.push_back(
      {"reverse", EntryMode::Kernel, {ParamType::Buffer, ParamType::F32}, 256});
  return request;
}

/// Checks that \p bytes are what ROCm loads, with the kernel \p name.
static void expectCodeObject(ArrayRef<uint8_t> bytes, StringRef name,
                             unsigned abiVersion) {
  StringRef text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  VMJIT_ASSERT_VALUE(auto file, object::ObjectFile::createELFObjectFile(
                                    MemoryBufferRef(text, "object")));
  auto *elf = dyn_cast<object::ELF64LEObjectFile>(file.get());
  ASSERT_TRUE(elf);
  const auto &header = elf->getELFFile().getHeader();
  EXPECT_EQ(header.e_type, ELF::ET_DYN);
  EXPECT_EQ(header.e_machine, ELF::EM_AMDGPU);
  EXPECT_EQ(header.e_ident[ELF::EI_OSABI], ELF::ELFOSABI_AMDGPU_HSA);
  EXPECT_EQ(header.e_ident[ELF::EI_ABIVERSION], abiVersion);
  std::vector<std::string> symbols;
  for (const object::ELFSymbolRef &symbol : elf->getDynamicSymbolIterators()) {
    VMJIT_ASSERT_VALUE(StringRef symbolName, symbol.getName());
    symbols.push_back(symbolName.str());
  }
  EXPECT_THAT(symbols, testing::IsSupersetOf({name.str(), name.str() + ".kd"}));
}

TEST(AMDGPUBackend, LinksACodeObjectForEachChip) {
  for (StringRef chip :
       {"gfx900", "gfx90a", "gfx942", "gfx1030", "gfx1100", "gfx1201"}) {
    for (OptLevel level : {OptLevel::O0, OptLevel::O3}) {
      SCOPED_TRACE(chip.str());
      VMJIT_ASSERT_VALUE(
          CodeObject object,
          compileIR(("amdgcn:" + chip).str(), kKernel, level, getRequest()));
      expectCodeObject(object.payload, "reverse",
                       ELF::ELFABIVERSION_AMDGPU_HSA_V5);
      EXPECT_EQ(object.codeObjectVersion, 5u);
      EXPECT_EQ(object.payloadKind, PayloadKind::ELFCodeObject);
      const Entry &entry = object.entries[0];
      EXPECT_EQ(entry.symbol, "reverse");
      EXPECT_TRUE(entry.usesBarrier);
      EXPECT_EQ(entry.resources.staticSharedBytes, 256u);
      EXPECT_GT(entry.resources.registers.value_or(0), 0u);
      EXPECT_GT(entry.resources.scalarRegisters.value_or(0), 0u);
      EXPECT_TRUE(entry.resources.stackBytes.has_value());
    }
  }
}

TEST(AMDGPUBackend, EmitsTheSameTwice) {
  VMJIT_ASSERT_VALUE(CodeObject first, compileIR("amdgcn:gfx1100", kKernel,
                                                 OptLevel::O3, getRequest()));
  VMJIT_ASSERT_VALUE(CodeObject second, compileIR("amdgcn:gfx1100", kKernel,
                                                  OptLevel::O3, getRequest()));
  EXPECT_EQ(first, second);
}

TEST(AMDGPUBackend, LinksFromSeveralThreads) {
  VMJIT_ASSERT_VALUE(CodeObject wanted, compileIR("amdgcn:gfx1100", kKernel,
                                                  OptLevel::O3, getRequest()));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      VMJIT_ASSERT_VALUE(
          CodeObject object,
          compileIR("amdgcn:gfx1100", kKernel, OptLevel::O3, getRequest()));
      EXPECT_EQ(object, wanted);
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(AMDGPUBackend, AcceptsAllItsChips) {
  TargetSpec spec;
  spec.kind = TargetKind::AMDGPU;
  spec.codeObjectVersion = 6;
  std::vector<std::string> chips = getBackend("amdgcn")->getChips();
  EXPECT_THAT(chips, testing::Contains("gfx1201"));
  for (const std::string &chip : chips) {
    SCOPED_TRACE(chip);
    spec.chip = chip;
    VMJIT_ASSERT_VALUE(auto backend, createTargetBackend(spec));
    LLVMContext context;
    VMJIT_ASSERT_VALUE(CodeObject object,
                       compile(*backend, *parseIR(context, kKernel),
                               OptLevel::O1, getRequest()));
    expectCodeObject(object.payload, "reverse",
                     ELF::ELFABIVERSION_AMDGPU_HSA_V6);
  }
}

TEST(AMDGPUBackend, TakesACodeObjectVersion) {
  struct {
    unsigned version, abiVersion;
  } cases[] = {{4, ELF::ELFABIVERSION_AMDGPU_HSA_V4},
               {6, ELF::ELFABIVERSION_AMDGPU_HSA_V6}};
  TargetSpec spec;
  spec.kind = TargetKind::AMDGPU;
  spec.chip = "gfx942";
  for (const auto &test : cases) {
    spec.codeObjectVersion = test.version;
    VMJIT_ASSERT_VALUE(auto backend, createTargetBackend(spec));
    LLVMContext context;
    VMJIT_ASSERT_VALUE(CodeObject object,
                       compile(*backend, *parseIR(context, kKernel),
                               OptLevel::O1, getRequest()));
    expectCodeObject(object.payload, "reverse", test.abiVersion);
  }
  spec.codeObjectVersion = 3;
  expectError(createTargetBackend(spec), ErrorCode::InvalidArgument,
              "is 4, 5 or 6, not 3");
}

TEST(AMDGPUBackend, NeedsAVersionForFamilies) {
  TargetSpec spec;
  spec.kind = TargetKind::AMDGPU;
  spec.chip = "gfx11-generic";
  expectError(createTargetBackend(spec), ErrorCode::InvalidArgument,
              "needs code object version 6");
  spec.codeObjectVersion = 6;
  VMJIT_ASSERT_VALUE(auto backend, createTargetBackend(spec));
  LLVMContext context;
  VMJIT_ASSERT_VALUE(CodeObject object,
                     compile(*backend, *parseIR(context, kKernel), OptLevel::O2,
                             getRequest()));
  expectCodeObject(object.payload, "reverse", ELF::ELFABIVERSION_AMDGPU_HSA_V6);
}

TEST(AMDGPUBackend, RejectsOtherChipsAndFeatures) {
  auto expectInvalid = [](StringRef target, StringRef message) {
    VMJIT_ASSERT_VALUE(TargetSpec spec, TargetSpec::parse(target));
    expectError(createTargetBackend(spec), ErrorCode::InvalidArgument,
                message.str());
  };
  expectInvalid("amdgcn:gfx803", "unknown chip 'gfx803'; the chips are ");
  expectInvalid("amdgcn:sm_90", "the chips are ");
  expectInvalid("amdgcn:gfx90a:+nothing", "unknown feature '+nothing'");
  expectInvalid("amdgcn:gfx90a:+wavefrontsize32", "features to choose");
  EXPECT_EQ(getBackend("amdgcn:gfx90a:+xnack")->getSpec().features, "+xnack");
}

TEST(AMDGPUBackend, RejectsAModuleWithItsOwnVersion) {
  std::string text = (kKernel + R"(
!llvm.module.flags = !{!0}
!0 = !{i32 1, !"amdhsa_code_object_version", i32 400}
)")
                         .str();
  expectError(compileIR("amdgcn:gfx942", text, OptLevel::O1, getRequest()),
              ErrorCode::InvalidProgram, "belongs to the target");
}

TEST(AMDGPUBackend, ReportsTooMuchSharedMemory) {
  expectError(compileIR("amdgcn:gfx942", R"(
@shared = internal addrspace(3) global [1000000 x i32] poison, align 16
define void @reverse(ptr addrspace(1) %p, float %a) "vmjit-entry"="kernel" {
  store volatile i32 1, ptr addrspace(3) @shared
  ret void
}
)",
                        OptLevel::O1, getRequest()),
              ErrorCode::CompilationFailed, "local memory");
}
