//===- FakeControl.h - How tests steer the fake drivers ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libfakecuda.so and libfakehip.so stand in for libcuda and libamdhip64: they
// export the functions that our drivers use, keep device memory in host memory,
// and check every call. They run no kernels. Besides the vendor's functions
// they export those declared here.
//
// Settings are text, for fake_configure and for the environment variable
// VMJIT_FAKE_DRIVER, which is read when the library is loaded and by
// fake_reset: items KEY=VALUE, separated by spaces or semicolons.
//
//   devices=N          how many there are
//   driver=N           what cuDriverGetVersion or hipRuntimeGetVersion gives
//   chip=sm_90         what all devices are (gfx90a, gfx1100, ...)
//   memory=BYTES       what each device has; more is out of memory
//   attribute=N:VALUE  a device attribute, by the vendor's number
//   peers=0|1          whether devices reach each other
//   report=PATH        at exit, write fake_report() to it ("-": stderr)
//
// and faults, each on the Nth call (N from 1, default 1; "*" for every call) of
// FUNCTION from now on:
//
//   fail=FUNCTION[@N]:CODE       the call returns CODE and does nothing else
//   fail-work=FUNCTION[@N]:CODE  the call succeeds, the work it puts on a
//   stream
//                                fails
//   delay=FUNCTION[@N]:MICROSECONDS  the work, or a call without, takes longer
//   hang=FUNCTION[@N]            the work, or a call without, does not end
//   until
//                                fake_release; that of a launch also if the
//                                kernel is stoppable and told to stop
//
// Codes that leave a context unusable on real devices (700, 719, ...) do so
// here, whether a call or its work fails with one.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKECONTROL_H
#define VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKECONTROL_H

#include <cstddef>
#include <cstdint>

/// The last launch that was accepted.
struct fake_launch {
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t shared_bytes;
  /// How many arguments there are values of: all if the image says what its
  /// kernels take, as PTX and AMD's metadata do, else none.
  uint32_t arg_count;
  /// Their values, in the lowest bytes.
  uint64_t args[32];
  char function[256];
};

/// VMJIT_FAKE_FUNCTION(name, result, parameters...): what the libraries export
/// for tests.
#define VMJIT_FAKE_FUNCTIONS                                                   \
  /* Ends all work, forgets everything, and reads the environment again. */    \
  VMJIT_FAKE_FUNCTION(fake_reset, void)                                        \
  /* Null, or what is wrong with the settings; those before are in effect. */  \
  VMJIT_FAKE_FUNCTION(fake_configure, const char *, const char *)              \
  /* Lets everything go on that hangs, now and later, until more is told to.   \
   */                                                                          \
  VMJIT_FAKE_FUNCTION(fake_release, void)                                      \
  /* How often a function was called since fake_reset. */                      \
  VMJIT_FAKE_FUNCTION(fake_call_count, uint64_t, const char *)                 \
  /* What was called wrongly, a line each. Empty if all is well; valid until   \
     the next call from the same thread, like the following two. */            \
  VMJIT_FAKE_FUNCTION(fake_violations, const char *)                           \
  /* What is alive: memory, streams, events, modules, contexts. */             \
  VMJIT_FAKE_FUNCTION(fake_leaks, const char *)                                \
  /* Both. */                                                                  \
  VMJIT_FAKE_FUNCTION(fake_report, const char *)                               \
  /* Launches that were accepted, and the kernels that ran: none, ever. */     \
  VMJIT_FAKE_FUNCTION(fake_kernels_launched, uint64_t)                         \
  VMJIT_FAKE_FUNCTION(fake_kernels_run, uint64_t)                              \
  /* 0 if there was none. */                                                   \
  VMJIT_FAKE_FUNCTION(fake_last_launch, int, fake_launch *)                    \
  /* CUDA: how many contexts are on this thread's stack. HIP: the number of    \
     this thread's device. */                                                  \
  VMJIT_FAKE_FUNCTION(fake_thread_context, int)

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKECONTROL_H
