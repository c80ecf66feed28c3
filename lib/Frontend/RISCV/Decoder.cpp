//===- Decoder.cpp - RISC-V instructions from bytes -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Frontend/RISCV/Decoder.h"

#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstPrinter.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

/// What can be lifted, and extensions whose instructions are at least named.
static constexpr StringLiteral features =
    "+m,+a,+f,+d,+c,+zicsr,+zifencei,"
    "+zba,+zbb,+zbc,+zbs,+zicond,+zfh,+zacas,+zicbom,+zicboz,+v";

struct Decoder::State {
  std::unique_ptr<MCRegisterInfo> registerInfo;
  std::unique_ptr<MCAsmInfo> asmInfo;
  std::unique_ptr<MCSubtargetInfo> subtargetInfo;
  std::unique_ptr<MCInstrInfo> instrInfo;
  std::unique_ptr<MCContext> context;
  std::unique_ptr<MCDisassembler> disassembler;
  std::unique_ptr<MCInstPrinter> printer;
  /// The row of each of LLVM's opcodes, or null.
  std::vector<const InstructionForm *> forms;
  /// The opcodes that are defined to be illegal.
  std::vector<unsigned> illegalOpcodes;

  Error create(const llvm::Target &target, const Triple &triple);
  Error resolveNames();
  bool disassemble(ArrayRef<uint8_t> bytes, GuestAddr pc, MCInst &inst,
                   uint64_t &size) const;
};

Error Decoder::State::create(const llvm::Target &target, const Triple &triple) {
  registerInfo.reset(target.createMCRegInfo(triple));
  if (registerInfo)
    asmInfo.reset(target.createMCAsmInfo(*registerInfo, triple, {}));
  subtargetInfo.reset(target.createMCSubtargetInfo(triple, "", features));
  instrInfo.reset(target.createMCInstrInfo());
  if (registerInfo && asmInfo && subtargetInfo && instrInfo) {
    context = std::make_unique<MCContext>(
        triple, asmInfo.get(), registerInfo.get(), subtargetInfo.get());
    disassembler.reset(target.createMCDisassembler(*subtargetInfo, *context));
    printer.reset(target.createMCInstPrinter(
        triple, /*SyntaxVariant=*/0, *asmInfo, *instrInfo, *registerInfo));
  }
  if (!disassembler || !printer)
    return makeError(ErrorCode::Unsupported,
                     "LLVM has no disassembler for RISC-V");
  printer->setPrintBranchImmAsAddress(true);
  return resolveNames();
}

Error Decoder::State::resolveNames() {
  StringMap<unsigned> opcodes;
  for (unsigned opcode = 0, end = instrInfo->getNumOpcodes(); opcode < end;
       ++opcode)
    opcodes[instrInfo->getName(opcode)] = opcode;
  forms.resize(instrInfo->getNumOpcodes());
  for (const InstructionForm &form : getInstructionForms()) {
    auto found = opcodes.find(form.name);
    if (found == opcodes.end())
      return makeErrorf(ErrorCode::Unsupported, "LLVM has no RISC-V opcode {0}",
                        form.name);
    forms[found->second] = &form;
  }
  for (StringRef name : {"UNIMP", "C_UNIMP"})
    if (auto found = opcodes.find(name); found != opcodes.end())
      illegalOpcodes.push_back(found->second);
  return Error::success();
}

/// What \p encoding, a fence that LLVM does not know, is to be taken for: its
/// reserved fields are ignored, and reserved modes mean an ordinary fence. None
/// for other instructions.
static std::optional<uint32_t> dropReservedFields(uint32_t encoding) {
  constexpr uint32_t operationMask = 0x707f, fence = 0x000f, fenceI = 0x100f;
  constexpr uint32_t sets = 0x0ff00000, modeAndSets = 0xfff00000;
  constexpr uint32_t fenceTSO = 0x8330000f;
  if ((encoding & operationMask) == fenceI)
    return fenceI;
  if ((encoding & operationMask) != fence)
    return std::nullopt;
  if ((encoding & modeAndSets) == (fenceTSO & modeAndSets))
    return fenceTSO;
  return fence | (encoding & sets);
}

bool Decoder::State::disassemble(ArrayRef<uint8_t> bytes, GuestAddr pc,
                                 MCInst &inst, uint64_t &size) const {
  auto disassembleThese = [&](ArrayRef<uint8_t> bytes) {
    inst.clear();
    return disassembler->getInstruction(inst, size, bytes, pc, nulls()) !=
           MCDisassembler::Fail;
  };
  if (disassembleThese(bytes))
    return true;
  if (bytes.size() != sizeof(uint32_t))
    return false;
  std::optional<uint32_t> known =
      dropReservedFields(support::endian::read32le(bytes.data()));
  if (!known)
    return false;
  uint8_t knownBytes[sizeof(uint32_t)];
  support::endian::write32le(knownBytes, *known);
  return disassembleThese(knownBytes);
}

/// Gives the field for \p role the value of \p operand.
static void setOperand(DecodedInstruction &instruction, OperandRole role,
                       const MCOperand &operand,
                       const MCRegisterInfo &registerInfo) {
  auto getRegister = [&] {
    return uint8_t(registerInfo.getEncodingValue(operand.getReg()));
  };
  switch (role) {
  case OperandRole::Rd:
    instruction.rd = getRegister();
    return;
  case OperandRole::Rs1:
    instruction.rs1 = getRegister();
    return;
  case OperandRole::Rs2:
    instruction.rs2 = getRegister();
    return;
  case OperandRole::Rs3:
    instruction.rs3 = getRegister();
    return;
  case OperandRole::Imm:
    instruction.imm = operand.getImm();
    return;
  case OperandRole::Rounding:
    instruction.rounding = static_cast<RoundingMode>(operand.getImm());
    return;
  case OperandRole::Csr:
    instruction.csr = uint16_t(operand.getImm());
    return;
  case OperandRole::Predecessors:
    instruction.predecessors = uint8_t(operand.getImm());
    return;
  case OperandRole::Successors:
    instruction.successors = uint8_t(operand.getImm());
    return;
  case OperandRole::Ignored:
  case OperandRole::LinksRa:
  case OperandRole::Acquire:
  case OperandRole::Release:
    return;
  }
}

/// Takes the operands of \p inst as \p form says. False if they are not what it
/// says they are.
static bool setOperands(DecodedInstruction &instruction,
                        const InstructionForm &form, const MCInst &inst,
                        const MCRegisterInfo &registerInfo) {
  unsigned index = 0;
  for (OperandRole role : form.operands) {
    if (role == OperandRole::LinksRa)
      instruction.rd = vmir::kReturnAddressReg;
    else if (role == OperandRole::Acquire)
      instruction.isAcquire = true;
    else if (role == OperandRole::Release)
      instruction.isRelease = true;
    else {
      bool isRegister = role <= OperandRole::Rs3;
      if (index >= inst.getNumOperands() ||
          !(isRegister ? inst.getOperand(index).isReg()
                       : inst.getOperand(index).isImm()))
        return false;
      setOperand(instruction, role, inst.getOperand(index++), registerInfo);
    }
  }
  return index == inst.getNumOperands();
}

/// How long the instruction is of which \p bytes are the first.
static uint8_t getEncodedSize(ArrayRef<uint8_t> bytes) {
  uint8_t size = (bytes[0] & 3) == 3 ? 4 : 2;
  return uint8_t(std::min<size_t>(size, bytes.size()));
}

Expected<Decoder> Decoder::create() {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    LLVMInitializeRISCVTargetInfo();
    LLVMInitializeRISCVTargetMC();
    LLVMInitializeRISCVDisassembler();
  });
  Triple triple("riscv64");
  std::string message;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return makeError(ErrorCode::Unsupported, message);
  auto state = std::make_unique<State>();
  if (Error error = state->create(*target, triple))
    return std::move(error);
  return Decoder(std::move(state));
}

Decoder::Decoder(std::unique_ptr<State> state) : state(std::move(state)) {}
Decoder::Decoder(Decoder &&) = default;
Decoder &Decoder::operator=(Decoder &&) = default;
Decoder::~Decoder() = default;

DecodedInstruction Decoder::decode(ArrayRef<uint8_t> bytes,
                                   GuestAddr pc) const {
  DecodedInstruction result;
  result.pc = pc;
  result.size = getEncodedSize(bytes);
  for (unsigned i = 0; i < result.size; ++i)
    result.encoding |= uint32_t(bytes[i]) << 8 * i;

  MCInst inst;
  uint64_t size = 0;
  if (!state->disassemble(bytes.take_front(result.size), pc, inst, size) ||
      size != result.size ||
      is_contained(state->illegalOpcodes, inst.getOpcode()))
    return result;
  result.isDecoded = true;
  if (const InstructionForm *form = state->forms[inst.getOpcode()])
    if (setOperands(result, *form, inst, *state->registerInfo))
      result.operation = form->operation;
  return result;
}

std::string Decoder::print(const DecodedInstruction &instruction) const {
  uint8_t bytes[4];
  support::endian::write32le(bytes, instruction.encoding);
  MCInst inst;
  uint64_t size = 0;
  if (!state->disassemble(ArrayRef(bytes, instruction.size), instruction.pc,
                          inst, size) ||
      size != instruction.size)
    return formatv(".{0}byte {1:x}", int(instruction.size),
                   instruction.encoding);
  std::string text;
  raw_string_ostream os(text);
  state->printer->printInst(&inst, instruction.pc, /*Annot=*/"",
                            *state->subtargetInfo, os);
  std::replace(text.begin(), text.end(), '\t', ' ');
  return StringRef(text).trim().str();
}
