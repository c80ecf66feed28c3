//===- main.cpp - A program that uses an installed vmjit ------------------===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the vector add of examples/, prints its hash, and has the interpreter
// run it.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/VMIR/ContentHash.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace vmjit;

/// The bytes of an object that a kernel reads or writes.
template <class T> static llvm::MutableArrayRef<uint8_t> bytesOf(T &object) {
  return {reinterpret_cast<uint8_t *>(&object), sizeof(object)};
}

static llvm::Error run(llvm::StringRef path) {
  auto text = llvm::MemoryBuffer::getFile(path);
  if (!text)
    return llvm::createFileError(path, text.getError());
  auto program = vmir::parseProgram((*text)->getBuffer());
  if (!program)
    return program.takeError();
  llvm::outs() << "hash " << vmir::toHex(vmir::contentHash(*program)) << "\n";

  auto interpreter = Interpreter::create(std::move(*program));
  if (!interpreter)
    return interpreter.takeError();
  float a[] = {1, 2, 3}, b[] = {10, 20, 30}, c[] = {0, 0, 0};
  KernelLaunch launch;
  launch.block = {4, 1, 1};
  launch.arguments = {KernelArgument::inBuffer(bytesOf(a)),
                      KernelArgument::inBuffer(bytesOf(b)),
                      KernelArgument::inBuffer(bytesOf(c)),
                      KernelArgument::i32(3)};
  auto result = interpreter->runKernel(launch);
  if (!result)
    return result.takeError();
  if (auto error = checkKernelResult(*result))
    return error;
  llvm::outs() << "sums " << c[0] << " " << c[1] << " " << c[2] << "\n";
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  if (argc != 2) {
    llvm::errs() << "usage: consumer PROGRAM.json\n";
    return 2;
  }
  llvm::ExitOnError exitOnError("consumer: ");
  exitOnError(run(argv[1]));
  return 0;
}
