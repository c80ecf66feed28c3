/*===- Device.h - Devices, their memory, and launches --------------*- C
-*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * The vocabulary is that of CUDA and HIP. Where a function takes a stream, null
 * means that what it does is done when it returns; it waits for nothing on
 * streams, so synchronize before. With a stream, memory must live until the
 * work is done.
 *
\*===----------------------------------------------------------------------===*/

#ifndef VMJIT_C_DEVICE_H
#define VMJIT_C_DEVICE_H

#include "vmjit-c/Compiler.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vmjit_device vmjit_device;
typedef struct vmjit_buffer vmjit_buffer;
typedef struct vmjit_stream vmjit_stream;
typedef struct vmjit_event vmjit_event;
typedef struct vmjit_kernel vmjit_kernel;

typedef uint32_t vmjit_device_type;
enum {
  VMJIT_DEVICE_CUDA = 1,
  VMJIT_DEVICE_HIP = 2,
  VMJIT_DEVICE_Host = 3, /* this machine's CPU */
  VMJIT_DEVICE_Mock = 4  /* for tests; runs no code */
};

typedef struct vmjit_dim3 {
  uint32_t x;
  uint32_t y;
  uint32_t z;
} vmjit_dim3;

/*===- Finding devices
 * ------------------------------------------------------===*/

/* All devices, in the order of preference. */
VMJIT_C_API vmjit_error *vmjit_context_get_device_count(vmjit_context *context,
                                                        size_t *count);
VMJIT_C_API vmjit_error *vmjit_context_get_device(vmjit_context *context,
                                                  size_t index,
                                                  vmjit_device **device);
/* "cuda", "cuda:1", "host", a device's name, an index as text; null and "auto":
   what VMJIT_DEVICE says, else the first GPU, else the host. Fails with
   DeviceUnavailable; the message says what was looked for and why there is
   none. */
VMJIT_C_API vmjit_error *vmjit_context_find_device(vmjit_context *context,
                                                   const char *name,
                                                   vmjit_device **device);
/* A line for each driver that is not available, with the reason. */
VMJIT_C_API vmjit_error *
vmjit_context_describe_unavailable(vmjit_context *context, vmjit_blob **text);
VMJIT_C_API void vmjit_device_destroy(vmjit_device *device);

typedef struct vmjit_device_info {
  size_t struct_size;
  vmjit_device_type type;
  uint32_t index;       /* among those of its type */
  const char *spelling; /* "cuda:0" */
  const char *name;     /* "NVIDIA H200" */
  const char *id;       /* UUID or PCI address; "" for the host */
  const char *chip;     /* "sm_90" */
  const char *driver_version;
  uint32_t capability_major; /* CUDA only */
  uint32_t capability_minor;
  uint64_t free_bytes;
  uint64_t total_bytes;
  uint32_t multiprocessor_count;
  uint32_t warp_size;
  uint64_t clock_khz;
  uint64_t l2_cache_bytes;
  uint64_t shared_bytes_per_block;
  uint32_t max_threads_per_block;
  vmjit_dim3 max_block_dim;
  vmjit_dim3 max_grid_dim;
  uint32_t has_unified_memory;
  uint32_t shares_host_memory;
  uint32_t reserved;
} vmjit_device_info;

/* Makes the device ready, if it is not. Free memory is read anew. */
VMJIT_C_API vmjit_error *vmjit_device_get_info(vmjit_device *device,
                                               vmjit_device_info *info);
/* 1 if it is ready or can be made so, and was not lost. */
VMJIT_C_API int vmjit_device_is_available(vmjit_device *device);
/* Waits for all its work. Fails with the first failure since the last call. */
VMJIT_C_API vmjit_error *vmjit_device_synchronize(vmjit_device *device);

typedef struct vmjit_memory_statistics {
  size_t struct_size;
  uint64_t used_bytes;
  uint64_t peak_used_bytes;
  uint64_t pooled_bytes;
  uint64_t allocation_count;
  uint64_t pool_hit_count;
} vmjit_memory_statistics;

VMJIT_C_API vmjit_error *
vmjit_device_get_memory_statistics(vmjit_device *device,
                                   vmjit_memory_statistics *statistics);
/* Returns pooled memory to the driver. */
VMJIT_C_API vmjit_error *vmjit_device_trim_memory(vmjit_device *device);

/*===- Buffers
 * --------------------------------------------------------------===*/

typedef uint32_t vmjit_memory_kind;
enum {
  VMJIT_MEMORY_Default = 0, /* Device */
  VMJIT_MEMORY_Device = 1,
  VMJIT_MEMORY_Pinned = 2, /* host memory that the device reaches */
  VMJIT_MEMORY_Unified = 3
};

/* Memory of any content. Fails with OutOfMemory, with Unsupported for a kind
   that the device has not, and with InvalidArgument for a size of 0. */
VMJIT_C_API vmjit_error *vmjit_buffer_create(vmjit_device *device,
                                             uint64_t size,
                                             vmjit_memory_kind kind,
                                             vmjit_buffer **buffer);
/* Work that uses it must have been submitted before. */
VMJIT_C_API void vmjit_buffer_destroy(vmjit_buffer *buffer);
/* Of null: 0, 0 and null. The address is as code on the device sees it; the
   host pointer is null if the host does not reach the memory. */
VMJIT_C_API uint64_t vmjit_buffer_get_size(const vmjit_buffer *buffer);
VMJIT_C_API uint64_t vmjit_buffer_get_address(const vmjit_buffer *buffer);
VMJIT_C_API void *vmjit_buffer_get_host_pointer(const vmjit_buffer *buffer);

/* Copy size bytes. Ranges must be inside the buffers. */
VMJIT_C_API vmjit_error *vmjit_buffer_write(vmjit_buffer *buffer,
                                            uint64_t offset, const void *data,
                                            uint64_t size,
                                            vmjit_stream *stream);
VMJIT_C_API vmjit_error *vmjit_buffer_read(const vmjit_buffer *buffer,
                                           uint64_t offset, void *data,
                                           uint64_t size, vmjit_stream *stream);
/* Between buffers of one device, or of two of the same type; the stream is of
   the destination's. */
VMJIT_C_API vmjit_error *vmjit_buffer_copy(vmjit_buffer *destination,
                                           uint64_t destination_offset,
                                           const vmjit_buffer *source,
                                           uint64_t source_offset,
                                           uint64_t size, vmjit_stream *stream);
VMJIT_C_API vmjit_error *vmjit_buffer_fill(vmjit_buffer *buffer,
                                           uint64_t offset, uint8_t value,
                                           uint64_t size, vmjit_stream *stream);

/*===- Streams and events
 * ---------------------------------------------------===*/

VMJIT_C_API vmjit_error *vmjit_stream_create(vmjit_device *device,
                                             vmjit_stream **stream);
/* Waits for its work. */
VMJIT_C_API void vmjit_stream_destroy(vmjit_stream *stream);
/* Fails with the first failure of its work since the last call. */
VMJIT_C_API vmjit_error *vmjit_stream_synchronize(vmjit_stream *stream);
VMJIT_C_API vmjit_error *vmjit_stream_is_idle(vmjit_stream *stream, int *idle);
/* Lets later work of the stream wait for the event. */
VMJIT_C_API vmjit_error *vmjit_stream_wait_event(vmjit_stream *stream,
                                                 const vmjit_event *event);

VMJIT_C_API vmjit_error *vmjit_event_create(vmjit_device *device,
                                            vmjit_event **event);
VMJIT_C_API void vmjit_event_destroy(vmjit_event *event);
/* Puts the event behind what is on the stream now. */
VMJIT_C_API vmjit_error *vmjit_event_record(vmjit_event *event,
                                            vmjit_stream *stream);
/* Waits, with a timeout that is not 0 at most that long: then it fails with
   Timeout, and the work goes on. */
VMJIT_C_API vmjit_error *vmjit_event_synchronize(vmjit_event *event,
                                                 uint64_t timeout_ns);
VMJIT_C_API vmjit_error *vmjit_event_is_done(const vmjit_event *event,
                                             int *done);
VMJIT_C_API vmjit_error *vmjit_event_get_elapsed(const vmjit_event *start,
                                                 const vmjit_event *end,
                                                 uint64_t *nanoseconds);

/*===- Arguments
 * ------------------------------------------------------------===*/

typedef uint32_t vmjit_arg_kind;
enum {
  VMJIT_ARG_U8 = 1,
  VMJIT_ARG_U32 = 2,
  VMJIT_ARG_U64 = 3,
  VMJIT_ARG_I32 = 4,
  VMJIT_ARG_I64 = 5,
  VMJIT_ARG_F32 = 6,
  VMJIT_ARG_F64 = 7,
  VMJIT_ARG_Buffer = 8,
  VMJIT_ARG_Pointer = 9, /* an address as the device sees it */
  /* Host memory that an executor copies: what the kernel reads, writes (it
     starts with zeros), or both. */
  VMJIT_ARG_In = 10,
  VMJIT_ARG_Out = 11,
  VMJIT_ARG_InOut = 12
};

/* An argument. This struct never grows. */
typedef struct vmjit_arg {
  vmjit_arg_kind kind;
  uint32_t reserved; /* 0 */
  union {
    uint8_t u8;
    uint32_t u32;
    uint64_t u64; /* Pointer, too */
    int32_t i32;
    int64_t i64;
    float f32;
    double f64;
    const vmjit_buffer *buffer;
    const void *in;
    void *out; /* InOut, too */
  } value;
  /* In, Out, InOut: bytes. Buffer: where in it to start. Else 0. */
  uint64_t size;
} vmjit_arg;

static inline vmjit_arg vmjit_i32_arg(int32_t value) {
  vmjit_arg arg = {VMJIT_ARG_I32, 0, {0}, 0};
  arg.value.i32 = value;
  return arg;
}

static inline vmjit_arg vmjit_i64_arg(int64_t value) {
  vmjit_arg arg = {VMJIT_ARG_I64, 0, {0}, 0};
  arg.value.i64 = value;
  return arg;
}

static inline vmjit_arg vmjit_f32_arg(float value) {
  vmjit_arg arg = {VMJIT_ARG_F32, 0, {0}, 0};
  arg.value.f32 = value;
  return arg;
}

static inline vmjit_arg vmjit_f64_arg(double value) {
  vmjit_arg arg = {VMJIT_ARG_F64, 0, {0}, 0};
  arg.value.f64 = value;
  return arg;
}

static inline vmjit_arg vmjit_buffer_arg(const vmjit_buffer *buffer,
                                         uint64_t offset) {
  vmjit_arg arg = {VMJIT_ARG_Buffer, 0, {0}, 0};
  arg.value.buffer = buffer;
  arg.size = offset;
  return arg;
}

static inline vmjit_arg vmjit_in_arg(const void *data, uint64_t size) {
  vmjit_arg arg = {VMJIT_ARG_In, 0, {0}, 0};
  arg.value.in = data;
  arg.size = size;
  return arg;
}

static inline vmjit_arg vmjit_out_arg(void *data, uint64_t size) {
  vmjit_arg arg = {VMJIT_ARG_Out, 0, {0}, 0};
  arg.value.out = data;
  arg.size = size;
  return arg;
}

static inline vmjit_arg vmjit_inout_arg(void *data, uint64_t size) {
  vmjit_arg arg = {VMJIT_ARG_InOut, 0, {0}, 0};
  arg.value.out = data;
  arg.size = size;
  return arg;
}

/*===- Kernels
 * --------------------------------------------------------------===*/

/* Loads an entry of code; entry may be null if there is only one. Fails with
   LoadingFailed, and with InvalidArgument if there is no such entry. */
VMJIT_C_API vmjit_error *vmjit_kernel_load(vmjit_device *device,
                                           const vmjit_code *code,
                                           const char *entry,
                                           vmjit_kernel **kernel);
/* Compiles a program for the device, without the cache, and loads it. options
   may be null; the target in them must be, and use_cache must not be on. */
VMJIT_C_API vmjit_error *vmjit_kernel_compile(
    vmjit_context *context, vmjit_device *device, const vmjit_program *program,
    const vmjit_compile_options *options, vmjit_kernel **kernel);
VMJIT_C_API void vmjit_kernel_destroy(vmjit_kernel *kernel);
/* As vmjit_code_get_entry, with what the driver says of it. */
VMJIT_C_API vmjit_error *vmjit_kernel_get_info(const vmjit_kernel *kernel,
                                               vmjit_entry_info *info);

typedef struct vmjit_launch {
  size_t struct_size;
  vmjit_dim3 grid; /* 0 is 1 in each dimension */
  vmjit_dim3 block;
  uint64_t dynamic_shared_bytes;
  uint64_t timeout_ns; /* vmjit_kernel_execute: 0 is any time */
  /* Stoppable code: pinned memory with a vmjit_control (vmjit/ABI/Control.h),
     or null. */
  const vmjit_buffer *control;
} vmjit_launch;

/* Runs a kernel and waits. The arguments are numbers, buffers and pointers.
   device_ns may be null. Fails with InvalidArgument for a launch that does not
   fit the device or the kernel, else with ExecutionFailed or Timeout. */
VMJIT_C_API vmjit_error *vmjit_kernel_execute(const vmjit_kernel *kernel,
                                              const vmjit_launch *launch,
                                              const vmjit_arg *args,
                                              size_t arg_count,
                                              uint64_t *device_ns);
/* Puts a launch on a stream. It is checked now; that it fails shows later. */
VMJIT_C_API vmjit_error *vmjit_kernel_launch(const vmjit_kernel *kernel,
                                             vmjit_stream *stream,
                                             const vmjit_launch *launch,
                                             const vmjit_arg *args,
                                             size_t arg_count);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* VMJIT_C_DEVICE_H */
