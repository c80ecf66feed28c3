/*===- Check.c - Checks of the C API's tests ----------------------*- C -*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
\*===----------------------------------------------------------------------===*/

#include "Check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *examples_dir;
const char *scratch_dir;

static unsigned check_count;
static unsigned failure_count;

void check(int holds, const char *what, const char *file, int line) {
  ++check_count;
  if (holds)
    return;
  ++failure_count;
  printf("%s:%d: does not hold: %s\n", file, line, what);
}

void check_ok(vmjit_error *error, const char *what, const char *file,
              int line) {
  check(error == NULL, what, file, line);
  if (error)
    printf("  %s: %s\n", vmjit_error_code_name(vmjit_error_get_code(error)),
           vmjit_error_get_message(error));
  vmjit_error_destroy(error);
}

void check_fails(vmjit_error *error, vmjit_error_code code, const char *part,
                 const char *what, const char *file, int line) {
  int is_right = vmjit_error_get_code(error) == code &&
                 strstr(vmjit_error_get_message(error), part) != NULL;
  check(is_right, what, file, line);
  if (!is_right)
    printf("  %s: %s\n  expected %s: %s\n",
           vmjit_error_code_name(vmjit_error_get_code(error)),
           vmjit_error_get_message(error), vmjit_error_code_name(code), part);
  vmjit_error_destroy(error);
}

void check_equal(const char *found, const char *expected, const char *what,
                 const char *file, int line) {
  int is_right = found && strcmp(found, expected) == 0;
  check(is_right, what, file, line);
  if (!is_right)
    printf("  is '%s', expected '%s'\n", found ? found : "(null)", expected);
}

const char *join_path(const char *folder, const char *name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

char *read_file(const char *folder, const char *name, size_t *size) {
  FILE *file = fopen(join_path(folder, name), "rb");
  char *text = malloc(1 << 20);
  if (!file || !text) {
    printf("cannot read %s/%s\n", folder, name);
    exit(2);
  }
  *size = fread(text, 1, (1 << 20) - 1, file);
  text[*size] = 0;
  fclose(file);
  return text;
}

vmjit_context *make_context(const char *cache) {
  vmjit_context_options options = {0};
  vmjit_context *context;
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", scratch_dir, cache);
  options.struct_size = sizeof options;
  options.cache_directory = path;
  options.disk_cache = VMJIT_ON;
  CHECK_OK(vmjit_context_create(&options, &context));
  return context;
}

vmjit_program *make_vecadd(void) {
  size_t size;
  char *text = read_file(examples_dir, "vecadd/program.json", &size);
  vmjit_program *program;
  CHECK_OK(vmjit_program_parse(text, size, &program));
  free(text);
  return program;
}

vmjit_program *make_twice(void) {
  vmjit_builder *builder;
  vmjit_program *program;
  vmjit_field fields[3];
  fields[0] = vmjit_unsigned_field("dst", 10);
  fields[1] = vmjit_unsigned_field("src1", 10);
  fields[2] = vmjit_unsigned_field("src2", 10);
  CHECK_OK(vmjit_builder_create("twice", &builder));
  CHECK_OK(vmjit_builder_create_block(builder, 0x1000));
  CHECK_OK(vmjit_builder_append_op(builder, "Add", fields, 3));
  fields[0] = vmjit_unsigned_field("base", 1);
  fields[1] = vmjit_signed_field("offset", 0);
  CHECK_OK(vmjit_builder_set_terminator(builder, "JmpReg", fields, 2));
  CHECK_OK(vmjit_builder_build(builder, &program));
  vmjit_builder_destroy(builder);
  return program;
}

vmjit_program *make_endless(void) {
  vmjit_builder *builder;
  vmjit_program *program;
  vmjit_field fields[3];
  fields[0] = vmjit_unsigned_field("dst", 5);
  fields[1] = vmjit_unsigned_field("src", 5);
  fields[2] = vmjit_signed_field("imm", 1);
  CHECK_OK(vmjit_builder_create("endless", &builder));
  CHECK_OK(vmjit_builder_create_block(builder, 0x1000));
  CHECK_OK(vmjit_builder_append_op(builder, "AddImm", fields, 3));
  fields[0] = vmjit_unsigned_field("target", 0x1000);
  CHECK_OK(vmjit_builder_set_terminator(builder, "Jmp", fields, 1));
  CHECK_OK(vmjit_builder_build(builder, &program));
  vmjit_builder_destroy(builder);
  return program;
}

static const struct {
  const char *name;
  void (*run)(void);
} tests[] = {{"core", test_core},
             {"errors", test_errors},
             {"log", test_log},
             {"contexts", test_contexts},
             {"programs", test_programs},
             {"builders", test_builders},
             {"every_op", test_every_op},
             {"operands", test_operands},
             {"struct_sizes", test_struct_sizes},
             {"compiler", test_compiler},
             {"cache", test_cache},
             {"devices", test_devices},
             {"buffers", test_buffers},
             {"streams", test_streams},
             {"kernels", test_kernels},
             {"executor", test_executor},
             {"fallback", test_fallback},
             {"harts", test_harts},
             {"hart_errors", test_hart_errors},
             {"budget", test_budget},
             {"threads", test_threads}};

int main(int argc, char **argv) {
  size_t index;
  if (argc != 3) {
    fprintf(stderr, "usage: capi-test EXAMPLES SCRATCH\n");
    return 2;
  }
  examples_dir = argv[1];
  scratch_dir = argv[2];
  for (index = 0; index < sizeof tests / sizeof *tests; ++index) {
    unsigned before = failure_count;
    tests[index].run();
    printf("%s: %s\n", tests[index].name,
           failure_count == before ? "PASS" : "FAIL");
    fflush(stdout);
  }
  printf("%u checks, %u failures\n", check_count, failure_count);
  return failure_count ? 1 : 0;
}
