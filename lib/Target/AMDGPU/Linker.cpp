//===- Linker.cpp - Linking in process --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lld behind a lock, on temporary files.
//
//===----------------------------------------------------------------------===//

#include "Linker.h"

#include "lld/Common/Driver.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>

LLD_HAS_DRIVER(elf)

using namespace llvm;
using namespace vmjit;

static Error ioError(const Twine &what, std::error_code code) {
  return makeError(ErrorCode::Io, what + ": " + code.message());
}

/// Runs lld on files.
static Error runLinker(StringRef input, StringRef output) {
  static std::mutex mutex;
  // lld may say, after a crash it caught, that its globals are not usable.
  static bool isUsable = true;
  std::lock_guard lock(mutex);
  if (!isUsable)
    return makeError(ErrorCode::CompilationFailed,
                     "the linker failed earlier and cannot run again");
  std::string inputPath = input.str();
  std::string outputPath = output.str();
  const char *args[] = {"ld.lld",         "-shared", "--no-undefined",
                        "--threads=1",    "-o",      outputPath.c_str(),
                        inputPath.c_str()};
  std::string messages;
  raw_string_ostream os(messages);
  lld::Result result =
      lld::lldMain(args, os, os, {{lld::Gnu, &lld::elf::link}});
  isUsable = result.canRunAgain;
  if (result.retCode != 0)
    return makeError(ErrorCode::CompilationFailed,
                     "linking failed: " + StringRef(messages).trim());
  return Error::success();
}

Expected<std::vector<uint8_t>> vmjit::linkSharedObject(ArrayRef<char> object) {
  int inputFd = -1;
  SmallString<128> inputPath;
  SmallString<128> outputPath;
  if (std::error_code code =
          sys::fs::createTemporaryFile("vmjit", "o", inputFd, inputPath))
    return ioError("creating a temporary file", code);
  FileRemover removeInput(inputPath);
  {
    raw_fd_ostream os(inputFd, /*shouldClose=*/true);
    os.write(object.data(), object.size());
    os.close();
    if (os.has_error()) {
      std::error_code code = os.error();
      os.clear_error();
      return ioError("writing " + inputPath, code);
    }
  }
  if (std::error_code code =
          sys::fs::createTemporaryFile("vmjit", "so", outputPath))
    return ioError("creating a temporary file", code);
  FileRemover removeOutput(outputPath);
  if (Error error = runLinker(inputPath, outputPath))
    return std::move(error);
  ErrorOr<std::unique_ptr<MemoryBuffer>> linked = MemoryBuffer::getFile(
      outputPath, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!linked)
    return ioError("reading " + outputPath, linked.getError());
  StringRef bytes = (*linked)->getBuffer();
  return std::vector<uint8_t>(bytes.bytes_begin(), bytes.bytes_end());
}
