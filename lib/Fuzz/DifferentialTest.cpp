//===- DifferentialTest.cpp - Engines against each other --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/DifferentialTest.h"

#include "RoundTrips.h"
#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/Runtime/LaunchControl.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::fuzz;
using vmjit::vmir::kArchRegCount;
using vmjit::vmir::Program;

/// How often harts that used their budget up get a new one.
static constexpr size_t maxReruns = 3;

std::string fuzz::describe(const Difference &difference) {
  return difference.where + ": " + difference.what;
}

//===----------------------------------------------------------------------===//
// Comparing harts
//===----------------------------------------------------------------------===//

static std::string describeValue(const Twine &name, uint64_t expected,
                                 uint64_t actual) {
  return formatv("{0} is {1:x}, expected {2:x}", name.str(), actual, expected);
}

/// CSRs without an entry are 0.
static uint64_t getCsr(const HartState &state, uint16_t csr) {
  auto found = state.csrs.find(csr);
  return found == state.csrs.end() ? 0 : found->second;
}

static std::optional<std::string> findCsrDifference(const HartState &expected,
                                                    const HartState &actual) {
  for (const HartState *state : {&expected, &actual})
    for (auto [csr, value] : state->csrs)
      if (getCsr(expected, csr) != getCsr(actual, csr))
        return describeValue("CSR " + Twine(csr), getCsr(expected, csr),
                             getCsr(actual, csr));
  return std::nullopt;
}

static std::string describeReservation(const Reservation &reservation) {
  return formatv("{0} bytes at {1:x} of value {2:x}", reservation.size,
                 reservation.address, reservation.value);
}

static std::string describeWhere(const ExitRecord &exit) {
  return formatv("{0} (block {1:x}, op {2}; next is block {3:x}, op {4})",
                 describeExit(exit), exit.pc, exit.opIndex, exit.nextPc,
                 exit.nextOp);
}

std::optional<std::string> fuzz::findDifference(const HartState &expected,
                                                const HartState &actual) {
  // How it ended first: the rest often follows from it.
  if (expected.exit != actual.exit)
    return "exit is " + describeWhere(actual.exit) + ", expected " +
           describeWhere(expected.exit);
  for (unsigned reg = 0; reg < kArchRegCount; ++reg)
    if (expected.x[reg] != actual.x[reg])
      return describeValue("x[" + Twine(reg) + "]", expected.x[reg],
                           actual.x[reg]);
  for (unsigned reg = 0; reg < kArchRegCount; ++reg)
    if (expected.f[reg] != actual.f[reg])
      return describeValue("f[" + Twine(reg) + "]", expected.f[reg],
                           actual.f[reg]);
  if (expected.nzcv != actual.nzcv)
    return describeValue("nzcv", expected.nzcv, actual.nzcv);
  if (expected.callStack.size() != actual.callStack.size())
    return formatv("the call stack has {0} entries, expected {1}",
                   actual.callStack.size(), expected.callStack.size());
  for (auto [index, address] : enumerate(expected.callStack))
    if (address != actual.callStack[index])
      return describeValue("call stack entry " + Twine(index), address,
                           actual.callStack[index]);
  bool sameReservation = expected.reservation.size == 0
                             ? actual.reservation.size == 0
                             : expected.reservation == actual.reservation;
  if (!sameReservation)
    return "the reservation is " + describeReservation(actual.reservation) +
           ", expected " + describeReservation(expected.reservation);
  return findCsrDifference(expected, actual);
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

static Error checkInputs(const Program &program, const HartInputs &inputs) {
  if (Error error = vmir::verify(program))
    return error;
  if (program.isKernelMode())
    return makeError(ErrorCode::InvalidArgument,
                     "the program is not in hart mode");
  if (inputs.harts.empty())
    return makeError(ErrorCode::InvalidArgument, "there are no harts");
  for (auto [index, hart] : enumerate(inputs.harts))
    if (hart.exit.nextOp != 0)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "hart {0} starts inside a block", index);
  if (inputs.contents.size() != inputs.regions.size())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0} regions have the contents of {1}",
                      inputs.regions.size(), inputs.contents.size());
  for (auto [region, bytes] : zip(inputs.regions, inputs.contents)) {
    uint64_t copies = region.isPrivate ? inputs.harts.size() : 1;
    if (bytes.size() % copies != 0 || bytes.size() / copies != region.size)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "the region at {0:x} does not have {1} copies of its "
                        "{2} bytes",
                        region.base, copies, region.size);
    if (!region.isPrivate && (region.flags & VMJIT_REGION_WRITE))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "harts would race for the region at {0:x}",
                        region.base);
  }
  return Error::success();
}

/// Gives \p hart of \p memory its bytes.
static Error fillMemory(HartMemory &memory, const HartInputs &inputs,
                        uint64_t hart) {
  for (auto [region, bytes] : zip(inputs.regions, inputs.contents)) {
    uint64_t start = region.isPrivate ? hart * region.size : 0;
    if (Error error = memory.write(hart, region.base,
                                   ArrayRef(bytes).slice(start, region.size)))
      return error;
  }
  return Error::success();
}

static Expected<HartMemory> makeMemory(const HartInputs &inputs) {
  Expected<HartMemory> memory =
      HartMemory::create(inputs.regions, inputs.harts.size());
  if (!memory)
    return memory.takeError();
  for (uint64_t hart = 0; hart < inputs.harts.size(); ++hart)
    if (Error error = fillMemory(*memory, inputs, hart))
      return std::move(error);
  return memory;
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

namespace {
/// Harts and the memory that is theirs.
struct Harts {
  std::vector<HartState> states;
  HartMemory memory;
};

/// Where harts start, and what becomes of them on the interpreter.
struct Reference {
  Interpreter interpreter;
  std::vector<HartState> before;
  /// After the first run, and each further one of those that used their budget
  /// up; never empty.
  std::vector<Harts> after;
  /// After those that stopped inside a block went on there.
  Harts resumed;
};
} // namespace

struct DifferentialTest::State {
  DifferentialOptions options;
  Compiler compiler;
  std::shared_ptr<HostDevice> device;
  uint64_t unfinishedHartCount = 0;

  Error interpret(const Interpreter &interpreter, vmir::GuestAddr returnPc,
                  uint64_t hart, Harts &harts,
                  std::optional<uint64_t> stepBudget = std::nullopt);
  Error resume(const Interpreter &interpreter, vmir::GuestAddr returnPc,
               Harts &harts);
  Expected<Harts> runFirst(const Interpreter &interpreter,
                           const HartInputs &inputs,
                           std::vector<HartState> &before);
  Expected<Harts> runAgain(const Interpreter &interpreter,
                           const HartInputs &inputs, Harts &last);
  Expected<Reference> makeReference(const Program &program,
                                    const HartInputs &inputs);
  Expected<std::optional<std::string>> compareHost(const Program &program,
                                                   const HartInputs &inputs,
                                                   Reference &reference,
                                                   OptLevel optLevel);
};

/// Runs hart number \p hart.
Error DifferentialTest::State::interpret(const Interpreter &interpreter,
                                         vmir::GuestAddr returnPc,
                                         uint64_t hart, Harts &harts,
                                         std::optional<uint64_t> stepBudget) {
  Expected<GuestMemory> memory = harts.memory.makeGuestMemory(hart);
  if (!memory)
    return memory.takeError();
  return interpreter.runHart(
      harts.states[hart], *memory, returnPc,
      {.stepLimit = stepBudget.value_or(options.stepLimit)});
}

/// Lets the harts that stopped inside a block go on there.
Error DifferentialTest::State::resume(const Interpreter &interpreter,
                                      vmir::GuestAddr returnPc, Harts &harts) {
  for (auto [hart, state] : enumerate(harts.states)) {
    if (state.exit.nextOp == 0)
      continue;
    state.startAt(state.exit.nextPc, state.exit.nextOp);
    if (Error error = interpret(interpreter, returnPc, hart, harts))
      return error;
  }
  return Error::success();
}

static Expected<HartMemory> copyMemory(HartMemory &memory,
                                       const HartInputs &inputs) {
  Expected<HartMemory> copy = makeMemory(inputs);
  if (!copy)
    return copy.takeError();
  for (size_t index = 0; index < inputs.regions.size(); ++index)
    for (uint64_t hart = 0; hart < inputs.harts.size(); ++hart)
      llvm::copy(memory.getBytes(index, hart),
                 copy->getBytes(index, hart).begin());
  return copy;
}

/// Whether \p state is of a hart that goes on with a new budget.
static bool hasUsedBudget(const HartState &state, const HartInputs &inputs) {
  return inputs.stepBudget && state.exit.status == ExitStatus::OutOfFuel;
}

/// Runs all harts from their start. Changes \p before for those that would not
/// end: they do not run at all.
Expected<Harts>
DifferentialTest::State::runFirst(const Interpreter &interpreter,
                                  const HartInputs &inputs,
                                  std::vector<HartState> &before) {
  Expected<HartMemory> memory = makeMemory(inputs);
  if (!memory)
    return memory.takeError();
  Harts after = {before, std::move(*memory)};
  for (uint64_t hart = 0; hart < inputs.harts.size(); ++hart) {
    if (Error error = interpret(interpreter, inputs.returnPc, hart, after,
                                inputs.stepBudget))
      return std::move(error);
    HartState &state = after.states[hart];
    if (inputs.stepBudget || state.exit.status != ExitStatus::OutOfFuel)
      continue;
    ++unfinishedHartCount;
    before[hart].startAt(inputs.returnPc);
    state = before[hart];
    if (Error error = fillMemory(after.memory, inputs, hart))
      return std::move(error);
    if (Error error = interpret(interpreter, inputs.returnPc, hart, after))
      return std::move(error);
  }
  return after;
}

/// What becomes of the harts of \p last after those that used their budget up
/// got a new one.
Expected<Harts>
DifferentialTest::State::runAgain(const Interpreter &interpreter,
                                  const HartInputs &inputs, Harts &last) {
  Expected<HartMemory> memory = copyMemory(last.memory, inputs);
  if (!memory)
    return memory.takeError();
  Harts after = {last.states, std::move(*memory)};
  for (auto [hart, state] : enumerate(after.states)) {
    if (!hasUsedBudget(state, inputs))
      continue;
    state.startAt(state.exit.nextPc, state.exit.nextOp);
    if (Error error = interpret(interpreter, inputs.returnPc, hart, after,
                                inputs.stepBudget))
      return std::move(error);
  }
  return after;
}

Expected<Reference>
DifferentialTest::State::makeReference(const Program &program,
                                       const HartInputs &inputs) {
  Expected<Interpreter> interpreter = Interpreter::create(program);
  if (!interpreter)
    return interpreter.takeError();
  std::vector<HartState> before = inputs.harts;
  Expected<Harts> first = runFirst(*interpreter, inputs, before);
  if (!first)
    return first.takeError();
  std::vector<Harts> after;
  after.push_back(std::move(*first));
  while (after.size() <= maxReruns &&
         any_of(after.back().states, [&](const HartState &state) {
           return hasUsedBudget(state, inputs);
         })) {
    Expected<Harts> next = runAgain(*interpreter, inputs, after.back());
    if (!next)
      return next.takeError();
    after.push_back(std::move(*next));
  }
  Harts &last = after.back();
  Expected<HartMemory> copy = copyMemory(last.memory, inputs);
  if (!copy)
    return copy.takeError();
  Harts resumed = {last.states, std::move(*copy)};
  if (Error error = resume(*interpreter, inputs.returnPc, resumed))
    return std::move(error);
  return Reference{std::move(*interpreter), std::move(before), std::move(after),
                   std::move(resumed)};
}

/// Only the CSRs that a state array has words for.
static HartState withCsrs(HartState state, const HartStateArray &array) {
  std::erase_if(state.csrs, [&](const auto &entry) {
    return !array.getCsrWord(entry.first);
  });
  return state;
}

static std::optional<std::string>
findMemoryDifference(HartMemory &expected, HartMemory &actual, uint64_t hart) {
  for (auto [index, region] : enumerate(expected.getRegions())) {
    ArrayRef<uint8_t> theirs = expected.getBytes(index, hart);
    ArrayRef<uint8_t> ours = actual.getBytes(index, hart);
    for (uint64_t i = 0; i < region.size; ++i)
      if (theirs[i] != ours[i])
        return describeValue(formatv("byte {0:x}", region.base + i).str(),
                             theirs[i], ours[i]);
  }
  return std::nullopt;
}

/// The first difference between all harts, in what \p array has words for.
static std::optional<std::string>
findAnyDifference(Harts &expected, Harts &actual, const HartStateArray &array) {
  for (uint64_t hart = 0; hart < actual.states.size(); ++hart) {
    std::optional<std::string> found =
        findDifference(withCsrs(expected.states[hart], array),
                       withCsrs(actual.states[hart], array));
    if (!found)
      found = findMemoryDifference(expected.memory, actual.memory, hart);
    if (found)
      return "hart " + std::to_string(hart) + ": " + *found;
  }
  return std::nullopt;
}

static Error launch(HostKernel &kernel, const HartInputs &inputs,
                    HartStateArray &state, HartMemory &memory) {
  vmjit_control control = makeControl(inputs.stepBudget);
  vmjit_hart_launch launch = {};
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  launch.return_pc = inputs.returnPc;
  if (inputs.stepBudget)
    launch.control = reinterpret_cast<uintptr_t>(&control);
  state.describe(launch);
  memory.describe(launch);
  return kernel.launchHarts(launch);
}

/// Reads all harts of \p array. Fails where its words make no sense.
static Expected<std::vector<HartState>> readHarts(const HartStateArray &array) {
  std::vector<HartState> states;
  for (uint64_t hart = 0; hart < array.getHartCount(); ++hart) {
    Expected<HartState> state = array.getHart(hart);
    if (!state)
      return withContext(state.takeError(), "hart " + Twine(hart));
    states.push_back(std::move(*state));
  }
  return states;
}

/// Runs the harts of \p array as often as \p reference was, and then leaves
/// them in \p harts. Gives the first difference.
static std::optional<std::string>
compareRuns(HostKernel &kernel, const HartInputs &inputs, Reference &reference,
            HartStateArray &array, Harts &harts) {
  for (auto [run, expected] : enumerate(reference.after)) {
    std::string prefix = run == 0 ? "" : formatv("run {0}: ", run + 1).str();
    if (Error error = launch(kernel, inputs, array, harts.memory))
      return prefix + "does not run: " + toString(std::move(error));
    Expected<std::vector<HartState>> states = readHarts(array);
    if (!states)
      return prefix + toString(states.takeError());
    harts.states = std::move(*states);
    if (std::optional<std::string> found =
            findAnyDifference(expected, harts, array))
      return prefix + *found;
    for (auto [hart, state] : enumerate(harts.states))
      if (hasUsedBudget(state, inputs) && &expected != &reference.after.back())
        array.word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_Running;
  }
  return std::nullopt;
}

Expected<std::optional<std::string>>
DifferentialTest::State::compareHost(const Program &program,
                                     const HartInputs &inputs,
                                     Reference &reference, OptLevel optLevel) {
  using Result = std::optional<std::string>;
  CompileOptions compileOptions;
  compileOptions.optLevel = optLevel;
  compileOptions.stoppable = inputs.stepBudget.has_value();
  Expected<CodeObject> object = compiler.compile(program, compileOptions);
  if (!object)
    return Result("does not compile: " + toString(object.takeError()));
  Expected<HostKernel> kernel = HostKernel::load(device, *object);
  if (!kernel)
    return Result("does not load: " + toString(kernel.takeError()));
  uint64_t hartCount = inputs.harts.size();
  Expected<HartStateArray> state =
      HartStateArray::create(hartCount, object->stateLayout);
  if (!state)
    return state.takeError();
  Expected<HartMemory> memory = makeMemory(inputs);
  if (!memory)
    return memory.takeError();
  for (uint64_t hart = 0; hart < hartCount; ++hart)
    if (Error error =
            state->setHart(hart, withCsrs(reference.before[hart], *state)))
      return std::move(error);
  Harts harts = {{}, std::move(*memory)};
  if (Result found = compareRuns(*kernel, inputs, reference, *state, harts))
    return found;
  // What compiled code left, the interpreter goes on with.
  if (Error error = resume(reference.interpreter, inputs.returnPc, harts))
    return std::move(error);
  if (Result found = findAnyDifference(reference.resumed, harts, *state))
    return Result("resumed inside a block: " + *found);
  return Result();
}

DifferentialTest::DifferentialTest(std::unique_ptr<State> state)
    : state(std::move(state)) {}
DifferentialTest::DifferentialTest(DifferentialTest &&) = default;
DifferentialTest &DifferentialTest::operator=(DifferentialTest &&) = default;
DifferentialTest::~DifferentialTest() = default;

Expected<DifferentialTest>
DifferentialTest::create(const DifferentialOptions &options) {
  HostDeviceOptions deviceOptions;
  // Programs are small, starting threads for one costs more than it saves.
  deviceOptions.threadCount = 1;
  Expected<std::shared_ptr<HostDevice>> device =
      HostDevice::create(deviceOptions);
  if (!device)
    return device.takeError();
  auto state = std::make_unique<State>();
  state->options = options;
  state->device = std::move(*device);
  return DifferentialTest(std::move(state));
}

Expected<std::optional<Difference>>
DifferentialTest::run(const Program &program, const HartInputs &inputs) {
  if (Error error = checkInputs(program, inputs))
    return std::move(error);
  if (std::optional<Difference> found = checkJSONRoundTrip(program))
    return found;
  if (std::optional<Difference> found =
          checkExport(state->compiler.getContext(), program))
    return found;
  Expected<Reference> reference = state->makeReference(program, inputs);
  if (!reference)
    return reference.takeError();
  for (OptLevel optLevel : {OptLevel::O0, OptLevel::O3}) {
    Expected<std::optional<std::string>> found =
        state->compareHost(program, inputs, *reference, optLevel);
    if (!found)
      return found.takeError();
    if (*found)
      return Difference{
          optLevel == OptLevel::O0 ? "host at -O0" : "host at -O3", **found};
  }
  return std::nullopt;
}

uint64_t DifferentialTest::getUnfinishedHartCount() const {
  return state->unfinishedHartCount;
}
