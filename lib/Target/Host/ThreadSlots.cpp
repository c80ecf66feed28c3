//===- ThreadSlots.cpp - What threads keep between regions ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Slots are loaded at the start of a region and stored where the value is
// computed; those of a phi at the end of the regions that it gets values from.
//
//===----------------------------------------------------------------------===//

#include "ThreadSlots.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;
using namespace vmjit;

/// Instructions that are rather done again than kept.
static constexpr unsigned kMaxRepeated = 12;

ThreadSlots::ThreadSlots(Function &thread, const ThreadRegions &regions)
    : thread(thread), regions(regions) {
  findKept();
}

/// Whether \p value belongs to a thread and is computed somewhere.
bool ThreadSlots::isKept(const Value *value) const {
  return isa<Instruction>(value) && !regions.isUniform(value);
}

bool ThreadSlots::isCheap(const Value *value, unsigned &budget) const {
  auto *instruction = dyn_cast<Instruction>(value);
  if (!instruction || regions.isUniform(value) || getCoordinate(value))
    return true;
  if (isa<PHINode>(instruction) || instruction->mayReadOrWriteMemory() ||
      !isSafeToSpeculativelyExecute(instruction) || budget == 0)
    return false;
  --budget;
  return all_of(instruction->operands(),
                [&](const Use &use) { return isCheap(use, budget); });
}

/// The region in which \p use takes place.
static std::optional<unsigned> getRegionOfUse(const ThreadRegions &regions,
                                              const Use &use) {
  auto *user = cast<Instruction>(use.getUser());
  if (auto *phi = dyn_cast<PHINode>(user))
    return regions.getRegionOf(phi->getIncomingBlock(use));
  return regions.getRegionOf(user->getParent());
}

void ThreadSlots::findKept() {
  for (Instruction &instruction : instructions(thread)) {
    if (!isKept(&instruction))
      continue;
    std::optional<unsigned> own = regions.getRegionOf(instruction.getParent());
    bool isUsedElsewhere = any_of(instruction.uses(), [&](const Use &use) {
      std::optional<unsigned> region = getRegionOfUse(regions, use);
      // Tests of joints are evaluated otherwise.
      return region && region != own;
    });
    unsigned budget = kMaxRepeated;
    // What is not in a region is a phi.
    if (!own || (isUsedElsewhere && !isCheap(&instruction, budget)))
      slots[&instruction] = nullptr;
  }
}

uint64_t ThreadSlots::getThreadBytes() const {
  const DataLayout &layout = thread.getDataLayout();
  uint64_t bytes = 0;
  for (const auto &[value, slot] : slots)
    bytes += layout.getTypeAllocSize(value->getType());
  return bytes;
}

Value *ThreadSlots::getElement(IRBuilderBase &b, Value *value,
                               unsigned region) {
  return b.CreateInBoundsGEP(value->getType(), slots.lookup(value),
                             indices[region]);
}

/// \p value of another region in \p region.
Value *ThreadSlots::get(Value *value, unsigned region) {
  if (Value *original = originals.lookup(value))
    value = original;
  if (!isKept(value))
    return value;
  if (Value *copy = copies.lookup({value, region}))
    return copy;
  Value *copy =
      slots.contains(value) ? load(value, region) : computeAgain(value, region);
  originals[copy] = value;
  return copies[{value, region}] = copy;
}

Value *ThreadSlots::load(Value *value, unsigned region) {
  BasicBlock *entry = regions.getRegions()[region].entry;
  IRBuilder<> b(entry, entry->getFirstInsertionPt());
  b.SetCurrentDebugLocation({});
  return b.CreateLoad(value->getType(), getElement(b, value, region));
}

Value *ThreadSlots::computeAgain(Value *value, unsigned region) {
  BasicBlock *entry = regions.getRegions()[region].entry;
  Instruction *again = cast<Instruction>(value)->clone();
  SmallVector<Value *> operands;
  for (Value *operand : again->operands())
    operands.push_back(get(operand, region));
  for (auto [index, operand] : enumerate(operands))
    again->setOperand(index, operand);
  // Behind what it is computed from.
  BasicBlock::iterator position = entry->getFirstInsertionPt();
  for (Value *operand : operands)
    if (auto *instruction = dyn_cast<Instruction>(operand))
      if (instruction->getParent() == entry &&
          !instruction->comesBefore(&*position))
        position = std::next(instruction->getIterator());
  again->insertBefore(position);
  return again;
}

void ThreadSlots::replaceUses(unsigned region) {
  SmallVector<Use *> uses;
  for (BasicBlock *block : regions.getRegions()[region].blocks)
    for (Instruction &instruction : *block)
      for (Use &use : instruction.operands()) {
        auto *used = dyn_cast<Instruction>(use);
        if (used && isKept(used) &&
            regions.getRegionOf(used->getParent()) != region)
          uses.push_back(&use);
      }
  for (Use *use : uses)
    use->set(get(use->get(), region));
}

void ThreadSlots::storeValues() {
  for (const auto &[value, slot] : slots) {
    auto *instruction = cast<Instruction>(value);
    std::optional<unsigned> region =
        regions.getRegionOf(instruction->getParent());
    if (!region)
      continue;
    IRBuilder<> b(instruction->getParent(),
                  isa<PHINode>(instruction)
                      ? instruction->getParent()->getFirstInsertionPt()
                      : std::next(instruction->getIterator()));
    b.SetCurrentDebugLocation({});
    b.CreateStore(value, getElement(b, value, *region));
  }
}

/// Phis of joints become stores at the ends of the regions before them.
void ThreadSlots::assignPhis() {
  SmallVector<PHINode *> phis;
  for (const auto &[value, slot] : slots) {
    auto *phi = dyn_cast<PHINode>(value);
    if (!phi || regions.getRegionOf(phi->getParent()))
      continue;
    phis.push_back(phi);
    for (auto [from, incoming] :
         zip_equal(phi->blocks(), phi->incoming_values())) {
      unsigned region = *regions.getRegionOf(from);
      auto *instruction = dyn_cast<Instruction>(incoming);
      bool isOwn = instruction &&
                   regions.getRegionOf(instruction->getParent()) == region;
      Value *assigned = isOwn ? incoming.get() : get(incoming, region);
      IRBuilder<> b(from->getTerminator());
      b.SetCurrentDebugLocation({});
      b.CreateStore(assigned, getElement(b, phi, region));
    }
  }
  // Nothing uses them anymore but each other.
  for (PHINode *phi : phis)
    phi->replaceAllUsesWith(PoisonValue::get(phi->getType()));
  for (PHINode *phi : phis)
    phi->eraseFromParent();
}

void ThreadSlots::create(IRBuilderBase &b, uint64_t capacity,
                         ArrayRef<Value *> indices) {
  this->indices = indices;
  for (auto &[value, slot] : slots)
    slot = b.CreateAlloca(ArrayType::get(value->getType(), capacity), nullptr,
                          "slot");
  storeValues();
  for (unsigned region = 0; region < regions.getRegions().size(); ++region)
    replaceUses(region);
  assignPhis();
}
