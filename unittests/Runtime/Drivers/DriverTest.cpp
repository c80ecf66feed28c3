//===- DriverTest.cpp - Tests of the CUDA and HIP drivers -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "DriverTest.h"

#include "vmjit/Runtime/CUDA/CUDADriver.h"
#include "vmjit/Runtime/HIP/HIPDriver.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ObjectYAML/yaml2obj.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

static CodeObject makeObject(TargetKind target, StringRef triple,
                             StringRef chip, StringRef payload) {
  CodeObject object;
  object.target = target;
  object.triple = triple.str();
  object.chip = chip.str();
  object.payloadKind = getPayloadKind(target);
  object.compilerVersion = "test";
  object.llvmVersion = "test";
  object.payload.assign(payload.begin(), payload.end());
  Entry &entry = object.entries.emplace_back();
  entry.name = "kernel";
  entry.symbol = "kernel";
  entry.stoppable = true;
  using vmir::ParamType;
  entry.params =
      layoutParams({ParamType::Buffer, ParamType::I32, ParamType::F64});
  return object;
}

static CodeObject makeCUDAObject() {
  static constexpr char ptx[] = R"(// A kernel that does nothing.
.version 7.8
.target sm_90
.address_size 64
.visible .global .align 8 .u64 vmjit_control_address;
.visible .entry kernel(
  .param .u64 .ptr .global .align 1 kernel_param_0,
  .param .u32 kernel_param_1,
  .param .f64 kernel_param_2
)
{
  .reg .b64 %rd<2>;
  .shared .align 4 .b8 scratch[128];
  ret;
}
)";
  CodeObject object =
      makeObject(TargetKind::NVPTX, "nvptx64-nvidia-cuda", "sm_90", ptx);
  object.ptxVersion = 78;
  return object;
}

/// An ELF file for gfx90a with a kernel descriptor and a variable, all zeros.
static CodeObject makeHIPObject() {
  static constexpr char yaml[] = R"(--- !ELF
FileHeader:
  Class:   ELFCLASS64
  Data:    ELFDATA2LSB
  Type:    ET_DYN
  Machine: EM_AMDGPU
  Flags:   [ EF_AMDGPU_MACH_AMDGCN_GFX90A ]
Sections:
  - Name:    .rodata
    Type:    SHT_PROGBITS
    Flags:   [ SHF_ALLOC ]
    Size:    64
  - Name:    .bss
    Type:    SHT_NOBITS
    Flags:   [ SHF_ALLOC, SHF_WRITE ]
    Size:    8
Symbols:
  - Name:    kernel.kd
    Type:    STT_OBJECT
    Section: .rodata
    Binding: STB_GLOBAL
    Size:    64
  - Name:    vmjit_control_address
    Type:    STT_OBJECT
    Section: .bss
    Binding: STB_GLOBAL
    Size:    8
)";
  SmallString<0> bytes;
  raw_svector_ostream os(bytes);
  yaml::Input input(yaml);
  bool isMade = yaml::convertYAML(
      input, os, [](const Twine &message) { ADD_FAILURE() << message.str(); });
  EXPECT_TRUE(isMade);
  CodeObject object =
      makeObject(TargetKind::AMDGPU, "amdgcn-amd-amdhsa", "gfx90a", bytes);
  object.codeObjectVersion = 5;
  return object;
}

std::vector<GpuArg> vmjit::makeArgs(const GpuBuffer &buffer) {
  return {GpuArg::buffer(buffer), GpuArg::i32(-7), GpuArg::f64(0.5)};
}

//===----------------------------------------------------------------------===//
// Vendors
//===----------------------------------------------------------------------===//

static constexpr const char *kCUDAFunctions[] = {
#define VMJIT_CUDA_REQUIRED(Name, CUDAName, Symbol, ...) #Symbol,
#include "CUDA/Symbols.def"
};

static constexpr const char *kHIPFunctions[] = {
#define VMJIT_HIP_REQUIRED(Name, Symbol, ...) #Symbol,
#include "HIP/Symbols.def"
};

const TestVendor vmjit::kCUDAVendor = {
    .name = "CUDA",
    .type = DeviceType::CUDA,
    .getPath = getFakeCUDAPath,
    .open = openCUDADevices,
    .makeObject = makeCUDAObject,
    .functions = kCUDAFunctions,
    .allocate = "cuMemAlloc_v2",
    .launch = "cuLaunchKernel",
    .copyToDevice = "cuMemcpyHtoDAsync_v2",
    .copyToHost = "cuMemcpyDtoHAsync_v2",
    .peerCopy = "cuMemcpyPeerAsync",
    .getMemoryInfo = "cuMemGetInfo_v2",
    .eventQuery = "cuEventQuery",
    .streamSynchronize = "cuStreamSynchronize",
    .loadModule = "cuModuleLoadDataEx",
};

const TestVendor vmjit::kHIPVendor = {
    .name = "HIP",
    .type = DeviceType::HIP,
    .getPath = getFakeHIPPath,
    .open = openHIPDevices,
    .makeObject = makeHIPObject,
    .functions = kHIPFunctions,
    .allocate = "hipMalloc",
    .launch = "hipModuleLaunchKernel",
    .copyToDevice = "hipMemcpyHtoDAsync",
    .copyToHost = "hipMemcpyDtoHAsync",
    .peerCopy = "hipMemcpyPeerAsync",
    .getMemoryInfo = "hipMemGetInfo",
    .eventQuery = "hipEventQuery",
    .streamSynchronize = "hipStreamSynchronize",
    .loadModule = "hipModuleLoadData",
};

std::ostream &vmjit::operator<<(std::ostream &os, const TestVendor *vendor) {
  return os << vendor->name;
}

//===----------------------------------------------------------------------===//
// The fixture
//===----------------------------------------------------------------------===//

void DriverTest::TearDown() {
  EXPECT_EQ(fake.getReport(), "");
  EXPECT_EQ(fake.getThreadContext(), 0);
  EXPECT_EQ(fake.getRunCount(), 0u);
}

Devices DriverTest::open(const Twine &settings) {
  fake.configure(settings);
  Expected<Devices> devices = vendor.open(fake.getPath());
  if (devices)
    return std::move(*devices);
  ADD_FAILURE() << toString(devices.takeError());
  return {};
}

void DriverTest::expectDriverError(Error error, GpuErrorKind kind,
                                   StringRef call, int code) {
  ASSERT_TRUE(static_cast<bool>(error))
      << "expected an error of " << call.str();
  GpuError found = takeGpuError(std::move(error));
  SCOPED_TRACE(found.getMessage());
  EXPECT_EQ(getGpuErrorKindName(found.getKind()).str(),
            getGpuErrorKindName(kind).str());
  const DriverStatus *status = found.getDriverStatus();
  ASSERT_NE(status, nullptr);
  EXPECT_EQ(status->call, call.str());
  EXPECT_EQ(status->code, code);
  EXPECT_NE(status->name, "");
  EXPECT_NE(status->text, "");
}
