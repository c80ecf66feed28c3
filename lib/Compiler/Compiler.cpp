//===- Compiler.cpp - From programs to code objects -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/Compiler.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "vmjit/Dialect/VM/IR/GuestLocation.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "vmjit/Dialect/VM/Transforms/LinkedFunction.h"
#include "vmjit/Import/ImportVMIR.h"
#include "vmjit/Support/ProgramError.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <map>

using namespace llvm;
using namespace vmjit;
using mlir::ModuleOp;
using mlir::OwningOpRef;

StageTimer::StageTimer(CompileObserver *observer, StringRef stage)
    : observer(observer), stage(stage),
      start(std::chrono::steady_clock::now()) {}

StageTimer::~StageTimer() {
  if (!observer)
    return;
  std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - start;
  observer->times.push_back(
      {stage.str(), static_cast<uint64_t>(elapsed.count())});
}

LoweredModule::LoweredModule() = default;
LoweredModule::LoweredModule(LoweredModule &&) = default;
LoweredModule::~LoweredModule() = default;

LoweredModule &LoweredModule::operator=(LoweredModule &&other) {
  // The module goes before the context that it lives in.
  module = std::move(other.module);
  context = std::move(other.context);
  backend = std::move(other.backend);
  optLevel = other.optLevel;
  request = std::move(other.request);
  return *this;
}

Expected<std::string> LoweredModule::emitAssembly() const {
  return backend->emitAssembly(*module, optLevel);
}

Expected<SmallVector<char, 0>> LoweredModule::emitObject() const {
  return backend->emitObject(*module, optLevel);
}

Expected<CodeObject> LoweredModule::emit() const {
  return backend->emit(*module, optLevel, request);
}

namespace {
/// Collects the diagnostics of a scope, so that they become an error.
class DiagnosticCollector {
public:
  explicit DiagnosticCollector(mlir::MLIRContext *context)
      : handler(context, [this](mlir::Diagnostic &diagnostic) {
          collect(diagnostic);
          return mlir::success();
        }) {}

  /// The error for a step that failed.
  Error takeError(ErrorCode code, StringRef step) {
    if (messages.empty())
      return makeErrorf(code, "{0} failed", step);
    return makeProgramError(code, messages, place);
  }

private:
  void collect(mlir::Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
      return;
    raw_string_ostream os(messages);
    if (messages.empty())
      place = getPlace(diagnostic.getLocation());
    if (!messages.empty())
      os << '\n';
    if (auto file =
            diagnostic.getLocation()->findInstanceOf<mlir::FileLineColLoc>())
      os << file.getFilename().getValue() << ":" << file.getLine() << ":"
         << file.getColumn() << ": ";
    os << diagnostic;
    for (mlir::Diagnostic &note : diagnostic.getNotes())
      os << "\n  " << note;
  }

  static std::optional<ProgramPlace> getPlace(mlir::Location location) {
    if (auto position = vm::getGuestPosition(location))
      return ProgramPlace{position->pc, position->opIndex};
    return std::nullopt;
  }

  std::string messages;
  /// That of the first message.
  std::optional<ProgramPlace> place;
  mlir::ScopedDiagnosticHandler handler;
};
} // namespace

/// The one program of \p module, which holds nothing else: it would take part
/// in the compilation unchecked.
static Expected<vm::ProgramOp> findProgram(ModuleOp module) {
  auto programs = llvm::to_vector(module.getOps<vm::ProgramOp>());
  if (programs.size() != 1)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "expected one vm.program in the module, found {0}",
                      programs.size());
  for (mlir::Operation &op : *module.getBody())
    if (&op != programs.front())
      return makeErrorf(ErrorCode::InvalidArgument,
                        "expected nothing but a vm.program in the module, "
                        "found '{0}'",
                        op.getName().getStringRef());
  for (mlir::NamedAttribute attribute : module->getAttrs())
    if (attribute.getName() != module.getSymNameAttrName())
      return makeErrorf(ErrorCode::InvalidArgument,
                        "expected no attributes of the module, found '{0}'",
                        attribute.getName().getValue());
  return programs.front();
}

/// Makes \p program one that is run in \p mode.
static Error setMode(vm::ProgramOp program, std::optional<EntryMode> mode) {
  if (!mode || (*mode == EntryMode::Kernel) == program.isKernelMode())
    return Error::success();
  if (*mode == EntryMode::Kernel)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "program '{0}' has no params, which kernel mode needs",
                      program.getSymName());
  program.removeParamsAttr();
  return Error::success();
}

/// What the backend has to know of the entry that \p program becomes.
static EntryDescription describeEntry(vm::ProgramOp program) {
  EntryDescription entry;
  entry.name = program.getSymName().str();
  entry.mode = program.isKernelMode() ? EntryMode::Kernel : EntryMode::Hart;
  entry.sharedBytes = program.getSharedBytes();
  if (program.isKernelMode())
    for (auto param : program.getParams()->getAsRange<vm::ParamTypeAttr>())
      entry.params.push_back(static_cast<vmir::ParamType>(param.getValue()));
  return entry;
}

/// The words that the linked program of \p module needs in a hart's state.
static HartStateLayout findStateLayout(ModuleOp module) {
  HartStateLayout layout;
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    auto read = [&](StringRef name, std::vector<uint16_t> &numbers) {
      if (auto attr = function->getAttrOfType<mlir::DenseI32ArrayAttr>(name))
        numbers.assign(attr.asArrayRef().begin(), attr.asArrayRef().end());
    };
    read(vm::kCsrsAttrName, layout.csrs);
    read(vm::kTemporariesAttrName, layout.temporaries);
  }
  return layout;
}

/// Whoever made \p module may have used any of MLIR to do so.
static Error verify(ModuleOp module) {
  DiagnosticCollector diagnostics(module.getContext());
  if (mlir::failed(mlir::verify(module)))
    return diagnostics.takeError(ErrorCode::InvalidProgram, "verification");
  return Error::success();
}

static bool isMLIRPhase(Phase phase) { return phase < Phase::Translate; }

struct Compiler::State {
  State() : context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED) {
    context.loadAllAvailableDialects();
    // Messages say where an op is, which is enough.
    context.printOpOnDiagnostic(false);
  }

  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registerVMDialects(registry);
    return registry;
  }

  /// The pass manager of a phase; made once.
  mlir::PassManager &getManager(Phase phase, const LoweringOptions &options) {
    auto &manager = managers[{phase, options.target, options.codeObjectVersion,
                              options.stoppable}];
    if (!manager) {
      manager = std::make_unique<mlir::PassManager>(&context);
#ifdef NDEBUG
      // To look after each pass whether it did right takes as long as all of
      // them.
      manager->enableVerifier(false);
#endif
      addPhase(*manager, phase, options);
    }
    return *manager;
  }

  Error runMLIRPhases(ModuleOp module, const LoweringOptions &options,
                      CompileObserver *observer, EmitRequest &request);

  mlir::MLIRContext context;
  std::map<std::tuple<Phase, TargetKind, unsigned, bool>,
           std::unique_ptr<mlir::PassManager>>
      managers;
};

Error Compiler::State::runMLIRPhases(ModuleOp module,
                                     const LoweringOptions &options,
                                     CompileObserver *observer,
                                     EmitRequest &request) {
  DiagnosticCollector diagnostics(&context);
  for (Phase phase : getPhases()) {
    if (!isMLIRPhase(phase))
      break;
    bool failed = false;
    // Whoever made the module has imported it.
    if (phase != Phase::Import) {
      StageTimer timer(observer, getPhaseName(phase));
      failed = mlir::failed(getManager(phase, options).run(module));
    }
    // What the lowering does not know is refused where blocks are linked.
    if (failed)
      return diagnostics.takeError(phase == Phase::Link
                                       ? ErrorCode::Unsupported
                                       : ErrorCode::CompilationFailed,
                                   getPhaseName(phase));
    if (phase == Phase::Link)
      request.stateLayout = findStateLayout(module);
    if (observer && observer->afterPhase)
      observer->afterPhase(phase, module);
  }
  return Error::success();
}

Compiler::Compiler() : state(std::make_unique<State>()) {}
Compiler::~Compiler() = default;

mlir::MLIRContext &Compiler::getContext() { return state->context; }

static Expected<OwningOpRef<ModuleOp>>
parseSource(mlir::MLIRContext &context, StringRef source, StringRef name) {
  DiagnosticCollector diagnostics(&context);
  OwningOpRef<ModuleOp> module = mlir::parseSourceString<ModuleOp>(
      source, mlir::ParserConfig(&context), name);
  if (!module)
    return diagnostics.takeError(ErrorCode::ParseError, "parsing");
  return std::move(module);
}

Expected<OwningOpRef<ModuleOp>> Compiler::parse(StringRef text,
                                                StringRef name) {
  if (mlir::isBytecode(MemoryBufferRef(text, name)))
    return makeErrorf(ErrorCode::ParseError, "{0}: bytecode instead of text",
                      name);
  return parseSource(state->context, text, name);
}

Expected<OwningOpRef<ModuleOp>>
Compiler::parseTrustedBytecode(StringRef bytecode, StringRef name) {
  if (!mlir::isBytecode(MemoryBufferRef(bytecode, name)))
    return makeErrorf(ErrorCode::ParseError, "{0}: no bytecode", name);
  return parseSource(state->context, bytecode, name);
}

Expected<LoweredModule> Compiler::lower(const vmir::Program &program,
                                        const CompileOptions &options,
                                        CompileObserver *observer) {
  if (Error error = vmir::verify(program))
    return std::move(error);
  OwningOpRef<ModuleOp> module;
  {
    StageTimer timer(observer, getPhaseName(Phase::Import));
    module = importProgram(state->context, program);
  }
  return lower(std::move(module), options, observer);
}

Expected<LoweredModule> Compiler::lower(OwningOpRef<ModuleOp> module,
                                        const CompileOptions &options,
                                        CompileObserver *observer) {
  LoweredModule lowered;
  lowered.optLevel = options.optLevel;
  Expected<std::unique_ptr<TargetBackend>> backend =
      createTargetBackend(options.target);
  if (!backend)
    return backend.takeError();
  lowered.backend = std::move(*backend);
  Expected<vm::ProgramOp> program = findProgram(*module);
  if (!program)
    return program.takeError();
  if (Error error = verify(*module))
    return std::move(error);
  if (program->getSymName().starts_with("llvm."))
    return makeErrorf(ErrorCode::Unsupported,
                      "program '{0}': names that begin with 'llvm.' are LLVM's "
                      "own",
                      program->getSymName());
  if (options.stoppable &&
      program->getSymName() == VMJIT_CONTROL_ADDRESS_SYMBOL)
    return makeErrorf(ErrorCode::Unsupported,
                      "program '{0}': the name is that of the variable that "
                      "stoppable code has",
                      program->getSymName());
  if (Error error = setMode(*program, options.mode))
    return std::move(error);
  lowered.request.entries = {describeEntry(*program)};
  lowered.request.entries.front().stoppable = options.stoppable;
  const TargetSpec &spec = lowered.backend->getSpec();
  if (Error error = state->runMLIRPhases(
          *module, {spec.kind, spec.codeObjectVersion, options.stoppable},
          observer, lowered.request))
    return std::move(error);

  lowered.context = std::make_unique<LLVMContext>();
  {
    StageTimer timer(observer, getPhaseName(Phase::Translate));
    DiagnosticCollector diagnostics(&state->context);
    lowered.module = mlir::translateModuleToLLVMIR(
        *module, *lowered.context, lowered.request.entries.front().name);
    if (!lowered.module)
      return diagnostics.takeError(ErrorCode::CompilationFailed, "translation");
    if (Error error = lowered.backend->configure(*lowered.module))
      return std::move(error);
  }
  if (observer && observer->afterLLVMPhase)
    observer->afterLLVMPhase(Phase::Translate, *lowered.module);
  {
    StageTimer timer(observer, getPhaseName(Phase::Optimize));
    if (Error error = lowered.backend->prepare(*lowered.module))
      return std::move(error);
    if (Error error =
            lowered.backend->optimize(*lowered.module, options.optLevel))
      return std::move(error);
  }
  if (observer && observer->afterLLVMPhase)
    observer->afterLLVMPhase(Phase::Optimize, *lowered.module);
  return std::move(lowered);
}

Expected<CodeObject> Compiler::compile(const vmir::Program &program,
                                       const CompileOptions &options,
                                       CompileObserver *observer) {
  Expected<LoweredModule> lowered = lower(program, options, observer);
  if (!lowered)
    return lowered.takeError();
  StageTimer timer(observer, "emit");
  return lowered->emit();
}
