//===- vmjit-opencl-benchmark.cpp - Kernels on an OpenCL CPU ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   vmjit-opencl-benchmark KERNEL cached|memory
//
// Runs a workload on the first CPU that OpenCL offers and prints the
// nanoseconds of the fastest launch, the hash of the outputs of the first and
// the device's name. A process of its own, because POCL brings an LLVM with it.
// Exit status 3 says that there is no such device.
//
//===----------------------------------------------------------------------===//

#define CL_TARGET_OPENCL_VERSION 120

#include "OpenCLKernels.h"
#include "Workload.h"

#include <CL/cl.h>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>

using namespace vmjit::benchmarks;

static constexpr int kNoDevice = 3;

static void check(cl_int status, const char *what) {
  if (status == CL_SUCCESS)
    return;
  std::fprintf(stderr, "%s: OpenCL error %d\n", what, status);
  std::exit(1);
}

static cl_device_id findCPU() {
  cl_platform_id platforms[16];
  cl_uint count = 0;
  if (clGetPlatformIDs(16, platforms, &count) == CL_SUCCESS)
    for (cl_uint i = 0; i < std::min<cl_uint>(count, 16); ++i) {
      cl_device_id device;
      if (clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_CPU, 1, &device,
                         nullptr) == CL_SUCCESS)
        return device;
    }
  std::fputs("OpenCL offers no CPU\n", stderr);
  std::exit(kNoDevice);
}

static cl_kernel build(cl_context context, cl_device_id device,
                       const std::string &name) {
  const char *source = openCLKernels;
  cl_int status;
  cl_program program =
      clCreateProgramWithSource(context, 1, &source, nullptr, &status);
  check(status, "clCreateProgramWithSource");
  status =
      clBuildProgram(program, 1, &device, "-cl-std=CL1.2", nullptr, nullptr);
  if (status != CL_SUCCESS) {
    char log[4096] = "";
    clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG,
                          sizeof(log) - 1, log, nullptr);
    std::fputs(log, stderr);
  }
  check(status, "clBuildProgram");
  cl_kernel kernel = clCreateKernel(program, name.c_str(), &status);
  check(status, "clCreateKernel");
  return kernel;
}

/// Buffers stay where they are.
static void setArguments(cl_context context, cl_kernel kernel,
                         Workload &workload) {
  cl_uint index = 0;
  for (WorkloadArgument &arg : workload.args) {
    if (arg.getKind() != WorkloadArgument::Kind::Buffer) {
      check(clSetKernelArg(kernel, index++, arg.getSize(), arg.getAddress()),
            "clSetKernelArg");
      continue;
    }
    cl_int status;
    cl_mem buffer =
        clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR,
                       arg.getSize(), arg.getBytes(), &status);
    check(status, "clCreateBuffer");
    check(clSetKernelArg(kernel, index++, sizeof(buffer), &buffer),
          "clSetKernelArg");
  }
  if (workload.dynamicSharedBytes)
    check(clSetKernelArg(kernel, index, workload.dynamicSharedBytes, nullptr),
          "clSetKernelArg");
}

static void run(Workload workload) {
  cl_device_id device = findCPU();
  cl_int status;
  cl_context context =
      clCreateContext(nullptr, 1, &device, nullptr, nullptr, &status);
  check(status, "clCreateContext");
  cl_command_queue queue = clCreateCommandQueue(context, device, 0, &status);
  check(status, "clCreateCommandQueue");
  cl_kernel kernel = build(context, device, std::string(workload.kernel));
  setArguments(context, kernel, workload);
  size_t global[3], local[3];
  for (unsigned dim = 0; dim < 3; ++dim) {
    local[dim] = workload.block[dim];
    global[dim] = size_t(workload.grid[dim]) * local[dim];
  }
  auto launch = [&] {
    check(clEnqueueNDRangeKernel(queue, kernel, 3, nullptr, global, local, 0,
                                 nullptr, nullptr),
          "clEnqueueNDRangeKernel");
    check(clFinish(queue), "clFinish");
  };
  launch();
  uint64_t hash = workload.hashOutputs();
  char name[256] = "";
  check(
      clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof(name) - 1, name, nullptr),
      "clGetDeviceInfo");
  std::printf("%" PRIu64 " %" PRIu64 " %s\n", measureFastest(launch), hash,
              name);
}

int main(int argc, char **argv) {
  const std::vector<std::string_view> &names = getWorkloadNames();
  std::optional<WorkloadSize> size =
      argc == 3 ? parseWorkloadSize(argv[2]) : std::nullopt;
  if (!size || std::find(names.begin(), names.end(), argv[1]) == names.end()) {
    std::fputs("usage: vmjit-opencl-benchmark KERNEL cached|memory\n", stderr);
    return 2;
  }
  run(createWorkload(argv[1], *size));
}
