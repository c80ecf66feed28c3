//===- Machine.h - One hart while it runs -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the handlers of ops work on: the registers, memory and position of the
// hart that runs, and how an op ends it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_INTERPRETER_MACHINE_H
#define VMJIT_LIB_INTERPRETER_MACHINE_H

#include "DecodedProgram.h"
#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Interpreter/HartState.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <optional>

namespace vmjit::interpreter {

inline constexpr uint64_t kCanonicalNaN64 = 0x7ff8000000000000;
inline constexpr uint32_t kCanonicalNaN32 = 0x7fc00000;

/// What happens after an op. Branch: the machine is in another block already.
enum class Outcome : uint8_t { Next, Branch, Exit, Barrier };

/// Why Machine::run stopped.
enum class Stop : uint8_t { Exit, Barrier };

/// Whether there are accesses, and lanes of vectors, of \p size bytes.
constexpr bool isAccessSize(uint8_t size) {
  return size == 1 || size == 2 || size == 4 || size == 8;
}

/// Bytes of guest memory that an op wants, and how they have to be aligned.
struct Access {
  vmir::GuestAddr address = 0;
  uint8_t size = 0;
  /// As in MemFlags.
  uint8_t align = 0;
  /// One step: to be aligned to the size, too.
  bool isAtomic = false;
};

/// How a program runs.
struct RunMode {
  /// Barriers stop the machine, and align 0 is a promise.
  bool isKernel = false;
  /// A transfer of control to it is the exit Return.
  vmir::GuestAddr returnPc = 0;
  /// Written by other threads; not 0: the hart is to stop. May be null.
  const uint32_t *stopWord = nullptr;
  /// How often each block was entered, to be added to; may be null.
  uint64_t *blockCounts = nullptr;
};

/// Runs one hart. Registers are read from the state when a run starts and
/// written back when it stops.
class Machine {
public:
  Machine(const DecodedProgram &program, HartState &state, RegionList &memory,
          const RunMode &mode);

  /// Runs to an exit or, in kernel mode, a barrier, of at most \p fuel steps,
  /// which it counts down. At a barrier the exit record says which one it is,
  /// and to resume after it; its status is Running. The op to start at must
  /// exist if the block does.
  Stop run(uint64_t &fuel);

  uint64_t getX(vmir::RegId slot) const { return x[slot]; }
  void setX(vmir::RegId slot, uint64_t value) { x[slot] = value; }

  /// An F register as it is.
  uint64_t getFBits(vmir::RegId reg) const { return f[reg]; }
  void setFBits(vmir::RegId reg, uint64_t bits) { f[reg] = bits; }
  /// The bits of an f32; the canonical NaN if it is not boxed.
  uint32_t getF32Bits(vmir::RegId reg) const {
    return f[reg] >> 32 == 0xffffffff ? uint32_t(f[reg]) : kCanonicalNaN32;
  }
  void setF32Bits(vmir::RegId reg, uint32_t bits) {
    f[reg] = 0xffffffff00000000 | bits;
  }
  double getF64(vmir::RegId reg) const {
    return llvm::bit_cast<double>(f[reg]);
  }
  float getF32(vmir::RegId reg) const {
    return llvm::bit_cast<float>(getF32Bits(reg));
  }
  /// Sets the result of an arithmetic op: a NaN becomes canonical.
  void setF64(vmir::RegId reg, double value) {
    f[reg] =
        std::isnan(value) ? kCanonicalNaN64 : llvm::bit_cast<uint64_t>(value);
  }
  void setF32(vmir::RegId reg, float value) {
    setF32Bits(reg, std::isnan(value) ? kCanonicalNaN32
                                      : llvm::bit_cast<uint32_t>(value));
  }

  const GridPosition &getPosition() const { return state.position; }
  std::vector<vmir::GuestAddr> &getCallStack() { return state.callStack; }
  std::map<uint16_t, uint64_t> &getCsrs() { return state.csrs; }
  Reservation &getReservation() { return state.reservation; }
  uint32_t &getNzcv() { return state.nzcv; }
  vmir::GuestAddr getBlockPc() const { return block->startPc; }

  // Accesses check the size (BadOp), then the alignment, then the memory map.
  // Where a check fails, the hart ends and they give nothing or false.

  /// The bytes, zero-extended.
  std::optional<uint64_t> load(const Access &access);
  /// Stores the low bytes of \p value.
  bool store(const Access &access, uint64_t value);
  /// Has \p getNew, which is given the old value, say what to store: the low
  /// bytes of a value, or nothing. Gives the old value. The memory must be
  /// readable, else the fault is one of a load, and writable, else of a store.
  std::optional<uint64_t>
  update(const Access &access,
         llvm::function_ref<std::optional<uint64_t>(uint64_t)> getNew);
  /// Checks all but the memory map.
  bool check(const Access &access);

  /// Waits for the other threads of the block.
  Outcome barrier();
  /// Ends the hart at the current op, to be resumed there.
  Outcome exitWith(ExitStatus status, uint64_t detail = 0);
  /// Ends the hart at the current op, to be resumed after it.
  Outcome exitAfter(ExitStatus status);
  /// Transfers control to \p target, which ends the hart if it is the return
  /// address, no block of the program, or a step that the hart may not take.
  /// For \p isNamed, the op or terminator has the address itself.
  Outcome branchTo(vmir::GuestAddr target, bool isNamed);
  /// Ends the hart at the current op or terminator, to be resumed at
  /// \p nextPc.
  void leaveFor(ExitStatus status, vmir::GuestAddr nextPc, uint64_t detail = 0);

private:
  uint8_t *find(const Access &access, bool isStore);
  bool enter(vmir::GuestAddr pc, uint32_t index);
  bool takeStep(vmir::GuestAddr target);
  bool start();
  void restoreTemporaries();
  void save();

  const DecodedProgram &program;
  HartState &state;
  RegionList &memory;
  const RunMode mode;
  llvm::SmallVector<uint64_t, 64> x;
  std::array<uint64_t, vmir::kArchRegCount> f;
  const DecodedBlock *block = nullptr;
  uint32_t opIndex = 0;
  /// What run was given.
  uint64_t *fuel = nullptr;
  ExitRecord exit;
};

} // namespace vmjit::interpreter

#endif // VMJIT_LIB_INTERPRETER_MACHINE_H
