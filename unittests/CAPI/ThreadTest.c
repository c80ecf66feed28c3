/*===- ThreadTest.c - One executor, many threads -------------------*- C
-*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
\*===----------------------------------------------------------------------===*/

#include "Check.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 8, RUNS = 50, COUNT = 256 };

/* What threads share, and what each finds. */
struct shared {
  vmjit_context *context;
  vmjit_executor *executor;
  vmjit_program *program;
  vmjit_prepared *twice;
};

struct job {
  const struct shared *shared;
  float number;
  int failures;
};

static int fails(vmjit_error *error) {
  vmjit_error_destroy(error);
  return error != NULL;
}

static int add(const struct job *job, float *a, float *b, float *c) {
  vmjit_run_options options = {0};
  vmjit_arg args[4];
  int i;
  for (i = 0; i < COUNT; ++i) {
    a[i] = job->number;
    b[i] = (float)i;
    c[i] = 0;
  }
  args[0] = vmjit_in_arg(a, COUNT * sizeof *a);
  args[1] = vmjit_in_arg(b, COUNT * sizeof *b);
  args[2] = vmjit_out_arg(c, COUNT * sizeof *c);
  args[3] = vmjit_i32_arg(COUNT);
  options.struct_size = sizeof options;
  options.block.x = COUNT;
  if (fails(vmjit_executor_run_kernel(job->shared->executor,
                                      job->shared->program, &options, args, 4,
                                      NULL)))
    return 1;
  for (i = 0; i < COUNT; ++i)
    if (c[i] != job->number + (float)i)
      return 1;
  return 0;
}

static int run_harts(const struct job *job) {
  uint64_t return_pc = 0x8000, value = 21;
  vmjit_harts *harts;
  int failed =
      fails(
          vmjit_harts_create(job->shared->twice, 2, 0x1000, NULL, 0, &harts)) ||
      fails(vmjit_harts_write_x(harts, VMJIT_ALL_HARTS, 1, 1, &return_pc)) ||
      fails(vmjit_harts_write_x(harts, 1, 10, 1, &value)) ||
      fails(vmjit_executor_run_harts(job->shared->executor, job->shared->twice,
                                     harts, return_pc, NULL, NULL)) ||
      fails(vmjit_harts_read_x(harts, 1, 10, 1, &value)) || value != 42;
  vmjit_harts_destroy(harts);
  return failed;
}

/* Errors belong to the thread that gets them. */
static int fail_on_purpose(void) {
  vmjit_program *program;
  vmjit_error *error = vmjit_program_parse("{", 1, &program);
  int is_right = vmjit_error_get_code(error) == VMJIT_ERROR_ParseError;
  vmjit_error_destroy(error);
  return !is_right;
}

static void *run(void *argument) {
  struct job *job = argument;
  float *memory = malloc(3 * COUNT * sizeof *memory);
  int i;
  for (i = 0; memory && i < RUNS; ++i) {
    job->failures += add(job, memory, memory + COUNT, memory + 2 * COUNT);
    job->failures += run_harts(job);
    job->failures += fail_on_purpose();
  }
  job->failures += memory == NULL;
  free(memory);
  return NULL;
}

void test_threads(void) {
  vmjit_executor_options options = {0};
  vmjit_executor_statistics statistics = {0};
  pthread_t threads[THREADS];
  struct job jobs[THREADS];
  struct shared shared;
  vmjit_program *twice = make_twice();
  int i;
  options.struct_size = sizeof options;
  options.device = "host";
  statistics.struct_size = sizeof statistics;
  shared.context = make_context("thread-cache");
  shared.program = make_vecadd();
  CHECK_OK(vmjit_executor_create(shared.context, &options, &shared.executor));
  CHECK_OK(vmjit_executor_prepare(shared.executor, twice, VMJIT_MODE_Hart,
                                  &shared.twice));
  for (i = 0; i < THREADS; ++i) {
    jobs[i].shared = &shared;
    jobs[i].number = (float)(1000 * i);
    jobs[i].failures = 0;
    CHECK(pthread_create(&threads[i], NULL, run, &jobs[i]) == 0);
  }
  for (i = 0; i < THREADS; ++i) {
    CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(jobs[i].failures == 0);
  }
  CHECK_OK(vmjit_executor_get_statistics(shared.executor, &statistics));
  CHECK(statistics.executions == 2 * THREADS * RUNS);
  CHECK(statistics.successes == statistics.executions);
  vmjit_prepared_destroy(shared.twice);
  vmjit_executor_destroy(shared.executor);
  vmjit_program_destroy(shared.program);
  vmjit_program_destroy(twice);
  vmjit_context_destroy(shared.context);
}
