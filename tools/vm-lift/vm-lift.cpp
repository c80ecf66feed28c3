//===- vm-lift.cpp - Lifts RISC-V programs to VM IR -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramInput.h"
#include "vmjit/Frontend/RISCV/ELFReader.h"
#include "vmjit/Frontend/RISCV/Lifter.h"
#include "vmjit/Frontend/RISCV/Listing.h"
#include "vmjit/Import/ImportVMIR.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace llvm;
using namespace vmjit;
using vmir::ParamType;

static cl::OptionCategory category("vm-lift options");

static cl::opt<std::string> inputFile(cl::Positional, cl::Required,
                                      cl::value_desc("program"),
                                      cl::desc("<program.elf>"),
                                      cl::cat(category));

static cl::list<std::string>
    functions("function", cl::CommaSeparated, cl::value_desc("name"),
              cl::desc("Where code is looked for; the first is the entry"),
              cl::cat(category));
static cl::list<std::string>
    entries("entry", cl::CommaSeparated, cl::value_desc("address"),
            cl::desc("The same, by address (default: the file's entry)"),
            cl::cat(category));

static cl::opt<bool> isRaw("raw", cl::desc("The input is nothing but code"),
                           cl::cat(category));
static cl::opt<uint64_t> base("base", cl::init(0), cl::value_desc("address"),
                              cl::desc("Where raw code is (default: 0)"),
                              cl::cat(category));

static cl::opt<std::string>
    params("params", cl::value_desc("type,..."),
           cl::desc("Make a kernel of the function, with these parameters: "
                    "i32, i64, f32, f64 or buffer (default: hart mode)"),
           cl::cat(category));
static cl::opt<uint64_t>
    stackBytes("stack-bytes", cl::init(riscv::kDefaultStackBytes),
               cl::value_desc("N"),
               cl::desc("The private stack of a thread (default: 4096)"),
               cl::cat(category));
static cl::opt<uint64_t>
    sharedBytes("shared-bytes", cl::init(0), cl::value_desc("N"),
                cl::desc("The shared memory of a block (default: 0)"),
                cl::cat(category));
static cl::opt<std::string>
    programName("name", cl::value_desc("name"),
                cl::desc("The name of the program (default: the function's)"),
                cl::cat(category));
static cl::opt<bool> followPointers(
    "follow-pointers", cl::init(true),
    cl::desc("If code jumps where only pointers lead, add the functions that "
             "there are pointers to (default: true)"),
    cl::cat(category));
static cl::opt<uint64_t> maxInstructions(
    "max-instructions", cl::init(riscv::kDefaultMaxInstructions),
    cl::value_desc("N"),
    cl::desc("How much code to look at (default: 1048576)"), cl::cat(category));

static cl::opt<riscv::FloatEnvironment> floatEnvironment(
    "float-environment",
    cl::desc("What is kept of rounding modes and flags (default: default)"),
    cl::values(clEnumValN(riscv::FloatEnvironment::Default, "default",
                          "the dynamic mode is nearest even; there are no "
                          "flags"),
               clEnumValN(riscv::FloatEnvironment::Exact, "exact",
                          "all of it, interpreted")),
    cl::init(riscv::FloatEnvironment::Default), cl::cat(category));

static cl::opt<bool>
    list("list",
         cl::desc("Write the instructions beside what they become instead"),
         cl::cat(category));
static cl::opt<std::string>
    outputFile("o", cl::init("-"), cl::value_desc("file"),
               cl::desc("Where to write to: MLIR for a name in .mlir, else "
                        "JSON (default: standard output)"),
               cl::cat(category));

static Expected<ParamType> parseParam(StringRef text) {
  for (ParamType type : {ParamType::I32, ParamType::I64, ParamType::F32,
                         ParamType::F64, ParamType::Buffer})
    if (text == vmir::getParamTypeName(type))
      return type;
  return makeErrorf(ErrorCode::InvalidArgument,
                    "--params: '{0}' is none of i32, i64, f32, f64, buffer",
                    text);
}

/// --params= is a kernel without parameters.
static Expected<std::optional<std::vector<ParamType>>> parseParams() {
  std::optional<std::vector<ParamType>> result;
  if (!params.getNumOccurrences())
    return result;
  result.emplace();
  SmallVector<StringRef> texts;
  StringRef(params).split(texts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/true);
  if (params.empty())
    texts.clear();
  for (StringRef text : texts) {
    Expected<ParamType> type = parseParam(text);
    if (!type)
      return type.takeError();
    result->push_back(*type);
  }
  return result;
}

static Expected<riscv::GuestImage> readImage() {
  if (!isRaw && base.getNumOccurrences())
    return makeError(ErrorCode::InvalidArgument, "--base is for --raw");
  Expected<std::string> file = readFile(inputFile);
  if (!file)
    return file.takeError();
  Expected<riscv::GuestImage> image =
      isRaw ? riscv::GuestImage::fromBytes(arrayRefFromStringRef(*file), base)
            : riscv::readELF(*file);
  if (!image)
    return withContext(image.takeError(), inputFile);
  return image;
}

/// The functions and addresses that are asked for, functions first.
static Expected<std::vector<vmir::GuestAddr>>
findEntries(const riscv::GuestImage &image) {
  std::vector<vmir::GuestAddr> found;
  for (StringRef name : functions) {
    std::optional<vmir::GuestAddr> address = image.findSymbol(name);
    if (!address)
      return makeErrorf(ErrorCode::InvalidArgument, "{0}: no symbol {1}",
                        inputFile, name);
    found.push_back(*address);
  }
  for (StringRef text : entries) {
    vmir::GuestAddr address;
    if (text.getAsInteger(0, address))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "--entry: '{0}' is not an address", text);
    found.push_back(address);
  }
  if (found.empty())
    found.push_back(image.getEntry());
  return found;
}

static std::string chooseName() {
  if (programName.getNumOccurrences())
    return programName;
  if (!functions.empty() && vmir::isValidProgramName(functions.front()))
    return functions.front();
  return vmir::Program().name;
}

static Expected<riscv::LiftOptions>
getLiftOptions(const riscv::GuestImage &image) {
  riscv::LiftOptions options;
  Expected<std::vector<vmir::GuestAddr>> found = findEntries(image);
  if (!found)
    return found.takeError();
  options.entries = std::move(*found);
  auto types = parseParams();
  if (!types)
    return types.takeError();
  options.params = std::move(*types);
  if (!options.params &&
      (stackBytes.getNumOccurrences() || sharedBytes.getNumOccurrences()))
    return makeError(ErrorCode::InvalidArgument,
                     "--stack-bytes and --shared-bytes are for kernels, which "
                     "have --params");
  options.name = chooseName();
  options.followsPointers = followPointers;
  options.stackBytes = stackBytes;
  options.sharedBytes = sharedBytes;
  options.maxInstructions = maxInstructions;
  options.floatEnvironment = floatEnvironment;
  return options;
}

/// Writes \p program as what the name of the output asks for.
static Error writeOutput(raw_ostream &os, const vmir::Program &program) {
  if (!StringRef(outputFile).ends_with(".mlir")) {
    vmir::writeProgram(os, program);
    os << '\n';
    return Error::success();
  }
  Compiler compiler;
  auto module = importProgram(compiler.getContext(), program);
  if (!module)
    return makeError(ErrorCode::InvalidProgram,
                     "the program cannot be imported");
  module->print(os);
  os << '\n';
  return Error::success();
}

static Error run() {
  Expected<riscv::GuestImage> image = readImage();
  if (!image)
    return image.takeError();
  Expected<riscv::Decoder> decoder = riscv::Decoder::create();
  if (!decoder)
    return decoder.takeError();
  Expected<riscv::LiftOptions> options = getLiftOptions(*image);
  if (!options)
    return options.takeError();
  Expected<riscv::LiftedProgram> lifted =
      riscv::liftProgram(*image, *decoder, *options);
  if (!lifted)
    return withContext(lifted.takeError(), inputFile);

  std::error_code failure;
  ToolOutputFile output(outputFile, failure, sys::fs::OF_None);
  if (failure)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", outputFile, failure.message());
  if (list)
    riscv::writeListing(output.os(), *lifted, *image, *decoder);
  else if (Error error = writeOutput(output.os(), lifted->program))
    return error;
  output.os().flush();
  if (output.os().has_error()) {
    failure = output.os().error();
    output.os().clear_error();
    return makeErrorf(ErrorCode::Io, "{0}: {1}", outputFile, failure.message());
  }
  output.keep();
  return Error::success();
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "Lifts a RISC-V program to VM IR\n\n"
      "  Example: vm-lift vecadd.elf --function=vecadd \\\n"
      "    --params=buffer,buffer,buffer,i32 -o vecadd.json\n");
  if (Error error = run()) {
    logAllUnhandledErrors(std::move(error), errs(), "vm-lift: error: ");
    return 1;
  }
  return 0;
}
