//===- JSONReaderTest.cpp - What the JSON reader takes and refuses -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expectations.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;
using testing::HasSubstr;
using testing::StartsWith;

/// Expects that reading the program \p text fails with exactly \p message.
static void expectMalformed(StringRef text, const std::string &message) {
  SCOPED_TRACE(text.take_front(200).str());
  expectError(parseProgram(text), ErrorCode::ParseError, message);
}

static void expectMalformed(StringRef text,
                            testing::Matcher<const std::string &> message) {
  SCOPED_TRACE(text.take_front(200).str());
  expectError(parseProgram(text), ErrorCode::ParseError, message);
}

static std::string withOp(StringRef op) {
  return ("[{\"start_pc\":4096,\"ops\":[" + op + "],\"term\":\"Ret\"}]").str();
}

static std::string withTerm(StringRef term) {
  return ("{\"start_pc\":4096,\"ops\":[],\"term\":" + term + "}").str();
}

static std::string withField(StringRef field) {
  return ("{" + field +
          R"(,"blocks":[{"start_pc":4096,"ops":[],"term":"Ret"}]})")
      .str();
}

static std::string withImm(StringRef imm) {
  return withOp(
      ("{\"AddImm\":{\"dst\":1,\"src\":2,\"imm\":" + imm + "}}").str());
}

//===----------------------------------------------------------------------===//
// Forms and defaults
//===----------------------------------------------------------------------===//

TEST(JSONReader, TakesABareBlock) {
  Program program = expectValue(parseProgram(withTerm("\"Ret\"")));
  EXPECT_EQ(program, makeProgram());
}

TEST(JSONReader, TakesAnArrayOfBlocks) {
  Program program = expectValue(
      parseProgram(R"([{"start_pc":8192,"ops":[],"term":"Ret"},)"
                   R"({"term":{"Fault":{"cause":1}},"ops":[],"start_pc":0}])"));
  EXPECT_EQ(program.entry, 8192u);
  ASSERT_EQ(program.blocks.size(), 2u);
  EXPECT_EQ(program.blocks[1].term, Terminator(terms::Fault{1}));
}

TEST(JSONReader, FillsInAbsentFields) {
  Program program = expectValue(
      parseProgram(R"({"blocks":[{"start_pc":4096,"ops":[],"term":"Ret"}]})"));
  EXPECT_EQ(program, makeProgram());
  program = expectValue(
      parseProgram(withField(R"("segments":[{"addr":7,"bytes":"0aFf"}])")));
  EXPECT_FALSE(program.segments.at(0).writable);
  EXPECT_EQ(program.segments.at(0).bytes, (std::vector<uint8_t>{0x0a, 0xff}));
}

TEST(JSONReader, ReadsABlockWithoutVerifyingIt) {
  Block block = expectValue(parseBlock(
      R"({"start_pc":1,"ops":[{"SllImm":{"dst":1,"src":2,"sh":64}}],)"
      R"("term":"Ret"})"));
  EXPECT_EQ(std::get<ops::SllImm>(block.ops.at(0)).sh, 64);
  expectError(parseBlock("[]"), ErrorCode::ParseError,
              std::string("$: expected an object, found an array"));
  expectError(parseBlock("["), ErrorCode::ParseError, StartsWith("$: "));
}

TEST(JSONReader, VerifiesUnlessAskedNotTo) {
  std::string text = withOp(R"("Nop",{"SllImm":{"dst":1,"src":2,"sh":64}})");
  expectError(parseProgram(text), ErrorCode::InvalidProgram,
              std::string("$[0].ops[1]: block 0x1000: op 1 (SllImm): shift "
                          "amount 64 is more than 63"));
  expectValue(parseProgram(text, {.verify = false}));
}

TEST(JSONReader, PutsThePathBeforeABrokenRule) {
  std::string shift = R"({"SllImm":{"dst":1,"src":2,"sh":64}})";
  std::string block = R"({"start_pc":0,"ops":[)" + shift + R"(],"term":"Ret"})";
  expectError(parseProgram(block), ErrorCode::InvalidProgram,
              StartsWith("$.ops[0]: "));
  expectError(parseProgram("{\"blocks\":[" + block + "]}"),
              ErrorCode::InvalidProgram, StartsWith("$.blocks[0].ops[0]: "));
  expectError(parseProgram(withField("\"entry\":1")), ErrorCode::InvalidProgram,
              std::string("$: no block starts at the entry 0x1"));
  std::string empty = R"({"start_pc":1,"ops":[],"term":"Ret"})";
  expectError(parseProgram("[" + empty + "," + empty + "]"),
              ErrorCode::InvalidProgram,
              std::string("$[1]: block 0x1: another block starts at the same "
                          "address"));
}

//===----------------------------------------------------------------------===//
// Text that is no JSON
//===----------------------------------------------------------------------===//

TEST(JSONReader, RefusesWhatIsNotJSON) {
  for (StringRef text :
       {"",          " ",      "{",     "[",       "nul",       "'a'",
        "{\"a\" 1}", "[1,]",   "{,}",   "[01]",    "[+1]",      "[.5]",
        "[1.]",      "[0x10]", "[NaN]", "\"a",     "[\"\\x\"]", "[\"\\ud800\"]",
        "[\"\t\"]",  "/**/[]", "[]//",  "// a\n[]"})
    expectMalformed(text, StartsWith("$: parse error at "));
}

TEST(JSONReader, SaysWhereTextIsNotJSON) {
  expectMalformed(
      R"([{"start_pc":4096,"ops":["Nop",{"Add":{"dst":!}}]}])",
      StartsWith("$[0].ops[1].Add: parse error at line 1, column "));
}

TEST(JSONReader, RefusesNumbersBeyondDoubles) {
  expectMalformed("[1e999]", std::string("$: number overflow parsing '1e999'"));
}

TEST(JSONReader, RefusesTrailingGarbage) {
  std::string text = withTerm("\"Ret\"");
  for (StringRef tail : {"x", "]", "{}", ",", "\xef\xbb\xbf"})
    expectMalformed(text + tail.str(), StartsWith("$: parse error at "));
  expectMalformed(text + std::string("\0", 1), std::string("$: byte 0 at "
                                                           "offset 39"));
}

TEST(JSONReader, RefusesAByteOrderMark) {
  expectMalformed("\xef\xbb\xbf" + withTerm("\"Ret\""),
                  std::string("$: byte order mark"));
}

TEST(JSONReader, RefusesInvalidUTF8) {
  for (StringRef bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                        "\xe2\x82", "\x80"})
    expectMalformed(withField(("\"name\":\"" + bad + "\"").str()),
                    HasSubstr("invalid string"));
  expectMalformed("\xff", HasSubstr("invalid literal"));
}

TEST(JSONReader, BoundsDepth) {
  for (StringRef open : {"[", "{\"a\":", "[{\"a\":", "{\"a\":["}) {
    std::string bomb;
    for (int i = 0; i < 100000; ++i)
      bomb += open;
    expectMalformed(bomb, HasSubstr("nested more than 144 levels deep"));
  }
}

TEST(JSONReader, BoundsTheNumberOfValues) {
  std::string bomb = "[0";
  for (uint32_t i = 0; i < kMaxJSONValues; ++i)
    bomb += ",0";
  expectMalformed(bomb + "]", std::string("$: more than 8388608 values"));
}

TEST(JSONReader, BoundsMessages) {
  std::string longKey(100000, 'k');
  Expected<Program> program = parseProgram("{\"" + longKey + "\":[}");
  EXPECT_LT(toString(program.takeError()).size(), 500u);
  program = parseProgram(withOp("\"" + longKey + "\""));
  EXPECT_LT(toString(program.takeError()).size(), 500u);
  program = parseProgram("[\"" + longKey + "\xff\"]");
  EXPECT_LT(toString(program.takeError()).size(), 500u);
}

TEST(JSONReader, RefusesDuplicateKeys) {
  expectMalformed(withField(R"("name":"a","name":"a")"),
                  std::string("$: duplicate field \"name\""));
  expectMalformed(withOp(R"({"Mov":{"dst":1,"src":2,"dst":1}})"),
                  std::string("$[0].ops[0].Mov: duplicate field \"dst\""));
  expectMalformed(R"({"n\u0061me":"a","name":"a"})",
                  std::string("$: duplicate field \"name\""));
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

TEST(JSONReader, RefusesNumbersThatAreNoIntegers) {
  std::string path = "$[0].ops[0].AddImm.imm: ";
  for (StringRef imm : {"1.0", "1e3", "-1.0", "-0", "-0.0", "1E0", "0.5"})
    expectMalformed(withImm(imm), path + "expected a signed 64-bit integer, "
                                         "found a floating-point number");
  for (StringRef imm : {"\"1\"", "true", "null", "[]", "{}"})
    expectMalformed(withImm(imm),
                    StartsWith(path + "expected a signed 64-bit integer"));
}

TEST(JSONReader, RefusesIntegersOutOfRange) {
  std::string path = "$[0].ops[0].AddImm.imm: ";
  expectMalformed(withImm("9223372036854775808"),
                  path + "9223372036854775808 is out of range for 64 signed "
                         "bits");
  for (StringRef imm : {"-9223372036854775809", "18446744073709551616",
                        "100000000000000000000000000000000"})
    expectMalformed(withImm(imm), path + "expected a signed 64-bit integer, "
                                         "found an integer beyond 64 bits");
}

TEST(JSONReader, ChecksEveryWidth) {
  struct {
    StringRef op, message;
  } cases[] = {
      {R"({"SllImm":{"dst":1,"src":2,"sh":256}})",
       "SllImm.sh: 256 is out of range, 0 to 255"},
      {R"({"CsrRead":{"dst":1,"csr":65536}})",
       "CsrRead.csr: 65536 is out of range, 0 to 65535"},
      {R"({"Mov":{"dst":4294967296,"src":2}})",
       "Mov.dst: 4294967296 is out of range, 0 to 4294967295"},
      {R"({"Mov":{"dst":-1,"src":2}})",
       "Mov.dst: expected an integer from 0 to 4294967295, found a negative "
       "integer"},
      {R"({"CsrSetImm":{"csr":1,"imm":4294967296,"dst":0}})",
       "CsrSetImm.imm: 4294967296 is out of range, 0 to 4294967295"},
      {R"({"MovImm":{"dst":1,"imm":18446744073709551616}})",
       "MovImm.imm: expected an integer from 0 to 18446744073709551615, found "
       "an integer beyond 64 bits"},
      {R"({"MovImm":{"dst":1,"imm":-1}})",
       "MovImm.imm: expected an integer from 0 to 18446744073709551615, found "
       "a negative integer"},
      {R"({"TlbFlush":{"vaddr":-1}})",
       "TlbFlush.vaddr: expected an integer from 0 to 18446744073709551615, "
       "found a negative integer"},
  };
  for (auto &[op, message] : cases)
    expectMalformed(withOp(op), "$[0].ops[0]." + message.str());
}

//===----------------------------------------------------------------------===//
// Blocks, ops and terminators
//===----------------------------------------------------------------------===//

TEST(JSONReader, RefusesMalformedBlocks) {
  expectMalformed("[1]", std::string("$[0]: expected an object, found an "
                                     "integer"));
  expectMalformed("[null]",
                  std::string("$[0]: expected an object, found null"));
  expectMalformed("[{}]", std::string("$[0]: missing field \"start_pc\""));
  expectMalformed(R"([{"start_pc":1,"term":"Ret"}])",
                  std::string("$[0]: missing field \"ops\""));
  expectMalformed(R"([{"start_pc":1,"ops":[]}])",
                  std::string("$[0]: missing field \"term\""));
  expectMalformed(R"([{"start_pc":1,"ops":{},"term":"Ret"}])",
                  std::string("$[0].ops: expected an array, found an object"));
  expectMalformed(R"([{"start_pc":1,"ops":[],"term":"Ret","end_pc":2}])",
                  std::string("$[0]: unknown field \"end_pc\""));
}

TEST(JSONReader, RefusesMalformedOps) {
  struct {
    StringRef op, message;
  } cases[] = {
      {"\"Frobnicate\"", "\"Frobnicate\" is not an op"},
      {"{\"Frobnicate\":{}}", "\"Frobnicate\" is not an op"},
      {"\"nop\"", "\"nop\" is not an op"},
      {"\"Ret\"", "\"Ret\" is not an op"},
      {"1", "expected an op, found an integer"},
      {"{}", "expected an op as an object with one key, found 0 keys"},
      {"{\"Nop\":null,\"Add\":1}",
       "expected an op as an object with one key, found 2 keys"},
      {"{\"Nop\":null}", "Nop has no fields and is written as a string"},
      {"\"Add\"", "Add needs its fields"},
  };
  for (auto &[op, message] : cases)
    expectMalformed(withOp(op), "$[0].ops[0]: " + message.str());
  expectMalformed(withOp("{\"Mov\":[1,2]}"),
                  std::string("$[0].ops[0].Mov: expected an object, found an "
                              "array"));
  expectMalformed(withOp("\"Nop\",{\"Mov\":{\"dst\":1}}"),
                  std::string("$[0].ops[1].Mov: missing field \"src\""));
  expectMalformed(withOp("{\"Mov\":{\"dst\":1,\"src\":2,\"size\":8}}"),
                  std::string("$[0].ops[0].Mov: unknown field \"size\""));
}

TEST(JSONReader, RefusesMalformedTerminators) {
  expectMalformed(withTerm("\"Nop\""),
                  std::string("$.term: \"Nop\" is not a terminator"));
  expectMalformed(withTerm("null"),
                  std::string("$.term: expected a terminator, found null"));
  expectMalformed(withTerm("\"Jmp\""),
                  std::string("$.term: Jmp needs its fields"));
  expectMalformed(withTerm("{\"Ret\":{}}"),
                  std::string("$.term: Ret has no fields and is written as a "
                              "string"));
  expectMalformed(withTerm("{\"Jmp\":{\"target\":\"a\"}}"),
                  StartsWith("$.term.Jmp.target: expected an integer"));
}

static std::string withFlags(StringRef flags) {
  return withOp((R"({"Load":{"dst":1,"base":2,"offset":0,"size":4,"flags":)" +
                 flags + "}}")
                    .str());
}

TEST(JSONReader, RefusesMalformedFlags) {
  std::string path = "$[0].ops[0].Load.flags";
  std::string start =
      R"({"volatile":false,"atomic":false,"align":0,"fence_before":false)";
  expectMalformed(withFlags("0"),
                  path + ": expected an object, found an integer");
  expectMalformed(withFlags(start + "}"),
                  path + ": missing field \"fence_after\"");
  expectMalformed(withFlags(start + R"(,"fence_after":1,"order":"None"})"),
                  path + ".fence_after: expected true or false, found an "
                         "integer");
  expectMalformed(withFlags(start + R"(,"fence_after":true,"order":"Seq"})"),
                  path + ".order: \"Seq\" is not a memory order");
  expectMalformed(withFlags(start + R"(,"fence_after":true,"order":null})"),
                  path + ".order: expected a memory order, found null");
  expectMalformed(
      withFlags(start + R"(,"fence_after":true,"order":"None","x":1})"),
      path + ": unknown field \"x\"");
}

TEST(JSONReader, RefusesUnknownAtomicOps) {
  expectMalformed(
      withOp(R"({"Atomic":{"dst":1,"base":2,"src":3,"op":"Nand","size":4}})"),
      std::string(
          "$[0].ops[0].Atomic.op: \"Nand\" is not an atomic operation"));
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

static std::string withOperand(StringRef operand) {
  return withOp(
      ("{\"Branch\":{\"target\":" + operand + ",\"link\":false}}").str());
}

TEST(JSONReader, RefusesMalformedOperands) {
  struct {
    StringRef operand, message;
  } cases[] = {
      {"\"Register\"", ": Register needs its fields"},
      {"{\"None\":1}", ": None has no fields and is written as a string"},
      {"{\"Reg\":-1}", ".Reg: expected an integer from 0 to 4294967295, found "
                       "a negative integer"},
      {"{\"Reg8\":1}", ": \"Reg8\" is not an operand"},
      {"{\"Immediate\":9223372036854775808}",
       ".Immediate: 9223372036854775808 is out of range for 64 signed bits"},
      {"{\"Imm64\":-1}", ".Imm64: expected an integer from 0 to "
                         "18446744073709551615, found a negative integer"},
      {"{\"Memory\":{\"base\":1,\"offset\":0}}",
       ".Memory: missing field \"size\""},
      {"{\"Memory\":{\"base\":1,\"offset\":0,\"size\":256}}",
       ".Memory.size: 256 is out of range, 0 to 255"},
      {R"({"Binary":{"op":"Add","left":"None"}})",
       ".Binary: missing field \"right\""},
      {R"({"Binary":{"op":"Pow","left":"None","right":"None"}})",
       ".Binary.op: \"Pow\" is not an operator"},
      {R"({"Binary":{"op":"Custom","left":"None","right":"None"}})",
       ".Binary.op: Custom needs its fields"},
      {R"({"Binary":{"op":{"Add":1},"left":"None","right":"None"}})",
       ".Binary.op: Add has no fields and is written as a string"},
      {R"({"Binary":{"op":{"Custom":256},"left":"None","right":"None"}})",
       ".Binary.op.Custom: 256 is out of range, 0 to 255"},
      {R"({"Binary":{"op":"Add","left":"None","right":7}})",
       ".Binary.right: expected an operand, found an integer"},
      {R"({"Binary":{"op":"Add","left":"None","right":"None","x":0}})",
       ".Binary: unknown field \"x\""},
  };
  for (auto &[operand, message] : cases)
    expectMalformed(withOperand(operand),
                    "$[0].ops[0].Branch.target" + message.str());
}

/// An operand \p depth levels deep.
static std::string makeDeepOperand(unsigned depth, bool left) {
  std::string text = "{\"Reg\":1}";
  for (unsigned i = 1; i < depth; ++i)
    text = R"({"Binary":{"op":"Add","left":)" + (left ? text : "\"None\"") +
           ",\"right\":" + (left ? "\"None\"" : text) + "}}";
  return text;
}

TEST(JSONReader, BoundsTheDepthOfOperands) {
  for (bool left : {false, true}) {
    Program program = expectValue(
        parseProgram(withOperand(makeDeepOperand(kMaxOperandDepth, left))));
    EXPECT_EQ("[" + toText(program.blocks.at(0)) + "]",
              withOperand(makeDeepOperand(kMaxOperandDepth, left)));
    expectMalformed(withOperand(makeDeepOperand(kMaxOperandDepth + 1, left)),
                    HasSubstr(": operands nest more than 64 levels deep"));
    expectMalformed(withOperand(makeDeepOperand(1000, left)),
                    HasSubstr("nested more than 144 levels deep"));
  }
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

TEST(JSONReader, RefusesMalformedPrograms) {
  struct {
    StringRef text, message;
  } cases[] = {
      {"null", "$: expected a program, an array of blocks or a block, found "
               "null"},
      {"1", "$: expected a program, an array of blocks or a block, found an "
            "integer"},
      {"\"Nop\"", "$: expected a program, an array of blocks or a block, found "
                  "a string"},
      {"[]", "$: a program needs at least one block"},
      {"{}", "$: missing field \"blocks\""},
      {"{\"blocks\":[]}", "$.blocks: a program needs at least one block"},
      {"{\"blocks\":{}}",
       "$.blocks: expected an array of blocks, found an object"},
  };
  for (auto &[text, message] : cases)
    expectMalformed(text, message.str());
}

TEST(JSONReader, RefusesMalformedProgramFields) {
  struct {
    StringRef field, message;
  } cases[] = {
      {"\"nmae\":\"a\"", "$: unknown field \"nmae\""},
      {"\"name\":1", "$.name: expected a string, found an integer"},
      {"\"entry\":\"a\"", "$.entry: expected an integer from 0 to "
                          "18446744073709551615, found a string"},
      {"\"zero_reg\":0", "$.zero_reg: expected true or false, found an "
                         "integer"},
      {"\"stack_bytes\":1.0", "$.stack_bytes: expected an integer from 0 to "
                              "18446744073709551615, found a floating-point "
                              "number"},
      {"\"shared_bytes\":-1", "$.shared_bytes: expected an integer from 0 to "
                              "18446744073709551615, found a negative integer"},
      {"\"params\":null", "$.params: expected an array of parameters, found "
                          "null"},
      {"\"params\":[\"f32\"]", "$.params[0]: expected an object, found a "
                               "string"},
      {"\"params\":[{\"type\":\"i32\"},{\"type\":\"i8\"}]",
       "$.params[1].type: \"i8\" is not a parameter type"},
      {"\"params\":[{}]", "$.params[0]: missing field \"type\""},
      {R"("params":[{"type":"f32","name":"a"}])",
       "$.params[0]: unknown field \"name\""},
      {"\"segments\":{}",
       "$.segments: expected an array of segments, found an object"},
      {"\"segments\":[{\"bytes\":\"00\"}]",
       "$.segments[0]: missing field \"addr\""},
      {"\"segments\":[{\"addr\":0}]", "$.segments[0]: missing field \"bytes\""},
      {R"("segments":[{"addr":0,"bytes":"0"}])",
       "$.segments[0].bytes: odd number of hexadecimal digits"},
      {R"("segments":[{"addr":0,"bytes":"000g"}])",
       "$.segments[0].bytes: no hexadecimal digit at position 3"},
      {R"("segments":[{"addr":0,"bytes":[0]}])",
       "$.segments[0].bytes: expected a string of hexadecimal digits, found an "
       "array"},
      {R"("segments":[{"addr":0,"bytes":"00","size":1}])",
       "$.segments[0]: unknown field \"size\""},
  };
  for (auto &[field, message] : cases)
    expectMalformed(withField(field), message.str());
}

TEST(JSONReader, EscapesOddKeysInPaths) {
  expectMalformed(R"([{"start_pc":0,"ops":[{"a b\n":{"c":[1,!]}}]}])",
                  StartsWith("$[0].ops[0][\"a b\\0A\"].c: parse error"));
}
