/*===- Cache.h - Compiled code that is kept ------------------------*- C
-*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * A context keeps compiled code in memory, on disk, and on a server if the
 * environment names one. The functions that take a directory work on what is on
 * disk there, for null in the default one, whether contexts use it or not.
 *
\*===----------------------------------------------------------------------===*/

#ifndef VMJIT_C_CACHE_H
#define VMJIT_C_CACHE_H

#include "vmjit-c/Core.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vmjit_cache_statistics {
  size_t struct_size;
  uint64_t compilations;
  uint64_t failed_compilations;
  uint64_t failure_hits;      /* failures that were remembered */
  uint64_t other_thread_hits; /* what another thread was compiling */
  uint64_t memory_hits;
  uint64_t memory_misses;
  uint64_t memory_objects;
  uint64_t memory_bytes;
  uint64_t memory_evictions;
  uint64_t level_count; /* below the memory */
} vmjit_cache_statistics;

VMJIT_C_API vmjit_error *
vmjit_context_get_cache_statistics(vmjit_context *context,
                                   vmjit_cache_statistics *statistics);

typedef struct vmjit_cache_level {
  size_t struct_size;
  const char *name; /* "disk"; the context's */
  uint64_t hits;
  uint64_t misses;
  uint64_t stores;
  uint64_t damaged; /* entries that were dropped */
  uint64_t errors;
} vmjit_cache_level;

VMJIT_C_API vmjit_error *
vmjit_context_get_cache_level(vmjit_context *context, size_t index,
                              vmjit_cache_level *level);

/* Forgets what is in memory. */
VMJIT_C_API vmjit_error *
vmjit_context_clear_cache_memory(vmjit_context *context);

/* Writes all intact entries into a file, to be shipped: refused counts the
   others, which are left out. Counts may be null. */
VMJIT_C_API vmjit_error *vmjit_cache_export(const char *directory,
                                            const char *path, size_t *accepted,
                                            size_t *refused);
/* Reads such a file, which may be anything: refused counts the members that are
   no intact entries. Counts may be null. */
VMJIT_C_API vmjit_error *vmjit_cache_import(const char *directory,
                                            const char *path, size_t *accepted,
                                            size_t *refused);
/* Removes what was not used for max_age_seconds, and then what was used least
   recently until max_bytes are left. 0 is no limit. */
VMJIT_C_API vmjit_error *vmjit_cache_prune(const char *directory,
                                           uint64_t max_bytes,
                                           uint64_t max_age_seconds);
/* Removes all entries, and nothing else. */
VMJIT_C_API vmjit_error *vmjit_cache_clear(const char *directory);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* VMJIT_C_CACHE_H */
