//===- NarrowIntegersTest.cpp - Tests of 32-bit arithmetic ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "NarrowIntegers.h"

#include "CompileIR.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/Verifier.h"

#include <random>

using namespace llvm;
using namespace vmjit;

static std::string narrow(StringRef body) {
  LLVMContext context;
  std::string text = "define i64 @f(i64 %a, i64 %b) {\n" + body.str() + "\n}\n";
  std::unique_ptr<Module> module = parseIR(context, text);
  Function &function = *module->getFunction("f");
  narrowIntegers(function);
  std::string result;
  raw_string_ostream os(result);
  EXPECT_FALSE(verifyFunction(function, &os));
  for (Instruction &inst : instructions(function))
    os << inst << "\n";
  return result;
}

using testing::HasSubstr;
using testing::Not;

TEST(NarrowIntegers, NarrowsWhatIsExtendedAfterwards) {
  std::string result = narrow(R"(
  %p = mul i64 %a, %b
  %s = add nsw i64 %p, %b
  %u = shl i64 %s, 32
  %r = ashr exact i64 %u, 32
  ret i64 %r)");
  EXPECT_THAT(result, HasSubstr("mul i32"));
  EXPECT_THAT(result, HasSubstr("add i32"));
  EXPECT_THAT(result, HasSubstr("sext i32"));
  EXPECT_THAT(result, Not(HasSubstr("shl")));
}

TEST(NarrowIntegers, NarrowsSumsInTheUpperHalf) {
  std::string result = narrow(R"(
  %u = shl i64 %a, 32
  %s = add i64 %u, 30064771072
  %p = mul i64 %s, %b
  %r = ashr exact i64 %p, 35
  ret i64 %r)");
  EXPECT_THAT(result, HasSubstr(", 7"));
  EXPECT_THAT(result, HasSubstr("add i32"));
  EXPECT_THAT(result, HasSubstr("mul i32"));
  EXPECT_THAT(result, HasSubstr("ashr i32"));
}

TEST(NarrowIntegers, FindsHighHalvesOfBothSigns) {
  std::string result = narrow(R"(
  %au = shl i64 %a, 32
  %as = ashr exact i64 %au, 32
  %bu = shl i64 %b, 32
  %bs = ashr exact i64 %bu, 32
  %p = mul nsw i64 %as, %bs
  %h = ashr i64 %p, 32
  %az = and i64 %h, 4294967295
  %bz = lshr i64 %b, 32
  %q = mul nuw i64 %az, %bz
  %r = lshr i64 %q, 32
  ret i64 %r)");
  EXPECT_THAT(result, HasSubstr("llvm.nvvm.mulhi.i("));
  EXPECT_THAT(result, HasSubstr("llvm.nvvm.mulhi.ui("));
  EXPECT_THAT(result, Not(HasSubstr("mul n")));
}

TEST(NarrowIntegers, LeavesWhatIsUsedInFull) {
  std::string result = narrow(R"(
  %s = add i64 %a, %b
  %u = shl i64 %s, 32
  %e = ashr exact i64 %u, 32
  %r = xor i64 %e, %s
  ret i64 %r)");
  EXPECT_THAT(result, HasSubstr("add i64"));
  EXPECT_THAT(result, Not(HasSubstr("i32 ")));
}

TEST(NarrowIntegers, LeavesProductsOfMixedSign) {
  std::string result = narrow(R"(
  %au = shl i64 %a, 32
  %as = ashr exact i64 %au, 32
  %bz = lshr i64 %b, 32
  %p = mul nsw i64 %as, %bz
  %r = ashr i64 %p, 32
  ret i64 %r)");
  EXPECT_THAT(result, HasSubstr("mul nsw i64"));
}

namespace {
/// Makes functions of two values at random, with many extensions.
class Generator {
public:
  Generator(Module &module, uint64_t seed) : module(module), random(seed) {}

  Function *create() {
    Type *i64 = Type::getInt64Ty(module.getContext());
    auto *function = Function::Create(FunctionType::get(i64, {i64, i64}, false),
                                      Function::ExternalLinkage, "f", module);
    builder.SetInsertPoint(
        BasicBlock::Create(module.getContext(), "", function));
    for (Argument &argument : function->args())
      values.push_back(&argument);
    for (unsigned i = 0; i < 14; ++i)
      values.push_back(createOp());
    builder.CreateRet(values.back());
    return function;
  }

private:
  Value *pick() {
    // The last ones are likely, so that there are chains.
    size_t last = std::min<size_t>(values.size(), 3);
    return random() % 3 ? values[values.size() - 1 - random() % last]
                        : values[random() % values.size()];
  }

  Value *createOp() {
    constexpr uint64_t amounts[] = {32, 32, 32, 37, 35, 5, 31, 63, 1};
    constexpr uint64_t constants[] = {
        0xffffffff,         0xffffffff,  0x7fffffff, uint64_t(7) << 32,
        ~uint64_t(0) << 32, 0x1ffffffff, 5,          ~uint64_t(4)};
    constexpr Instruction::BinaryOps ops[] = {
        Instruction::Add, Instruction::Sub, Instruction::Mul,
        Instruction::And, Instruction::Or,  Instruction::Xor};
    constexpr Instruction::BinaryOps shifts[] = {
        Instruction::Shl, Instruction::Shl, Instruction::AShr,
        Instruction::LShr};
    Value *x = pick(), *y = pick();
    switch (random() % 8) {
    case 0:
      return builder.CreateAShr(builder.CreateShl(x, 32), 32);
    case 1:
      return builder.CreateAShr(
          builder.CreateBinOp(ops[random() % 6], builder.CreateShl(x, 32),
                              random() % 2 ? builder.CreateShl(y, 32) : y),
          32);
    case 2:
      return builder.CreateBinOp(shifts[random() % 4], x,
                                 builder.getInt64(amounts[random() % 9]));
    case 3:
      return builder.CreateBinOp(ops[random() % 6], x,
                                 builder.getInt64(constants[random() % 8]));
    case 4: {
      Value *low = builder.CreateTrunc(x, builder.getInt32Ty());
      return random() % 2 ? builder.CreateSExt(low, builder.getInt64Ty())
                          : builder.CreateZExt(low, builder.getInt64Ty());
    }
    case 5:
      return builder.CreateSelect(builder.CreateICmpSLT(x, y), pick(), y);
    default:
      return builder.CreateBinOp(ops[random() % 6], x, y);
    }
  }

  Module &module;
  std::mt19937_64 random;
  IRBuilder<> builder{module.getContext()};
  std::vector<Value *> values;
};
} // namespace

/// What the upper half of a product is.
static Constant *evaluateMulHigh(const CallInst &call, Constant *lhs,
                                 Constant *rhs) {
  bool isSigned = call.getIntrinsicID() == Intrinsic::nvvm_mulhi_i;
  EXPECT_TRUE(isSigned || call.getIntrinsicID() == Intrinsic::nvvm_mulhi_ui);
  auto extend = [&](Constant *value) {
    const APInt &bits = cast<ConstantInt>(value)->getValue();
    return isSigned ? bits.sext(64) : bits.zext(64);
  };
  APInt product = extend(lhs) * extend(rhs);
  return ConstantInt::get(call.getType(), product.extractBits(32, 32));
}

/// What \p function, one block, returns.
static uint64_t evaluate(Function &function, uint64_t a, uint64_t b) {
  const DataLayout &layout = function.getDataLayout();
  DenseMap<Value *, Constant *> known;
  known[function.getArg(0)] = ConstantInt::get(function.getReturnType(), a);
  known[function.getArg(1)] = ConstantInt::get(function.getReturnType(), b);
  for (Instruction &inst : function.getEntryBlock()) {
    SmallVector<Constant *> operands;
    for (Value *operand : inst.operands())
      operands.push_back(isa<Constant>(operand) ? cast<Constant>(operand)
                                                : known.lookup(operand));
    if (isa<ReturnInst>(inst))
      return cast<ConstantInt>(operands[0])->getZExtValue();
    if (auto *call = dyn_cast<CallInst>(&inst))
      known[&inst] = evaluateMulHigh(*call, operands[0], operands[1]);
    else if (auto *compare = dyn_cast<ICmpInst>(&inst))
      known[&inst] = ConstantFoldCompareInstOperands(
          compare->getPredicate(), operands[0], operands[1], layout);
    else
      known[&inst] = ConstantFoldInstOperands(&inst, operands, layout);
  }
  ADD_FAILURE() << "no return";
  return 0;
}

TEST(NarrowIntegers, KeepsWhatRandomFunctionsCompute) {
  constexpr uint64_t edges[] = {
      0,          1,          0x7fffffff,         0x80000000,
      0xffffffff, 1ull << 32, 0x7fffffffffffffff, 0x8000000000000000,
      ~0ull,      5,          0xffffffff80000000, 0x123456789abcdef0};
  unsigned narrowed = 0, multiplied = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    LLVMContext context;
    Module module("", context);
    Function *function = Generator(module, seed).create();
    std::vector<uint64_t> expected;
    for (uint64_t a : edges)
      for (uint64_t b : edges)
        expected.push_back(evaluate(*function, a, b));
    narrowIntegers(*function);
    ASSERT_FALSE(verifyFunction(*function, &errs()));
    for (Instruction &inst : instructions(function)) {
      narrowed += isa<BinaryOperator>(inst) && inst.getType()->isIntegerTy(32);
      multiplied += isa<CallInst>(inst);
    }
    auto next = expected.begin();
    for (uint64_t a : edges)
      for (uint64_t b : edges)
        ASSERT_EQ(evaluate(*function, a, b), *next++)
            << "seed " << seed << ", " << a << " and " << b;
  }
  EXPECT_GT(narrowed, 400u);
  EXPECT_GT(multiplied, 0u);
}
