//===- Executor.cpp - Executors as handles ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit-c/Executor.h"

#include "Arguments.h"
#include "Conversions.h"
#include "VersionedStruct.h"
#include "vmjit/Support/EnvOptions.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

/// Reads \p value into \p option; \p option is the default.
static Error readSwitchInto(vmjit_switch value, const char *name,
                            bool &option) {
  std::optional<bool> read = readSwitch(value, option);
  if (!read)
    return makeErrorf(ErrorCode::InvalidArgument, "{0} is no switch", name);
  option = *read;
  return Error::success();
}

static Error readSwitches(const vmjit_executor_options &given,
                          ExecutorOptions &options) {
  if (Error error =
          readSwitchInto(given.use_cache, "use_cache", options.useCache))
    return error;
  if (Error error =
          readSwitchInto(given.monitoring, "monitoring", options.monitoring))
    return error;
  if (Error error = readSwitchInto(given.cpu_fallback, "cpu_fallback",
                                   options.cpuFallback))
    return error;
  return readSwitchInto(given.async_compile, "async_compile",
                        options.asyncCompile);
}

static Expected<ExecutorOptions>
readOptions(const vmjit_executor_options *pointer) {
  Expected<vmjit_executor_options> given = readStruct(pointer, "options");
  if (!given)
    return given.takeError();
  if (given->reserved)
    return makeError(ErrorCode::InvalidArgument, "reserved must be 0");
  ExecutorOptions options;
  if (Error error = readSwitches(*given, options))
    return error;
  if (given->device)
    options.device = given->device;
  if (given->max_loaded_programs)
    options.maxLoadedPrograms = given->max_loaded_programs;
  options.timeout = readTimeout(given->timeout_ns);
  if (!options.timeout) {
    Expected<std::chrono::nanoseconds> timeout = getEnvTimeout();
    if (!timeout)
      return timeout.takeError();
    options.timeout = *timeout;
  }
  if (given->step_budget)
    options.stepBudget = given->step_budget;
  Expected<OptLevel> optLevel = readOptLevel(given->opt_level);
  if (!optLevel)
    return optLevel.takeError();
  options.optLevel = *optLevel;
  return options;
}

vmjit_error *vmjit_executor_create(vmjit_context *context,
                                   const vmjit_executor_options *options,
                                   vmjit_executor **executor) {
  Arguments arguments;
  arguments.out(executor, "executor").handle(context, "context");
  if (!arguments)
    return arguments.fail();
  Expected<ExecutorOptions> read = readOptions(options);
  if (!read)
    return toCError(read.takeError());
  Expected<std::unique_ptr<Executor>> created =
      Executor::create(std::move(*read), context->resources);
  if (!created)
    return toCError(created.takeError());
  *executor = new vmjit_executor(std::move(*created));
  return nullptr;
}

void vmjit_executor_destroy(vmjit_executor *executor) {
  if (executor && executor->isIntact())
    delete executor;
}

vmjit_error *vmjit_executor_wait(vmjit_executor *executor) {
  Arguments arguments;
  arguments.handle(executor, "executor");
  if (!arguments)
    return arguments.fail();
  executor->executor->waitForBackground();
  return nullptr;
}

vmjit_error *vmjit_executor_clear(vmjit_executor *executor) {
  Arguments arguments;
  arguments.handle(executor, "executor");
  if (!arguments)
    return arguments.fail();
  executor->executor->clear();
  return nullptr;
}

vmjit_error *vmjit_executor_prepare(vmjit_executor *executor,
                                    const vmjit_program *program,
                                    vmjit_mode mode,
                                    vmjit_prepared **prepared) {
  Arguments arguments;
  arguments.out(prepared, "prepared")
      .handle(executor, "executor")
      .handle(program, "program");
  if (!arguments)
    return arguments.fail();
  Expected<std::optional<EntryMode>> entryMode = readMode(mode);
  if (!entryMode)
    return toCError(entryMode.takeError());
  Expected<PreparedProgram> made =
      executor->executor->prepare(program->program, *entryMode);
  if (!made)
    return toCError(made.takeError());
  *prepared = new vmjit_prepared(executor->executor, std::move(*made));
  return nullptr;
}

void vmjit_prepared_destroy(vmjit_prepared *prepared) {
  if (prepared && prepared->isIntact())
    delete prepared;
}

//===----------------------------------------------------------------------===//
// Statistics
//===----------------------------------------------------------------------===//

vmjit_error *
vmjit_executor_get_statistics(const vmjit_executor *executor,
                              vmjit_executor_statistics *statistics) {
  Arguments arguments;
  arguments.handle(executor, "executor").pointer(statistics, "statistics");
  if (!arguments)
    return arguments.fail();
  ExecutorStatistics counts = executor->executor->getStatistics();
  vmjit_executor_statistics known = {};
  known.executions = counts.executions;
  known.successes = counts.successes;
  known.failures = counts.failures;
  known.timeouts = counts.timeouts;
  known.fallbacks = counts.getFallbackCount();
  known.compilations = counts.compilations;
  known.failed_compilations = counts.failedCompilations;
  known.loads = counts.loads;
  known.evictions = counts.evictions;
  known.loaded_kernels = counts.loadedKernels;
  known.device_ns = counts.deviceNanoseconds;
  known.host_ns = counts.hostNanoseconds;
  return toCError(writeStruct(statistics, known, "statistics"));
}

vmjit_error *vmjit_executor_write_statistics(const vmjit_executor *executor,
                                             vmjit_text_format format,
                                             vmjit_blob **text) {
  Arguments arguments;
  arguments.out(text, "text")
      .handle(executor, "executor")
      .require(format == VMJIT_FORMAT_Text || format == VMJIT_FORMAT_JSON,
               "format is none");
  if (!arguments)
    return arguments.fail();
  ExecutorStatistics counts = executor->executor->getStatistics();
  std::string bytes;
  raw_string_ostream os(bytes);
  if (format == VMJIT_FORMAT_JSON)
    counts.printJSON(os);
  else
    counts.print(os);
  *text = makeBlob(std::move(bytes));
  return nullptr;
}
