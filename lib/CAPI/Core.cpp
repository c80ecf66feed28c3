//===- Core.cpp - Versions, blobs and the log -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "vmjit/Support/Log.h"
#include "vmjit/Support/Version.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

uint32_t vmjit_get_api_version(void) { return VMJIT_C_API_VERSION; }

const char *vmjit_get_version(void) {
  static const std::string version = getVersion().str();
  return version.c_str();
}

const char *vmjit_get_build_id(void) {
  static const std::string buildId = getBuildId().str();
  return buildId.c_str();
}

//===----------------------------------------------------------------------===//
// Blobs
//===----------------------------------------------------------------------===//

void vmjit_blob_destroy(vmjit_blob *blob) {
  if (blob && blob->isIntact())
    delete blob;
}

const char *vmjit_blob_get_data(const vmjit_blob *blob) {
  return blob && blob->isIntact() ? blob->bytes.c_str() : "";
}

size_t vmjit_blob_get_size(const vmjit_blob *blob) {
  return blob && blob->isIntact() ? blob->bytes.size() : 0;
}

//===----------------------------------------------------------------------===//
// The log
//===----------------------------------------------------------------------===//

static_assert(int(LogLevel::Off) == VMJIT_LOG_Off &&
              int(LogLevel::Error) == VMJIT_LOG_Error &&
              int(LogLevel::Warning) == VMJIT_LOG_Warning &&
              int(LogLevel::Info) == VMJIT_LOG_Info &&
              int(LogLevel::Debug) == VMJIT_LOG_Debug);

vmjit_log_level vmjit_log_get_level(void) {
  return static_cast<vmjit_log_level>(getLogLevel());
}

vmjit_error *vmjit_log_set_level(vmjit_log_level level) {
  if (level > VMJIT_LOG_Debug)
    return invalid("level is no log level");
  setLogLevel(static_cast<LogLevel>(level));
  return nullptr;
}

vmjit_error *vmjit_log_set_callback(vmjit_log_callback callback,
                                    void *userData) {
  if (!callback)
    return toCError(setLogCallback(nullptr));
  return toCError(
      setLogCallback([callback, userData](LogLevel level, StringRef message) {
        callback(static_cast<vmjit_log_level>(level), message.str().c_str(),
                 userData);
      }));
}

vmjit_error *vmjit_log_set_file(const char *path) {
  Arguments arguments;
  arguments.pointer(path, "path");
  if (!arguments)
    return arguments.fail();
  return toCError(setLogFile(path));
}
