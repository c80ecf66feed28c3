//===- AtomicTest.cpp - Tests of atomic ops ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

#include "llvm/Support/Endian.h"

using namespace vmjit;
using vmir::AtomicOp;

namespace {
class AtomicOps : public HartWithMemory {
protected:
  uint64_t get64(size_t offset) {
    return llvm::support::endian::read64le(&bytes[offset]);
  }
  void set64(size_t offset, uint64_t value) {
    llvm::support::endian::write64le(&bytes[offset], value);
  }
};

constexpr uint64_t getMask(uint8_t size) {
  return size == 8 ? kMinusOne : (uint64_t(1) << 8 * size) - 1;
}

/// What \p op makes of \p old and \p src, of \p size bytes.
struct Modification {
  AtomicOp op;
  uint8_t size;
  uint64_t old;
  uint64_t src;
  uint64_t expected;
};

const Modification kModifications[] = {
    {AtomicOp::Add, 4, 0xfffffff0, 0xabcdef0100000020, 0x10},
    {AtomicOp::Add, 1, 0xff, 1, 0},
    {AtomicOp::Add, 2, 0xffff, 2, 1},
    {AtomicOp::Add, 8, kMinusOne, 1, 0},
    {AtomicOp::Sub, 4, 0x10, 0x20, 0xfffffff0},
    {AtomicOp::And, 4, 0xff00ff00, 0xffffffff0ff00ff0, 0x0f000f00},
    {AtomicOp::Or, 4, 0xf0, 0x0f, 0xff},
    {AtomicOp::Xor, 4, 0xffff0000, 0x00ffff00, 0xff00ff00},
    {AtomicOp::Xchg, 4, 1, 0xffffffff00000002, 2},
    {AtomicOp::Swap, 8, 1, 0xffffffff00000002, 0xffffffff00000002},
    {AtomicOp::Min, 4, 0x80000000, 0xffffffff00000001, 1},
    {AtomicOp::Minu, 4, 0x80000000, 0xffffffff00000001, 1},
    {AtomicOp::Min, 8, kMinInt64, kMaxInt64, kMaxInt64},
    {AtomicOp::Max, 4, 0x80000000, 0xffffffff00000001, 0x80000000},
    {AtomicOp::Maxu, 4, 1, 0x80000000, 0x80000000},
    {AtomicOp::Max, 8, kMinInt64, kMaxInt64, kMinInt64},
    {AtomicOp::MinS, 4, 0x80000000, 1, 0x80000000},
    {AtomicOp::MinS, 4, 1, 0x00000000ffffffff, 0xffffffff},
    {AtomicOp::MinS, 4, 1, 0xffffffff00000002, 1},
    {AtomicOp::MinS, 1, 0x7f, 0x180, 0x80},
    {AtomicOp::MinS, 2, 0x8000, 0, 0x8000},
    {AtomicOp::MinS, 8, kMinInt64, kMaxInt64, kMinInt64},
    {AtomicOp::MaxS, 4, 0x80000000, 0xffffffff, 0xffffffff},
    {AtomicOp::MaxS, 1, 0x80, 0x7f, 0x7f},
    {AtomicOp::MaxS, 8, kMinInt64, kMaxInt64, kMaxInt64},
};
} // namespace

TEST_F(AtomicOps, ModifyInTheSize) {
  state.x[2] = 0;
  for (const Modification &m : kModifications) {
    const vmir::Op forms[] = {
        ops::AtomicRMW{3, 1, 2, m.op, m.size},
        ops::Atomic{3, 1, 2, m.op, m.size},
        ops::AtomicRMWOrder{
            3, 1, 2, m.op, m.size, {.order = vmir::MemOrder::AcqRel}},
        ops::AtomicRmwFlag{3, 4, 1, 2, m.op, m.size}};
    for (const vmir::Op &op : forms) {
      SCOPED_TRACE(vmir::getOpInfo(op).name.str() + " case " +
                   std::to_string(&m - kModifications));
      const uint64_t around = 0xaaaaaaaaaaaaaaaa & ~getMask(m.size);
      set64(0, around | m.old);
      state.x[2] = m.src;
      state.x[4] = 77;
      EXPECT_EQ(run({op}).status, ExitStatus::Return);
      EXPECT_EQ(state.x[3], m.old);
      EXPECT_EQ(get64(0), around | m.expected);
      EXPECT_EQ(state.x[2], m.src);
      bool hasFlag = std::holds_alternative<ops::AtomicRmwFlag>(op);
      EXPECT_EQ(state.x[4], hasFlag ? 1u : 77u);
    }
  }
}

TEST_F(AtomicOps, SourcesAreReadBeforeDestinationsAreWritten) {
  state.x[2] = 1;
  run({ops::AtomicRMW{2, 1, 2, AtomicOp::Add, 1}});
  EXPECT_EQ(state.x[2], 0x80u);
  EXPECT_EQ(bytes[0], 0x81);
  run({ops::AtomicRmwFlag{1, 2, 1, 2, AtomicOp::Xchg, 1}});
  EXPECT_EQ(state.x[1], 0x81u);
  EXPECT_EQ(state.x[2], 1u);
  EXPECT_EQ(bytes[0], 0x80);
}

TEST_F(AtomicOps, TheFlagWinsOverTheOldValue) {
  run({ops::AtomicRmwFlag{3, 3, 1, 2, AtomicOp::Or, 4}});
  EXPECT_EQ(state.x[3], 1u);
  state.x[3] = 0;
  run({ops::AtomicCmpXchgFlag{3, 3, 1, 2, 2, 4}});
  EXPECT_EQ(state.x[3], 0u);
}

TEST_F(AtomicOps, AnOldValueMayBeDropped) {
  state.x[2] = 1;
  EXPECT_EQ(run({ops::AtomicRMW{0, 1, 2, AtomicOp::Add, 1}}).status,
            ExitStatus::Return);
  EXPECT_EQ(bytes[0], 0x81);
}

TEST_F(AtomicOps, CompareExchangeComparesTheLowBytes) {
  // The low two bytes are 0x8180, the low four 0x83828180.
  state.x[5] = 0xffffffff83828180;
  state.x[6] = 0x1122334455667788;
  EXPECT_EQ(run({ops::AtomicCmpXchg{3, 1, 5, 6, 4}}).status,
            ExitStatus::Return);
  EXPECT_EQ(state.x[3], 0x83828180u);
  EXPECT_EQ(get64(0), 0x8786858455667788u);
  run({ops::AtomicCmpXchg{3, 1, 5, 6, 4}});
  EXPECT_EQ(state.x[3], 0x55667788u);
  EXPECT_EQ(get64(0), 0x8786858455667788u);

  vmir::MemFlags release{.fenceBefore = true, .order = vmir::MemOrder::Release};
  state.x[5] = 0x8f8e8d8c8b8a8988;
  run({ops::AddImm{7, 1, 8}, ops::AtomicCmpXchgOrder{3, 7, 5, 6, 8, release}});
  EXPECT_EQ(state.x[3], 0x8f8e8d8c8b8a8988u);
  EXPECT_EQ(get64(8), 0x1122334455667788u);
}

TEST_F(AtomicOps, CompareExchangeSaysWhetherItSucceeded) {
  state.x[5] = 0x180;
  state.x[6] = 0x142;
  run({ops::AtomicCmpXchgFlag{3, 4, 1, 5, 6, 1}});
  EXPECT_EQ(state.x[3], 0x80u);
  EXPECT_EQ(state.x[4], 1u);
  EXPECT_EQ(get64(0), 0x8786858483828142u);
  run({ops::AtomicCmpXchgFlag{3, 4, 1, 5, 6, 1}});
  EXPECT_EQ(state.x[3], 0x42u);
  EXPECT_EQ(state.x[4], 0u);
}

TEST_F(AtomicOps, SizesAndOperatorsWithoutMeaningAreBadOps) {
  // Nothing else is looked at: the address is misaligned and not mapped.
  state.x[1] = 1;
  for (uint8_t size : {0, 3, 5, 16, 255})
    for (const vmir::Op &op : std::initializer_list<vmir::Op>{
             ops::AtomicRMW{3, 1, 2, AtomicOp::Add, size},
             ops::Atomic{3, 1, 2, AtomicOp::Add, size},
             ops::AtomicRMWOrder{3, 1, 2, AtomicOp::Add, size},
             ops::AtomicRmwFlag{3, 4, 1, 2, AtomicOp::Add, size},
             ops::AtomicCmpXchg{3, 1, 5, 6, size},
             ops::AtomicCmpXchgOrder{3, 1, 5, 6, size},
             ops::AtomicCmpXchgFlag{3, 4, 1, 5, 6, size}})
      EXPECT_EQ(run({ops::Nop{}, op}), exitAtOp(ExitStatus::BadOp, 1));
  for (AtomicOp kind : {AtomicOp::CmpXchg, AtomicOp(200)})
    for (const vmir::Op &op : std::initializer_list<vmir::Op>{
             ops::AtomicRMW{3, 1, 2, kind, 4}, ops::Atomic{3, 1, 2, kind, 4},
             ops::AtomicRMWOrder{3, 1, 2, kind, 4},
             ops::AtomicRmwFlag{3, 4, 1, 2, kind, 4}})
      EXPECT_EQ(run({op}), exitAtOp(ExitStatus::BadOp, 0));
  for (uint8_t size : {0, 1, 2, 3, 16})
    for (const vmir::Op &op : std::initializer_list<vmir::Op>{
             ops::AtomicLoadReserve{3, 1, 0, size},
             ops::AtomicStoreCond{2, 1, 0, size, 3}})
      EXPECT_EQ(run({op}), exitAtOp(ExitStatus::BadOp, 0));
}

TEST_F(AtomicOps, AddressesAreAlignedToTheSize) {
  const std::vector<uint8_t> before = bytes;
  state.x[1] = kBase + 2;
  for (const vmir::Op &op : std::initializer_list<vmir::Op>{
           ops::AtomicRMW{3, 1, 2, AtomicOp::Add, 4},
           ops::Atomic{3, 1, 2, AtomicOp::Add, 8},
           ops::AtomicRMWOrder{3, 1, 2, AtomicOp::Add, 4, {.align = 1}},
           ops::AtomicRMWOrder{3, 1, 2, AtomicOp::Add, 2, {.align = 4}},
           ops::AtomicRmwFlag{3, 4, 1, 2, AtomicOp::Add, 4},
           ops::AtomicCmpXchg{3, 1, 5, 6, 4},
           ops::AtomicCmpXchgOrder{3, 1, 5, 6, 2, {.align = 4}},
           ops::AtomicCmpXchgFlag{3, 4, 1, 5, 6, 8},
           ops::AtomicLoadReserve{3, 1, 0, 4},
           ops::AtomicStoreCond{2, 1, 0, 8, 3}})
    EXPECT_EQ(run({op}), exitAtOp(ExitStatus::AlignFault, 0, kBase + 2))
        << vmir::getOpInfo(op).name.str();
  EXPECT_EQ(run({ops::AtomicRMW{3, 1, 2, AtomicOp::Xchg, 2}}).status,
            ExitStatus::Return);
  bytes[2] = 0x82;
  bytes[3] = 0x83;
  EXPECT_EQ(bytes, before);
  EXPECT_EQ(state.x[4], 0u);
}

TEST_F(AtomicOps, MemoryHasToBeReadableThenWritable) {
  mapRomAndPort();
  const std::vector<uint8_t> before(8, 0x55);
  state.x[3] = 33;
  for (auto [base, isStore] :
       {std::pair(kRom, true), {kPort, false}, {kBase + 16, false}}) {
    state.x[1] = base;
    // The compare-exchanges fail, and would not store.
    for (const vmir::Op &op : std::initializer_list<vmir::Op>{
             ops::AtomicRMW{3, 1, 2, AtomicOp::Or, 8},
             ops::AtomicRMWOrder{3, 1, 2, AtomicOp::Or, 8},
             ops::AtomicRmwFlag{3, 3, 1, 2, AtomicOp::Or, 8},
             ops::AtomicCmpXchg{3, 1, 2, 2, 8},
             ops::AtomicCmpXchgOrder{3, 1, 2, 2, 8},
             ops::AtomicCmpXchgFlag{3, 3, 1, 2, 2, 8}})
      EXPECT_EQ(run({op}),
                exitAtOp(ExitStatus::MemoryFault, 0, base, 8, isStore));
  }
  EXPECT_EQ(state.x[3], 33u);
  EXPECT_EQ(rom, before);
  EXPECT_EQ(port, before);
}

TEST_F(AtomicOps, StoreConditionalStoresIfTheReservationHolds) {
  state.x[2] = 0xaabbccdd11223344;
  run({ops::AtomicLoadReserve{3, 1, 4, 4},
       ops::AtomicStoreCond{2, 1, 4, 4, 5}});
  EXPECT_EQ(state.x[3], 0x87868584u);
  EXPECT_EQ(state.x[5], 0u);
  EXPECT_EQ(get64(0), 0x1122334483828180u);
  EXPECT_EQ(state.reservation.size, 0u);
  run({ops::AtomicLoadReserve{3, 1, 8, 8},
       ops::AtomicStoreCond{2, 1, 8, 8, 2}});
  EXPECT_EQ(state.x[3], 0x8f8e8d8c8b8a8988u);
  EXPECT_EQ(state.x[2], 0u) << "the source is read before it is the flag";
  EXPECT_EQ(get64(8), 0xaabbccdd11223344u);
}

TEST_F(AtomicOps, LoadReserveIsPartOfTheState) {
  run({ops::AtomicLoadReserve{3, 1, 4, 4}});
  EXPECT_EQ(state.reservation, (Reservation{kBase + 4, 4, 0x87868584}));
  run({ops::AtomicLoadReserve{3, 1, 8, 8}});
  EXPECT_EQ(state.reservation, (Reservation{kBase + 8, 8, 0x8f8e8d8c8b8a8988}))
      << "there is only one";
  run({ops::AtomicStoreCond{2, 1, 8, 8, 5}});
  EXPECT_EQ(state.x[5], 0u);
  EXPECT_EQ(get64(8), 0u);
}

TEST_F(AtomicOps, StoreConditionalFailsWithoutTheReservation) {
  const std::vector<uint8_t> before = bytes;
  auto expectFailure = [&](std::vector<vmir::Op> code) {
    state.x[5] = 77;
    EXPECT_EQ(run(std::move(code)).status, ExitStatus::Return);
    EXPECT_EQ(state.x[5], 1u);
    EXPECT_EQ(bytes, before);
    EXPECT_EQ(state.reservation.size, 0u);
  };
  expectFailure({ops::AtomicStoreCond{2, 1, 0, 4, 5}});
  expectFailure({ops::AtomicLoadReserve{3, 1, 0, 4},
                 ops::AtomicStoreCond{2, 1, 4, 4, 5}});
  expectFailure({ops::AtomicLoadReserve{3, 1, 0, 8},
                 ops::AtomicStoreCond{2, 1, 0, 4, 5}});
  // The one that fails first ends the reservation.
  expectFailure({ops::AtomicLoadReserve{3, 1, 0, 4},
                 ops::AtomicStoreCond{2, 1, 4, 4, 6},
                 ops::AtomicStoreCond{2, 1, 0, 4, 5}});
}

TEST_F(AtomicOps, StoreConditionalComparesTheValue) {
  state.x[2] = 5;
  run({ops::AtomicLoadReserve{3, 1, 0, 4}, ops::Store{2, 1, 0, 1},
       ops::AtomicStoreCond{2, 1, 0, 4, 5}});
  EXPECT_EQ(state.x[5], 1u);
  EXPECT_EQ(get64(0), 0x8786858483828105u);
  // Changed and changed back is as if nothing had been.
  run({ops::AtomicLoadReserve{3, 1, 0, 4}, ops::Store{0, 1, 0, 1},
       ops::Store{2, 1, 0, 1}, ops::AtomicStoreCond{2, 1, 0, 4, 5}});
  EXPECT_EQ(state.x[5], 0u);
  EXPECT_EQ(get64(0), 0x8786858400000005u);
}

TEST_F(AtomicOps, AFaultLeavesTheReservation) {
  mapRomAndPort();
  state.x[6] = kRom;
  state.x[7] = kPort;
  state.x[5] = 77;
  const Reservation reserved{kRom, 4, 0x55555555};
  EXPECT_EQ(run({ops::AtomicLoadReserve{3, 6, 0, 4},
                 ops::AtomicStoreCond{2, 6, 0, 4, 5}}),
            exitAtOp(ExitStatus::MemoryFault, 1, kRom, 4, true));
  EXPECT_EQ(state.reservation, reserved);
  EXPECT_EQ(run({ops::AtomicStoreCond{2, 6, 2, 4, 5}}).status,
            ExitStatus::AlignFault);
  EXPECT_EQ(run({ops::AtomicLoadReserve{3, 7, 0, 4}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kPort, 4, false));
  EXPECT_EQ(state.reservation, reserved);
  EXPECT_EQ(state.x[5], 77u);
  // Another address is not accessed, so that it cannot fault.
  EXPECT_EQ(run({ops::AtomicStoreCond{2, 0, 0x400, 4, 5}}).status,
            ExitStatus::Return);
  EXPECT_EQ(state.x[5], 1u);
}
