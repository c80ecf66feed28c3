//===- GuestImage.h - The memory that a guest program starts with *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FRONTEND_RISCV_GUESTIMAGE_H
#define VMJIT_FRONTEND_RISCV_GUESTIMAGE_H

#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vmjit::riscv {

using vmir::GuestAddr;

/// How many regions an image may have.
inline constexpr size_t kMaxImageRegions = 1024;

/// Where the linker has code find data: the register gp holds the value of the
/// symbol.
inline constexpr unsigned kGlobalPointerReg = 3;
inline constexpr llvm::StringLiteral kGlobalPointerSymbol = "__global_pointer$";

/// How a program passes floating-point arguments.
enum class FloatABI : uint8_t { Soft, Single, Double };

/// A part of guest memory.
struct ImageRegion {
  GuestAddr addr = 0;
  std::vector<uint8_t> bytes;
  bool isReadable = true;
  bool isWritable = false;
  bool isExecutable = false;

  /// Whether \p size bytes at \p address are all in it.
  bool contains(GuestAddr address, uint64_t size) const {
    return bytes.size() >= size && address - addr <= bytes.size() - size;
  }
};

/// The memory of a program before it runs, and what is known of it. A value.
/// Const functions may be called by any number of threads.
class GuestImage {
public:
  /// An image of code at \p base that is nothing but \p bytes. Its entry is
  /// \p base.
  static llvm::Expected<GuestImage> fromBytes(llvm::ArrayRef<uint8_t> bytes,
                                              GuestAddr base);

  /// Adds \p region. Fails with InvalidArgument if it is empty, wraps around
  /// the address space or overlaps another, or if the image gets larger than
  /// vmir::kMaxSegmentBytes or has too many regions.
  llvm::Error addRegion(ImageRegion region);
  /// Marks \p size bytes at \p addr, which lie in one region, as data that
  /// getDataSegments gives.
  void addDataRange(GuestAddr addr, uint64_t size);
  /// Of symbols of the same name, the first one counts.
  void addSymbol(llvm::StringRef name, GuestAddr addr) {
    symbols.emplace(name.str(), addr);
  }
  /// Takes note that the function \p name starts at \p addr, unless it is odd
  /// or there is no code. Of functions at the same address, the first one
  /// counts.
  void addFunction(GuestAddr addr, llvm::StringRef name = "");
  void setEntry(GuestAddr pc) { entry = pc; }
  void setProgramHeaders(GuestAddr addr, uint64_t count) {
    programHeaders = addr;
    programHeaderCount = count;
  }
  void setFloatABI(FloatABI abi) { floatABI = abi; }

  llvm::ArrayRef<ImageRegion> getRegions() const { return regions; }
  GuestAddr getEntry() const { return entry; }
  /// Where the ELF program headers are in memory; 0 if they are not.
  GuestAddr getProgramHeaders() const { return programHeaders; }
  uint64_t getProgramHeaderCount() const { return programHeaderCount; }
  /// Absent if nothing says how arguments are passed.
  std::optional<FloatABI> getFloatABI() const { return floatABI; }

  /// The executable bytes from \p pc to the end of their region; empty if there
  /// is no code at \p pc.
  llvm::ArrayRef<uint8_t> getCode(GuestAddr pc) const;
  /// The \p size bytes at \p addr, at most 8 and little-endian, if they are
  /// there and no store can change them.
  std::optional<uint64_t> readConstant(GuestAddr addr, unsigned size) const;
  /// The address of the symbol \p name.
  std::optional<GuestAddr> findSymbol(llvm::StringRef name) const;
  /// Names and addresses.
  const std::map<std::string, GuestAddr, std::less<>> &getSymbols() const {
    return symbols;
  }
  /// Whether it is known that a function starts at \p addr.
  bool isFunction(GuestAddr addr) const { return functions.count(addr) != 0; }
  /// Its name; empty if there is none.
  llvm::StringRef getFunctionName(GuestAddr addr) const;
  /// The functions whose addresses are words of the data, aligned as pointers
  /// are; ascending.
  std::vector<GuestAddr> findFunctionPointers() const;
  /// The data of the program, without its code where the two can be told apart.
  std::vector<vmir::Segment> getDataSegments() const;

private:
  struct DataRange {
    GuestAddr addr;
    uint64_t size;
  };
  /// Empty if they do not lie in one region.
  llvm::ArrayRef<uint8_t> getBytes(const DataRange &range) const;
  const ImageRegion *findRegion(GuestAddr addr, uint64_t size) const;

  std::vector<ImageRegion> regions;
  std::vector<DataRange> dataRanges;
  std::map<std::string, GuestAddr, std::less<>> symbols;
  std::map<GuestAddr, std::string> functions;
  GuestAddr entry = 0;
  GuestAddr programHeaders = 0;
  uint64_t programHeaderCount = 0;
  std::optional<FloatABI> floatABI;
};

} // namespace vmjit::riscv

#endif // VMJIT_FRONTEND_RISCV_GUESTIMAGE_H
