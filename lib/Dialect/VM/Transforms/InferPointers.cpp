//===- InferPointers.cpp - Addresses become pointers with an origin -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IncomingValues.h"
#include "mlir/IR/Matchers.h"
#include "vmjit/Dialect/VM/Transforms/LinkedFunction.h"
#include "vmjit/Dialect/VM/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace vmjit::vm {
#define GEN_PASS_DEF_VMINFERPOINTERSPASS
#include "vmjit/Dialect/VM/Transforms/Passes.h.inc"
} // namespace vmjit::vm

using namespace mlir;
using namespace vmjit::vm;

namespace {
/// What is known of an i64 value. Values only move to the right:
/// Unknown -> Constant -> Int -> Pointer, and a pointer's space to Generic.
struct Origin {
  enum Kind : uint8_t { Unknown, Constant, Int, Pointer };
  Kind kind = Unknown;
  MemorySpace space = MemorySpace::Generic;
  /// The integer is a guest address, which differs from the device address.
  bool isGuestAddress = false;

  bool operator==(const Origin &) const = default;
  bool isPointer() const { return kind == Pointer; }

  /// What is known where either may be the case. An integer that may take a
  /// pointer's place makes it generic, unless it is a constant: that is a null
  /// or a register not yet set, never what is accessed.
  static Origin join(const Origin &a, const Origin &b) {
    if (a.kind == Unknown || a == b)
      return b;
    if (b.kind == Unknown)
      return a;
    if (!a.isPointer() && !b.isPointer())
      return {std::max(a.kind, b.kind)};
    bool isGuest = a.isGuestAddress || b.isGuestAddress;
    if (a.isPointer() && b.isPointer())
      return {Pointer, a.space == b.space ? a.space : MemorySpace::Generic,
              isGuest};
    const Origin &pointer = a.isPointer() ? a : b;
    const Origin &other = a.isPointer() ? b : a;
    return {Pointer,
            other.kind == Constant ? pointer.space : MemorySpace::Generic,
            isGuest};
  }
};

struct InferPointersPass
    : vmjit::vm::impl::VMInferPointersPassBase<InferPointersPass> {
  void runOnOperation() override {
    origins.clear();
    dependents.clear();
    edges.clear();
    pointers.clear();
    segments.clear();
    func::FuncOp function = getOperation();
    if (auto attr = function->getAttrOfType<ArrayAttr>(kSegmentsAttrName))
      llvm::append_range(segments, attr.getAsRange<SegmentAttr>());
    SmallVector<PtrFromIntOp> accesses;
    function.walk([&](PtrFromIntOp op) { accesses.push_back(op); });
    collectAddresses(accesses);
    solve();
    for (PtrFromIntOp access : accesses)
      if (origins[access.getSrc()].isPointer())
        rewriteAccess(access);
    passArguments();
    shareComputations();
    if (!segments.empty())
      function.walk([&](PtrFromIntOp access) { searchSegments(access); });
  }

private:
  //===--------------------------------------------------------------------===//
  // Analysis
  //===--------------------------------------------------------------------===//

  /// The values that the address \p value is computed from.
  SmallVector<Value> getSources(Value value) {
    SmallVector<Value> sources;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      forEachIncoming(argument, [&](BranchOpInterface, OpOperand &operand) {
        sources.push_back(operand.get());
      });
      return sources;
    }
    Operation *op = value.getDefiningOp();
    if (isa<AddOp, SubOp>(op))
      llvm::append_range(sources, op->getOperands());
    else if (auto select = dyn_cast<SelectOp>(op))
      sources = {select.getTrueValue(), select.getFalseValue()};
    return sources;
  }

  void collectAddresses(ArrayRef<PtrFromIntOp> accesses) {
    SmallVector<Value> worklist;
    for (PtrFromIntOp access : accesses)
      worklist.push_back(access.getSrc());
    while (!worklist.empty()) {
      Value value = worklist.pop_back_val();
      if (!origins.insert({value, Origin()}).second)
        continue;
      for (Value source : getSources(value)) {
        dependents[source].push_back(value);
        worklist.push_back(source);
      }
    }
  }

  /// Raises what is known until nothing changes. It only ever rises, so this
  /// ends.
  void solve() {
    SmallVector<Value> worklist;
    for (auto &entry : origins)
      worklist.push_back(entry.first);
    while (!worklist.empty()) {
      Value value = worklist.pop_back_val();
      Origin origin = Origin::join(origins[value], transfer(value));
      if (origin == origins[value])
        continue;
      origins[value] = origin;
      llvm::append_range(worklist, dependents[value]);
    }
  }

  /// The segment that holds \p address or ends there, or nothing.
  std::optional<unsigned> findSegment(const APInt &address) {
    for (auto [index, segment] : llvm::enumerate(segments))
      if ((address - segment.getAddr()).ule(segment.getBytes().size()))
        return index;
    return std::nullopt;
  }

  MemorySpace getSegmentSpace(unsigned index) {
    return segments[index].getWritable() ? MemorySpace::Global
                                         : MemorySpace::Constant;
  }

  /// The origin of a constant that is used as an address.
  Origin getConstantOrigin(const APInt &address) {
    if (std::optional<unsigned> segment = findSegment(address))
      return {Origin::Pointer, getSegmentSpace(*segment), true};
    return {Origin::Constant};
  }

  Origin transfer(Value value) {
    if (isa<BlockArgument>(value)) {
      Origin origin;
      for (Value source : getSources(value))
        origin = Origin::join(origin, origins[source]);
      return value.getParentBlock()->isEntryBlock() ? Origin{Origin::Int}
                                                    : origin;
    }
    Operation *op = value.getDefiningOp();
    if (auto cast = dyn_cast<PtrToIntOp>(op))
      return {Origin::Pointer, cast.getSrc().getType().getSpace()};
    if (isa<SharedBaseOp>(op))
      return {Origin::Pointer, MemorySpace::Shared};
    APInt constant;
    if (matchPattern(value, m_ConstantInt(&constant)))
      return getConstantOrigin(constant);
    if (auto select = dyn_cast<SelectOp>(op))
      return Origin::join(origins[select.getTrueValue()],
                          origins[select.getFalseValue()]);
    if (auto add = dyn_cast<AddOp>(op)) {
      Value base = getBase(add);
      return base ? origins[base] : joinInts(add.getLhs(), add.getRhs());
    }
    if (auto sub = dyn_cast<SubOp>(op)) {
      Value base = getBase(sub);
      return base ? origins[base] : joinInts(sub.getLhs(), sub.getRhs());
    }
    return {Origin::Int};
  }

  /// Int, or Unknown as long as an operand is.
  Origin joinInts(Value lhs, Value rhs) {
    if (origins[lhs].kind == Origin::Unknown ||
        origins[rhs].kind == Origin::Unknown)
      return {};
    return {Origin::Int};
  }

  /// Whether \p value points somewhere by itself. A constant in a segment's
  /// range does only where nothing else does.
  bool isPointerValue(Value value) {
    return origins[value].isPointer() && !matchPattern(value, m_Constant());
  }

  /// The operand of \p add that is the pointer; none if both or neither is.
  Value getBase(AddOp add) {
    Value lhs = add.getLhs(), rhs = add.getRhs();
    if (isPointerValue(lhs) != isPointerValue(rhs))
      return isPointerValue(lhs) ? lhs : rhs;
    if (isPointerValue(lhs) || origins[lhs].kind == Origin::Unknown ||
        origins[rhs].kind == Origin::Unknown)
      return {};
    if (origins[lhs].isPointer() != origins[rhs].isPointer())
      return origins[lhs].isPointer() ? lhs : rhs;
    return {};
  }

  /// The minuend, if it is a pointer and the subtrahend is not.
  Value getBase(SubOp sub) {
    bool isPointer =
        origins[sub.getLhs()].isPointer() && !isPointerValue(sub.getRhs());
    return isPointer ? sub.getLhs() : Value();
  }

  //===--------------------------------------------------------------------===//
  // Rewriting
  //===--------------------------------------------------------------------===//

  PointerType getPointerType(Value value) {
    return PointerType::get(&getContext(), origins[value].space);
  }

  void rewriteAccess(PtrFromIntOp access) {
    Value pointer = getPointer(access.getSrc());
    while (!unlinkedArguments.empty())
      linkArgument(unlinkedArguments.pop_back_val());
    access.replaceAllUsesWith(pointer);
    access.erase();
  }

  /// The values whose pointers the pointer of \p value is made from, where it
  /// is not an argument.
  SmallVector<Value, 2> getPointerSources(Value value) {
    Operation *op = value.getDefiningOp();
    SmallVector<Value, 2> sources;
    if (auto select = dyn_cast<SelectOp>(op))
      sources = {select.getTrueValue(), select.getFalseValue()};
    else if (auto add = dyn_cast<AddOp>(op))
      sources = {getBase(add)};
    else if (auto sub = dyn_cast<SubOp>(op))
      sources = {getBase(sub)};
    llvm::erase_if(sources, [&](Value source) {
      return !source || !origins[source].isPointer();
    });
    return sources;
  }

  /// \p pointer seen in the space of \p type.
  Value castTo(OpBuilder &builder, Value pointer, PointerType type) {
    if (pointer.getType() == type)
      return pointer;
    return PtrCastOp::create(builder, pointer.getLoc(), type, pointer);
  }

  /// The pointer whose address is \p value, made where \p value is. What it is
  /// made from comes first; chains of arithmetic may be long, so the stack of
  /// what is still to be made is a list.
  Value getPointer(Value value) {
    SmallVector<Value> stack = {value};
    while (!stack.empty()) {
      Value next = stack.back();
      if (pointers.contains(next)) {
        stack.pop_back();
        continue;
      }
      if (auto argument = dyn_cast<BlockArgument>(next)) {
        addArgumentPointer(argument);
        continue;
      }
      size_t size = stack.size();
      for (Value source : getPointerSources(next))
        if (!pointers.contains(source))
          stack.push_back(source);
      if (stack.size() == size)
        pointers[next] = createPointer(next);
    }
    return pointers[value];
  }

  Value createPointer(Value value) {
    Operation *op = value.getDefiningOp();
    OpBuilder builder(&getContext());
    builder.setInsertionPointAfter(op);
    Location loc = op->getLoc();
    PointerType type = getPointerType(value);
    if (auto cast = dyn_cast<PtrToIntOp>(op))
      return castTo(builder, cast.getSrc(), type);
    if (isa<SharedBaseOp>(op))
      return PtrSharedOp::create(builder, loc, type);
    APInt address;
    if (matchPattern(value, m_ConstantInt(&address)))
      return createConstantPointer(builder, loc, address, type);
    if (auto select = dyn_cast<SelectOp>(op))
      return PtrSelectOp::create(
          builder, loc, type, select.getCond(),
          getPointerAs(builder, select.getTrueValue(), type),
          getPointerAs(builder, select.getFalseValue(), type));
    if (auto add = dyn_cast<AddOp>(op))
      if (Value base = getBase(add)) {
        Value offset = base == add.getLhs() ? add.getRhs() : add.getLhs();
        return PtrAddOp::create(builder, loc, getPointerAs(builder, base, type),
                                offset);
      }
    if (auto sub = dyn_cast<SubOp>(op))
      if (Value base = getBase(sub)) {
        Value zero = ConstantOp::create(builder, loc, 0);
        Value offset = SubOp::create(builder, loc, zero, sub.getRhs());
        return PtrAddOp::create(builder, loc, getPointerAs(builder, base, type),
                                offset);
      }
    // Two pointers in one sum: no base to start from.
    return PtrFromIntOp::create(builder, loc, type, value);
  }

  /// The pointer of \p value in the space of \p type. An integer that takes a
  /// pointer's place becomes a pointer of unknown origin.
  Value getPointerAs(OpBuilder &builder, Value value, PointerType type) {
    if (!origins[value].isPointer())
      return PtrFromIntOp::create(builder, value.getLoc(), type, value);
    return castTo(builder, getPointer(value), type);
  }

  Value createConstantPointer(OpBuilder &builder, Location loc,
                              const APInt &address, PointerType type) {
    unsigned index = *findSegment(address);
    auto space = PointerType::get(&getContext(), getSegmentSpace(index));
    Value segment = PtrSegmentOp::create(builder, loc, space, index);
    Value offset = ConstantOp::create(
        builder, loc, (address - segments[index].getAddr()).getZExtValue());
    return castTo(builder, PtrAddOp::create(builder, loc, segment, offset),
                  type);
  }

  void addArgumentPointer(BlockArgument argument) {
    pointers[argument] = argument.getOwner()->addArgument(
        getPointerType(argument), argument.getLoc());
    unlinkedArguments.push_back(argument);
  }

  /// Makes the pointer that each edge passes for the one beside \p argument.
  void linkArgument(BlockArgument argument) {
    Block *block = argument.getOwner();
    auto pointer = cast<BlockArgument>(pointers[argument]);
    for (auto it = block->pred_begin(), end = block->pred_end(); it != end;
         ++it) {
      auto branch = cast<BranchOpInterface>((*it)->getTerminator());
      SuccessorOperands operands =
          branch.getSuccessorOperands(it.getSuccessorIndex());
      Value source = operands[argument.getArgNumber()];
      OpBuilder builder(branch);
      auto type = cast<PointerType>(pointer.getType());
      edges.push_back({branch, it.getSuccessorIndex(), pointer.getArgNumber(),
                       getPointerAs(builder, source, type)});
    }
  }

  /// Appends what the edges pass, in the order of the arguments.
  void passArguments() {
    llvm::sort(edges, [](const Edge &a, const Edge &b) {
      return a.argNumber < b.argNumber;
    });
    for (const Edge &edge : edges)
      cast<BranchOpInterface>(edge.branch)
          .getSuccessorOperands(edge.successor)
          .append(edge.value);
  }

  /// Integers that have a pointer are computed from it, so that no address is
  /// computed twice. Guest addresses are not the pointer's and stay.
  void shareComputations() {
    for (auto [value, pointer] : pointers) {
      if (origins[value].isGuestAddress || pointer.use_empty() ||
          pointer.getDefiningOp<PtrFromIntOp>() ||
          isa_and_nonnull<PtrToIntOp, SharedBaseOp, ConstantOp>(
              value.getDefiningOp()))
        continue;
      OpBuilder builder(&getContext());
      builder.setInsertionPointAfterValue(pointer);
      Value address = PtrToIntOp::create(builder, value.getLoc(),
                                         builder.getI64Type(), pointer);
      value.replaceAllUsesWith(address);
    }
  }

  /// Every value that an address is computed from, in the order of discovery.
  llvm::MapVector<Value, Origin> origins;
  llvm::DenseMap<Value, SmallVector<Value, 2>> dependents;
  /// An address of unknown origin may be a guest address: where it is in the
  /// range of a segment, the access goes to the segment.
  void searchSegments(PtrFromIntOp access) {
    OpBuilder builder(access);
    Location loc = access.getLoc();
    Type i64 = builder.getI64Type();
    Value address = access.getSrc();
    Value result = address;
    for (auto [index, segment] : llvm::enumerate(segments)) {
      Value start = ConstantOp::create(builder, loc, segment.getAddr());
      Value size = ConstantOp::create(builder, loc, segment.getBytes().size());
      Value offset = SubOp::create(builder, loc, address, start);
      Value isInside =
          CmpOp::create(builder, loc, i64, CmpPredicate::LTU, offset, size);
      Value base = PtrSegmentOp::create(
          builder, loc, PointerType::get(&getContext(), getSegmentSpace(index)),
          index);
      Value redirected = AddOp::create(
          builder, loc, PtrToIntOp::create(builder, loc, i64, base), offset);
      result = SelectOp::create(builder, loc, isInside, redirected, result);
    }
    access.getSrcMutable().assign(result);
  }

  /// What an edge passes for a pointer argument.
  struct Edge {
    Operation *branch;
    unsigned successor;
    unsigned argNumber;
    Value value;
  };
  SmallVector<Edge> edges;
  SmallVector<BlockArgument> unlinkedArguments;
  /// The pointers made so far.
  llvm::MapVector<Value, Value> pointers;
  SmallVector<SegmentAttr> segments;
};
} // namespace
