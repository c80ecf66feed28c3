//===- SuiteRun.cpp - Running conformance files -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SuiteRun.h"
#include "vmjit/Conformance/HartRun.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::conformance;

/// How many differences of one test are worth reading.
static constexpr size_t maxDifferences = 8;

static EntryMode getMode(const Test &test) {
  return test.launch ? EntryMode::Kernel : EntryMode::Hart;
}

using Differences = std::vector<std::string>;

static Expected<Differences> runHarts(const Test &test, LoadedProgram &loaded) {
  Expected<HartRun> run = HartRun::create(test, loaded.getStateLayout());
  if (!run)
    return run.takeError();
  if (Error error =
          loaded.runHarts(run->getState(), run->getMemory(), test.returnPc))
    return std::move(error);
  return run->findDifferences(maxDifferences);
}

static Expected<Differences> runLaunch(const Launch &launch,
                                       LoadedProgram &loaded) {
  std::vector<KernelArguments::Argument> values;
  for (const LaunchArgument &argument : launch.arguments) {
    KernelArguments::Argument &value = values.emplace_back();
    value.type = argument.type;
    value.bits = argument.bits;
    value.initial = argument.bytes;
  }
  KernelArguments arguments = KernelArguments::create(std::move(values));
  LaunchShape shape = {launch.grid, launch.block, launch.sharedBytes};
  if (Error error = loaded.runKernel(shape, arguments))
    return std::move(error);
  Differences differences;
  for (auto [index, argument] : enumerate(launch.arguments))
    if (std::optional<std::string> found = findDifference(
            argument, index, arguments.getArguments()[index].bytes))
      differences.push_back(*found);
  return differences;
}

static Expected<Differences> runTest(const Test &test, Device &device,
                                     OptLevel optLevel) {
  CompileObserver observer;
  Expected<std::unique_ptr<LoadedProgram>> loaded =
      device.load(test.program, getMode(test), optLevel, observer);
  if (!loaded)
    return loaded.takeError();
  return test.launch ? runLaunch(*test.launch, **loaded)
                     : runHarts(test, **loaded);
}

Differences vmjit::runSuite(const Suite &suite, Device &device,
                            OptLevel optLevel) {
  Differences all;
  for (const Test &test : suite.tests) {
    Expected<Differences> differences = runTest(test, device, optLevel);
    if (!differences)
      differences = Differences{toString(differences.takeError())};
    for (const std::string &difference : *differences)
      all.push_back(test.name + ": " + difference);
  }
  return all;
}

static Error writePayload(const CodeObject &object, StringRef outputDir,
                          const Twine &name) {
  SmallString<128> path(outputDir);
  StringRef suffix = object.payloadKind == PayloadKind::PTX ? ".ptx" : ".o";
  sys::path::append(path, name + suffix);
  std::error_code failure = sys::fs::create_directories(outputDir);
  if (!failure) {
    raw_fd_ostream os(path, failure);
    if (!failure) {
      os << toStringRef(object.payload);
      os.close();
      failure = os.error();
      os.clear_error();
    }
  }
  if (failure)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", path, failure.message());
  return Error::success();
}

Differences vmjit::compileSuite(const Suite &suite, Compiler &compiler,
                                CompileOptions options, StringRef outputDir) {
  Differences all;
  for (auto [index, test] : enumerate(suite.tests)) {
    options.mode = getMode(test);
    Expected<CodeObject> object = compiler.compile(test.program, options);
    Error error = object.takeError();
    if (!error && !outputDir.empty())
      error = writePayload(*object, outputDir, suite.op + "." + Twine(index));
    if (error)
      all.push_back(test.name + ": " + toString(std::move(error)));
  }
  return all;
}
