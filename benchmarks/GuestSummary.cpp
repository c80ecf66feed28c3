//===- GuestSummary.cpp - Tables of RISC-V programs -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Summary.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Format.h"

#include <set>

using namespace llvm;
using namespace vmjit::benchmarks;

/// The aims against qemu on the same cores, for many processes, and of a GPU
/// against one core.
static constexpr double kLeastOverQEMU = 3;
static constexpr double kLeastOnGPU = 100;

double Summary::getRate(StringRef name) const {
  auto it = times.find(name.str());
  return it == times.end() ? 0.0 : it->second.itemsPerSecond;
}

void Summary::printGuests(raw_ostream &os) const {
  printGuestRates(os);
  printGuestParts(os);
  printGuestCode(os);
}

void Summary::printGuestRates(raw_ostream &os) const {
  std::set<std::string> runs;
  for (const auto &[name, counters] : guests) {
    StringRef run = name;
    if (run.consume_front("Guest/"))
      runs.insert(run.rsplit('/').first.str());
  }
  if (!runs.empty())
    os << "\nGuest, M instructions/s         cold    cached      warm      qemu"
          "    native  warm/qemu   aim\n";
  auto getMillions = [&](const Twine &name) {
    return getRate(name.str()) / 1e6;
  };
  for (const std::string &run : runs) {
    std::string name = "Guest/" + run;
    double qemu = getMillions(name + "/qemu"), gpu = getMillions(name + "/gpu");
    double warm = getMillions(name + "/warm");
    bool isMany = !StringRef(run).ends_with("/1");
    double least = kLeastOverQEMU;
    os << left_justify(run, 26);
    if (gpu > 0) {
      // The same program in one process.
      auto [program, harts] = StringRef(run).rsplit('/');
      qemu = getMillions("Guest/" + program + "/1/qemu");
      warm = gpu;
      least = kLeastOnGPU;
    }
    for (double rate :
         {getMillions(name + "/cold"), getMillions(name + "/cached"), warm,
          qemu, getMillions(name + "/native")})
      os << format("%10.1f", rate);
    if (qemu > 0 && warm > 0)
      os << format("%11.2f", warm / qemu)
         << (!isMany                ? ""
             : warm >= least * qemu ? "   met"
                                    : "   missed");
    os << (gpu > 0 ? " (GPU against one core)\n" : "\n");
  }
}

static double getCounter(const benchmark::UserCounters &counters,
                         const std::string &name) {
  auto it = counters.find(name);
  return it == counters.end() ? 0.0 : double(it->second);
}

void Summary::printGuestParts(raw_ostream &os) const {
  bool hasHeader = false;
  for (const auto &[name, counters] : guests) {
    StringRef run = name;
    if (!run.consume_front("Guest/") || !counters.count("launch_s"))
      continue;
    if (!hasHeader)
      os << "\nGuest, ms                        start      lift   compile    "
            "launch     turns     serve  launches\n";
    hasHeader = true;
    os << left_justify(run, 29);
    for (const char *part :
         {"start_s", "lift_s", "compile_s", "launch_s", "turns_s", "serve_s"})
      os << format("%10.1f", getCounter(counters, part) * 1e3);
    os << format("%10.0f\n", getCounter(counters, "launches"));
  }
}

void Summary::printGuestCode(raw_ostream &os) const {
  bool hasHeader = false;
  for (const auto &[name, counters] : guests) {
    StringRef run = name;
    if (!run.consume_front("GuestLift/") && !run.consume_front("GuestCompile/"))
      continue;
    if (!hasHeader)
      os << "\nGuest, code            instructions      ops   ms per 1,000 "
            "instructions\n";
    hasHeader = true;
    double rate = getCounter(counters, "items_per_second");
    os << left_justify(name, 25)
       << format("%10.0f%9.0f%12.3f\n", getCounter(counters, "instructions"),
                 getCounter(counters, "ops"), rate > 0 ? 1e6 / rate : 0);
  }
}
