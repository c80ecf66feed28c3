//===- CompileKey.cpp - The cache keys of compiled programs -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CompileKey.h"

#include "vmjit/Support/Error.h"
#include "vmjit/Support/Version.h"
#include "vmjit/VMIR/ContentHash.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace vmjit;

CompilerIdentity CompilerIdentity::getCurrent() {
  CompilerIdentity identity;
  identity.codeObjectFormat = CodeObject::kFormatVersion;
  identity.hartABI = VMJIT_HART_ABI_VERSION;
  identity.hostABI = VMJIT_HOST_BLOCK_ABI_VERSION;
  identity.controlABI = VMJIT_CONTROL_ABI_VERSION;
  identity.version = getVersion().str();
  identity.buildId = getBuildId().str();
  identity.llvmVersion = getLLVMVersion();
  return identity;
}

static void addIdentity(CacheKey::Builder &builder,
                        const CompilerIdentity &identity) {
  // A new member does not compile until it is here.
  const auto &[codeObjectFormat, hartABI, hostABI, controlABI, version, buildId,
               llvmVersion] = identity;
  builder.add("code-object-format", std::to_string(codeObjectFormat))
      .add("hart-abi", std::to_string(hartABI))
      .add("host-abi", std::to_string(hostABI))
      .add("control-abi", std::to_string(controlABI))
      .add("version", version)
      .add("build", buildId)
      .add("llvm", llvmVersion);
}

CacheKey vmjit::makeCompileKey(const vmir::Program &program,
                               const CompileOptions &options,
                               const CompileKeyContext &context) {
  const auto &[compiler, triple, driver, switches] = context;
  CacheKey::Builder builder;
  builder.add("program", vmir::toHex(vmir::contentHash(program)));
  for (const auto &[name, value] : describeOptions(options))
    builder.add("option." + name, value);
  builder.add("triple", triple).add("driver", driver);
  addIdentity(builder, compiler);
  for (const auto &[name, value] : switches)
    builder.add("switch." + name, value);
  return builder.build();
}

/// Fails if \p key has a part called \p name that is not \p actual. \p open is
/// a value of the part that allows anything.
static Error verifyPart(const CacheKey &key, StringRef name, StringRef actual,
                        StringRef open) {
  std::optional<StringRef> wanted = key.find(name);
  if (!wanted || *wanted == open || *wanted == actual)
    return Error::success();
  return makeErrorf(ErrorCode::InvalidArgument,
                    "a code object with {0} '{1}' does not fit its key, which "
                    "has '{2}'",
                    name, actual, *wanted);
}

Error vmjit::verifyFitsKey(const CodeObject &object, const CacheKey &key) {
  const struct {
    StringRef name;
    std::string actual;
    StringRef open;
  } checks[] = {
      {"option.target", getTargetKindName(object.target).str(), ""},
      {"option.chip", object.chip, ""},
      {"triple", object.triple, ""},
  };
  for (const auto &check : checks)
    if (Error error = verifyPart(key, check.name, check.actual, check.open))
      return error;
  if (object.target == TargetKind::NVPTX)
    return verifyPart(key, "option.ptx-version",
                      std::to_string(object.ptxVersion), "0");
  if (object.target == TargetKind::AMDGPU)
    return verifyPart(key, "option.code-object-version",
                      std::to_string(object.codeObjectVersion), "0");
  return Error::success();
}
