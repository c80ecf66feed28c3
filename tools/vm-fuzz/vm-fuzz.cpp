//===- vm-fuzz.cpp - Random programs on all engines -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramInput.h"
#include "vmjit/Fuzz/Campaign.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::fuzz;

static cl::OptionCategory category("vm-fuzz options");

static cl::opt<std::string> inputFile(cl::Positional, cl::value_desc("program"),
                                      cl::desc("[<program>]"),
                                      cl::cat(category));
static cl::opt<uint64_t>
    firstSeed("seed", cl::init(1), cl::value_desc("N"),
              cl::desc("The seed of the first program (default: 1)"),
              cl::cat(category));
static cl::opt<uint64_t>
    programCount("count", cl::init(1), cl::value_desc("N"),
                 cl::desc("How many programs, each with the seed after the one "
                          "before (default: 1)"),
                 cl::cat(category));
static cl::opt<uint64_t> harts("harts", cl::init(32), cl::value_desc("N"),
                               cl::desc("Harts that run each program "
                                        "(default: 32)"),
                               cl::cat(category));
static cl::opt<unsigned> maxBlocks("max-blocks", cl::init(6),
                                   cl::value_desc("N"),
                                   cl::desc("Blocks of a program at most "
                                            "(default: 6)"),
                                   cl::cat(category));
static cl::opt<unsigned> maxOps("max-ops", cl::init(12), cl::value_desc("N"),
                                cl::desc("Ops of a block at most, not counting "
                                         "those of loops (default: 12)"),
                                cl::cat(category));
static cl::opt<bool> reduce("reduce",
                            cl::desc("Make the program that shows a difference "
                                     "as small as possible"),
                            cl::cat(category));
static cl::opt<bool> printProgram("print-program",
                                  cl::desc("Write the program of --seed "
                                           "instead of running any"),
                                  cl::cat(category));
static cl::opt<std::string>
    outputFile("o", cl::init("-"), cl::value_desc("file"),
               cl::desc("Where the program goes (default: standard output)"),
               cl::cat(category));

/// No program shows a difference.
static constexpr int exitSuccess = 0;
/// One does.
static constexpr int exitDifference = 1;
/// Wrong use, or the programs could not be run.
static constexpr int exitFailure = 2;

/// Fails with InvalidArgument if the options do not go together.
static Error checkOptions() {
  if (printProgram && (reduce || programCount.getNumOccurrences()))
    return makeError(ErrorCode::InvalidArgument,
                     "--print-program goes with neither --reduce nor --count");
  bool isGiven = inputFile.getNumOccurrences();
  if (isGiven && (printProgram || programCount.getNumOccurrences() ||
                  maxBlocks.getNumOccurrences() || maxOps.getNumOccurrences()))
    return makeError(ErrorCode::InvalidArgument,
                     "a program that is given is not generated");
  if (maxBlocks == 0 || maxBlocks > 1024 || maxOps == 0 || maxOps > 4096)
    return makeError(ErrorCode::InvalidArgument,
                     "--max-blocks is from 1 to 1024, --max-ops from 1 to "
                     "4096");
  return Error::success();
}

static Error writeOutput(const vmir::Program &program) {
  std::error_code failure;
  ToolOutputFile file(outputFile, failure, sys::fs::OF_Text);
  if (!failure) {
    vmir::writeProgram(file.os(), program, vmir::JSONStyle::Indented);
    file.os() << "\n";
    file.os().flush();
    failure = file.os().error();
    file.os().clear_error();
  }
  if (failure)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", outputFile.getValue(),
                      failure.message());
  file.keep();
  return Error::success();
}

static CampaignOptions getCampaignOptions() {
  CampaignOptions options;
  options.firstSeed = firstSeed;
  options.count = programCount;
  options.harts = harts;
  options.reduce = reduce;
  options.generator.maxBlocks = maxBlocks;
  options.generator.maxOpsPerBlock = maxOps;
  return options;
}

/// What the options ask for: one program or those of all seeds.
static Expected<std::optional<Finding>> check(DifferentialTest &test) {
  CampaignOptions options = getCampaignOptions();
  auto run = [&](const vmir::Program &program, const HartInputs &inputs) {
    return test.run(program, inputs);
  };
  if (!inputFile.getNumOccurrences())
    return runCampaign(options, run);
  Compiler compiler;
  Expected<vmir::Program> program = readProgram(compiler, inputFile);
  if (!program)
    return program.takeError();
  return checkProgram(firstSeed, std::move(*program), options, run);
}

static void reportSuccess(const DifferentialTest &test) {
  outs() << programCount << (programCount == 1 ? " program, " : " programs, ")
         << harts << (harts == 1 ? " hart" : " harts")
         << " each: no difference\n";
  if (uint64_t unfinished = test.getUnfinishedHartCount())
    outs() << unfinished << " of the harts ran too long to be compared\n";
}

static Expected<int> run() {
  if (printProgram) {
    if (Error error = writeOutput(
            generateProgram(firstSeed, getCampaignOptions().generator)))
      return std::move(error);
    return exitSuccess;
  }
  Expected<DifferentialTest> test = DifferentialTest::create();
  if (!test)
    return test.takeError();
  Expected<std::optional<Finding>> finding = check(*test);
  if (!finding)
    return finding.takeError();
  if (!*finding) {
    reportSuccess(*test);
    return exitSuccess;
  }
  errs() << "vm-fuzz: seed " << (*finding)->seed << ": "
         << describe((*finding)->difference) << "\n";
  if (Error error = writeOutput((*finding)->program))
    return std::move(error);
  return exitDifference;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  if (!cl::ParseCommandLineOptions(
          argc, argv,
          "Runs random programs on the interpreter and compiled on the host\n\n"
          "  Compares what they do to registers and memory, and stops at the\n"
          "  first difference. Exit status: 0 if there is none, 1 if there is\n"
          "  one, whose program is written, 2 for errors.\n\n"
          "  A thousand programs, and a small one if something is wrong:\n"
          "    vm-fuzz --count=1000 --reduce -o failure.json\n"
          "  The program of one seed:\n"
          "    vm-fuzz --seed=42 --print-program\n"
          "  A program from elsewhere, as JSON or MLIR:\n"
          "    vm-fuzz failure.json --seed=42\n",
          &errs()))
    return exitFailure;
  Error error = checkOptions();
  Expected<int> status = error ? Expected<int>(std::move(error)) : run();
  if (status)
    return *status;
  logAllUnhandledErrors(status.takeError(), errs(), "vm-fuzz: error: ");
  return exitFailure;
}
