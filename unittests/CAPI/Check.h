/*===- Check.h - Checks of the C API's tests ----------------------*- C -*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * The tests are plain C99, as users' programs may be. main calls each test;
 * a check that fails says where, and the exit status says whether one did.
 *
\*===----------------------------------------------------------------------===*/

#ifndef VMJIT_UNITTESTS_CAPI_CHECK_H
#define VMJIT_UNITTESTS_CAPI_CHECK_H

#include "vmjit-c/vmjit.h"

/* Where tests find and leave files. */
extern const char *examples_dir;
extern const char *scratch_dir;

void check(int holds, const char *what, const char *file, int line);
/* Destroys error. */
void check_ok(vmjit_error *error, const char *what, const char *file, int line);
void check_fails(vmjit_error *error, vmjit_error_code code, const char *part,
                 const char *what, const char *file, int line);
void check_equal(const char *found, const char *expected, const char *what,
                 const char *file, int line);

#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)
/* Succeeds. */
#define CHECK_OK(call) check_ok((call), #call, __FILE__, __LINE__)
/* Fails with this code and a message that has part in it. */
#define CHECK_FAILS(call, code, part)                                          \
  check_fails((call), VMJIT_ERROR_##code, (part), #call, __FILE__, __LINE__)
#define CHECK_INVALID(call, part) CHECK_FAILS(call, InvalidArgument, part)
#define CHECK_TEXT(found, expected)                                            \
  check_equal((found), (expected), #found, __FILE__, __LINE__)

/* The text of a file; ends the program if there is none. */
char *read_file(const char *folder, const char *name, size_t *size);
/* folder/name, until the next call. */
const char *join_path(const char *folder, const char *name);

/* A context whose cache is in a folder of scratch_dir. */
vmjit_context *make_context(const char *cache);
/* The program of examples/vecadd. */
vmjit_program *make_vecadd(void);
/* Hart mode, at 0x1000: X[10] += X[10]; returns. */
vmjit_program *make_twice(void);
/* Hart mode, at 0x1000: X[5] += 1, for ever. */
vmjit_program *make_endless(void);

void test_core(void);
void test_errors(void);
void test_log(void);
void test_contexts(void);
void test_programs(void);
void test_builders(void);
void test_every_op(void);
void test_operands(void);
void test_struct_sizes(void);
void test_compiler(void);
void test_cache(void);
void test_devices(void);
void test_buffers(void);
void test_streams(void);
void test_kernels(void);
void test_executor(void);
void test_fallback(void);
void test_harts(void);
void test_hart_errors(void);
void test_budget(void);
void test_threads(void);

#endif /* VMJIT_UNITTESTS_CAPI_CHECK_H */
