//===- HostBlock.h - How host code runs a block of threads ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel compiled for the host is one function, named as the entry, that runs
// all threads of one block:
//
//   void entry(const vmjit_host_block *block);
//
// It uses no state but what it is given, so that blocks run on any number of
// host threads at the same time. A kernel with barriers runs each GPU thread as
// a coroutine, whose frame comes from allocate_frame.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_ABI_HOSTBLOCK_H
#define VMJIT_ABI_HOSTBLOCK_H

#include "vmjit/ABI/Control.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VMJIT_HOST_BLOCK_ABI_VERSION 2

typedef struct vmjit_host_block {
  uint32_t grid_dim[3];  /* blocks in the grid */
  uint32_t block_dim[3]; /* threads in a block */
  uint32_t block_id[3];  /* this block */
  uint32_t reserved;     /* 0 */
  void *shared;      /* the block's shared memory, zeroed, 16-byte aligned */
  void *const *args; /* for each parameter, where its argument is */
  /* Returns size bytes, 16-byte aligned, that live until the call of the entry
     returns. Never fails: the launcher makes sure of it or stops before. */
  void *(*allocate_frame)(void *context, uint64_t size);
  void *context; /* passed to allocate_frame */
  /* The control block of a kernel-mode launch of stoppable code, or null. */
  vmjit_control *control;
} vmjit_host_block;

#ifdef __cplusplus
} // extern "C"

static_assert(sizeof(vmjit_host_block) == 80);
#endif

#endif // VMJIT_ABI_HOSTBLOCK_H
