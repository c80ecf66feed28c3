//===- TargetBackend.h - From an LLVM module to code ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last part of compilation. A front builds an llvm::Module, in which each
// entry is a function with the attribute "vmjit-entry" of value "kernel" or
// "hart"; a backend makes a code object of it:
//
//   auto backend = createTargetBackend(spec);
//   backend->configure(module);          // also fine before it is built
//   backend->prepare(module);            // entries become what the target
//   needs backend->optimize(module, level); auto object = backend->emit(module,
//   level, request);
//
// docs/Targets.md says for each target what the front has to emit.
//
// Nothing here prints or exits: modules are verified, and what LLVM reports
// through its context becomes an error.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TARGET_TARGETBACKEND_H
#define VMJIT_TARGET_TARGETBACKEND_H

#include "vmjit/CodeObject/CodeObject.h"
#include "vmjit/Target/OptLevel.h"
#include "vmjit/Target/TargetSpec.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class Function;
class Module;
class TargetLibraryInfoImpl;
class TargetMachine;
class Triple;
} // namespace llvm

namespace vmjit {

/// Marks the function of an entry; the value is a mode's name.
inline constexpr llvm::StringLiteral kEntryAttr = "vmjit-entry";

/// What a front knows of an entry and its function does not say.
struct EntryDescription {
  std::string name;
  EntryMode mode = EntryMode::Kernel;
  /// Kernel mode: the program's parameters. Hart mode: empty.
  std::vector<vmir::ParamType> params;
  /// What the program itself asks for.
  uint64_t sharedBytes = 0;
  /// See Entry::stoppable.
  bool stoppable = false;
};

/// What emit puts into a code object besides code.
struct EmitRequest {
  /// Exactly the module's entries, in the order they will have.
  std::vector<EntryDescription> entries;
  /// See CodeObject::stateLayout.
  HartStateLayout stateLayout;
};

/// Compiles LLVM modules for one target. Immutable: one backend may work on
/// modules of different contexts at the same time.
class TargetBackend {
public:
  virtual ~TargetBackend();

  /// The spec, with the chip, the features and the versions filled in.
  const TargetSpec &getSpec() const { return spec; }
  /// The chips that the target compiles for, in LLVM's order.
  std::vector<std::string> getChips() const;

  /// A machine for the target, never null.
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
  createTargetMachine(OptLevel level) const;

  /// Sets the triple and the data layout of \p module, empty or not.
  llvm::Error configure(llvm::Module &module) const;

  /// Makes the entries of \p module, which must be configured, functions that
  /// the target launches. Everything else that is defined becomes internal.
  /// Fails with InvalidProgram, also if \p module is already prepared; then
  /// \p module is in no particular state.
  llvm::Error prepare(llvm::Module &module) const;

  /// Runs LLVM's default pipeline for \p level on a prepared \p module. Needed
  /// at O0 too: some of its passes complete what prepare began. A module of
  /// more than 500,000 instructions, or with a function of more than 50,000,
  /// gets a short pipeline and fast code generation instead, whose time is
  /// linear in its size. Fails with InvalidProgram or CompilationFailed.
  llvm::Error optimize(llvm::Module &module, OptLevel level) const;

  /// Assembly text; PTX for NVPTX. Does not change \p module, which must be
  /// optimized. Fails with InvalidProgram or CompilationFailed.
  llvm::Expected<std::string> emitAssembly(const llvm::Module &module,
                                           OptLevel level) const;

  /// A relocatable object; Unsupported for NVPTX. Otherwise as emitAssembly.
  llvm::Expected<llvm::SmallVector<char, 0>>
  emitObject(const llvm::Module &module, OptLevel level) const;

  /// The code object: PTX for NVPTX, a linked ELF for AMDGPU, a relocatable
  /// object for the host. \p request must list exactly the entries of
  /// \p module, else InvalidArgument. Otherwise as emitAssembly.
  llvm::Expected<CodeObject> emit(const llvm::Module &module, OptLevel level,
                                  const EmitRequest &request) const;

protected:
  /// \p spec as resolve() of the derived class returned it.
  explicit TargetBackend(TargetSpec spec) : spec(std::move(spec)) {}

private:
  TargetBackend(const TargetBackend &) = delete;
  TargetBackend &operator=(const TargetBackend &) = delete;

  /// What there is to do for each target. Modules are verified before.
  virtual std::vector<std::string> getChipsImpl() const = 0;
  virtual llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
  createTargetMachineImpl(OptLevel level) const = 0;
  /// Gives the module what it needs as a whole.
  virtual llvm::Error prepareModuleImpl(llvm::Module &module) const;
  /// Turns \p function, an entry of \p mode without its mark, into what is
  /// launched, and returns that. \p usesBarrier: it calls a barrier.
  virtual llvm::Expected<llvm::Function *>
  prepareEntryImpl(llvm::Function &function, EntryMode mode,
                   bool usesBarrier) const = 0;
  /// The name that the entry of \p function has for users.
  virtual llvm::Expected<std::string>
  getEntryNameImpl(const llvm::Function &function) const;
  /// Checks what a prepared entry takes against its description.
  virtual llvm::Error verifyParamsImpl(const llvm::Function &function,
                                       const EntryDescription &entry) const;
  /// Whether a call of \p callee is a barrier.
  virtual bool isBarrierImpl(const llvm::Function &callee) const = 0;
  /// Whether code may call \p callee, which is declared and no intrinsic.
  virtual bool isAllowedExternalImpl(const llvm::Function &callee) const;
  /// Removes all but the C functions that code may call from \p info.
  virtual void configureLibraryImpl(llvm::TargetLibraryInfoImpl &info) const;
  /// Changes \p module, a copy that is thrown away, before code generation.
  virtual void prepareCodeGenImpl(llvm::Module &module) const {}
  virtual bool hasObjectFiles() const { return true; }
  /// Fills in the payload, from \p module optimized for \p level, and what
  /// only the target knows of \p object and its entries.
  virtual llvm::Error emitImpl(const llvm::Module &module, OptLevel level,
                               CodeObject &object) const = 0;

  llvm::Error verifyUnprepared(const llvm::Module &module) const;
  bool callsBarrier(const llvm::Function &function) const;
  llvm::Expected<llvm::Function *> prepareEntry(llvm::Function &function,
                                                bool usesBarrier) const;
  llvm::Error verifyStage(const llvm::Module &module,
                          llvm::StringRef flag) const;
  llvm::Expected<llvm::SmallVector<char, 0>>
  generate(const llvm::Module &module, OptLevel level, bool asObject) const;
  llvm::Expected<Entry> describeEntry(const llvm::Function &function,
                                      const EntryDescription &entry) const;

  TargetSpec spec;
};

/// A backend for \p spec, which it checks against what LLVM knows. Fails with
/// InvalidArgument if there is no such chip (the message lists those there
/// are), feature or version. Safe to call from any thread.
llvm::Expected<std::unique_ptr<TargetBackend>>
createTargetBackend(const TargetSpec &spec);

} // namespace vmjit

#endif // VMJIT_TARGET_TARGETBACKEND_H
