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
// runs all other blocks. Few blocks make up nearly all of what a program does.
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
#include "vmjit/LinuxUser/RISCVProfile.h"
#include "vmjit/Runtime/HartInterpreter.h"

#include <map>
#include <unordered_map>

namespace vmjit::linux_user {

struct RISCVEngineOptions {
  /// Compiles and runs blocks; null to interpret all. Outlives the engine.
  Executor *executor = nullptr;
  /// What compiled code is run with.
  ExecutionRequest request = {};
  /// How many blocks harts run in the interpreter before the most frequent
  /// ones are compiled, and before others are looked for. Those are compiled
  /// that were run a fifth as often, if they are enough for what has to be
  /// compiled again with them. 0: nothing is interpreted, all blocks are
  /// compiled when they are reached.
  uint64_t interpretedBlocks = 200'000;
  /// How many ops are compiled at most, unless all are.
  uint64_t maxCompiledOps = 20'000;
};

class RISCVEngine : public HartEngine {
public:
  /// \p image and \p decoder outlive the engine.
  RISCVEngine(const riscv::GuestImage &image, const riscv::Decoder &decoder,
              RISCVEngineOptions options);

  const HartStateLayout &getStateLayout() const override;
  llvm::Error addCode(llvm::ArrayRef<vmir::GuestAddr> addresses) override;
  bool hasCode(vmir::GuestAddr address) const override {
    return blockAt.count(address) != 0;
  }
  std::string describeInstruction(vmir::GuestAddr address,
                                  uint64_t index) const override;
  llvm::Error run(HartStateArray &state, HartMemory &memory) override;

  /// Lifts and compiles what an engine for the same image has, whose getProfile
  /// \p profile is, as far as there is such code and options permit, and goes
  /// on counting. Before anything else. Fails as addCode and run do.
  llvm::Error applyProfile(const RISCVProfile &profile);
  /// What was lifted, compiled and entered, up to where the floating-point
  /// environment was needed.
  RISCVProfile getProfile() const;

  /// All code so far.
  const vmir::Program &getProgram() const { return program; }
  size_t getCompiledBlockCount() const { return compiledBlockCount; }

private:
  /// Where nothing returns to: no instruction is at an odd address, and the
  /// lifter adds no block there.
  static constexpr vmir::GuestAddr kReturnPc = UINT64_MAX;

  bool interpretsAll() const { return !options.executor; }
  bool compilesAll() const {
    return options.executor && options.interpretedBlocks == 0;
  }
  /// The ops of \p block and its end.
  static uint64_t getOpCount(const vmir::Block &block) {
    return block.ops.size() + 1;
  }
  /// Whether what is compiled is what was entered often.
  bool choosesFrequent() const { return !interpretsAll() && !compilesAll(); }
  llvm::Expected<riscv::LiftedProgram>
  lift(std::vector<vmir::GuestAddr> entries) const;
  llvm::Error addBlocks(vmir::Program added);
  bool chooseFrequent();
  void choose(size_t block);
  std::vector<bool> findEntries() const;
  llvm::Error compile();

  // RISCVEngineTurns.cpp
  uint64_t getTurnSteps(uint64_t hartCount) const;
  std::optional<size_t> findNextBlock(const HartStateArray &state,
                                      uint64_t hart) const;
  std::optional<size_t> resume(HartStateArray &state, uint64_t hart,
                               llvm::MutableArrayRef<uint64_t> counts) const;
  llvm::Error launchAll(HartStateArray &state, HartMemory &memory);
  llvm::Error launchHart(HartStateArray &state, HartMemory &memory,
                         uint64_t hart) const;
  llvm::Error takeTurn(HartStateArray &state, HartMemory &memory, uint64_t hart,
                       uint64_t turnSteps,
                       llvm::MutableArrayRef<uint64_t> counts) const;

  // RISCVEngineEnvironment.cpp
  bool isCompilable(const vmir::Block &block) const;
  bool needsEnvironment(const HartStateArray &state, uint64_t hart) const;
  llvm::Error keepFloatEnvironment(HartStateArray &state, HartMemory &memory);
  llvm::Error leaveBlock(HartStateArray &state, HartMemory &memory,
                         uint64_t hart);
  void dropCode();

  const riscv::GuestImage &image;
  const riscv::Decoder &decoder;
  RISCVEngineOptions options;
  vmir::Program program;
  /// Where in the program the block at an address is.
  std::unordered_map<vmir::GuestAddr, size_t> blockAt;
  uint64_t opCount = 0;
  /// Of each block: whether it is compiled, whether compiled code can be
  /// entered there, whether it has to be, whatever other code says, and how
  /// often it was entered in the interpreter.
  std::vector<bool> isCompiled;
  std::vector<bool> isEntry;
  std::vector<bool> isFrequentEntry;
  std::vector<uint64_t> blockCounts;
  /// Their sum when blocks were last looked for.
  uint64_t enteredCount = 0;
  size_t compiledBlockCount = 0;
  uint64_t compiledOpCount = 0;
  /// Has the blocks that are compiled; none if none are.
  std::optional<PreparedProgram> prepared;
  /// Its code, if it runs on the host and nobody looks at the clock.
  std::shared_ptr<HostKernel> hostKernel;
  /// Has all blocks, and leaves where compiled code can be entered; none if
  /// there are none.
  std::optional<HartInterpreter> interpreter;
  /// Blocks that were entered are in it only up to when it was made.
  RISCVProfile profile;
  /// How many blocks have to be entered until frequent ones are compiled.
  uint64_t compileThreshold;
  HartThreadPool threads;
  /// The CSRs of all code there was.
  HartStateLayout layout;
  /// Exact once a hart has needed it.
  riscv::FloatEnvironment floatEnvironment = riscv::FloatEnvironment::Default;
  /// Where a hart goes that needs it, and the instruction that does.
  std::map<vmir::GuestAddr, vmir::GuestAddr> environmentExits;
};

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_RISCVENGINE_H
