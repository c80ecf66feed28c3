//===- vm-conformance.cpp - Holds engines to the meaning of ops -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramInput.h"
#include "SuiteRun.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace llvm;
using namespace vmjit;
using conformance::Suite;

static cl::OptionCategory category("vm-conformance options");

static cl::list<std::string> inputFiles(cl::Positional, cl::OneOrMore,
                                        cl::desc("<conformance file>..."),
                                        cl::cat(category));

enum class DeviceChoice { Interpreter, Host };
static cl::opt<DeviceChoice> deviceChoice(
    "device", cl::desc("Where to run (default: interp)"),
    cl::values(clEnumValN(DeviceChoice::Interpreter, "interp",
                          "the interpreter"),
               clEnumValN(DeviceChoice::Host, "host",
                          "compiled code on all cores of the host")),
    cl::init(DeviceChoice::Interpreter), cl::cat(category));

static cl::opt<OptLevel> optLevel(
    cl::desc("Optimization level (default: -O2)"),
    cl::values(clEnumValN(OptLevel::O0, "O0", "no optimization"),
               clEnumValN(OptLevel::O1, "O1", "little optimization"),
               clEnumValN(OptLevel::O2, "O2", "default optimization"),
               clEnumValN(OptLevel::O3, "O3", "aggressive optimization")),
    cl::init(OptLevel::O2), cl::cat(category));

static cl::opt<bool> compileOnly("compile-only",
                                 cl::desc("Compile the programs for --target "
                                          "instead of running them"),
                                 cl::cat(category));
static cl::opt<std::string>
    target("target", cl::value_desc("kind[:chip[:features]]"),
           cl::desc("With --compile-only: what to compile for"),
           cl::cat(category));
static cl::opt<std::string>
    outputDir("o", cl::value_desc("directory"),
              cl::desc("With --compile-only: where to write the code to"),
              cl::cat(category));

static cl::opt<bool>
    list("list",
         cl::desc("Check that each op and terminator has one of the files, and "
                  "print how many cases it has, instead of running them"),
         cl::cat(category));

/// Everything is as the files say.
static constexpr int exitSuccess = 0;
/// Something is not, or could not be read.
static constexpr int exitFailure = 1;
/// Wrong use.
static constexpr int exitUsage = 2;

/// Fails with InvalidArgument if the options do not go together.
static Error checkOptions() {
  bool hasTarget = target.getNumOccurrences();
  if (compileOnly != hasTarget)
    return makeError(ErrorCode::InvalidArgument,
                     "--compile-only and --target go together");
  if (outputDir.getNumOccurrences() && !compileOnly)
    return makeError(ErrorCode::InvalidArgument, "-o needs --compile-only");
  if (compileOnly && deviceChoice.getNumOccurrences())
    return makeError(ErrorCode::InvalidArgument,
                     "give either --device or --compile-only");
  if (list && (compileOnly || deviceChoice.getNumOccurrences()))
    return makeError(ErrorCode::InvalidArgument,
                     "--list goes with no other option");
  return Error::success();
}

static Expected<Suite> readSuite(StringRef path) {
  Expected<std::string> text = readFile(path);
  if (!text)
    return text.takeError();
  Expected<Suite> suite = conformance::parseSuite(*text);
  if (!suite)
    return withContext(suite.takeError(), path);
  return suite;
}

/// Prints the result for \p suite; returns whether it is good.
static bool report(const Suite &suite, ArrayRef<std::string> differences,
                   uint64_t count, StringRef unit) {
  if (differences.empty()) {
    outs() << "PASS " << suite.op << " (" << count << " " << unit
           << (count == 1 ? ")\n" : "s)\n");
    return true;
  }
  for (const std::string &difference : differences)
    outs() << "FAIL " << suite.op << ": " << difference << "\n";
  return false;
}

/// Calls judge(suite) for all of \p files, which says whether it is good.
template <class Judge>
static Expected<int> judgeFiles(ArrayRef<std::string> files, Judge judge) {
  int status = exitSuccess;
  for (const std::string &file : files) {
    Expected<Suite> suite = readSuite(file);
    if (!suite)
      return suite.takeError();
    if (!judge(*suite))
      status = exitFailure;
  }
  return status;
}

static Expected<int> runFiles(ArrayRef<std::string> files) {
  Compiler compiler;
  Expected<std::unique_ptr<Device>> device = deviceChoice == DeviceChoice::Host
                                                 ? createHostDevice(compiler)
                                                 : createInterpreterDevice();
  if (!device)
    return device.takeError();
  return judgeFiles(files, [&](const Suite &suite) {
    return report(suite, runSuite(suite, **device, optLevel),
                  suite.getCaseCount(), "case");
  });
}

static Expected<int> compileFiles(ArrayRef<std::string> files) {
  CompileOptions options;
  Expected<TargetSpec> spec = TargetSpec::parse(target);
  if (!spec)
    return spec.takeError();
  options.target = *spec;
  options.optLevel = optLevel;
  // The linker for AMDGPU resets the options of the process.
  const std::string directory = outputDir;
  Compiler compiler;
  return judgeFiles(files, [&](const Suite &suite) {
    return report(suite, compileSuite(suite, compiler, options, directory),
                  suite.tests.size(), "program");
  });
}

static Expected<int> listFiles(ArrayRef<std::string> files) {
  StringMap<uint64_t> counts;
  Expected<int> status = judgeFiles(files, [&](const Suite &suite) {
    if (counts.try_emplace(suite.op, suite.getCaseCount()).second)
      return true;
    outs() << "FAIL " << suite.op << ": it has two files\n";
    return false;
  });
  if (!status)
    return status;
  for (StringRef name : conformance::getConformanceNames()) {
    auto found = counts.find(name);
    if (found == counts.end()) {
      outs() << "FAIL " << name << ": it has no file\n";
      *status = exitFailure;
    } else {
      outs() << name << " " << found->second << "\n";
    }
  }
  return status;
}

static Expected<int> run() {
  // Copied, since the linker for AMDGPU resets the options of the process.
  const std::vector<std::string> files(inputFiles.begin(), inputFiles.end());
  if (list)
    return listFiles(files);
  return compileOnly ? compileFiles(files) : runFiles(files);
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  if (!cl::ParseCommandLineOptions(
          argc, argv,
          "Holds engines to what the ops of VM IR mean\n\n"
          "  Running conformance files:\n"
          "    vm-conformance test/Conformance/Add.json --device=host -O3\n"
          "  Compiling their programs for a chip:\n"
          "    vm-conformance test/Conformance/*.json --compile-only \\\n"
          "      --target=nvptx64:sm_90 -o ptx\n",
          &errs()))
    return exitUsage;
  if (Error error = checkOptions()) {
    logAllUnhandledErrors(std::move(error), errs(), "vm-conformance: error: ");
    return exitUsage;
  }
  Expected<int> status = run();
  if (!status) {
    logAllUnhandledErrors(status.takeError(), errs(),
                          "vm-conformance: error: ");
    return exitFailure;
  }
  return *status;
}
