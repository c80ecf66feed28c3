//===- FenvTest.cpp - Tests of the floating-point environment ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The corners; test/Conformance and the comparison with qemu have the rest.
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

namespace {
constexpr uint64_t kMax = 0x7fefffffffffffff;
constexpr uint64_t kMinusMax = 0xffefffffffffffff;
constexpr uint64_t kNextOne = 0x3ff0000000000001;
constexpr uint64_t kMaxSubnormal = 0x000fffffffffffff;

/// F[4] or X[3], and fcsr, after an op of the environment.
struct Result {
  uint64_t value;
  uint64_t fcsr;
  bool operator==(const Result &) const = default;
};

std::ostream &operator<<(std::ostream &os, const Result &result) {
  return os << std::hex << result.value << ", fcsr " << result.fcsr;
}
} // namespace

static HartState runWith(const vmir::Op &op, std::vector<uint64_t> sources,
                         uint64_t fcsr = 0) {
  HartState state;
  for (size_t index = 0; index < sources.size(); ++index)
    state.f[1 + index] = sources[index];
  state.csrs[3] = fcsr;
  return runOps({op}, state);
}

static Result arith(const char *operation, std::vector<uint64_t> sources,
                    const char *rounding = "rne", uint8_t format = 64,
                    uint64_t fcsr = 0) {
  HartState state = runWith(
      ops::FenvArith{4, 1, 2, 3, operation, format, rounding}, sources, fcsr);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  return {state.f[4], state.csrs[3]};
}

static Result toInt(uint64_t source, uint8_t width, bool isSigned,
                    const char *rounding) {
  HartState state =
      runWith(ops::FenvToInt{3, 1, 64, width, isSigned, rounding}, {source});
  return {state.x[3], state.csrs[3]};
}

TEST(Fenv, RoundsInEveryMode) {
  const std::vector<uint64_t> third = {f64::kOne, f64::kThree};
  const std::vector<uint64_t> minus = {f64::kMinusOne, f64::kThree};
  EXPECT_EQ(arith("div", third, "rne"), (Result{0x3fd5555555555555, 1}));
  EXPECT_EQ(arith("div", third, "rup"), (Result{0x3fd5555555555556, 1}));
  EXPECT_EQ(arith("div", minus, "rup"), (Result{0xbfd5555555555555, 1}));
  EXPECT_EQ(arith("div", minus, "rdn"), (Result{0xbfd5555555555556, 1}));
  EXPECT_EQ(arith("div", minus, "rtz"), (Result{0xbfd5555555555555, 1}));
  // Ties: 1 + 2^-53
  EXPECT_EQ(arith("add", {f64::kOne, 0x3ca0000000000000}, "rne"),
            (Result{f64::kOne, 1}));
  EXPECT_EQ(arith("add", {f64::kOne, 0x3ca0000000000000}, "rmm"),
            (Result{kNextOne, 1}));
}

TEST(Fenv, LooksForTininessAfterRounding) {
  // Both are below the least normal number, and round to it.
  EXPECT_EQ(arith("mul", {kMaxSubnormal, kNextOne}),
            (Result{f64::kMinNormal, 1}));
  EXPECT_EQ(arith("mul", {f64::kMinNormal, 0x3fefffffffffffff}),
            (Result{f64::kMinNormal, 3}));
  // Exact subnormals raise nothing.
  EXPECT_EQ(arith("mul", {f64::kMinNormal, f64::kHalf}),
            (Result{0x0008000000000000, 0}));
  EXPECT_EQ(arith("mul", {1, f64::kHalf}, "rup"), (Result{1, 3}));
  EXPECT_EQ(arith("convert", {0x380fffffffffffff}, "rne", 32),
            (Result{box(0x00800000), 1}));
}

TEST(Fenv, OverflowsAsTheModeSays) {
  EXPECT_EQ(arith("add", {kMax, kMax}), (Result{f64::kInf, 5}));
  EXPECT_EQ(arith("add", {kMax, kMax}, "rtz"), (Result{kMax, 5}));
  EXPECT_EQ(arith("add", {kMax, kMax}, "rdn"), (Result{kMax, 5}));
  EXPECT_EQ(arith("add", {kMinusMax, kMinusMax}, "rdn"),
            (Result{f64::kMinusInf, 5}));
  EXPECT_EQ(arith("mul", {kMinusMax, f64::kTwo}, "rup"),
            (Result{kMinusMax, 5}));
}

TEST(Fenv, GivesZerosTheirSigns) {
  EXPECT_EQ(arith("sub", {f64::kOne, f64::kOne}), (Result{f64::kZero, 0}));
  EXPECT_EQ(arith("sub", {f64::kOne, f64::kOne}, "rdn"),
            (Result{f64::kMinusZero, 0}));
  EXPECT_EQ(arith("fmsub", {f64::kTwo, f64::kHalf, f64::kOne}, "rdn"),
            (Result{f64::kMinusZero, 0}));
  EXPECT_EQ(arith("sqrt", {f64::kMinusZero}), (Result{f64::kMinusZero, 0}));
}

TEST(Fenv, RaisesInvalidForSignallingNaNsAndWhatHasNoResult) {
  EXPECT_EQ(arith("add", {f64::kPayloadNaN, f64::kOne}),
            (Result{f64::kNaN, 0}));
  EXPECT_EQ(arith("add", {f64::kSignalingNaN, f64::kOne}),
            (Result{f64::kNaN, 16}));
  EXPECT_EQ(arith("fmadd", {f64::kInf, f64::kZero, f64::kNaN}),
            (Result{f64::kNaN, 16}));
  EXPECT_EQ(arith("fmsub", {f64::kInf, f64::kOne, f64::kInf}),
            (Result{f64::kNaN, 16}));
  EXPECT_EQ(arith("sqrt", {f64::kMinusOne}), (Result{f64::kNaN, 16}));
  EXPECT_EQ(arith("min", {f64::kSignalingNaN, f64::kOne}),
            (Result{f64::kOne, 16}));
  EXPECT_EQ(arith("div", {f64::kMinusOne, f64::kZero}),
            (Result{f64::kMinusInf, 8}));
  EXPECT_EQ(arith("div", {f64::kInf, f64::kZero}), (Result{f64::kInf, 0}));
}

TEST(Fenv, ComparesQuietlyForEqualityOnly) {
  auto compare = [](const char *comparison, uint64_t left, uint64_t right) {
    HartState state =
        runWith(ops::FenvCompare{3, 1, 2, comparison, 64}, {left, right});
    return Result{state.x[3], state.csrs[3]};
  };
  EXPECT_EQ(compare("eq", f64::kNaN, f64::kOne), (Result{0, 0}));
  EXPECT_EQ(compare("eq", f64::kSignalingNaN, f64::kOne), (Result{0, 16}));
  EXPECT_EQ(compare("lt", f64::kNaN, f64::kOne), (Result{0, 16}));
  EXPECT_EQ(compare("le", f64::kMinusZero, f64::kZero), (Result{1, 0}));
}

TEST(Fenv, ConvertsToIntegersWithinTheirRange) {
  EXPECT_EQ(toInt(0xbfe0000000000000, 32, false, "rne"), (Result{0, 1}));
  EXPECT_EQ(toInt(0xbfe0000000000000, 32, false, "rdn"), (Result{0, 16}));
  EXPECT_EQ(toInt(0x41dfffffffe00000, 32, true, "rne"),
            (Result{0x7fffffff, 16})); // 2^31 - 0.5
  EXPECT_EQ(toInt(0x41dfffffffe00000, 32, true, "rtz"),
            (Result{0x7fffffff, 1}));
  EXPECT_EQ(toInt(0xc3e0000000000000, 64, true, "rup"), (Result{kMinInt64, 0}));
  EXPECT_EQ(toInt(f64::kPayloadNaN, 32, false, "rne"), (Result{kMinusOne, 16}));
}

TEST(Fenv, AddsToTheFlagsAndReadsTheMode) {
  EXPECT_EQ(arith("div", {f64::kOne, f64::kThree}, "dyn", 64, 3 << 5 | 16),
            (Result{0x3fd5555555555556, 3 << 5 | 17}));
  for (uint64_t mode : {5, 6, 7}) {
    HartState state = runWith(ops::FenvArith{4, 1, 2, 3, "add", 64, "dyn"},
                              {f64::kOne, f64::kOne}, mode << 5);
    EXPECT_EQ(state.exit, exitAtOp(ExitStatus::Unsupported, 0));
    EXPECT_EQ(state.f[4], 0u);
  }
}

TEST(Fenv, EndsAtFieldsThatMeanNothing) {
  // The verifier refuses all of these, but nobody has to ask it.
  const vmir::Op bad[] = {ops::FenvArith{4, 1, 2, 3, "add", 16, "rne"},
                          ops::FenvArith{4, 1, 2, 3, "plus", 64, "rne"},
                          ops::FenvArith{4, 1, 2, 3, "add", 64, "up"},
                          ops::FenvCompare{3, 1, 2, "ne", 64},
                          ops::FenvCompare{3, 1, 2, "eq", 0},
                          ops::FenvToInt{3, 1, 64, 0, true, "rne"},
                          ops::FenvToInt{3, 1, 8, 64, true, "rne"},
                          ops::FenvFromInt{4, 1, 64, 128, true, "rne"},
                          ops::FenvFromInt{4, 1, 128, 64, true, "rne"}};
  for (const vmir::Op &op : bad)
    EXPECT_EQ(runWith(op, {}).exit, exitAtOp(ExitStatus::BadOp, 0));
}
