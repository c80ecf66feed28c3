//===- RISCVEngine.h - Runs RISC-V code as it is reached --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code is lifted function by function when a hart gets there, and interpreted
// at first. Blocks that turn out to be run often are compiled, all of them as
// one program; harts go back and forth between it and the interpreter, which
// has all other blocks. Few blocks make up nearly all of what a program does,
// and compiling takes more than proportionally long for many.
//
// Code is lifted without the floating-point environment, until a hart needs it:
// it sets a rounding mode or looks at exception flags. From then on all code of
// all harts is lifted with it. Flags that were raised before are not known.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LINUXUSER_RISCVENGINE_H
#define VMJIT_LINUXUSER_RISCVENGINE_H

#include "vmjit/Executor/Executor.h"
#include "vmjit/Frontend/RISCV/Lifter.h"
#include "vmjit/LinuxUser/HartEngine.h"
#include "vmjit/Runtime/HartInterpreter.h"

#include <map>
#include <set>

namespace vmjit::linux_user {

struct RISCVEngineOptions {
  /// Compiles and runs blocks; null to interpret all. Outlives the engine.
  Executor *executor = nullptr;
  /// What compiled code is run with.
  ExecutionRequest request = {};
  /// How many blocks a hart runs in the interpreter before the most frequent
  /// ones are compiled, and twice as many before that is done again. 0: nothing
  /// is interpreted, all blocks are compiled when they are reached.
  uint64_t interpretedBlocks = 200'000;
  /// How many blocks are compiled at most, unless all are.
  size_t maxCompiledBlocks = 256;
};

class RISCVEngine : public HartEngine {
public:
  /// \p image and \p decoder outlive the engine.
  RISCVEngine(const riscv::GuestImage &image, const riscv::Decoder &decoder,
              RISCVEngineOptions options);

  const HartStateLayout &getStateLayout() const override;
  llvm::Error addCode(llvm::ArrayRef<vmir::GuestAddr> addresses) override;
  bool hasCode(vmir::GuestAddr address) const override {
    return blocks.count(address) != 0;
  }
  llvm::Error run(HartStateArray &state, HartMemory &memory) override;

  /// All code so far.
  const vmir::Program &getProgram() const { return program; }
  size_t getCompiledBlockCount() const { return compiledBlocks.size(); }

private:
  /// Where nothing returns to: no instruction is at an odd address, and the
  /// lifter adds no block there.
  static constexpr vmir::GuestAddr kReturnPc = UINT64_MAX;

  bool interpretsAll() const { return !options.executor; }
  bool compilesAll() const {
    return options.executor && options.interpretedBlocks == 0;
  }
  llvm::Error addBlocks(vmir::Program added);
  vmir::Program selectBlocks(bool isCompiled) const;
  vmir::Block makeNames() const;
  llvm::Error updateInterpreter();
  llvm::Error compile();
  llvm::Error compileFrequent();
  llvm::Error runCompiled(HartStateArray &state, HartMemory &memory);
  llvm::Error interpret(HartStateArray &state, HartMemory &memory);

  // RISCVEngineEnvironment.cpp
  bool isCompilable(const vmir::Block &block) const;
  bool needsEnvironment(const HartStateArray &state, uint64_t hart) const;
  llvm::Error keepFloatEnvironment(HartStateArray &state, HartMemory &memory);
  llvm::Error leaveBlock(HartStateArray &state, HartMemory &memory,
                         uint64_t hart);
  llvm::Error dropCode();

  const riscv::GuestImage &image;
  const riscv::Decoder &decoder;
  RISCVEngineOptions options;
  vmir::Program program;
  /// Where its blocks begin, how many ops they have, and the CSRs they name.
  std::set<vmir::GuestAddr> blocks;
  uint64_t opCount = 0;
  std::set<uint16_t> csrs;
  std::set<vmir::GuestAddr> compiledBlocks;
  /// Has compiledBlocks; none if there are none.
  std::optional<PreparedProgram> prepared;
  /// Has the others; none if there are none.
  std::optional<HartInterpreter> interpreter;
  /// How often each of the interpreter's blocks was entered.
  std::vector<uint64_t> blockCounts;
  /// How many have to be entered until frequent ones are compiled.
  uint64_t compileThreshold;
  /// The layout while there is no code: the CSRs of code that was dropped.
  HartStateLayout emptyLayout;
  /// Exact once a hart has needed it.
  riscv::FloatEnvironment floatEnvironment = riscv::FloatEnvironment::Default;
  /// Where a hart goes that needs it, and the instruction that does.
  std::map<vmir::GuestAddr, vmir::GuestAddr> environmentExits;
};

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_RISCVENGINE_H
