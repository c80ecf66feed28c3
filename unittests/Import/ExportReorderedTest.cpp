//===- ExportReorderedTest.cpp - Exporting reordered ops --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops of imported programs are moved about in ways that change no result, so
// that values live long and their registers are overwritten meanwhile. What is
// exported then must do what the program did.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "vmjit/Import/ExportVMIR.h"
#include "vmjit/Import/ImportVMIR.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/VMIR/JSON.h"
#include "gtest/gtest.h"

#include <random>

using namespace vmjit;
namespace ops = vmjit::vmir::ops;

namespace {
using Random = std::mt19937_64;

/// A block of ops without exits, on few registers.
vmir::Program makeProgram(Random &random, bool zeroReg) {
  auto x = [&] {
    vmir::RegId id = random() % 6;
    return id == 5 ? 40 : id;
  };
  auto f = [&] { return static_cast<vmir::RegId>(random() % 4 + 28); };
  vmir::Program program;
  program.entry = 0x1000;
  program.zeroReg = zeroReg;
  vmir::Block &block = program.blocks.emplace_back();
  block.startPc = 0x1000;
  auto makeOp = [&]() -> vmir::Op {
    switch (random() % 16) {
    case 0:
      return ops::Add{x(), x(), x()};
    case 1:
      return ops::AddImm{x(), x(), static_cast<int64_t>(random())};
    case 2:
      return ops::Mov{x(), x()};
    case 3:
      return ops::MovImm{x(), random()};
    case 4:
      return ops::Xor{x(), x(), x()};
    case 5:
      return ops::Select{x(), x(), x(), x()};
    case 6:
      return ops::Fadd{f(), f(), f()};
    case 7:
      return ops::FmulS{f(), f(), f()};
    case 8:
      return ops::FmaddS{f(), f(), f(), f()};
    case 9:
      return ops::FmvXD{x(), f()};
    case 10:
      return ops::FmvDX{f(), x()};
    case 11:
      return ops::FmvXW{x(), f()};
    case 12:
      return ops::FmvWX{f(), x()};
    case 13:
      return ops::FnegS{f(), f()};
    case 14:
      return ops::Fle{x(), f(), f()};
    default:
      return ops::Fcvtsl{f(), x()};
    }
  };
  for (unsigned i = 0; i < 24; ++i)
    block.ops.push_back(makeOp());
  return program;
}

/// The register that \p op reads or writes.
std::optional<std::pair<vm::RegFile, uint32_t>>
getRegister(mlir::Operation *op) {
  if (auto read = mlir::dyn_cast<vm::RegReadOp>(op))
    return std::make_pair(read.getFile(), read.getIndex());
  if (auto write = mlir::dyn_cast<vm::RegWriteOp>(op))
    return std::make_pair(write.getFile(), write.getIndex());
  return std::nullopt;
}

bool canSwap(mlir::Operation *first, mlir::Operation *second) {
  for (mlir::Value operand : second->getOperands())
    if (operand.getDefiningOp() == first)
      return false;
  auto reg = getRegister(first);
  return !reg || reg != getRegister(second) ||
         (mlir::isa<vm::RegReadOp>(first) && mlir::isa<vm::RegReadOp>(second));
}

void shuffle(mlir::Block &block, Random &random) {
  std::vector<mlir::Operation *> order;
  for (mlir::Operation &op : block.without_terminator())
    order.push_back(&op);
  for (size_t i = 0, e = order.size() * order.size(); i < e; ++i) {
    size_t at = random() % (order.size() - 1);
    if (canSwap(order[at], order[at + 1]))
      std::swap(order[at], order[at + 1]);
  }
  for (mlir::Operation *op : order)
    op->moveBefore(block.getTerminator());
}

HartState run(const vmir::Program &program, HartState state) {
  state.startAt(program.entry);
  llvm::Expected<Interpreter> interpreter = Interpreter::create(program);
  if (!interpreter) {
    ADD_FAILURE() << llvm::toString(interpreter.takeError());
    return state;
  }
  GuestMemory memory;
  llvm::Error error =
      interpreter->runHart(state, memory, vmir::kReturnSentinel);
  EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
  return state;
}

std::string toText(const vmir::Program &program) {
  std::string text;
  llvm::raw_string_ostream os(text);
  vmir::writeProgram(os, program);
  return text;
}
} // namespace

TEST(ExportReordered, KeepsWhatTheProgramDoes) {
  mlir::MLIRContext context;
  context.loadDialect<vm::VMDialect>();
  size_t longer = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    vmir::Program program = makeProgram(random, /*zeroReg=*/seed % 2 == 0);
    auto module = importProgram(context, program);
    module->walk(
        [&](vm::BlockOp block) { shuffle(block.getBody().front(), random); });
    ASSERT_TRUE(succeeded(mlir::verify(*module)));
    llvm::Expected<vmir::Program> exported = exportProgram(*module);
    ASSERT_TRUE(bool(exported)) << llvm::toString(exported.takeError());
    longer += exported->blocks[0].ops.size() > program.blocks[0].ops.size();

    HartState state;
    for (auto *file : {&state.x, &state.f})
      for (uint64_t &bits : *file)
        bits = random() | (random() % 2 ? uint64_t(0xffffffff) << 32 : 0);
    HartState wanted = run(program, state), got = run(*exported, state);
    EXPECT_EQ(wanted.exit.status, ExitStatus::Return);
    EXPECT_EQ(got.exit.status, ExitStatus::Return);
    ASSERT_EQ(got.x, wanted.x) << toText(program) << '\n' << toText(*exported);
    ASSERT_EQ(got.f, wanted.f) << toText(program) << '\n' << toText(*exported);
  }
  // The order was changed so that moves are needed.
  EXPECT_GT(longer, 160u);
}
