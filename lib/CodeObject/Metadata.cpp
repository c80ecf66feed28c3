//===- Metadata.cpp - The JSON part of a code object ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each struct lists its fields once; a writer and a reader
// with the same interface go over that list.
//
//===----------------------------------------------------------------------===//

#include "Metadata.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

#include <limits>

using namespace llvm;
using namespace vmjit;

/// How deep the metadata nests; llvm::json recurses, so bound it beforehand.
static constexpr unsigned kMaxDepth = 8;

namespace {

/// Puts fields into a JSON object.
class Writer {
public:
  json::Object object;

  template <class Int>
    requires std::is_integral_v<Int>
  void operator()(StringRef name, const Int &value) {
    if constexpr (std::is_same_v<Int, bool>)
      object[name] = value;
    else
      object[name] = static_cast<uint64_t>(value);
  }
  void operator()(StringRef name, const std::string &value) {
    object[name] = value;
  }
  template <class Int>
  void operator()(StringRef name, const std::optional<Int> &value) {
    object[name] = value ? json::Value(static_cast<uint64_t>(*value))
                         : json::Value(nullptr);
  }
  void operator()(StringRef name, const std::vector<uint16_t> &values) {
    json::Array array;
    for (uint16_t value : values)
      array.push_back(static_cast<uint64_t>(value));
    object[name] = std::move(array);
  }
  template <class T>
    requires std::is_class_v<T>
  void operator()(StringRef name, const std::vector<T> &values) {
    json::Array array;
    for (const T &value : values)
      array.push_back(write(value));
    object[name] = std::move(array);
  }
  template <class T>
    requires std::is_class_v<T>
  void operator()(StringRef name, const T &value) {
    object[name] = write(value);
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(StringRef name, const Enum &value, ArrayRef<Enum> /*all*/,
                  StringRef (*spell)(Enum)) {
    object[name] = spell(value);
  }

  template <class T> static json::Value write(const T &value);
};

/// Takes fields out of a JSON object; remembers the first that is wrong.
class Reader {
public:
  explicit Reader(const json::Object &object) : object(object) {}

  template <class Int>
    requires std::is_integral_v<Int>
  void operator()(StringRef name, Int &value) {
    if (const json::Value *field = get(name))
      readInt(name, *field, value);
  }
  void operator()(StringRef name, std::string &value) {
    const json::Value *field = get(name);
    if (std::optional<StringRef> text =
            field ? field->getAsString() : std::nullopt)
      value = text->str();
    else
      fail(name);
  }
  template <class Int>
  void operator()(StringRef name, std::optional<Int> &value) {
    const json::Value *field = get(name);
    if (!field || field->kind() == json::Value::Null)
      return;
    readInt(name, *field, value.emplace());
  }
  void operator()(StringRef name, std::vector<uint16_t> &values) {
    for (const json::Value &element : getArray(name))
      readInt(name, element, values.emplace_back());
  }
  template <class T>
    requires std::is_class_v<T>
  void operator()(StringRef name, std::vector<T> &values) {
    for (const json::Value &element : getArray(name))
      readObject(name, element, values.emplace_back());
  }
  template <class T>
    requires std::is_class_v<T>
  void operator()(StringRef name, T &value) {
    if (const json::Value *field = get(name))
      readObject(name, *field, value);
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(StringRef name, Enum &value, ArrayRef<Enum> all,
                  StringRef (*spell)(Enum)) {
    const json::Value *field = get(name);
    std::optional<StringRef> text = field ? field->getAsString() : std::nullopt;
    const Enum *it =
        find_if(all, [&](Enum candidate) { return text == spell(candidate); });
    if (it == all.end())
      return fail(name);
    value = *it;
  }

  /// The first wrong field; empty if there is none.
  std::string takeFailure() {
    if (failure.empty() && fieldsSeen != object.size())
      failure = "unknown field";
    return std::move(failure);
  }

private:
  void fail(const Twine &name) {
    if (failure.empty())
      failure = ("missing or wrong field '" + name + "'").str();
  }

  const json::Value *get(StringRef name) {
    const json::Value *field = object.get(name);
    if (field)
      ++fieldsSeen;
    else
      fail(name);
    return field;
  }

  ArrayRef<json::Value> getArray(StringRef name) {
    const json::Value *field = get(name);
    const json::Array *array = field ? field->getAsArray() : nullptr;
    if (!array) {
      fail(name);
      return {};
    }
    return ArrayRef(array->data(), array->size());
  }

  template <class Int>
  void readInt(StringRef name, const json::Value &field, Int &value) {
    if constexpr (std::is_same_v<Int, bool>) {
      if (std::optional<bool> flag = field.getAsBoolean())
        value = *flag;
      else
        fail(name);
    } else {
      std::optional<uint64_t> number = field.getAsUINT64();
      if (!number || *number > std::numeric_limits<Int>::max())
        return fail(name);
      value = static_cast<Int>(*number);
    }
  }

  template <class T>
  void readObject(StringRef name, const json::Value &field, T &value);

  const json::Object &object;
  size_t fieldsSeen = 0;
  std::string failure;
};

} // namespace

static constexpr TargetKind kTargetKinds[] = {
#define VMJIT_TARGET(Name, Spelling, Payload, DefaultChip, HartTile)           \
  TargetKind::Name,
#include "vmjit/Target/Targets.def"
};
static constexpr PayloadKind kPayloadKinds[] = {
    PayloadKind::PTX, PayloadKind::Cubin, PayloadKind::ELFCodeObject,
    PayloadKind::HostObject};
static constexpr EntryMode kEntryModes[] = {EntryMode::Kernel, EntryMode::Hart};
static constexpr vmir::ParamType kParamTypes[] = {
    vmir::ParamType::I32, vmir::ParamType::I64, vmir::ParamType::F32,
    vmir::ParamType::F64, vmir::ParamType::Buffer};

/// \p Param is EntryParam, const for a writer; so below.
template <class Visitor, class Param>
  requires std::is_same_v<std::remove_const_t<Param>, EntryParam>
static void visitFields(Visitor &visit, Param &param) {
  visit("type", param.type, ArrayRef(kParamTypes), vmir::getParamTypeName);
  visit("offset", param.offset);
  visit("size", param.size);
}

template <class Visitor, class Use>
  requires std::is_same_v<std::remove_const_t<Use>, ResourceUse>
static void visitFields(Visitor &visit, Use &use) {
  visit("registers", use.registers);
  visit("scalar_registers", use.scalarRegisters);
  visit("spilled_registers", use.spilledRegisters);
  visit("static_shared_bytes", use.staticSharedBytes);
  visit("stack_bytes", use.stackBytes);
  visit("frame_bytes", use.frameBytes);
}

template <class Visitor, class E>
  requires std::is_same_v<std::remove_const_t<E>, Entry>
static void visitFields(Visitor &visit, E &entry) {
  visit("name", entry.name);
  visit("symbol", entry.symbol);
  visit("mode", entry.mode, ArrayRef(kEntryModes), getEntryModeName);
  visit("params", entry.params);
  visit("shared_bytes", entry.sharedBytes);
  visit("uses_barrier", entry.usesBarrier);
  visit("stoppable", entry.stoppable);
  visit("resources", entry.resources);
}

template <class Visitor, class Object>
  requires std::is_same_v<std::remove_const_t<Object>, CodeObject>
static void visitFields(Visitor &visit, Object &object) {
  visit("target", object.target, ArrayRef(kTargetKinds), getTargetKindName);
  visit("triple", object.triple);
  visit("chip", object.chip);
  visit("features", object.features);
  visit("payload_kind", object.payloadKind, ArrayRef(kPayloadKinds),
        getPayloadKindName);
  visit("entries", object.entries);
  visit("csrs", object.stateLayout.csrs);
  visit("temporaries", object.stateLayout.temporaries);
  visit("hart_tile", object.stateLayout.tile);
  visit("hart_abi_version", object.hartABIVersion);
  visit("host_abi_version", object.hostABIVersion);
  visit("control_abi_version", object.controlABIVersion);
  visit("compiler_version", object.compilerVersion);
  visit("llvm_version", object.llvmVersion);
  visit("ptx_version", object.ptxVersion);
  visit("code_object_version", object.codeObjectVersion);
}

template <class T> json::Value Writer::write(const T &value) {
  Writer writer;
  visitFields(writer, value);
  return std::move(writer.object);
}

template <class T>
void Reader::readObject(StringRef name, const json::Value &field, T &value) {
  const json::Object *nested = field.getAsObject();
  if (!nested)
    return fail(name);
  Reader reader(*nested);
  visitFields(reader, value);
  std::string nestedFailure = reader.takeFailure();
  if (!nestedFailure.empty() && failure.empty())
    failure = (name + ": " + nestedFailure).str();
}

std::string vmjit::writeMetadata(const CodeObject &object) {
  std::string text;
  raw_string_ostream os(text);
  os << Writer::write(object);
  return text;
}

/// The deepest nesting of \p text, which need not be JSON.
static unsigned getNestingDepth(StringRef text) {
  unsigned depth = 0;
  unsigned deepest = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"')
      inString = !inString;
    else if (inString && c == '\\')
      ++i;
    else if (!inString && (c == '[' || c == '{'))
      deepest = std::max(deepest, ++depth);
    else if (!inString && (c == ']' || c == '}') && depth > 0)
      --depth;
  }
  return deepest;
}

Expected<CodeObject> vmjit::readMetadata(StringRef text) {
  if (getNestingDepth(text) > kMaxDepth)
    return makeError(ErrorCode::ParseError,
                     "code object: the metadata nests too deeply");
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return makeError(ErrorCode::ParseError,
                     "code object: the metadata is not JSON: " +
                         toString(value.takeError()));
  const json::Object *fields = value->getAsObject();
  if (!fields)
    return makeError(ErrorCode::ParseError,
                     "code object: the metadata is not an object");
  CodeObject object;
  Reader reader(*fields);
  visitFields(reader, object);
  std::string failure = reader.takeFailure();
  if (!failure.empty())
    return makeError(ErrorCode::ParseError,
                     "code object: the metadata has a " + failure);
  return object;
}
