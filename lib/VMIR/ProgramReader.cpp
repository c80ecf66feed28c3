//===- ProgramReader.cpp - Reading programs from JSON -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramReader.h"

#include "BlockReader.h"

#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/ADT/Sequence.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

namespace {

/// The three forms in which a program is written.
enum class ProgramForm : uint8_t { Block, BlockList, Object };

/// Reads programs. Functions return whether they succeeded.
class ProgramReader {
public:
  explicit ProgramReader(JSONReader &reader) : reader(reader) {}

  bool readProgram(JSONValue root, const JSONPath &path, Program &program);
  ProgramForm getForm() const { return form; }

private:
  bool readObject(JSONValue root, const JSONPath &path, Program &program);
  bool readBlocks(JSONValue list, const JSONPath &path,
                  std::vector<Block> &blocks);
  bool readParams(JSONValue list, const JSONPath &path,
                  std::vector<ParamType> &params);
  bool readSegments(JSONValue list, const JSONPath &path,
                    std::vector<Segment> &segments);
  bool readSegment(JSONValue value, const JSONPath &path, uint64_t maxBytes,
                   Segment &segment);

  JSONReader &reader;
  ProgramForm form = ProgramForm::Object;
};

bool ProgramReader::readProgram(JSONValue root, const JSONPath &path,
                                Program &program) {
  switch (root.getKind()) {
  case JSONKind::Array:
    form = ProgramForm::BlockList;
    if (!readBlocks(root, path, program.blocks))
      return false;
    break;
  case JSONKind::Object:
    if (!root.find("start_pc"))
      return readObject(root, path, program);
    form = ProgramForm::Block;
    if (!readBlock(reader, root, path, program.blocks.emplace_back()))
      return false;
    break;
  case JSONKind::Null:
  case JSONKind::Bool:
  case JSONKind::Unsigned:
  case JSONKind::Negative:
  case JSONKind::Number:
  case JSONKind::String:
    return reader.fail(path,
                       "expected a program, an array of blocks or a block, "
                       "found " +
                           root.describe());
  }
  program.entry = program.blocks.front().startPc;
  return true;
}

bool ProgramReader::readObject(JSONValue root, const JSONPath &path,
                               Program &program) {
  JSONObjectReader object(reader, root, path);
  object.readOptional("name", program.name);
  object.readOptional("zero_reg", program.zeroReg);
  object.readOptional("stack_bytes", program.stackBytes);
  object.readOptional("shared_bytes", program.sharedBytes);
  if (std::optional<JSONValue> params = object.find("params"))
    readParams(*params, JSONPath(path, "params"), program.params.emplace());
  if (std::optional<JSONValue> segments = object.find("segments"))
    readSegments(*segments, JSONPath(path, "segments"), program.segments);
  if (std::optional<JSONValue> blocks = object.require("blocks"))
    readBlocks(*blocks, JSONPath(path, "blocks"), program.blocks);
  if (!program.blocks.empty())
    program.entry = program.blocks.front().startPc;
  object.readOptional("entry", program.entry);
  return object.finish();
}

bool ProgramReader::readBlocks(JSONValue list, const JSONPath &path,
                               std::vector<Block> &blocks) {
  if (!reader.expect(list, path, JSONKind::Array, "an array of blocks"))
    return false;
  if (list.size() == 0)
    return reader.fail(path, "a program needs at least one block");
  blocks.resize(list.size());
  return list.forEachMember([&](JSONValue block, size_t i) {
    return readBlock(reader, block, JSONPath(path, i), blocks[i]);
  });
}

/// The parameter type of the JSON name \p name.
std::optional<ParamType> findParamType(StringRef name) {
  for (auto type : enum_seq_inclusive(ParamType::I32, ParamType::Buffer,
                                      force_iteration_on_noniterable_enum))
    if (getParamTypeName(type) == name)
      return type;
  return std::nullopt;
}

bool ProgramReader::readParams(JSONValue list, const JSONPath &path,
                               std::vector<ParamType> &params) {
  if (!reader.expect(list, path, JSONKind::Array, "an array of parameters"))
    return false;
  params.reserve(list.size());
  return list.forEachMember([&](JSONValue param, size_t i) {
    JSONPath paramPath(path, i);
    JSONObjectReader object(reader, param, paramPath);
    std::string type;
    if (!object.read("type", type) || !object.finish())
      return false;
    std::optional<ParamType> found = findParamType(type);
    if (!found)
      return reader.fail(JSONPath(paramPath, "type"),
                         quoteForMessage(type) + " is not a parameter type");
    params.push_back(*found);
    return true;
  });
}

bool ProgramReader::readSegments(JSONValue list, const JSONPath &path,
                                 std::vector<Segment> &segments) {
  if (!reader.expect(list, path, JSONKind::Array, "an array of segments"))
    return false;
  segments.resize(list.size());
  uint64_t left = kMaxSegmentBytes;
  return list.forEachMember([&](JSONValue value, size_t i) {
    if (!readSegment(value, JSONPath(path, i), left, segments[i]))
      return false;
    left -= segments[i].bytes.size();
    return true;
  });
}

bool ProgramReader::readSegment(JSONValue value, const JSONPath &path,
                                uint64_t maxBytes, Segment &segment) {
  JSONObjectReader object(reader, value, path);
  object.read("addr", segment.addr);
  object.readOptional("writable", segment.writable);
  if (std::optional<JSONValue> bytes = object.require("bytes"))
    reader.readHex(*bytes, JSONPath(path, "bytes"), maxBytes, segment.bytes);
  return object.finish();
}

/// Calls report(path) with the path of what \p violation is about, in a
/// program of form \p form at \p root; gives back what it gives.
template <class Report>
auto locate(const Violation &violation, ProgramForm form, const JSONPath &root,
            Report report) {
  if (!violation.blockIndex)
    return report(root);
  JSONPath list(root, "blocks");
  JSONPath member(form == ProgramForm::Object ? list : root,
                  *violation.blockIndex);
  const JSONPath &block = form == ProgramForm::Block ? root : member;
  if (!violation.opIndex)
    return report(block);
  JSONPath ops(block, "ops");
  return report(JSONPath(ops, *violation.opIndex));
}

} // namespace

bool vmjit::vmir::readVerifiedProgram(JSONReader &reader, JSONValue value,
                                      const JSONPath &path, Program &program) {
  ProgramReader programReader(reader);
  if (!programReader.readProgram(value, path, program))
    return false;
  std::optional<Violation> violation = findViolation(program);
  return !violation || locate(*violation, programReader.getForm(), path,
                              [&](const JSONPath &place) {
                                return reader.fail(place, violation->message);
                              });
}

Expected<Program> vmjit::vmir::parseProgram(StringRef text,
                                            ParseOptions options) {
  Expected<std::unique_ptr<JSONDocument>> document = JSONDocument::parse(text);
  if (!document)
    return document.takeError();
  Program program;
  JSONReader reader;
  ProgramReader programReader(reader);
  if (!programReader.readProgram((*document)->getRoot(), JSONPath(), program))
    return reader.takeError();
  if (!options.verify)
    return program;
  if (std::optional<Violation> violation = findViolation(program))
    return locate(*violation, programReader.getForm(), JSONPath(),
                  [&](const JSONPath &place) -> Error {
                    return makeProgramError(ErrorCode::InvalidProgram,
                                            place.str() + ": " +
                                                violation->message,
                                            getPlace(program, *violation));
                  });
  return program;
}

Expected<Block> vmjit::vmir::parseBlock(StringRef text) {
  Expected<std::unique_ptr<JSONDocument>> document = JSONDocument::parse(text);
  if (!document)
    return document.takeError();
  Block block;
  JSONReader reader;
  if (!readBlock(reader, (*document)->getRoot(), JSONPath(), block))
    return reader.takeError();
  return block;
}
