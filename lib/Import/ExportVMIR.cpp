//===- ExportVMIR.cpp - From the vm dialect back to VM IR -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Import/ExportVMIR.h"
#include "OpExporter.h"
#include "mlir/IR/Matchers.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace vmjit;
namespace ops = vmjit::vmir::ops;
using vmir::RegId;

/// How many ops there may be between an op and the write of its result for both
/// to be one. Import leaves three at most.
static constexpr unsigned maxWriteDistance = 32;

/// The file that the op of \p result writes. Raw registers are integers too.
static vm::RegFile getFile(OpResult result) {
  bool isRaw = isa<vm::FLoadOp, vm::FMvWXOp>(result.getOwner());
  return isRaw || isa<FloatType>(result.getType()) ? vm::RegFile::F
                                                   : vm::RegFile::X;
}

static bool isRegisterType(Type type) {
  return type.isInteger(64) || type.isF64() || type.isF32();
}

namespace {
/// The registers that the results of an op go to.
class Destinations {
public:
  Destinations(Operation *op, const RegisterAssignment &registers,
               const llvm::DenseSet<Operation *> &done)
      : op(op), registers(registers), ids(op->getNumResults()) {
    findWrites(done);
  }

  ArrayRef<std::optional<RegId>> getIds() const { return ids; }
  /// The writes that become part of the op.
  ArrayRef<vm::RegWriteOp> getWrites() const { return writes; }
  /// Whether a later result goes to the register of result \p index too.
  bool isOverwritten(unsigned index) const {
    return llvm::is_contained(ArrayRef(ids).drop_front(index + 1), ids[index]);
  }

private:
  void findWrites(const llvm::DenseSet<Operation *> &done);
  bool canTake(vm::RegWriteOp write, OpResult result) const;

  Operation *op;
  const RegisterAssignment &registers;
  SmallVector<std::optional<RegId>, 4> ids;
  SmallVector<vm::RegWriteOp, 4> writes;
  /// Registers that are read or written by others before a write.
  SmallVector<Register> touched;
};
} // namespace

/// Looks for writes that may happen together with the op: nothing that is
/// between may exit, or see the difference.
void Destinations::findWrites(const llvm::DenseSet<Operation *> &done) {
  Operation *next = op->getNextNode();
  for (unsigned distance = 0;
       next && distance < maxWriteDistance && writes.size() < ids.size();
       ++distance, next = next->getNextNode()) {
    if (done.contains(next))
      continue;
    if (auto read = dyn_cast<vm::RegReadOp>(next)) {
      touched.push_back({read.getFile(), read.getIndex()});
    } else if (auto write = dyn_cast<vm::RegWriteOp>(next)) {
      auto result = dyn_cast<OpResult>(write.getValue());
      if (result.getOwner() == op && canTake(write, result)) {
        ids[result.getResultNumber()] = write.getIndex();
        writes.push_back(write);
      } else {
        touched.push_back({write.getFile(), write.getIndex()});
      }
    } else if (!isMemoryEffectFree(next)) {
      return;
    }
  }
}

bool Destinations::canTake(vm::RegWriteOp write, OpResult result) const {
  Register target{write.getFile(), write.getIndex()};
  if (target.file != getFile(result) || ids[result.getResultNumber()] ||
      llvm::is_contained(touched, target))
    return false;
  // The result must be there for its other uses.
  if (registers.isZero(target) && !result.hasOneUse())
    return false;
  // Register 0 has a meaning of its own there.
  if (isa<vm::CsrUpdateImmOp>(op) && target.id == 0)
    return false;
  // Results are written in order: the last one stays.
  for (OpResult other : op->getResults())
    if (ids[other.getResultNumber()] == target.id &&
        (other.getResultNumber() > result.getResultNumber() ||
         !other.hasOneUse()))
      return false;
  return true;
}

namespace {
/// Exports the ops of one block.
class BlockExporter {
public:
  BlockExporter(vm::BlockOp source, bool zeroReg)
      : source(source), registers(source, zeroReg, block.ops) {
    block.startPc = source.getPc();
    block.isInner = source.getInner();
  }

  llvm::Expected<vmir::Block> run();

private:
  llvm::Error exportOp(Operation &op);
  llvm::Error exportRead(vm::RegReadOp op);
  void exportWrite(vm::RegWriteOp op);
  void writeX(RegId target, Value value);
  void writeF(RegId target, Value value);
  llvm::Error exportOther(Operation &op);
  SmallVector<RegId, 4> prepareResults(Operation &op,
                                       const Destinations &destinations);
  void finishResults(Operation &op, const Destinations &destinations,
                     ArrayRef<RegId> ids);
  llvm::Error exportTerminator(Operation &op);
  llvm::Error refuse(Operation &op, const Twine &reason) const;
  llvm::Error refuseOp(Operation &op, StringRef refusal) const;

  vm::BlockOp source;
  vmir::Block block;
  RegisterAssignment registers;
  /// Writes that went into the op whose result they write.
  llvm::DenseSet<Operation *> doneWrites;
  /// The index of the current op in the program that is made.
  size_t opIndex = 0;
};
} // namespace

llvm::Error BlockExporter::refuse(Operation &op, const Twine &reason) const {
  return makeError(ErrorCode::Unsupported,
                   "block 0x" +
                       llvm::utohexstr(block.startPc, /*LowerCase=*/true) +
                       ": op " + Twine(opIndex) + " (" +
                       op.getName().getStringRef() + "): " + reason);
}

/// An op without a VM IR op, or with \p refusal, which says what is wrong.
llvm::Error BlockExporter::refuseOp(Operation &op, StringRef refusal) const {
  return refuse(op, refusal.empty() ? "VM IR has no such op" : refusal);
}

llvm::Expected<vmir::Block> BlockExporter::run() {
  for (Operation &op : source.getBody().front().getOperations()) {
    opIndex = block.ops.size();
    if (llvm::Error error = op.hasTrait<OpTrait::IsTerminator>()
                                ? exportTerminator(op)
                                : exportOp(op))
      return error;
    if (registers.isExhausted())
      return refuse(op, "there are not enough temporaries");
  }
  return std::move(block);
}

llvm::Error BlockExporter::exportOp(Operation &op) {
  for (TypeRange types :
       {TypeRange(op.getOperandTypes()), TypeRange(op.getResultTypes())})
    for (Type type : types)
      if (!isRegisterType(type))
        return refuse(op, "VM IR has no values of type " +
                              llvm::formatv("{0}", type).str());
  for (Value result : op.getResults())
    registers.define(result);
  if (isa<vm::ConstantOp>(op))
    return llvm::Error::success();
  if (auto read = dyn_cast<vm::RegReadOp>(op))
    return exportRead(read);
  if (auto write = dyn_cast<vm::RegWriteOp>(op)) {
    if (write.getFile() != vm::RegFile::X && write.getFile() != vm::RegFile::F)
      return refuse(op, "VM IR has no registers of that file");
    exportWrite(write);
    return llvm::Error::success();
  }
  return exportOther(op);
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

llvm::Error BlockExporter::exportRead(vm::RegReadOp op) {
  if (op.getFile() != vm::RegFile::X && op.getFile() != vm::RegFile::F)
    return refuse(*op, "VM IR has no registers of that file");
  registers.place(op.getResult(), {op.getFile(), op.getIndex()});
  return llvm::Error::success();
}

void BlockExporter::exportWrite(vm::RegWriteOp op) {
  if (doneWrites.contains(op))
    return;
  registers.release(op.getValue());
  registers.vacate({op.getFile(), op.getIndex()}, op.getValue());
  if (op.getFile() == vm::RegFile::X)
    writeX(op.getIndex(), op.getValue());
  else
    writeF(op.getIndex(), op.getValue());
}

void BlockExporter::writeX(RegId target, Value value) {
  APInt bits;
  if (matchPattern(value, m_ConstantInt(&bits)))
    block.ops.push_back(ops::MovImm{target, bits.getZExtValue()});
  else if (registers.isInX(value))
    block.ops.push_back(ops::Mov{target, registers.getX(value)});
  else
    block.ops.push_back(ops::FmvXD{target, registers.getF(value)});
}

void BlockExporter::writeF(RegId target, Value value) {
  bool isSingle = value.getType().isF32();
  if (registers.isInF(value)) {
    RegId reg = registers.getF(value);
    if (isSingle)
      block.ops.push_back(ops::FsgnjS{target, reg, reg});
    else
      block.ops.push_back(ops::Fsgnj{target, reg, reg});
    return;
  }
  block.ops.push_back(ops::FmvDX{target, registers.getX(value)});
  // What was read may not be boxed, but what is written is.
  if (isSingle && value.getDefiningOp<vm::RegReadOp>())
    block.ops.push_back(ops::FsgnjS{target, target, target});
}

//===----------------------------------------------------------------------===//
// Other ops
//===----------------------------------------------------------------------===//

/// The registers of the results: those of their writes, or else temporaries.
SmallVector<RegId, 4>
BlockExporter::prepareResults(Operation &op, const Destinations &destinations) {
  SmallVector<Register, 4> targets;
  for (auto [result, id] : llvm::zip(op.getResults(), destinations.getIds()))
    if (id)
      targets.push_back({getFile(result), *id});
  registers.beginOp(&op, targets);
  SmallVector<RegId, 4> ids;
  for (auto [result, id] : llvm::zip(op.getResults(), destinations.getIds())) {
    if (id)
      ids.push_back(*id);
    else if (getFile(result) == vm::RegFile::F)
      ids.push_back(registers.borrowF());
    else
      ids.push_back(registers.makeTemporary());
  }
  return ids;
}

/// Notes where the results are, after the op.
void BlockExporter::finishResults(Operation &op,
                                  const Destinations &destinations,
                                  ArrayRef<RegId> ids) {
  for (vm::RegWriteOp write : destinations.getWrites()) {
    doneWrites.insert(write);
    registers.release(write.getValue());
  }
  for (OpResult result : op.getResults()) {
    unsigned index = result.getResultNumber();
    bool isWritten = destinations.getIds()[index].has_value();
    if (isWritten && destinations.isOverwritten(index))
      continue;
    if (isWritten || getFile(result) == vm::RegFile::X) {
      registers.place(result, {getFile(result), ids[index]});
      continue;
    }
    // The register is only borrowed.
    RegId temporary = registers.makeTemporary();
    block.ops.push_back(ops::FmvXD{temporary, ids[index]});
    registers.place(result, {vm::RegFile::X, temporary});
  }
}

llvm::Error BlockExporter::exportOther(Operation &op) {
  if (isMemoryEffectFree(&op) && op.use_empty() && op.getNumResults() != 0) {
    // It has no effect at all.
    for (Value operand : op.getOperands())
      registers.release(operand);
    return llvm::Error::success();
  }
  Destinations destinations(&op, registers, doneWrites);
  SmallVector<RegId, 4> ids = prepareResults(op, destinations);
  OpExporter exporter(registers, ids);
  std::optional<vmir::Op> exported = exporter.exportOp(&op);
  if (!exported)
    return refuseOp(op, exporter.getRefusal());
  for (Value operand : op.getOperands())
    registers.release(operand);
  for (auto [result, id] : llvm::zip(op.getResults(), destinations.getIds()))
    if (id)
      registers.vacate({getFile(result), *id});
  block.ops.push_back(std::move(*exported));
  finishResults(op, destinations, ids);
  registers.endOp();
  return llvm::Error::success();
}

llvm::Error BlockExporter::exportTerminator(Operation &op) {
  OpExporter exporter(registers, {});
  std::optional<vmir::Terminator> term = exporter.exportTerminator(&op);
  if (!term)
    return refuseOp(op, exporter.getRefusal());
  block.term = *term;
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// The one vm.program of \p module, which must hold nothing else.
static llvm::Expected<vm::ProgramOp> findProgram(ModuleOp module) {
  vm::ProgramOp program;
  size_t count = 0;
  for (auto op : module.getOps<vm::ProgramOp>()) {
    program = op;
    ++count;
  }
  if (count != 1)
    return makeError(ErrorCode::InvalidArgument,
                     "the module has " + Twine(count) +
                         " programs, it needs one vm.program");
  for (Operation &op : *module.getBody())
    if (&op != program)
      return makeError(ErrorCode::Unsupported,
                       op.getName().getStringRef() +
                           ": VM IR has no such op beside a program");
  return program;
}

/// The program of \p op, without its blocks.
static vmir::Program exportHeader(vm::ProgramOp op) {
  vmir::Program program;
  program.name = op.getSymName().str();
  program.entry = op.getEntry();
  program.zeroReg = op.getZeroReg();
  program.stackBytes = op.getStackBytes();
  program.sharedBytes = op.getSharedBytes();
  if (std::optional<ArrayAttr> params = op.getParams()) {
    program.params.emplace();
    for (auto param : params->getAsRange<vm::ParamTypeAttr>())
      program.params->push_back(static_cast<vmir::ParamType>(param.getValue()));
  }
  if (std::optional<ArrayAttr> segments = op.getSegments())
    for (auto segment : segments->getAsRange<vm::SegmentAttr>()) {
      StringRef bytes = segment.getBytes().getValue();
      program.segments.push_back({segment.getAddr(),
                                  segment.getWritable(),
                                  {bytes.bytes_begin(), bytes.bytes_end()}});
    }
  return program;
}

llvm::Expected<vmir::Program> vmjit::exportProgram(ModuleOp module) {
  llvm::Expected<vm::ProgramOp> op = findProgram(module);
  if (!op)
    return op.takeError();
  vmir::Program program = exportHeader(*op);
  for (auto source : op->getBody().getOps<vm::BlockOp>()) {
    llvm::Expected<vmir::Block> block =
        BlockExporter(source, program.zeroReg).run();
    if (!block)
      return block.takeError();
    program.blocks.push_back(std::move(*block));
  }
  if (llvm::Error error = vmir::verify(program))
    return error;
  return program;
}
