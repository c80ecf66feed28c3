//===- SuiteTest.cpp - Conformance files ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Conformance/Suite.h"

#include "VMIR/Expectations.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::conformance;
using namespace vmjit::vmir;
using testing::HasSubstr;

namespace {
constexpr StringRef hartProgram =
    R"({"blocks":[{"start_pc":4096,"ops":[{"Add":{"dst":5,"src1":6,"src2":7}}],)"
    R"("term":"Ret"}]})";
constexpr StringRef exitText =
    R"({"status":"Return","pc":4096,"op_index":1,"detail":0,"access_size":0,)"
    R"("store":false,"next_pc":4096,"next_op":0})";

/// A file with one test in hart mode, in which \p from is replaced by \p to.
std::string makeText(StringRef from = "", StringRef to = "") {
  std::string text =
      R"({"op":"Add","tests":[{"name":"n","program":)" + hartProgram.str() +
      R"(,"return_pc":256,"regions":[{"base":65536,"size":32,"writable":false,)"
      R"("shared":true,"bytes":"0102"}],"harts":[{"entry":8192,"x":{"6":1},)"
      R"("f":{"31":2},"nzcv":1073741824,"csrs":{"768":3},"expect":{"x":)"
      R"({"5":18446744073709551615},"nzcv":2147483648,"exit":)" +
      exitText.str() + R"(,"memory":[{"addr":65538,"bytes":"ff"}]}}]}]})";
  if (from.empty())
    return text;
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from.str();
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// A file with one launch, in which \p from is replaced by \p to.
std::string makeLaunchText(StringRef from = "", StringRef to = "") {
  std::string text =
      R"({"op":"GpuLaneId","tests":[{"name":"k","program":{"params":[{"type":)"
      R"("buffer"},{"type":"i32"},{"type":"f64"}],"blocks":[{"start_pc":4096,)"
      R"("ops":[{"GpuLaneId":{"dst":5}}],"term":"Ret"}]},"launch":{"grid":)"
      R"([1,2,3],"block":[4,5,6],"shared":64,"args":[{"buffer":"00","expect":)"
      R"("01"},{"i32":4294967295},{"f64":9}]}}]})";
  if (from.empty())
    return text;
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from.str();
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

void expectMalformed(const std::string &text, StringRef message) {
  expectError(parseSuite(text), ErrorCode::ParseError,
              HasSubstr(message.str()));
}
} // namespace

TEST(Suite, ReadsHartTests) {
  Suite suite = expectValue(parseSuite(makeText()));
  EXPECT_EQ(suite.op, "Add");
  EXPECT_EQ(suite.getCaseCount(), 1u);
  ASSERT_EQ(suite.tests.size(), 1u);
  const conformance::Test &test = suite.tests[0];
  EXPECT_EQ(test.name, "n");
  EXPECT_EQ(test.returnPc, 256u);
  EXPECT_FALSE(test.launch);
  ASSERT_EQ(test.regions.size(), 1u);
  EXPECT_FALSE(test.regions[0].range.isPrivate);
  EXPECT_EQ(test.regions[0].range.flags, uint64_t(VMJIT_REGION_READ));
  EXPECT_EQ(test.regions[0].bytes, (std::vector<uint8_t>{1, 2}));
  ASSERT_EQ(test.harts.size(), 1u);
  const HartCase &hart = test.harts[0];
  EXPECT_EQ(hart.entry, 8192u);
  EXPECT_EQ(hart.before.x[6], 1u);
  EXPECT_EQ(hart.before.x[5], 0u);
  EXPECT_EQ(hart.exit.status, ExitStatus::Return);
  EXPECT_EQ(hart.exit.opIndex, 1u);
  EXPECT_EQ(hart.memory,
            (std::vector<MemoryPatch>{{.addr = 65538, .bytes = {0xff}}}));
}

TEST(Suite, ExpectsTheInputsWhereNothingElseIsSaid) {
  const HartCase hart = expectValue(parseSuite(makeText())).tests[0].harts[0];
  HartValues after = hart.before;
  after.x[5] = UINT64_MAX;
  after.nzcv = 0x80000000;
  EXPECT_EQ(hart.after, after);
}

TEST(Suite, StartsAtTheProgramsEntry) {
  Suite suite = expectValue(parseSuite(makeText(R"("entry":8192,)", "")));
  EXPECT_EQ(suite.tests[0].harts[0].entry, 4096u);
}

TEST(Suite, ReadsLaunches) {
  Suite suite = expectValue(parseSuite(makeLaunchText()));
  EXPECT_EQ(suite.getCaseCount(), 1u);
  const Launch &launch = *suite.tests[0].launch;
  EXPECT_EQ(launch.grid, (Dim3{1, 2, 3}));
  EXPECT_EQ(launch.block, (Dim3{4, 5, 6}));
  EXPECT_EQ(launch.sharedBytes, 64u);
  ASSERT_EQ(launch.arguments.size(), 3u);
  EXPECT_EQ(launch.arguments[0].expected, (std::vector<uint8_t>{1}));
  EXPECT_EQ(launch.arguments[1].bits, 0xffffffffu);
  EXPECT_EQ(launch.arguments[2].type, ParamType::F64);
}

TEST(Suite, RefusesMalformedText) {
  expectMalformed("", "$: ");
  expectMalformed("[]", "expected an object");
  expectMalformed(makeText(R"("op":"Add")", R"("op":"Sum")"),
                  "$.op: \"Sum\" is no op or terminator");
  expectMalformed(makeText(R"("op":"Add")", R"("op":"Sub")"),
                  "$.tests[0].program: it does not contain Sub");
  expectMalformed(R"({"op":"Add","tests":[]})", "$.tests: there are no tests");
  expectMalformed(R"({"op":"Add","tests":{}})", "$.tests: expected an array");
  expectMalformed(R"({"op":"Add","tests":[],"more":1})", "more");
  expectMalformed(R"({"op":"Add"})", "missing field \"tests\"");
  expectMalformed(makeText(R"("name":"n")", R"("name":"")"),
                  "$.tests[0].name: the name is empty");
  std::string text = makeText();
  size_t first = text.find('[') + 1, last = text.rfind(']');
  std::string test = text.substr(first, last - first);
  expectMalformed(text.insert(last, "," + test),
                  "$.tests[1].name: the name is empty or that of another");
}

TEST(Suite, RefusesPrograms) {
  expectMalformed(makeText(R"("dst":5)", R"("dst":"five")"),
                  "$.tests[0].program.blocks[0].ops[0].Add.dst: expected");
  // What only the verifier finds has its place, too.
  expectMalformed(makeText(R"({"Add":{"dst":5,"src1":6,"src2":7}})",
                           R"({"SllImm":{"dst":5,"src":6,"sh":64}})"),
                  "$.tests[0].program.blocks[0].ops[0]: ");
  expectMalformed(makeText(R"("return_pc":256)", R"("return_pc":4096)"),
                  "$.tests[0].return_pc: it is the address of a block");
  expectMalformed(makeText(R"({"blocks")", R"({"params":[],"blocks")"),
                  "$.tests[0].program: a program with params needs a launch");
}

TEST(Suite, RefusesHarts) {
  expectMalformed(makeText(R"("x":{"6":1})", R"("x":{"32":1})"),
                  "harts[0].x.32: the key is not a register number");
  expectMalformed(makeText(R"("x":{"6":1})", R"("x":{"06":1})"),
                  "the key is not a register number");
  expectMalformed(makeText(R"("x":{"6":1})", R"("x":[1])"),
                  "harts[0].x: expected an object of registers");
  expectMalformed(makeText(R"("x":{"6":1})", R"("x":{"6":-1})"),
                  "expected an integer from 0");
  expectMalformed(makeText(R"("csrs":{"768":3})", R"("csrs":{"2":3})"),
                  "CSRs 1 and 2 are views of CSR 3");
  expectMalformed(makeText(R"("csrs":{"768":3})", R"("csrs":{"65536":3})"),
                  "the key is not a CSR number");
  expectMalformed(makeText("1073741824", "1073741825"),
                  "harts[0].nzcv: the flags are bits 31 to 28");
  expectMalformed(makeText(R"("Return")", R"("Returned")"),
                  "expect.exit.status: \"Returned\" is not an exit status");
  expectMalformed(makeText(R"("detail":0,)", ""), "missing field \"detail\"");
  expectMalformed(makeText(R"("addr":65538)", R"("addr":65568)"),
                  "expect.memory[0]: no region has these bytes");
  expectMalformed(makeText(R"("bytes":"ff")", R"("bytes":"")"),
                  "expect.memory[0]: no region has these bytes");
  expectMalformed(makeText(R"("entry":8192,)", R"("entry":8192,"y":0,)"),
                  "unknown field \"y\"");
}

TEST(Suite, RefusesRegions) {
  expectMalformed(makeText(R"("size":32)", R"("size":0)"),
                  "regions[0].size: a region has 1 to");
  expectMalformed(makeText(R"("size":32)", R"("size":1048577)"),
                  "regions[0].size: a region has 1 to");
  expectMalformed(makeText(R"("size":32)", R"("size":1)"), "regions[0].bytes");
  expectMalformed(makeText(R"("shared":true)", R"("shared":1)"),
                  "regions[0].shared: expected");
}

TEST(Suite, RefusesLaunches) {
  expectMalformed(makeLaunchText("[1,2,3]", "[1,2]"),
                  "launch.grid: expected 3 extents, found 2");
  expectMalformed(makeLaunchText("[1,2,3]", "1"),
                  "launch.grid: expected an array of 3 extents");
  expectMalformed(makeLaunchText(R"("shared":64)", R"("shared":67108865)"),
                  "launch.shared: more than");
  expectMalformed(makeLaunchText(R"(,{"f64":9})", ""),
                  "launch.args: 2 arguments for 3 parameters");
  expectMalformed(makeLaunchText(R"({"f64":9})", R"({"i64":9})"),
                  "launch.args[2]: missing field \"f64\"");
  expectMalformed(makeLaunchText("4294967295", "4294967296"),
                  "launch.args[1]: the value has more than 32 bits");
  expectMalformed(makeLaunchText(R"("01")", R"("0102")"),
                  "launch.args[0].expect: it has another size");
  expectMalformed(
      makeLaunchText(
          R"("params":[{"type":"buffer"},{"type":"i32"},{"type":"f64"}],)", ""),
      "launch: the program has no params");
}

TEST(Suite, NamesAllOpsAndTerminators) {
  std::vector<StringRef> names = getConformanceNames();
  EXPECT_EQ(names.size(), getOpInfos().size() + 7);
  EXPECT_EQ(names.front(), "Nop");
  EXPECT_EQ(names.back(), "Interrupt");
}

TEST(Suite, ReadsAFileForEachOpAndTerminator) {
  for (StringRef name : getConformanceNames()) {
    SCOPED_TRACE(name.str());
    Suite suite =
        expectValue(parseSuite(readTestFile("Conformance/" + name + ".json")));
    EXPECT_EQ(suite.op, name);
    EXPECT_GE(suite.getCaseCount(), 2u);
  }
}
