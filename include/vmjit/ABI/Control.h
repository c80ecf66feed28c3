//===- Control.h - Limits of a launch, and what became of it ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The control block of a launch of stoppable code: a budget and a stop word
// that the threads look at, and in kernel mode a report that they write. It is
// in memory that both the host and the device reach, and is the launcher's,
// who keeps it until the launch is complete. One block may serve several
// launches, whose reports are then one. A change of anything here must change
// VMJIT_CONTROL_ABI_VERSION.
//
// Steps. A step is a transfer of control to a block of the program whose
// address is not above that of the block it leaves. A thread takes at most
// step_budget of them; instead of the next it ends with OutOfFuel, at the op
// that makes the transfer, to be resumed at the target. A thread that sees
// that stop is not 0 ends in the same way with Interrupted. It looks at its
// first step, and then at least every VMJIT_POLL_INTERVAL steps.
//
// Address. A hart-mode launch has it in vmjit_hart_launch::control, a block of
// threads on the host in vmjit_host_block::control. A kernel-mode entry for a
// GPU has only the program's parameters: its module has the 64-bit variable
// VMJIT_CONTROL_ADDRESS_SYMBOL in global memory, 0 after loading, which the
// launcher sets before the launch. The address 0 means that there is no control
// block: no budget, nobody who stops, no report.
//
// Report. Threads of a kernel that end in another way than by returning count
// themselves in exit_count, and the first to do so writes the rest. What is
// there is complete when the launch is. Launchers set exit_count to 0 before.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_ABI_CONTROL_H
#define VMJIT_ABI_CONTROL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VMJIT_CONTROL_ABI_VERSION 1

#define VMJIT_CONTROL_ADDRESS_SYMBOL "vmjit_control_address"
#define VMJIT_POLL_INTERVAL 1024
#define VMJIT_UNLIMITED_STEPS UINT64_MAX

/* 8-byte aligned. */
typedef struct vmjit_control {
  uint32_t abi_version; /* VMJIT_CONTROL_ABI_VERSION */
  uint32_t stop;        /* set to 1 at any time, to end the launch */
  uint64_t step_budget; /* of each thread; VMJIT_UNLIMITED_STEPS: no limit */

  /* The report, of kernel mode only. */
  uint64_t exit_count;  /* threads that ended other than by Return */
  uint64_t exit_status; /* vmjit_exit_status of the first of them, ... */
  uint64_t exit_pc;     /* the block that it ended in */
  uint64_t exit_op;     /* the op's index; the number of ops for its end */
  uint64_t exit_detail; /* as VMJIT_WORD_DETAIL in Hart.h */
  uint64_t exit_access; /* as VMJIT_WORD_ACCESS */
  uint64_t next_pc;     /* the block to resume in */
  uint64_t next_op;     /* the op to resume at */
  uint32_t block_id[3]; /* which thread it was: x, y, z */
  uint32_t thread_id[3];
} vmjit_control;

#ifdef __cplusplus
} // extern "C"

static_assert(sizeof(vmjit_control) == 104);
static_assert(alignof(vmjit_control) == 8);
#endif

#endif // VMJIT_ABI_CONTROL_H
