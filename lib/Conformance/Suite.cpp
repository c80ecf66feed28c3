//===- Suite.cpp - Reading conformance files --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The JSON form of conformance files, read as strictly as programs are.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Conformance/Suite.h"

#include "VMIR/ProgramReader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::conformance;
using namespace vmjit::vmir;

/// The bits of NZCV that there are.
static constexpr uint32_t kFlagBits = 0xf0000000;
/// CSRs 1 and 2 are views of this one.
static constexpr uint16_t kFcsr = 3;

namespace {

/// Reads suites. Functions return whether they succeeded.
class SuiteReader {
public:
  explicit SuiteReader(JSONReader &reader) : reader(reader) {}

  bool read(JSONValue root, Suite &suite);

private:
  bool readTest(JSONValue value, const JSONPath &path, Test &test);
  bool readHartMode(JSONObjectReader &object, const JSONPath &path, Test &test);
  bool readRegion(JSONValue value, const JSONPath &path, Region &region);
  bool readHart(JSONValue value, const JSONPath &path, const Test &test,
                HartCase &hart);
  bool readExpectation(JSONValue value, const JSONPath &path, const Test &test,
                       HartCase &hart);
  bool readValues(JSONObjectReader &object, const JSONPath &path,
                  HartValues &values);
  bool readRegisters(JSONValue value, const JSONPath &path,
                     HartValues::RegisterFile &file);
  bool readCsrs(JSONValue value, const JSONPath &path,
                std::map<uint16_t, uint64_t> &csrs);
  bool readExit(JSONValue value, const JSONPath &path, ExitRecord &exit);
  bool readPatch(JSONValue value, const JSONPath &path, const Test &test,
                 MemoryPatch &patch);
  bool readLaunch(JSONValue value, const JSONPath &path, const Program &program,
                  Launch &launch);
  bool readDims(JSONValue value, const JSONPath &path, Dim3 &dims);
  bool readArgument(JSONValue value, const JSONPath &path, ParamType type,
                    LaunchArgument &argument);
  bool readBuffer(JSONObjectReader &object, const JSONPath &path,
                  LaunchArgument &argument);

  /// Reads the members of the array \p value into \p list.
  template <class T, class Read>
  bool readList(JSONValue value, const JSONPath &path, size_t maxCount,
                std::vector<T> &list, Read readMember) {
    if (!reader.expect(value, path, JSONKind::Array, "an array"))
      return false;
    if (value.size() > maxCount)
      return reader.fail(path, Twine(value.size()) + " members are more than " +
                                   Twine(maxCount));
    list.resize(value.size());
    return value.forEachMember([&](JSONValue member, size_t i) {
      return readMember(member, JSONPath(path, i), list[i]);
    });
  }

  JSONReader &reader;
};

/// The number that \p key spells in decimal, without a sign or leading zeros,
/// so that different keys are different numbers.
std::optional<unsigned> parseKey(StringRef key, unsigned limit) {
  unsigned number = 0;
  if (key.getAsInteger(10, number) || key != std::to_string(number) ||
      number >= limit)
    return std::nullopt;
  return number;
}

/// Whether \p program has an op or a terminator called \p name.
bool contains(const Program &program, StringRef name) {
  return any_of(program.blocks, [&](const Block &block) {
    return getTerminatorName(block.term) == name ||
           any_of(block.ops,
                  [&](const Op &op) { return getOpInfo(op).name == name; });
  });
}

/// Whether all \p size bytes at \p addr are in one of \p regions.
bool isMapped(ArrayRef<Region> regions, GuestAddr addr, uint64_t size) {
  return any_of(regions, [&](const Region &region) {
    return region.range.size >= size &&
           addr - region.range.base <= region.range.size - size;
  });
}

/// The status called \p name in ExitStatus.def.
std::optional<ExitStatus> findStatus(StringRef name) {
#define VMJIT_EXIT_STATUS(Name, Number, Text)                                  \
  if (name == #Name)                                                           \
    return ExitStatus::Name;
#include "vmjit/ABI/ExitStatus.def"
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Hart mode
//===----------------------------------------------------------------------===//

bool SuiteReader::readRegisters(JSONValue value, const JSONPath &path,
                                HartValues::RegisterFile &file) {
  if (!reader.expect(value, path, JSONKind::Object, "an object of registers"))
    return false;
  return value.forEachMember([&](JSONValue member, size_t) {
    JSONPath memberPath(path, member.getKey());
    std::optional<unsigned> number = parseKey(member.getKey(), kArchRegCount);
    if (!number)
      return reader.fail(memberPath, "the key is not a register number");
    return reader.read(member, memberPath, file[*number]);
  });
}

bool SuiteReader::readCsrs(JSONValue value, const JSONPath &path,
                           std::map<uint16_t, uint64_t> &csrs) {
  if (!reader.expect(value, path, JSONKind::Object, "an object of CSRs"))
    return false;
  return value.forEachMember([&](JSONValue member, size_t) {
    JSONPath memberPath(path, member.getKey());
    std::optional<unsigned> number = parseKey(member.getKey(), 65536);
    if (!number)
      return reader.fail(memberPath, "the key is not a CSR number");
    if (*number == 1 || *number == 2)
      return reader.fail(memberPath,
                         "CSRs 1 and 2 are views of CSR " + Twine(kFcsr));
    return reader.read(member, memberPath, csrs[*number]);
  });
}

/// Reads what is there of registers, flags and CSRs over \p values.
bool SuiteReader::readValues(JSONObjectReader &object, const JSONPath &path,
                             HartValues &values) {
  if (std::optional<JSONValue> x = object.find("x"))
    readRegisters(*x, JSONPath(path, "x"), values.x);
  if (std::optional<JSONValue> f = object.find("f"))
    readRegisters(*f, JSONPath(path, "f"), values.f);
  if (std::optional<JSONValue> csrs = object.find("csrs"))
    readCsrs(*csrs, JSONPath(path, "csrs"), values.csrs);
  if (!object.readOptional("nzcv", values.nzcv))
    return false;
  if (values.nzcv & ~kFlagBits)
    return reader.fail(JSONPath(path, "nzcv"),
                       "the flags are bits 31 to 28, all others are 0");
  return !reader.failed();
}

bool SuiteReader::readExit(JSONValue value, const JSONPath &path,
                           ExitRecord &exit) {
  JSONObjectReader object(reader, value, path);
  std::string status;
  object.read("status", status);
  object.read("pc", exit.pc);
  object.read("op_index", exit.opIndex);
  object.read("detail", exit.detail);
  object.read("access_size", exit.accessSize);
  object.read("store", exit.isStore);
  object.read("next_pc", exit.nextPc);
  object.read("next_op", exit.nextOp);
  if (!object.finish())
    return false;
  std::optional<ExitStatus> found = findStatus(status);
  if (!found)
    return reader.fail(JSONPath(path, "status"),
                       quoteForMessage(status) + " is not an exit status");
  exit.status = *found;
  return true;
}

bool SuiteReader::readPatch(JSONValue value, const JSONPath &path,
                            const Test &test, MemoryPatch &patch) {
  JSONObjectReader object(reader, value, path);
  object.read("addr", patch.addr);
  if (std::optional<JSONValue> bytes = object.require("bytes"))
    reader.readHex(*bytes, JSONPath(path, "bytes"), kMaxRegionBytes,
                   patch.bytes);
  if (!object.finish())
    return false;
  if (patch.bytes.empty() ||
      !isMapped(test.regions, patch.addr, patch.bytes.size()))
    return reader.fail(path, "no region has these bytes");
  return true;
}

bool SuiteReader::readExpectation(JSONValue value, const JSONPath &path,
                                  const Test &test, HartCase &hart) {
  JSONObjectReader object(reader, value, path);
  hart.after = hart.before;
  readValues(object, path, hart.after);
  if (std::optional<JSONValue> exit = object.require("exit"))
    readExit(*exit, JSONPath(path, "exit"), hart.exit);
  if (std::optional<JSONValue> memory = object.find("memory"))
    readList(*memory, JSONPath(path, "memory"), kMaxHarts, hart.memory,
             [&](JSONValue member, const JSONPath &place, MemoryPatch &patch) {
               return readPatch(member, place, test, patch);
             });
  return object.finish();
}

bool SuiteReader::readHart(JSONValue value, const JSONPath &path,
                           const Test &test, HartCase &hart) {
  JSONObjectReader object(reader, value, path);
  hart.entry = test.program.entry;
  object.readOptional("entry", hart.entry);
  readValues(object, path, hart.before);
  std::optional<JSONValue> expect = object.require("expect");
  return expect &&
         readExpectation(*expect, JSONPath(path, "expect"), test, hart) &&
         object.finish();
}

bool SuiteReader::readRegion(JSONValue value, const JSONPath &path,
                             Region &region) {
  JSONObjectReader object(reader, value, path);
  bool readable = true, writable = true, shared = false;
  object.read("base", region.range.base);
  object.read("size", region.range.size);
  object.readOptional("readable", readable);
  object.readOptional("writable", writable);
  object.readOptional("shared", shared);
  if (reader.failed())
    return false;
  if (region.range.size == 0 || region.range.size > kMaxRegionBytes)
    return reader.fail(JSONPath(path, "size"), "a region has 1 to " +
                                                   Twine(kMaxRegionBytes) +
                                                   " bytes");
  if (std::optional<JSONValue> bytes = object.find("bytes"))
    reader.readHex(*bytes, JSONPath(path, "bytes"), region.range.size,
                   region.bytes);
  region.range.isPrivate = !shared;
  region.range.flags =
      (readable ? VMJIT_REGION_READ : 0) | (writable ? VMJIT_REGION_WRITE : 0);
  return object.finish();
}

bool SuiteReader::readHartMode(JSONObjectReader &object, const JSONPath &path,
                               Test &test) {
  if (test.program.isKernelMode())
    return reader.fail(JSONPath(path, "program"),
                       "a program with params needs a launch");
  object.read("return_pc", test.returnPc);
  if (any_of(test.program.blocks, [&](const Block &block) {
        return block.startPc == test.returnPc;
      }))
    return reader.fail(JSONPath(path, "return_pc"),
                       "it is the address of a block");
  if (std::optional<JSONValue> regions = object.find("regions"))
    readList(*regions, JSONPath(path, "regions"), VMJIT_MAX_REGIONS,
             test.regions,
             [&](JSONValue member, const JSONPath &place, Region &region) {
               return readRegion(member, place, region);
             });
  std::optional<JSONValue> harts = object.require("harts");
  if (reader.failed())
    return false;
  JSONPath hartsPath(path, "harts");
  if (!readList(*harts, hartsPath, kMaxHarts, test.harts,
                [&](JSONValue member, const JSONPath &place, HartCase &hart) {
                  return readHart(member, place, test, hart);
                }))
    return false;
  return !test.harts.empty() || reader.fail(hartsPath, "there are no harts");
}

//===----------------------------------------------------------------------===//
// Kernel mode
//===----------------------------------------------------------------------===//

bool SuiteReader::readDims(JSONValue value, const JSONPath &path, Dim3 &dims) {
  if (!reader.expect(value, path, JSONKind::Array, "an array of 3 extents"))
    return false;
  if (value.size() != 3)
    return reader.fail(path,
                       "expected 3 extents, found " + Twine(value.size()));
  return value.forEachMember([&](JSONValue member, size_t i) {
    return reader.read(member, JSONPath(path, i), dims[i]);
  });
}

bool SuiteReader::readBuffer(JSONObjectReader &object, const JSONPath &path,
                             LaunchArgument &argument) {
  std::optional<JSONValue> bytes = object.require("buffer");
  std::optional<JSONValue> expected = object.require("expect");
  JSONPath expectPath(path, "expect");
  if (!bytes || !expected ||
      !reader.readHex(*bytes, JSONPath(path, "buffer"), kMaxBufferBytes,
                      argument.bytes) ||
      !reader.readHex(*expected, expectPath, kMaxBufferBytes,
                      argument.expected))
    return false;
  return argument.bytes.size() == argument.expected.size() ||
         reader.fail(expectPath, "it has another size than the buffer");
}

bool SuiteReader::readArgument(JSONValue value, const JSONPath &path,
                               ParamType type, LaunchArgument &argument) {
  JSONObjectReader object(reader, value, path);
  argument.type = type;
  if (type == ParamType::Buffer)
    readBuffer(object, path, argument);
  else
    object.read(getParamTypeName(type), argument.bits);
  if (!object.finish())
    return false;
  return getParamSize(type) == 8 || argument.bits <= UINT32_MAX ||
         reader.fail(path, "the value has more than 32 bits");
}

bool SuiteReader::readLaunch(JSONValue value, const JSONPath &path,
                             const Program &program, Launch &launch) {
  if (!program.isKernelMode())
    return reader.fail(path, "the program has no params");
  JSONObjectReader object(reader, value, path);
  if (std::optional<JSONValue> grid = object.require("grid"))
    readDims(*grid, JSONPath(path, "grid"), launch.grid);
  if (std::optional<JSONValue> block = object.require("block"))
    readDims(*block, JSONPath(path, "block"), launch.block);
  object.readOptional("shared", launch.sharedBytes);
  std::optional<JSONValue> args = object.require("args");
  if (!object.finish())
    return false;
  if (launch.sharedBytes > kMaxSharedBytes)
    return reader.fail(JSONPath(path, "shared"),
                       "more than " + Twine(kMaxSharedBytes) + " bytes");
  JSONPath argsPath(path, "args");
  if (!reader.expect(*args, argsPath, JSONKind::Array, "an array"))
    return false;
  ArrayRef<ParamType> params = *program.params;
  if (args->size() != params.size())
    return reader.fail(argsPath, Twine(args->size()) + " arguments for " +
                                     Twine(params.size()) + " parameters");
  launch.arguments.resize(params.size());
  return args->forEachMember([&](JSONValue member, size_t i) {
    return readArgument(member, JSONPath(argsPath, i), params[i],
                        launch.arguments[i]);
  });
}

//===----------------------------------------------------------------------===//
// Suites
//===----------------------------------------------------------------------===//

bool SuiteReader::readTest(JSONValue value, const JSONPath &path, Test &test) {
  JSONObjectReader object(reader, value, path);
  object.read("name", test.name);
  if (std::optional<JSONValue> program = object.require("program"))
    readVerifiedProgram(reader, *program, JSONPath(path, "program"),
                        test.program);
  if (reader.failed())
    return false;
  if (std::optional<JSONValue> launch = object.find("launch"))
    readLaunch(*launch, JSONPath(path, "launch"), test.program,
               test.launch.emplace());
  else
    readHartMode(object, path, test);
  return object.finish();
}

bool SuiteReader::read(JSONValue root, Suite &suite) {
  JSONPath path, opPath(path, "op"), testsPath(path, "tests");
  JSONObjectReader object(reader, root, path);
  object.read("op", suite.op);
  if (std::optional<JSONValue> tests = object.require("tests"))
    readList(*tests, testsPath, kMaxHarts, suite.tests,
             [&](JSONValue member, const JSONPath &place, Test &test) {
               return readTest(member, place, test);
             });
  if (!object.finish())
    return false;
  if (!is_contained(getConformanceNames(), suite.op))
    return reader.fail(opPath,
                       quoteForMessage(suite.op) + " is no op or terminator");
  if (suite.tests.empty())
    return reader.fail(testsPath, "there are no tests");
  StringSet<> names;
  for (auto [index, test] : enumerate(suite.tests)) {
    JSONPath testPath(testsPath, index);
    if (test.name.empty() || !names.insert(test.name).second)
      return reader.fail(JSONPath(testPath, "name"),
                         "the name is empty or that of another test");
    if (!contains(test.program, suite.op))
      return reader.fail(JSONPath(testPath, "program"),
                         "it does not contain " + suite.op);
  }
  return true;
}

} // namespace

uint64_t Suite::getCaseCount() const {
  return sum_of(
      map_range(tests, [](const Test &test) { return test.getCaseCount(); }));
}

Expected<Suite> conformance::parseSuite(StringRef text) {
  Expected<std::unique_ptr<JSONDocument>> document = JSONDocument::parse(text);
  if (!document)
    return document.takeError();
  Suite suite;
  JSONReader reader;
  if (!SuiteReader(reader).read((*document)->getRoot(), suite))
    return reader.takeError();
  return suite;
}

std::vector<StringRef> conformance::getConformanceNames() {
  std::vector<StringRef> names;
  for (const OpInfo &info : getOpInfos())
    names.push_back(info.name);
#define VMIR_TERMINATOR(Name, Fields) names.push_back(#Name);
#include "vmjit/VMIR/Opcodes.def"
  return names;
}
