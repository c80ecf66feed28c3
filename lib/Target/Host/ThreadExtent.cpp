//===- ThreadExtent.cpp - Which threads of a row get past a test *- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tests of the entry, and the arithmetic of extents.
//
//===----------------------------------------------------------------------===//

#include "ThreadExtent.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace llvm::PatternMatch;
using namespace vmjit;

std::optional<unsigned> vmjit::getCoordinate(const Value *value) {
  if (auto *extension = dyn_cast<ZExtInst>(value))
    value = extension->getOperand(0);
  // The first is the block.
  auto *argument = dyn_cast<Argument>(value);
  if (!argument || argument->getArgNo() < 1 || argument->getArgNo() > 3)
    return std::nullopt;
  return argument->getArgNo() - 1;
}

std::optional<unsigned>
vmjit::matchIndex(const Value *index, bool isSigned,
                  function_ref<bool(const Value *)> isUniform) {
  while (true) {
    if (std::optional<unsigned> dim = getCoordinate(index))
      return dim;
    const Value *left, *right;
    bool isSum = isSigned
                     ? match(index, m_NSWAdd(m_Value(left), m_Value(right)))
                     : match(index, m_NUWAdd(m_Value(left), m_Value(right)));
    if (!isSum && !match(index, m_DisjointOr(m_Value(left), m_Value(right))))
      return std::nullopt;
    if (isUniform(left))
      index = right;
    else if (isUniform(right))
      index = left;
    else
      return std::nullopt;
  }
}

bool vmjit::isLess(CmpInst::Predicate predicate) {
  return ICmpInst::isLT(predicate) || ICmpInst::isLE(predicate);
}

std::optional<ExtentTest>
vmjit::matchExtentTest(Value *condition, bool isNegated,
                       function_ref<bool(const Value *)> isUniform) {
  auto *compare = dyn_cast<ICmpInst>(condition);
  if (!compare || !compare->getOperand(0)->getType()->isIntegerTy() ||
      compare->getOperand(0)->getType()->getIntegerBitWidth() < 32)
    return std::nullopt;
  CmpInst::Predicate predicate =
      isNegated ? compare->getInversePredicate() : compare->getPredicate();
  Value *index = compare->getOperand(0), *bound = compare->getOperand(1);
  if (isUniform(index)) {
    std::swap(index, bound);
    predicate = CmpInst::getSwappedPredicate(predicate);
  }
  if (!isLess(predicate) || !isUniform(bound))
    return std::nullopt;
  bool isSigned = CmpInst::isSigned(predicate);
  std::optional<unsigned> dim = matchIndex(index, isSigned, isUniform);
  if (!dim)
    return std::nullopt;
  return ExtentTest{index, bound, *dim, isSigned,
                    CmpInst::isStrictPredicate(predicate)};
}

void vmjit::collectTests(Value *condition, bool isNegated,
                         SmallVectorImpl<Value *> &tests) {
  Value *left, *right;
  // Not those as selects: there, the second may be poison if the first decides.
  bool isBoth = isNegated
                    ? match(condition, m_Or(m_Value(left), m_Value(right)))
                    : match(condition, m_And(m_Value(left), m_Value(right)));
  if (!isBoth) {
    tests.push_back(condition);
    return;
  }
  collectTests(left, isNegated, tests);
  collectTests(right, isNegated, tests);
}

Value *vmjit::emitExtent(IRBuilderBase &b, const ExtentTest &test, Value *index,
                         Value *bound, Value *count) {
  CmpInst::Predicate predicate =
      test.isStrict ? CmpInst::ICMP_ULT : CmpInst::ICMP_ULE;
  if (test.isSigned)
    predicate = ICmpInst::getSignedPredicate(predicate);
  Value *any = b.CreateICmp(predicate, index, bound);
  // An earlier test may have left none, of which there is no last one.
  if (!test.isStrict)
    any = b.CreateAnd(
        any, b.CreateICmpNE(count, ConstantInt::get(count->getType(), 0)));
  // Not negative where there is any.
  Value *distance = b.CreateSub(bound, index);
  Value *most = b.CreateZExt(count, index->getType());
  Value *one = ConstantInt::get(index->getType(), 1);
  Value *extent = nullptr;
  if (test.isStrict)
    extent = b.CreateBinaryIntrinsic(Intrinsic::umin, distance, most);
  else
    extent = b.CreateAdd(b.CreateBinaryIntrinsic(Intrinsic::umin, distance,
                                                 b.CreateSub(most, one)),
                         one);
  extent = b.CreateTrunc(extent, count->getType());
  return b.CreateSelect(any, extent, ConstantInt::get(count->getType(), 0));
}

Value *vmjit::cloneExpression(IRBuilderBase &b, Value *value,
                              DenseMap<Value *, Value *> &map,
                              function_ref<bool(const Value *)> isShared) {
  auto *instruction = dyn_cast<Instruction>(value);
  if (Value *known = map.lookup(value))
    return known;
  if (!instruction || isShared(value))
    return value;
  SmallVector<Value *> operands;
  for (Value *operand : instruction->operands())
    operands.push_back(cloneExpression(b, operand, map, isShared));
  Instruction *clone = instruction->clone();
  for (auto [index, operand] : enumerate(operands))
    clone->setOperand(index, operand);
  clone->setDebugLoc({});
  b.Insert(clone, instruction->getName());
  map[value] = clone;
  return clone;
}

//===----------------------------------------------------------------------===//
// Tests of the entry
//===----------------------------------------------------------------------===//

namespace {

/// Takes the tests of one thread function's entry apart.
class EntryTests {
public:
  EntryTests(Function &thread, IRBuilderBase &b, Value *block,
             MutableArrayRef<Value *> counts)
      : entry(thread.getEntryBlock()), b(b), counts(counts) {
    map[thread.getArg(0)] = block;
    for (unsigned dim = 0; dim < 3; ++dim)
      map[thread.getArg(1 + dim)] = b.getInt32(0);
  }

  bool extract();

private:
  bool findBranch();
  void findVarying();
  bool isUniform(const Value *value) const {
    return !getCoordinate(value) && !varying.contains(value);
  }
  Value *clone(Value *value) {
    return cloneExpression(b, value, map, [](const Value *) { return false; });
  }
  bool applyTest(Value *condition);

  BasicBlock &entry;
  IRBuilderBase &b;
  MutableArrayRef<Value *> counts;
  /// From the thread's values to those of its first thread.
  DenseMap<Value *, Value *> map;
  /// What is not the same for all threads.
  SmallPtrSet<const Value *, 16> varying;
  BranchInst *branch = nullptr;
  /// Whether threads for which the branch's condition holds end.
  bool endsIfTrue = false;
};

} // namespace

static bool isEnd(const BasicBlock &block) {
  return isa<ReturnInst>(block.front());
}

/// Finds the branch by which threads end, in an entry that does nothing else.
bool EntryTests::findBranch() {
  branch = dyn_cast<BranchInst>(entry.getTerminator());
  if (!branch || !branch->isConditional())
    return false;
  endsIfTrue = isEnd(*branch->getSuccessor(0));
  if (endsIfTrue == isEnd(*branch->getSuccessor(1)))
    return false;
  return all_of(drop_end(entry), [](const Instruction &instruction) {
    auto *load = dyn_cast<LoadInst>(&instruction);
    if (load)
      return load->isSimple();
    return !instruction.mayReadOrWriteMemory() &&
           isSafeToSpeculativelyExecute(&instruction);
  });
}

void EntryTests::findVarying() {
  for (const Instruction &instruction : entry)
    if ((isa<LoadInst>(instruction) &&
         !instruction.hasMetadata(LLVMContext::MD_invariant_load)) ||
        !all_of(instruction.operands(),
                [&](const Use &use) { return isUniform(use); }))
      varying.insert(&instruction);
}

bool EntryTests::applyTest(Value *condition) {
  if (isUniform(condition)) {
    Value *holds = clone(condition);
    if (endsIfTrue)
      holds = b.CreateNot(holds);
    counts[0] = b.CreateSelect(holds, counts[0], b.getInt32(0));
    return true;
  }
  std::optional<ExtentTest> test =
      matchExtentTest(condition, endsIfTrue,
                      [&](const Value *value) { return isUniform(value); });
  if (!test)
    return false;
  counts[test->dim] = emitExtent(b, *test, clone(test->index),
                                 clone(test->bound), counts[test->dim]);
  return true;
}

bool EntryTests::extract() {
  if (!findBranch())
    return false;
  findVarying();
  SmallVector<Value *> tests;
  collectTests(branch->getCondition(), endsIfTrue, tests);
  SmallVector<Value *> rest;
  for (Value *test : tests)
    if (!applyTest(test))
      rest.push_back(test);
  if (rest.size() == tests.size())
    return false;
  BasicBlock *end = branch->getSuccessor(endsIfTrue ? 0 : 1);
  BasicBlock *next = branch->getSuccessor(endsIfTrue ? 1 : 0);
  IRBuilder<> inThread(branch);
  if (rest.empty()) {
    inThread.CreateBr(next);
    end->removePredecessor(&entry);
    branch->eraseFromParent();
    return true;
  }
  branch->setCondition(endsIfTrue ? inThread.CreateOr(rest)
                                  : inThread.CreateAnd(rest));
  return true;
}

bool vmjit::extractEntryTests(Function &thread, IRBuilderBase &b, Value *block,
                              MutableArrayRef<Value *> counts) {
  return EntryTests(thread, b, block, counts).extract();
}
