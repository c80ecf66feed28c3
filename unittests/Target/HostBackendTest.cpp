//===- HostBackendTest.cpp - Tests of code for the host ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the code does is tested with the host's runtime.
//
//===----------------------------------------------------------------------===//

#include "CompileIR.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/MemoryBufferRef.h"

using namespace llvm;
using namespace vmjit;

static constexpr StringLiteral kBarrier = R"(
define void @k.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
  call void @vmjit.barrier()
  ret void
}
declare void @vmjit.barrier()
)";

/// Threads come to barriers by different ways.
static constexpr StringLiteral kPartingBarriers = R"(
define void @k.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
  %isFirst = icmp eq i32 %x, 0
  br i1 %isFirst, label %first, label %other
first:
  call void @vmjit.barrier()
  call void @vmjit.barrier()
  ret void
other:
  call void @vmjit.barrier()
  ret void
}
declare void @vmjit.barrier()
)";

/// Adds one to each element; args are a buffer.
static constexpr StringLiteral kIncrement = R"(
define void @inc.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
  %argsAt = getelementptr i8, ptr %block, i64 48
  %args = load ptr, ptr %argsAt, !invariant.load !0
  %arg = load ptr, ptr %args, !invariant.load !0
  %p = load ptr, ptr %arg, !invariant.load !0
  %i = zext i32 %x to i64
  %cell = getelementptr float, ptr %p, i64 %i
  %v = load float, ptr %cell
  %w = fadd float %v, 1.0
  store float %w, ptr %cell
  ret void
}
!0 = !{}
)";

static EmitRequest getRequest(StringRef name) {
  EmitRequest request;
  request.entries.push_back({name.str(), EntryMode::Kernel, {}, 0});
  return request;
}

static Error prepareIR(StringRef text) {
  LLVMContext context;
  std::unique_ptr<TargetBackend> backend = getBackend("host");
  std::unique_ptr<Module> module = parseIR(context, text);
  if (Error error = backend->configure(*module))
    return error;
  return backend->prepare(*module);
}

TEST(HostBackend, EmitsARelocatableObjectWithTheBlockFunction) {
  for (StringRef target :
       {"host", "host:native", "host:x86-64", "host:generic"}) {
    SCOPED_TRACE(target.str());
    VMJIT_ASSERT_VALUE(
        CodeObject object,
        compileIR(target, kBarrier, OptLevel::O2, getRequest("k")));
    EXPECT_EQ(object.payloadKind, PayloadKind::HostObject);
    EXPECT_TRUE(object.entries[0].usesBarrier);
    EXPECT_EQ(object.entries[0].resources.frameBytes, 0u);
    EXPECT_THAT(object.features, testing::HasSubstr("+sse2"));
    StringRef text(reinterpret_cast<const char *>(object.payload.data()),
                   object.payload.size());
    VMJIT_ASSERT_VALUE(auto file, object::ObjectFile::createObjectFile(
                                      MemoryBufferRef(text, "object")));
    EXPECT_TRUE(file->isRelocatableObject());
    bool hasEntry = any_of(file->symbols(), [](object::SymbolRef symbol) {
      Expected<StringRef> name = symbol.getName();
      if (name)
        return *name == "k";
      consumeError(name.takeError());
      return false;
    });
    EXPECT_TRUE(hasEntry);
  }
}

TEST(HostBackend, KeepsFramesOnlyWhereThreadsPart) {
  VMJIT_ASSERT_VALUE(
      CodeObject object,
      compileIR("host", kPartingBarriers, OptLevel::O2, getRequest("k")));
  EXPECT_TRUE(object.entries[0].usesBarrier);
  EXPECT_GT(object.entries[0].resources.frameBytes.value_or(0), 0u);
}

TEST(HostBackend, EmitsTheSameTwice) {
  for (StringRef text : {kBarrier, kPartingBarriers, kIncrement}) {
    EmitRequest request = getRequest(text == kIncrement ? "inc" : "k");
    VMJIT_ASSERT_VALUE(CodeObject first,
                       compileIR("host", text, OptLevel::O3, request));
    VMJIT_ASSERT_VALUE(CodeObject second,
                       compileIR("host", text, OptLevel::O3, request));
    EXPECT_EQ(first, second);
  }
}

TEST(HostBackend, ResolvesTheNativeChip) {
  std::unique_ptr<TargetBackend> backend = getBackend("host");
  EXPECT_NE(backend->getSpec().chip, "native");
  EXPECT_FALSE(backend->getSpec().features.empty());
  // A resolved spec is a spec.
  VMJIT_ASSERT_VALUE(TargetSpec spec,
                     TargetSpec::parse(backend->getSpec().str()));
  EXPECT_EQ(spec, backend->getSpec());
  VMJIT_ASSERT_VALUE(auto again, createTargetBackend(spec));
  EXPECT_EQ(again->getSpec(), spec);
}

TEST(HostBackend, RejectsChipsAndFeaturesThatHostCodeCannotHave) {
  auto expectInvalid = [](StringRef target, StringRef message) {
    SCOPED_TRACE(target.str());
    VMJIT_ASSERT_VALUE(TargetSpec spec, TargetSpec::parse(target));
    expectError(createTargetBackend(spec), ErrorCode::InvalidArgument,
                message.str());
  };
  expectInvalid("host:nothing", "the chips are ");
  expectInvalid("host:native:+nothing", "unknown feature '+nothing'");
#if defined(__x86_64__)
  expectInvalid("host:i386", "the chips are ");
  expectInvalid("host:x86-64:-sse2", "needs the feature '+sse2'");
  expectInvalid("host:x86-64:-64bit", "needs the feature '+64bit'");
#endif
}

/// p[i] += a * q[i] for i below n; what a saxpy kernel is.
static constexpr StringLiteral kSaxpy = R"(
define void @saxpy.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
  %argsAt = getelementptr i8, ptr %block, i64 48
  %args = load ptr, ptr %argsAt, !invariant.load !0
  %aAt = load ptr, ptr %args, !invariant.load !0
  %a = load float, ptr %aAt, !invariant.load !0
  %qSlot = getelementptr ptr, ptr %args, i64 1
  %qAt = load ptr, ptr %qSlot, !invariant.load !0
  %q = load ptr, ptr %qAt, !invariant.load !0
  %pSlot = getelementptr ptr, ptr %args, i64 2
  %pAt = load ptr, ptr %pSlot, !invariant.load !0
  %p = load ptr, ptr %pAt, !invariant.load !0
  %nSlot = getelementptr ptr, ptr %args, i64 3
  %nAt = load ptr, ptr %nSlot, !invariant.load !0
  %n = load i32, ptr %nAt, !invariant.load !0
  %sizeAt = getelementptr i8, ptr %block, i64 12
  %size = load i32, ptr %sizeAt, !invariant.load !0
  %idAt = getelementptr i8, ptr %block, i64 24
  %id = load i32, ptr %idAt, !invariant.load !0
  %wideSize = zext i32 %size to i64
  %wideId = zext i32 %id to i64
  %wideX = zext i32 %x to i64
  %first = mul i64 %wideSize, %wideId
  %i = add i64 %first, %wideX
  %wideN = sext i32 %n to i64
  %in = icmp slt i64 %i, %wideN
  br i1 %in, label %work, label %out
work:
  %offset = shl i64 %i, 2
  %from = getelementptr i8, ptr %q, i64 %offset
  %to = getelementptr i8, ptr %p, i64 %offset
  %v = load float, ptr %from, align 4
  %w = load float, ptr %to, align 4
  %product = fmul float %v, %a
  %sum = fadd float %product, %w
  store float %sum, ptr %to, align 4
  br label %out
out:
  ret void
}
!0 = !{}
)";

TEST(HostBackend, VectorizesThreadsWithoutBarriers) {
#if !defined(__x86_64__)
  GTEST_SKIP() << "names a chip of x86-64";
#endif
  struct {
    StringRef text, name;
  } cases[] = {{kIncrement, "inc"}, {kSaxpy, "saxpy"}};
  for (const auto &test : cases) {
    SCOPED_TRACE(test.name.str());
    LLVMContext context;
    std::unique_ptr<TargetBackend> backend = getBackend("host:x86-64-v3");
    std::unique_ptr<Module> module = parseIR(context, test.text);
    expectSuccess(backend->configure(*module));
    expectSuccess(backend->prepare(*module));
    expectSuccess(backend->optimize(*module, OptLevel::O3));
    Function *block = module->getFunction(test.name);
    ASSERT_TRUE(block);
    bool hasVectorAdd =
        any_of(instructions(*block), [](Instruction &instruction) {
          return instruction.getOpcode() == Instruction::FAdd &&
                 instruction.getType()->isVectorTy();
        });
    EXPECT_TRUE(hasVectorAdd);
    // Threads are independent, so that no check of overlap is needed.
    bool checksOverlap = any_of(*block, [](BasicBlock &part) {
      return part.getName().contains("memcheck");
    });
    EXPECT_FALSE(checksOverlap);
  }
}

TEST(HostBackend, DoesNotCallLibraryFunctionsForLoops) {
  // LLVM knows this loop as strlen, which the loader does not provide.
  LLVMContext context;
  std::unique_ptr<TargetBackend> backend = getBackend("host");
  std::unique_ptr<Module> module = parseIR(context, R"(
define void @len.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
entry:
  %argsAt = getelementptr i8, ptr %block, i64 48
  %args = load ptr, ptr %argsAt
  %arg = load ptr, ptr %args
  %p = load ptr, ptr %arg
  br label %loop
loop:
  %q = phi ptr [ %p, %entry ], [ %next, %loop ]
  %c = load i8, ptr %q
  %next = getelementptr i8, ptr %q, i64 1
  %end = icmp eq i8 %c, 0
  br i1 %end, label %done, label %loop
done:
  %from = ptrtoint ptr %p to i64
  %to = ptrtoint ptr %q to i64
  %length = sub i64 %to, %from
  store i64 %length, ptr %p
  ret void
}
)");
  expectSuccess(backend->configure(*module));
  expectSuccess(backend->prepare(*module));
  expectSuccess(backend->optimize(*module, OptLevel::O3));
  EXPECT_EQ(module->getFunction("strlen"), nullptr);
}

/// Whether a call that the inliner would remove is there after optimization of
/// a module with \p functionCount functions of \p additions additions.
static bool keepsCall(unsigned functionCount, unsigned additions) {
  std::string text;
  raw_string_ostream os(text);
  for (unsigned number = 0; number < functionCount; ++number) {
    os << "define void @f" << number << "(ptr %p) noinline {\n";
    for (unsigned i = 0; i < additions; ++i)
      os << "  store volatile i8 0, ptr %p\n";
    os << "  ret void\n}\n";
  }
  os << "define internal i64 @small(i64 %x) {\n  %y = add i64 %x, 1\n"
        "  ret i64 %y\n}\n"
        "define void @k.thread(ptr %block, i32 %x, i32 %y, i32 %z) "
        "\"vmjit-entry\"=\"kernel\" {\n  %v = load i64, ptr %block\n"
        "  %w = call i64 @small(i64 %v)\n"
        "  %p = inttoptr i64 %w to ptr\n  store i8 0, ptr %p\n";
  for (unsigned number = 0; number < functionCount; ++number)
    os << "  call void @f" << number << "(ptr %p)\n";
  os << "  ret void\n}\n";
  LLVMContext context;
  std::unique_ptr<TargetBackend> backend = getBackend("host");
  std::unique_ptr<Module> module = parseIR(context, text);
  expectSuccess(backend->configure(*module));
  expectSuccess(backend->prepare(*module));
  expectSuccess(backend->optimize(*module, OptLevel::O2));
  return module->getFunction("small") != nullptr;
}

TEST(HostBackend, OptimizesLargeModulesOfSmallFunctions) {
  EXPECT_FALSE(keepsCall(1, 10));
  EXPECT_FALSE(keepsCall(12, 5'000));
  EXPECT_TRUE(keepsCall(1, 50'000));
  EXPECT_TRUE(keepsCall(12, 45'000));
}

TEST(HostBackend, RejectsWhatIsNoThreadFunction) {
  auto expectInvalid = [](StringRef text, StringRef message) {
    SCOPED_TRACE(text.str());
    expectError(prepareIR(text), ErrorCode::InvalidProgram, message.str());
  };
  expectInvalid("define void @k(ptr %b, i32 %x, i32 %y, i32 %z) "
                "\"vmjit-entry\"=\"kernel\" { ret void }",
                "does not end in '.thread'");
  expectInvalid("define void @.thread(ptr %b, i32 %x, i32 %y, i32 %z) "
                "\"vmjit-entry\"=\"kernel\" { ret void }",
                "does not end in '.thread'");
  expectInvalid("define void @k.thread(ptr %b, i32 %x, i64 %y, i32 %z) "
                "\"vmjit-entry\"=\"kernel\" { ret void }",
                "type of a thread function");
  expectInvalid("define void @memcpy.thread(ptr %b, i32 %x, i32 %y, i32 %z) "
                "\"vmjit-entry\"=\"kernel\" { ret void }",
                "is taken");
  expectInvalid("define void @k.thread(ptr %b, i32 %x, i32 %y, i32 %z) "
                "\"vmjit-entry\"=\"kernel\" { ret void }\n"
                "define void @k() { ret void }",
                "is taken");
  expectInvalid("define void @k.thread(ptr %b, i32 %x, i32 %y, i32 %z) "
                "\"vmjit-entry\"=\"kernel\" { call void @f()\n ret void }\n"
                "define void @f() { call void @vmjit.barrier()\n ret void }\n"
                "declare void @vmjit.barrier()",
                "other than by calls in entries");
}
