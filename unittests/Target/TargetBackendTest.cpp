//===- TargetBackendTest.cpp - Tests of what all backends share -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "CompileIR.h"

#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
using namespace vmjit;
using vmir::ParamType;

static constexpr StringLiteral kEntry = R"(
define void @k(ptr %p, i32 %n) "vmjit-entry"="kernel" {
  call void @helper(ptr %p, i32 %n)
  ret void
}
define void @helper(ptr %p, i32 %n) noinline {
  store i32 %n, ptr %p
  ret void
}
)";

static EmitRequest getRequest() {
  EmitRequest request;
  request.entries.push_back(
      {"k", EntryMode::Kernel, {ParamType::Buffer, ParamType::I32}, 0});
  return request;
}

static Error prepareIR(StringRef text) {
  LLVMContext context;
  std::unique_ptr<TargetBackend> backend = getBackend("nvptx64:sm_90");
  std::unique_ptr<Module> module = parseIR(context, text);
  if (Error error = backend->configure(*module))
    return error;
  return backend->prepare(*module);
}

TEST(TargetBackend, ConfiguresEmptyModules) {
  for (StringRef target : {"nvptx64", "amdgcn", "host"}) {
    LLVMContext context;
    Module module("empty", context);
    std::unique_ptr<TargetBackend> backend = getBackend(target);
    expectSuccess(backend->configure(module));
    VMJIT_ASSERT_VALUE(auto machine,
                       backend->createTargetMachine(OptLevel::O2));
    EXPECT_EQ(module.getTargetTriple(), machine->getTargetTriple());
    EXPECT_EQ(module.getDataLayout(), machine->createDataLayout());
  }
}

TEST(TargetBackend, KeepsOnlyEntriesVisible) {
  LLVMContext context;
  std::unique_ptr<TargetBackend> backend = getBackend("nvptx64:sm_90");
  std::unique_ptr<Module> module = parseIR(context, kEntry);
  expectSuccess(backend->configure(*module));
  expectSuccess(backend->prepare(*module));
  EXPECT_TRUE(module->getFunction("k")->hasExternalLinkage());
  EXPECT_TRUE(module->getFunction("helper")->hasInternalLinkage());
}

TEST(TargetBackend, InsistsOnTheOrderOfSteps) {
  LLVMContext context;
  std::unique_ptr<TargetBackend> backend = getBackend("nvptx64:sm_90");
  std::unique_ptr<Module> module = parseIR(context, kEntry);
  expectError(backend->prepare(*module), ErrorCode::InvalidProgram,
              "not configured");
  expectSuccess(backend->configure(*module));
  expectError(backend->optimize(*module, OptLevel::O2),
              ErrorCode::InvalidProgram, "vmjit.prepared");
  expectSuccess(backend->prepare(*module));
  expectError(backend->prepare(*module), ErrorCode::InvalidProgram,
              "prepared already");
  expectError(backend->emit(*module, OptLevel::O2, getRequest()),
              ErrorCode::InvalidProgram, "vmjit.optimized");
  expectError(backend->emitAssembly(*module, OptLevel::O2),
              ErrorCode::InvalidProgram, "vmjit.optimized");
  expectSuccess(backend->optimize(*module, OptLevel::O2));
  VMJIT_ASSERT_VALUE(CodeObject object,
                     backend->emit(*module, OptLevel::O2, getRequest()));
  // Emission leaves the module as it was.
  VMJIT_ASSERT_VALUE(CodeObject again,
                     backend->emit(*module, OptLevel::O2, getRequest()));
  EXPECT_EQ(object, again);
}

TEST(TargetBackend, RejectsModulesWithoutProperEntries) {
  auto expectInvalid = [](StringRef text, StringRef message) {
    expectError(prepareIR(text), ErrorCode::InvalidProgram, message.str());
  };
  expectInvalid("define void @k() { ret void }", "no function has");
  expectInvalid("define void @k() \"vmjit-entry\"=\"shader\" { ret void }",
                "unknown mode 'shader'");
  expectInvalid("declare void @k() \"vmjit-entry\"=\"kernel\"",
                "must be a definition");
  expectInvalid("define i32 @k() \"vmjit-entry\"=\"kernel\" { ret i32 0 }",
                "returns nothing");
  expectInvalid("define void @k() \"vmjit-entry\"=\"kernel\" { ret void }\n"
                "define void @f() { call void @k()\n ret void }",
                "nothing else uses");
  expectInvalid("define void @k() \"vmjit-entry\"=\"kernel\" {\n"
                "  call void @missing()\n  ret void\n}\n"
                "declare void @missing()",
                "nothing defines the function 'missing'");
}

TEST(TargetBackend, RejectsModulesThatLLVMDoesNotAccept) {
  LLVMContext context;
  std::unique_ptr<TargetBackend> backend = getBackend("nvptx64:sm_90");
  std::unique_ptr<Module> module = parseIR(context, kEntry);
  expectSuccess(backend->configure(*module));
  // A block without an end.
  module->getFunction("helper")->getEntryBlock().back().eraseFromParent();
  expectError(backend->prepare(*module), ErrorCode::InvalidProgram,
              "not valid");
}

TEST(TargetBackend, ComparesEntriesWithTheRequest) {
  auto expectInvalid = [](const EmitRequest &request, StringRef message) {
    expectError(compileIR("nvptx64:sm_90", kEntry, OptLevel::O1, request),
                ErrorCode::InvalidArgument, message.str());
  };
  EmitRequest request = getRequest();
  request.entries[0].name = "j";
  expectInvalid(request, "has no entry 'j'");
  request = getRequest();
  request.entries[0].params[1] = ParamType::I64;
  expectInvalid(request, "does not have the entry's parameters");
  request = getRequest();
  request.entries[0].params.pop_back();
  expectInvalid(request, "does not have the entry's parameters");
  request = getRequest();
  request.entries[0].mode = EntryMode::Hart;
  expectInvalid(request, "built for kernel mode");
  request.entries.clear();
  expectInvalid(request, "has 1 entries; 0 are described");
  request = getRequest();
  request.stateLayout.csrs = {5, 4};
  expectInvalid(request, "ascending");
}

TEST(TargetBackend, DescribesHartEntries) {
  EmitRequest request;
  request.entries.push_back({"h", EntryMode::Hart, {}, 0});
  request.stateLayout = {{3, 0xc00}, {33}};
  VMJIT_ASSERT_VALUE(
      CodeObject object,
      compileIR("nvptx64:sm_90",
                "define void @h(ptr %l) \"vmjit-entry\"=\"hart\" { ret void }",
                OptLevel::O1, request));
  EXPECT_EQ(object.entries[0].mode, EntryMode::Hart);
  EXPECT_EQ(object.entries[0].params.size(), 1u);
  EXPECT_TRUE(object.stateLayout.hasWordsOf(request.stateLayout));
  EXPECT_EQ(object.stateLayout.tile, getHartTile(object.target));
  EXPECT_FALSE(object.entries[0].usesBarrier);
}

TEST(TargetBackend, GivesTheContextItsHandlerBack) {
  struct Counter : DiagnosticHandler {
    explicit Counter(unsigned &count) : count(count) {}
    bool handleDiagnostics(const DiagnosticInfo &info) override {
      ++count;
      return true;
    }
    unsigned &count;
  };
  unsigned count = 0;
  LLVMContext context;
  context.setDiagnosticHandler(std::make_unique<Counter>(count));
  std::unique_ptr<Module> module = parseIR(context, kEntry);
  VMJIT_ASSERT_VALUE(CodeObject object,
                     compile(*getBackend("nvptx64:sm_90"), *module,
                             OptLevel::O1, getRequest()));
  EXPECT_EQ(count, 0u);
  context.emitError("test");
  EXPECT_EQ(count, 1u);
}
