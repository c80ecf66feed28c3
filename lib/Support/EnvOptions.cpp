//===- EnvOptions.cpp - Environment variables, typed ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Reads the environment, and nothing else does. What a kind of value may look
// like is in EnvValues.cpp.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/EnvOptions.h"

#include "EnvValues.h"
#include "vmjit/Support/Error.h"

#include <cstdlib>

using namespace llvm;
using namespace vmjit;

static constexpr EnvOptionInfo kOptions[] = {
#define VMJIT_ENV_OPTION(Id, Name, Type, Default, ChangesCode, Text)           \
  {Name, Default, ChangesCode, Text},
#include "vmjit/Support/EnvOptions.def"
};

ArrayRef<EnvOptionInfo> vmjit::getEnvOptionInfos() { return kOptions; }

/// The value of \p option; empty if it is unset.
static StringRef readVariable(EnvOption option) {
  const char *name = kOptions[static_cast<size_t>(option)].name.data();
#ifdef __GLIBC__
  const char *value = secure_getenv(name);
#else
  const char *value = std::getenv(name);
#endif
  return value ? value : "";
}

bool vmjit::isEnvSet(EnvOption option) { return !readVariable(option).empty(); }

/// Reads \p option with \p parse, which gives nothing for what is malformed;
/// \p expected is the text of the kind.
template <class T>
static Expected<T> readOption(EnvOption option,
                              std::optional<T> (*parse)(StringRef),
                              const char *expected) {
  StringRef text = readVariable(option);
  const EnvOptionInfo &info = kOptions[static_cast<size_t>(option)];
  if (text.empty())
    text = info.defaultText;
  if (text.empty())
    return T();
  if (std::optional<T> value = parse(text))
    return std::move(*value);
  return makeErrorf(ErrorCode::InvalidArgument,
                    "{0}: expected {1}, found '{2}'", info.name, expected,
                    text);
}

namespace {
/// The text of each kind.
#define VMJIT_ENV_TYPE(Name, Type, Text) constexpr char kTextOf##Name[] = Text;
#include "vmjit/Support/EnvOptions.def"
} // namespace

#define VMJIT_ENV_OPTION(Id, Name, Type, Default, ChangesCode, Text)           \
  Expected<envtype::Type> vmjit::getEnv##Id() {                                \
    return readOption(EnvOption::Id, &envvalues::parse##Type, kTextOf##Type);  \
  }
#include "vmjit/Support/EnvOptions.def"

Error vmjit::checkEnvironment() {
#define VMJIT_ENV_OPTION(Id, Name, Type, Default, ChangesCode, Text)           \
  if (Expected<envtype::Type> value = getEnv##Id(); !value)                    \
    return value.takeError();
#include "vmjit/Support/EnvOptions.def"
  return Error::success();
}

std::vector<std::pair<std::string, std::string>>
vmjit::getCodeChangingEnvironment() {
  std::vector<std::pair<std::string, std::string>> found;
  for (size_t index = 0; index < std::size(kOptions); ++index) {
    StringRef value = readVariable(static_cast<EnvOption>(index));
    if (kOptions[index].changesCode && !value.empty())
      found.emplace_back(kOptions[index].name, value);
  }
  return found;
}
