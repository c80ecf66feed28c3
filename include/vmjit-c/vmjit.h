/*===- vmjit.h - The whole C API -----------------------------------*- C
-*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Embedding.md of the documentation is the way in.
 *
\*===----------------------------------------------------------------------===*/

#ifndef VMJIT_C_VMJIT_H
#define VMJIT_C_VMJIT_H

#include "vmjit-c/Cache.h"
#include "vmjit-c/Compiler.h"
#include "vmjit-c/Core.h"
#include "vmjit-c/Device.h"
#include "vmjit-c/Executor.h"
#include "vmjit-c/Program.h"

#endif /* VMJIT_C_VMJIT_H */
