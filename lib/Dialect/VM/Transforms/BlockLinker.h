//===- BlockLinker.h - Links the blocks of one program ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to --vm-link-blocks. The linker moves the ops of each vm.block into a
// block of the function and replaces what has no place in the value form:
// terminators, accesses, temporaries and typed views of registers.
//
// Every end of a thread branches to an exit block with the words of its exit
// record; computed jumps branch to one dispatch block. They are made when first
// needed, and the registers that are live there become their arguments when
// registers are promoted.
//
// Registers become values of the function. A hart may start at every block and
// end at every access, so that each register would be a value in each block,
// which is more than the compilers behind us bear, and more than a machine has
// registers. So hart mode divides the program into intervals: where control
// enters one, it loads the registers that are read from there on, and where it
// leaves, it stores those that have changed. Each has an exit block of its own,
// so that little is passed from one interval to what all of them share. Control
// enters at headers only, so that loops are loops; any other block of an
// interval is there a second time, as an interval of its own, for harts that
// start or jump there.
//
// An interval with several headers has a dispatch of its own, so that a
// function that was called in it returns without leaving it. Where control
// calls or returns, registers are stored and loaded as if it left, since most
// would be values of no use to the other side. Where it goes to another part
// they are stored only: what is stored later is what that part changes.
//
// Stoppable code counts the steps of ABI/Control.h in a register file of its
// own, which is a value everywhere. It is not part of a hart's state.
//
// A hart that ends inside a block leaves the temporaries that the rest of the
// block reads in words of its state, so that an interpreter can go on there.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_DIALECT_VM_TRANSFORMS_BLOCKLINKER_H
#define VMJIT_LIB_DIALECT_VM_TRANSFORMS_BLOCKLINKER_H

#include "Intervals.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "vmjit/ABI/Hart.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

#include <bitset>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace vmjit::vm {

class BlockLinker {
public:
  BlockLinker(ProgramOp program, mlir::func::FuncOp function,
              bool alignedAccessOnly, bool joinIntervals, bool stoppable)
      : program(program), function(function), builder(function.getContext()),
        alignedAccessOnly(alignedAccessOnly), joinIntervals(joinIntervals),
        stoppable(stoppable) {}

  /// Moves all of the program into the function. Fails with a diagnostic at the
  /// first op that the lowering does not support.
  llvm::LogicalResult link();

private:
  /// A register that needs a slot: its file and index.
  using Register = std::pair<RegFile, uint32_t>;

  // BlockLinkerEntry.cpp
  void collectRegisters();
  void
  collectRegistersOf(mlir::Operation *op,
                     llvm::function_ref<void(RegFile, uint32_t, bool)> note);
  uint64_t getWord(Register reg);
  void initializeKernel();
  void passStackArguments(mlir::Value top,
                          llvm::ArrayRef<mlir::Value> arguments);
  void initializeHart();
  void createExit(mlir::ValueRange record);
  mlir::Block *getExitBlock();
  mlir::Block *getDispatchBlock();
  void leaveProgram(mlir::Value status, mlir::ValueRange transfer);

  // BlockLinkerIntervals.cpp
  struct LinkedInterval;
  void createIntervals();
  LinkedInterval &addInterval(Interval blocks);
  void addCopies(llvm::ArrayRef<Interval> parts);
  bool isCallTo(const LinkedInterval &interval, uint64_t address,
                uint64_t target) const;
  void collectChanges(LinkedInterval &interval);
  void collectLiveRegisters(LinkedInterval &interval);
  llvm::LogicalResult linkIntervals();
  void createLandings();
  llvm::SmallVector<mlir::Block *>
  createWaysToHeaders(llvm::ArrayRef<uint64_t> headers);
  mlir::Block *getIntervalDispatch();
  mlir::Block *addExitBlock();
  mlir::Block *getIntervalExit();
  mlir::Block *getBlockExit();
  void storeRegisters(llvm::ArrayRef<Register> changed);
  void storeChanges();
  void enterInterval(mlir::Value target, LinkedInterval &entered);
  void goToBlock(uint64_t target);

  // BlockLinkerOps.cpp
  llvm::LogicalResult linkBlock(BlockOp block);
  llvm::LogicalResult linkOp(mlir::Operation *op);
  /// Whether \p op stands for an op of the guest program, rather than for an
  /// operand or a result of one. Moves are a write of what was read.
  static bool isGuestOp(mlir::Operation *op);
  /// The index that \p op, of the current block, was imported with.
  std::optional<uint64_t> findOpIndex(mlir::Operation *op);
  mlir::Value createHighHalf(MulHighOp op);
  mlir::Value readRegister(RegFile file, uint32_t index);
  void linkRegister(RegReadOp op);
  void linkRegister(RegWriteOp op);
  void linkTerminator(mlir::Operation *op);
  void linkCall(CallOp op);
  void linkRet();
  void linkSideBranch(SideBranchOp op);
  /// Builds what happens where \p condition holds, which leaves the block, and
  /// goes on in a new block where it does not.
  void leaveIf(mlir::Value condition, llvm::function_ref<void()> leave);
  void goTo(uint64_t target);
  void goToValue(mlir::Value target);
  mlir::Value loadReturnAddress(mlir::Value depth);
  void storeReturnAddress(mlir::Value depth, mlir::Value address);

  // BlockLinkerSteps.cpp
  /// Builds what a thread does to end as the status says.
  using EndBuilder = llvm::function_ref<void(vmjit_exit_status)>;
  void initializeSteps();
  /// Counts a step if \p isStep, an i1, is set; null: always. Where the thread
  /// may take it, building goes on; where not, \p buildEnd builds the rest.
  void takeStep(mlir::Value isStep, EndBuilder buildEnd);
  void askForSteps(mlir::Block *go, EndBuilder buildEnd);
  void goToStopped(vmjit_exit_status status, mlir::ValueRange transfer);
  mlir::Block *getStoppedBlock();
  mlir::Value createControl();
  mlir::Value createField(mlir::Value control, uint64_t offset);
  mlir::Value isSet(mlir::Value control);
  void reportExit();

  // BlockLinkerTemporaries.cpp
  void collectTemporaryUses(BlockOp block);
  struct Exit;
  /// The temporaries that the ops read before they write them where a hart that
  /// ends as \p how says resumes.
  llvm::SmallVector<uint32_t> getLiveTemporaries(const Exit &how);
  void storeTemporaries(llvm::ArrayRef<uint32_t> live);
  /// Makes words for the temporaries that a hart needs which ends behind the
  /// current op, where it is the interpreter that leaves it.
  void reserveTemporaries();

  // BlockLinkerAccesses.cpp
  /// A load, store or atomic access, whichever op it came from.
  struct Access {
    mlir::Value address;
    unsigned size = 0;
    /// 0 for natural alignment.
    unsigned align = 0;
    bool isVolatile = false;
    bool fenceBefore = false;
    bool fenceAfter = false;
    bool isAtomic = false;
    MemOrder order = MemOrder::None;
    /// What the memory holds: bits of an F register, or of an X register.
    bool isFloat = false;
    /// That of HartTranslateOp.
    uint32_t hint = 0;

    void applyFlags(MemFlagsAttr flags);
  };
  uint32_t getHint(mlir::Value base);
  void linkAccess(mlir::Operation *op);
  /// Ends the hart with BadOp if \p size is none of those allowed, and says so.
  bool endOnBadSize(unsigned size, llvm::ArrayRef<unsigned> allowed);
  /// What is loaded, as a register holds it; null if the hart ends always.
  mlir::Value createLoad(const Access &access);
  void createStore(mlir::Value value, const Access &access);
  mlir::Value truncate(mlir::Value value, unsigned size);
  mlir::Value createPointer(const Access &access, bool isStore);
  mlir::Value translate(const Access &access, bool isStore);
  void checkAlignment(const Access &access);
  void checkAlignment(mlir::Value address, unsigned align);
  mlir::Value accessEitherWay(
      const Access &access,
      llvm::function_ref<mlir::Value(unsigned alignment)> createAccess);
  void createFence();

  // BlockLinkerAtomics.cpp
  void linkAtomic(mlir::Operation *op);
  void linkRMW(AtomicOp kind, mlir::Value source, mlir::Operation *op,
               const Access &access);
  void linkCmpXchg(mlir::Value expected, mlir::Value replacement,
                   mlir::Operation *op, const Access &access);
  template <class OpT> Access getReservedAccess(OpT op);
  void linkLoadReserve(LoadReserveOp op);
  void linkStoreCond(StoreCondOp op);
  mlir::Value createAtomicPointer(const Access &access);
  mlir::Value extend(mlir::Value value);

  // BlockLinkerOperands.cpp
  llvm::LogicalResult linkOperandOp(mlir::Operation *op);
  /// The value of \p operand, or for an access the address that it denotes;
  /// null if evaluating it ends the hart always.
  mlir::Value evaluate(OperandAttr operand);
  mlir::Value evaluateAddress(OperandAttr operand);
  mlir::Value evaluateBinary(llvm::StringRef op, OperandAttr left,
                             OperandAttr right);
  void linkBranch(OperandAttr target, bool link);

  // BlockLinkerSystem.cpp
  void linkSystemOp(mlir::Operation *op);
  mlir::Value readCsr(uint32_t csr);
  void writeCsr(uint32_t csr, mlir::Value value);
  mlir::Value updateCsr(CsrOperation action, uint32_t csr, mlir::Value operand);
  mlir::Value evaluateCondition(uint32_t condition);

  /// Where the hart ends, and how it resumes.
  struct Exit {
    vmjit_exit_status status;
    mlir::Value detail = {};
    uint64_t access = 0;
    /// Absent: resume at the op itself, or after it.
    mlir::Value nextPc = {};
    bool resumesAfter = false;
  };
  /// Branches to the exit block; with \p condition only if it is false, and
  /// goes on in a new block.
  void exit(const Exit &how);
  void exitUnless(mlir::Value condition, const Exit &how);
  llvm::SmallVector<mlir::Value> getExitOperands(const Exit &how);

  mlir::Value constant(uint64_t value);
  mlir::Value readSlot(RegFile file, uint32_t index);
  void writeSlot(RegFile file, uint32_t index, mlir::Value value);
  /// A new block after the current one; building does not go on in it.
  mlir::Block *addBlock();
  template <class OpT, class... Args> OpT create(Args &&...args) {
    return OpT::create(builder, loc(), std::forward<Args>(args)...);
  }
  mlir::Location loc() { return currentLoc ? *currentLoc : function.getLoc(); }
  bool isKernelMode() { return program.isKernelMode(); }
  bool isZeroReg(RegFile file, uint32_t index) {
    return file == RegFile::X && index == 0 && program.getZeroReg();
  }

  /// The registers that the ops of a block write, and those whose value from
  /// before the block matters.
  struct RegisterUse {
    llvm::SetVector<Register> written;
    llvm::SetVector<Register> read;
  };

  /// Blocks of the program as blocks of the function. In kernel mode all are
  /// one interval.
  struct LinkedInterval {
    bool isJoined() const { return headers.size() > 1; }
    bool isInPart(uint64_t block, uint64_t other) const {
      auto found = partOf.find(other);
      return found != partOf.end() && found->second == partOf.at(block);
    }

    /// The blocks of the program that control enters, and all of them.
    std::vector<uint64_t> headers;
    std::vector<uint64_t> addresses;
    std::unordered_map<uint64_t, mlir::Block *> blocks;
    /// As in Interval.
    std::unordered_map<uint64_t, uint64_t> partOf;
    /// By block: the registers that may have changed where it begins and are
    /// not stored yet.
    std::unordered_map<uint64_t, llvm::SetVector<Register>> changes;
    /// By block: the registers whose values matter where it begins.
    std::unordered_map<uint64_t, llvm::SetVector<Register>> live;
    /// By header: loads what is live and goes there.
    std::unordered_map<uint64_t, mlir::Block *> landings;
    /// Where control enters; if joined, its argument is the header's address.
    mlir::Block *landing = nullptr;
    /// If joined: where computed transfers go.
    mlir::Block *dispatch = nullptr;
    /// Ends the hart, whose registers are stored. Its arguments are the words
    /// of the record.
    mlir::Block *exit = nullptr;
  };

  ProgramOp program;
  mlir::func::FuncOp function;
  mlir::OpBuilder builder;
  bool alignedAccessOnly;
  bool joinIntervals;
  bool stoppable;

  // Keyed by numbers of the guest, of which DenseMap reserves two.
  std::unordered_map<uint64_t, BlockOp> blockOps;
  std::unordered_map<uint64_t, RegisterUse> blockRegisters;
  /// Those that have the address of another one: where a function returns to.
  std::unordered_set<uint64_t> callBlocks;
  /// Those that any op names.
  llvm::SetVector<Register> registers;
  std::vector<std::unique_ptr<LinkedInterval>> intervals;
  /// The interval that a hart enters to get to a block.
  std::unordered_map<uint64_t, LinkedInterval *> intervalAt;
  /// The CSRs that have a word in the hart's state, in the order of the words.
  std::vector<uint32_t> csrs;
  std::unordered_map<uint64_t, mlir::Value> constants;
  mlir::Block *entry = nullptr;
  mlir::Block *exitBlock = nullptr;
  mlir::Block *dispatchBlock = nullptr;
  mlir::Block *stoppedBlock = nullptr;
  /// Hart mode: the hart. Kernel mode with calls: the call stack's memory.
  mlir::Value hart;
  mlir::Value callStack;

  /// The interval and the block that are being linked, and the op within it.
  LinkedInterval *interval = nullptr;
  uint64_t currentPc = 0;
  uint64_t currentOp = 0;
  std::optional<mlir::Location> currentLoc;
  /// The registers that it has written so far.
  llvm::SetVector<Register> writtenRegisters;
  /// Where it ends the hart: each stores the registers that were written since
  /// the one before, of which there were so many then, and goes there.
  std::vector<std::pair<mlir::Block *, size_t>> blockExits;
  /// Set where an op ends the hart always: what follows it is never reached.
  bool hasEnded = false;

  llvm::DenseMap<uint32_t, mlir::Value> temporaries;
  /// The X register that a value of the block was read from; 0 for others.
  llvm::DenseMap<mlir::Value, uint32_t> registerOf;
  /// The X registers that the block computes anew.
  std::bitset<vmir::kArchRegCount> isComputed;
  /// Accesses so far whose address comes from such a one.
  uint32_t computedAccessCount = 0;
  /// The X registers with pointers that each interval got from elsewhere, by
  /// the address of its first header, in the order of their first use.
  llvm::DenseMap<std::pair<uint64_t, uint32_t>, uint32_t> registerHints;
  /// Hints of accesses with computed addresses, and beyond those of registers,
  /// in the order of their first use.
  llvm::DenseMap<uint32_t, uint32_t> hints;
  /// Where the block that is being linked reads and writes each temporary:
  /// twice the op's index, plus 1 for a write; ascending.
  std::map<uint32_t, llvm::SmallVector<uint64_t>> temporaryUses;
  /// The temporaries that have a word in the hart's state, in the order of the
  /// words.
  llvm::SetVector<uint32_t> savedTemporaries;
};

} // namespace vmjit::vm

#endif // VMJIT_LIB_DIALECT_VM_TRANSFORMS_BLOCKLINKER_H
