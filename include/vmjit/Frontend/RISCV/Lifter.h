//===- Lifter.h - RISC-V code as a program of VM IR -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   llvm::Expected<GuestImage> image = readELF(file);
//   llvm::Expected<Decoder> decoder = Decoder::create();
//   llvm::Expected<LiftedProgram> lifted =
//       liftProgram(*image, *decoder, {.entries = {*image->findSymbol("f")}});
//
// docs/GuestPrograms.md says what is lifted and to what.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FRONTEND_RISCV_LIFTER_H
#define VMJIT_FRONTEND_RISCV_LIFTER_H

#include "vmjit/Frontend/RISCV/CodeMap.h"

namespace vmjit::riscv {

/// The private stack that kernels get unless told otherwise.
inline constexpr uint64_t kDefaultStackBytes = 4096;

/// How much of the floating-point environment code keeps.
enum class FloatEnvironment : uint8_t {
  /// The dynamic rounding mode is nearest even and arithmetic raises no flags,
  /// so that it runs natively. Code that would notice the difference ends the
  /// hart before: where it is about to make frm another mode, and where it
  /// reads or writes flags, but for saves of them to a register whose value
  /// goes nowhere but back, as compilers make them around quiet comparisons.
  Default,
  /// All of it, as the specification says, by ops that are interpreted.
  Exact
};

struct LiftOptions {
  /// Where code is looked for; the first is the program's entry. At least one.
  std::vector<GuestAddr> entries;
  std::string name = "vm_program";
  /// Present, even if empty, for kernel mode.
  std::optional<std::vector<vmir::ParamType>> params = std::nullopt;
  /// Kernel mode only.
  uint64_t stackBytes = kDefaultStackBytes;
  uint64_t sharedBytes = 0;
  /// Whether functions are part of the program that only pointers lead to: see
  /// DiscoveryOptions.
  bool followsPointers = true;
  size_t maxInstructions = kDefaultMaxInstructions;
  /// Whether functions that are called are part of the program.
  bool followsCalls = true;
  /// Whether the data of the image are the program's segments.
  bool includesData = true;
  FloatEnvironment floatEnvironment = FloatEnvironment::Default;
};

/// Which ops of a block an instruction became.
struct LiftedInstruction {
  GuestAddr pc = 0;
  size_t firstOp = 0;
  size_t opCount = 0;
};

struct LiftedProgram {
  vmir::Program program;
  CodeMap code;
  /// For each block of the program, its instructions in order; none for a block
  /// that the lifter added.
  std::vector<std::vector<LiftedInstruction>> instructions;
};

/// Lifts the code that \p options.entries reach. An instruction that VM IR
/// cannot say ends its block in the exit Unsupported; nothing else fails for
/// it. What discovery did not find is LeftRegion.
///
/// Fails as discoverCode does, with InvalidProgram for names, parameters and
/// sizes that no program may have, and with Unsupported for floating-point
/// parameters of a program that does not take them where kernels get them.
llvm::Expected<LiftedProgram> liftProgram(const GuestImage &image,
                                          const Decoder &decoder,
                                          const LiftOptions &options);

/// The instruction that \p block, of a program lifted with the Default
/// environment, stands for, if it is a block to which a hart goes and ends with
/// Unsupported because the instruction needs the Exact one. Nothing of the
/// instruction has happened.
std::optional<GuestAddr> getEnvironmentExit(const vmir::Block &block);

} // namespace vmjit::riscv

#endif // VMJIT_FRONTEND_RISCV_LIFTER_H
