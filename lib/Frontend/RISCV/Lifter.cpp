//===- Lifter.cpp - RISC-V code as a program of VM IR -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Frontend/RISCV/Lifter.h"

#include "ControlFlow.h"
#include "FlagAccesses.h"
#include "Semantics.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;
using vmir::ParamType;

/// Appends the ops of \p in, which isLiftable accepts.
static void appendSemantics(const DecodedInstruction &in, BlockWriter &out) {
  switch (*in.operation) {
#define RISCV_INSTRUCTION(Name, Family, ...)                                   \
  case Operation::Name:                                                        \
    return semantics::Name(in, out);
#include "vmjit/Frontend/RISCV/Instructions.def"
  }
}

namespace {
class ProgramLifter {
public:
  ProgramLifter(const GuestImage &image, const Decoder &decoder,
                const LiftOptions &options)
      : image(image), decoder(decoder), options(options) {}

  Expected<LiftedProgram> run();

private:
  Error checkFloatParams() const;
  void liftBlock(GuestAddr start);
  void liftInstruction(const DecodedInstruction &instruction, BlockWriter &out);
  bool needsEnvironment(const DecodedInstruction &instruction) const;
  void testRoundingMode(const DecodedInstruction &instruction,
                        BlockWriter &out);
  void testFlags(const DecodedInstruction &instruction, BlockWriter &out);
  GuestAddr addEnvironmentExit(const DecodedInstruction &instruction);
  void addKernelEntry();
  void addBlock(vmir::Block block,
                std::vector<LiftedInstruction> instructions = {});

  const GuestImage &image;
  const Decoder &decoder;
  const LiftOptions &options;
  LiftedProgram result;
  /// findQuietFlagAccesses, for the Default environment.
  std::set<GuestAddr> quietFlagAccesses;
};
} // namespace

/// What exits say that getEnvironmentExit knows.
static constexpr StringLiteral environmentText =
    "needs the floating-point environment: ";

/// Whether C passes one of \p params in an integer register because it is the
/// ninth floating-point one, or one after that. Kernels get it on the stack, as
/// C does only once no integer register is left.
static bool passesFloatAsInteger(ArrayRef<ParamType> params) {
  constexpr unsigned registersOfAKind = 8;
  unsigned floats = 0, others = 0;
  for (ParamType type : params) {
    bool isFloat = type == ParamType::F32 || type == ParamType::F64;
    if (++(isFloat ? floats : others) > registersOfAKind && isFloat &&
        others < registersOfAKind)
      return true;
  }
  return false;
}

/// lp64 and lp64f pass in integer registers what kernels get in
/// floating-point ones.
Error ProgramLifter::checkFloatParams() const {
  std::optional<FloatABI> abi = image.getFloatABI();
  if (!options.params || !abi)
    return Error::success();
  bool hasSingle = is_contained(*options.params, ParamType::F32);
  bool hasDouble = is_contained(*options.params, ParamType::F64);
  if ((hasSingle && *abi == FloatABI::Soft) ||
      (hasDouble && *abi != FloatABI::Double))
    return makeError(ErrorCode::Unsupported,
                     "the program takes floating-point parameters in integer "
                     "registers: build with -mabi=lp64d");
  if (passesFloatAsInteger(*options.params))
    return makeError(ErrorCode::Unsupported,
                     "the program takes a ninth floating-point parameter in an "
                     "integer register: put it into a buffer");
  return Error::success();
}

void ProgramLifter::addBlock(vmir::Block block,
                             std::vector<LiftedInstruction> instructions) {
  result.program.blocks.push_back(std::move(block));
  result.instructions.push_back(std::move(instructions));
}

void ProgramLifter::liftBlock(GuestAddr start) {
  vmir::Block block;
  block.startPc = start;
  BlockWriter out(block, options.floatEnvironment);
  std::vector<LiftedInstruction> lifted;
  // Blocks that instructions need beside their own come behind it.
  size_t index = result.program.blocks.size();
  addBlock({});
  for (GuestAddr pc = start; !out.isEnded();) {
    auto found = result.code.instructions.find(pc);
    bool isOtherBlock = pc != start && result.code.leaders.count(pc);
    if (found == result.code.instructions.end() || isOtherBlock) {
      out.end(terms::Jmp{pc});
      break;
    }
    size_t firstOp = block.ops.size();
    liftInstruction(found->second, out);
    lifted.push_back({pc, firstOp, block.ops.size() - firstOp});
    pc = found->second.getNextPc();
  }
  result.program.blocks[index] = std::move(block);
  result.instructions[index] = std::move(lifted);
}

void ProgramLifter::liftInstruction(const DecodedInstruction &instruction,
                                    BlockWriter &out) {
  out.beginInstruction();
  if (!isLiftable(instruction)) {
    out.appendUnsupported(decoder.print(instruction));
    out.end(terms::Jmp{instruction.getNextPc()});
    return;
  }
  if (options.floatEnvironment == FloatEnvironment::Default) {
    if (needsEnvironment(instruction)) {
      out.end(terms::Jmp{addEnvironmentExit(instruction)});
      return;
    }
    testRoundingMode(instruction, out);
    testFlags(instruction, out);
  }
  appendSemantics(instruction, out);
}

/// Whether \p instruction reads or writes exception flags so that it matters.
bool ProgramLifter::needsEnvironment(
    const DecodedInstruction &instruction) const {
  return accessesFlags(instruction) && !quietFlagAccesses.count(instruction.pc);
}

/// Leaves before frm becomes another mode than nearest even, which arithmetic
/// with the dynamic mode is lifted as.
void ProgramLifter::testRoundingMode(const DecodedInstruction &instruction,
                                     BlockWriter &out) {
  if (!writesCsr(instruction) || instruction.csr != vmir::kFrmCsr)
    return;
  RegId mode = out.makeTemporary();
  out.append(ops::And{mode, semantics::makeWrittenValue(instruction, out),
                      out.makeConstant(7)});
  out.append(ops::Bne{mode, 0, addEnvironmentExit(instruction)});
}

/// Leaves before a restore of flags writes others than there are: it was not
/// reached from where they were saved.
void ProgramLifter::testFlags(const DecodedInstruction &instruction,
                              BlockWriter &out) {
  if (!isFlagRestore(instruction))
    return;
  RegId flags = out.makeTemporary();
  out.append(ops::CsrRead{flags, vmir::kFflagsCsr});
  out.append(ops::Bne{instruction.rs1, flags, addEnvironmentExit(instruction)});
}

/// Adds the block at an odd address, where no instruction can be, that ends the
/// hart before \p instruction. Gives the address.
GuestAddr
ProgramLifter::addEnvironmentExit(const DecodedInstruction &instruction) {
  vmir::Block block;
  block.startPc = instruction.pc | 1;
  BlockWriter out(block);
  out.appendUnsupported((environmentText + decoder.print(instruction)).str());
  out.end(terms::Jmp{instruction.pc});
  GuestAddr address = block.startPc;
  addBlock(std::move(block));
  return address;
}

std::optional<GuestAddr>
vmjit::riscv::getEnvironmentExit(const vmir::Block &block) {
  if (block.startPc % 2 == 0 || block.ops.size() != 1)
    return std::nullopt;
  const auto *exit = std::get_if<ops::VendorConfig>(&block.ops.front());
  if (!exit || !StringRef(exit->config).starts_with(environmentText))
    return std::nullopt;
  return block.startPc - 1;
}

/// Code may be linked to find data through gp, which kernels start with 0.
void ProgramLifter::addKernelEntry() {
  std::optional<GuestAddr> globalPointer =
      image.findSymbol(kGlobalPointerSymbol);
  if (!options.params || !globalPointer)
    return;
  vmir::Program &program = result.program;
  GuestAddr pc = program.entry | 1;
  while (any_of(program.blocks,
                [&](const vmir::Block &block) { return block.startPc == pc; }))
    pc += 2;
  vmir::Block block;
  block.startPc = pc;
  BlockWriter out(block);
  out.append(ops::MovImm{kGlobalPointerReg, *globalPointer});
  out.end(terms::Jmp{program.entry});
  program.entry = pc;
  addBlock(std::move(block));
}

Expected<LiftedProgram> ProgramLifter::run() {
  if (Error error = checkFloatParams())
    return std::move(error);
  Expected<CodeMap> code =
      discoverCode(image, decoder, options.entries,
                   {.maxInstructions = options.maxInstructions,
                    .followsCalls = options.followsCalls,
                    .followsPointers = options.followsPointers});
  if (!code)
    return code.takeError();
  result.code = std::move(*code);
  if (options.floatEnvironment == FloatEnvironment::Default)
    quietFlagAccesses = findQuietFlagAccesses(result.code);

  vmir::Program &program = result.program;
  program.name = options.name;
  program.entry = options.entries.front();
  program.params = options.params;
  if (options.params) {
    program.stackBytes = options.stackBytes;
    program.sharedBytes = options.sharedBytes;
  }
  if (options.includesData)
    program.segments = image.getDataSegments();
  for (GuestAddr leader : result.code.leaders)
    liftBlock(leader);
  addKernelEntry();
  if (Error error = vmir::verify(program))
    return std::move(error);
  return std::move(result);
}

Expected<LiftedProgram> vmjit::riscv::liftProgram(const GuestImage &image,
                                                  const Decoder &decoder,
                                                  const LiftOptions &options) {
  return ProgramLifter(image, decoder, options).run();
}
