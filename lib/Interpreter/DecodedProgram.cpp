//===- DecodedProgram.cpp - Blocks as the interpreter runs them -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecodedProgram.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

namespace {

template <class Tag>
inline constexpr bool isXReg =
    std::is_same_v<Tag, field::XDst> || std::is_same_v<Tag, field::XSrc>;
template <class Tag>
inline constexpr bool isFReg =
    std::is_same_v<Tag, field::FDst> || std::is_same_v<Tag, field::FSrc>;

/// Gathers what has to be known of a block's registers before its operands are
/// turned into slots.
class RegisterScan {
public:
  template <class Tag, class T>
  void operator()(Tag, StringRef, const T &member) {
    if constexpr (isXReg<Tag>)
      addX(member);
    else if constexpr (isFReg<Tag>)
      badFReg |= canonicalReg(member) >= kArchRegCount;
    else if constexpr (std::is_same_v<Tag, field::Opnd>)
      addOperand(member, /*depth=*/1);
  }

  std::vector<RegId> takeTemporaries() {
    llvm::sort(temporaries);
    temporaries.erase(llvm::unique(temporaries), temporaries.end());
    return std::move(temporaries);
  }
  bool hasBadFReg() const { return badFReg; }
  bool hasBadOperand() const { return badOperand; }

private:
  void addX(RegId id) {
    if (canonicalReg(id) >= kArchRegCount)
      temporaries.push_back(canonicalReg(id));
  }
  void addOperand(const Operand &operand, unsigned depth) {
    size_t parts = operand.kind == Operand::Binary ? 2 : 0;
    if (depth > kMaxOperandDepth || operand.operands.size() != parts) {
      badOperand = true;
      return;
    }
    addX(operand.reg);
    for (const Operand &part : operand.operands)
      addOperand(part, depth + 1);
  }

  std::vector<RegId> temporaries;
  bool badFReg = false;
  bool badOperand = false;
};

/// Turns register operands into slots.
class SlotAssigner {
public:
  SlotAssigner(ArrayRef<RegId> temporaries, bool zeroReg)
      : temporaries(temporaries), zeroReg(zeroReg) {}

  template <class Tag, class T>
  void operator()(Tag, StringRef, T &member) const {
    if constexpr (isXReg<Tag>)
      member = getSlot(member);
    else if constexpr (isFReg<Tag>)
      member = canonicalReg(member);
    else if constexpr (std::is_same_v<Tag, field::Opnd>)
      assignOperand(member);
    // Only a write of the zero register goes elsewhere.
    if constexpr (std::is_same_v<Tag, field::XDst>)
      if (zeroReg && member == 0)
        member = kSinkSlot;
  }

private:
  RegId getSlot(RegId id) const {
    id = canonicalReg(id);
    if (id < kArchRegCount)
      return id;
    auto it = llvm::lower_bound(temporaries, id);
    return kFirstTemporarySlot + std::distance(temporaries.begin(), it);
  }
  void assignOperand(Operand &operand) const {
    operand.reg = getSlot(operand.reg);
    for (Operand &part : operand.operands)
      assignOperand(part);
  }

  ArrayRef<RegId> temporaries;
  bool zeroReg;
};

/// Calls \p visit for each field of the ops and the terminator of \p block.
template <class BlockT, class Visitor>
void forEachFieldOf(BlockT &block, Visitor &&visit) {
  auto visitAll = [&](auto &op) { forEachField(op, visit); };
  for (auto &op : block.ops)
    std::visit(visitAll, op);
  std::visit(visitAll, block.term);
}

} // namespace

static Expected<DecodedBlock> decodeBlock(const Block &block, bool zeroReg) {
  RegisterScan scan;
  forEachFieldOf(block, scan);
  if (scan.hasBadFReg())
    return makeErrorf(ErrorCode::InvalidProgram,
                      "block {0:x} names a floating-point register above {1}",
                      block.startPc, kArchRegCount - 1);
  if (scan.hasBadOperand())
    return makeErrorf(ErrorCode::InvalidProgram,
                      "block {0:x} has an operand of a wrong form, or nested "
                      "more than {1} levels deep",
                      block.startPc, kMaxOperandDepth);
  DecodedBlock decoded{block.startPc,          block.ops, block.term,
                       scan.takeTemporaries(), {},        block.isInner};
  forEachFieldOf(decoded, SlotAssigner(decoded.temporaries, zeroReg));
  return decoded;
}

/// The addresses that \p term names as targets.
static std::vector<GuestAddr> getTargets(const Terminator &term) {
  return std::visit(
      Overloaded{
          [](const terms::Ret &) { return std::vector<GuestAddr>(); },
          [](const terms::Jmp &jmp) { return std::vector{jmp.target}; },
          [](const terms::JmpReg &) { return std::vector<GuestAddr>(); },
          [](const terms::CondJmp &jmp) {
            return std::vector{jmp.targetTrue, jmp.targetFalse};
          },
          [](const terms::Call &call) { return std::vector{call.target}; },
          [](const terms::Fault &) { return std::vector<GuestAddr>(); },
          [](const terms::Interrupt &) { return std::vector<GuestAddr>(); }},
      term);
}

Expected<std::unique_ptr<DecodedProgram>>
DecodedProgram::decode(const Program &program) {
  auto decoded = std::make_unique<DecodedProgram>();
  decoded->zeroReg = program.zeroReg;
  if (Error error = decoded->add(program.blocks))
    return std::move(error);
  return decoded;
}

Error DecodedProgram::add(ArrayRef<Block> added) {
  std::vector<DecodedBlock> results;
  results.reserve(added.size());
  for (const Block &block : added) {
    Expected<DecodedBlock> result = decodeBlock(block, zeroReg);
    if (!result)
      return result.takeError();
    results.push_back(std::move(*result));
  }
  size_t first = blocks.size();
  for (auto [index, block] : enumerate(added))
    if (!blockAt.try_emplace(block.startPc, first + index).second) {
      for (const Block &before : added.take_front(index))
        blockAt.erase(before.startPc);
      return makeErrorf(ErrorCode::InvalidProgram, "two blocks start at {0:x}",
                        block.startPc);
    }
  for (DecodedBlock &block : results) {
    uint32_t slots = kFirstTemporarySlot + block.temporaries.size();
    slotCount = std::max(slotCount, slots);
    for (GuestAddr pc : getTargets(block.term)) {
      auto found = blockAt.find(pc);
      block.successors.push_back(
          {pc, found == blockAt.end() ? kNoBlock : found->second});
    }
  }
  llvm::move(results, std::back_inserter(blocks));
  return Error::success();
}

void DecodedProgram::hideBlock(GuestAddr pc, bool isHidden) {
  if (auto found = blockAt.find(pc); found != blockAt.end())
    blocks[found->second].isHidden = isHidden;
}

uint32_t DecodedProgram::findBlock(GuestAddr pc, uint32_t opIndex) const {
  auto it = blockAt.find(pc);
  if (it == blockAt.end())
    return kNoBlock;
  const DecodedBlock &block = blocks[it->second];
  bool isThere = opIndex != 0 || (!block.isHidden && !block.isInner);
  return isThere ? it->second : kNoBlock;
}

uint32_t DecodedProgram::findSuccessor(const DecodedBlock &from,
                                       GuestAddr pc) const {
  auto getVisible = [&](uint32_t index) {
    return blocks[index].isHidden ? kNoBlock : index;
  };
  for (const DecodedBlock::Successor &successor : from.successors)
    if (successor.pc == pc && successor.block != kNoBlock)
      return getVisible(successor.block);
  auto it = blockAt.find(pc);
  return it == blockAt.end() ? kNoBlock : getVisible(it->second);
}
