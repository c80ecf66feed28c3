//===- LifterTest.cpp - Tests of lifted RISC-V code -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What each instruction computes is compared with qemu in test/Frontend/RISCV;
// here is what that does not see.
//
//===----------------------------------------------------------------------===//

#include "TestCode.h"
#include "vmjit/Support/Error.h"

using namespace vmjit;
using namespace vmjit::riscv;
using namespace vmjit::riscv::testing;
namespace ops = vmjit::vmir::ops;
namespace terms = vmjit::vmir::terms;

/// The only op of the entry.
template <class OpT>
static OpT getOp(llvm::ArrayRef<uint32_t> words,
                 FloatEnvironment environment = FloatEnvironment::Default) {
  LiftedProgram lifted = lift(words, environment);
  const auto &ops = lifted.program.blocks.front().ops;
  EXPECT_EQ(ops.size(), 1u);
  const OpT *op = std::get_if<OpT>(&ops.front());
  EXPECT_NE(op, nullptr);
  return op ? *op : OpT();
}

TEST(Lifter, DropsWritesToX0) {
  HartState state;
  state.x[11] = 7;
  run({0x00558013}, state); // addi x0, a1, 5
  EXPECT_EQ(state.exit.status, ExitStatus::LeftRegion);
  EXPECT_EQ(state.exit.nextPc, kBase + 4);
  EXPECT_EQ(state.x[0], 0u);
}

TEST(Lifter, MakesLoadsToX0) {
  HartState state;
  state.x[11] = 0x5000;
  run({0x0005a003}, state); // lw x0, 0(a1)
  EXPECT_EQ(state.exit.status, ExitStatus::MemoryFault);
  EXPECT_EQ(state.exit.detail, 0x5000u);
}

TEST(Lifter, ReadsTheTargetBeforeItLinks) {
  HartState state;
  state.x[11] = 0x2001;
  run({0x008585e7}, state); // jalr a1, 8(a1)
  EXPECT_EQ(state.exit.status, ExitStatus::LeftRegion);
  EXPECT_EQ(state.exit.nextPc, 0x2008u);
  EXPECT_EQ(state.x[11], kBase + 4);
}

TEST(Lifter, StoresConditionallyAfterAReservation) {
  uint8_t bytes[8] = {1, 2, 3, 0x84, 5};
  GuestMemory memory;
  llvm::cantFail(memory.addShared(0x5000, bytes));
  HartState state;
  state.x[11] = 0x5000;
  state.x[12] = 9;
  state.x[13] = 0x01020304;
  // lr.w a0, (a1); sc.w a2, a3, (a1)
  run({0x1005a52f, 0x18d5a62f}, state, &memory);
  EXPECT_EQ(state.x[10], 0xffffffff84030201);
  EXPECT_EQ(state.x[12], 0u);
  EXPECT_EQ(bytes[0], 4);
  EXPECT_EQ(bytes[4], 5);
}

TEST(Lifter, OrdersAtomics) {
  // amoadd.w.aqrl a0, a2, (a1)
  LiftedProgram lifted = lift({0x06c5a52f});
  auto *op = std::get_if<ops::AtomicRMWOrder>(
      &lifted.program.blocks.front().ops.front());
  ASSERT_NE(op, nullptr);
  EXPECT_EQ(op->flags.order, vmir::MemOrder::SeqCst);
  // amoadd.w x0, a2, (a1)
  EXPECT_EQ(getOp<ops::AtomicRMWOrder>({0x00c5a02f}).flags.order,
            vmir::MemOrder::None);
}

TEST(Lifter, OrdersFences) {
  using vmir::MemOrder;
  EXPECT_EQ(getOp<ops::Fence>({0x0330000f}).order, MemOrder::SeqCst);
  EXPECT_EQ(getOp<ops::Fence>({0x0230000f}).order, MemOrder::Acquire);
  EXPECT_EQ(getOp<ops::Fence>({0x0310000f}).order, MemOrder::Release);
  EXPECT_EQ(getOp<ops::Fence>({0x8330000f}).order, MemOrder::AcqRel);
  EXPECT_EQ(getOp<ops::Fence>({0x0000100f}).order, MemOrder::SeqCst);
  getOp<ops::Nop>({0x0100000f}); // pause
}

TEST(Lifter, ReadsAndWritesCsrsOnlyWhenTheInstructionDoes) {
  getOp<ops::CsrRead>({0x00302573}, FloatEnvironment::Exact); // frcsr a0
  getOp<ops::CsrRead>({0x00202573});                          // frrm a0
  getOp<ops::CsrRead>({0xf1206573}); // csrrsi a0, marchid, 0
  EXPECT_EQ(getOp<ops::CsrRead>({0xcc002573}).csr, 0xcc0); // csrr a0, 0xcc0
}

TEST(Lifter, HasCountersThatAdvanceWhenTheyAreRead) {
  HartState state;
  // rdcycle a0; rdcycle zero; rdcycle a1; rdtime a2; rdinstret a3;
  // csrrsi a4, cycle, 0
  run({0xc0002573, 0xc0002073, 0xc00025f3, 0xc0102673, 0xc02026f3, 0xc0006773},
      state);
  EXPECT_EQ(state.exit.status, ExitStatus::LeftRegion);
  EXPECT_EQ(state.x[10], 0u);
  EXPECT_EQ(state.x[11], 1u);
  EXPECT_EQ(state.x[12], 0u);
  EXPECT_EQ(state.x[13], 0u);
  EXPECT_EQ(state.x[14], 2u);
}

TEST(Lifter, MakesABarrierOfAnyWriteOfItsCsr) {
  LiftedProgram lifted = lift({0x80005073}); // csrwi 0x800, 0
  const auto &ops = lifted.program.blocks.front().ops;
  auto *write = std::get_if<ops::CsrWrite>(&ops.back());
  ASSERT_NE(write, nullptr);
  EXPECT_EQ(write->csr, 0x800);
}

TEST(Lifter, RefusesWritesOfReadOnlyCsrs) {
  // csrrsi a0, cycle, 1
  EXPECT_EQ(getOp<ops::VendorConfig>({0xc000e573}).config,
            "csrrsi a0, cycle, 1");
}

TEST(Lifter, GoesOnWhileTheRoundingModeIsNearestEven) {
  HartState state;
  state.x[10] = 0;
  run({0x00251573, 0x00558593}, state); // fsrm a0, a0; addi a1, a1, 5
  EXPECT_EQ(state.exit.status, ExitStatus::LeftRegion);
  EXPECT_EQ(state.exit.nextPc, kBase + 8);
  EXPECT_EQ(state.x[11], 5u);
}

TEST(Lifter, StopsBeforeTheRoundingModeChanges) {
  // fsrm a0, a0; csrrsi x0, frm, 3; csrrc x0, frm, a1
  for (uint32_t word : {0x00251573, 0x0021e073, 0x0025b073}) {
    HartState state;
    state.x[10] = 2;
    state.csrs[3] = word == 0x0025b073 ? 6u << 5 : 0;
    uint64_t fcsr = state.csrs[3];
    run({word, 0x00558593}, state);
    EXPECT_EQ(state.exit.status, ExitStatus::Unsupported);
    EXPECT_EQ(state.exit.pc, kBase | 1);
    EXPECT_EQ(state.x[10], 2u);
    EXPECT_EQ(state.x[11], 0u);
    EXPECT_EQ(state.csrs[3], fcsr);
  }
}

/// Whether a hart that runs \p words ends before an instruction of them since
/// it needs the floating-point environment; which one.
static std::optional<GuestAddr> findExit(llvm::ArrayRef<uint32_t> words) {
  HartState state;
  run(words, state);
  for (const vmir::Block &block : lift(words).program.blocks)
    if (block.startPc == state.exit.pc)
      return getEnvironmentExit(block);
  return std::nullopt;
}

TEST(Lifter, StopsBeforeFlagsAreRead) {
  EXPECT_EQ(findExit({0x00102573}), kBase);                 // frflags a0
  EXPECT_EQ(findExit({0x00558593, 0x00302573}), kBase + 4); // frcsr a0
  EXPECT_EQ(findExit({0x0010d073}), kBase);                 // fsflagsi 1
  EXPECT_EQ(findExit({0x00202573}), std::nullopt);          // frrm a0
}

TEST(Lifter, GoesOnWhereFlagsAreSavedAndRestored) {
  // frflags a4; flt.d a1, fa0, fa1; fsflags a4; ret
  constexpr uint32_t save = 0x00102773, less = 0xa2b515d3, restore = 0x00171073,
                     ret = 0x00008067;
  EXPECT_EQ(findExit({save, less, restore, ret}), std::nullopt);
  // fadd.d fa4, fa4, fa4: that is another register.
  EXPECT_EQ(findExit({save, 0x02e77753, restore, ret}), std::nullopt);
  // beqz a1, +8, which goes around the restore, as in floor
  EXPECT_EQ(findExit({save, less, 0x00058463, restore, ret}), std::nullopt);
  // li a4, 0
  EXPECT_EQ(findExit({save, 0x00000713, ret}), std::nullopt);
  // A call behind the restore, and ecall.
  EXPECT_EQ(findExit({save, restore, 0x008000ef, 0x00000073, ret}),
            std::nullopt);
}

TEST(Lifter, StopsWhereSavedFlagsMayBeSeen) {
  constexpr uint32_t save = 0x00102773, restore = 0x00171073, ret = 0x00008067;
  // addi a0, a4, 1; the same behind the restore; ecall; a call
  EXPECT_EQ(findExit({save, 0x00170513, restore, ret}), kBase);
  EXPECT_EQ(findExit({save, restore, 0x00170513, ret}), kBase);
  EXPECT_EQ(findExit({save, 0x00000073, restore, ret}), kBase);
  EXPECT_EQ(findExit({save, 0x008000ef, restore, ret}), kBase);
  // Code that is not known.
  EXPECT_EQ(findExit({save, restore}), kBase);
  // frflags a0; ret
  EXPECT_EQ(findExit({0x00102573, ret}), kBase);
  // beqz x0, +8 over the save: other flags are restored than there are.
  HartState state;
  state.x[14] = 1;
  run({0x00000463, save, restore, ret}, state);
  EXPECT_EQ(state.exit.status, ExitStatus::Unsupported);
  EXPECT_EQ(state.exit.pc, (kBase + 8) | 1);
  EXPECT_EQ(findExit({restore, ret}), kBase);
}

TEST(Lifter, RoundsByTheEnvironmentWhereItHasTo) {
  // fadd.d fa0, fa0, fa1, rtz; fsqrt.s fa0, fa1; fle.d a0, fa0, fa1
  EXPECT_EQ(getOp<ops::FenvArith>({0x02b51553}),
            (ops::FenvArith{10, 10, 11, 0, "add", 64, "rtz"}));
  getOp<ops::FsqrtS>({0x5805f553});
  EXPECT_EQ(getOp<ops::FenvArith>({0x5805f553}, FloatEnvironment::Exact),
            (ops::FenvArith{10, 11, 0, 0, "sqrt", 32, "dyn"}));
  getOp<ops::Fle>({0xa2b50553});
  EXPECT_EQ(getOp<ops::FenvCompare>({0xa2b50553}, FloatEnvironment::Exact),
            (ops::FenvCompare{10, 10, 11, "le", 64}));
  // fcvt.s.d fa0, fa0, rmm; fcvt.lu.s a0, fa0, rup; fcvt.s.wu fa0, a0
  EXPECT_EQ(getOp<ops::FenvArith>({0x40154553}),
            (ops::FenvArith{10, 10, 0, 0, "convert", 32, "rmm"}));
  EXPECT_EQ(getOp<ops::FenvToInt>({0xc0353553}, FloatEnvironment::Exact),
            (ops::FenvToInt{10, 10, 32, 64, false, "rup"}));
  EXPECT_EQ(getOp<ops::FenvFromInt>({0xd0157553}, FloatEnvironment::Exact),
            (ops::FenvFromInt{10, 10, 32, 32, false, "dyn"}));
}

TEST(Lifter, NamesWhatItCannotLiftAndGoesOnBehindIt) {
  // andn a0, a1, a2; addi a1, a1, 5
  LiftedProgram lifted = lift({0x40c5f533, 0x00558593});
  ASSERT_EQ(lifted.program.blocks.size(), 2u);
  auto *andn =
      std::get_if<ops::VendorConfig>(&lifted.program.blocks[0].ops.front());
  ASSERT_NE(andn, nullptr);
  EXPECT_EQ(andn->vendor, "riscv");
  EXPECT_EQ(andn->config, "andn a0, a1, a2");
  EXPECT_EQ(std::get<terms::Jmp>(lifted.program.blocks[0].term).target,
            kBase + 4);
  EXPECT_FALSE(getEnvironmentExit(lifted.program.blocks[0]));
  EXPECT_NE(std::get_if<ops::AddImm>(&lifted.program.blocks[1].ops.front()),
            nullptr);
}

TEST(Lifter, TakesRoundingModesThatDoNotMatter) {
  getOp<ops::Fcvtwd>({0xc2051553}); // fcvt.w.d a0, fa0, rtz
  getOp<ops::Fcvtdw>({0xd2053553}); // fcvt.d.w fa0, a0, rup: exact
}

TEST(Lifter, ExitsToTheEnvironmentAndResumesBehind) {
  HartState state;
  run({0x00000073, 0x00558593}, state); // ecall; addi a1, a1, 5
  EXPECT_EQ(state.exit.status, ExitStatus::Syscall);
  EXPECT_EQ(state.exit.pc, kBase);
  EXPECT_EQ(state.x[11], 0u);
}

// A program that jumps into the middle of each of its instructions must not
// become as large as the square of it.
TEST(Lifter, LiftsOverlappingCodeOnce) {
  constexpr size_t count = 500;
  // lui a0, 16, in the middle of which is c.nop
  std::vector<uint32_t> words(count, 0x00010537);
  LiftOptions options;
  for (size_t index = 0; index < count; ++index)
    options.entries.push_back(kBase + 4 * index + 2);
  options.entries.push_back(kBase);
  LiftedProgram lifted =
      llvm::cantFail(liftProgram(makeImage(words), getDecoder(), options));
  size_t opCount = 0;
  for (const vmir::Block &block : lifted.program.blocks)
    opCount += block.ops.size();
  EXPECT_EQ(opCount, 2 * count);
}

TEST(Lifter, SetsGpAtTheEntryOfKernels) {
  GuestImage image = makeImage({0x00558593, 0x00008067});
  image.addSymbol("__global_pointer$", 0x12800);
  LiftedProgram lifted = llvm::cantFail(liftProgram(
      image, getDecoder(),
      {.entries = {kBase}, .params = std::vector<vmir::ParamType>()}));
  EXPECT_EQ(lifted.program.entry, kBase | 1);
  auto *set =
      std::get_if<ops::MovImm>(&lifted.program.blocks.back().ops.front());
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->dst, 3u);
  EXPECT_EQ(set->imm, 0x12800u);
}

TEST(Lifter, RefusesFloatParametersOfSoftFloatCode) {
  GuestImage image = makeImage({0x00008067});
  image.setFloatABI(FloatABI::Soft);
  auto lifted = liftProgram(
      image, getDecoder(),
      {.entries = {kBase},
       .params = std::vector<vmir::ParamType>{vmir::ParamType::F32}});
  ASSERT_FALSE(lifted);
  EXPECT_EQ(llvm::toString(lifted.takeError()),
            "the program takes floating-point parameters in integer registers: "
            "build with -mabi=lp64d");
}

TEST(Lifter, RefusesFloatParametersThatCPassesAsIntegers) {
  using vmir::ParamType;
  GuestImage image = makeImage({0x00008067});
  image.setFloatABI(FloatABI::Double);
  auto liftWith = [&](std::vector<ParamType> params) {
    auto lifted = liftProgram(image, getDecoder(),
                              {.entries = {kBase}, .params = params});
    return lifted ? "" : llvm::toString(lifted.takeError());
  };
  std::vector<ParamType> params(7, ParamType::I64);
  params.insert(params.end(), 8, ParamType::F32);
  EXPECT_EQ(liftWith(params), "");
  params.push_back(ParamType::F64);
  EXPECT_EQ(liftWith(params),
            "the program takes a ninth floating-point parameter in an integer "
            "register: put it into a buffer");
  // No integer register is left: the stack has it.
  params.insert(params.begin(), ParamType::Buffer);
  EXPECT_EQ(liftWith(params), "");
}
