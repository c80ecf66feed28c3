//===- Pipelines.h - The lowering pipeline, phase by phase ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pipeline serves every tool: vm-opt by name, the compiler phase by phase.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_COMPILER_PIPELINES_H
#define VMJIT_COMPILER_PIPELINES_H

#include "vmjit/Target/TargetSpec.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace mlir {
class DialectRegistry;
class OpPassManager;
} // namespace mlir

namespace vmjit {

/// The phases of lowering, in order; see Phases.def.
enum class Phase : uint8_t {
#define VMJIT_PHASE(Name, Spelling, Text) Name,
#include "vmjit/Compiler/Phases.def"
};

/// Its name on command lines.
llvm::StringRef getPhaseName(Phase phase);
/// The phase with the given name; nothing if there is none.
std::optional<Phase> parsePhase(llvm::StringRef name);
/// All phases, in order.
llvm::ArrayRef<Phase> getPhases();

/// What the MLIR phases depend on.
struct LoweringOptions {
  TargetKind target = TargetKind::Host;
  unsigned codeObjectVersion = 5;
  bool stoppable = false;
};

/// Adds the passes of \p phase to \p manager, which runs on modules. Import,
/// Translate and Optimize have none.
void addPhase(mlir::OpPassManager &manager, Phase phase,
              const LoweringOptions &options);

/// Registers vm-lower-to-nvvm, vm-lower-to-rocdl and vm-lower-to-host, which go
/// from Link to Lower, with the passes that they are made of.
void registerVMPassesAndPipelines();

/// Registers the dialects that the pipeline uses, and their translation to
/// LLVM IR.
void registerVMDialects(mlir::DialectRegistry &registry);

} // namespace vmjit

#endif // VMJIT_COMPILER_PIPELINES_H
