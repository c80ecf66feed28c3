/*===- Executor.h - Program and arguments in, results out ----------*- C
-*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * An executor looks a program up, compiles and loads it where it was not,
 * launches it on the best device, and lets the host take over where that fails:
 *
 *   vmjit_context_create(NULL, &context);
 *   vmjit_executor_create(context, NULL, &executor);
 *   vmjit_arg args[] = {vmjit_in_arg(a, sizeof a), vmjit_in_arg(b, sizeof b),
 *                       vmjit_out_arg(c, sizeof c), vmjit_i32_arg(n)};
 *   vmjit_run_options options = {sizeof options, {blocks, 1, 1}, {256, 1, 1}};
 *   error = vmjit_executor_run_kernel(executor, program, &options, args, 4,
 *                                     NULL);
 *
 * A program that runs often is better prepared once.
 *
\*===----------------------------------------------------------------------===*/

#ifndef VMJIT_C_EXECUTOR_H
#define VMJIT_C_EXECUTOR_H

#include "vmjit-c/Device.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vmjit_executor vmjit_executor;
typedef struct vmjit_prepared vmjit_prepared;
typedef struct vmjit_result vmjit_result;
typedef struct vmjit_harts vmjit_harts;

/* A timeout that never comes. */
#define VMJIT_NO_TIMEOUT UINT64_MAX

typedef struct vmjit_executor_options {
  size_t struct_size;
  /* The device of first choice, as vmjit_context_find_device takes it. */
  const char *device;
  vmjit_switch use_cache;       /* default: on */
  vmjit_switch monitoring;      /* statistics; default: on */
  vmjit_switch cpu_fallback;    /* default: on */
  vmjit_switch async_compile;   /* run on the host meanwhile; default: off */
  uint64_t max_loaded_programs; /* default: 100 */
  /* How long an execution may take. Default: what VMJIT_TIMEOUT says, else 30
     seconds. */
  uint64_t timeout_ns;
  /* How many backward jumps each thread may take. Default: any number. */
  uint64_t step_budget;
  vmjit_opt_level opt_level;
  uint32_t reserved; /* 0 */
} vmjit_executor_options;

/* options may be null. */
VMJIT_C_API vmjit_error *
vmjit_executor_create(vmjit_context *context,
                      const vmjit_executor_options *options,
                      vmjit_executor **executor);
/* Waits for a compilation in the background that is under way. */
VMJIT_C_API void vmjit_executor_destroy(vmjit_executor *executor);
/* Waits for all compilations in the background. */
VMJIT_C_API vmjit_error *vmjit_executor_wait(vmjit_executor *executor);
/* Forgets all programs; those that are prepared stay loaded. */
VMJIT_C_API vmjit_error *vmjit_executor_clear(vmjit_executor *executor);

/*===- Running
 * --------------------------------------------------------------===*/

typedef struct vmjit_run_options {
  size_t struct_size;
  /* Kernel mode: 0 is 1 in each dimension. Hart mode: all 0. */
  vmjit_dim3 grid;
  vmjit_dim3 block;
  uint64_t dynamic_shared_bytes;
  const vmjit_device *device; /* in place of the executor's */
  uint64_t timeout_ns;        /* default: the executor's */
  uint64_t step_budget;       /* default: the executor's */
} vmjit_run_options;

/* Compiles and loads a program, or finds it. Fails with InvalidProgram, or as
   running it would. */
VMJIT_C_API vmjit_error *vmjit_executor_prepare(vmjit_executor *executor,
                                                const vmjit_program *program,
                                                vmjit_mode mode,
                                                vmjit_prepared **prepared);
VMJIT_C_API void vmjit_prepared_destroy(vmjit_prepared *prepared);

/* Run a kernel and wait. options and result may be null. Host memory is
   unchanged until the device has succeeded, unless it shares the host's memory.
   Fails with InvalidArgument, Timeout, or as the last device that was tried
   failed. */
VMJIT_C_API vmjit_error *vmjit_executor_run_kernel(
    vmjit_executor *executor, const vmjit_program *program,
    const vmjit_run_options *options, const vmjit_arg *args, size_t arg_count,
    vmjit_result **result);
VMJIT_C_API vmjit_error *vmjit_executor_run_prepared(
    vmjit_executor *executor, const vmjit_prepared *prepared,
    const vmjit_run_options *options, const vmjit_arg *args, size_t arg_count,
    vmjit_result **result);
/* Runs all harts, of a program prepared in hart mode, until each has ended;
   return_pc is where they return to. How each ended is in harts. A timeout is
   an error, but harts are then as they were when they were stopped, and can go
   on. */
VMJIT_C_API vmjit_error *
vmjit_executor_run_harts(vmjit_executor *executor,
                         const vmjit_prepared *prepared, vmjit_harts *harts,
                         uint64_t return_pc, const vmjit_run_options *options,
                         vmjit_result **result);

/*===- Exits
 * ----------------------------------------------------------------===*/

/* How a hart, or a thread of a kernel, ended. */
typedef uint32_t vmjit_status;
enum {
  VMJIT_STATUS_Running = 0,
  VMJIT_STATUS_Return = 1,
  VMJIT_STATUS_LeftRegion = 2,
  VMJIT_STATUS_Call = 3,
  VMJIT_STATUS_Syscall = 4,
  VMJIT_STATUS_Breakpoint = 5,
  VMJIT_STATUS_Fault = 6,
  VMJIT_STATUS_Interrupt = 7,
  VMJIT_STATUS_MemoryFault = 8,
  VMJIT_STATUS_AlignFault = 9,
  VMJIT_STATUS_BadOp = 10,
  VMJIT_STATUS_Unsupported = 11,
  VMJIT_STATUS_Mret = 12,
  VMJIT_STATUS_Sret = 13,
  VMJIT_STATUS_OutOfFuel = 14,
  VMJIT_STATUS_Interrupted = 15
};

typedef struct vmjit_exit {
  size_t struct_size;
  vmjit_status status;
  uint32_t access_size; /* MemoryFault; else 0 */
  uint32_t is_store;
  uint32_t reserved;
  uint64_t pc;      /* the block that it ended in */
  uint64_t op;      /* the op's index; the number of ops for the block's end */
  uint64_t detail;  /* address, cause, vector or return address */
  uint64_t next_pc; /* where to resume */
  uint64_t next_op;
} vmjit_exit;

/* In words. */
VMJIT_C_API vmjit_error *vmjit_exit_describe(const vmjit_exit *exit,
                                             vmjit_blob **text);

/*===- Results
 * --------------------------------------------------------------===*/

/* Why the host ran what another device was to run. */
typedef uint32_t vmjit_fallback;
enum {
  VMJIT_FALLBACK_None = 0,
  VMJIT_FALLBACK_NoDevice = 1,
  VMJIT_FALLBACK_Initialization = 2,
  VMJIT_FALLBACK_Compilation = 3,
  VMJIT_FALLBACK_Loading = 4,
  VMJIT_FALLBACK_Allocation = 5,
  VMJIT_FALLBACK_CopyIn = 6,
  VMJIT_FALLBACK_Launch = 7,
  VMJIT_FALLBACK_CopyOut = 8,
  VMJIT_FALLBACK_Compiling = 9
};

/* Where the code came from. */
typedef uint32_t vmjit_source;
enum {
  VMJIT_SOURCE_Loaded = 1,
  VMJIT_SOURCE_Cache = 2,
  VMJIT_SOURCE_Compiled = 3
};

VMJIT_C_API void vmjit_result_destroy(vmjit_result *result);

typedef struct vmjit_result_info {
  size_t struct_size;
  const char *device; /* where it ran: "host:0" */
  vmjit_device_type device_type;
  vmjit_fallback fallback;
  const char *fallback_message;
  vmjit_source source;
  uint32_t reserved;
  const char *cache_level; /* Cache: which */
  /* From the start to the end of the kernel on the device. */
  uint64_t device_ns;
  /* What the call took, by stage. */
  uint64_t lookup_ns;
  uint64_t compile_ns;
  uint64_t load_ns;
  uint64_t copy_in_ns;
  uint64_t launch_ns;
  uint64_t copy_out_ns;
  /* Kernel mode, with a timeout or a step budget: threads that ended other than
     by returning. */
  uint64_t exit_count;
} vmjit_result_info;

VMJIT_C_API vmjit_error *vmjit_result_get_info(const vmjit_result *result,
                                               vmjit_result_info *info);
/* The first of them, and which thread it was; both may be null. Fails with
   InvalidArgument if there is none. */
VMJIT_C_API vmjit_error *vmjit_result_get_exit(const vmjit_result *result,
                                               vmjit_exit *exit,
                                               vmjit_dim3 *block_id,
                                               vmjit_dim3 *thread_id);

/*===- Harts
 * ----------------------------------------------------------------===*/

/* Guest harts with their registers and their memory, for one program. */

#define VMJIT_ALL_HARTS UINT64_MAX

/* Whether code may read and write a region. */
enum { VMJIT_ACCESS_Read = 1, VMJIT_ACCESS_Write = 2 };

/* A range of guest memory. This struct never grows. */
typedef struct vmjit_hart_region {
  uint64_t base;
  uint64_t size;
  uint32_t is_shared; /* 0: each hart has its own */
  uint32_t access;    /* 0: both */
} vmjit_hart_region;

/* Harts that start at entry_pc, all registers and memory 0. At most 16 regions,
   in any order. Fails with InvalidArgument, and with OutOfMemory. */
VMJIT_C_API vmjit_error *vmjit_harts_create(const vmjit_prepared *prepared,
                                            uint64_t count, uint64_t entry_pc,
                                            const vmjit_hart_region *regions,
                                            size_t region_count,
                                            vmjit_harts **harts);
VMJIT_C_API void vmjit_harts_destroy(vmjit_harts *harts);
VMJIT_C_API uint64_t vmjit_harts_get_count(const vmjit_harts *harts);

/* The functions that write take VMJIT_ALL_HARTS as hart, too. Registers are
   count ones from first on; F registers as 64 bits, f32 NaN-boxed. */
VMJIT_C_API vmjit_error *vmjit_harts_write_x(vmjit_harts *harts, uint64_t hart,
                                             uint32_t first, uint32_t count,
                                             const uint64_t *values);
VMJIT_C_API vmjit_error *vmjit_harts_read_x(const vmjit_harts *harts,
                                            uint64_t hart, uint32_t first,
                                            uint32_t count, uint64_t *values);
VMJIT_C_API vmjit_error *vmjit_harts_write_f(vmjit_harts *harts, uint64_t hart,
                                             uint32_t first, uint32_t count,
                                             const uint64_t *values);
VMJIT_C_API vmjit_error *vmjit_harts_read_f(const vmjit_harts *harts,
                                            uint64_t hart, uint32_t first,
                                            uint32_t count, uint64_t *values);
/* The flags N31 Z30 C29 V28. */
VMJIT_C_API vmjit_error *vmjit_harts_write_nzcv(vmjit_harts *harts,
                                                uint64_t hart, uint64_t value);
VMJIT_C_API vmjit_error *vmjit_harts_read_nzcv(const vmjit_harts *harts,
                                               uint64_t hart, uint64_t *value);
/* CSRs that the program names; else InvalidArgument. */
VMJIT_C_API vmjit_error *vmjit_harts_write_csr(vmjit_harts *harts,
                                               uint64_t hart, uint16_t csr,
                                               uint64_t value);
VMJIT_C_API vmjit_error *vmjit_harts_read_csr(const vmjit_harts *harts,
                                              uint64_t hart, uint16_t csr,
                                              uint64_t *value);
/* Guest memory, inside one region, whatever its access. */
VMJIT_C_API vmjit_error *
vmjit_harts_write_memory(vmjit_harts *harts, uint64_t hart, uint64_t address,
                         const void *data, uint64_t size);
VMJIT_C_API vmjit_error *vmjit_harts_read_memory(const vmjit_harts *harts,
                                                 uint64_t hart,
                                                 uint64_t address, void *data,
                                                 uint64_t size);
/* How a hart ended. */
VMJIT_C_API vmjit_error *vmjit_harts_get_exit(const vmjit_harts *harts,
                                              uint64_t hart, vmjit_exit *exit);
/* Lets a hart go on in the next run, where its exit says, or at another block.
   One that stopped inside a block is first interpreted to that block's end. */
VMJIT_C_API vmjit_error *vmjit_harts_resume(vmjit_harts *harts, uint64_t hart);
VMJIT_C_API vmjit_error *vmjit_harts_resume_at(vmjit_harts *harts,
                                               uint64_t hart, uint64_t pc);

/*===- Statistics
 * -----------------------------------------------------------===*/

typedef struct vmjit_executor_statistics {
  size_t struct_size;
  uint64_t executions;
  uint64_t successes;
  uint64_t failures;
  uint64_t timeouts; /* of the failures */
  uint64_t fallbacks;
  uint64_t compilations;
  uint64_t failed_compilations;
  uint64_t loads;
  uint64_t evictions;
  uint64_t loaded_kernels;
  uint64_t device_ns; /* of successful executions */
  uint64_t host_ns;
} vmjit_executor_statistics;

VMJIT_C_API vmjit_error *
vmjit_executor_get_statistics(const vmjit_executor *executor,
                              vmjit_executor_statistics *statistics);

typedef uint32_t vmjit_text_format;
enum { VMJIT_FORMAT_Text = 1, VMJIT_FORMAT_JSON = 2 };

/* All that is counted, with the latencies of stages. */
VMJIT_C_API vmjit_error *
vmjit_executor_write_statistics(const vmjit_executor *executor,
                                vmjit_text_format format, vmjit_blob **text);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* VMJIT_C_EXECUTOR_H */
