/*===- ExecutorTest.c - Running kernels ---------------------------*- C -*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
\*===----------------------------------------------------------------------===*/

#include "Check.h"

#include <string.h>

/* Adds floats with whatever program is run, and the checks. */
struct sums {
  float a[4], b[4], c[4];
  vmjit_arg args[4];
  vmjit_run_options options;
};

static void make_sums(struct sums *sums) {
  int i;
  memset(sums, 0, sizeof *sums);
  for (i = 0; i < 4; ++i) {
    sums->a[i] = (float)(i + 1);
    sums->b[i] = (float)(10 * (i + 1));
  }
  sums->args[0] = vmjit_in_arg(sums->a, sizeof sums->a);
  sums->args[1] = vmjit_in_arg(sums->b, sizeof sums->b);
  sums->args[2] = vmjit_out_arg(sums->c, sizeof sums->c);
  sums->args[3] = vmjit_i32_arg(4);
  sums->options.struct_size = sizeof sums->options;
  sums->options.block.x = 4;
}

static void check_sums(struct sums *sums) {
  CHECK(sums->c[0] == 11 && sums->c[1] == 22 && sums->c[3] == 44);
  memset(sums->c, 0, sizeof sums->c);
}

static void check_result(vmjit_result *result, vmjit_fallback fallback) {
  vmjit_result_info info = {0};
  vmjit_exit exit = {0};
  vmjit_dim3 block, thread;
  info.struct_size = sizeof info;
  exit.struct_size = sizeof exit;
  CHECK_OK(vmjit_result_get_info(result, &info));
  CHECK_TEXT(info.device, "host:0");
  CHECK(info.device_type == VMJIT_DEVICE_Host);
  CHECK(info.fallback == fallback);
  CHECK((*info.fallback_message != 0) == (fallback != VMJIT_FALLBACK_None));
  CHECK(info.source >= VMJIT_SOURCE_Loaded &&
        info.source <= VMJIT_SOURCE_Compiled);
  CHECK(info.cache_level != NULL && info.launch_ns > 0);
  CHECK(info.exit_count == 0);
  CHECK_INVALID(vmjit_result_get_info(NULL, &info), "result is null");
  CHECK_INVALID(vmjit_result_get_info(result, NULL), "info is null");
  CHECK_INVALID(vmjit_result_get_exit(result, &exit, &block, &thread),
                "returned");
  CHECK_INVALID(vmjit_result_get_exit(NULL, &exit, NULL, NULL), "null");
  vmjit_result_destroy(result);
}

static void test_run_errors(vmjit_executor *executor, vmjit_program *program,
                            struct sums *sums) {
  vmjit_result *result;
  CHECK_INVALID(vmjit_executor_run_kernel(NULL, program, &sums->options,
                                          sums->args, 4, &result),
                "executor is null");
  CHECK(result == NULL);
  CHECK_INVALID(vmjit_executor_run_kernel(executor, NULL, &sums->options,
                                          sums->args, 4, &result),
                "program is null");
  CHECK_INVALID(vmjit_executor_run_kernel(executor, program, &sums->options,
                                          NULL, 4, &result),
                "args is null");
  CHECK_INVALID(vmjit_executor_run_kernel(executor, program, &sums->options,
                                          sums->args, 3, &result),
                "");
  sums->args[2] = vmjit_out_arg(NULL, 16);
  CHECK_INVALID(vmjit_executor_run_kernel(executor, program, &sums->options,
                                          sums->args, 4, &result),
                "argument 2");
  sums->args[2] = vmjit_i64_arg(16);
  CHECK_INVALID(vmjit_executor_run_kernel(executor, program, &sums->options,
                                          sums->args, 4, &result),
                "");
  sums->args[2] = vmjit_buffer_arg(NULL, 0);
  CHECK_INVALID(vmjit_executor_run_kernel(executor, program, &sums->options,
                                          sums->args, 4, &result),
                "no buffer");
  sums->args[2] = vmjit_out_arg(sums->c, sizeof sums->c);
  sums->options.device = (const vmjit_device *)(void *)program;
  CHECK_INVALID(vmjit_executor_run_kernel(executor, program, &sums->options,
                                          sums->args, 4, &result),
                "no device");
  sums->options.device = NULL;
  sums->options.block.x = 1025;
  CHECK_INVALID(vmjit_executor_run_kernel(executor, program, &sums->options,
                                          sums->args, 4, &result),
                "");
  CHECK(result == NULL);
  sums->options.block.x = 4;
}

static void test_executor_options(vmjit_context *context) {
  vmjit_executor_options options = {0};
  vmjit_executor *executor;
  options.struct_size = sizeof options;
  options.use_cache = options.monitoring = options.async_compile = VMJIT_OFF;
  options.cpu_fallback = VMJIT_ON;
  options.timeout_ns = VMJIT_NO_TIMEOUT;
  options.opt_level = VMJIT_OPT_O1;
  options.max_loaded_programs = 3;
  CHECK_OK(vmjit_executor_create(context, &options, &executor));
  vmjit_executor_destroy(executor);
  options.use_cache = 3;
  CHECK_INVALID(vmjit_executor_create(context, &options, &executor),
                "use_cache");
  options.use_cache = 0;
  options.opt_level = 9;
  CHECK_INVALID(vmjit_executor_create(context, &options, &executor),
                "opt_level");
  options.opt_level = 0;
  options.reserved = 1;
  CHECK_INVALID(vmjit_executor_create(context, &options, &executor),
                "reserved");
  CHECK(executor == NULL);
  CHECK_INVALID(vmjit_executor_create(NULL, NULL, &executor), "null");
  CHECK_INVALID(vmjit_executor_create(context, NULL, NULL), "null");
  CHECK_INVALID(vmjit_executor_wait(NULL), "null");
  CHECK_INVALID(vmjit_executor_clear(NULL), "null");
  vmjit_executor_destroy(NULL);
}

static void check_statistics(const vmjit_executor *executor,
                             uint64_t successes) {
  vmjit_executor_statistics statistics = {0};
  vmjit_blob *text;
  statistics.struct_size = sizeof statistics;
  CHECK_OK(vmjit_executor_get_statistics(executor, &statistics));
  CHECK(statistics.successes == successes);
  CHECK(statistics.executions == successes + statistics.failures);
  CHECK(statistics.timeouts == 0 && statistics.fallbacks == 0);
  CHECK(statistics.compilations == 1 && statistics.failed_compilations == 0);
  CHECK(statistics.loads >= 1 && statistics.loaded_kernels == 1);
  CHECK(statistics.evictions == 0 && statistics.host_ns > 0);
  CHECK(statistics.device_ns <= statistics.host_ns);
  CHECK_OK(vmjit_executor_write_statistics(executor, VMJIT_FORMAT_JSON, &text));
  CHECK(vmjit_blob_get_data(text)[0] == '{');
  vmjit_blob_destroy(text);
  CHECK_OK(vmjit_executor_write_statistics(executor, VMJIT_FORMAT_Text, &text));
  CHECK(vmjit_blob_get_size(text) > 0);
  vmjit_blob_destroy(text);
  CHECK_INVALID(vmjit_executor_get_statistics(NULL, &statistics), "null");
  CHECK_INVALID(vmjit_executor_get_statistics(executor, NULL), "null");
  CHECK_INVALID(vmjit_executor_write_statistics(NULL, 1, &text), "null");
  CHECK_INVALID(vmjit_executor_write_statistics(executor, 1, NULL), "null");
  CHECK_INVALID(vmjit_executor_write_statistics(executor, 3, &text), "format");
}

static void test_prepared(vmjit_context *context, vmjit_executor *executor,
                          vmjit_program *program, struct sums *sums) {
  vmjit_prepared *prepared, *none;
  vmjit_executor *other;
  vmjit_result *result;
  CHECK_OK(
      vmjit_executor_prepare(executor, program, VMJIT_MODE_Kernel, &prepared));
  CHECK_OK(vmjit_executor_clear(executor));
  CHECK_OK(vmjit_executor_run_prepared(executor, prepared, &sums->options,
                                       sums->args, 4, &result));
  check_sums(sums);
  check_result(result, VMJIT_FALLBACK_None);
  CHECK_OK(vmjit_executor_create(context, NULL, &other));
  CHECK_INVALID(vmjit_executor_run_prepared(other, prepared, &sums->options,
                                            sums->args, 4, &result),
                "another executor's");
  vmjit_executor_destroy(other);
  CHECK_INVALID(vmjit_executor_run_prepared(executor, NULL, &sums->options,
                                            sums->args, 4, &result),
                "prepared is null");
  CHECK_INVALID(vmjit_executor_run_prepared(NULL, prepared, &sums->options,
                                            sums->args, 4, &result),
                "executor is null");
  CHECK_INVALID(vmjit_executor_prepare(NULL, program, 0, &none), "null");
  CHECK_INVALID(vmjit_executor_prepare(executor, NULL, 0, &none), "null");
  CHECK_INVALID(vmjit_executor_prepare(executor, program, 0, NULL), "null");
  CHECK_INVALID(vmjit_executor_prepare(executor, program, 3, &none), "mode");
  CHECK(none == NULL);
  vmjit_prepared_destroy(prepared);
  vmjit_prepared_destroy(NULL);
}

void test_executor(void) {
  vmjit_context *context = make_context("executor-cache");
  vmjit_program *program = make_vecadd();
  vmjit_executor_options options = {0};
  vmjit_executor *executor;
  vmjit_device *device;
  vmjit_buffer *buffer;
  vmjit_result *result;
  struct sums sums;
  make_sums(&sums);
  test_executor_options(context);
  options.struct_size = sizeof options;
  options.device = "host";
  CHECK_OK(vmjit_executor_create(context, &options, &executor));
  CHECK_OK(vmjit_executor_run_kernel(executor, program, &sums.options,
                                     sums.args, 4, &result));
  check_sums(&sums);
  check_result(result, VMJIT_FALLBACK_None);
  vmjit_result_destroy(NULL);
  CHECK_OK(vmjit_executor_run_kernel(executor, program, &sums.options,
                                     sums.args, 4, NULL));
  check_sums(&sums);

  /* Device memory, and memory that is read and written. */
  CHECK_OK(vmjit_context_find_device(context, "host", &device));
  CHECK_OK(vmjit_buffer_create(device, 16, 0, &buffer));
  CHECK_OK(vmjit_buffer_write(buffer, 0, sums.a, 16, NULL));
  memcpy(sums.c, sums.b, sizeof sums.c);
  sums.args[0] = vmjit_buffer_arg(buffer, 0);
  sums.args[1] = sums.args[2] = vmjit_inout_arg(sums.c, sizeof sums.c);
  sums.args[1] = vmjit_in_arg(sums.b, sizeof sums.b);
  sums.options.device = device;
  CHECK_OK(vmjit_executor_run_kernel(executor, program, &sums.options,
                                     sums.args, 4, NULL));
  check_sums(&sums);
  make_sums(&sums);
  check_statistics(executor, 3);
  test_run_errors(executor, program, &sums);
  test_prepared(context, executor, program, &sums);
  CHECK_OK(vmjit_executor_wait(executor));
  vmjit_buffer_destroy(buffer);
  vmjit_device_destroy(device);
  vmjit_executor_destroy(executor);
  vmjit_program_destroy(program);
  vmjit_context_destroy(context);
}

void test_fallback(void) {
  vmjit_context *context = make_context("executor-cache");
  vmjit_program *program = make_vecadd();
  vmjit_executor_options options = {0};
  vmjit_executor *executor;
  vmjit_result *result;
  struct sums sums;
  make_sums(&sums);
  options.struct_size = sizeof options;
  options.device = "cuda:99";
  CHECK_OK(vmjit_executor_create(context, &options, &executor));
  CHECK_OK(vmjit_executor_run_kernel(executor, program, &sums.options,
                                     sums.args, 4, &result));
  check_sums(&sums);
  check_result(result, VMJIT_FALLBACK_NoDevice);
  vmjit_executor_destroy(executor);

  options.cpu_fallback = VMJIT_OFF;
  CHECK_OK(vmjit_executor_create(context, &options, &executor));
  {
    vmjit_error *error = vmjit_executor_run_kernel(
        executor, program, &sums.options, sums.args, 4, &result);
    CHECK(vmjit_error_get_kind(error) == VMJIT_KIND_NoDeviceAvailable);
    CHECK_FAILS(error, DeviceUnavailable, "cuda");
    CHECK(result == NULL);
  }
  vmjit_executor_destroy(executor);
  vmjit_program_destroy(program);
  vmjit_context_destroy(context);
}
