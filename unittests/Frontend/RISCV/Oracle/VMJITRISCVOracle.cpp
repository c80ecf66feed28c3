//===- VMJITRISCVOracle.cpp - Compares lifted instructions with qemu *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Encodes each row of Instructions.def with random operands, runs it on random
// and edge values in qemu, and lifted in the interpreter, and compares all
// registers and memory. What raises exceptions of the environment is left out.
// With --length, sequences of instructions that compute take their place. With
// --exact-floats rounding modes and flags take part.
//
//===----------------------------------------------------------------------===//

#include "Assembler.h"
#include "GuestProgram.h"
#include "RowMaker.h"

#include "vmjit/Frontend/RISCV/Lifter.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;
using namespace vmjit::riscv::oracle;

static cl::opt<std::string> qemu("qemu", cl::init("qemu-riscv64"),
                                 cl::desc("The program qemu-riscv64"));
static cl::opt<uint64_t> rowCount("rows", cl::init(20000),
                                  cl::desc("How many comparisons to make"));
static cl::opt<uint64_t> rowsPerUnit("rows-per-unit", cl::init(64),
                                     cl::desc("How many with one encoding"));
static cl::opt<unsigned> length("length", cl::init(1),
                                cl::desc("How many instructions to run"));
static cl::opt<bool>
    isExact("exact-floats",
            cl::desc("Lift with the floating-point environment, and compare "
                     "rounding modes and flags"));
static cl::opt<uint64_t> seed("seed", cl::init(1), cl::desc("Of all choices"));
static cl::opt<std::string> scratch("scratch", cl::Required,
                                    cl::desc("The prefix of files to write"));

namespace {
/// An instruction at its address, or the first of a sequence, lifted.
struct LiftedUnit {
  DecodedInstruction instruction;
  /// The address behind it, or behind the sequence.
  uint64_t end;
  Interpreter interpreter;
};

class Comparison {
public:
  Comparison(const Assembler &assembler, const Decoder &decoder)
      : assembler(assembler), decoder(decoder), random(seed) {}

  /// Runs every form once, with rowsPerUnit rows each.
  Error runBatch();
  uint64_t getCompared() const { return compared; }
  size_t getUnitCount() const { return units.size(); }

private:
  bool isTestable(const InstructionForm &form) const;
  Expected<Unit> pickEncoding(const InstructionForm &form);
  Expected<Unit> pickSequence();
  Error pickEncodings();
  Error liftUnits();
  Expected<std::vector<Row>> runQemu();
  Error compare(ArrayRef<Row> expected);
  Expected<Row> interpret(const LiftedUnit &unit, Row row,
                          uint64_t rowAddress) const;
  Error complain(const Unit &unit, uint64_t address, const Row &input,
                 const Row &expected, const Row &actual) const;

  const Assembler &assembler;
  const Decoder &decoder;
  Random random;
  std::vector<Unit> units;
  std::vector<uint64_t> addresses;
  std::vector<LiftedUnit> lifted;
  uint64_t compared = 0;
};
} // namespace

static ArrayRef<uint8_t> getBytes(const Unit &unit) {
  return arrayRefFromStringRef(StringRef(unit.bytes.data(), unit.bytes.size()));
}

bool Comparison::isTestable(const InstructionForm &form) const {
  Family family = getFamily(form.operation);
  if (length > 1)
    return family == Family::Integer || family == Family::Multiply ||
           family == Family::Float || family == Family::Conversion;
  // Flags that instructions read or write have to be there.
  if (family == Family::Csr && !isExact)
    return false;
  return form.operation != Operation::ECALL &&
         form.operation != Operation::EBREAK;
}

/// The program of \p instruction alone.
static Expected<vmir::Program> liftAlone(const Unit &unit, uint64_t address,
                                         const Decoder &decoder) {
  Expected<GuestImage> image = GuestImage::fromBytes(getBytes(unit), address);
  if (!image)
    return image.takeError();
  Expected<LiftedProgram> result =
      liftProgram(*image, decoder,
                  {.entries = {address},
                   .floatEnvironment = isExact ? FloatEnvironment::Exact
                                               : FloatEnvironment::Default});
  if (!result)
    return result.takeError();
  return std::move(result->program);
}

/// Picks operands until there is an encoding that can be lifted.
Expected<Unit> Comparison::pickEncoding(const InstructionForm &form) {
  for (unsigned attempt = 0; attempt < 1000; ++attempt) {
    Unit unit;
    unit.bytes = assembler.makeRandom(form, kJumpDistance, random);
    DecodedInstruction decoded = decoder.decode(getBytes(unit), 0x1000);
    if (decoded.operation != form.operation ||
        decoded.size != unit.bytes.size())
      continue;
    Expected<vmir::Program> program = liftAlone(unit, 0x1000, decoder);
    if (!program)
      return program.takeError();
    const auto &ops = program->blocks.front().ops;
    if (!any_of(ops, [](const vmir::Op &op) {
          return std::holds_alternative<vmir::ops::VendorConfig>(op);
        }))
      return unit;
  }
  return makeErrorf(ErrorCode::Other, "found no encoding of {0}", form.name);
}

Expected<Unit> Comparison::pickSequence() {
  ArrayRef<InstructionForm> all = getInstructionForms();
  Unit sequence;
  for (unsigned count = 0; count < length;) {
    const InstructionForm &form = all[random() % all.size()];
    if (!isTestable(form))
      continue;
    Expected<Unit> unit = pickEncoding(form);
    if (!unit)
      return unit.takeError();
    sequence.bytes.append(unit->bytes);
    ++count;
  }
  return sequence;
}

Error Comparison::pickEncodings() {
  units.clear();
  for (const InstructionForm &form : getInstructionForms()) {
    if (!isTestable(form))
      continue;
    Expected<Unit> unit = length > 1 ? pickSequence() : pickEncoding(form);
    if (!unit)
      return unit.takeError();
    units.push_back(std::move(*unit));
  }
  return Error::success();
}

Error Comparison::liftUnits() {
  lifted.clear();
  addresses = getInstructionAddresses(assembler, units);
  uint64_t rowAddress = kRowsAddress;
  for (auto [unit, address] : zip(units, addresses)) {
    Expected<vmir::Program> program = liftAlone(unit, address, decoder);
    if (!program)
      return program.takeError();
    Expected<Interpreter> interpreter =
        Interpreter::create(std::move(*program));
    if (!interpreter)
      return interpreter.takeError();
    lifted.push_back({decoder.decode(getBytes(unit), address),
                      address + unit.bytes.size(), std::move(*interpreter)});
    for (uint64_t i = 0; i < rowsPerUnit; ++i, rowAddress += sizeof(Row))
      unit.rows.push_back(
          makeRow(lifted.back().instruction, rowAddress, isExact, random));
  }
  return Error::success();
}

Expected<std::vector<Row>> Comparison::runQemu() {
  std::string program = scratch + ".elf", output = scratch + ".out";
  std::vector<uint64_t> unused;
  std::string file = makeGuestProgram(assembler, units, unused);
  std::error_code failure;
  {
    raw_fd_ostream os(program, failure);
    os << file;
  }
  if (!failure)
    failure = sys::fs::setPermissions(program, sys::fs::all_all);
  ErrorOr<std::string> path = sys::findProgramByName(qemu);
  if (failure || !path)
    return makeError(ErrorCode::Io, failure ? program : "qemu is not found");
  // The redirection would not truncate it.
  sys::fs::remove(output);
  std::string message;
  int status =
      sys::ExecuteAndWait(*path, {*path, program}, std::nullopt,
                          {StringRef(""), StringRef(output), std::nullopt},
                          /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  if (status != 0)
    return makeErrorf(ErrorCode::ExecutionFailed, "qemu ended with {0} {1}",
                      status, message);
  ErrorOr<std::unique_ptr<MemoryBuffer>> content =
      MemoryBuffer::getFile(output);
  std::vector<Row> rows(units.size() * rowsPerUnit);
  if (!content || (*content)->getBufferSize() != rows.size() * sizeof(Row))
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "qemu did not write what there was");
  memcpy(rows.data(), (*content)->getBufferStart(), rows.size() * sizeof(Row));
  return rows;
}

/// Whether control went to where \p instruction may go.
static bool isRightExit(const DecodedInstruction &instruction,
                        const HartState &state, bool isFallThrough) {
  return state.exit.status == ExitStatus::LeftRegion &&
         (isFallThrough || state.exit.nextPc == instruction.pc + kJumpDistance);
}

Expected<Row> Comparison::interpret(const LiftedUnit &unit, Row row,
                                    uint64_t rowAddress) const {
  constexpr uint64_t noReturn = 1;
  HartState state;
  state.startAt(unit.instruction.pc);
  for (auto [number, value] : zip(kIntegerWindow, row.x))
    state.x[number] = value;
  for (auto [number, value] : zip(kFloatWindow, row.f))
    state.f[number] = value;
  state.csrs[3] = row.fcsr;
  GuestMemory memory;
  if (Error error = memory.addShared(
          rowAddress,
          MutableArrayRef(reinterpret_cast<uint8_t *>(&row), sizeof(row))))
    return std::move(error);
  if (Error error = unit.interpreter.runHart(state, memory, noReturn))
    return std::move(error);

  bool isFallThrough = state.exit.nextPc == unit.end;
  if (!isRightExit(unit.instruction, state, isFallThrough))
    return makeErrorf(ErrorCode::Other, "{0}: {1}",
                      decoder.print(unit.instruction),
                      describeExit(state.exit));
  for (auto [number, value] : zip(kIntegerWindow, row.x))
    value = state.x[number];
  for (auto [number, value] : zip(kFloatWindow, row.f))
    value = state.f[number];
  row.fcsr = state.csrs[3];
  row.fellThrough = isFallThrough;
  return row;
}

static void describe(raw_ostream &os, StringRef name, const Row &row) {
  os << name << ":";
  for (auto [number, value] : zip(kIntegerWindow, row.x))
    os << formatv(" x{0}={1:x}", int(number), value);
  for (auto [number, value] : zip(kFloatWindow, row.f))
    os << formatv(" f{0}={1:x}", int(number), value);
  os << formatv(" fcsr={0:x} fell through={1} memory", row.fcsr,
                row.fellThrough);
  for (uint64_t word : row.memory)
    os << formatv(" {0:x}", word);
  os << '\n';
}

Error Comparison::complain(const Unit &unit, uint64_t address, const Row &input,
                           const Row &expected, const Row &actual) const {
  std::string text;
  raw_string_ostream os(text);
  os << "difference:";
  for (ArrayRef<uint8_t> bytes = getBytes(unit); !bytes.empty();) {
    DecodedInstruction instruction = decoder.decode(bytes, address);
    os << ' ' << decoder.print(instruction) << '\n';
    address = instruction.getNextPc();
    bytes = bytes.drop_front(instruction.size);
  }
  describe(os, "input", input);
  describe(os, "qemu", expected);
  describe(os, "lifted", actual);
  return makeError(ErrorCode::Other, text);
}

Error Comparison::compare(ArrayRef<Row> expected) {
  uint64_t index = 0;
  for (auto [unit, lift] : zip(units, lifted))
    for (const Row &input : unit.rows) {
      Row wanted = expected[index];
      Expected<Row> actual =
          interpret(lift, input, kRowsAddress + index * sizeof(Row));
      if (!actual)
        return actual.takeError();
      // Exception flags are not kept.
      if (!isExact)
        wanted.fcsr = actual->fcsr = 0;
      if (*actual != wanted)
        return complain(unit, lift.instruction.pc, input, wanted, *actual);
      ++index;
    }
  compared += index;
  return Error::success();
}

Error Comparison::runBatch() {
  if (Error error = pickEncodings())
    return error;
  if (Error error = liftUnits())
    return error;
  Expected<std::vector<Row>> expected = runQemu();
  if (!expected)
    return expected.takeError();
  return compare(*expected);
}

static Error run() {
  // The loop around the instructions is a branch, which does not go far.
  if (length == 0 || length > 128 || rowsPerUnit == 0 || rowsPerUnit > 1024)
    return makeError(ErrorCode::InvalidArgument,
                     "--length is 1 to 128, --rows-per-unit 1 to 1024");
  Expected<Assembler> assembler = Assembler::create();
  if (!assembler)
    return assembler.takeError();
  Expected<Decoder> decoder = Decoder::create();
  if (!decoder)
    return decoder.takeError();
  Comparison comparison(*assembler, *decoder);
  while (comparison.getCompared() < rowCount)
    if (Error error = comparison.runBatch())
      return error;
  outs() << comparison.getUnitCount()
         << (length > 1 ? " sequences at a time, " : " instructions, ")
         << comparison.getCompared() << " comparisons: no difference\n";
  return Error::success();
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv,
                              "Compares lifted instructions with qemu\n");
  if (Error error = run()) {
    logAllUnhandledErrors(std::move(error), errs(), "error: ");
    return 1;
  }
  return 0;
}
