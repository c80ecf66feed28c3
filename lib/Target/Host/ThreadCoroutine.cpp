//===- ThreadCoroutine.cpp - Threads that stop at barriers ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Wraps a thread function into LLVM's coroutine intrinsics; the coroutine
// passes of the default pipelines, O0 included, split it.
//
//===----------------------------------------------------------------------===//

#include "ThreadCoroutine.h"

#include "BlockFunction.h"

#include "vmjit/ABI/HostBlock.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#include <cstddef>

using namespace llvm;
using namespace vmjit;

/// Marks the call that allocates a thread's frame.
static constexpr StringLiteral kFrameAttr = "vmjit-thread-frame";
/// What allocate_frame aligns to.
static constexpr uint64_t kFrameAlign = 16;

static Value *loadMember(IRBuilderBase &b, Value *block, uint64_t offset) {
  Value *address = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), block, offset);
  return b.CreateLoad(b.getPtrTy(), address);
}

CallInst *vmjit::createFrameAllocation(IRBuilderBase &b, Value *block,
                                       Value *size) {
  Value *allocate =
      loadMember(b, block, offsetof(vmjit_host_block, allocate_frame));
  Value *context = loadMember(b, block, offsetof(vmjit_host_block, context));
  auto *type = FunctionType::get(b.getPtrTy(), {b.getPtrTy(), b.getInt64Ty()},
                                 /*isVarArg=*/false);
  CallInst *call = b.CreateCall(type, allocate, {context, size});
  call->addFnAttr(Attribute::get(b.getContext(), Attribute::NoUnwind));
  call->addRetAttr(
      Attribute::getWithAlignment(b.getContext(), Align(kFrameAlign)));
  call->addRetAttr(Attribute::get(b.getContext(), Attribute::NoAlias));
  return call;
}

namespace {

/// Builds one coroutine.
class CoroutineBuilder {
public:
  explicit CoroutineBuilder(Function &thread)
      : thread(thread), b(thread.getContext()) {}

  Function *build() {
    moveBody();
    SmallVector<CallInst *> barriers;
    SmallVector<ReturnInst *> returns;
    for (Instruction &instruction : instructions(coroutine)) {
      if (auto *call = dyn_cast<CallInst>(&instruction)) {
        Function *callee = call->getCalledFunction();
        if (callee && callee->getName() == kBarrierName)
          barriers.push_back(call);
      } else if (auto *ret = dyn_cast<ReturnInst>(&instruction)) {
        returns.push_back(ret);
      }
    }
    buildStart();
    buildEnd();
    if (!returns.empty())
      buildFinalSuspend();
    for (CallInst *barrier : barriers)
      replaceBarrier(*barrier);
    for (ReturnInst *ret : returns)
      ReplaceInstWithInst(ret, BranchInst::Create(finalSuspend));
    return coroutine;
  }

private:
  /// Moves everything that \p thread is to a function that returns a pointer.
  void moveBody() {
    auto *type = FunctionType::get(
        b.getPtrTy(), thread.getFunctionType()->params(), /*isVarArg=*/false);
    coroutine = Function::Create(type, GlobalValue::InternalLinkage, "",
                                 thread.getParent());
    coroutine->takeName(&thread);
    // Attributes of the thread, such as what memory it touches, do not hold
    // for the coroutine; those of its parameters do.
    for (auto [from, to] : zip_equal(thread.args(), coroutine->args())) {
      from.replaceAllUsesWith(&to);
      to.takeName(&from);
    }
    coroutine->splice(coroutine->begin(), &thread);
    coroutine->setPresplitCoroutine();
    coroutine->addFnAttr(Attribute::NoUnwind);
    if (DISubprogram *subprogram = thread.getSubprogram()) {
      thread.setSubprogram(nullptr);
      coroutine->setSubprogram(subprogram);
    }
    thread.eraseFromParent();
  }

  /// Allocates the frame in a block before the body.
  void buildStart() {
    BasicBlock *body = &coroutine->getEntryBlock();
    auto *start = BasicBlock::Create(b.getContext(), "start", coroutine, body);
    b.SetInsertPoint(start);
    Constant *null = ConstantPointerNull::get(b.getPtrTy());
    id = b.CreateIntrinsic(Intrinsic::coro_id, {},
                           {b.getInt32(kFrameAlign), null, null, null});
    Value *size = b.CreateIntrinsic(Intrinsic::coro_size, {b.getInt64Ty()}, {});
    Value *align =
        b.CreateIntrinsic(Intrinsic::coro_align, {b.getInt64Ty()}, {});
    // A frame may need more alignment than allocate_frame promises.
    Value *mask = b.CreateSub(align, b.getInt64(1));
    CallInst *memory =
        createFrameAllocation(b, coroutine->getArg(0), b.CreateAdd(size, mask));
    memory->addFnAttr(Attribute::get(b.getContext(), kFrameAttr));
    Value *address = b.CreatePtrToInt(memory, b.getInt64Ty());
    Value *padding = b.CreateAnd(b.CreateNeg(address), mask);
    Value *aligned = b.CreateInBoundsGEP(b.getInt8Ty(), memory, padding);
    handle = b.CreateIntrinsic(Intrinsic::coro_begin, {}, {id, aligned});
    b.CreateBr(body);
    hoistAllocas(*body, *start);
  }

  /// Allocas of fixed size belong into the entry block, where LLVM expects
  /// them.
  static void hoistAllocas(BasicBlock &body, BasicBlock &start) {
    for (Instruction &instruction : make_early_inc_range(body))
      if (auto *alloca = dyn_cast<AllocaInst>(&instruction))
        if (isa<ConstantInt>(alloca->getArraySize()))
          alloca->moveBefore(start, start.begin());
  }

  /// Where suspended coroutines return to their caller, and destroyed ones
  /// would: the frame is the launcher's, so there is nothing to free.
  void buildEnd() {
    suspend = BasicBlock::Create(b.getContext(), "suspend", coroutine);
    b.SetInsertPoint(suspend);
    Value *none = ConstantTokenNone::get(b.getContext());
    b.CreateIntrinsic(Intrinsic::coro_end, {}, {handle, b.getFalse(), none});
    b.CreateRet(handle);
  }

  /// The one suspend point at which the coroutine is done.
  void buildFinalSuspend() {
    finalSuspend = BasicBlock::Create(b.getContext(), "end", coroutine);
    auto *resumed = BasicBlock::Create(b.getContext(), "ended", coroutine);
    // An ended thread is not resumed.
    new UnreachableInst(b.getContext(), resumed);
    b.SetInsertPoint(finalSuspend);
    buildSuspend(/*isFinal=*/true, resumed);
  }

  /// Suspends where the builder is and goes on in \p resumed.
  void buildSuspend(bool isFinal, BasicBlock *resumed) {
    Value *none = ConstantTokenNone::get(b.getContext());
    Value *action = b.CreateIntrinsic(Intrinsic::coro_suspend, {},
                                      {none, b.getInt1(isFinal)});
    SwitchInst *dispatch = b.CreateSwitch(action, suspend, 1);
    dispatch->addCase(b.getInt8(0), resumed);
  }

  void replaceBarrier(CallInst &barrier) {
    BasicBlock *before = barrier.getParent();
    BasicBlock *after =
        before->splitBasicBlock(barrier.getIterator(), "after.barrier");
    before->getTerminator()->eraseFromParent();
    b.SetInsertPoint(before);
    buildSuspend(/*isFinal=*/false, after);
    barrier.eraseFromParent();
  }

  Function &thread;
  IRBuilder<> b;
  Function *coroutine = nullptr;
  Value *id = nullptr;
  Value *handle = nullptr;
  BasicBlock *suspend = nullptr;
  BasicBlock *finalSuspend = nullptr;
};

} // namespace

Function *vmjit::createThreadCoroutine(Function &thread) {
  return CoroutineBuilder(thread).build();
}

/// The value of \p value, a constant or sums of constants: O0 leaves them as
/// the coroutine passes filled in the sizes.
static std::optional<uint64_t> evaluate(const Value *value) {
  if (auto *constant = dyn_cast<ConstantInt>(value))
    return constant->getZExtValue();
  auto *op = dyn_cast<BinaryOperator>(value);
  if (!op)
    return std::nullopt;
  std::optional<uint64_t> left = evaluate(op->getOperand(0));
  std::optional<uint64_t> right = evaluate(op->getOperand(1));
  if (!left || !right)
    return std::nullopt;
  if (op->getOpcode() == Instruction::Add)
    return *left + *right;
  if (op->getOpcode() == Instruction::Sub)
    return *left - *right;
  return std::nullopt;
}

std::optional<uint64_t> vmjit::getFrameBytes(const Module &module) {
  uint64_t bytes = 0;
  for (const Function &function : module) {
    for (const Instruction &instruction : instructions(function)) {
      auto *call = dyn_cast<CallInst>(&instruction);
      if (!call || !call->hasFnAttr(kFrameAttr))
        continue;
      std::optional<uint64_t> size = evaluate(call->getArgOperand(1));
      if (!size)
        return std::nullopt;
      bytes = std::max(bytes, *size);
    }
  }
  return bytes;
}
