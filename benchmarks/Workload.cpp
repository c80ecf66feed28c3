//===- Workload.cpp - What kernels of the examples are run on ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sizes are no powers of two where a matrix has rows, whose elements would
// otherwise share a few sets of the caches.
//
//===----------------------------------------------------------------------===//

#include "Workload.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace vmjit::benchmarks;

static constexpr size_t kAlign = 4096;
/// Between the starts of buffers in their pages.
static constexpr size_t kSkew = 320;

std::string_view vmjit::benchmarks::getSizeName(WorkloadSize size) {
  return size == WorkloadSize::Cached ? "cached" : "memory";
}

std::optional<WorkloadSize>
vmjit::benchmarks::parseWorkloadSize(std::string_view name) {
  for (WorkloadSize size : {WorkloadSize::Cached, WorkloadSize::Memory})
    if (name == getSizeName(size))
      return size;
  return std::nullopt;
}

template <class T> void WorkloadArgument::setValue(T number) {
  static_assert(sizeof(number) <= sizeof(value));
  std::memcpy(value.data(), &number, sizeof(number));
}

WorkloadArgument::WorkloadArgument(int32_t value) : kind(Kind::I32), size(4) {
  setValue(value);
}
WorkloadArgument::WorkloadArgument(float value) : kind(Kind::F32), size(4) {
  setValue(value);
}
WorkloadArgument::WorkloadArgument(double value) : kind(Kind::F64), size(8) {
  setValue(value);
}

WorkloadArgument::WorkloadArgument(size_t bytes, unsigned skew, bool isOutput)
    : kind(Kind::Buffer), output(isOutput), size(bytes) {
  size_t start = skew * kSkew;
  size_t total = (start + bytes + kAlign - 1) / kAlign * kAlign;
  memory.reset(std::aligned_alloc(kAlign, total));
  if (!memory) {
    std::fprintf(stderr, "no memory for a buffer of %zu bytes\n", bytes);
    std::exit(1);
  }
  // Touched here, so that no launch waits for the system to provide it.
  std::memset(memory.get(), 0, total);
  setValue(static_cast<unsigned char *>(memory.get()) + start);
}

void WorkloadArgument::Free::operator()(void *pointer) const {
  std::free(pointer);
}

unsigned char *WorkloadArgument::getBytes() const {
  unsigned char *bytes;
  std::memcpy(&bytes, value.data(), sizeof(bytes));
  return bytes;
}

uint64_t Workload::hashOutputs() const {
  uint64_t hash = 0xcbf29ce484222325;
  for (const WorkloadArgument &arg : args) {
    if (!arg.isOutput())
      continue;
    for (size_t i = 0; i + 4 <= arg.getSize(); i += 4) {
      uint32_t word;
      std::memcpy(&word, arg.getBytes() + i, sizeof(word));
      hash = (hash ^ word) * 0x100000001b3;
    }
  }
  return hash;
}

namespace {

/// Makes the arguments of one launch. Numbers are the same everywhere.
class Maker {
public:
  explicit Maker(std::string_view kernel) {
    workload.kernel = kernel;
    workload.grid = workload.block = {1, 1, 1};
  }

  template <class T> void add(T number) { workload.args.emplace_back(number); }
  void addOutput(size_t bytes) { addBuffer(bytes, /*isOutput=*/true); }
  /// Floats in [-1, 1).
  void addFloats(size_t count, bool isOutput = false) {
    unsigned char *bytes = addBuffer(4 * count, isOutput);
    for (size_t i = 0; i < count; ++i) {
      float number = float(int32_t(getBits() - (1 << 23))) / float(1 << 23);
      std::memcpy(bytes + 4 * i, &number, sizeof(number));
    }
  }
  void addInts(size_t count) {
    unsigned char *bytes = addBuffer(4 * count, /*isOutput=*/false);
    for (size_t i = 0; i < count; ++i) {
      int32_t number = int32_t(getBits() - (1 << 23));
      std::memcpy(bytes + 4 * i, &number, sizeof(number));
    }
  }

  Workload workload;

private:
  unsigned char *addBuffer(size_t bytes, bool isOutput) {
    workload.args.emplace_back(bytes, unsigned(workload.args.size()), isOutput);
    return workload.args.back().getBytes();
  }
  /// 24 of them.
  uint32_t getBits() {
    random = random * 6364136223846793005 + 1442695040888963407;
    return uint32_t(random >> 40);
  }

  uint64_t random = 1;
};

/// How much there is for each size.
struct Extent {
  size_t cached, memory;
  size_t get(WorkloadSize size) const {
    return size == WorkloadSize::Cached ? cached : memory;
  }
};

} // namespace

static Workload createVecadd(WorkloadSize size) {
  Maker maker("vecadd");
  size_t count = Extent{1 << 16, 1 << 24}.get(size);
  maker.workload.grid[0] = uint32_t(count / 256);
  maker.workload.block[0] = 256;
  maker.workload.unitCount = count;
  maker.addFloats(count);
  maker.addFloats(count);
  maker.addOutput(4 * count);
  maker.add(int32_t(count));
  return std::move(maker.workload);
}

/// Each thread does eight elements.
static Workload createSaxpy(WorkloadSize size) {
  Maker maker("saxpy");
  size_t count = Extent{1 << 16, 1 << 24}.get(size);
  maker.workload.grid[0] = uint32_t(count / 256 / 8);
  maker.workload.block[0] = 256;
  maker.workload.unitCount = count;
  maker.add(2.71875f);
  maker.addFloats(count);
  maker.addFloats(count, /*isOutput=*/true);
  maker.add(int32_t(count));
  return std::move(maker.workload);
}

static Workload createReduce(WorkloadSize size) {
  Maker maker("reduce");
  size_t count = Extent{1 << 16, 1 << 24}.get(size);
  maker.workload.grid[0] = uint32_t(count / 256);
  maker.workload.block[0] = 256;
  maker.workload.dynamicSharedBytes = 8 * 256;
  maker.workload.unitCount = count / 256;
  maker.addInts(count);
  maker.addOutput(8 * (count / 256));
  maker.add(int32_t(count));
  return std::move(maker.workload);
}

static Workload createTranspose(WorkloadSize size) {
  Maker maker("transpose");
  size_t width = Extent{240, 4000}.get(size);
  maker.workload.grid = {uint32_t(width / 16), uint32_t(width / 16), 1};
  maker.workload.block = {16, 16, 1};
  maker.workload.unitCount = width / 16;
  maker.addFloats(width * width);
  maker.addOutput(4 * width * width);
  maker.add(int32_t(width));
  maker.add(int32_t(width));
  return std::move(maker.workload);
}

static Workload createMatmul(WorkloadSize size) {
  Maker maker("matmul");
  size_t width = Extent{224, 992}.get(size);
  maker.workload.grid = {uint32_t(width / 32), uint32_t(width / 8), 1};
  maker.workload.block = {32, 8, 1};
  maker.workload.unitCount = width;
  maker.addFloats(width * width);
  maker.addFloats(width * width);
  maker.addOutput(4 * width * width);
  for (unsigned i = 0; i < 3; ++i)
    maker.add(int32_t(width));
  return std::move(maker.workload);
}

static Workload createMandelbrot(WorkloadSize size) {
  Maker maker("mandelbrot");
  size_t width = Extent{192, 2048}.get(size);
  maker.workload.grid = {uint32_t(width / 32), uint32_t(width / 8), 1};
  maker.workload.block = {32, 8, 1};
  maker.workload.unitCount = width;
  maker.addOutput(4 * width * width);
  maker.add(int32_t(width));
  maker.add(int32_t(width));
  maker.add(int32_t(64));
  maker.add(-2.1);
  maker.add(-1.2);
  maker.add(2.4 / double(width));
  return std::move(maker.workload);
}

static Workload createSort8(WorkloadSize size) {
  Maker maker("sort8");
  size_t count = Extent{1 << 13, 1 << 20}.get(size);
  maker.workload.grid[0] = uint32_t(count / 128);
  maker.workload.block[0] = 128;
  maker.workload.unitCount = count;
  maker.addInts(8 * count);
  maker.addOutput(4 * 8 * count);
  maker.add(int32_t(count));
  return std::move(maker.workload);
}

namespace {
struct WorkloadEntry {
  std::string_view name;
  Workload (*create)(WorkloadSize);
};
} // namespace

static constexpr WorkloadEntry kEntries[] = {
    {"vecadd", createVecadd}, {"saxpy", createSaxpy},
    {"reduce", createReduce}, {"transpose", createTranspose},
    {"matmul", createMatmul}, {"mandelbrot", createMandelbrot},
    {"sort8", createSort8},
};

const std::vector<std::string_view> &vmjit::benchmarks::getWorkloadNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> result;
    for (const WorkloadEntry &entry : kEntries)
      result.push_back(entry.name);
    return result;
  }();
  return names;
}

Workload vmjit::benchmarks::createWorkload(std::string_view kernel,
                                           WorkloadSize size) {
  for (const WorkloadEntry &entry : kEntries)
    if (entry.name == kernel)
      return entry.create(size);
  std::abort();
}
