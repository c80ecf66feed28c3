//===- BlockFunction.cpp - From a thread to a block of threads --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds block functions. All threads of a block run on one host thread, so
// that a barrier orders memory by being a place that control leaves.
//
//===----------------------------------------------------------------------===//

#include "BlockFunction.h"

#include "StridedAccesses.h"
#include "ThreadCoroutine.h"
#include "ThreadExtent.h"
#include "ThreadPhases.h"
#include "ThreadPreparation.h"

#include "vmjit/ABI/HostBlock.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <cstddef>

using namespace llvm;
using namespace vmjit;

bool vmjit::isThreadFunction(const Function &function) {
  FunctionType *type = function.getFunctionType();
  return type->getReturnType()->isVoidTy() && !type->isVarArg() &&
         type->getNumParams() == 4 && type->getParamType(0)->isPointerTy() &&
         type->getParamType(0)->getPointerAddressSpace() == 0 &&
         all_of(drop_begin(type->params()),
                [](Type *param) { return param->isIntegerTy(32); });
}

namespace {

/// Builds one block function.
class BlockBuilder {
public:
  BlockBuilder(Function &thread, StringRef name)
      : thread(thread), b(thread.getContext()) {
    auto *type =
        FunctionType::get(b.getVoidTy(), {b.getPtrTy()}, /*isVarArg=*/false);
    function = Function::Create(type, GlobalValue::ExternalLinkage, name,
                                thread.getParent());
    function->setDSOLocal(true);
    function->addFnAttr(Attribute::NoUnwind);
    block = function->getArg(0);
    block->setName("block");
    // Only the launcher writes it, and not during the call.
    function->addParamAttr(0, Attribute::NoAlias);
    function->addParamAttr(0, Attribute::getWithDereferenceableBytes(
                                  b.getContext(), sizeof(vmjit_host_block)));
    function->addParamAttr(
        0, Attribute::getWithAlignment(b.getContext(),
                                       Align(alignof(vmjit_host_block))));
    b.SetInsertPoint(BasicBlock::Create(b.getContext(), "entry", function));
    for (unsigned dim = 0; dim < 3; ++dim)
      counts[dim] = loadDim(dim);
  }

  Function *build(bool usesBarrier);

private:
  void skipEmptyBlock();
  void buildLoops();
  void buildPhases(const PhaseFunction &phases);
  void buildTiles(Function *phases, Value *y, Value *z);
  void buildRounds();
  bool inlineCalls(Function &callee);

  Value *loadDim(unsigned dim) {
    uint64_t offset = offsetof(vmjit_host_block, block_dim) + 4 * dim;
    Value *address = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), block, offset);
    LoadInst *load = b.CreateLoad(b.getInt32Ty(), address);
    MDBuilder metadata(b.getContext());
    load->setMetadata(
        LLVMContext::MD_range,
        metadata.createRange(APInt(32, 1), APInt(32, kMaxBlockThreads + 1)));
    load->setMetadata(LLVMContext::MD_invariant_load,
                      MDNode::get(b.getContext(), {}));
    return load;
  }

  /// Runs \p body(i) for i from 0 to \p count - 1, where \p count is not 0,
  /// and returns the loop's branch. Leaves the builder behind the loop.
  BranchInst *buildLoop(const Twine &name, Value *count,
                        function_ref<void(Value *)> body) {
    BasicBlock *before = b.GetInsertBlock();
    auto *loop = BasicBlock::Create(b.getContext(), name, function);
    b.CreateBr(loop);
    b.SetInsertPoint(loop);
    PHINode *index = b.CreatePHI(count->getType(), 2, name);
    index->addIncoming(ConstantInt::get(count->getType(), 0), before);
    body(index);
    Value *next = b.CreateAdd(index, ConstantInt::get(count->getType(), 1),
                              name + ".next",
                              /*HasNUW=*/true, /*HasNSW=*/true);
    index->addIncoming(next, b.GetInsertBlock());
    auto *after = BasicBlock::Create(b.getContext(), name + ".end", function);
    BranchInst *branch =
        b.CreateCondBr(b.CreateICmpULT(next, count), loop, after);
    b.SetInsertPoint(after);
    return branch;
  }

  /// Runs \p body(x, y, z) for each thread; the branch of the x loop.
  BranchInst *
  buildThreadLoops(function_ref<void(Value *, Value *, Value *)> body) {
    BranchInst *innermost = nullptr;
    buildLoop("z", counts[2], [&](Value *z) {
      buildLoop("y", counts[1], [&](Value *y) {
        innermost = buildLoop("x", counts[0], [&](Value *x) { body(x, y, z); });
      });
    });
    return innermost;
  }

  Value *getHandleAddress(Value *handles, Value *index) {
    return b.CreateInBoundsGEP(b.getPtrTy(), handles, index);
  }

  Function &thread;
  IRBuilder<> b;
  Function *function;
  Argument *block;
  /// Threads of the block in each dimension, without those that end at once.
  Value *counts[3];
};

} // namespace

/// Says that the iterations of the loop that \p latch ends, which runs \p
/// thread once for each, do not depend on each other: threads of a block
/// without barriers are in no order, and plain accesses that conflict are
/// races. The exception are allocas, which all iterations share once they are
/// inlined.
static void markThreadsIndependent(Function &thread, BranchInst &latch) {
  LLVMContext &context = thread.getContext();
  bool hasAlloca = any_of(instructions(thread), [](Instruction &instruction) {
    return isa<AllocaInst>(instruction);
  });
  if (hasAlloca)
    return;
  MDNode *group = MDNode::getDistinct(context, {});
  for (Instruction &instruction : instructions(thread))
    // Atomics do depend on each other.
    if (instruction.mayReadOrWriteMemory() && !instruction.isAtomic() &&
        !instruction.isVolatile() &&
        !instruction.hasMetadata(LLVMContext::MD_access_group))
      instruction.setMetadata(LLVMContext::MD_access_group, group);
  MDNode *accesses = MDNode::get(
      context, {MDString::get(context, "llvm.loop.parallel_accesses"), group});
  MDNode *loop = MDNode::getDistinct(context, {nullptr, accesses});
  loop->replaceOperandWith(0, loop);
  latch.setMetadata(LLVMContext::MD_loop, loop);
}

/// Moves what \p body computes from the block alone to the end of \p entry,
/// above all loads of arguments. LLVM would do so too, but it first moves them
/// down to where they are used; once that is under a condition, it cannot tell
/// whether they may be done before.
static void hoistUniform(BasicBlock &body, BasicBlock &entry) {
  auto isUniform = [&](const Use &operand) {
    auto *instruction = dyn_cast<Instruction>(operand);
    return !instruction || instruction->getParent() == &entry;
  };
  for (Instruction &instruction : make_early_inc_range(body)) {
    // What is behind may not run at all.
    if (!isGuaranteedToTransferExecutionToSuccessor(&instruction))
      return;
    auto *load = dyn_cast<LoadInst>(&instruction);
    bool isInvariant = load && load->isSimple() &&
                       load->hasMetadata(LLVMContext::MD_invariant_load);
    bool isMovable =
        isInvariant ||
        (!instruction.mayReadOrWriteMemory() && !isa<PHINode>(instruction) &&
         isSafeToSpeculativelyExecute(&instruction));
    if (isMovable && all_of(instruction.operands(), isUniform))
      instruction.moveBefore(entry.getTerminator()->getIterator());
  }
}

/// Returns from the block function if no thread has anything to do.
void BlockBuilder::skipEmptyBlock() {
  auto *empty = BasicBlock::Create(b.getContext(), "empty", function);
  auto *threads = BasicBlock::Create(b.getContext(), "threads", function);
  SmallVector<Value *> areNone;
  for (Value *count : counts)
    areNone.push_back(b.CreateICmpEQ(count, b.getInt32(0)));
  b.CreateCondBr(b.CreateOr(areNone), empty, threads);
  b.SetInsertPoint(empty);
  b.CreateRetVoid();
  b.SetInsertPoint(threads);
}

/// Inlines all calls of \p callee, which is deleted if that was possible.
bool BlockBuilder::inlineCalls(Function &callee) {
  callee.setLinkage(GlobalValue::InternalLinkage);
  callee.addFnAttr(Attribute::AlwaysInline);
  callee.removeFnAttr(Attribute::NoInline);
  callee.removeFnAttr(Attribute::OptimizeNone);
  for (User *user : to_vector(callee.users())) {
    InlineFunctionInfo info;
    // What cannot be inlined stays a call.
    if (!InlineFunction(*cast<CallInst>(user), info).isSuccess())
      return false;
  }
  callee.eraseFromParent();
  return true;
}

void BlockBuilder::buildLoops() {
  BasicBlock *entry = b.GetInsertBlock();
  CallInst *call = nullptr;
  BranchInst *latch = buildThreadLoops([&](Value *x, Value *y, Value *z) {
    call = b.CreateCall(&thread, {block, x, y, z});
  });
  b.CreateRetVoid();
  markThreadsIndependent(thread, *latch);
  BasicBlock *body = call->getParent();
  if (inlineCalls(thread))
    hoistUniform(*body, *entry);
}

/// The tiles of a row, and then what is left.
void BlockBuilder::buildTiles(Function *phases, Value *y, Value *z) {
  Value *size = b.getInt32(kTileThreads), *one = b.getInt32(1);
  Value *full = b.CreateUDiv(counts[0], size);
  Value *rest = b.CreateURem(counts[0], size);
  auto buildIf = [&](Value *count, function_ref<void()> build) {
    auto *then = BasicBlock::Create(b.getContext(), "", function);
    auto *after = BasicBlock::Create(b.getContext(), "", function);
    b.CreateCondBr(b.CreateICmpNE(count, b.getInt32(0)), then, after);
    b.SetInsertPoint(then);
    build();
    b.CreateBr(after);
    b.SetInsertPoint(after);
  };
  buildIf(full, [&] {
    buildLoop("tile", full, [&](Value *tile) {
      b.CreateCall(phases,
                   {block, b.CreateMul(tile, size), y, z, size, one, one});
    });
  });
  buildIf(rest, [&] {
    b.CreateCall(phases,
                 {block, b.CreateMul(full, size), y, z, rest, one, one});
  });
}

void BlockBuilder::buildPhases(const PhaseFunction &phases) {
  Value *zero = b.getInt32(0), *one = b.getInt32(1);
  auto buildRows = [&](function_ref<void(Value *, Value *)> body) {
    buildLoop("z", counts[2], [&](Value *z) {
      buildLoop("y", counts[1], [&](Value *y) { body(y, z); });
    });
  };
  switch (phases.group) {
  case PhaseGroup::Block:
    b.CreateCall(phases.function,
                 {block, zero, zero, zero, counts[0], counts[1], counts[2]});
    break;
  case PhaseGroup::Row:
    buildRows([&](Value *y, Value *z) {
      b.CreateCall(phases.function, {block, zero, y, z, counts[0], one, one});
    });
    break;
  case PhaseGroup::Tile:
    buildRows([&](Value *y, Value *z) { buildTiles(phases.function, y, z); });
    break;
  }
  b.CreateRetVoid();
  if (inlineCalls(*phases.function))
    stepAddresses(*function);
}

Function *BlockBuilder::build(bool usesBarrier) {
  prepareThread(thread);
  if (extractEntryTests(thread, b, block, counts))
    skipEmptyBlock();
  if (std::optional<PhaseFunction> phases =
          createPhaseFunction(thread, usesBarrier)) {
    buildPhases(*phases);
    return function;
  }
  if (usesBarrier)
    buildRounds();
  else
    buildLoops();
  return function;
}

void BlockBuilder::buildRounds() {
  Function *start = createThreadCoroutine(thread);
  Value *count = b.CreateMul(b.CreateMul(counts[0], counts[1]), counts[2]);
  Value *handleBytes =
      b.CreateMul(b.CreateZExt(count, b.getInt64Ty()), b.getInt64(8));
  Value *handles = createFrameAllocation(b, block, handleBytes);
  buildThreadLoops([&](Value *x, Value *y, Value *z) {
    Value *row = b.CreateAdd(b.CreateMul(z, counts[1]), y);
    Value *index = b.CreateAdd(b.CreateMul(row, counts[0]), x);
    b.CreateStore(b.CreateCall(start, {block, x, y, z}),
                  getHandleAddress(handles, index));
  });

  // One round: resumes each thread that has not ended, and counts those that
  // have not ended after it.
  auto *round = BasicBlock::Create(b.getContext(), "round", function);
  auto *done = BasicBlock::Create(b.getContext(), "done", function);
  BasicBlock &entry = function->getEntryBlock();
  AllocaInst *alive = IRBuilder<>(&entry, entry.begin())
                          .CreateAlloca(b.getInt32Ty(), nullptr, "alive");
  b.CreateBr(round);
  b.SetInsertPoint(round);
  b.CreateStore(b.getInt32(0), alive);
  buildLoop("thread", count, [&](Value *index) {
    Value *handle =
        b.CreateLoad(b.getPtrTy(), getHandleAddress(handles, index));
    auto *resume = BasicBlock::Create(b.getContext(), "resume", function);
    auto *next = BasicBlock::Create(b.getContext(), "next", function);
    b.CreateCondBr(b.CreateIntrinsic(Intrinsic::coro_done, {}, {handle}), next,
                   resume);
    b.SetInsertPoint(resume);
    b.CreateIntrinsic(Intrinsic::coro_resume, {}, {handle});
    b.CreateStore(
        b.CreateAdd(b.CreateLoad(b.getInt32Ty(), alive), b.getInt32(1)), alive);
    b.CreateBr(next);
    b.SetInsertPoint(next);
  });
  Value *anyAlive =
      b.CreateICmpNE(b.CreateLoad(b.getInt32Ty(), alive), b.getInt32(0));
  b.CreateCondBr(anyAlive, round, done);
  b.SetInsertPoint(done);
  b.CreateRetVoid();
}

Function *vmjit::createBlockFunction(Function &thread, StringRef name,
                                     bool usesBarrier) {
  return BlockBuilder(thread, name).build(usesBarrier);
}
