//===- Arguments.h - What C functions are given -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Checks of pointers and handles, and errors on their way out.
//
//   vmjit_error *vmjit_thing_do(vmjit_thing *thing, vmjit_blob **result) {
//     Arguments arguments;
//     arguments.handle(thing, "thing").out(result, "result");
//     if (!arguments)
//       return arguments.fail();
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CAPI_ARGUMENTS_H
#define VMJIT_LIB_CAPI_ARGUMENTS_H

#include "Handles.h"

namespace vmjit::capi {

/// \p error as C sees it; null for success.
vmjit_error *toCError(llvm::Error error);
/// An InvalidArgument with \p message.
vmjit_error *invalid(const llvm::Twine &message);

/// Checks the arguments of one call; the first that is wrong counts.
class Arguments {
public:
  /// \p handle must be one of its type.
  template <class T> Arguments &handle(const T *handle, const char *name) {
    if (!handle)
      return reject(name, " is null");
    return optional(handle, name);
  }
  /// As handle, or null.
  template <class T> Arguments &optional(const T *handle, const char *name) {
    if (handle && !handle->isIntact())
      reject(name, " is no handle of its type, or was destroyed");
    return *this;
  }
  /// A place for a handle, which becomes null.
  template <class T> Arguments &out(T **place, const char *name) {
    pointer(place, name);
    if (place)
      *place = nullptr;
    return *this;
  }
  /// A place for a handle that the caller may not want.
  template <class T> Arguments &optionalOut(T **place) {
    if (place)
      *place = nullptr;
    return *this;
  }
  Arguments &pointer(const void *pointer, const char *name) {
    return pointer ? *this : reject(name, " is null");
  }
  /// \p count elements of \p elementBytes, which must be there if there are
  /// any, and not be more than an address space has.
  Arguments &array(const void *pointer, uint64_t count, size_t elementBytes,
                   const char *name) {
    if (count && !pointer)
      return reject(name, " is null");
    if (count > PTRDIFF_MAX / elementBytes)
      return reject(name, " is impossibly large");
    return *this;
  }
  /// \p condition must hold; \p message says what does not.
  Arguments &require(bool condition, const char *message) {
    return condition ? *this : reject(message, "");
  }

  /// Whether all were right.
  explicit operator bool() const { return message.empty(); }
  vmjit_error *fail() const { return invalid(message); }

private:
  Arguments &reject(const char *name, const char *what);

  std::string message;
};

/// A switch as an option; \p preset for the default. Nothing for a number that
/// is none.
std::optional<bool> readSwitch(vmjit_switch value, bool preset);

/// A new blob of \p bytes.
vmjit_blob *makeBlob(std::string bytes);

} // namespace vmjit::capi

#endif // VMJIT_LIB_CAPI_ARGUMENTS_H
