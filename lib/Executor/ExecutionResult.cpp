//===- ExecutionResult.cpp - What an execution gave -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Executor/ExecutionResult.h"

using namespace llvm;
using namespace vmjit;

StringRef vmjit::getFallbackReasonName(FallbackReason reason) {
  switch (reason) {
#define VMJIT_FALLBACK_REASON(Name, Spelling, Text)                            \
  case FallbackReason::Name:                                                   \
    return Spelling;
#include "vmjit/Executor/FallbackReasons.def"
  }
  llvm_unreachable("every reason has a name");
}

StringRef vmjit::getFallbackReasonText(FallbackReason reason) {
  switch (reason) {
#define VMJIT_FALLBACK_REASON(Name, Spelling, Text)                            \
  case FallbackReason::Name:                                                   \
    return Text;
#include "vmjit/Executor/FallbackReasons.def"
  }
  llvm_unreachable("every reason has a text");
}

StringRef vmjit::getExecutionStageName(ExecutionStage stage) {
  switch (stage) {
#define VMJIT_EXECUTION_STAGE(Name, Spelling)                                  \
  case ExecutionStage::Name:                                                   \
    return Spelling;
#include "vmjit/Executor/ExecutionStages.def"
  }
  llvm_unreachable("every stage has a name");
}
