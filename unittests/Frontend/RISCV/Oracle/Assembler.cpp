//===- Assembler.cpp - Bytes of RISC-V instructions -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Assembler.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCCodeEmitter.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCFixup.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;
using namespace vmjit::riscv::oracle;

struct Assembler::State {
  std::unique_ptr<MCRegisterInfo> registerInfo;
  std::unique_ptr<MCAsmInfo> asmInfo;
  std::unique_ptr<MCSubtargetInfo> subtargetInfo;
  std::unique_ptr<MCInstrInfo> instrInfo;
  std::unique_ptr<MCContext> context;
  std::unique_ptr<MCCodeEmitter> emitter;
  StringMap<unsigned> opcodes;

  const MCRegisterClass &getClass(const MCOperandInfo &operand) const;
  MCOperand makeRegister(const MCOperandInfo &operand, int64_t number) const;
  int64_t pickRegister(const MCOperandInfo &operand, bool mayBeZero,
                       Random &random) const;
  void emit(Bytes &bytes, const MCInst &inst) const;
};

Expected<Assembler> Assembler::create() {
  LLVMInitializeRISCVTargetInfo();
  LLVMInitializeRISCVTargetMC();
  Triple triple("riscv64");
  std::string message;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return makeError(ErrorCode::Unsupported, message);
  auto state = std::make_unique<State>();
  state->registerInfo.reset(target->createMCRegInfo(triple));
  state->asmInfo.reset(
      target->createMCAsmInfo(*state->registerInfo, triple, {}));
  state->subtargetInfo.reset(target->createMCSubtargetInfo(
      triple, "", "+m,+a,+f,+d,+c,+zicsr,+zifencei"));
  state->instrInfo.reset(target->createMCInstrInfo());
  state->context = std::make_unique<MCContext>(triple, state->asmInfo.get(),
                                               state->registerInfo.get(),
                                               state->subtargetInfo.get());
  state->emitter.reset(
      target->createMCCodeEmitter(*state->instrInfo, *state->context));
  for (unsigned i = 0, end = state->instrInfo->getNumOpcodes(); i < end; ++i)
    state->opcodes[state->instrInfo->getName(i)] = i;
  return Assembler(std::move(state));
}

Assembler::Assembler(std::unique_ptr<State> state) : state(std::move(state)) {}
Assembler::Assembler(Assembler &&) = default;
Assembler::~Assembler() = default;

const MCRegisterClass &
Assembler::State::getClass(const MCOperandInfo &operand) const {
  return registerInfo->getRegClass(instrInfo->getOpRegClassID(
      operand, subtargetInfo->getHwMode(MCSubtargetInfo::HwMode_RegInfo)));
}

/// The register of the operand's class that is encoded as \p number; no
/// register if there is none.
MCOperand Assembler::State::makeRegister(const MCOperandInfo &operand,
                                         int64_t number) const {
  for (MCPhysReg reg : getClass(operand))
    if (registerInfo->getEncodingValue(reg) == number)
      return MCOperand::createReg(reg);
  return MCOperand::createReg(MCRegister());
}

int64_t Assembler::State::pickRegister(const MCOperandInfo &operand,
                                       bool mayBeZero, Random &random) const {
  // The names of floating-point classes begin with FPR.
  StringRef name = registerInfo->getRegClassName(&getClass(operand));
  if (name.starts_with("FPR"))
    return kFloatWindow[random() % std::size(kFloatWindow)];
  if (mayBeZero && random() % 8 == 0 && makeRegister(operand, 0).getReg())
    return 0;
  // The stack pointer is all there is to some.
  for (unsigned attempt = 0; attempt < 100; ++attempt) {
    int64_t number = kIntegerWindow[random() % std::size(kIntegerWindow)];
    if (makeRegister(operand, number).getReg())
      return number;
  }
  return 0;
}

void Assembler::State::emit(Bytes &bytes, const MCInst &inst) const {
  SmallVector<MCFixup, 1> fixups;
  emitter->encodeInstruction(inst, bytes, fixups, *subtargetInfo);
}

void Assembler::append(Bytes &bytes, StringRef name,
                       ArrayRef<int64_t> operands) const {
  MCInst inst;
  inst.setOpcode(state->opcodes.lookup(name));
  const MCInstrDesc &desc = state->instrInfo->get(inst.getOpcode());
  for (auto [index, value] : enumerate(operands)) {
    const MCOperandInfo &operand = desc.operands()[index];
    inst.addOperand(operand.RegClass >= 0 ? state->makeRegister(operand, value)
                                          : MCOperand::createImm(value));
  }
  state->emit(bytes, inst);
}

static int64_t pickImmediate(Random &random) {
  static constexpr int64_t edges[] = {0,  1,  -1,      2,       4,      8,   16,
                                      31, 32, 2047,    -2048,   63,     -16, 5,
                                      15, 33, 0xfffff, 0x80000, 0x7ffff};
  if (random() % 2)
    return edges[random() % std::size(edges)];
  return int64_t(random() % 4096) - 2048;
}

static int64_t pickOperand(OperandRole role, bool isJump, int64_t distance,
                           Random &random) {
  static constexpr int64_t modes[] = {0, 7, 1, 2, 3, 4};
  if (role == OperandRole::Rounding)
    return modes[random() % std::size(modes)];
  if (role == OperandRole::Csr)
    return 1 + int64_t(random() % 3);
  if (role == OperandRole::Predecessors || role == OperandRole::Successors)
    return int64_t(random() % 16);
  return isJump ? distance : pickImmediate(random);
}

Bytes Assembler::makeRandom(const InstructionForm &form, int64_t distance,
                            Random &random) const {
  MCInst inst;
  inst.setOpcode(state->opcodes.lookup(form.name));
  const MCInstrDesc &desc = state->instrInfo->get(inst.getOpcode());
  Family family = getFamily(form.operation);
  bool isJump = family == Family::Control && form.operation != Operation::JALR;
  bool isAddress = family == Family::Memory || family == Family::Atomic ||
                   form.operation == Operation::JALR;
  for (auto [index, operand] : enumerate(desc.operands())) {
    int tied = desc.getOperandConstraint(index, MCOI::TIED_TO);
    OperandRole role = form.operands[index];
    if (tied >= 0)
      inst.addOperand(inst.getOperand(tied));
    else if (operand.RegClass >= 0) {
      bool mayBeZero = !(isAddress && role == OperandRole::Rs1);
      inst.addOperand(state->makeRegister(
          operand, state->pickRegister(operand, mayBeZero, random)));
    } else
      inst.addOperand(
          MCOperand::createImm(pickOperand(role, isJump, distance, random)));
  }
  Bytes bytes;
  state->emit(bytes, inst);
  return bytes;
}
