/*===- DeviceTest.c - Devices, memory, streams, launches ----------*- C -*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
\*===----------------------------------------------------------------------===*/

#include "Check.h"

#include <string.h>

static vmjit_device *find_host(vmjit_context *context) {
  vmjit_device *device;
  CHECK_OK(vmjit_context_find_device(context, "host", &device));
  return device;
}

void test_devices(void) {
  vmjit_context *context = make_context("device-cache");
  vmjit_memory_statistics statistics = {0};
  vmjit_device_info info = {0};
  vmjit_device *device;
  vmjit_blob *text;
  size_t count = 0, index, hosts = 0;
  info.struct_size = sizeof info;
  statistics.struct_size = sizeof statistics;
  CHECK_OK(vmjit_context_get_device_count(context, &count));
  CHECK(count >= 1);
  for (index = 0; index < count; ++index) {
    CHECK_OK(vmjit_context_get_device(context, index, &device));
    CHECK_OK(vmjit_device_get_info(device, &info));
    CHECK(*info.name != 0 && *info.chip != 0 && *info.spelling != 0);
    CHECK(info.type >= VMJIT_DEVICE_CUDA && info.type <= VMJIT_DEVICE_Host);
    hosts += info.type == VMJIT_DEVICE_Host;
    vmjit_device_destroy(device);
  }
  CHECK(hosts == 1);

  CHECK_OK(vmjit_context_describe_unavailable(context, &text));
  CHECK(vmjit_blob_get_data(text) != NULL);
  vmjit_blob_destroy(text);
  CHECK_FAILS(vmjit_context_find_device(context, "cuda:99", &device),
              DeviceUnavailable, "cuda");
  CHECK(device == NULL);
  CHECK_INVALID(vmjit_context_get_device(context, count, &device), "no device");
  CHECK(device == NULL);
  CHECK_INVALID(vmjit_context_get_device_count(NULL, &count), "null");
  CHECK_INVALID(vmjit_context_get_device_count(context, NULL), "null");
  CHECK_INVALID(vmjit_context_get_device(NULL, 0, &device), "null");
  CHECK_INVALID(vmjit_context_get_device(context, 0, NULL), "null");
  CHECK_INVALID(vmjit_context_find_device(NULL, "host", &device), "null");
  CHECK_INVALID(vmjit_context_find_device(context, "host", NULL), "null");
  CHECK_INVALID(vmjit_context_describe_unavailable(NULL, &text), "null");
  CHECK_INVALID(vmjit_context_describe_unavailable(context, NULL), "null");

  /* A device outlives its context. */
  device = find_host(context);
  vmjit_context_destroy(context);
  CHECK_OK(vmjit_device_get_info(device, &info));
  CHECK(info.type == VMJIT_DEVICE_Host && info.index == 0);
  CHECK_TEXT(info.spelling, "host:0");
  CHECK(info.id != NULL && info.driver_version != NULL);
  CHECK(info.capability_major == 0 && info.capability_minor == 0);
  CHECK(info.total_bytes > 0 && info.free_bytes <= info.total_bytes);
  CHECK(info.multiprocessor_count >= 1 && info.warp_size == 1);
  CHECK(info.max_threads_per_block >= 1024 && info.max_grid_dim.x > 0);
  CHECK(info.shares_host_memory == 1 && info.reserved == 0);
  CHECK(vmjit_device_is_available(device) == 1);
  CHECK(vmjit_device_is_available(NULL) == 0);
  CHECK_OK(vmjit_device_synchronize(device));
  CHECK_OK(vmjit_device_get_memory_statistics(device, &statistics));
  CHECK(statistics.used_bytes <= statistics.peak_used_bytes);
  CHECK_OK(vmjit_device_trim_memory(device));
  CHECK_INVALID(vmjit_device_get_info(NULL, &info), "device is null");
  CHECK_INVALID(vmjit_device_get_info(device, NULL), "info is null");
  CHECK_INVALID(vmjit_device_synchronize(NULL), "device is null");
  CHECK_INVALID(vmjit_device_get_memory_statistics(NULL, &statistics), "null");
  CHECK_INVALID(vmjit_device_get_memory_statistics(device, NULL), "null");
  CHECK_INVALID(vmjit_device_trim_memory(NULL), "device is null");
  vmjit_device_destroy(device);
  vmjit_device_destroy(NULL);
}

void test_buffers(void) {
  vmjit_context *context = make_context("device-cache");
  vmjit_device *device = find_host(context);
  vmjit_memory_statistics statistics = {0};
  vmjit_buffer *buffer, *other, *none;
  uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  uint8_t back[8] = {0};
  statistics.struct_size = sizeof statistics;
  CHECK_OK(vmjit_buffer_create(device, 8, VMJIT_MEMORY_Device, &buffer));
  CHECK_OK(vmjit_buffer_create(device, 8, VMJIT_MEMORY_Pinned, &other));
  CHECK_OK(vmjit_device_get_memory_statistics(device, &statistics));
  CHECK(statistics.used_bytes >= 16 && statistics.allocation_count >= 2);
  CHECK(vmjit_buffer_get_size(buffer) == 8);
  CHECK(vmjit_buffer_get_address(buffer) % 256 == 0);
  CHECK(vmjit_buffer_get_address(buffer) != 0);
  CHECK(vmjit_buffer_get_host_pointer(other) != NULL);
  CHECK(vmjit_buffer_get_size(NULL) == 0);
  CHECK(vmjit_buffer_get_address(NULL) == 0);
  CHECK(vmjit_buffer_get_host_pointer(NULL) == NULL);

  CHECK_OK(vmjit_buffer_write(buffer, 0, bytes, 8, NULL));
  CHECK_OK(vmjit_buffer_fill(buffer, 6, 0xee, 2, NULL));
  CHECK_OK(vmjit_buffer_fill(other, 0, 0, 8, NULL));
  CHECK_OK(vmjit_buffer_copy(other, 1, buffer, 4, 4, NULL));
  CHECK_OK(vmjit_buffer_read(other, 0, back, 8, NULL));
  CHECK(memcmp(back, "\0\5\6\356\356\0\0\0", 8) == 0);

  CHECK_INVALID(vmjit_buffer_create(NULL, 8, 0, &none), "device is null");
  CHECK(none == NULL);
  CHECK_INVALID(vmjit_buffer_create(device, 8, 0, NULL), "buffer is null");
  CHECK_INVALID(vmjit_buffer_write(buffer, 1, bytes, 8, NULL), "");
  CHECK_INVALID(vmjit_buffer_write(buffer, UINT64_MAX, bytes, 8, NULL), "");
  CHECK_INVALID(vmjit_buffer_write(NULL, 0, bytes, 8, NULL), "buffer is null");
  CHECK_INVALID(vmjit_buffer_write(buffer, 0, NULL, 8, NULL), "data is null");
  CHECK_INVALID(vmjit_buffer_read(buffer, 1, back, 8, NULL), "");
  CHECK_INVALID(vmjit_buffer_read(NULL, 0, back, 8, NULL), "buffer is null");
  CHECK_INVALID(vmjit_buffer_read(buffer, 0, NULL, 8, NULL), "data is null");
  CHECK_INVALID(vmjit_buffer_copy(buffer, 0, other, 1, 8, NULL), "");
  CHECK_INVALID(vmjit_buffer_copy(NULL, 0, other, 0, 8, NULL), "null");
  CHECK_INVALID(vmjit_buffer_copy(buffer, 0, NULL, 0, 8, NULL), "null");
  CHECK_INVALID(vmjit_buffer_fill(buffer, 8, 0, 1, NULL), "");
  CHECK_INVALID(vmjit_buffer_fill(NULL, 0, 0, 1, NULL), "buffer is null");
  vmjit_buffer_destroy(buffer);
  vmjit_buffer_destroy(other);
  vmjit_buffer_destroy(NULL);

  CHECK_INVALID(vmjit_buffer_create(device, 0, 0, &buffer), "");
  CHECK_INVALID(vmjit_buffer_create(device, 8, 4, &buffer), "kind");
  {
    vmjit_error *error =
        vmjit_buffer_create(device, UINT64_C(1) << 62, 0, &buffer);
    CHECK(vmjit_error_get_kind(error) == VMJIT_KIND_MemoryAllocationFailed);
    CHECK_FAILS(error, OutOfMemory, "");
  }
  vmjit_device_destroy(device);
  vmjit_context_destroy(context);
}

void test_streams(void) {
  vmjit_context *context = make_context("device-cache");
  vmjit_device *device = find_host(context);
  vmjit_stream *stream, *second, *no_stream;
  vmjit_event *start, *end, *unused, *no_event;
  vmjit_buffer *buffer, *other;
  uint8_t bytes[4096], back[4096];
  uint64_t elapsed = UINT64_MAX;
  int flag = 7;
  memset(bytes, 0x42, sizeof bytes);
  CHECK_OK(vmjit_stream_create(device, &stream));
  CHECK_OK(vmjit_stream_create(device, &second));
  CHECK_OK(vmjit_event_create(device, &start));
  CHECK_OK(vmjit_event_create(device, &end));
  CHECK_OK(vmjit_buffer_create(device, 4096, 0, &buffer));
  CHECK_OK(vmjit_buffer_create(device, 4096, 0, &other));
  CHECK_OK(vmjit_event_is_done(start, &flag));
  CHECK(flag == 1);

  CHECK_OK(vmjit_event_record(start, stream));
  CHECK_OK(vmjit_buffer_write(buffer, 0, bytes, 4096, stream));
  CHECK_OK(vmjit_buffer_copy(other, 0, buffer, 0, 4096, stream));
  CHECK_OK(vmjit_buffer_fill(other, 4095, 7, 1, stream));
  CHECK_OK(vmjit_event_record(end, stream));
  CHECK_OK(vmjit_stream_wait_event(second, end));
  CHECK_OK(vmjit_buffer_read(other, 0, back, 4096, second));
  CHECK_OK(vmjit_stream_synchronize(second));
  bytes[4095] = 7;
  CHECK(memcmp(bytes, back, 4096) == 0);
  CHECK_OK(vmjit_event_synchronize(end, 0));
  CHECK_OK(vmjit_event_synchronize(end, UINT64_C(1000000000)));
  CHECK_OK(vmjit_event_get_elapsed(start, end, &elapsed));
  CHECK(elapsed != UINT64_MAX);
  CHECK_OK(vmjit_stream_synchronize(stream));
  flag = 7;
  CHECK_OK(vmjit_stream_is_idle(stream, &flag));
  CHECK(flag == 1);

  CHECK_INVALID(vmjit_stream_create(NULL, &no_stream), "device is null");
  CHECK_INVALID(vmjit_stream_create(device, NULL), "stream is null");
  CHECK_INVALID(vmjit_stream_synchronize(NULL), "stream is null");
  CHECK_INVALID(vmjit_stream_is_idle(NULL, &flag), "stream is null");
  CHECK_INVALID(vmjit_stream_is_idle(stream, NULL), "idle is null");
  CHECK_INVALID(vmjit_stream_wait_event(NULL, end), "stream is null");
  CHECK_INVALID(vmjit_stream_wait_event(stream, NULL), "event is null");
  CHECK_INVALID(vmjit_event_create(NULL, &no_event), "device is null");
  CHECK(no_event == NULL);
  CHECK_OK(vmjit_event_create(device, &unused));
  CHECK_INVALID(vmjit_event_create(device, NULL), "event is null");
  CHECK_INVALID(vmjit_event_record(NULL, stream), "event is null");
  CHECK_INVALID(vmjit_event_record(end, NULL), "stream is null");
  CHECK_INVALID(vmjit_event_synchronize(NULL, 0), "event is null");
  CHECK_INVALID(vmjit_event_is_done(NULL, &flag), "event is null");
  CHECK_INVALID(vmjit_event_is_done(end, NULL), "done is null");
  CHECK_INVALID(vmjit_event_get_elapsed(NULL, end, &elapsed), "null");
  CHECK_INVALID(vmjit_event_get_elapsed(start, NULL, &elapsed), "null");
  CHECK_INVALID(vmjit_event_get_elapsed(start, end, NULL), "null");
  CHECK_INVALID(vmjit_event_get_elapsed(start, unused, &elapsed), "");
  CHECK_INVALID(
      vmjit_buffer_write(buffer, 0, bytes, 1, (vmjit_stream *)(void *)start),
      "stream is no handle of its type");
  vmjit_event_destroy(start);
  vmjit_event_destroy(end);
  vmjit_event_destroy(unused);
  vmjit_event_destroy(NULL);
  vmjit_stream_destroy(stream);
  vmjit_stream_destroy(second);
  vmjit_stream_destroy(NULL);
  vmjit_buffer_destroy(buffer);
  vmjit_buffer_destroy(other);
  vmjit_device_destroy(device);
  vmjit_context_destroy(context);
}

/* A kernel that adds the floats of two buffers into a third. */
struct vecadd {
  vmjit_context *context;
  vmjit_device *device;
  vmjit_program *program;
  vmjit_buffer *buffers[3];
  vmjit_arg args[4];
};

static void make_operands(struct vecadd *vecadd) {
  float a[4] = {1, 2, 3, 4}, b[4] = {10, 20, 30, 40};
  int i;
  vecadd->context = make_context("kernel-cache");
  vecadd->device = find_host(vecadd->context);
  vecadd->program = make_vecadd();
  for (i = 0; i < 3; ++i) {
    CHECK_OK(vmjit_buffer_create(vecadd->device, 16, 0, &vecadd->buffers[i]));
    CHECK_OK(
        vmjit_buffer_write(vecadd->buffers[i], 0, i == 0 ? a : b, 16, NULL));
    vecadd->args[i] = vmjit_buffer_arg(vecadd->buffers[i], 0);
  }
  vecadd->args[3] = vmjit_i32_arg(4);
}

static void check_sums(struct vecadd *vecadd, float first, float last) {
  float c[4] = {0};
  CHECK_OK(vmjit_buffer_read(vecadd->buffers[2], 0, c, 16, NULL));
  CHECK(c[0] == first && c[3] == last);
  CHECK_OK(vmjit_buffer_fill(vecadd->buffers[2], 0, 0, 16, NULL));
}

static void test_launches(struct vecadd *vecadd, vmjit_kernel *kernel) {
  vmjit_launch launch = {0};
  vmjit_stream *stream;
  vmjit_arg bad = vmjit_in_arg("", 1);
  uint64_t nanoseconds = UINT64_MAX;
  launch.struct_size = sizeof launch;
  launch.block.x = 4;
  CHECK_OK(
      vmjit_kernel_execute(kernel, &launch, vecadd->args, 4, &nanoseconds));
  CHECK(nanoseconds != UINT64_MAX);
  check_sums(vecadd, 11, 44);
  vecadd->args[0].kind = VMJIT_ARG_Pointer;
  vecadd->args[0].value.u64 = vmjit_buffer_get_address(vecadd->buffers[0]);
  launch.timeout_ns = VMJIT_NO_TIMEOUT;
  CHECK_OK(vmjit_kernel_execute(kernel, &launch, vecadd->args, 4, NULL));
  check_sums(vecadd, 11, 44);
  vecadd->args[0].size = 4;
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, vecadd->args, 4, NULL),
                "argument 0 is a number or an address, but has a size");
  vecadd->args[0] = vmjit_buffer_arg(vecadd->buffers[0], 0);
  CHECK_OK(vmjit_stream_create(vecadd->device, &stream));
  launch.timeout_ns = 1;
  CHECK_INVALID(vmjit_kernel_launch(kernel, stream, &launch, vecadd->args, 4),
                "timeout");
  launch.timeout_ns = 0;
  CHECK_OK(vmjit_kernel_launch(kernel, stream, &launch, vecadd->args, 4));
  CHECK_OK(vmjit_stream_synchronize(stream));
  check_sums(vecadd, 11, 44);

  CHECK_INVALID(vmjit_kernel_execute(NULL, &launch, NULL, 0, NULL), "null");
  CHECK_INVALID(vmjit_kernel_execute(kernel, NULL, NULL, 0, NULL), "null");
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, NULL, 4, NULL), "null");
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, vecadd->args, 3, NULL),
                "");
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, &bad, 1, NULL),
                "only executors");
  bad.kind = 99;
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, &bad, 1, NULL), "kind");
  bad = vmjit_buffer_arg(NULL, 0);
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, &bad, 1, NULL),
                "no buffer");
  bad = vmjit_f32_arg(1);
  bad.size = 4;
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, &bad, 1, NULL), "size");
  bad.size = 0;
  bad.reserved = 1;
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, &bad, 1, NULL),
                "reserved");
  vecadd->args[3] = vmjit_f64_arg(4);
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, vecadd->args, 4, NULL),
                "");
  vecadd->args[3] = vmjit_i32_arg(4);
  launch.block.x = 1025;
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, vecadd->args, 4, NULL),
                "");
  CHECK_INVALID(vmjit_kernel_launch(kernel, stream, &launch, vecadd->args, 4),
                "");
  CHECK_INVALID(vmjit_kernel_launch(NULL, stream, &launch, NULL, 0), "null");
  CHECK_INVALID(vmjit_kernel_launch(kernel, NULL, &launch, NULL, 0), "null");
  CHECK_INVALID(vmjit_kernel_launch(kernel, stream, NULL, NULL, 0), "null");
  launch.block.x = 4;
  launch.control = (const vmjit_buffer *)(void *)stream;
  CHECK_INVALID(vmjit_kernel_execute(kernel, &launch, vecadd->args, 4, NULL),
                "control");
  vmjit_stream_destroy(stream);
}

void test_kernels(void) {
  struct vecadd vecadd;
  vmjit_compile_options options = {0};
  vmjit_entry_info info = {0};
  vmjit_kernel *kernel, *compiled;
  vmjit_code *code;
  int i;
  make_operands(&vecadd);
  options.struct_size = sizeof options;
  info.struct_size = sizeof info;
  CHECK_OK(vmjit_context_compile(vecadd.context, vecadd.program, NULL, &code));
  CHECK_OK(vmjit_kernel_load(vecadd.device, code, "vecadd", &kernel));
  CHECK_OK(vmjit_kernel_get_info(kernel, &info));
  CHECK_TEXT(info.name, "vecadd");
  CHECK(info.param_count == 4 && info.mode == VMJIT_MODE_Kernel);
  test_launches(&vecadd, kernel);
  CHECK_OK(vmjit_kernel_compile(vecadd.context, vecadd.device, vecadd.program,
                                &options, &compiled));
  vmjit_kernel_destroy(kernel);
  vmjit_kernel_destroy(NULL);
  {
    vmjit_launch launch = {0};
    launch.struct_size = sizeof launch;
    launch.grid.x = 4;
    CHECK_OK(vmjit_kernel_execute(compiled, &launch, vecadd.args, 4, NULL));
    check_sums(&vecadd, 11, 44);
  }
  vmjit_kernel_destroy(compiled);
  CHECK_OK(vmjit_kernel_load(vecadd.device, code, NULL, &kernel));
  vmjit_kernel_destroy(kernel);
  options.use_cache = VMJIT_OFF;
  CHECK_OK(vmjit_kernel_compile(vecadd.context, vecadd.device, vecadd.program,
                                &options, &kernel));
  vmjit_kernel_destroy(kernel);
  for (options.use_cache = 1; options.use_cache < 4; options.use_cache += 2)
    CHECK_INVALID(vmjit_kernel_compile(vecadd.context, vecadd.device,
                                       vecadd.program, &options, &kernel),
                  "use_cache");
  options.use_cache = VMJIT_DEFAULT;

  CHECK_INVALID(vmjit_kernel_load(NULL, code, NULL, &kernel), "null");
  CHECK(kernel == NULL);
  CHECK_INVALID(vmjit_kernel_load(vecadd.device, NULL, NULL, &kernel), "null");
  CHECK_INVALID(vmjit_kernel_load(vecadd.device, code, NULL, NULL), "null");
  CHECK_INVALID(vmjit_kernel_load(vecadd.device, code, "other", &kernel),
                "other");
  CHECK_INVALID(vmjit_kernel_get_info(NULL, &info), "null");
  vmjit_code_destroy(code);
  options.target = "nvptx64:sm_90";
  CHECK_INVALID(vmjit_kernel_compile(vecadd.context, vecadd.device,
                                     vecadd.program, &options, &kernel),
                "target");
  CHECK_OK(
      vmjit_context_compile(vecadd.context, vecadd.program, &options, &code));
  {
    vmjit_error *error = vmjit_kernel_load(vecadd.device, code, NULL, &kernel);
    CHECK(vmjit_error_get_kind(error) == VMJIT_KIND_KernelLoadingFailed);
    CHECK_TEXT(vmjit_error_get_kernel(error), "vecadd");
    CHECK(error != NULL && kernel == NULL);
    vmjit_error_destroy(error);
  }
  vmjit_code_destroy(code);
  CHECK_INVALID(
      vmjit_kernel_compile(NULL, vecadd.device, vecadd.program, NULL, &kernel),
      "context");
  CHECK_INVALID(
      vmjit_kernel_compile(vecadd.context, NULL, vecadd.program, NULL, &kernel),
      "device");
  CHECK_INVALID(
      vmjit_kernel_compile(vecadd.context, vecadd.device, NULL, NULL, &kernel),
      "program");
  CHECK_INVALID(vmjit_kernel_compile(vecadd.context, vecadd.device,
                                     vecadd.program, NULL, NULL),
                "kernel");
  for (i = 0; i < 3; ++i)
    vmjit_buffer_destroy(vecadd.buffers[i]);
  vmjit_program_destroy(vecadd.program);
  vmjit_device_destroy(vecadd.device);
  vmjit_context_destroy(vecadd.context);
}
