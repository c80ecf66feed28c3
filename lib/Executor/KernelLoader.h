//===- KernelLoader.h - Getting code onto devices ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// From a program to a kernel that a device has loaded: out of the cache, or by
// compiling.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_KERNELLOADER_H
#define VMJIT_LIB_EXECUTOR_KERNELLOADER_H

#include "ProgramState.h"
#include "StatisticsRecorder.h"

#include "vmjit/Cache/CodeCache.h"
#include "vmjit/Target/OptLevel.h"

namespace vmjit {

/// How far something came: the reason for falling back if it fails now.
using Progress = FallbackReason;

/// Where a kernel came from and what getting it took.
struct KernelOrigin {
  ExecutionSource source = ExecutionSource::Loaded;
  std::string cacheLevel;
  std::vector<StageTime> compileStages;
  uint64_t compileNanoseconds = 0;
  uint64_t loadNanoseconds = 0;
};

/// All functions may be called from any thread.
class KernelLoader {
public:
  /// \p compiler and \p cache may be null.
  KernelLoader(OptLevel optLevel, std::shared_ptr<ProgramCompiler> compiler,
               std::shared_ptr<CodeCache> cache, StatisticsRecorder &statistics)
      : optLevel(optLevel), compiler(std::move(compiler)),
        cache(std::move(cache)), statistics(statistics) {}

  /// Makes sure that \p slot, one of \p program, is loaded; one thread at a
  /// time does it. When it fails, \p progress says at what. What depends on the
  /// device alone is never InvalidArgument.
  llvm::Error load(ProgramState &program, KernelSlot &slot,
                   KernelOrigin &origin, Progress &progress);

private:
  struct Request;

  llvm::Error loadLocked(ProgramState &program, KernelSlot &slot,
                         KernelOrigin &origin, Progress &progress);
  llvm::Expected<CompileOptions> resolve(const Request &request);
  llvm::Expected<GpuKernel> getKernel(const Request &request,
                                      KernelOrigin &origin, Progress &progress);
  llvm::Expected<std::shared_ptr<const CodeObject>>
  getObject(const Request &request, KernelOrigin &origin);
  llvm::Expected<CodeObject> compile(const Request &request,
                                     KernelOrigin &origin);
  std::optional<GpuKernel> loadDriverCode(const CacheKey &key,
                                          const Request &request,
                                          KernelOrigin &origin);

  const OptLevel optLevel;
  const std::shared_ptr<ProgramCompiler> compiler;
  const std::shared_ptr<CodeCache> cache;
  StatisticsRecorder &statistics;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_KERNELLOADER_H
