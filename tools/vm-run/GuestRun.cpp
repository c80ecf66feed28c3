//===- GuestRun.cpp - Runs a RISC-V program for Linux -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuestRun.h"

#include "ProgramInput.h"
#include "vmjit/Frontend/RISCV/ELFReader.h"
#include "vmjit/LinuxUser/ProcessGroup.h"
#include "vmjit/LinuxUser/RISCVEngine.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

// Options of two files are in it, whichever is initialized first.
cl::OptionCategory &vmjit::getGuestCategory() {
  static cl::OptionCategory category("vm-run options for ELF files");
  return category;
}
static cl::OptionCategory &category = getGuestCategory();

static cl::opt<std::string> inputPath(
    "stdin", cl::value_desc("file"),
    cl::desc("What each hart reads from standard input; - is that of vm-run "
             "(default: nothing)"),
    cl::cat(category));
static cl::opt<std::string>
    inputDirectory("hart-input", cl::value_desc("directory"),
                   cl::desc("The same from a file for each hart, whose name is "
                            "the hart's number"),
                   cl::cat(category));
static cl::opt<std::string> outputDirectory(
    "output-dir", cl::value_desc("directory"),
    cl::desc("Where the output of all harts goes, as N.stdout and N.stderr"),
    cl::cat(category));
static cl::list<std::string>
    environment("env", cl::value_desc("name=value"),
                cl::desc("A variable of the program's environment"),
                cl::cat(category));
static cl::opt<bool> trace("trace",
                           cl::desc("Print system calls to standard "
                                    "error"),
                           cl::cat(category));
static cl::opt<uint64_t> seed("seed", cl::init(0), cl::value_desc("N"),
                              cl::desc("Of the program's random numbers; each "
                                       "hart adds its own number"),
                              cl::cat(category));
static cl::opt<uint64_t> heapBytes("heap-bytes",
                                   cl::init(AddressSpaceOptions().heapBytes),
                                   cl::value_desc("bytes"),
                                   cl::desc("Of each hart, for brk"),
                                   cl::cat(category));
static cl::opt<uint64_t> mapBytes("mmap-bytes",
                                  cl::init(AddressSpaceOptions().mapBytes),
                                  cl::value_desc("bytes"),
                                  cl::desc("Of each hart, for mmap"),
                                  cl::cat(category));
static cl::opt<uint64_t> stackBytes("stack-bytes",
                                    cl::init(AddressSpaceOptions().stackBytes),
                                    cl::value_desc("bytes"),
                                    cl::desc("Of each hart"),
                                    cl::cat(category));
static cl::opt<uint64_t> interpretedBlocks(
    "interpreted-blocks", cl::init(RISCVEngineOptions().interpretedBlocks),
    cl::value_desc("N"),
    cl::desc("How many blocks are interpreted before frequent ones are "
             "compiled; 0 to compile everything"),
    cl::cat(category));

bool vmjit::isELFFile(StringRef path) {
  file_magic magic;
  return !identify_magic(path, magic) &&
         (magic == file_magic::elf || magic == file_magic::elf_relocatable ||
          magic == file_magic::elf_executable ||
          magic == file_magic::elf_shared_object ||
          magic == file_magic::elf_core);
}

namespace {

/// Writes to two streams.
class TeeStream : public raw_ostream {
public:
  TeeStream(raw_ostream &first, raw_ostream &second)
      : raw_ostream(/*unbuffered=*/true), first(first), second(second) {}

private:
  void write_impl(const char *bytes, size_t size) override {
    first.write(bytes, size);
    second.write(bytes, size);
    written += size;
  }
  uint64_t current_pos() const override { return written; }

  raw_ostream &first;
  raw_ostream &second;
  uint64_t written = 0;
};

/// What one hart writes to one of its files: kept if there is a directory for
/// it, and shown if it is the first hart's.
class OutputFile {
public:
  OutputFile(bool isKept, raw_ostream *shown)
      : keeping(kept), both(shown ? *shown : nulls(), keeping),
        stream(isKept ? (shown ? static_cast<raw_ostream *>(&both) : &keeping)
                      : shown) {}
  OutputFile(const OutputFile &) = delete;

  /// Null if nobody wants it.
  raw_ostream *getStream() { return stream; }
  StringRef getKept() const { return kept; }

private:
  std::string kept;
  raw_string_ostream keeping;
  TeeStream both;
  raw_ostream *stream;
};

/// All that one hart writes.
struct HartOutput {
  explicit HartOutput(uint64_t hart)
      : output(!outputDirectory.empty(), hart == 0 ? &outs() : nullptr),
        errors(!outputDirectory.empty(), hart == 0 ? &errs() : nullptr) {}

  OutputFile output;
  OutputFile errors;
};

} // namespace

/// \p text with the number of the hart for each "{hart}".
static std::string nameHart(StringRef text, uint64_t hart) {
  return join(split(text, "{hart}"), utostr(hart));
}

/// What each hart reads; harts that read the same file share its contents.
static Expected<std::vector<std::shared_ptr<std::string>>>
readInputs(uint64_t hartCount) {
  if (!inputPath.empty() && !inputDirectory.empty())
    return makeError(ErrorCode::InvalidArgument,
                     "give either --stdin or --hart-input");
  std::map<std::string, std::shared_ptr<std::string>> files;
  std::vector<std::shared_ptr<std::string>> inputs;
  for (uint64_t hart = 0; hart < hartCount; ++hart) {
    std::string path = nameHart(inputPath, hart);
    if (!inputDirectory.empty()) {
      SmallString<128> inDirectory(inputDirectory.getValue());
      sys::path::append(inDirectory, utostr(hart));
      path = inDirectory.str().str();
    }
    std::shared_ptr<std::string> &file = files[path];
    if (!file) {
      Expected<std::string> text =
          path.empty() ? std::string() : readFile(path);
      if (!text)
        return text.takeError();
      file = std::make_shared<std::string>(std::move(*text));
    }
    inputs.push_back(file);
  }
  return inputs;
}

static ProcessImage makeImage(const riscv::GuestImage &guest) {
  ProcessImage image;
  image.entry = guest.getEntry();
  image.programHeaders = guest.getProgramHeaders();
  image.programHeaderCount = guest.getProgramHeaderCount();
  for (const riscv::ImageRegion &region : guest.getRegions())
    image.segments.push_back(
        {region.addr, region.bytes.size(), region.bytes, region.isWritable});
  return image;
}

static ProcessStart makeStart(StringRef path, ArrayRef<std::string> arguments,
                              uint64_t hart, const std::string &input,
                              HartOutput &output) {
  ProcessStart start;
  start.stack.arguments = {path.str()};
  for (const std::string &argument : arguments)
    start.stack.arguments.push_back(nameHart(argument, hart));
  start.stack.environment.assign(environment.begin(), environment.end());
  start.options.seed = seed + hart;
  std::mt19937_64 random(start.options.seed);
  for (uint8_t &byte : start.stack.randomBytes)
    byte = static_cast<uint8_t>(random());
  start.options.input = input;
  start.options.output = output.output.getStream();
  start.options.errors = output.errors.getStream();
  start.options.trace = trace ? &errs() : nullptr;
  return start;
}

static Error writeFile(const Twine &name, StringRef bytes) {
  SmallString<128> path(outputDirectory.getValue());
  sys::path::append(path, name);
  std::error_code code;
  raw_fd_ostream os(path, code);
  if (!code) {
    os << bytes;
    os.close();
    code = os.error();
    os.clear_error();
  }
  if (code)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", path, code.message());
  return Error::success();
}

static Error writeOutputs(ArrayRef<std::unique_ptr<HartOutput>> outputs) {
  if (outputDirectory.empty())
    return Error::success();
  if (std::error_code code = sys::fs::create_directories(outputDirectory))
    return makeErrorf(ErrorCode::Io, "{0}: {1}", outputDirectory,
                      code.message());
  for (auto [hart, output] : enumerate(outputs)) {
    if (Error error =
            writeFile(Twine(hart) + ".stdout", output->output.getKept()))
      return error;
    if (Error error =
            writeFile(Twine(hart) + ".stderr", output->errors.getKept()))
      return error;
  }
  return Error::success();
}

/// Says how harts ended that ended otherwise than hart 0 did.
static void printDifferences(const ProcessGroup &group) {
  constexpr uint64_t maxShown = 10;
  std::vector<uint64_t> others;
  for (uint64_t hart = 1; hart < group.getProcessCount(); ++hart)
    if (!(group.getStatus(hart) == group.getStatus(0)))
      others.push_back(hart);
  if (group.getStatus(0).kind == ProcessStatus::Killed || !others.empty())
    errs() << "vm-run: hart 0: " << group.describe(0) << "\n";
  if (others.empty())
    return;
  errs() << "vm-run: " << others.size() << " of " << group.getProcessCount()
         << " harts ended otherwise:\n";
  for (uint64_t hart : ArrayRef(others).take_front(maxShown))
    errs() << "  hart " << hart << ": " << group.describe(hart) << "\n";
  if (others.size() > maxShown)
    errs() << "  and " << others.size() - maxShown << " more\n";
}

Expected<int> vmjit::runGuest(StringRef path, ArrayRef<std::string> arguments,
                              uint64_t hartCount, Executor *executor,
                              const ExecutionRequest &request) {
  Expected<std::string> file = readFile(path);
  if (!file)
    return file.takeError();
  Expected<riscv::GuestImage> guest = riscv::readELF(*file);
  if (!guest)
    return withContext(guest.takeError(), path);
  Expected<riscv::Decoder> decoder = riscv::Decoder::create();
  if (!decoder)
    return decoder.takeError();
  Expected<std::vector<std::shared_ptr<std::string>>> inputs =
      readInputs(hartCount);
  if (!inputs)
    return inputs.takeError();

  std::vector<std::unique_ptr<HartOutput>> outputs;
  std::vector<ProcessStart> starts;
  for (uint64_t hart = 0; hart < hartCount; ++hart) {
    outputs.push_back(std::make_unique<HartOutput>(hart));
    starts.push_back(
        makeStart(path, arguments, hart, *(*inputs)[hart], *outputs.back()));
  }
  Expected<ProcessGroup> group = ProcessGroup::create(
      makeImage(*guest), {heapBytes, mapBytes, stackBytes}, std::move(starts));
  if (!group)
    return withContext(group.takeError(), path);
  RISCVEngine engine(*guest, *decoder,
                     {.executor = executor,
                      .request = request,
                      .interpretedBlocks = interpretedBlocks});
  Error error = group->run(engine);
  outs().flush();
  // What was written before something went wrong is worth having.
  error = joinErrors(std::move(error), writeOutputs(outputs));
  if (error)
    return std::move(error);
  printDifferences(*group);
  const ProcessStatus &status = group->getStatus(0);
  // As a shell has it.
  return status.kind == ProcessStatus::Killed ? 128 + status.value
                                              : status.value;
}
