//===- CaseTest.cpp - Recorded runs of hart-mode programs -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/Case.h"

#include "Expectations.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

/// A case with single fields replaced.
static std::string makeCaseText(StringRef name = "", StringRef value = "") {
  std::string zeros = "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
                      "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]";
  std::pair<StringRef, StringRef> fields[] = {
      {"entry_pc", "4096"},  {"return_pc", "8192"},
      {"x_in", zeros},       {"f_in", zeros},
      {"x_out", zeros},      {"f_out", zeros},
      {"pages_in", "{}"},    {"pages_out_changed", "{}"},
      {"function", "\"f\""}, {"ir_ops_executed", "7"}};
  std::string text;
  for (auto [field, initial] : fields) {
    StringRef chosen = field == name ? value : initial;
    if (!chosen.empty())
      text += ((text.empty() ? "{\"" : ",\"") + field + "\":" + chosen).str();
  }
  return text + "}";
}

static std::string makePages(StringRef addr, size_t bytes = 4096) {
  std::string text = ("{\"" + addr + "\":\"").str();
  for (size_t i = 0; i < bytes; ++i)
    text += "a5";
  return text + "\"}";
}

static void expectMalformed(StringRef name, StringRef value,
                            const std::string &message) {
  expectError(parseCase(makeCaseText(name, value)), ErrorCode::ParseError,
              message);
}

TEST(Case, ReadsTheCorpus) {
  struct {
    StringRef name;
    uint64_t entry, executed;
    size_t pages, changed;
  } cases[] = {
      {"collatz", 65596, 152054, 2, 2},    {"crc32", 65616, 81928, 2, 0},
      {"mandelbrot", 65620, 512112, 3, 2}, {"matmul", 65536, 88330, 4, 2},
      {"saxpy", 65536, 7006, 2, 1},        {"vecadd", 65536, 14006, 3, 1},
  };
  for (auto &row : cases) {
    SCOPED_TRACE(row.name.str());
    Case c = expectValue(
        parseCase(readTestFile("Corpus/" + row.name + ".case.json")));
    EXPECT_EQ(c.entryPc, row.entry);
    EXPECT_EQ(c.irOpsExecuted, row.executed);
    EXPECT_EQ(c.pagesIn.size(), row.pages);
    EXPECT_EQ(c.pagesOutChanged.size(), row.changed);
    EXPECT_EQ(c.xIn[1], c.returnPc);
    Program program =
        expectValue(parseProgram(readTestFile("Corpus/" + row.name + ".json")));
    EXPECT_TRUE(is_contained(
        map_range(program.blocks, [](const Block &b) { return b.startPc; }),
        c.entryPc));
  }
}

TEST(Case, ReadsEveryField) {
  Case c = expectValue(parseCase(readTestFile("Corpus/saxpy.case.json")));
  EXPECT_EQ(c.function, "saxpy");
  EXPECT_EQ(c.returnPc, 65768u);
  EXPECT_EQ(c.xIn[15], 18446744073354660734u);
  EXPECT_EQ(c.fIn[10], 18446744070490423296u);
  EXPECT_EQ(c.xOut[10], 4000u);
  EXPECT_EQ(c.fOut[15], 18446744072757307494u);
  EXPECT_EQ(c.pagesIn.at(0).addr, 131072u);
  ASSERT_EQ(c.pagesIn.at(0).bytes.size(), kCasePageBytes);
  EXPECT_EQ(c.pagesIn.at(0).bytes[0], 0x7e);
  EXPECT_EQ(c.pagesOutChanged.at(0).bytes[8], 0x2a);
}

TEST(Case, WantsEveryField) {
  expectValue(parseCase(makeCaseText()));
  for (std::string name :
       {"entry_pc", "return_pc", "x_in", "f_in", "x_out", "f_out", "pages_in",
        "pages_out_changed", "function", "ir_ops_executed"})
    expectMalformed(name, "", "$: missing field \"" + name + "\"");
}

TEST(Case, RefusesOtherText) {
  expectError(parseCase("[]"), ErrorCode::ParseError,
              std::string("$: expected an object, found an array"));
  expectError(parseCase("{"), ErrorCode::ParseError,
              testing::StartsWith("$: parse error at "));
  expectMalformed("function", "\"f\",\"extra\":1",
                  "$: unknown field \"extra\"");
  expectMalformed("function", "7",
                  "$.function: expected a string, found an "
                  "integer");
  expectMalformed("entry_pc", "-1",
                  "$.entry_pc: expected an integer from 0 to "
                  "18446744073709551615, found a negative integer");
}

TEST(Case, WantsThirtyTwoRegisters) {
  expectMalformed("x_in", "[0]", "$.x_in: expected 32 registers, found 1");
  expectMalformed("f_out", "7",
                  "$.f_out: expected an array of registers, found an integer");
  std::string many = "[0";
  for (int i = 0; i < 30; ++i)
    many += ",0";
  expectMalformed("x_out", many + ",1.5]",
                  "$.x_out[31]: expected an integer from 0 to "
                  "18446744073709551615, found a floating-point number");
  expectMalformed("f_in", many + ",0,0]",
                  "$.f_in: expected 32 registers, found 33");
}

TEST(Case, ChecksPages) {
  expectMalformed("pages_in", "[]",
                  "$.pages_in: expected an object of pages, found an array");
  for (std::string key : {"a", "0x1000", "-4096", "+4096", "04096", " 4096",
                          "18446744073709551616"})
    expectError(parseCase(makeCaseText("pages_in", makePages(key))),
                ErrorCode::ParseError,
                testing::EndsWith(": the key is not a decimal address"));
  expectMalformed("pages_in", makePages("4097"),
                  "$.pages_in.4097: the address is not a multiple of 4096");
  expectMalformed("pages_in", makePages("4096", 4095),
                  "$.pages_in.4096: a page has 4096 bytes, found 4095");
  expectMalformed("pages_in", makePages("4096", 4097),
                  "$.pages_in.4096: 4097 bytes are more than 4096");
  expectMalformed("pages_in", "{\"4096\":\"xy\"}",
                  "$.pages_in.4096: no hexadecimal digit at position 0");
  expectMalformed("pages_in", "{\"4096\":null}",
                  "$.pages_in.4096: expected a string of hexadecimal digits, "
                  "found null");
  expectMalformed("pages_in", "{\"4096\":\"\",\"4096\":\"\"}",
                  "$.pages_in: duplicate field \"4096\"");
  expectMalformed("pages_out_changed", makePages("4096"),
                  "$.pages_out_changed.4096: the page is not one of pages_in");
}

TEST(Case, SortsPages) {
  std::string first = makePages("18446744073709547520");
  std::string second = makePages("8192");
  Case c = expectValue(parseCase(makeCaseText(
      "pages_in", first.substr(0, first.size() - 1) + "," + second.substr(1))));
  ASSERT_EQ(c.pagesIn.size(), 2u);
  EXPECT_EQ(c.pagesIn[0].addr, 8192u);
  EXPECT_EQ(c.pagesIn[1].addr, 18446744073709547520u);
  EXPECT_EQ(c.pagesIn[1].bytes, std::vector<uint8_t>(4096, 0xa5));
}

TEST(Case, JoinsAdjacentPages) {
  auto makePage = [](GuestAddr addr, uint8_t byte) {
    return CasePage{addr, std::vector<uint8_t>(kCasePageBytes, byte)};
  };
  EXPECT_TRUE(joinPages({}).empty());
  std::vector<CaseRegion> regions =
      joinPages({makePage(0, 1), makePage(0x1000, 2), makePage(0x3000, 3),
                 makePage(0xfffffffffffff000, 4)});
  ASSERT_EQ(regions.size(), 3u);
  EXPECT_EQ(regions[0].base, 0u);
  ASSERT_EQ(regions[0].bytes.size(), 2 * kCasePageBytes);
  EXPECT_EQ(regions[0].bytes[0xfff], 1);
  EXPECT_EQ(regions[0].bytes[0x1000], 2);
  EXPECT_EQ(regions[1].base, 0x3000u);
  EXPECT_EQ(regions[1].bytes.size(), kCasePageBytes);
  EXPECT_EQ(regions[2].base, 0xfffffffffffff000u);
}
