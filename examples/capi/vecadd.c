/*===- vecadd.c - vmjit from C -------------------------------------*- C
-*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Adds two vectors on the best device there is, and some numbers on harts:
 *
 *   cc vecadd.c $(pkg-config --cflags --libs vmjit-c) -o vecadd
 *   ./vecadd ../vecadd/program.json
 *
\*===----------------------------------------------------------------------===*/

#include "vmjit-c/vmjit.h"

#include <stdio.h>
#include <stdlib.h>

/* Ends the program with what went wrong. */
static void check(vmjit_error *error) {
  if (!error)
    return;
  fprintf(stderr, "vecadd: %s: %s\n",
          vmjit_error_code_name(vmjit_error_get_code(error)),
          vmjit_error_get_message(error));
  vmjit_error_destroy(error);
  exit(1);
}

static vmjit_program *read_program(const char *path) {
  static char text[1 << 16];
  FILE *file = fopen(path, "rb");
  size_t size = file ? fread(text, 1, sizeof text, file) : 0;
  vmjit_program *program;
  if (!file) {
    fprintf(stderr, "vecadd: cannot read %s\n", path);
    exit(1);
  }
  fclose(file);
  check(vmjit_program_parse(text, size, &program));
  return program;
}

static void add_vectors(vmjit_executor *executor, const char *path) {
  enum { N = 1000 };
  static float a[N], b[N], c[N];
  vmjit_program *program = read_program(path);
  vmjit_run_options options = {0};
  vmjit_result_info info = {0};
  vmjit_result *result;
  vmjit_arg args[4];
  int i;
  for (i = 0; i < N; ++i) {
    a[i] = (float)i;
    b[i] = (float)(2 * i);
  }
  args[0] = vmjit_in_arg(a, sizeof a);
  args[1] = vmjit_in_arg(b, sizeof b);
  args[2] = vmjit_out_arg(c, sizeof c);
  args[3] = vmjit_i32_arg(N);
  options.struct_size = sizeof options;
  options.grid.x = 8;
  options.block.x = 128;
  check(
      vmjit_executor_run_kernel(executor, program, &options, args, 4, &result));

  info.struct_size = sizeof info;
  check(vmjit_result_get_info(result, &info));
  printf("device: %s\n", info.device);
  if (info.fallback)
    printf("not on the device of first choice: %s\n", info.fallback_message);
  for (i = 0; i < N; ++i) {
    if (c[i] != (float)(3 * i)) {
      fprintf(stderr, "vecadd: c[%d] is %g\n", i, c[i]);
      exit(1);
    }
  }
  printf("PASS: vecadd\n");
  vmjit_result_destroy(result);
  vmjit_program_destroy(program);
}

/* Builds a program in memory: X[10] += X[10], then returns. */
static vmjit_program *build_twice(void) {
  vmjit_builder *builder;
  vmjit_program *program;
  vmjit_field add[3], jump[2];
  add[0] = vmjit_unsigned_field("dst", 10);
  add[1] = vmjit_unsigned_field("src1", 10);
  add[2] = vmjit_unsigned_field("src2", 10);
  jump[0] = vmjit_unsigned_field("base", 1);
  jump[1] = vmjit_signed_field("offset", 0);
  check(vmjit_builder_create("twice", &builder));
  check(vmjit_builder_create_block(builder, 0x1000));
  check(vmjit_builder_append_op(builder, "Add", add, 3));
  check(vmjit_builder_set_terminator(builder, "JmpReg", jump, 2));
  check(vmjit_builder_build(builder, &program));
  vmjit_builder_destroy(builder);
  return program;
}

static void run_harts(vmjit_executor *executor) {
  const uint64_t count = 100, return_pc = 0x8000;
  vmjit_program *program = build_twice();
  vmjit_prepared *prepared;
  vmjit_harts *harts;
  vmjit_exit exit_record = {0};
  uint64_t hart, x;
  check(vmjit_executor_prepare(executor, program, VMJIT_MODE_Hart, &prepared));
  check(vmjit_harts_create(prepared, count, 0x1000, NULL, 0, &harts));
  check(vmjit_harts_write_x(harts, VMJIT_ALL_HARTS, 1, 1, &return_pc));
  for (hart = 0; hart < count; ++hart)
    check(vmjit_harts_write_x(harts, hart, 10, 1, &hart));
  check(vmjit_executor_run_harts(executor, prepared, harts, return_pc, NULL,
                                 NULL));
  exit_record.struct_size = sizeof exit_record;
  for (hart = 0; hart < count; ++hart) {
    check(vmjit_harts_get_exit(harts, hart, &exit_record));
    check(vmjit_harts_read_x(harts, hart, 10, 1, &x));
    if (exit_record.status != VMJIT_STATUS_Return || x != 2 * hart) {
      fprintf(stderr, "vecadd: hart %d is wrong\n", (int)hart);
      exit(1);
    }
  }
  printf("PASS: twice, %d harts\n", (int)count);
  vmjit_harts_destroy(harts);
  vmjit_prepared_destroy(prepared);
  vmjit_program_destroy(program);
}

int main(int argc, char **argv) {
  vmjit_context *context;
  vmjit_executor *executor;
  if (argc != 2) {
    fprintf(stderr, "usage: vecadd PROGRAM.json\n");
    return 2;
  }
  check(vmjit_context_create(NULL, &context));
  check(vmjit_executor_create(context, NULL, &executor));
  add_vectors(executor, argv[1]);
  run_harts(executor);
  vmjit_executor_destroy(executor);
  vmjit_context_destroy(context);
  return 0;
}
