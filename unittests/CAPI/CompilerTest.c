/*===- CompilerTest.c - Code and the cache ------------------------*- C -*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
\*===----------------------------------------------------------------------===*/

#include "Check.h"

#include <stdio.h>
#include <string.h>

static void check_serialized(const vmjit_code *code) {
  vmjit_code *again;
  vmjit_blob *bytes, *bytes_again;
  CHECK_OK(vmjit_code_serialize(code, &bytes));
  CHECK_OK(vmjit_code_deserialize(vmjit_blob_get_data(bytes),
                                  vmjit_blob_get_size(bytes), &again));
  CHECK_OK(vmjit_code_serialize(again, &bytes_again));
  CHECK(vmjit_blob_get_size(bytes) == vmjit_blob_get_size(bytes_again));
  CHECK(memcmp(vmjit_blob_get_data(bytes), vmjit_blob_get_data(bytes_again),
               vmjit_blob_get_size(bytes)) == 0);
  vmjit_code_destroy(again);
  CHECK_FAILS(vmjit_code_deserialize(vmjit_blob_get_data(bytes),
                                     vmjit_blob_get_size(bytes) - 1, &again),
              ParseError, "");
  CHECK(again == NULL);
  vmjit_blob_destroy(bytes);
  vmjit_blob_destroy(bytes_again);
  CHECK_INVALID(vmjit_code_serialize(NULL, &bytes), "code is null");
  CHECK_INVALID(vmjit_code_serialize(code, NULL), "bytes is null");
  CHECK_INVALID(vmjit_code_deserialize(NULL, 1, &again), "bytes is null");
  CHECK_INVALID(vmjit_code_deserialize("", 0, NULL), "code is null");
}

void test_compiler(void) {
  vmjit_context *context = make_context("compiler-cache");
  vmjit_program *program = make_vecadd();
  vmjit_compile_options options = {0};
  vmjit_code_info info = {0};
  vmjit_entry_info entry = {0};
  vmjit_code *code;
  options.struct_size = sizeof options;
  options.target = "nvptx64:sm_90";
  options.opt_level = VMJIT_OPT_O3;
  options.stoppable = VMJIT_ON;
  options.ptx_version = 83;
  info.struct_size = sizeof info;
  entry.struct_size = sizeof entry;
  CHECK_OK(vmjit_context_compile(context, program, &options, &code));
  CHECK_OK(vmjit_code_get_info(code, &info));
  CHECK_TEXT(info.target, "nvptx64:sm_90");
  CHECK(strstr(info.triple, "nvptx64") != NULL);
  CHECK(info.payload_size > 0 && info.entry_count == 1);
  CHECK(info.features != NULL);
  CHECK(*info.compiler_version != 0 && *info.llvm_version != 0);
  CHECK_TEXT(info.payload_kind, "ptx");
  CHECK(memcmp(info.payload, "//", 2) == 0);
  CHECK_OK(vmjit_code_get_entry(code, 0, &entry));
  CHECK_TEXT(entry.name, "vecadd");
  CHECK(*entry.symbol != 0);
  CHECK(entry.mode == VMJIT_MODE_Kernel && entry.param_count == 4);
  CHECK(entry.is_stoppable == 1 && entry.uses_barrier == 0);
  CHECK(entry.shared_bytes == 0);
  CHECK_INVALID(vmjit_code_get_entry(code, 1, &entry), "no entry");
  CHECK_INVALID(vmjit_code_get_entry(NULL, 0, &entry), "code is null");
  CHECK_INVALID(vmjit_code_get_entry(code, 0, NULL), "info is null");
  CHECK_INVALID(vmjit_code_get_info(NULL, &info), "code is null");
  CHECK_INVALID(vmjit_code_get_info(code, NULL), "info is null");
  check_serialized(code);
  vmjit_code_destroy(code);
  vmjit_code_destroy(NULL);

  options.target = "nvptx64:sm_0";
  options.ptx_version = 0;
  CHECK_INVALID(vmjit_context_compile(context, program, &options, &code),
                "sm_0");
  CHECK(code == NULL);
  options.target = "z80";
  CHECK_INVALID(vmjit_context_compile(context, program, &options, &code), "");
  options.target = "amdgcn:gfx1100";
  options.code_object_version = 3;
  CHECK_INVALID(vmjit_context_compile(context, program, &options, &code), "");
  options.code_object_version = 0;
  options.opt_level = 5;
  CHECK_INVALID(vmjit_context_compile(context, program, &options, &code),
                "opt_level");
  options.opt_level = 0;
  options.mode = 3;
  CHECK_INVALID(vmjit_context_compile(context, program, &options, &code),
                "mode");
  options.mode = 0;
  options.use_cache = 3;
  CHECK_INVALID(vmjit_context_compile(context, program, &options, &code),
                "use_cache");
  options.use_cache = 0;
  options.stoppable = 3;
  CHECK_INVALID(vmjit_context_compile(context, program, &options, &code),
                "stoppable");
  CHECK_INVALID(vmjit_context_compile(NULL, program, NULL, &code), "context");
  CHECK_INVALID(vmjit_context_compile(context, NULL, NULL, &code), "program");
  CHECK_INVALID(vmjit_context_compile(context, program, NULL, NULL), "code");
  vmjit_program_destroy(program);
  vmjit_context_destroy(context);
}

static uint64_t count_compilations(vmjit_context *context) {
  vmjit_cache_statistics statistics = {0};
  statistics.struct_size = sizeof statistics;
  CHECK_OK(vmjit_context_get_cache_statistics(context, &statistics));
  return statistics.compilations;
}

static void compile(vmjit_context *context, vmjit_switch use_cache) {
  vmjit_program *program = make_twice();
  vmjit_compile_options options = {0};
  vmjit_code *code;
  options.struct_size = sizeof options;
  options.use_cache = use_cache;
  CHECK_OK(vmjit_context_compile(context, program, &options, &code));
  vmjit_code_destroy(code);
  vmjit_program_destroy(program);
}

static void add_damaged_entry(const char *directory) {
  char path[8192];
  FILE *file;
  /* A key of 64 digits. */
  snprintf(path, sizeof path, "%s/v1/llvmcache-%064d", directory, 0);
  file = fopen(path, "wb");
  CHECK(file != NULL);
  if (!file)
    return;
  CHECK(fputs("no entry", file) >= 0);
  CHECK(fclose(file) == 0);
}

void test_cache(void) {
  vmjit_context *context = make_context("cache-1");
  vmjit_cache_statistics statistics = {0};
  vmjit_cache_level level = {0};
  size_t accepted = 9, refused = 9;
  char first[4096], second[4096], bundle[4096];
  snprintf(first, sizeof first, "%s/cache-1", scratch_dir);
  snprintf(second, sizeof second, "%s/cache-2", scratch_dir);
  snprintf(bundle, sizeof bundle, "%s/bundle.a", scratch_dir);
  statistics.struct_size = sizeof statistics;
  level.struct_size = sizeof level;

  CHECK_OK(vmjit_cache_clear(first));
  compile(context, VMJIT_DEFAULT);
  CHECK(count_compilations(context) == 1);
  compile(context, VMJIT_ON);
  compile(context, VMJIT_OFF);
  CHECK_OK(vmjit_context_get_cache_statistics(context, &statistics));
  CHECK(statistics.compilations == 1 && statistics.failed_compilations == 0);
  CHECK(statistics.memory_hits == 1 && statistics.memory_objects == 1);
  CHECK(statistics.level_count == 1);
  CHECK_OK(vmjit_context_clear_cache_memory(context));
  compile(context, VMJIT_DEFAULT);
  CHECK(count_compilations(context) == 1);
  CHECK_OK(vmjit_context_get_cache_level(context, 0, &level));
  CHECK_TEXT(level.name, "disk");
  CHECK(level.hits == 1 && level.misses == 1 && level.stores == 1);
  CHECK(level.damaged == 0 && level.errors == 0);

  /* What is shipped need not be compiled. */
  CHECK_OK(vmjit_cache_export(first, bundle, &accepted, &refused));
  CHECK(accepted == 1 && refused == 0);
  CHECK_OK(vmjit_cache_clear(second));
  CHECK_OK(vmjit_cache_import(second, bundle, &accepted, &refused));
  CHECK(accepted == 1 && refused == 0);
  vmjit_context_destroy(context);
  context = make_context("cache-2");
  compile(context, VMJIT_DEFAULT);
  CHECK(count_compilations(context) == 0);
  CHECK_OK(vmjit_cache_prune(second, 1, 0));
  CHECK_OK(vmjit_cache_export(second, bundle, &accepted, &refused));
  CHECK(accepted == 0 && refused == 0);
  CHECK_OK(vmjit_cache_prune(second, 0, 3600));
  add_damaged_entry(first);
  CHECK_OK(vmjit_cache_export(first, bundle, &accepted, &refused));
  CHECK(accepted == 1 && refused == 1);
  CHECK_OK(vmjit_cache_export(first, bundle, NULL, NULL));
  CHECK_OK(vmjit_cache_import(second, bundle, NULL, NULL));

  CHECK_INVALID(vmjit_context_get_cache_statistics(NULL, &statistics), "null");
  CHECK_INVALID(vmjit_context_get_cache_statistics(context, NULL), "null");
  CHECK_INVALID(vmjit_context_get_cache_level(NULL, 0, &level), "null");
  CHECK_INVALID(vmjit_context_get_cache_level(context, 0, NULL), "null");
  CHECK_INVALID(vmjit_context_get_cache_level(context, 7, &level), "no level");
  CHECK_INVALID(vmjit_context_clear_cache_memory(NULL), "null");
  CHECK_INVALID(vmjit_cache_export(first, NULL, NULL, NULL), "path is null");
  CHECK_INVALID(vmjit_cache_import(first, NULL, NULL, NULL), "path is null");
  CHECK_FAILS(vmjit_cache_import(first, "/nonexistent", NULL, NULL), Io, "");
  CHECK_FAILS(vmjit_cache_export(first, "/nonexistent/x", NULL, NULL), Io, "");
  CHECK_INVALID(vmjit_cache_prune(first, 0, UINT64_MAX), "too large");
  CHECK_FAILS(vmjit_cache_prune("/dev/null/x", 0, 0), Io, "");
  CHECK_FAILS(vmjit_cache_clear("/dev/null/x"), Io, "");
  vmjit_context_destroy(context);
}
