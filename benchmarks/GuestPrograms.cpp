//===- GuestPrograms.cpp - RISC-V programs to run ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuestPrograms.h"

#include "Benchmarks.h"
#include "vmjit/Frontend/RISCV/ELFReader.h"
#include "vmjit/LinuxUser/RISCVImage.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;
using namespace vmjit::linux_user;

/// Debian's gcc-riscv64-linux-gnu, and what compiles for the machine.
static constexpr StringRef kGuestCompiler = "riscv64-linux-gnu-gcc";
static constexpr StringRef kNativeCompiler = "gcc";

static constexpr GuestProgram kPrograms[] = {
    {"brainfuck",
     "test/LinuxUser/Inputs/brainfuck.c",
     {"20000", "1500000"},
     {}},
    {"compress", "test/LinuxUser/Inputs/compress.c", {"500", "50000"}, {}},
    {"json", "test/LinuxUser/Inputs/json.c", {"", ""}, {4, 800}},
    {"primes", "examples/linux/primes.c", {"1000 100", "100000000 3000"}, {}},
    {"printf", "test/LinuxUser/Inputs/printf.c", {"1", "4"}, {}},
    {"sha256", "test/LinuxUser/Inputs/sha256.c", {"abc", "abc"}, {0, 3000}},
    {"solve", "test/LinuxUser/Inputs/solve.c", {"8", "110"}, {}},
    {"sort", "test/LinuxUser/Inputs/sort.c", {"1000", "120000"}, {}},
};

ArrayRef<GuestProgram> benchmarks::getGuestPrograms() { return kPrograms; }

StringRef benchmarks::getGuestSizeName(GuestSize size) {
  switch (size) {
  case GuestSize::Small:
    return "small";
  case GuestSize::Large:
    return "large";
  }
  llvm_unreachable("every size is handled");
}

Expected<std::string> benchmarks::findGuestTool(StringRef tool) {
  ErrorOr<std::string> path = sys::findProgramByName(tool);
  if (!path)
    return makeErrorf(ErrorCode::DeviceUnavailable, "{0} is not installed",
                      tool);
  return *path;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

namespace {
/// Files of this process, removed at its end.
class TemporaryFiles {
public:
  Expected<std::string> create(StringRef name, StringRef suffix) {
    SmallString<128> path;
    if (std::error_code code =
            sys::fs::createTemporaryFile("vmjit-guest-" + name, suffix, path))
      return makeErrorf(ErrorCode::Io, "temporary file: {0}", code.message());
    removers.push_back(std::make_unique<FileRemover>(path));
    return path.str().str();
  }

  /// What \p compiler makes of \p program, when it is first asked for.
  Expected<std::string> build(const GuestProgram &program, StringRef compiler);

private:
  std::vector<std::unique_ptr<FileRemover>> removers;
  /// By program and compiler.
  std::map<std::pair<std::string, std::string>, std::string> executables;
};
} // namespace

Expected<std::string> TemporaryFiles::build(const GuestProgram &program,
                                            StringRef compiler) {
  std::string &built = executables[{program.name.str(), compiler.str()}];
  if (!built.empty())
    return built;
  Expected<std::string> compilerPath = findGuestTool(compiler);
  if (!compilerPath)
    return compilerPath.takeError();
  std::string source = findInput(program.source);
  Expected<std::string> path = create(program.name, "elf");
  if (!path)
    return path.takeError();
  std::string message;
  if (sys::ExecuteAndWait(
          *compilerPath,
          {*compilerPath, "-O2", "-static", source, "-o", *path, "-lm"},
          std::nullopt, {}, 0, 0, &message))
    return makeErrorf(ErrorCode::CompilationFailed, "{0} of {1}: {2}", compiler,
                      source, message);
  return built = *path;
}

static TemporaryFiles &getTemporaryFiles() {
  static TemporaryFiles files;
  return files;
}

/// An array of \p count objects of all that JSON has.
static std::string makeRecords(unsigned count) {
  if (count == 0)
    return "";
  std::string text;
  raw_string_ostream os(text);
  os << "[";
  for (unsigned index = 0; index < count; ++index)
    os << (index ? ",\n " : "")
       << formatv("{{\"id\": {0}, \"name\": \"record \\u00e9 {0}\", "
                  "\"at\": [{1}.25, -{0}e-3], \"tags\": [\"a\", \"b\", null], "
                  "\"nested\": {{\"yes\": true, \"none\": {{}}}",
                  index, index * 7919 % 1000);
  os << "]\n";
  return text;
}

static Error writeText(StringRef path, StringRef text) {
  std::error_code code;
  raw_fd_ostream os(path, code);
  if (!code) {
    os << text;
    os.close();
    code = os.error();
    os.clear_error();
  }
  if (code)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", path, code.message());
  return Error::success();
}

//===----------------------------------------------------------------------===//
// GuestWorkload
//===----------------------------------------------------------------------===//

Expected<std::unique_ptr<GuestWorkload>>
GuestWorkload::create(const GuestProgram &program, GuestSize size) {
  Expected<std::string> path =
      getTemporaryFiles().build(program, kGuestCompiler);
  if (!path)
    return path.takeError();
  auto file = MemoryBuffer::getFile(*path);
  if (!file)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", *path,
                      file.getError().message());
  Expected<riscv::GuestImage> image = riscv::readELF((*file)->getBuffer());
  if (!image)
    return image.takeError();
  Expected<riscv::Decoder> decoder = riscv::Decoder::create();
  if (!decoder)
    return decoder.takeError();
  Expected<std::string> inputPath =
      getTemporaryFiles().create(program.name, "input");
  if (!inputPath)
    return inputPath.takeError();
  std::unique_ptr<GuestWorkload> workload(
      new GuestWorkload(program, std::move(*image), std::move(*decoder)));
  auto index = static_cast<size_t>(size);
  workload->path = *path;
  workload->inputPath = *inputPath;
  workload->input = makeRecords(program.inputRecords[index]);
  SmallVector<StringRef> words;
  SplitString(program.arguments[index], words);
  for (StringRef word : words)
    workload->arguments.push_back(word.str());
  if (Error error = writeText(workload->inputPath, workload->input))
    return std::move(error);
  return workload;
}

Expected<std::string> GuestWorkload::getNativePath() const {
  return getTemporaryFiles().build(program, kNativeCompiler);
}

Expected<ProcessGroup>
GuestWorkload::start(ArrayRef<raw_ostream *> outputs) const {
  std::vector<ProcessStart> starts;
  for (raw_ostream *output : outputs) {
    ProcessStart &start = starts.emplace_back();
    start.stack.arguments = {path};
    append_range(start.stack.arguments, arguments);
    start.options.input = input;
    start.options.output = output;
  }
  return ProcessGroup::create(makeProcessImage(image), {}, std::move(starts));
}
