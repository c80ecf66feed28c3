//===- ProgramCompiler.cpp - Who compiles programs --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/ProgramCompiler.h"

using namespace vmjit;

ProgramCompiler::~ProgramCompiler() = default;
