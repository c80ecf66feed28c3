//===- Compiler.cpp - Code objects as handles -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit-c/Compiler.h"

#include "Arguments.h"
#include "Conversions.h"
#include "VersionedStruct.h"
#include "vmjit/Cache/CodeCache.h"
#include "vmjit/Cache/CompileKey.h"
#include "vmjit/Support/EnvOptions.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

/// The caller's options for \p program with everything filled in, and whether
/// the cache is asked.
static Expected<std::pair<CompileOptions, bool>>
resolveOptions(ProgramCompiler &compiler, const vmir::Program &program,
               const vmjit_compile_options *pointer) {
  Expected<vmjit_compile_options> given = readStruct(pointer, "options");
  if (!given)
    return given.takeError();
  Expected<CompileOptions> options = readCompileOptions(*given);
  if (!options)
    return options.takeError();
  Expected<TargetSpec> target =
      TargetSpec::parse(given->target ? given->target : "host");
  if (!target)
    return target.takeError();
  options->target = std::move(*target);
  options->target.ptxVersion = given->ptx_version;
  if (given->code_object_version)
    options->target.codeObjectVersion = given->code_object_version;
  std::optional<bool> useCache = readSwitch(given->use_cache, true);
  if (!useCache)
    return makeError(ErrorCode::InvalidArgument, "use_cache is no switch");
  Expected<CompileOptions> resolved = compiler.resolve(program, *options);
  if (!resolved)
    return resolved.takeError();
  return std::make_pair(std::move(*resolved), *useCache);
}

static Expected<std::shared_ptr<const CodeObject>>
compile(const ExecutorResources &resources, const vmir::Program &program,
        const vmjit_compile_options *given) {
  ProgramCompiler &compiler = *resources.compiler;
  auto resolved = resolveOptions(compiler, program, given);
  if (!resolved)
    return resolved.takeError();
  const auto &[options, useCache] = *resolved;
  if (!useCache || !resources.cache) {
    Expected<CodeObject> object = compiler.compile(program, options);
    if (!object)
      return object.takeError();
    return std::make_shared<const CodeObject>(std::move(*object));
  }
  CompileKeyContext context;
  context.switches = getCodeChangingEnvironment();
  CacheKey key = makeCompileKey(program, options, context);
  Expected<CodeCacheResult> result =
      resources.cache->getOrCompile(key, [&, &options = options] {
        return compiler.compile(program, options);
      });
  if (!result)
    return result.takeError();
  return std::move(result->object);
}

vmjit_error *vmjit_context_compile(vmjit_context *context,
                                   const vmjit_program *program,
                                   const vmjit_compile_options *options,
                                   vmjit_code **code) {
  Arguments arguments;
  arguments.out(code, "code")
      .handle(context, "context")
      .handle(program, "program");
  if (!arguments)
    return arguments.fail();
  auto object = compile(context->resources, program->program, options);
  if (!object)
    return toCError(object.takeError());
  *code = new vmjit_code(std::move(*object));
  return nullptr;
}

vmjit_error *vmjit_code_serialize(const vmjit_code *code, vmjit_blob **bytes) {
  Arguments arguments;
  arguments.out(bytes, "bytes").handle(code, "code");
  if (!arguments)
    return arguments.fail();
  Expected<std::vector<uint8_t>> serialized = code->object->serialize();
  if (!serialized)
    return toCError(serialized.takeError());
  *bytes = makeBlob(std::string(serialized->begin(), serialized->end()));
  return nullptr;
}

vmjit_error *vmjit_code_deserialize(const void *bytes, size_t size,
                                    vmjit_code **code) {
  Arguments arguments;
  arguments.out(code, "code").array(bytes, size, 1, "bytes");
  if (!arguments)
    return arguments.fail();
  Expected<CodeObject> object = CodeObject::deserialize(
      ArrayRef(static_cast<const uint8_t *>(bytes), size));
  if (!object)
    return toCError(object.takeError());
  *code =
      new vmjit_code(std::make_shared<const CodeObject>(std::move(*object)));
  return nullptr;
}

void vmjit_code_destroy(vmjit_code *code) {
  if (code && code->isIntact())
    delete code;
}

vmjit_error *vmjit_code_get_info(const vmjit_code *code,
                                 vmjit_code_info *info) {
  Arguments arguments;
  arguments.handle(code, "code").pointer(info, "info");
  if (!arguments)
    return arguments.fail();
  const CodeObject &object = *code->object;
  vmjit_code_info known = {};
  known.target = code->target.c_str();
  known.triple = object.triple.c_str();
  known.features = object.features.c_str();
  known.payload_kind = getPayloadKindName(object.payloadKind).data();
  known.payload = object.payload.data();
  known.payload_size = object.payload.size();
  known.entry_count = object.entries.size();
  known.compiler_version = object.compilerVersion.c_str();
  known.llvm_version = object.llvmVersion.c_str();
  return toCError(writeStruct(info, known, "info"));
}

vmjit_error *vmjit_code_get_entry(const vmjit_code *code, size_t index,
                                  vmjit_entry_info *info) {
  Arguments arguments;
  arguments.handle(code, "code").pointer(info, "info");
  if (!arguments)
    return arguments.fail();
  if (index >= code->object->entries.size())
    return invalid("the code has no entry of that index");
  return toCError(
      writeStruct(info, describeEntry(code->object->entries[index]), "info"));
}
