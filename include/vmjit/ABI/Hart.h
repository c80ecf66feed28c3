//===- Hart.h - Hart mode between generated code and launchers --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The memory that a hart-mode entry works on. Generated code, the interpreter
// and launchers include this header; a change of anything in it must change
// VMJIT_HART_ABI_VERSION. It is C, so that a launcher in any language can
// follow it.
//
// State. The registers of all harts are one array of 64-bit words, in tiles of
// T harts; within a tile word by word, and hart by hart within a word. Word w
// of hart h is
//
//   state[(h / T * word_count + w) * T + h % T]
//
// T is a power of two of which code knows, so that the words of one hart are at
// constant distances, which instructions hold as immediates. Target/Targets.def
// says it: the threads of a warp on a GPU, where neighbours then touch
// neighbouring words, and one on a CPU, where a hart then has its words in as
// few cache lines as there can be. The last tile is complete, too.
//
// A program that names CSRs has one further word for each of them, from
// VMJIT_WORD_CSR on, in ascending order of CSR number (1, 2 and 3 share the
// word of 3). After them comes a word for each temporary that a hart which
// stops inside a block may leave for those who resume it there.
//
// Start. A hart starts at the block whose address is in VMJIT_WORD_NEXT_PC; a
// hart whose VMJIT_WORD_STATUS is not Running does not start. When it ends, the
// exit record's words say how and where to resume.
//
// Memory. An access must lie wholly inside one region that permits it. Regions
// are sorted by base and do not overlap. Byte a of a region, as hart h sees it,
// is at data + h * hart_stride + (a - base); hart_stride is 0 for a region that
// all harts share. Private regions are contiguous for each hart rather than
// interleaved, so that pages are copied in and out as they are. data and base
// agree modulo 16, and hart_stride is a multiple of 16, so that an access that
// is aligned for the guest is aligned for the device.
//
// Control. Code that was compiled to be stoppable looks at the control block of
// Control.h, if the launch has one; other code is launched without. A hart that
// stops has ended at a block's start, and goes on there when its status is set
// to Running and it is launched again.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_ABI_HART_H
#define VMJIT_ABI_HART_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VMJIT_HART_ABI_VERSION 5

/* How a hart ended; see ExitStatus.def. */
typedef enum vmjit_exit_status {
#define VMJIT_EXIT_STATUS(Name, Number, Text) VMJIT_EXIT_##Name = Number,
#include "vmjit/ABI/ExitStatus.def"
} vmjit_exit_status;

/* Word indices of the state array. */
enum vmjit_hart_word {
  VMJIT_WORD_X = 0,        /* 32 integer registers */
  VMJIT_WORD_F = 32,       /* 32 floating-point registers, f32 NaN-boxed */
  VMJIT_WORD_NZCV = 64,    /* N31 Z30 C29 V28 */
  VMJIT_WORD_STATUS = 65,  /* vmjit_exit_status */
  VMJIT_WORD_EXIT_PC = 66, /* the block that the hart ended in */
  VMJIT_WORD_EXIT_OP = 67, /* the op's index; the number of ops for its end */
  VMJIT_WORD_DETAIL = 68,  /* ea, cause, vector or ret_pc; else 0 */
  VMJIT_WORD_ACCESS = 69,  /* MemoryFault: size | store << 8; else 0 */
  VMJIT_WORD_NEXT_PC = 70, /* the block to start or resume in */
  VMJIT_WORD_NEXT_OP = 71, /* the op to resume at */
  VMJIT_WORD_CALL_DEPTH = 72,   /* entries on the call stack */
  VMJIT_WORD_CALL_STACK = 73,   /* VMJIT_CALL_STACK_DEPTH return addresses */
  VMJIT_WORD_RESERVATION = 105, /* ea, size (0: none), value */
  VMJIT_WORD_CSR = 108          /* for each CSR one, then for temporaries */
};

#define VMJIT_CALL_STACK_DEPTH 32
#define VMJIT_MAX_REGIONS 16

/* A range of guest memory. */
enum vmjit_region_flags { VMJIT_REGION_READ = 1, VMJIT_REGION_WRITE = 2 };

typedef struct vmjit_region {
  uint64_t base;        /* guest address of the first byte */
  uint64_t size;        /* in bytes; base + size does not wrap, except to 0 */
  uint64_t data;        /* device address of hart 0's first byte */
  uint64_t hart_stride; /* bytes between the copies of two harts; 0 if shared */
  uint64_t flags;       /* vmjit_region_flags */
} vmjit_region;

/* The one argument of a hart-mode entry is a device pointer to this. */
typedef struct vmjit_hart_launch {
  uint32_t abi_version;  /* VMJIT_HART_ABI_VERSION */
  uint32_t region_count; /* at most VMJIT_MAX_REGIONS */
  uint64_t hart_count;   /* threads with a higher global id do nothing */
  uint64_t word_count;   /* words of a hart; >= VMJIT_WORD_CSR */
  uint64_t state;        /* device address of the state array */
  uint64_t return_pc;    /* reaching it is the exit Return */
  uint64_t control;      /* device address of a vmjit_control; 0: none */
  uint64_t tile;         /* T: what the code was compiled for */
  vmjit_region regions[VMJIT_MAX_REGIONS];
} vmjit_hart_launch;

#ifdef __cplusplus
} // extern "C"

static_assert(sizeof(vmjit_region) == 40);
static_assert(sizeof(vmjit_hart_launch) == 56 + 40 * VMJIT_MAX_REGIONS);
static_assert(VMJIT_WORD_RESERVATION ==
              VMJIT_WORD_CALL_STACK + VMJIT_CALL_STACK_DEPTH);
#endif

#endif // VMJIT_ABI_HART_H
