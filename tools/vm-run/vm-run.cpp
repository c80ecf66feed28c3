//===- vm-run.cpp - Runs a program on a device ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CaseRun.h"
#include "Device.h"
#include "ProgramInput.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"

using namespace llvm;
using namespace vmjit;

static cl::OptionCategory category("vm-run options");

static cl::opt<std::string> inputFile(cl::Positional, cl::Required,
                                      cl::value_desc("program"),
                                      cl::desc("<program.json|.mlir|.mlirbc>"),
                                      cl::cat(category));

enum class DeviceChoice { Auto, Interpreter, Host };
static cl::opt<DeviceChoice> deviceChoice(
    "device", cl::desc("Where to run (default: auto)"),
    cl::values(clEnumValN(DeviceChoice::Auto, "auto",
                          "the best device there is: the host"),
               clEnumValN(DeviceChoice::Interpreter, "interp",
                          "the interpreter, which reports every fault"),
               clEnumValN(DeviceChoice::Host, "host",
                          "compiled code on all cores of the host")),
    cl::init(DeviceChoice::Auto), cl::cat(category));

static cl::opt<std::string>
    caseFile("case", cl::value_desc("case.json"),
             cl::desc("Hart mode: run this case and compare with what it "
                      "expects"),
             cl::cat(category));
static cl::opt<uint64_t> hartCount("harts", cl::init(1), cl::value_desc("N"),
                                   cl::desc("Hart mode: copies of the case"),
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

static Expected<std::unique_ptr<Device>> createDevice(Compiler &compiler) {
  switch (deviceChoice) {
  case DeviceChoice::Interpreter:
    return createInterpreterDevice();
  case DeviceChoice::Auto:
  case DeviceChoice::Host:
    return createHostDevice(compiler);
  }
  llvm_unreachable("every choice is a device");
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
static Error runRepeatedly(CompileObserver &observer, Reset reset, Once once) {
  for (unsigned run = 0; run < repeat; ++run) {
    if (Error error = reset())
      return error;
    StageTimer timer(&observer, "run");
    if (Error error = once())
      return error;
  }
  return Error::success();
}

static Expected<int> runCase(const vmir::Program &program,
                             LoadedProgram &loaded, const vmir::Case &recorded,
                             CompileObserver &observer) {
  Expected<CaseRun> run =
      CaseRun::create(program, recorded, loaded.getStateLayout(), hartCount);
  if (!run)
    return run.takeError();
  if (Error error = runRepeatedly(
          observer, [&] { return run->reset(); },
          [&] { return run->run(loaded); }))
    return std::move(error);
  printTimes(observer);
  Expected<std::optional<std::string>> difference = run->findDifference();
  if (!difference)
    return difference.takeError();
  if (*difference) {
    outs() << "FAIL: " << recorded.function << ": " << **difference << "\n";
    return exitFailure;
  }
  outs() << "PASS: " << recorded.function << ", " << hartCount
         << (hartCount == 1 ? " hart\n" : " harts\n");
  return exitSuccess;
}

static Expected<int> runKernel(LoadedProgram &loaded, const LaunchShape &shape,
                               KernelArguments &values,
                               CompileObserver &observer) {
  if (Error error = runRepeatedly(
          observer, [&] { return values.reset(), Error::success(); },
          [&] { return loaded.runKernel(shape, values); }))
    return std::move(error);
  printTimes(observer);
  if (Error error = values.writeOutputs())
    return std::move(error);
  return exitSuccess;
}

/// Reads the case, or checks the launch, before anything is compiled.
static Expected<int> run() {
  bool isCase = caseFile.getNumOccurrences();
  bool isKernel = grid.getNumOccurrences() || block.getNumOccurrences() ||
                  arguments.getNumOccurrences() ||
                  sharedBytes.getNumOccurrences();
  if (isCase == isKernel)
    return makeError(ErrorCode::InvalidArgument,
                     "give either --case, or --grid and --block");
  if (hartCount == 0 || repeat == 0)
    return makeError(ErrorCode::InvalidArgument,
                     "--harts and --repeat are at least 1");
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

  Expected<std::unique_ptr<Device>> device = createDevice(compiler);
  if (!device)
    return device.takeError();
  CompileObserver observer;
  Expected<std::unique_ptr<LoadedProgram>> loaded =
      (*device)->load(*program, isCase ? EntryMode::Hart : EntryMode::Kernel,
                      optLevel, observer);
  if (!loaded)
    return loaded.takeError();
  outs() << "device: " << (*device)->describe() << "\n";
  if (isCase)
    return runCase(*program, **loaded, recorded, observer);
  return runKernel(**loaded, shape, *values, observer);
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "Runs a VM IR program on a device\n\n"
      "  A recorded case, on 1000 harts:\n"
      "    vm-run crc32.json --case=crc32.case.json --harts=1000\n"
      "  A kernel:\n"
      "    vm-run vecadd.json --grid=8 --block=128 --arg=in:a.bin \\\n"
      "      --arg=in:b.bin --arg=out:4000:c.bin --arg=i32:1000\n");
  Expected<int> status = run();
  if (!status) {
    logAllUnhandledErrors(status.takeError(), errs(), "vm-run: error: ");
    return exitFailure;
  }
  return *status;
}
