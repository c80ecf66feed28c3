//===- NVRTC.cpp - NVIDIA's run-time compiler, where it is installed *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NVRTC.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

/// Where the library may be, in the order of trying.
static SmallVector<std::string> getCandidates() {
  SmallVector<std::string> folders = {""};
  if (auto home = sys::Process::GetEnv("CUDA_HOME"))
    folders.push_back(*home + "/lib64");
  folders.push_back("/usr/local/cuda/lib64");
  SmallVector<std::string> result;
  for (StringRef folder : folders)
    for (StringRef name : {"libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12",
                           "libnvrtc.so.11.2"}) {
      SmallString<128> path(folder);
      sys::path::append(path, name);
      result.push_back(path.str().str());
    }
  return result;
}

static Expected<sys::DynamicLibrary> loadLibrary() {
  for (const std::string &path : getCandidates()) {
    std::string message;
    auto library =
        sys::DynamicLibrary::getPermanentLibrary(path.c_str(), &message);
    if (library.isValid())
      return library;
  }
  return makeError(ErrorCode::LoadingFailed,
                   "libnvrtc is neither on the library path, nor in "
                   "$CUDA_HOME/lib64, nor in /usr/local/cuda/lib64");
}

Expected<NVRTC> NVRTC::load() {
  Expected<sys::DynamicLibrary> library = loadLibrary();
  if (!library)
    return library.takeError();
  NVRTC result;
#define NVRTC_FUNCTION(name, ...)                                              \
  result.name = reinterpret_cast<int (*)(__VA_ARGS__)>(                        \
      library->getAddressOfSymbol("nvrtc" #name));                             \
  if (!result.name)                                                            \
    return makeError(ErrorCode::LoadingFailed,                                 \
                     "libnvrtc has no function nvrtc" #name);
#include "NVRTCFunctions.def"
  return result;
}

std::string NVRTC::getVersion() const {
  int major = 0, minor = 0;
  Version(&major, &minor);
  return formatv("{0}.{1}", major, minor);
}

Expected<std::string> NVRTC::compile(StringRef name, StringRef source) const {
  auto makeFailure = [&](StringRef step, StringRef log = "") {
    return makeErrorf(ErrorCode::CompilationFailed, "{0}: {1} failed: {2}",
                      name, step, log);
  };
  void *program = nullptr;
  if (CreateProgram(&program, source.str().c_str(), name.str().c_str(), 0,
                    nullptr, nullptr))
    return makeFailure("nvrtcCreateProgram");
  scope_exit cleanup([&] { DestroyProgram(&program); });

  // What vmjit does: one chip, and no contraction of its own accord.
  const char *options[] = {"--gpu-architecture=compute_90", "-fmad=false"};
  if (CompileProgram(program, std::size(options), options)) {
    size_t size = 0;
    std::string log;
    if (!GetProgramLogSize(program, &size)) {
      log.resize(size);
      if (GetProgramLog(program, log.data()))
        log.clear();
    }
    return makeFailure("nvrtcCompileProgram", log.c_str());
  }
  size_t size = 0;
  if (GetPTXSize(program, &size))
    return makeFailure("nvrtcGetPTXSize");
  std::string ptx(size, '\0');
  if (GetPTX(program, ptx.data()))
    return makeFailure("nvrtcGetPTX");
  return ptx;
}
