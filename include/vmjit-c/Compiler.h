/*===- Compiler.h - From programs to code --------------------------*- C
-*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * For those who launch kernels by themselves, and those who ship code. An
 * executor (Executor.h) compiles by itself what it runs.
 *
\*===----------------------------------------------------------------------===*/

#ifndef VMJIT_C_COMPILER_H
#define VMJIT_C_COMPILER_H

#include "vmjit-c/Program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A code object: code with what is known of it. Never changes. */
typedef struct vmjit_code vmjit_code;

typedef uint32_t vmjit_opt_level;
enum {
  VMJIT_OPT_Default = 0, /* O2 */
  VMJIT_OPT_O0 = 1,
  VMJIT_OPT_O1 = 2,
  VMJIT_OPT_O2 = 3,
  VMJIT_OPT_O3 = 4
};

typedef struct vmjit_compile_options {
  size_t struct_size;
  /* "kind", "kind:chip" or "kind:chip:features": "nvptx64:sm_90",
     "amdgcn:gfx1100", "host". Null: this machine's CPU. */
  const char *target;
  vmjit_opt_level opt_level;
  vmjit_mode mode;
  vmjit_switch stoppable; /* default: off */
  vmjit_switch use_cache; /* the context's; default: on */
  uint32_t ptx_version;   /* major * 10 + minor; default: what the chip needs */
  uint32_t code_object_version; /* AMD: 4, 5 or 6; default: 5 */
} vmjit_compile_options;

/* Compiles a program, or takes its code from the cache. options may be null.
   Fails with InvalidArgument for a target that does not exist, Unsupported for
   an op that cannot be compiled, and CompilationFailed. */
VMJIT_C_API vmjit_error *
vmjit_context_compile(vmjit_context *context, const vmjit_program *program,
                      const vmjit_compile_options *options, vmjit_code **code);

/* Bytes that vmjit_code_deserialize reads, and checks. */
VMJIT_C_API vmjit_error *vmjit_code_serialize(const vmjit_code *code,
                                              vmjit_blob **bytes);
VMJIT_C_API vmjit_error *vmjit_code_deserialize(const void *bytes, size_t size,
                                                vmjit_code **code);
VMJIT_C_API void vmjit_code_destroy(vmjit_code *code);

typedef struct vmjit_code_info {
  size_t struct_size;
  const char *target; /* "kind:chip" */
  const char *triple;
  const char *features;
  const char *payload_kind; /* "ptx" and so on */
  const void *payload;      /* what a driver loads */
  uint64_t payload_size;
  uint64_t entry_count;
  const char *compiler_version;
  const char *llvm_version;
} vmjit_code_info;

VMJIT_C_API vmjit_error *vmjit_code_get_info(const vmjit_code *code,
                                             vmjit_code_info *info);

#define VMJIT_UNKNOWN UINT64_MAX

typedef struct vmjit_entry_info {
  size_t struct_size;
  const char *name;
  const char *symbol; /* in the payload */
  vmjit_mode mode;
  uint32_t param_count;
  uint32_t uses_barrier;
  uint32_t is_stoppable;
  uint64_t shared_bytes; /* what the program itself asks for */
  /* Of a thread, or VMJIT_UNKNOWN. */
  uint64_t registers;
  uint64_t spilled_registers;
  uint64_t stack_bytes;
} vmjit_entry_info;

VMJIT_C_API vmjit_error *vmjit_code_get_entry(const vmjit_code *code,
                                              size_t index,
                                              vmjit_entry_info *info);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* VMJIT_C_COMPILER_H */
