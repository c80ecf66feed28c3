//===- HostBoundsTest.cpp - Which threads get past bounds -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The host makes the ends of loops over threads of tests such as i < n. What
// lies behind a block's part of the buffer shows threads that do not exist.
//
//===----------------------------------------------------------------------===//

#include "../Target/CompileIR.h"

#include "vmjit/Runtime/Host/HostKernel.h"
#include "llvm/ADT/Sequence.h"

using namespace llvm;
using namespace vmjit;
using Param = vmir::ParamType;

namespace {

/// A test of a thread's x with the arguments n and m.
struct Bound {
  /// Defines %holds.
  const char *ir;
  bool (*holds)(int32_t x, int32_t n, int32_t m);
};

class HostBounds : public testing::TestWithParam<OptLevel> {
protected:
  void SetUp() override {
    VMJIT_ASSERT_VALUE(device, HostDevice::create({/*threadCount=*/1}));
  }

  Expected<HostKernel> load(const std::string &text) {
    EmitRequest request;
    request.entries.push_back({"bound",
                               EntryMode::Kernel,
                               {Param::Buffer, Param::I32, Param::I32},
                               0});
    Expected<CodeObject> object = compileIR("host", text, GetParam(), request);
    if (!object)
      return object.takeError();
    return HostKernel::load(device, *object);
  }

  /// Checks which threads \p bound holds for, at the start of a thread and
  /// behind a barrier, and that no others run.
  void check(const Bound &bound, ArrayRef<int32_t> ns, ArrayRef<int32_t> ms);

  std::shared_ptr<HostDevice> device;
};

} // namespace

/// Threads for which \p ir holds add 1 to p[x]; those for which it does not, if
/// \p isEnd.
static std::string makeProgram(StringRef ir, bool isEnd, bool hasBarrier) {
  constexpr StringLiteral kStart = R"(
%Block = type { [3 x i32], [3 x i32], [3 x i32], i32, ptr, ptr, ptr, ptr }
declare void @vmjit.barrier()
define void @bound.thread(ptr %block, i32 %x, i32 %y, i32 %z) "vmjit-entry"="kernel" {
entry:
  %argsAt = getelementptr %Block, ptr %block, i32 0, i32 5
  %args = load ptr, ptr %argsAt, !invariant.load !0
  %nSlot = getelementptr ptr, ptr %args, i64 1
  %mSlot = getelementptr ptr, ptr %args, i64 2
  %pAt = load ptr, ptr %args, !invariant.load !0
  %nAt = load ptr, ptr %nSlot, !invariant.load !0
  %mAt = load ptr, ptr %mSlot, !invariant.load !0
  %p = load ptr, ptr %pAt, !invariant.load !0
  %n = load i32, ptr %nAt, !invariant.load !0
  %m = load i32, ptr %mAt, !invariant.load !0
)";
  constexpr StringLiteral kBody = R"(
run:
  %cell = getelementptr i32, ptr %p, i32 %x
  %old = load i32, ptr %cell
  %new = add i32 %old, 1
  store i32 %new, ptr %cell
  br label %out
out:
  ret void
}
!0 = !{}
)";
  StringRef barrier = hasBarrier ? "  call void @vmjit.barrier()\n" : "";
  StringRef branch = isEnd ? "\n  br i1 %holds, label %out, label %run"
                           : "\n  br i1 %holds, label %run, label %out";
  return (kStart + barrier + ir + branch + kBody).str();
}

void HostBounds::check(const Bound &bound, ArrayRef<int32_t> ns,
                       ArrayRef<int32_t> ms) {
  for (bool isEnd : {false, true})
    for (bool hasBarrier : {false, true}) {
      std::string text = makeProgram(bound.ir, isEnd, hasBarrier);
      VMJIT_ASSERT_VALUE(HostKernel kernel, load(text));
      for (int32_t n : ns)
        for (int32_t m : ms)
          for (int32_t size : {1, 7, 32, 33}) {
            SCOPED_TRACE(testing::Message() << text << "n " << n << ", m " << m
                                            << ", block of " << size);
            std::vector<int32_t> data(128, 7);
            std::vector<int32_t> wanted = data;
            for (int32_t x : seq(0, size))
              wanted[x] += bound.holds(x, n, m) != isEnd;
            int32_t *p = data.data();
            void *args[] = {&p, &n, &m};
            expectSuccess(kernel.launch({1}, {uint32_t(size)}, 0, args));
            ASSERT_EQ(data, wanted);
          }
    }
}

TEST_P(HostBounds, OfEachKindEndRows) {
  constexpr Bound kBounds[] = {
      {"%holds = icmp slt i32 %x, %m",
       [](int32_t x, int32_t, int32_t m) { return x < m; }},
      {"%holds = icmp sle i32 %x, %m",
       [](int32_t x, int32_t, int32_t m) { return x <= m; }},
      {"%holds = icmp sgt i32 %x, %m",
       [](int32_t x, int32_t, int32_t m) { return x > m; }},
      {"%holds = icmp sge i32 %x, %m",
       [](int32_t x, int32_t, int32_t m) { return x >= m; }},
      {"%holds = icmp ult i32 %x, %m",
       [](int32_t x, int32_t, int32_t m) { return uint32_t(x) < uint32_t(m); }},
      {"%holds = icmp ule i32 %x, %m",
       [](int32_t x, int32_t, int32_t m) {
         return uint32_t(x) <= uint32_t(m);
       }},
      {"%holds = icmp ugt i32 %x, %m",
       [](int32_t x, int32_t, int32_t m) { return uint32_t(x) > uint32_t(m); }},
      {"%holds = icmp uge i32 %x, %m", [](int32_t x, int32_t, int32_t m) {
         return uint32_t(x) >= uint32_t(m);
       }}};
  for (const Bound &bound : kBounds)
    check(bound, {0}, {INT32_MIN, -1, 0, 1, 6, 7, 31, 32, 33, 100, INT32_MAX});
}

TEST_P(HostBounds, LeaveNoThreadWhereAnEarlierOneLeftNone) {
  constexpr Bound kBounds[] = {
      {"%a = icmp ult i32 %x, %n\n"
       "%b = icmp ule i32 %x, %m\n"
       "%holds = and i1 %a, %b",
       [](int32_t x, int32_t n, int32_t m) { return x < n && x <= m; }},
      {"%a = icmp slt i32 %x, %n\n"
       "%b = icmp sle i32 %x, %m\n"
       "%holds = and i1 %a, %b",
       [](int32_t x, int32_t n, int32_t m) { return x < n && x <= m; }},
      {"%a = icmp ne i32 %n, 0\n"
       "%b = icmp ule i32 %x, %m\n"
       "%holds = and i1 %a, %b",
       [](int32_t x, int32_t n, int32_t m) { return n != 0 && x <= m; }},
      {"%a = icmp eq i32 %n, 0\n"
       "%b = icmp ugt i32 %x, %m\n"
       "%holds = or i1 %a, %b",
       [](int32_t x, int32_t n, int32_t m) { return n == 0 || x > m; }},
      {"%a = icmp sge i32 %x, %n\n"
       "%b = icmp sgt i32 %x, %m\n"
       "%holds = or i1 %a, %b",
       [](int32_t x, int32_t n, int32_t m) { return x >= n || x > m; }}};
  // Bounds are behind the blocks, but in the buffer.
  for (const Bound &bound : kBounds)
    check(bound, {0, 1, 20, 100}, {0, 5, 31, 32, 60, 100});
}

INSTANTIATE_TEST_SUITE_P(Levels, HostBounds,
                         testing::Values(OptLevel::O0, OptLevel::O1,
                                         OptLevel::O2, OptLevel::O3),
                         [](const auto &info) {
                           return "O" + std::to_string(unsigned(info.param));
                         });
