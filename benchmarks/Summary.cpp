//===- Summary.cpp - Tables at the end of a run -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Summary.h"
#include "Benchmarks.h"
#include "StagedCompilation.h"
#include "llvm/Support/Format.h"

using namespace llvm;
using namespace vmjit::benchmarks;

Summary::Summary() : display(benchmark::CreateDefaultDisplayReporter()) {}

bool Summary::ReportContext(const Context &context) {
  display->SetOutputStream(&GetOutputStream());
  display->SetErrorStream(&GetErrorStream());
  return display->ReportContext(context);
}

void Summary::ReportRuns(const std::vector<Run> &runs) {
  for (const Run &run : runs)
    record(run);
  display->ReportRuns(runs);
}

void Summary::Finalize() { display->Finalize(); }

void Summary::record(const Run &run) {
  if (run.error_occurred) {
    failures |= !StringRef(run.error_message).starts_with(kSkipped);
    return;
  }
  if (run.run_type != Run::RT_Iteration)
    return;
  const std::string &name = run.run_name.function_name;
  if (StringRef(name).starts_with("Guest"))
    guests[run.run_name.args.empty() ? name : name + "/" + run.run_name.args] =
        run.counters;
  if (StringRef(name).starts_with("Linear/")) {
    uint64_t size = 0;
    if (!StringRef(run.run_name.args).getAsInteger(10, size))
      linear[name][size] = run.counters;
    return;
  }
  // With manual timing the work is in another process.
  bool isManual = run.run_name.time_type == "manual_time";
  double iterations = double(run.iterations);
  Time time{run.real_accumulated_time / iterations,
            isManual ? 0 : run.cpu_accumulated_time / iterations};
  if (auto items = run.counters.find("items_per_second");
      items != run.counters.end())
    time.itemsPerSecond = items->second;
  auto [it, isNew] = times.insert({name, time});
  if (!isNew)
    it->second = {std::min(it->second.real, time.real),
                  std::min(it->second.cpu, time.cpu),
                  std::max(it->second.itemsPerSecond, time.itemsPerSecond)};
}

void Summary::printRatios(raw_ostream &os) const {
  bool hasHeader = false;
  auto print = [&](StringRef what, const std::string &ours,
                   const std::string &theirs) {
    auto vmjit = times.find(ours), nvrtc = times.find(theirs);
    if (vmjit == times.end() || nvrtc == times.end())
      return;
    if (!hasHeader)
      os << "\nTo PTX               vmjit ms   NVRTC ms   vmjit/NVRTC   by CPU "
            "time\n";
    hasHeader = true;
    os << left_justify(what, 18)
       << format("%11.3f%11.3f%14.3f", vmjit->second.real * 1e3,
                 nvrtc->second.real * 1e3,
                 vmjit->second.real / nvrtc->second.real);
    if (nvrtc->second.cpu > 0)
      os << format("%14.3f", vmjit->second.cpu / nvrtc->second.cpu);
    os << "\n";
  };
  for (const auto &[name, time] : times) {
    StringRef program = name;
    if (program.consume_front("NVRTC/"))
      print(program, ("Compile/kernel/" + program + "/" + kPTXTarget).str(),
            name);
    else if (program.consume_front("FirstCall/") &&
             program.consume_back("/NVRTC"))
      print((program + ", first").str(),
            ("FirstCall/" + program + "/" + kPTXTarget).str(), name);
  }
}

void Summary::printFamily(raw_ostream &os, StringRef family) const {
  const auto &sizes = linear.find(family.str())->second;
  os << "\n" << left_justify((family + ", ns per op").str(), 40);
  for (const auto &[size, counters] : sizes)
    os << format("%10llu", static_cast<unsigned long long>(size));
  os << "    growth\n";

  SmallVector<double> totals(sizes.size());
  auto printRow = [&](StringRef stage, ArrayRef<double> values) {
    os << left_justify(stage, 40);
    for (double value : values)
      os << format("%10.0f", value);
    if (values.front() > 0)
      os << format("%9.1fx", values.back() / values.front());
    os << "\n";
  };
  for (StringRef stage : getStageNames()) {
    SmallVector<double> values;
    for (const auto &[size, counters] : sizes) {
      auto it = counters.find((stage + "_ns_per_op").str());
      values.push_back(it == counters.end() ? 0.0 : double(it->second));
      totals[values.size() - 1] += values.back();
    }
    printRow(stage, values);
  }
  printRow("total", totals);
}

void Summary::printLinearity(raw_ostream &os) const {
  for (const auto &[family, sizes] : linear)
    printFamily(os, family);
}

void Summary::printStoppable(raw_ostream &os) const {
  bool hasHeader = false;
  for (const auto &[name, time] : times) {
    StringRef program = name;
    if (!program.consume_front("Run/") || !program.consume_back("/stoppable"))
      continue;
    auto plain = times.find(("Run/" + program + "/plain").str());
    if (plain == times.end())
      continue;
    if (!hasHeader)
      os << "\nStoppable              plain us     stoppable us     ratio\n";
    hasHeader = true;
    os << left_justify(program, 20)
       << format("%11.1f%17.1f%10.3f\n", plain->second.real * 1e6,
                 time.real * 1e6, time.real / plain->second.real);
  }
}

void Summary::printHarts(raw_ostream &os) const {
  bool hasHeader = false;
  for (const auto &[name, time] : times) {
    StringRef program = name;
    if (!program.consume_front("Run/") || !program.consume_back("/interpreter"))
      continue;
    auto host = times.find(("Run/" + program + "/host/plain").str());
    if (host == times.end())
      continue;
    if (!hasHeader)
      os << "\nOne thread, ops/us         host   interpreter     ratio\n";
    hasHeader = true;
    double rate = host->second.itemsPerSecond;
    os << left_justify(program, 20)
       << format("%11.1f%14.1f%10.1f\n", rate / 1e6, time.itemsPerSecond / 1e6,
                 rate / time.itemsPerSecond);
  }
}

/// The aims for kernels on the host: at most this against C, and never slower
/// than OpenCL.
static constexpr double kMostOverC = 1.1;
static constexpr double kMostOverOpenCL = 1.0;

void Summary::printHostKernels(raw_ostream &os) const {
  auto getSeconds = [&](const Twine &name) {
    return getMicroseconds(name.str()) / 1e6;
  };
  unsigned met = 0, compared = 0;
  for (const auto &[name, time] : times) {
    StringRef run = name;
    if (!run.consume_front("HostKernel/") || !run.consume_back("/vmjit"))
      continue;
    double c = getSeconds("HostKernel/" + run + "/C");
    double openCL = getSeconds("HostKernel/" + run + "/OpenCL");
    if (c == 0 && openCL == 0)
      continue;
    if (compared++ == 0)
      os << "\nHost kernels, fastest launch     vmjit us       C us  OpenCL us"
            "   vmjit/C  vmjit/OpenCL  aim\n";
    os << left_justify(run, 30) << format("%11.1f", time.real * 1e6);
    for (double seconds : {c, openCL})
      os << format("%11.1f", seconds * 1e6);
    auto ratio = [real = time.real](double seconds) {
      return seconds > 0 ? real / seconds : 0;
    };
    os << format("%10.2f%14.2f", ratio(c), ratio(openCL));
    bool isMet = ratio(c) <= kMostOverC && ratio(openCL) <= kMostOverOpenCL;
    met += isMet;
    os << (isMet ? "  met\n" : "  missed\n");
  }
  if (compared > 0)
    os << "aims met (at most " << format("%.1f", kMostOverC)
       << " of C, no slower than OpenCL): " << met << " of " << compared
       << "\n";
}

double Summary::getMicroseconds(StringRef name) const {
  auto it = times.find(name.str());
  return it == times.end() ? 0.0 : it->second.real * 1e6;
}

namespace {
/// What is aimed at: the time of one benchmark, less that of another if there
/// is one, in microseconds.
struct Aim {
  StringRef text;
  StringRef name;
  StringRef without;
  double most;
};
} // namespace

static constexpr Aim kAims[] = {
    {"memory hit, 100 ops", "Cache/100-ops/loaded", "", 2},
    {"the same of the code cache", "Cache/100-ops/memory", "", 2},
    {"disk hit, 100 ops, verified", "Cache/100-ops/disk", "", 300},
    {"executor over raw launch", "Launch/endless/executor",
     "Launch/endless/raw", 1},
    {"the same with a timeout", "Launch/timeout/executor", "Launch/timeout/raw",
     1},
    {"over the fake CUDA driver", "Launch/endless/fake-cuda/executor",
     "Launch/endless/fake-cuda/device", 1},
    {"over the CUDA driver", "Launch/endless/cuda/executor",
     "Launch/endless/cuda/device", 1},
};

void Summary::printRuntime(raw_ostream &os) const {
  bool hasHeader = false;
  for (const Aim &aim : kAims) {
    double time = getMicroseconds(aim.name);
    double without = getMicroseconds(aim.without);
    if (time == 0 || (!aim.without.empty() && without == 0))
      continue;
    if (!hasHeader)
      os << "\nRuntime                                us    at most   aim\n";
    hasHeader = true;
    os << left_justify(aim.text, 30)
       << format("%11.2f%11.2f   ", time - without, aim.most)
       << (time < without               ? "lost in noise\n"
           : time - without <= aim.most ? "met\n"
                                        : "missed\n");
  }
  for (StringRef program : {"100-ops", "vecadd"}) {
    double compile = getMicroseconds(("Cache/" + program + "/compile").str());
    double nvrtc = getMicroseconds(("NVRTC/" + program).str());
    for (StringRef place : {"loaded", "memory", "disk"}) {
      double hit = getMicroseconds(("Cache/" + program + "/" + place).str());
      if (hit == 0 || compile == 0)
        continue;
      os << program << ", " << place << ": "
         << format("%.2f us, compiling %.0f us: %.0f times faster", hit,
                   compile, compile / hit);
      if (nvrtc > 0)
        os << format(", than NVRTC %.0f times", nvrtc / hit);
      os << "\n";
    }
  }
}
