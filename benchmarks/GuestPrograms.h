//===- GuestPrograms.h - RISC-V programs to run -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs of test/LinuxUser and examples/linux, built by the machine's own
// RISC-V compiler, and what they are run with.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_GUESTPROGRAMS_H
#define VMJIT_BENCHMARKS_GUESTPROGRAMS_H

#include "vmjit/Frontend/RISCV/Decoder.h"
#include "vmjit/Frontend/RISCV/GuestImage.h"
#include "vmjit/LinuxUser/ProcessGroup.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace vmjit::benchmarks {

/// Small is over before much is compiled; large is tens of millions of
/// instructions.
enum class GuestSize { Small, Large };
llvm::StringRef getGuestSizeName(GuestSize size);

/// A program for Linux on RISC-V.
struct GuestProgram {
  llvm::StringRef name;
  /// Below the project's folder.
  llvm::StringRef source;
  /// Arguments by size, separated by spaces.
  llvm::StringRef arguments[2];
  /// How many records of JSON it reads, by size.
  unsigned inputRecords[2];
};

llvm::ArrayRef<GuestProgram> getGuestPrograms();

/// The full path of \p tool. Fails with DeviceUnavailable where it is not
/// installed.
llvm::Expected<std::string> findGuestTool(llvm::StringRef tool);

/// A program as it is run, over and over. Not to be used by two threads at a
/// time.
class GuestWorkload {
public:
  /// Builds \p program, which outlives this, once in this process. Fails with
  /// DeviceUnavailable where there is no compiler for it, and with
  /// CompilationFailed and Io.
  static llvm::Expected<std::unique_ptr<GuestWorkload>>
  create(const GuestProgram &program, GuestSize size);
  GuestWorkload(const GuestWorkload &) = delete;

  const riscv::GuestImage &getImage() const { return image; }
  const riscv::Decoder &getDecoder() const { return decoder; }
  /// The executable and a file of what it reads, as long as this lives.
  llvm::StringRef getPath() const { return path; }
  llvm::StringRef getInputPath() const { return inputPath; }
  llvm::ArrayRef<std::string> getArguments() const { return arguments; }

  /// The executable of the same source for this machine, as long as this lives;
  /// built when it is first asked for. Fails as create does.
  llvm::Expected<std::string> getNativePath() const;

  /// Processes that have not begun, all alike. What each writes to standard
  /// output is added to \p outputs, which has one stream for each.
  llvm::Expected<linux_user::ProcessGroup>
  start(llvm::ArrayRef<llvm::raw_ostream *> outputs) const;

private:
  GuestWorkload(const GuestProgram &program, riscv::GuestImage image,
                riscv::Decoder decoder)
      : program(program), image(std::move(image)), decoder(std::move(decoder)) {
  }

  const GuestProgram &program;
  riscv::GuestImage image;
  riscv::Decoder decoder;
  std::string path;
  std::string inputPath;
  std::string input;
  std::vector<std::string> arguments;
};

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_GUESTPROGRAMS_H
