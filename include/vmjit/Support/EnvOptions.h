//===- EnvOptions.h - Environment variables, typed --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The only place that reads the environment. The variables and their meaning
// are in EnvOptions.def.
//
//   llvm::Expected<std::chrono::nanoseconds> timeout = getEnvTimeout();
//
// A variable that is unset or empty has its default. A value that is not of the
// variable's kind is an error that names the variable, never the default.
//
// Nothing is remembered: each call reads the environment as it is then. Any
// thread may read, while none changes the environment. A process that runs with
// privileges of another user (setuid) has no variables.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_SUPPORT_ENVOPTIONS_H
#define VMJIT_SUPPORT_ENVOPTIONS_H

#include "vmjit/Support/LogLevel.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace vmjit {

/// Where a server listens.
struct EnvEndpoint {
  /// Empty for a Unix socket, and if the variable is not set.
  std::string host;
  uint16_t port = 0;
  /// Empty for a TCP port.
  std::string socketPath;

  /// Whether it says anything.
  explicit operator bool() const {
    return !host.empty() || !socketPath.empty();
  }
  bool operator==(const EnvEndpoint &) const = default;
};

/// How the code cache treats misses and hits.
enum class EnvCacheMode : uint8_t { Normal, MustHit, Recheck };

/// The variables, by the names in EnvOptions.def.
enum class EnvOption : uint8_t {
#define VMJIT_ENV_OPTION(Id, Name, Type, Default, ChangesCode, Text) Id,
#include "vmjit/Support/EnvOptions.def"
};

/// A row of EnvOptions.def.
struct EnvOptionInfo {
  llvm::StringLiteral name;
  llvm::StringLiteral defaultText;
  bool changesCode;
  llvm::StringLiteral text;
};

/// All rows, in the order of the enumerators.
llvm::ArrayRef<EnvOptionInfo> getEnvOptionInfos();

/// Whether \p option is set, and not empty.
bool isEnvSet(EnvOption option);

// The accessors, getEnv<Id>. Each fails with InvalidArgument.
namespace envtype {
#define VMJIT_ENV_TYPE(Name, Type, Text) using Name = Type;
#include "vmjit/Support/EnvOptions.def"
} // namespace envtype
#define VMJIT_ENV_OPTION(Id, Name, Type, Default, ChangesCode, Text)           \
  llvm::Expected<envtype::Type> getEnv##Id();
#include "vmjit/Support/EnvOptions.def"

/// Reads every variable. Fails as the first accessor that does: so that a
/// program can complain about its environment at the start.
llvm::Error checkEnvironment();

/// Name and value of each variable that is set and may change code, in the
/// order of the table: a part of cache keys.
std::vector<std::pair<std::string, std::string>> getCodeChangingEnvironment();

} // namespace vmjit

#endif // VMJIT_SUPPORT_ENVOPTIONS_H
