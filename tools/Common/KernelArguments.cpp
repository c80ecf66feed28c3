//===- KernelArguments.cpp - The arguments of a launch ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelArguments.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;
using Argument = KernelArguments::Argument;
using vmir::ParamType;

/// What one buffer may hold.
static constexpr uint64_t maxBufferBytes = uint64_t(4) << 30;

static Error readInto(std::vector<uint8_t> &bytes, StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(path);
  if (!file)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", path,
                      file.getError().message());
  StringRef content = (*file)->getBuffer();
  if (content.size() > maxBufferBytes)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0}: is larger than {1} bytes", path, maxBufferBytes);
  bytes.assign(content.bytes_begin(), content.bytes_end());
  return Error::success();
}

static Expected<std::vector<uint8_t>> makeZeroes(StringRef text) {
  uint64_t size;
  if (text.getAsInteger(0, size))
    return makeErrorf(ErrorCode::InvalidArgument,
                      "'{0}' is not a number of bytes", text);
  if (size > maxBufferBytes)
    return makeErrorf(ErrorCode::InvalidArgument, "{0} bytes are more than {1}",
                      size, maxBufferBytes);
  return std::vector<uint8_t>(size);
}

static Error parseInteger(Argument &argument, ParamType type, StringRef text) {
  argument.type = type;
  bool isSmall = type == ParamType::I32;
  int64_t value;
  uint64_t unsignedValue;
  // Both readings are common: 4294967295 and -1 are one i32.
  if (!text.getAsInteger(0, value) &&
      (!isSmall || isInt<32>(value) || isUInt<32>(value)))
    argument.bits = static_cast<uint64_t>(value);
  else if (!isSmall && !text.getAsInteger(0, unsignedValue))
    argument.bits = unsignedValue;
  else
    return makeErrorf(ErrorCode::InvalidArgument, "'{0}' is no {1}", text,
                      vmir::getParamTypeName(type));
  return Error::success();
}

static Error parseFloat(Argument &argument, ParamType type, StringRef text) {
  argument.type = type;
  APFloat value(type == ParamType::F32 ? APFloat::IEEEsingle()
                                       : APFloat::IEEEdouble());
  auto status = value.convertFromString(text, APFloat::rmNearestTiesToEven);
  if (Error error = status.takeError()) {
    consumeError(std::move(error));
    return makeErrorf(ErrorCode::InvalidArgument, "'{0}' is no {1}", text,
                      vmir::getParamTypeName(type));
  }
  argument.bits = value.bitcastToAPInt().getZExtValue();
  return Error::success();
}

/// Reads "kind:rest".
static Error parseArgument(Argument &argument, StringRef text) {
  auto [kind, rest] = text.split(':');
  argument.type = ParamType::Buffer;
  if (kind == "in")
    return readInto(argument.initial, rest);
  if (kind == "inout") {
    auto [input, output] = rest.rsplit(':');
    if (output.empty())
      return makeError(ErrorCode::InvalidArgument,
                       "expected inout:FILE:OUTFILE");
    argument.outputFile = output.str();
    return readInto(argument.initial, input);
  }
  if (kind == "out" || kind == "zero") {
    auto [size, output] = rest.split(':');
    if (output.empty() == (kind == "out"))
      return makeError(ErrorCode::InvalidArgument,
                       kind == "out" ? "expected out:BYTES:FILE"
                                     : "expected zero:BYTES");
    Expected<std::vector<uint8_t>> zeroes = makeZeroes(size);
    if (!zeroes)
      return zeroes.takeError();
    argument.initial = std::move(*zeroes);
    argument.outputFile = output.str();
    return Error::success();
  }
  if (kind == "i32" || kind == "i64")
    return parseInteger(argument,
                        kind == "i32" ? ParamType::I32 : ParamType::I64, rest);
  if (kind == "f32" || kind == "f64")
    return parseFloat(argument, kind == "f32" ? ParamType::F32 : ParamType::F64,
                      rest);
  return makeErrorf(ErrorCode::InvalidArgument,
                    "'{0}' is none of in, out, inout, zero, i32, i64, f32, f64",
                    kind);
}

Expected<KernelArguments> KernelArguments::parse(ArrayRef<std::string> texts) {
  KernelArguments result;
  for (auto [index, text] : enumerate(texts)) {
    Argument argument;
    if (Error error = parseArgument(argument, text))
      return withContext(std::move(error),
                         "argument " + Twine(index) + " (--arg=" + text + ")");
    result.arguments.push_back(std::move(argument));
  }
  result.reset();
  return std::move(result);
}

KernelArguments KernelArguments::create(std::vector<Argument> arguments) {
  KernelArguments result;
  result.arguments = std::move(arguments);
  result.reset();
  return result;
}

Error KernelArguments::check(ArrayRef<ParamType> params) const {
  if (params.size() != arguments.size())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the program has {0} parameters, but {1} arguments are "
                      "given",
                      params.size(), arguments.size());
  for (auto [index, param] : enumerate(params))
    if (arguments[index].type != param)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "argument {0} is of type {1}, the parameter of type "
                        "{2}",
                        index, vmir::getParamTypeName(arguments[index].type),
                        vmir::getParamTypeName(param));
  return Error::success();
}

void KernelArguments::reset() {
  for (Argument &argument : arguments) {
    if (argument.type != ParamType::Buffer)
      continue;
    argument.bytes = argument.initial;
    argument.bits = reinterpret_cast<uintptr_t>(argument.bytes.data());
  }
}

Error KernelArguments::writeOutputs() const {
  for (const Argument &argument : arguments) {
    if (argument.outputFile.empty())
      continue;
    std::error_code failure;
    raw_fd_ostream os(argument.outputFile, failure);
    if (!failure) {
      os << StringRef(reinterpret_cast<const char *>(argument.bytes.data()),
                      argument.bytes.size());
      os.close();
      failure = os.error();
      os.clear_error();
    }
    if (failure)
      return makeErrorf(ErrorCode::Io, "{0}: {1}", argument.outputFile,
                        failure.message());
  }
  return Error::success();
}

std::vector<void *> KernelArguments::getPointers() {
  std::vector<void *> pointers;
  for (Argument &argument : arguments)
    pointers.push_back(&argument.bits);
  return pointers;
}
