//===- vm-compile.cpp - Compiles a program for a target ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramInput.h"
#include "mlir/IR/OperationSupport.h"
#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Support/Error.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace llvm;
using namespace vmjit;

static cl::OptionCategory category("vm-compile options");

static cl::opt<std::string> inputFile(cl::Positional, cl::Required,
                                      cl::value_desc("program"),
                                      cl::desc("<program.json|.mlir|.mlirbc>"),
                                      cl::cat(category));

static cl::opt<std::string>
    target("target", cl::init("host"), cl::value_desc("kind[:chip[:features]]"),
           cl::desc("What to compile for: nvptx64[:sm_90], amdgcn[:gfx1100] or "
                    "host[:cpu] (default: host)"),
           cl::cat(category));

enum class EmitKind { MLIR, LLVM, PTX, Asm, Obj, HSACO };
static cl::opt<EmitKind>
    emitKind("emit", cl::desc("What to write (default: the target's payload)"),
             cl::values(clEnumValN(EmitKind::MLIR, "mlir", "the LLVM dialect"),
                        clEnumValN(EmitKind::LLVM, "llvm", "optimized LLVM IR"),
                        clEnumValN(EmitKind::PTX, "ptx", "PTX (nvptx64)"),
                        clEnumValN(EmitKind::Asm, "asm", "assembly text"),
                        clEnumValN(EmitKind::Obj, "obj",
                                   "a relocatable object (not nvptx64)"),
                        clEnumValN(EmitKind::HSACO, "hsaco",
                                   "a linked code object (amdgcn)")),
             cl::cat(category));

static cl::opt<EntryMode>
    mode("mode",
         cl::desc("How the entry is launched (default: kernel mode where "
                  "the program has params)"),
         cl::values(clEnumValN(EntryMode::Kernel, "kernel",
                               "with the program's parameters"),
                    clEnumValN(EntryMode::Hart, "hart",
                               "with a launch record, see ABI/Hart.h")),
         cl::cat(category));

static cl::opt<OptLevel> optLevel(
    cl::desc("Optimization level (default: -O2)"),
    cl::values(clEnumValN(OptLevel::O0, "O0", "no optimization"),
               clEnumValN(OptLevel::O1, "O1", "little optimization"),
               clEnumValN(OptLevel::O2, "O2", "default optimization"),
               clEnumValN(OptLevel::O3, "O3", "aggressive optimization")),
    cl::init(OptLevel::O2), cl::cat(category));

/// Our phases take the name of LLVM's own --print-after, which is about its
/// passes: that option has to go before this one is made.
static cl::list<Phase> &getPrintAfter() {
  static bool isFree = [] {
    auto &registered = cl::getRegisteredOptions();
    if (auto it = registered.find("print-after"); it != registered.end())
      it->second->removeArgument();
    return true;
  }();
  (void)isFree;
  static cl::list<Phase> printAfter(
      "print-after", cl::CommaSeparated, cl::value_desc("phase"),
      cl::desc("Print the module after a phase, to stderr"),
      cl::values(
#define VMJIT_PHASE(Name, Spelling, Text)                                      \
  clEnumValN(Phase::Name, Spelling, Text),
#include "vmjit/Compiler/Phases.def"
          clEnumValN(static_cast<Phase>(0xff), "all", "after every phase")),
      cl::cat(category));
  return printAfter;
}

static cl::opt<bool> stoppable(
    "stoppable",
    cl::desc("Count steps and look at a control block, see ABI/Control.h"),
    cl::cat(category));

static cl::opt<unsigned>
    ptxVersion("ptx-version", cl::init(0), cl::value_desc("NN"),
               cl::desc("PTX version times 10, for example 78 (default: the "
                        "lowest from 7.0 on that knows the chip)"),
               cl::cat(category));
static cl::opt<unsigned> codeObjectVersion(
    "code-object-version", cl::init(5), cl::value_desc("N"),
    cl::desc("ROCm's code object version: 4, 5 or 6 (default: 5)"),
    cl::cat(category));

static cl::opt<bool>
    timing("timing", cl::desc("Print how long each stage took, to stderr"),
           cl::cat(category));

static cl::opt<std::string> outputFile("o", cl::init("-"),
                                       cl::value_desc("file"),
                                       cl::desc("Where to write to"),
                                       cl::cat(category));

static EmitKind getDefaultEmitKind(TargetKind kind) {
  switch (kind) {
  case TargetKind::NVPTX:
    return EmitKind::PTX;
  case TargetKind::AMDGPU:
    return EmitKind::HSACO;
  case TargetKind::Host:
    return EmitKind::Obj;
  }
  llvm_unreachable("every target has a payload");
}

/// PTX and HSACO are of one target each.
static Error checkEmitKind(EmitKind emit, TargetKind kind) {
  if (emit == EmitKind::PTX && kind != TargetKind::NVPTX)
    return makeError(ErrorCode::InvalidArgument,
                     "--emit=ptx needs --target=nvptx64");
  if (emit == EmitKind::HSACO && kind != TargetKind::AMDGPU)
    return makeError(ErrorCode::InvalidArgument,
                     "--emit=hsaco needs --target=amdgcn");
  return Error::success();
}

static bool isPrintedAfter(Phase phase) {
  return is_contained(getPrintAfter(), phase) ||
         is_contained(getPrintAfter(), static_cast<Phase>(0xff));
}

/// Dumps what --print-after asks for, and keeps the last MLIR for --emit=mlir.
static CompileObserver createObserver(std::string &mlirText, bool keepsMLIR) {
  CompileObserver observer;
  observer.afterPhase = [&mlirText, keepsMLIR](Phase phase,
                                               mlir::ModuleOp module) {
    if (isPrintedAfter(phase)) {
      errs() << "// ----- after " << getPhaseName(phase) << "\n";
      module.print(errs());
      errs() << "\n";
    }
    if (keepsMLIR && phase == Phase::Lower) {
      raw_string_ostream os(mlirText);
      module.print(os);
      os << "\n";
    }
  };
  observer.afterLLVMPhase = [](Phase phase, const llvm::Module &module) {
    if (!isPrintedAfter(phase))
      return;
    errs() << "; ----- after " << getPhaseName(phase) << "\n";
    module.print(errs(), nullptr);
  };
  return observer;
}

static void printTimes(const CompileObserver &observer) {
  uint64_t total = 0;
  for (const StageTime &time : observer.times) {
    errs() << format("%-10s %9.3f ms\n", time.stage.c_str(),
                     time.nanoseconds / 1e6);
    total += time.nanoseconds;
  }
  errs() << format("%-10s %9.3f ms\n", "total", total / 1e6);
}

static Expected<std::string> produce(LoweredModule &lowered, EmitKind emit) {
  auto toString = [](const auto &bytes) {
    return std::string(bytes.begin(), bytes.end());
  };
  switch (emit) {
  case EmitKind::MLIR:
    llvm_unreachable("written from what the observer kept");
  case EmitKind::LLVM: {
    std::string text;
    raw_string_ostream os(text);
    lowered.getModule().print(os, nullptr);
    return text;
  }
  case EmitKind::PTX:
  case EmitKind::Asm:
    return lowered.emitAssembly();
  case EmitKind::Obj: {
    auto object = lowered.emitObject();
    if (!object)
      return object.takeError();
    return toString(*object);
  }
  case EmitKind::HSACO: {
    auto object = lowered.emit();
    if (!object)
      return object.takeError();
    return toString(object->payload);
  }
  }
  llvm_unreachable("every kind is produced");
}

static Error run() {
  CompileOptions options;
  Expected<TargetSpec> spec = TargetSpec::parse(target);
  if (!spec)
    return spec.takeError();
  options.target = *spec;
  options.target.ptxVersion = ptxVersion;
  options.target.codeObjectVersion = codeObjectVersion;
  options.optLevel = optLevel;
  options.stoppable = stoppable;
  if (mode.getNumOccurrences())
    options.mode = mode;
  EmitKind emit = emitKind.getNumOccurrences() ? EmitKind(emitKind)
                                               : getDefaultEmitKind(spec->kind);
  if (Error error = checkEmitKind(emit, spec->kind))
    return error;

  // The linker for AMDGPU resets the options of the process: what is needed
  // after it is read before.
  const std::string outputPath = outputFile;
  const bool printsTimes = timing;

  Compiler compiler;
  std::string mlirText;
  CompileObserver observer = createObserver(mlirText, emit == EmitKind::MLIR);
  Expected<mlir::OwningOpRef<mlir::ModuleOp>> module =
      readProgramModule(compiler, inputFile, &observer);
  if (!module)
    return module.takeError();
  Expected<LoweredModule> lowered =
      compiler.lower(std::move(*module), options, &observer);
  if (!lowered)
    return lowered.takeError();
  Expected<std::string> output = mlirText;
  if (emit != EmitKind::MLIR) {
    StageTimer timer(&observer, "emit");
    output = produce(*lowered, emit);
  }
  if (!output)
    return output.takeError();
  if (printsTimes)
    printTimes(observer);

  std::error_code failure;
  ToolOutputFile file(outputPath, failure, sys::fs::OF_None);
  if (failure)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", outputPath, failure.message());
  file.os() << *output;
  file.os().flush();
  if (file.os().has_error()) {
    failure = file.os().error();
    file.os().clear_error();
    return makeErrorf(ErrorCode::Io, "{0}: {1}", outputPath, failure.message());
  }
  file.keep();
  return Error::success();
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  getPrintAfter();
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "Compiles a VM IR program to code for a GPU or the host\n\n"
      "  Example: vm-compile vecadd.json --target=nvptx64:sm_90 -o "
      "vecadd.ptx\n");
  if (Error error = run()) {
    logAllUnhandledErrors(std::move(error), errs(), "vm-compile: error: ");
    return 1;
  }
  return 0;
}
