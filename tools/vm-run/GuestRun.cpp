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
#include "vmjit/LinuxUser/RISCVImage.h"
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
static cl::opt<uint64_t> heapBytes("heap-bytes", cl::value_desc("bytes"),
                                   cl::desc("Of each hart, for brk (default: "
                                            "8 MiB, less for many harts)"),
                                   cl::cat(category));
static cl::opt<uint64_t> mapBytes("mmap-bytes", cl::value_desc("bytes"),
                                  cl::desc("Of each hart, for mmap (default: "
                                           "8 MiB, less for many harts)"),
                                  cl::cat(category));
static cl::opt<uint64_t> stackBytes("stack-bytes", cl::value_desc("bytes"),
                                    cl::desc("Of each hart (default: 1 MiB, "
                                             "less for many harts)"),
                                    cl::cat(category));
static cl::opt<uint64_t> interpretedBlocks(
    "interpreted-blocks", cl::init(RISCVEngineOptions().interpretedBlocks),
    cl::value_desc("N"),
    cl::desc("How many blocks are interpreted before frequent ones are "
             "compiled; 0 to compile everything, all of it anew whenever code "
             "is reached for the first time"),
    cl::cat(category));

static cl::opt<std::string> profilePath(
    "profile", cl::value_desc("file"),
    cl::desc(
        "What earlier runs of the program have compiled, which is compiled "
        "at once; what this one adds goes there, too"),
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

/// What one hart writes to one of its files: shown if it is the first hart's,
/// and kept if there is a directory for it, in pieces, so that memory does not
/// limit it.
class OutputFile : public raw_ostream {
public:
  /// \p shown may be null, \p path empty.
  OutputFile(raw_ostream *shown, std::string path)
      : raw_ostream(/*unbuffered=*/true), shown(shown), path(std::move(path)) {}

  /// Null if nobody wants it.
  raw_ostream *getStream() { return path.empty() ? shown : this; }
  /// Writes what is left to the file, which is there then, and returns what
  /// went wrong with it so far.
  Error finish();

private:
  static constexpr size_t kPieceBytes = size_t(64) << 10;

  void write_impl(const char *bytes, size_t size) override;
  uint64_t current_pos() const override { return written; }
  void writePiece();

  raw_ostream *shown;
  std::string path;
  std::string piece;
  uint64_t written = 0;
  bool isBegun = false;
  std::error_code failure;
};

/// All that one hart writes.
struct HartOutput {
  explicit HartOutput(uint64_t hart)
      : output(hart == 0 ? &outs() : nullptr, getPath(hart, "stdout")),
        errors(hart == 0 ? &errs() : nullptr, getPath(hart, "stderr")) {}

  static std::string getPath(uint64_t hart, StringRef extension) {
    if (outputDirectory.empty())
      return "";
    SmallString<128> path(outputDirectory.getValue());
    sys::path::append(path, Twine(hart) + "." + extension);
    return path.str().str();
  }

  OutputFile output;
  OutputFile errors;
};

} // namespace

void OutputFile::write_impl(const char *bytes, size_t size) {
  if (shown)
    shown->write(bytes, size);
  written += size;
  piece.append(bytes, size);
  if (piece.size() >= kPieceBytes)
    writePiece();
}

/// Opens the file each time: there may be more harts than files can be open.
void OutputFile::writePiece() {
  if (!failure) {
    raw_fd_ostream os(
        path, failure,
        isBegun ? sys::fs::CD_OpenAlways : sys::fs::CD_CreateAlways,
        sys::fs::FA_Write, isBegun ? sys::fs::OF_Append : sys::fs::OF_None);
    isBegun = true;
    if (!failure) {
      os << piece;
      os.close();
      failure = os.error();
      os.clear_error();
    }
  }
  piece.clear();
}

Error OutputFile::finish() {
  if (path.empty())
    return Error::success();
  writePiece();
  if (failure)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", path, failure.message());
  return Error::success();
}

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

/// What the options say of the memory of each hart.
static AreaSizes getAreaSizes() {
  auto get = [](const cl::opt<uint64_t> &option) -> std::optional<uint64_t> {
    if (!option.getNumOccurrences())
      return std::nullopt;
    return option;
  };
  return {get(heapBytes), get(mapBytes), get(stackBytes)};
}

static ProcessStart makeStart(StringRef path, ArrayRef<std::string> arguments,
                              uint64_t hart, const std::string &input,
                              HartOutput &output) {
  ProcessStart start;
  start.stack.arguments = {path.str()};
  for (const std::string &argument : arguments)
    start.stack.arguments.push_back(nameHart(argument, hart));
  for (const std::string &variable : environment)
    start.stack.environment.push_back(nameHart(variable, hart));
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

static Error createOutputDirectory() {
  if (outputDirectory.empty())
    return Error::success();
  std::error_code code = sys::fs::create_directories(outputDirectory);
  if (!code && !sys::fs::is_directory(outputDirectory))
    code = std::make_error_code(std::errc::not_a_directory);
  if (code)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", outputDirectory,
                      code.message());
  return Error::success();
}

static Error finishOutputs(ArrayRef<std::unique_ptr<HartOutput>> outputs) {
  for (const std::unique_ptr<HartOutput> &output : outputs) {
    if (Error error = output->output.finish())
      return error;
    if (Error error = output->errors.finish())
      return error;
  }
  return Error::success();
}

/// Writes what hart 0 has left there.
static Error finishStandardOutput() {
  outs().flush();
  if (!outs().has_error())
    return Error::success();
  std::error_code failure = outs().error();
  outs().clear_error();
  return makeErrorf(ErrorCode::Io, "standard output: {0}", failure.message());
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

/// The profile of earlier runs; empty if there were none.
static Expected<RISCVProfile> readProfile(StringRef identity) {
  // Rather than when the program has run.
  StringRef directory = sys::path::parent_path(profilePath);
  if (!directory.empty() && !sys::fs::is_directory(directory))
    return makeErrorf(
        ErrorCode::Io, "{0}: {1}", profilePath,
        std::make_error_code(std::errc::no_such_file_or_directory).message());
  if (!sys::fs::exists(profilePath))
    return RISCVProfile();
  Expected<std::string> text = readFile(profilePath);
  if (!text)
    return text.takeError();
  Expected<RISCVProfile> profile = parseProfile(*text, identity);
  if (!profile)
    return withContext(profile.takeError(), profilePath);
  return profile;
}

/// Replaces the profile as a whole, as others may be reading it.
static Error storeProfile(const RISCVProfile &profile, StringRef identity) {
  Error error = writeToOutput(profilePath, [&](raw_ostream &os) {
    writeProfile(os, profile, identity);
    return Error::success();
  });
  if (error)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", profilePath,
                      toString(std::move(error)));
  return error;
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
  ProcessImage image = makeProcessImage(*guest);
  // Before anything is made for each hart, as there may be too many.
  Expected<AddressSpaceOptions> areas =
      AddressSpace::fit(image, getAreaSizes(), hartCount);
  if (!areas)
    return withContext(areas.takeError(), path);
  Expected<riscv::Decoder> decoder = riscv::Decoder::create();
  if (!decoder)
    return decoder.takeError();
  Expected<std::vector<std::shared_ptr<std::string>>> inputs =
      readInputs(hartCount);
  if (!inputs)
    return inputs.takeError();
  std::string identity;
  RISCVProfile profile;
  if (!profilePath.empty()) {
    identity = identifyExecutable(*file);
    Expected<RISCVProfile> known = readProfile(identity);
    if (!known)
      return known.takeError();
    profile = std::move(*known);
  }

  for (StringRef variable : environment)
    if (!variable.contains('=') || variable.starts_with("="))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "--env takes NAME=VALUE, not '{0}'", variable);
  if (Error error = createOutputDirectory())
    return std::move(error);
  std::vector<std::unique_ptr<HartOutput>> outputs;
  std::vector<ProcessStart> starts;
  for (uint64_t hart = 0; hart < hartCount; ++hart) {
    outputs.push_back(std::make_unique<HartOutput>(hart));
    starts.push_back(
        makeStart(path, arguments, hart, *(*inputs)[hart], *outputs.back()));
  }
  Expected<ProcessGroup> group =
      ProcessGroup::create(image, *areas, std::move(starts));
  if (!group)
    return withContext(group.takeError(), path);
  RISCVEngine engine(*guest, *decoder,
                     {.executor = executor,
                      .request = request,
                      .interpretedBlocks = interpretedBlocks});
  if (Error error = engine.applyProfile(profile))
    return std::move(error);
  // Whoever reads along sees what a process writes when it writes it.
  outs().SetUnbuffered();
  Error error = group->run(engine);
  // What was written before something went wrong is worth having.
  error = joinErrors(std::move(error), finishStandardOutput());
  error = joinErrors(std::move(error), finishOutputs(outputs));
  if (error)
    return std::move(error);
  // Only now: what could not be compiled would fail each time.
  if (!profilePath.empty() && !(engine.getProfile() == profile))
    if (Error failure = storeProfile(engine.getProfile(), identity))
      return std::move(failure);
  printDifferences(*group);
  const ProcessStatus &status = group->getStatus(0);
  // As a shell has it.
  return status.kind == ProcessStatus::Killed ? 128 + status.value
                                              : status.value;
}
