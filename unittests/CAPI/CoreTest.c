/*===- CoreTest.c - Errors, blobs, contexts, the log --------------*- C -*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
\*===----------------------------------------------------------------------===*/

#include "Check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void test_core(void) {
  CHECK(vmjit_get_api_version() == VMJIT_C_API_VERSION);
  CHECK(strchr(vmjit_get_version(), '.') != NULL);
  CHECK(strlen(vmjit_get_build_id()) == 64);

  CHECK_TEXT(vmjit_blob_get_data(NULL), "");
  CHECK(vmjit_blob_get_size(NULL) == 0);
  vmjit_blob_destroy(NULL);
}

void test_errors(void) {
  vmjit_error_code code;
  vmjit_error_kind kind;
  vmjit_error *error;
  vmjit_program *program;

  CHECK(vmjit_error_get_code(NULL) == VMJIT_ERROR_None);
  CHECK(vmjit_error_get_kind(NULL) == VMJIT_KIND_None);
  CHECK_TEXT(vmjit_error_get_message(NULL), "");
  CHECK_TEXT(vmjit_error_get_driver_call(NULL), "");
  CHECK(vmjit_error_get_driver_code(NULL) == 0);
  CHECK_TEXT(vmjit_error_get_driver_name(NULL), "");
  CHECK_TEXT(vmjit_error_get_driver_text(NULL), "");
  CHECK_TEXT(vmjit_error_get_kernel(NULL), "");
  CHECK(vmjit_error_get_place(NULL, NULL, NULL) == 0);
  vmjit_error_destroy(NULL);

  /* Numbers and names go together, and names are distinct from none. */
  for (code = VMJIT_ERROR_None; code <= VMJIT_ERROR_CacheMismatch; ++code)
    CHECK(*vmjit_error_code_name(code) != 0);
  CHECK_TEXT(vmjit_error_code_name(VMJIT_ERROR_Timeout), "Timeout");
  CHECK_TEXT(vmjit_error_code_name(VMJIT_ERROR_None), "None");
  CHECK_TEXT(vmjit_error_code_name(1000), "");
  for (kind = VMJIT_KIND_None; kind <= VMJIT_KIND_Other; ++kind)
    CHECK(*vmjit_error_kind_name(kind) != 0);
  CHECK_TEXT(vmjit_error_kind_name(VMJIT_KIND_Io), "Io");
  CHECK_TEXT(vmjit_error_kind_name(VMJIT_KIND_None), "None");
  CHECK_TEXT(vmjit_error_kind_name(1000), "");

  error = vmjit_program_parse("{", 1, &program);
  CHECK(program == NULL);
  CHECK(vmjit_error_get_code(error) == VMJIT_ERROR_ParseError);
  CHECK(vmjit_error_get_kind(error) == VMJIT_KIND_None);
  CHECK(*vmjit_error_get_message(error) != 0);
  CHECK_TEXT(vmjit_error_get_driver_call(error), "");
  /* A handle of another type is an error, too. */
  CHECK_INVALID(vmjit_program_write((vmjit_program *)(void *)error,
                                    (vmjit_blob **)(void *)&program),
                "program is no handle of its type");
  vmjit_program_destroy((vmjit_program *)(void *)error);
  vmjit_error_destroy(error);
}

/* What a callback has got. */
struct messages {
  int count;
  vmjit_log_level level;
  char last[256];
  vmjit_error_code nested;
};

static void on_message(vmjit_log_level level, const char *message,
                       void *user_data) {
  struct messages *messages = user_data;
  vmjit_error *error = vmjit_log_set_callback(NULL, NULL);
  messages->nested = vmjit_error_get_code(error);
  vmjit_error_destroy(error);
  ++messages->count;
  messages->level = level;
  snprintf(messages->last, sizeof messages->last, "%s", message);
}

void test_log(void) {
  struct messages messages = {0};
  vmjit_context *context;
  vmjit_executor *executor;
  vmjit_prepared *prepared;
  vmjit_program *program = make_twice();
  size_t size;
  char *text;

  CHECK(vmjit_log_get_level() == VMJIT_LOG_Off);
  CHECK_INVALID(vmjit_log_set_level(5), "level");
  CHECK_INVALID(vmjit_log_set_file(NULL), "path is null");
  CHECK_FAILS(vmjit_log_set_file("/nonexistent/folder/log"), Io,
              "/nonexistent/folder/log");

  CHECK_OK(vmjit_log_set_callback(on_message, &messages));
  CHECK_OK(vmjit_log_set_level(VMJIT_LOG_Debug));
  CHECK(vmjit_log_get_level() == VMJIT_LOG_Debug);
  context = make_context("log-cache");
  CHECK_OK(vmjit_executor_create(context, NULL, &executor));
  CHECK_OK(
      vmjit_executor_prepare(executor, program, VMJIT_MODE_Default, &prepared));
  CHECK(messages.count > 0);
  CHECK(messages.level >= VMJIT_LOG_Error && messages.level <= VMJIT_LOG_Debug);
  CHECK(messages.last[0] != 0);
  CHECK(messages.nested == VMJIT_ERROR_InvalidArgument);
  vmjit_prepared_destroy(prepared);
  vmjit_executor_destroy(executor);
  vmjit_context_destroy(context);

  messages.count = 0;
  CHECK_OK(vmjit_log_set_file(join_path(scratch_dir, "log.txt")));
  context = make_context("log-cache-2");
  CHECK_OK(vmjit_executor_create(context, NULL, &executor));
  CHECK_OK(
      vmjit_executor_prepare(executor, program, VMJIT_MODE_Default, &prepared));
  CHECK(messages.count == 0);
  text = read_file(scratch_dir, "log.txt", &size);
  CHECK(strstr(text, "[vmjit]") != NULL);
  free(text);
  CHECK_OK(vmjit_log_set_level(VMJIT_LOG_Off));
  CHECK_OK(vmjit_log_set_callback(NULL, NULL));
  vmjit_prepared_destroy(prepared);
  vmjit_executor_destroy(executor);
  vmjit_context_destroy(context);
  vmjit_program_destroy(program);
}

void test_contexts(void) {
  vmjit_context_options options = {0};
  vmjit_context *context;
  options.struct_size = sizeof options;
  options.disk_cache = VMJIT_OFF;
  CHECK_OK(vmjit_context_create(&options, &context));
  vmjit_context_destroy(context);
  CHECK_OK(vmjit_context_create(NULL, &context));
  vmjit_context_destroy(context);
  vmjit_context_destroy(NULL);

  CHECK_INVALID(vmjit_context_create(&options, NULL), "context is null");
  options.disk_cache = 3;
  CHECK_INVALID(vmjit_context_create(&options, &context), "disk_cache");
  CHECK(context == NULL);
  options.disk_cache = VMJIT_ON;
  options.reserved = 1;
  CHECK_INVALID(vmjit_context_create(&options, &context), "reserved");
}
