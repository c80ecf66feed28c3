//===- DynamicLibrary.h - Shared libraries found at run time ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's class of this name loads libraries into the global namespace and into
// the list that ORC and MCJIT resolve symbols from. A GPU driver belongs in
// neither, so this one opens libraries with RTLD_LOCAL and lets go of those
// that turn out to be of no use.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_SUPPORT_DYNAMICLIBRARY_H
#define VMJIT_SUPPORT_DYNAMICLIBRARY_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace vmjit {

/// An open shared library. Move-only; closes it. Can be used from any thread.
class DynamicLibrary {
public:
  /// Opens \p name, a path, or a file name that the system's loader looks for.
  /// Fails with LoadingFailed and the loader's reason.
  static llvm::Expected<DynamicLibrary> open(llvm::StringRef name);

  /// The name that it was opened with.
  const std::string &getName() const { return name; }

  /// The address of \p symbol, or null if the library has no such symbol.
  void *lookup(const char *symbol) const;

  /// Keeps the library loaded until the process ends, whatever becomes of this
  /// object: for libraries that start threads or register exit handlers.
  void keepLoaded();

private:
  struct Close {
    Close() : keepsLoaded(false) {}
    void operator()(void *handle) const;
    bool keepsLoaded;
  };

  DynamicLibrary(std::string name, void *handle)
      : name(std::move(name)), handle(handle) {}

  std::string name;
  std::unique_ptr<void, Close> handle;
};

} // namespace vmjit

#endif // VMJIT_SUPPORT_DYNAMICLIBRARY_H
