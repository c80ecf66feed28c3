//===- JSONWriterTest.cpp - Programs survive being written ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expectations.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <set>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

/// \p text without white space; the test data has none within strings.
static std::string withoutSpace(StringRef text) {
  std::string result = text.str();
  erase_if(result, [](char c) { return isSpace(c); });
  return result;
}

static std::string toArrayText(const Program &program) {
  std::string text = "[";
  for (const Block &block : program.blocks)
    text += (text.size() > 1 ? "," : "") + toText(block);
  return text + "]";
}

/// Expects that the block \p text is written as it was read.
static void expectRoundTrip(StringRef text) {
  EXPECT_EQ(toText(expectValue(parseBlock(text))), text);
}

static std::string makeBlockText(StringRef op) {
  return ("{\"start_pc\":4096,\"ops\":[" + op + "],\"term\":\"Ret\"}").str();
}

TEST(JSONWriter, RoundTripsEverySample) {
  std::string text = readTestFile("VMIR/samples.json");
  Program program = expectValue(parseProgram(text));
  ASSERT_EQ(program.blocks.size(), 208u);
  EXPECT_EQ(program.entry, 4096u);
  EXPECT_FALSE(program.isKernelMode());
  EXPECT_EQ(toArrayText(program), withoutSpace(text));
}

/// The last op of the set that serde prints.
static constexpr unsigned kLastSerdeOp = 156;

TEST(JSONWriter, SamplesHaveEveryOpOfSerde) {
  Program program =
      expectValue(parseProgram(readTestFile("VMIR/samples.json")));
  std::set<unsigned> seen;
  std::set<std::string> terms;
  for (const Block &block : program.blocks) {
    terms.insert(getTerminatorName(block.term).str());
    for (const Op &op : block.ops)
      seen.insert(getOpInfo(op).number);
  }
  for (const OpInfo &info : getOpInfos())
    EXPECT_EQ(seen.count(info.number), info.number <= kLastSerdeOp)
        << info.name.str();
  EXPECT_EQ(terms.size(), std::variant_size_v<Terminator>);
}

TEST(JSONWriter, RoundTripsGpuOps) {
  for (StringRef name : {"GpuThreadId", "GpuBlockId", "GpuBlockDim",
                         "GpuGridDim", "GpuGlobalId"})
    expectRoundTrip(
        makeBlockText(("{\"" + name + "\":{\"dst\":5,\"dim\":2}}").str()));
  expectRoundTrip(makeBlockText("{\"GpuLaneId\":{\"dst\":5}}"));
  expectRoundTrip(makeBlockText("\"GpuBarrier\""));
  expectRoundTrip(makeBlockText("{\"GpuSharedBase\":{\"dst\":5}}"));
  expectRoundTrip(
      makeBlockText("{\"Fence\":{\"order\":\"SeqCst\",\"scope\":\"device\"}}"));
}

TEST(JSONWriter, RoundTripsTheCorpus) {
  for (StringRef name : {"collatz", "crc32", "mandelbrot", "matmul", "saxpy",
                         "vecadd", "vecadd.upstream"}) {
    SCOPED_TRACE(name.str());
    std::string text = readTestFile("Corpus/" + name + ".json");
    Program program = expectValue(parseProgram(text));
    EXPECT_EQ(toArrayText(program), withoutSpace(text));
    EXPECT_EQ(expectValue(parseProgram(toText(program))), program);
  }
}

TEST(JSONWriter, KeepsTheLimitsOfIntegers) {
  expectRoundTrip(R"({"start_pc":18446744073709551615,"ops":[)"
                  R"({"MovImm":{"dst":4294967295,"imm":18446744073709551615}},)"
                  R"({"AddImm":{"dst":1,"src":2,"imm":-9223372036854775808}},)"
                  R"({"AddImm":{"dst":1,"src":2,"imm":9223372036854775807}},)"
                  R"({"CsrRead":{"dst":1,"csr":65535}},)"
                  R"({"EvalCondition":{"dst":1,"cond":255}}],)"
                  R"("term":{"Interrupt":{"vector":4294967295}}})");
}

TEST(JSONWriter, EscapesStringsAsSerdeDoes) {
  std::string text = makeBlockText(
      R"({"VendorConfig":{"vendor":"\"\\\b\f\n\r\t\u0000\u001f/é€😀","tile_id":0,"config":""}})");
  Block block = expectValue(parseBlock(text));
  EXPECT_EQ(std::get<ops::VendorConfig>(block.ops.at(0)).vendor.substr(0, 10),
            std::string("\"\\\b\f\n\r\t\0\x1f/", 10));
  EXPECT_EQ(toText(block), text);
}

TEST(JSONWriter, ReplacesWhatIsNotUTF8) {
  Block block;
  block.ops.push_back(ops::VendorConfig{"a\xff", 0, "b"});
  EXPECT_THAT(toText(block), testing::HasSubstr("\"a\xef\xbf\xbd\""));
}

static Program makeKernel() {
  Program program = makeProgram({ops::Add{10, 11, 12}});
  program.name = "k.$1";
  program.entry = 0x2000;
  program.zeroReg = false;
  program.params = {ParamType::I32, ParamType::I64, ParamType::F32,
                    ParamType::F64, ParamType::Buffer};
  program.stackBytes = 64;
  program.sharedBytes = 128;
  program.segments = {{131072, false, {0xde, 0xad}}, {0, true, {0}}};
  Block &block = program.blocks.emplace_back();
  block.startPc = 0x2000;
  block.term = terms::Jmp{0x1000};
  program.blocks.front().isInner = true;
  return program;
}

TEST(JSONWriter, WritesEveryFieldOfAProgram) {
  EXPECT_EQ(
      toText(makeKernel()),
      R"({"name":"k.$1","entry":8192,"zero_reg":false,"params":[)"
      R"({"type":"i32"},{"type":"i64"},{"type":"f32"},{"type":"f64"},)"
      R"({"type":"buffer"}],"stack_bytes":64,"shared_bytes":128,"segments":[)"
      R"({"addr":131072,"writable":false,"bytes":"dead"},)"
      R"({"addr":0,"writable":true,"bytes":"00"}],"blocks":[)"
      R"({"start_pc":4096,"inner":true,"ops":[)"
      R"({"Add":{"dst":10,"src1":11,"src2":12}}],"term":"Ret"},)"
      R"({"start_pc":8192,"ops":[],"term":{"Jmp":{"target":4096}}}]})");
  EXPECT_EQ(expectValue(parseProgram(toText(makeKernel()))), makeKernel());
}

TEST(JSONWriter, LeavesOutDefaults) {
  EXPECT_EQ(toText(makeProgram()),
            R"({"name":"vm_program","entry":4096,"blocks":[)"
            R"({"start_pc":4096,"ops":[],"term":"Ret"}]})");
}

TEST(JSONWriter, KeepsEmptyParamsApartFromNone) {
  Program program = makeProgram();
  program.params.emplace();
  EXPECT_THAT(toText(program), testing::HasSubstr("\"params\":[]"));
  EXPECT_TRUE(expectValue(parseProgram(toText(program))).isKernelMode());
}

TEST(JSONWriter, IndentedTextMeansTheSame) {
  std::string text = toText(makeKernel(), JSONStyle::Indented);
  EXPECT_THAT(text, testing::HasSubstr("\n  \"entry\": 8192,\n"));
  EXPECT_EQ(withoutSpace(text), toText(makeKernel()));
  EXPECT_EQ(expectValue(parseProgram(text)), makeKernel());
}
