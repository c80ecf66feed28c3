/*===- HartsTest.c - Running harts --------------------------------*- C -*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
\*===----------------------------------------------------------------------===*/

#include "Check.h"

#include <string.h>

static vmjit_executor *make_executor(vmjit_context *context) {
  vmjit_executor_options options = {0};
  vmjit_executor *executor;
  options.struct_size = sizeof options;
  options.device = "host";
  CHECK_OK(vmjit_executor_create(context, &options, &executor));
  return executor;
}

/* Hart mode, at 0x1000: X[6] = CSR 3; X[7] = *X[5]; *X[5] = X[10];
   F[1] = X[6]; returns. */
static vmjit_program *make_memory_program(void) {
  static const char text[] =
      "{\"name\":\"memory\",\"blocks\":[{\"start_pc\":4096,\"ops\":["
      "{\"CsrRead\":{\"dst\":6,\"csr\":3}},"
      "{\"Load\":{\"dst\":7,\"base\":5,\"offset\":0,\"size\":8,\"flags\":"
      "{\"volatile\":false,\"atomic\":false,\"align\":0,\"fence_before\":"
      "false,\"fence_after\":false,\"order\":\"None\"}}},"
      "{\"Store\":{\"src\":10,\"base\":5,\"offset\":0,\"size\":8,\"flags\":"
      "{\"volatile\":false,\"atomic\":false,\"align\":0,\"fence_before\":"
      "false,\"fence_after\":false,\"order\":\"None\"}}}],"
      "\"term\":{\"JmpReg\":{\"base\":1,\"offset\":0}}}]}";
  vmjit_program *program;
  CHECK_OK(vmjit_program_parse(text, sizeof text - 1, &program));
  return program;
}

#define RETURN_PC UINT64_C(0x8000)

void test_harts(void) {
  static const vmjit_hart_region regions[] = {{0x20000, 4096, 1, 0},
                                              {0x10000, 4096, 0, 0}};
  vmjit_context *context = make_context("harts-cache");
  vmjit_executor *executor = make_executor(context);
  vmjit_program *program = make_memory_program();
  vmjit_prepared *prepared;
  vmjit_harts *harts;
  vmjit_exit exit = {0};
  vmjit_blob *text;
  vmjit_result *result;
  uint64_t values[2], value, hart;
  exit.struct_size = sizeof exit;
  CHECK_OK(
      vmjit_executor_prepare(executor, program, VMJIT_MODE_Hart, &prepared));
  CHECK_OK(vmjit_harts_create(prepared, 100, 0x1000, regions, 2, &harts));
  CHECK(vmjit_harts_get_count(harts) == 100);
  CHECK(vmjit_harts_get_count(NULL) == 0);

  value = RETURN_PC;
  CHECK_OK(vmjit_harts_write_x(harts, VMJIT_ALL_HARTS, 1, 1, &value));
  value = 0x10008;
  CHECK_OK(vmjit_harts_write_x(harts, VMJIT_ALL_HARTS, 5, 1, &value));
  CHECK_OK(vmjit_harts_write_csr(harts, VMJIT_ALL_HARTS, 3, 0xe1));
  CHECK_OK(vmjit_harts_write_csr(harts, 1, 1, 0x1f));
  CHECK_OK(vmjit_harts_write_nzcv(harts, VMJIT_ALL_HARTS, 0x80000000));
  value = 77;
  CHECK_OK(
      vmjit_harts_write_memory(harts, VMJIT_ALL_HARTS, 0x10008, &value, 8));
  for (hart = 0; hart < 100; ++hart) {
    CHECK_OK(vmjit_harts_write_x(harts, hart, 10, 1, &hart));
    values[0] = hart + 0x100;
    CHECK_OK(vmjit_harts_write_f(harts, hart, 2, 1, values));
  }
  /* One hart goes where there is no memory. */
  value = 0x30000;
  CHECK_OK(vmjit_harts_write_x(harts, 7, 5, 1, &value));
  CHECK_OK(vmjit_executor_run_harts(executor, prepared, harts, RETURN_PC, NULL,
                                    &result));
  vmjit_result_destroy(result);

  for (hart = 0; hart < 100; ++hart) {
    CHECK_OK(vmjit_harts_get_exit(harts, hart, &exit));
    CHECK_OK(vmjit_harts_read_memory(harts, hart, 0x10008, &value, 8));
    CHECK_OK(vmjit_harts_read_x(harts, hart, 6, 2, values));
    CHECK(values[0] == (hart == 1 ? 0xffu : 0xe1u));
    if (hart == 7) {
      CHECK(exit.status == VMJIT_STATUS_MemoryFault);
      CHECK(exit.detail == 0x30000 && exit.access_size == 8 && !exit.is_store);
      CHECK(exit.pc == 0x1000 && exit.op == 1);
      CHECK(value == 77);
      continue;
    }
    CHECK(exit.status == VMJIT_STATUS_Return);
    CHECK(value == hart && values[1] == 77);
    CHECK_OK(vmjit_harts_read_f(harts, hart, 2, 1, values));
    CHECK(values[0] == hart + 0x100);
    CHECK_OK(vmjit_harts_read_nzcv(harts, hart, &value));
    CHECK(value == 0x80000000);
  }
  CHECK_OK(vmjit_harts_read_csr(harts, 1, 1, &value));
  CHECK(value == 0x1f);
  CHECK_OK(vmjit_harts_read_csr(harts, 1, 2, &value));
  CHECK(value == 7);

  /* The hart that faulted goes on where it stopped, with an address that is
     right. */
  CHECK_OK(vmjit_harts_get_exit(harts, 7, &exit));
  CHECK_OK(vmjit_exit_describe(&exit, &text));
  CHECK(strstr(vmjit_blob_get_data(text), "memory fault") != NULL);
  vmjit_blob_destroy(text);
  value = 0x20000;
  CHECK_OK(vmjit_harts_write_x(harts, 7, 5, 1, &value));
  CHECK_OK(vmjit_harts_resume(harts, 7));
  CHECK_OK(vmjit_executor_run_harts(executor, prepared, harts, RETURN_PC, NULL,
                                    NULL));
  CHECK_OK(vmjit_harts_get_exit(harts, 7, &exit));
  CHECK(exit.status == VMJIT_STATUS_Return);
  CHECK_OK(vmjit_harts_read_memory(harts, 99, 0x20000, &value, 8));
  CHECK(value == 7);
  CHECK_OK(vmjit_harts_resume_at(harts, VMJIT_ALL_HARTS, 0x9000));
  CHECK_OK(vmjit_executor_run_harts(executor, prepared, harts, RETURN_PC, NULL,
                                    NULL));
  CHECK_OK(vmjit_harts_get_exit(harts, 0, &exit));
  CHECK(exit.status == VMJIT_STATUS_LeftRegion && exit.next_pc == 0x9000);

  vmjit_harts_destroy(harts);
  vmjit_prepared_destroy(prepared);
  vmjit_executor_destroy(executor);
  vmjit_program_destroy(program);
  vmjit_context_destroy(context);
}

static void test_create_errors(const vmjit_prepared *prepared) {
  vmjit_hart_region regions[17];
  vmjit_harts *harts;
  memset(regions, 0, sizeof regions);
  regions[0].base = 0x10000;
  regions[0].size = 4096;
  regions[1] = regions[0];
  CHECK_INVALID(vmjit_harts_create(NULL, 1, 0, NULL, 0, &harts), "null");
  CHECK(harts == NULL);
  CHECK_INVALID(vmjit_harts_create(prepared, 1, 0, NULL, 0, NULL), "null");
  CHECK_INVALID(vmjit_harts_create(prepared, 1, 0, NULL, 1, &harts), "null");
  CHECK_INVALID(vmjit_harts_create(prepared, 0, 0, regions, 1, &harts), "");
  CHECK_INVALID(vmjit_harts_create(prepared, 1, 0, regions, 2, &harts), "");
  CHECK_INVALID(vmjit_harts_create(prepared, 1, 0, regions, 17, &harts), "16");
  regions[0].access = 4;
  CHECK_INVALID(vmjit_harts_create(prepared, 1, 0, regions, 1, &harts),
                "access");
  regions[0].access = VMJIT_ACCESS_Read;
  regions[0].is_shared = 2;
  CHECK_INVALID(vmjit_harts_create(prepared, 1, 0, regions, 1, &harts),
                "is_shared");
  regions[0].is_shared = 0;
  CHECK_FAILS(
      vmjit_harts_create(prepared, UINT64_C(1) << 50, 0, regions, 1, &harts),
      OutOfMemory, "");
}

static void test_access_errors(vmjit_harts *harts) {
  uint64_t value = 0;
  vmjit_exit exit = {0};
  vmjit_blob *text;
  exit.struct_size = sizeof exit;
  CHECK_INVALID(vmjit_harts_write_x(NULL, 0, 0, 1, &value), "null");
  CHECK_INVALID(vmjit_harts_write_x(harts, 2, 0, 1, &value), "no such hart");
  CHECK_INVALID(vmjit_harts_write_x(harts, 0, 31, 2, &value), "32 registers");
  CHECK_INVALID(vmjit_harts_write_x(harts, 0, 0, 1, NULL), "null");
  CHECK_INVALID(vmjit_harts_read_x(harts, VMJIT_ALL_HARTS, 0, 1, &value),
                "no such hart");
  CHECK_INVALID(vmjit_harts_read_x(NULL, 0, 0, 1, &value), "null");
  CHECK_INVALID(vmjit_harts_read_x(harts, 0, UINT32_MAX, 1, &value), "32");
  CHECK_INVALID(vmjit_harts_write_f(NULL, 0, 0, 1, &value), "null");
  CHECK_INVALID(vmjit_harts_read_f(NULL, 0, 0, 1, &value), "null");
  CHECK_INVALID(vmjit_harts_write_nzcv(NULL, 0, 0), "null");
  CHECK_INVALID(vmjit_harts_write_nzcv(harts, 0, 1), "no flags");
  CHECK_INVALID(vmjit_harts_read_nzcv(NULL, 0, &value), "null");
  CHECK_INVALID(vmjit_harts_read_nzcv(harts, 0, NULL), "null");
  CHECK_INVALID(vmjit_harts_write_csr(NULL, 0, 3, 0), "null");
  CHECK_INVALID(vmjit_harts_write_csr(harts, 0, 3, 0), "CSR 3");
  CHECK_INVALID(vmjit_harts_read_csr(NULL, 0, 3, &value), "null");
  CHECK_INVALID(vmjit_harts_read_csr(harts, 0, 3, &value), "CSR 3");
  CHECK_INVALID(vmjit_harts_read_csr(harts, 0, 3, NULL), "null");
  CHECK_INVALID(vmjit_harts_write_memory(NULL, 0, 0, &value, 8), "null");
  CHECK_INVALID(vmjit_harts_write_memory(harts, 0, 0, NULL, 8), "null");
  CHECK_INVALID(vmjit_harts_write_memory(harts, 0, 0x10ffc, &value, 8), "");
  CHECK_INVALID(vmjit_harts_read_memory(NULL, 0, 0, &value, 8), "null");
  CHECK_INVALID(vmjit_harts_read_memory(harts, 0, 0, NULL, 8), "null");
  CHECK_INVALID(vmjit_harts_read_memory(harts, 0, UINT64_MAX, &value, 8), "");
  CHECK_INVALID(vmjit_harts_get_exit(NULL, 0, &exit), "null");
  CHECK_INVALID(vmjit_harts_get_exit(harts, 0, NULL), "null");
  CHECK_INVALID(vmjit_harts_get_exit(harts, 9, &exit), "no such hart");
  CHECK_INVALID(vmjit_harts_resume(NULL, 0), "null");
  CHECK_INVALID(vmjit_harts_resume(harts, 2), "no such hart");
  CHECK_INVALID(vmjit_harts_resume_at(NULL, 0, 0), "null");
  CHECK_INVALID(vmjit_exit_describe(NULL, &text), "null");
  CHECK_INVALID(vmjit_exit_describe(&exit, NULL), "null");
  exit.status = 99;
  CHECK_INVALID(vmjit_exit_describe(&exit, &text), "status");
  CHECK(text == NULL);
}

void test_hart_errors(void) {
  static const vmjit_hart_region region = {0x10000, 4096, 0, 0};
  vmjit_context *context = make_context("harts-cache");
  vmjit_executor *executor = make_executor(context);
  vmjit_program *twice = make_twice();
  vmjit_program *memory = make_memory_program();
  vmjit_program *vecadd = make_vecadd();
  vmjit_prepared *prepared, *other, *kernel, *none;
  vmjit_run_options options = {0};
  vmjit_harts *harts;
  vmjit_result *result;
  options.struct_size = sizeof options;
  CHECK_OK(vmjit_executor_prepare(executor, twice, 0, &prepared));
  CHECK_OK(vmjit_executor_prepare(executor, memory, 0, &other));
  CHECK_OK(vmjit_executor_prepare(executor, vecadd, 0, &kernel));
  test_create_errors(prepared);
  CHECK_INVALID(vmjit_harts_create(kernel, 1, 0, NULL, 0, &harts),
                "not in hart mode");
  CHECK_OK(vmjit_harts_create(prepared, 2, 0x1000, &region, 1, &harts));
  test_access_errors(harts);

  CHECK_INVALID(
      vmjit_executor_run_harts(NULL, prepared, harts, 0, NULL, &result),
      "executor is null");
  CHECK_INVALID(
      vmjit_executor_run_harts(executor, NULL, harts, 0, NULL, &result),
      "prepared is null");
  CHECK_INVALID(
      vmjit_executor_run_harts(executor, prepared, NULL, 0, NULL, &result),
      "harts is null");
  CHECK_INVALID(
      vmjit_executor_run_harts(executor, other, harts, 0, NULL, &result),
      "another program's");
  CHECK_INVALID(
      vmjit_executor_run_harts(executor, kernel, harts, 0, NULL, &result),
      "hart mode");
  options.grid.x = 1;
  CHECK_INVALID(
      vmjit_executor_run_harts(executor, prepared, harts, 0, &options, &result),
      "no grid");
  CHECK(result == NULL);
  CHECK_FAILS(vmjit_executor_prepare(executor, twice, VMJIT_MODE_Kernel, &none),
              InvalidArgument, "");
  vmjit_harts_destroy(harts);
  vmjit_harts_destroy(NULL);
  vmjit_prepared_destroy(prepared);
  vmjit_prepared_destroy(other);
  vmjit_prepared_destroy(kernel);
  vmjit_program_destroy(twice);
  vmjit_program_destroy(memory);
  vmjit_program_destroy(vecadd);
  vmjit_executor_destroy(executor);
  vmjit_context_destroy(context);
}

/* Kernel mode, at 0x1000: jumps to itself. */
static void test_kernel_budget(vmjit_executor *executor) {
  static const char text[] =
      "{\"name\":\"spin\",\"params\":[],\"blocks\":[{\"start_pc\":4096,"
      "\"ops\":[],\"term\":{\"Jmp\":{\"target\":4096}}}]}";
  vmjit_run_options options = {0};
  vmjit_result_info info = {0};
  vmjit_exit exit = {0};
  vmjit_dim3 block = {9, 9, 9}, thread = {9, 9, 9};
  vmjit_program *program;
  vmjit_result *result;
  options.struct_size = sizeof options;
  options.block.x = 8;
  options.step_budget = 1000;
  info.struct_size = sizeof info;
  exit.struct_size = sizeof exit;
  CHECK_OK(vmjit_program_parse(text, sizeof text - 1, &program));
  CHECK_OK(
      vmjit_executor_run_kernel(executor, program, &options, NULL, 0, &result));
  CHECK_OK(vmjit_result_get_info(result, &info));
  CHECK(info.exit_count == 8);
  CHECK_OK(vmjit_result_get_exit(result, &exit, &block, &thread));
  CHECK(exit.status == VMJIT_STATUS_OutOfFuel && exit.pc == 0x1000);
  CHECK(block.x == 0 && thread.x < 8 && thread.y == 0);
  CHECK_OK(vmjit_result_get_exit(result, NULL, NULL, NULL));
  vmjit_result_destroy(result);
  vmjit_program_destroy(program);
}

void test_budget(void) {
  vmjit_context *context = make_context("harts-cache");
  vmjit_executor *executor = make_executor(context);
  vmjit_program *program = make_endless();
  vmjit_run_options options = {0};
  vmjit_prepared *prepared;
  vmjit_harts *harts;
  vmjit_exit exit = {0};
  uint64_t value;
  options.struct_size = sizeof options;
  options.step_budget = 1000;
  exit.struct_size = sizeof exit;
  CHECK_OK(vmjit_executor_prepare(executor, program, 0, &prepared));
  CHECK_OK(vmjit_harts_create(prepared, 3, 0x1000, NULL, 0, &harts));
  CHECK_OK(
      vmjit_executor_run_harts(executor, prepared, harts, 0, &options, NULL));
  CHECK_OK(vmjit_harts_get_exit(harts, 2, &exit));
  CHECK(exit.status == VMJIT_STATUS_OutOfFuel && exit.next_pc == 0x1000);
  CHECK_OK(vmjit_harts_read_x(harts, 2, 5, 1, &value));
  CHECK(value == 1001);

  /* A timeout is an error, and leaves harts that can go on. */
  options.step_budget = 0;
  options.timeout_ns = UINT64_C(50000000);
  CHECK_OK(vmjit_harts_resume(harts, VMJIT_ALL_HARTS));
  CHECK_FAILS(
      vmjit_executor_run_harts(executor, prepared, harts, 0, &options, NULL),
      Timeout, "");
  CHECK_OK(vmjit_harts_get_exit(harts, 0, &exit));
  CHECK(exit.status == VMJIT_STATUS_Interrupted && exit.next_pc == 0x1000);
  CHECK_OK(vmjit_harts_resume(harts, VMJIT_ALL_HARTS));
  options.timeout_ns = VMJIT_NO_TIMEOUT;
  options.step_budget = 10;
  CHECK_OK(
      vmjit_executor_run_harts(executor, prepared, harts, 0, &options, NULL));
  CHECK_OK(vmjit_harts_get_exit(harts, 0, &exit));
  CHECK(exit.status == VMJIT_STATUS_OutOfFuel);
  vmjit_harts_destroy(harts);
  vmjit_prepared_destroy(prepared);

  test_kernel_budget(executor);
  vmjit_program_destroy(program);
  vmjit_executor_destroy(executor);
  vmjit_context_destroy(context);
}
