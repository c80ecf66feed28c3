/*===- Core.h - Errors, contexts and the log -----------------------*- C
-*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * What all of the C API has in common.
 *
 * Errors. A function that can fail returns a vmjit_error, null for success,
 * which the caller destroys. A null pointer, a handle of another type or a
 * number that makes no sense gives VMJIT_ERROR_InvalidArgument, nothing worse;
 * only handles that were destroyed before cannot be told. What a function
 * returns through its last arguments is set if it succeeds; if it fails,
 * handles are set to null and all else stays. Functions that cannot fail return
 * their result, and for null something empty.
 *
 * Handles. Everything but plain structs is an opaque handle, which is destroyed
 * by the function named vmjit_<type>_destroy; null is fine there. Handles keep
 * what they need alive, so the order in which they are destroyed does not
 * matter. Strings and data that a handle gives out are the handle's, and live
 * as long as it does unless something else is said; strings end in a zero.
 * Strings that are passed in are UTF-8, and are not needed after the call.
 *
 * Structs. Those that may grow start with struct_size, which the caller sets to
 * sizeof(the struct). An older caller's is smaller: what it does not have is
 * taken for 0, or not filled in. A newer caller's may be larger: what this
 * library does not know must be 0, else the call fails with
 * VMJIT_ERROR_Unsupported, or it is set to 0. A size below that of the struct
 * in the first version, and anything above 4096, is an error. In what is
 * passed in, 0 always means the default.
 *
 * Threads. Functions may be called from any thread. Contexts, devices, code,
 * programs, kernels, buffers, prepared programs and executors may be used by
 * many at a time; errors, blobs, builders, streams, events, results and harts
 * by one at a time. Nothing may be destroyed while it is used.
 *
 * Numbers of enumerations never change.
 *
\*===----------------------------------------------------------------------===*/

#ifndef VMJIT_C_CORE_H
#define VMJIT_C_CORE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define VMJIT_C_API __attribute__((visibility("default")))
#else
#define VMJIT_C_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* One more with each change that a caller can tell. From release 1.0 on these
   are additions, and callers need a library that is not below their headers;
   before it a function may get other arguments, and they need the same number:
     2  the place in the program and the kernel, with errors
     3  vmjit_cache_export counts what it leaves out */
#define VMJIT_C_API_VERSION 3

/* VMJIT_C_API_VERSION of the library, which may be newer than these headers. */
VMJIT_C_API uint32_t vmjit_get_api_version(void);
/* The release: "0.1.0". */
VMJIT_C_API const char *vmjit_get_version(void);
/* A digest of the sources that the library was built from. */
VMJIT_C_API const char *vmjit_get_build_id(void);

/* A switch of options. */
typedef uint32_t vmjit_switch;
enum { VMJIT_DEFAULT = 0, VMJIT_ON = 1, VMJIT_OFF = 2 };

/*===- Errors
 * ---------------------------------------------------------------===*/

typedef struct vmjit_error vmjit_error;

/* What to do about an error depends on its code. */
typedef uint32_t vmjit_error_code;
enum {
  VMJIT_ERROR_None = 0,
  VMJIT_ERROR_InvalidArgument = 1,
  VMJIT_ERROR_ParseError = 2,
  VMJIT_ERROR_InvalidProgram = 3,
  VMJIT_ERROR_Unsupported = 4,
  VMJIT_ERROR_CompilationFailed = 5,
  VMJIT_ERROR_LoadingFailed = 6,
  VMJIT_ERROR_ExecutionFailed = 7,
  VMJIT_ERROR_OutOfMemory = 8,
  VMJIT_ERROR_DeviceUnavailable = 9,
  VMJIT_ERROR_Timeout = 10,
  VMJIT_ERROR_Io = 11,
  VMJIT_ERROR_Other = 12,
  VMJIT_ERROR_CacheMiss = 13,
  VMJIT_ERROR_CacheMismatch = 14
};

/* What failed on a device, more exactly. */
typedef uint32_t vmjit_error_kind;
enum {
  VMJIT_KIND_None = 0, /* it is no error of a device */
  VMJIT_KIND_NoDeviceAvailable = 1,
  VMJIT_KIND_DeviceInitializationFailed = 2,
  VMJIT_KIND_MemoryAllocationFailed = 3,
  VMJIT_KIND_MemoryCopyFailed = 4,
  VMJIT_KIND_KernelCompilationFailed = 5,
  VMJIT_KIND_KernelLoadingFailed = 6,
  VMJIT_KIND_KernelExecutionFailed = 7,
  VMJIT_KIND_FeatureNotSupported = 8,
  VMJIT_KIND_DriverBindingFailed = 9,
  VMJIT_KIND_Timeout = 10,
  VMJIT_KIND_InvalidArgument = 11,
  VMJIT_KIND_Io = 12,
  VMJIT_KIND_Other = 13
};

VMJIT_C_API void vmjit_error_destroy(vmjit_error *error);
/* Of null, that is of success: None, None and "". */
VMJIT_C_API vmjit_error_code vmjit_error_get_code(const vmjit_error *error);
VMJIT_C_API vmjit_error_kind vmjit_error_get_kind(const vmjit_error *error);
/* For people: the context, outermost first, and what went wrong. */
VMJIT_C_API const char *vmjit_error_get_message(const vmjit_error *error);
/* What the driver answered: the function that was called, "" if none was, its
   number, its name and its text of the error. */
VMJIT_C_API const char *vmjit_error_get_driver_call(const vmjit_error *error);
VMJIT_C_API int64_t vmjit_error_get_driver_code(const vmjit_error *error);
VMJIT_C_API const char *vmjit_error_get_driver_name(const vmjit_error *error);
VMJIT_C_API const char *vmjit_error_get_driver_text(const vmjit_error *error);
/* The kernel that an error of a device is about, "" if there is none; of
   asynchronous work those that it may be, separated by ", ". */
VMJIT_C_API const char *vmjit_error_get_kernel(const vmjit_error *error);
/* The address of the block of the program that it is about, and the index of
   the op in it: the number of ops for the terminator, UINT64_MAX for the block
   as a whole. 0, and neither is written, if no place is known, else 1. Either
   pointer may be null. */
VMJIT_C_API int vmjit_error_get_place(const vmjit_error *error, uint64_t *block,
                                      uint64_t *op);

/* "InvalidArgument" and so on; "" for a number that is none. */
VMJIT_C_API const char *vmjit_error_code_name(vmjit_error_code code);
VMJIT_C_API const char *vmjit_error_kind_name(vmjit_error_kind kind);

/*===- Blobs
 * ----------------------------------------------------------------===*/

/* Bytes or text. After the last byte there is a zero, which is not counted. */
typedef struct vmjit_blob vmjit_blob;

VMJIT_C_API void vmjit_blob_destroy(vmjit_blob *blob);
/* Of null: "" and 0. */
VMJIT_C_API const char *vmjit_blob_get_data(const vmjit_blob *blob);
VMJIT_C_API size_t vmjit_blob_get_size(const vmjit_blob *blob);

/*===- Contexts
 * -------------------------------------------------------------===*/

/* The devices of this machine, compilers, and a cache. One for a process is
   enough; several share nothing but the directory of the cache. */
typedef struct vmjit_context vmjit_context;

typedef struct vmjit_context_options {
  size_t struct_size;
  /* Where compiled code is kept. Null: what VMJIT_CACHE_DIR says, else a
     directory of the user. */
  const char *cache_directory;
  /* Whether it is kept there. Default: what VMJIT_CACHE says, else on. */
  vmjit_switch disk_cache;
  uint32_t reserved; /* 0 */
} vmjit_context_options;

/* What the options leave open is as the environment says (Environment.md of the
   documentation), the log too. options may be null. Looks for no devices yet.
   Fails with InvalidArgument, also for a malformed environment variable. */
VMJIT_C_API vmjit_error *
vmjit_context_create(const vmjit_context_options *options,
                     vmjit_context **context);
VMJIT_C_API void vmjit_context_destroy(vmjit_context *context);

/*===- The log
 * --------------------------------------------------------------===*/

/* One log for the process, silent unless the environment (VMJIT_LOG) or
   vmjit_log_set_level asks for messages. */
typedef uint32_t vmjit_log_level;
enum {
  VMJIT_LOG_Off = 0,
  VMJIT_LOG_Error = 1,
  VMJIT_LOG_Warning = 2,
  VMJIT_LOG_Info = 3,
  VMJIT_LOG_Debug = 4
};

/* Called from the thread that logs, many at a time. message lives until it
   returns. What it makes the library log is dropped. */
typedef void (*vmjit_log_callback)(vmjit_log_level level, const char *message,
                                   void *user_data);

VMJIT_C_API vmjit_log_level vmjit_log_get_level(void);
VMJIT_C_API vmjit_error *vmjit_log_set_level(vmjit_log_level level);
/* Sends messages to the callback only; null: to standard error. When it
   returns, no thread is in the callback that was set before. Not to be called
   by one. */
VMJIT_C_API vmjit_error *vmjit_log_set_callback(vmjit_log_callback callback,
                                                void *user_data);
/* Appends messages to a file only. Fails with Io if it cannot be opened. */
VMJIT_C_API vmjit_error *vmjit_log_set_file(const char *path);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* VMJIT_C_CORE_H */
