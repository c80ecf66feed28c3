//===- GpuErrorTest.cpp - Tests of the errors of devices --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuErrorExpectations.h"

#include <set>

using namespace llvm;
using namespace vmjit;

TEST(GpuError, SaysKindSubjectReasonAndDriver) {
  DriverStatus status = {"cuMemAlloc_v2", 2, "CUDA_ERROR_OUT_OF_MEMORY",
                         "out of memory"};
  Error error = makeGpuError(GpuErrorKind::MemoryAllocationFailed, "no room",
                             {.requestedBytes = 4096}, status);
  EXPECT_EQ(getErrorCode(error), ErrorCode::OutOfMemory);
  GpuError value = takeGpuError(std::move(error));
  EXPECT_EQ(value.getMessage(),
            "memory allocation failed (4096 bytes): no room: cuMemAlloc_v2: "
            "CUDA_ERROR_OUT_OF_MEMORY (2): out of memory");
  EXPECT_EQ(value.getSubject().requestedBytes, 4096u);
  EXPECT_EQ(value.getReason(), "no room");
  ASSERT_NE(value.getDriverStatus(), nullptr);
  EXPECT_EQ(value.getDriverStatus()->code, 2);
}

TEST(GpuError, SaysEveryPartOfASubject) {
  GpuErrorSubject subject;
  subject.deviceType = DeviceType::CUDA;
  subject.direction = CopyDirection::HostToDevice;
  subject.kernel = "vecadd";
  subject.place = {0x1000, 4};
  subject.feature = "unified memory";
  subject.device = "cuda:0";
  EXPECT_EQ(toString(makeGpuError(GpuErrorKind::Other, "", subject)),
            "error (cuda host to device 'vecadd' block 0x1000, op 4 unified "
            "memory on cuda:0)");
}

TEST(GpuError, KeepsKindUnderContext) {
  Error error = withContext(
      makeGpuError(GpuErrorKind::Timeout, "too slow", {.kernel = "k"}),
      "running");
  EXPECT_EQ(getGpuErrorKind(error), GpuErrorKind::Timeout);
  expectGpuError(std::move(error), GpuErrorKind::Timeout,
                 "running: timeout ('k'): too slow");
}

TEST(GpuError, TakesThePlaceOfErrorsInPrograms) {
  GpuError error = takeGpuError(
      makeProgramError(ErrorCode::InvalidProgram, "bad", {{0x1000, 4}}));
  EXPECT_EQ(error.getKind(), GpuErrorKind::KernelCompilationFailed);
  EXPECT_EQ(error.getSubject().place, (ProgramPlace{0x1000, 4}));
}

TEST(GpuError, IsToldItsKernel) {
  DriverStatus status = {"cuStreamSynchronize", 700, "ADDRESS", "illegal"};
  Error error = withContext(
      makeGpuError(GpuErrorKind::KernelExecutionFailed, "lost", {}, status),
      "waiting");
  GpuError value = takeGpuError(withKernel(std::move(error), "k"));
  EXPECT_EQ(value.getSubject().kernel, "k");
  EXPECT_EQ(value.getMessage(), "waiting: kernel execution failed ('k'): lost: "
                                "cuStreamSynchronize: ADDRESS (700): illegal");
  EXPECT_EQ(value.getDriverStatus()->code, 700);
  // Once it is known, it stays.
  expectGpuError(withKernel(make_error<GpuError>(value), "other"),
                 GpuErrorKind::KernelExecutionFailed, "('k')");
}

TEST(GpuError, IsToldNoKernelWhereThatSaysNothing) {
  expectSuccess(withKernel(Error::success(), "k"));
  GpuError value = takeGpuError(withKernel(
      makeGpuError(GpuErrorKind::MemoryAllocationFailed, "no room"), "k"));
  EXPECT_EQ(value.getSubject().kernel, "");
  expectGpuError(withKernel(createStringError("strange"), "k"),
                 GpuErrorKind::KernelExecutionFailed, "('k'): error: strange");
  expectGpuError(withKernel(createStringError("strange"), ""),
                 GpuErrorKind::Other, "error: strange");
}

TEST(GpuError, TakesKindOfForeignErrorsFromTheirCode) {
  expectGpuError(toGpuError(makeError(ErrorCode::LoadingFailed, "no symbol")),
                 GpuErrorKind::KernelLoadingFailed,
                 "kernel loading failed: no symbol");
  expectGpuError(toGpuError(createStringError("strange")), GpuErrorKind::Other,
                 "error: strange");
  expectSuccess(toGpuError(Error::success()));
}

TEST(GpuError, EveryKindHasItsOwnText) {
  std::set<std::string> texts;
  std::set<std::string> names;
  unsigned count = 0;
#define VMJIT_GPU_ERROR(Kind, Code, Text)                                      \
  texts.insert(getGpuErrorKindText(GpuErrorKind::Kind).str());                 \
  names.insert(getGpuErrorKindName(GpuErrorKind::Kind).str());                 \
  EXPECT_EQ(getErrorCode(ErrorHolder(GpuErrorKind::Kind).error),               \
            ErrorCode::Code);                                                  \
  ++count;
  struct ErrorHolder {
    explicit ErrorHolder(GpuErrorKind kind) : error(makeGpuError(kind, "")) {}
    ~ErrorHolder() { consumeError(std::move(error)); }
    Error error;
  };
#include "vmjit/Runtime/GpuErrorKinds.def"
  EXPECT_EQ(texts.size(), count);
  EXPECT_EQ(names.size(), count);
}

TEST(DeviceType, IsReadAsItIsWritten) {
#define VMJIT_DEVICE_TYPE(Name, Spelling, Text)                                \
  EXPECT_EQ(parseDeviceType(getDeviceTypeName(DeviceType::Name)),              \
            DeviceType::Name);
#include "vmjit/Runtime/DeviceTypes.def"
  EXPECT_EQ(parseDeviceType("CUDA"), std::nullopt);
  EXPECT_EQ(parseDeviceType(""), std::nullopt);
}
