//===- RoundTrips.cpp - Programs that come back -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RoundTrips.h"

#include "mlir/IR/Diagnostics.h"
#include "vmjit/Import/ExportVMIR.h"
#include "vmjit/Import/ImportVMIR.h"
#include "vmjit/VMIR/GPUCsrs.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::fuzz;
using namespace vmjit::vmir;

static std::string toText(const Block &block) {
  std::string text;
  raw_string_ostream os(text);
  writeBlock(os, block);
  return text;
}

/// The first block in which the programs differ, both ways.
static std::string describeChange(const Program &before, const Program &after) {
  if (before.blocks.size() != after.blocks.size())
    return formatv("{0} blocks became {1}", before.blocks.size(),
                   after.blocks.size());
  for (auto [old, now] : zip(before.blocks, after.blocks))
    if (old != now)
      return "block " + toText(old) + "\nbecame " + toText(now);
  return "what is not in the blocks became something else";
}

std::optional<Difference> fuzz::checkJSONRoundTrip(const Program &program) {
  const std::string where = "JSON round trip";
  for (JSONStyle style : {JSONStyle::Compact, JSONStyle::Indented}) {
    std::string text;
    raw_string_ostream os(text);
    writeProgram(os, program, style);
    Expected<Program> parsed = parseProgram(text);
    if (!parsed)
      return Difference{where, toString(parsed.takeError())};
    if (*parsed != program)
      return Difference{where, describeChange(program, *parsed)};
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// The spelling that import makes canonical
//===----------------------------------------------------------------------===//

static void canonicalizeRegisters(Operand &operand) {
  operand.reg = canonicalReg(operand.reg);
  for (Operand &nested : operand.operands)
    canonicalizeRegisters(nested);
}

namespace {
/// The visitor of forEachField.
struct RegisterCanonicalizer {
  template <class Tag>
  void operator()(Tag, StringRef, typename Tag::Type &member) {
    if constexpr (std::is_same_v<typename Tag::Type, RegId>) {
      // Register ids and plain numbers have one C++ type.
      if constexpr (!std::is_same_v<Tag, field::U32>)
        member = canonicalReg(member);
    } else if constexpr (std::is_same_v<Tag, field::Opnd>) {
      canonicalizeRegisters(member);
    }
  }
};
} // namespace

static Op canonicalizeCsrRead(const ops::CsrRead &op) {
  std::optional<GPUCsr> gpu = getGPUCsr(op.csr);
  if (!gpu)
    return op;
  switch (gpu->kind) {
  case GPUCsr::ThreadId:
    return ops::GpuThreadId{op.dst, gpu->dim};
  case GPUCsr::BlockId:
    return ops::GpuBlockId{op.dst, gpu->dim};
  case GPUCsr::BlockDim:
    return ops::GpuBlockDim{op.dst, gpu->dim};
  case GPUCsr::GridDim:
    return ops::GpuGridDim{op.dst, gpu->dim};
  case GPUCsr::LaneId:
    return ops::GpuLaneId{op.dst};
  case GPUCsr::SharedBase:
    return ops::GpuSharedBase{op.dst};
  case GPUCsr::LinearId:
    return op;
  }
  return op;
}

/// Several ops of VM IR mean the same.
static Op canonicalizeOp(const Op &op) {
  return std::visit(
      Overloaded{
          [](const ops::Atomic &op) -> Op {
            return ops::AtomicRMW{op.dst, op.base, op.src, op.op, op.size};
          },
          [](const ops::VecAnd &op) -> Op {
            return ops::And{op.dst, op.src1, op.src2};
          },
          [](const ops::VecOr &op) -> Op {
            return ops::Or{op.dst, op.src1, op.src2};
          },
          [](const ops::VecXor &op) -> Op {
            return ops::Xor{op.dst, op.src1, op.src2};
          },
          [](const ops::VecNot &op) -> Op { return ops::Not{op.dst, op.src}; },
          [](const ops::CsrRead &op) { return canonicalizeCsrRead(op); },
          [](const ops::CsrWrite &op) -> Op {
            if (op.csr == kBarrierCsr)
              return ops::GpuBarrier{};
            return op;
          },
          [](const auto &op) -> Op { return op; }},
      op);
}

static Program canonicalize(Program program) {
  auto visit = [](auto &value) {
    forEachField(value, RegisterCanonicalizer());
  };
  for (Block &block : program.blocks) {
    for (Op &op : block.ops) {
      std::visit(visit, op);
      op = canonicalizeOp(op);
    }
    std::visit(visit, block.term);
  }
  return program;
}

std::optional<Difference> fuzz::checkExport(mlir::MLIRContext &context,
                                            const Program &program) {
  const std::string where = "import and export";
  std::string messages;
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &note) { messages += note.str() + "\n"; });
  mlir::OwningOpRef<mlir::ModuleOp> module = importProgram(context, program);
  Expected<Program> exported = exportProgram(*module);
  if (!exported)
    return Difference{where, messages + toString(exported.takeError())};
  Program expected = canonicalize(program);
  if (*exported != expected)
    return Difference{where, describeChange(expected, *exported)};
  return std::nullopt;
}
