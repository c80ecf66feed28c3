//===- Execution.cpp - Running, and what came of it -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit-c/Executor.h"

#include "Arguments.h"
#include "Conversions.h"
#include "ExitRecords.h"
#include "VersionedStruct.h"
#include "vmjit/Runtime/BlockCompletion.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

vmjit_result::vmjit_result(ExecutionResult result)
    : result(std::move(result)), device(this->result.device->getSpelling()) {}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

static Expected<ExecutionRequest>
readRequest(const vmjit_run_options &options) {
  ExecutionRequest request;
  if (options.device) {
    if (!options.device->isIntact())
      return makeError(ErrorCode::InvalidArgument,
                       "options->device is no device");
    request.device = options.device->device;
  }
  request.timeout = readTimeout(options.timeout_ns);
  if (options.step_budget)
    request.stepBudget = options.step_budget;
  return request;
}

/// What \p options and \p args ask for; \p storage keeps the arguments.
static Expected<KernelRequest>
readKernelRequest(const vmjit_run_options *pointer, ArrayRef<vmjit_arg> args,
                  std::vector<ExecutorArg> &storage) {
  Expected<vmjit_run_options> options = readStruct(pointer, "options");
  if (!options)
    return options.takeError();
  Expected<ExecutionRequest> request = readRequest(*options);
  if (!request)
    return request.takeError();
  Expected<std::vector<ExecutorArg>> read = readExecutorArgs(args);
  if (!read)
    return read.takeError();
  storage = std::move(*read);
  KernelRequest kernel;
  kernel.grid = readExtent(options->grid);
  kernel.block = readExtent(options->block);
  kernel.dynamicSharedBytes = options->dynamic_shared_bytes;
  kernel.args = storage;
  kernel.request = std::move(*request);
  return kernel;
}

/// Hands \p executed out; \p result may be null.
static vmjit_error *finish(Expected<ExecutionResult> executed,
                           vmjit_result **result) {
  if (!executed)
    return toCError(executed.takeError());
  if (result)
    *result = new vmjit_result(std::move(*executed));
  return nullptr;
}

/// Runs a kernel, given as either sort of program.
template <class Program>
static vmjit_error *runKernel(Executor &executor, const Program &program,
                              const vmjit_run_options *options,
                              ArrayRef<vmjit_arg> args, vmjit_result **result) {
  std::vector<ExecutorArg> storage;
  Expected<KernelRequest> request = readKernelRequest(options, args, storage);
  if (!request)
    return toCError(request.takeError());
  return finish(executor.execute(program, *request), result);
}

vmjit_error *vmjit_executor_run_kernel(vmjit_executor *executor,
                                       const vmjit_program *program,
                                       const vmjit_run_options *options,
                                       const vmjit_arg *args, size_t argCount,
                                       vmjit_result **result) {
  Arguments arguments;
  arguments.optionalOut(result)
      .handle(executor, "executor")
      .handle(program, "program")
      .array(args, argCount, sizeof(*args), "args");
  if (!arguments)
    return arguments.fail();
  return runKernel(*executor->executor, program->program, options,
                   ArrayRef(args, argCount), result);
}

/// Checks that \p prepared is one of \p executor.
static void checkPrepared(Arguments &arguments, const vmjit_executor *executor,
                          const vmjit_prepared *prepared) {
  arguments.handle(executor, "executor").handle(prepared, "prepared");
  if (arguments)
    arguments.require(prepared->executor.lock() == executor->executor,
                      "prepared is another executor's");
}

vmjit_error *vmjit_executor_run_prepared(vmjit_executor *executor,
                                         const vmjit_prepared *prepared,
                                         const vmjit_run_options *options,
                                         const vmjit_arg *args, size_t argCount,
                                         vmjit_result **result) {
  Arguments arguments;
  arguments.optionalOut(result).array(args, argCount, sizeof(*args), "args");
  checkPrepared(arguments, executor, prepared);
  if (!arguments)
    return arguments.fail();
  return runKernel(*executor->executor, prepared->program, options,
                   ArrayRef(args, argCount), result);
}

static Expected<ExecutionRequest>
readHartRequest(const vmjit_run_options *pointer) {
  Expected<vmjit_run_options> options = readStruct(pointer, "options");
  if (!options)
    return options.takeError();
  uint32_t extents = options->grid.x | options->grid.y | options->grid.z |
                     options->block.x | options->block.y | options->block.z;
  if (extents || options->dynamic_shared_bytes)
    return makeError(ErrorCode::InvalidArgument,
                     "harts have no grid, no block and no shared memory");
  return readRequest(*options);
}

vmjit_error *vmjit_executor_run_harts(vmjit_executor *executor,
                                      const vmjit_prepared *prepared,
                                      vmjit_harts *harts, uint64_t returnPc,
                                      const vmjit_run_options *options,
                                      vmjit_result **result) {
  Arguments arguments;
  arguments.optionalOut(result).handle(harts, "harts");
  checkPrepared(arguments, executor, prepared);
  if (arguments)
    arguments
        .require(prepared->program.getMode() == EntryMode::Hart,
                 "prepared is not in hart mode")
        .require(prepared->program.getStateLayout() == harts->layout,
                 "harts are another program's");
  if (!arguments)
    return arguments.fail();
  Expected<ExecutionRequest> request = readHartRequest(options);
  if (!request)
    return toCError(request.takeError());
  if (Error error = completeBlocks(prepared->program.getProgram(), harts->state,
                                   harts->memory, returnPc))
    return toCError(std::move(error));
  return finish(executor->executor->executeHarts(prepared->program,
                                                 harts->state, harts->memory,
                                                 returnPc, *request),
                result);
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static vmjit_fallback toC(FallbackReason reason) {
  switch (reason) {
#define VMJIT_FALLBACK_REASON(Name, Spelling, Text)                            \
  case FallbackReason::Name:                                                   \
    return VMJIT_FALLBACK_##Name;
#include "vmjit/Executor/FallbackReasons.def"
  }
  llvm_unreachable("every reason has a number");
}

static vmjit_source toC(ExecutionSource source) {
  switch (source) {
  case ExecutionSource::Loaded:
    return VMJIT_SOURCE_Loaded;
  case ExecutionSource::Cache:
    return VMJIT_SOURCE_Cache;
  case ExecutionSource::Compiled:
    return VMJIT_SOURCE_Compiled;
  }
  llvm_unreachable("every source has a number");
}

void vmjit_result_destroy(vmjit_result *result) {
  if (result && result->isIntact())
    delete result;
}

vmjit_error *vmjit_result_get_info(const vmjit_result *result,
                                   vmjit_result_info *info) {
  Arguments arguments;
  arguments.handle(result, "result").pointer(info, "info");
  if (!arguments)
    return arguments.fail();
  const ExecutionResult &value = result->result;
  auto stage = [&](ExecutionStage stage) {
    return value.stageNanoseconds[static_cast<size_t>(stage)];
  };
  vmjit_result_info known = {};
  known.device = result->device.c_str();
  known.device_type = capi::toC(value.device->getType());
  known.fallback = ::toC(value.fallback);
  known.fallback_message = value.fallbackMessage.c_str();
  known.source = ::toC(value.source);
  known.cache_level = value.cacheLevel.c_str();
  known.device_ns = value.deviceNanoseconds;
  known.lookup_ns = stage(ExecutionStage::Lookup);
  known.compile_ns = stage(ExecutionStage::Compile);
  known.load_ns = stage(ExecutionStage::Load);
  known.copy_in_ns = stage(ExecutionStage::CopyIn);
  known.launch_ns = stage(ExecutionStage::Launch);
  known.copy_out_ns = stage(ExecutionStage::CopyOut);
  known.exit_count = value.threads.faultCount;
  return toCError(writeStruct(info, known, "info"));
}

vmjit_error *vmjit_result_get_exit(const vmjit_result *result, vmjit_exit *exit,
                                   vmjit_dim3 *blockId, vmjit_dim3 *threadId) {
  Arguments arguments;
  arguments.handle(result, "result");
  if (!arguments)
    return arguments.fail();
  if (result->result.threads.faults.empty())
    return invalid("all threads have returned");
  const ThreadFault &fault = result->result.threads.faults.front();
  if (exit)
    if (Error error = writeStruct(exit, capi::toC(fault.exit), "exit"))
      return toCError(std::move(error));
  if (blockId)
    *blockId = capi::toC(fault.blockId);
  if (threadId)
    *threadId = capi::toC(fault.threadId);
  return nullptr;
}
