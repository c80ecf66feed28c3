//===- CodeMap.cpp - The instructions that a program reaches ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Frontend/RISCV/CodeMap.h"

#include "AddressTracker.h"
#include "ControlFlow.h"
#include "JumpTables.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"

#include <deque>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

namespace {
/// How many instructions before a jump may matter to its table, in its own
/// stretch and in the one before.
constexpr size_t maxTraceLength = 64;

/// Follows code stretch by stretch: from an address that is jumped to, on to
/// where it does not go on, or has been seen.
class Discovery {
public:
  Discovery(const GuestImage &image, const Decoder &decoder,
            const DiscoveryOptions &options)
      : image(image), decoder(decoder), options(options), tracker(image) {}

  Error addEntry(GuestAddr pc);
  Expected<CodeMap> run();

private:
  /// How a stretch was first reached: by a jump or a taken branch.
  struct Arrival {
    GuestAddr stretch;
    GuestAddr branch;
  };

  void reach(GuestAddr pc, std::optional<Arrival> arrival = std::nullopt);
  Error followStretch(GuestAddr start);
  /// Whether the stretch goes on behind \p instruction.
  bool follow(const DecodedInstruction &instruction, GuestAddr stretch);
  void followIndirect(const DecodedInstruction &jump, GuestAddr stretch);
  void takeAddress(const DecodedInstruction &instruction);
  bool followPointers();
  const DecodedInstruction *getPrevious(GuestAddr pc) const;
  std::vector<TraceStep> getTrace(GuestAddr stretch, GuestAddr end) const;
  void addSteps(std::vector<TraceStep> &trace, GuestAddr stretch,
                GuestAddr end) const;

  const GuestImage &image;
  const Decoder &decoder;
  const DiscoveryOptions &options;
  CodeMap map;
  std::deque<GuestAddr> pending;
  std::map<GuestAddr, Arrival> arrivals;
  uint64_t jumpTargetCount = 0;
  /// Of the stretch that is being followed.
  AddressTracker tracker;
  /// The functions whose addresses code makes.
  std::set<GuestAddr> addressedFunctions;
  /// Whether there is a jump that may go to any function.
  bool hasUnknownJump = false;
  bool hasDataPointers = false;
};
} // namespace

Error Discovery::addEntry(GuestAddr pc) {
  if (pc % 2 != 0)
    return makeErrorf(ErrorCode::InvalidArgument, "the entry {0:x} is odd", pc);
  if (image.getCode(pc).empty())
    return makeErrorf(ErrorCode::InvalidArgument, "there is no code at {0:x}",
                      pc);
  reach(pc);
  return Error::success();
}

void Discovery::reach(GuestAddr pc, std::optional<Arrival> arrival) {
  if (image.getCode(pc).empty() || !map.leaders.insert(pc).second)
    return;
  if (arrival)
    arrivals.emplace(pc, *arrival);
  // What was passed through on the way is only split.
  if (!map.instructions.count(pc))
    pending.push_back(pc);
}

Expected<CodeMap> Discovery::run() {
  do {
    while (!pending.empty()) {
      GuestAddr start = pending.front();
      pending.pop_front();
      if (Error error = followStretch(start))
        return std::move(error);
    }
  } while (followPointers());
  return std::move(map);
}

Error Discovery::followStretch(GuestAddr start) {
  tracker.reset();
  for (GuestAddr pc = start;;) {
    ArrayRef<uint8_t> bytes = image.getCode(pc);
    if (bytes.empty())
      return Error::success();
    // Where ways meet that began in the middle of each other's instructions, a
    // block begins, or each of many would have all that follows.
    if (map.instructions.count(pc)) {
      map.leaders.insert(pc);
      return Error::success();
    }
    if (map.instructions.size() >= options.maxInstructions)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "the code has more than {0} instructions",
                        options.maxInstructions);
    DecodedInstruction instruction = decoder.decode(bytes, pc);
    map.instructions.emplace(pc, instruction);
    takeAddress(instruction);
    if (!follow(instruction, start))
      return Error::success();
    pc = instruction.getNextPc();
  }
}

bool Discovery::follow(const DecodedInstruction &instruction,
                       GuestAddr stretch) {
  ControlFlow flow = getControlFlow(instruction);
  GuestAddr next = instruction.getNextPc();
  switch (flow.kind) {
  case FlowKind::Next:
    return true;
  case FlowKind::NextBlock:
    reach(next);
    return false;
  case FlowKind::Branch:
    reach(flow.target, Arrival{stretch, instruction.pc});
    if (!image.getCode(next).empty())
      map.leaders.insert(next);
    return true;
  case FlowKind::Jump:
    if (!flow.links)
      reach(flow.target, Arrival{stretch, instruction.pc});
    else if (options.followsCalls)
      reach(flow.target);
    break;
  case FlowKind::IndirectJump:
    followIndirect(instruction, stretch);
    break;
  case FlowKind::Stop:
    return false;
  }
  if (flow.links)
    reach(next);
  return false;
}

/// As the return-address stack of a processor tells returns: through ra or t0.
static bool isReturn(const DecodedInstruction &jump) {
  constexpr uint8_t alternateLinkReg = 5;
  return jump.rd == 0 &&
         (jump.rs1 == vmir::kReturnAddressReg || jump.rs1 == alternateLinkReg);
}

void Discovery::followIndirect(const DecodedInstruction &jump,
                               GuestAddr stretch) {
  std::vector<TraceStep> trace = getTrace(stretch, jump.pc);
  std::vector<GuestAddr> targets = findJumpTargets(image, trace, jump);
  if (targets.empty() || targets.size() > kMaxJumpTargets - jumpTargetCount) {
    hasUnknownJump |= !isReturn(jump);
    return;
  }
  jumpTargetCount += targets.size();
  for (GuestAddr target : targets)
    reach(target);
  map.indirectTargets.emplace(jump.pc, std::move(targets));
}

void Discovery::takeAddress(const DecodedInstruction &instruction) {
  if (std::optional<GuestAddr> address = tracker.step(instruction))
    if (image.isFunction(*address))
      addressedFunctions.insert(*address);
}

/// Reaches the functions that pointers lead to, if there is a jump that may go
/// there. Whether that made anything pending.
bool Discovery::followPointers() {
  if (!hasUnknownJump || !options.followsCalls || !options.followsPointers)
    return false;
  if (!hasDataPointers)
    for (GuestAddr function : image.findFunctionPointers())
      reach(function);
  hasDataPointers = true;
  for (GuestAddr function : addressedFunctions)
    reach(function);
  addressedFunctions.clear();
  return !pending.empty();
}

/// The instruction in front of \p pc.
const DecodedInstruction *Discovery::getPrevious(GuestAddr pc) const {
  for (uint8_t size : {4, 2}) {
    auto found = map.instructions.find(pc - size);
    if (found != map.instructions.end() && found->second.size == size)
      return &found->second;
  }
  return nullptr;
}

/// Appends the last instructions of \p stretch before \p end, no branch taken.
void Discovery::addSteps(std::vector<TraceStep> &trace, GuestAddr stretch,
                         GuestAddr end) const {
  SmallVector<TraceStep, maxTraceLength> steps;
  for (GuestAddr pc = end; pc != stretch && steps.size() < maxTraceLength;) {
    const DecodedInstruction *previous = getPrevious(pc);
    if (!previous)
      break;
    steps.push_back({previous, false});
    pc = previous->pc;
  }
  append_range(trace, reverse(steps));
}

std::vector<TraceStep> Discovery::getTrace(GuestAddr stretch,
                                           GuestAddr end) const {
  std::vector<TraceStep> trace;
  if (auto arrival = arrivals.find(stretch); arrival != arrivals.end()) {
    addSteps(trace, arrival->second.stretch, arrival->second.branch);
    trace.push_back({&map.instructions.at(arrival->second.branch), true});
  }
  addSteps(trace, stretch, end);
  return trace;
}

Expected<CodeMap> vmjit::riscv::discoverCode(const GuestImage &image,
                                             const Decoder &decoder,
                                             ArrayRef<GuestAddr> entries,
                                             const DiscoveryOptions &options) {
  if (entries.empty())
    return makeError(ErrorCode::InvalidArgument, "no entry is given");
  Discovery discovery(image, decoder, options);
  for (GuestAddr entry : entries)
    if (Error error = discovery.addEntry(entry))
      return std::move(error);
  return discovery.run();
}
