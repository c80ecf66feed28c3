//===- Version.h - Which vmjit this is --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_SUPPORT_VERSION_H
#define VMJIT_SUPPORT_VERSION_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace vmjit {

/// The release, "major.minor.patch".
llvm::StringRef getVersion();

/// A digest of the sources that this was built from, as 64 lower-case
/// hexadecimal digits: every file below include/ and lib/. Builds of the same
/// sources have the same one, and any change of them gives another, so that
/// what one build has compiled never meets another that compiles differently.
llvm::StringRef getBuildId();

/// The LLVM that this process runs with, "major.minor.patch": where libLLVM is
/// a shared library it need not be the one that vmjit was built against.
std::string getLLVMVersion();

} // namespace vmjit

#endif // VMJIT_SUPPORT_VERSION_H
