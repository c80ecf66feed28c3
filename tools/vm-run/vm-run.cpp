//===- vm-run.cpp - Runs a program on a device ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CaseRun.h"
#include "ExecutorDevice.h"
#include "GuestRun.h"
#include "ProgramInput.h"
#include "vmjit/Runtime/DeviceType.h"
#include "vmjit/Support/Error.h"
#include "vmjit/Support/Log.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"

using namespace llvm;
using namespace vmjit;

static cl::OptionCategory category("vm-run options");

static cl::opt<std::string>
    inputFile(cl::Positional, cl::Required, cl::value_desc("program"),
              cl::desc("<program.json|.mlir|.mlirbc|.elf>"), cl::cat(category));

// Behind the program, which is what positional options go by.
static cl::list<std::string> guestArguments(cl::Positional,
                                            cl::cat(getGuestCategory()),
                                            cl::desc("[-- <arguments>...]"));

static cl::opt<std::string> deviceChoice(
    "device", cl::init("auto"), cl::value_desc("name"),
    cl::desc("Where to run (default: auto):\n"
             "  =auto            the best device there is\n"
             "  =interp          the interpreter, which reports every fault\n"
             "  =host            compiled code on all cores of the host\n"
             "  =cuda[:i]        an NVIDIA GPU\n"
             "  =hip[:i]         an AMD GPU\n"
             "  =mock            a device for tests that runs no code"),
    cl::cat(category));

static cl::opt<std::string>
    caseFile("case", cl::value_desc("case.json"),
             cl::desc("Hart mode: run this case and compare with what it "
                      "expects"),
             cl::cat(category));
static cl::opt<uint64_t> hartCount("harts", cl::init(1), cl::value_desc("N"),
                                   cl::desc("Hart mode: copies of the case, or "
                                            "of the program of an ELF file"),
                                   cl::cat(category));

static cl::list<uint32_t> grid("grid", cl::CommaSeparated,
                               cl::value_desc("x[,y[,z]]"),
                               cl::desc("Kernel mode: blocks in the grid"),
                               cl::cat(category));
static cl::list<uint32_t> block("block", cl::CommaSeparated,
                                cl::value_desc("x[,y[,z]]"),
                                cl::desc("Kernel mode: threads in a block"),
                                cl::cat(category));
static cl::opt<uint64_t>
    sharedBytes("shared", cl::init(0), cl::value_desc("bytes"),
                cl::desc("Kernel mode: dynamic shared memory of a block"),
                cl::cat(category));
static cl::list<std::string> arguments(
    "arg", cl::value_desc("argument"),
    cl::desc("Kernel mode: the arguments, in order: in:FILE, out:BYTES:FILE, "
             "inout:FILE:OUTFILE, zero:BYTES, i32:V, i64:V, f32:V or f64:V"),
    cl::cat(category));

static cl::opt<OptLevel> optLevel(
    cl::desc("Optimization level (default: -O2)"),
    cl::values(clEnumValN(OptLevel::O0, "O0", "no optimization"),
               clEnumValN(OptLevel::O1, "O1", "little optimization"),
               clEnumValN(OptLevel::O2, "O2", "default optimization"),
               clEnumValN(OptLevel::O3, "O3", "aggressive optimization")),
    cl::init(OptLevel::O2), cl::cat(category));
static cl::opt<unsigned>
    repeat("repeat", cl::init(1), cl::value_desc("N"),
           cl::desc("Run N times, from the same inputs each time"),
           cl::cat(category));
static cl::opt<bool> timing("timing",
                            cl::desc("Print how long each stage and run took"),
                            cl::cat(category));

static cl::opt<bool>
    noCache("no-cache", cl::desc("Compile always, and keep nothing on disk"),
            cl::cat(category));
static cl::opt<std::string>
    cacheDir("cache-dir", cl::value_desc("directory"),
             cl::desc("Where compiled code is kept (default: VMJIT_CACHE_DIR, "
                      "else vmjit in the user's cache directory)"),
             cl::cat(category));
static cl::opt<double>
    timeout("timeout", cl::value_desc("seconds"),
            cl::desc("How long a run may take; 0 for any time (default: "
                     "VMJIT_TIMEOUT, else 30; none for ELF files)"),
            cl::cat(category));
static cl::opt<uint64_t>
    stepBudget("step-budget", cl::value_desc("N"),
               cl::desc("How many backward jumps each thread may make"),
               cl::cat(category));
/// Set by --stats.
static bool printStatistics = false;

/// LLVM has an option of that name, about its passes, which must have made room
/// before this one comes.
static void registerStatisticsOption() {
  auto &options = cl::getRegisteredOptions();
  auto taken = options.find("stats");
  if (taken != options.end())
    taken->second->removeArgument();
  static cl::opt<bool, /*ExternalStorage=*/true> option(
      "stats", cl::location(printStatistics),
      cl::desc("Print the executor's statistics to standard error"),
      cl::cat(category));
}

/// The whole of a run went well.
static constexpr int exitSuccess = 0;
/// It did not, or a case ended otherwise than expected.
static constexpr int exitFailure = 1;

static Expected<Dim3> parseDim3(const cl::list<uint32_t> &list,
                                StringRef name) {
  if (list.empty() || list.size() > 3)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "--{0} takes one to three numbers", name);
  Dim3 dims;
  for (auto [dim, extent] : enumerate(list))
    dims[dim] = extent;
  return dims;
}

/// The device that the command line names.
struct ChosenDevice {
  std::unique_ptr<Device> device;
  /// The same, unless it is the interpreter.
  ExecutorDevice *executor = nullptr;
};

/// Checks that --device has the form of a device, which need not be there.
static Error verifyDeviceChoice() {
  StringRef type = StringRef(deviceChoice).split(':').first;
  if (deviceChoice == "auto" || deviceChoice == "interp" ||
      parseDeviceType(type))
    return Error::success();
  return makeErrorf(ErrorCode::InvalidArgument,
                    "--device is auto, interp, host, cuda[:i], hip[:i] or "
                    "mock, not '{0}'",
                    deviceChoice);
}

static Expected<DefaultExecutorOptions> getExecutorOptions() {
  // A century; what is longer would overflow.
  constexpr double maxSeconds = 100.0 * 365 * 24 * 3600;
  DefaultExecutorOptions options;
  options.executor.device = deviceChoice;
  options.executor.optLevel = optLevel;
  options.executor.useCache = !noCache;
  if (cacheDir.getNumOccurrences()) {
    options.useDisk = true;
    options.cacheDirectory = cacheDir;
  }
  if (stepBudget.getNumOccurrences())
    options.executor.stepBudget = stepBudget;
  if (timeout.getNumOccurrences()) {
    if (!(timeout >= 0) || timeout > maxSeconds)
      return makeError(ErrorCode::InvalidArgument,
                       "--timeout takes a number of seconds, from 0 on");
    options.useTimeoutVariable = false;
    options.executor.timeout =
        std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(timeout));
  }
  return options;
}

static Expected<ChosenDevice> createDevice() {
  if (deviceChoice == "interp") {
    if (timeout.getNumOccurrences())
      return makeError(ErrorCode::InvalidArgument,
                       "--timeout is for compiled code; cases and kernels on "
                       "the interpreter take --step-budget");
    std::optional<uint64_t> budget;
    if (stepBudget.getNumOccurrences())
      budget = stepBudget;
    return ChosenDevice{createInterpreterDevice(budget), nullptr};
  }
  Expected<DefaultExecutorOptions> options = getExecutorOptions();
  if (!options)
    return options.takeError();
  Expected<std::unique_ptr<ExecutorDevice>> device =
      ExecutorDevice::create(*options);
  if (!device)
    return device.takeError();
  ExecutorDevice *executor = device->get();
  return ChosenDevice{std::move(*device), executor};
}

/// Says that the host runs what was to be run elsewhere, and why.
static void printFallback(StringRef reason) {
  // The best device there is may well be the host.
  if (!reason.empty() && deviceChoice != "auto")
    errs() << "vm-run: note: the host took over, as " << reason << "\n";
}

/// Says where the program ran, and why there if that was not asked for.
static void printDevice(const ChosenDevice &chosen) {
  outs() << "device: " << chosen.device->describe() << "\n";
  if (!chosen.executor)
    return;
  if (chosen.executor->isMock())
    outs() << "nothing was run: the mock device runs no code\n";
  printFallback(chosen.executor->describeFallback());
}

static void printTimes(const CompileObserver &observer) {
  if (!timing)
    return;
  for (const StageTime &time : observer.times)
    outs() << format("%-10s %9.3f ms\n", time.stage.c_str(),
                     time.nanoseconds / 1e6);
}

/// Runs \p once as often as asked for, each time after \p reset.
template <class Reset, class Once>
static Error runRepeatedly(const ChosenDevice &chosen,
                           CompileObserver &observer, Reset reset, Once once) {
  for (unsigned run = 0; run < repeat; ++run) {
    if (Error error = reset())
      return error;
    // The executor's times tell the run from the copies.
    std::optional<StageTimer> timer;
    if (!chosen.executor)
      timer.emplace(&observer, "run");
    if (Error error = once())
      return error;
  }
  return Error::success();
}

static Expected<int> runCase(const vmir::Program &program,
                             const ChosenDevice &chosen, LoadedProgram &loaded,
                             const vmir::Case &recorded,
                             CompileObserver &observer) {
  Expected<CaseRun> run =
      CaseRun::create(program, recorded, loaded.getStateLayout(), hartCount);
  if (!run)
    return run.takeError();
  Error error = runRepeatedly(
      chosen, observer, [&] { return run->reset(); },
      [&] { return run->run(loaded); });
  bool isStopped = error && getErrorCode(error) == ErrorCode::Timeout;
  if (error && !isStopped)
    return std::move(error);
  if (isStopped)
    logAllUnhandledErrors(std::move(error), errs(), "vm-run: error: ");
  else
    printDevice(chosen);
  printTimes(observer);
  // Nothing that could be compared.
  if (chosen.executor && chosen.executor->isMock())
    return exitFailure;
  Expected<std::optional<std::string>> difference = run->findDifference();
  if (!difference)
    return difference.takeError();
  if (*difference) {
    outs() << "FAIL: " << recorded.function << ": " << **difference << "\n";
    return exitFailure;
  }
  outs() << "PASS: " << recorded.function << ", " << hartCount
         << (hartCount == 1 ? " hart\n" : " harts\n");
  return isStopped ? exitFailure : exitSuccess;
}

static Expected<int> runKernel(const ChosenDevice &chosen,
                               LoadedProgram &loaded, const LaunchShape &shape,
                               KernelArguments &values,
                               CompileObserver &observer) {
  if (Error error = runRepeatedly(
          chosen, observer, [&] { return values.reset(), Error::success(); },
          [&] { return loaded.runKernel(shape, values); }))
    return std::move(error);
  printDevice(chosen);
  printTimes(observer);
  if (Error error = values.writeOutputs())
    return std::move(error);
  return exitSuccess;
}

static void printExecutorStatistics(const ChosenDevice &chosen) {
  if (!printStatistics || !chosen.executor)
    return;
  outs().flush();
  chosen.executor->getExecutor().getStatistics().print(errs());
}

/// Runs a program for Linux, for any time unless --timeout says otherwise.
static Expected<int> runELF() {
  const std::reference_wrapper<cl::Option> others[] = {
      caseFile,  grid,   block,  sharedBytes,
      arguments, repeat, timing, stepBudget};
  for (const cl::Option &option : others)
    if (option.getNumOccurrences())
      return makeErrorf(ErrorCode::InvalidArgument,
                        "--{0} is not for ELF files", option.ArgStr);
  Expected<ChosenDevice> chosen = createDevice();
  if (!chosen)
    return chosen.takeError();
  ExecutionRequest request;
  if (!timeout.getNumOccurrences())
    request.timeout = std::chrono::nanoseconds(0);
  Executor *executor = nullptr;
  if (chosen->executor) {
    // Else no driver is loaded for programs of which nothing is compiled.
    if (deviceChoice != "auto" && deviceChoice != "host")
      printFallback(chosen->executor->describeMissingDevice());
    executor = &chosen->executor->getExecutor();
  }
  Expected<int> status =
      runGuest(inputFile, ArrayRef<std::string>(guestArguments), hartCount,
               executor, request);
  printExecutorStatistics(*chosen);
  return status;
}

/// Checks that nothing is said about a process where there is none.
static Error verifyNoGuestOptions() {
  if (guestArguments.getNumOccurrences())
    return makeError(ErrorCode::InvalidArgument,
                     "arguments behind -- are for ELF files only");
  for (const auto &[name, option] : cl::getRegisteredOptions())
    if (option->getNumOccurrences() &&
        is_contained(option->Categories, &getGuestCategory()))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "--{0} is for ELF files only", name);
  return Error::success();
}

/// Reads the case, or checks the launch, before anything is compiled.
static Expected<int> run() {
  if (Error error = verifyDeviceChoice())
    return std::move(error);
  if (hartCount == 0 || repeat == 0)
    return makeError(ErrorCode::InvalidArgument,
                     "--harts and --repeat are at least 1");
  if (isELFFile(inputFile))
    return runELF();
  if (inputFile != "-" && !sys::fs::exists(inputFile))
    return makeErrorf(
        ErrorCode::Io, "{0}: {1}", inputFile,
        std::make_error_code(std::errc::no_such_file_or_directory).message());
  if (Error error = verifyNoGuestOptions())
    return std::move(error);
  bool isCase = caseFile.getNumOccurrences();
  bool isKernel = grid.getNumOccurrences() || block.getNumOccurrences() ||
                  arguments.getNumOccurrences() ||
                  sharedBytes.getNumOccurrences();
  if (isCase == isKernel)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "give either --case, or --grid and --block; {0} is no "
                      "ELF file, which needs neither",
                      inputFile);
  Compiler compiler;
  Expected<vmir::Program> program = readProgram(compiler, inputFile);
  if (!program)
    return program.takeError();

  vmir::Case recorded;
  LaunchShape shape;
  std::optional<KernelArguments> values;
  if (isCase) {
    Expected<std::string> text = readFile(caseFile);
    if (!text)
      return text.takeError();
    Expected<vmir::Case> parsed = vmir::parseCase(*text);
    if (!parsed)
      return withContext(parsed.takeError(), caseFile);
    recorded = std::move(*parsed);
  } else {
    if (!program->isKernelMode())
      return makeErrorf(ErrorCode::InvalidArgument,
                        "{0}: has no params, so it runs in hart mode only",
                        inputFile);
    Expected<Dim3> gridDims = parseDim3(grid, "grid");
    if (!gridDims)
      return gridDims.takeError();
    Expected<Dim3> blockDims = parseDim3(block, "block");
    if (!blockDims)
      return blockDims.takeError();
    shape = {*gridDims, *blockDims, sharedBytes};
    Expected<KernelArguments> parsed = KernelArguments::parse(arguments);
    if (!parsed)
      return parsed.takeError();
    if (Error error = parsed->check(*program->params))
      return std::move(error);
    values = std::move(*parsed);
  }

  Expected<ChosenDevice> chosen = createDevice();
  if (!chosen)
    return chosen.takeError();
  CompileObserver observer;
  Expected<std::unique_ptr<LoadedProgram>> loaded = chosen->device->load(
      *program, isCase ? EntryMode::Hart : EntryMode::Kernel, optLevel,
      observer);
  if (!loaded)
    return loaded.takeError();
  Expected<int> status =
      isCase ? runCase(*program, *chosen, **loaded, recorded, observer)
             : runKernel(*chosen, **loaded, shape, *values, observer);
  printExecutorStatistics(*chosen);
  return status;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  registerStatisticsOption();
  cl::HideUnrelatedOptions({&category, &getGuestCategory()});
  cl::ParseCommandLineOptions(
      argc, argv,
      "Runs a VM IR program on a device\n\n"
      "  A recorded case, on 1000 harts:\n"
      "    vm-run crc32.json --case=crc32.case.json --harts=1000\n"
      "  A kernel:\n"
      "    vm-run vecadd.json --grid=8 --block=128 --arg=in:a.bin \\\n"
      "      --arg=in:b.bin --arg=out:4000:c.bin --arg=i32:1000\n"
      "  A static RISC-V program for Linux, 100 times at once:\n"
      "    vm-run sort.elf --harts=100 --stdin=numbers.txt -- -r\n");
  if (Error error = configureLogFromEnvironment()) {
    logAllUnhandledErrors(std::move(error), errs(), "vm-run: error: ");
    return exitFailure;
  }
  Expected<int> status = run();
  if (!status) {
    logAllUnhandledErrors(status.takeError(), errs(), "vm-run: error: ");
    return exitFailure;
  }
  return *status;
}
