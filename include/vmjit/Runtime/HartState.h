//===- HartState.h - The registers of many harts ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state array of hart mode in host memory. Launchers for the host hand it
// out as it is, others copy it to the device and back.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_HARTSTATE_H
#define VMJIT_RUNTIME_HARTSTATE_H

#include "vmjit/ABI/ExitRecord.h"
#include "vmjit/ABI/Hart.h"
#include "vmjit/CodeObject/HartStateLayout.h"
#include "vmjit/Interpreter/HartState.h"
#include "vmjit/Runtime/AlignedBuffer.h"
#include "llvm/Support/MathExtras.h"

#include <cassert>
#include <optional>
#include <vector>

namespace vmjit {

/// The state of a number of harts, as Hart.h lays it out. Move-only.
class HartStateArray {
public:
  static constexpr uint64_t kDefaultMaxBytes = uint64_t(16) << 30;

  /// State for \p hartCount harts (at least 1), all words 0. \p layout is
  /// that of the code that is to run, CodeObject::stateLayout. Fails with
  /// InvalidArgument, and with OutOfMemory if it takes more than \p maxBytes or
  /// there is no memory.
  static llvm::Expected<HartStateArray>
  create(uint64_t hartCount, const HartStateLayout &layout,
         uint64_t maxBytes = kDefaultMaxBytes);

  uint64_t getHartCount() const { return hartCount; }
  uint64_t getWordCount() const { return layout.getWordCount(); }
  const HartStateLayout &getLayout() const { return layout; }
  /// The array itself: getWordCount() words for each hart of each tile.
  llvm::MutableArrayRef<uint64_t> getWords() {
    return {reinterpret_cast<uint64_t *>(buffer.data()),
            static_cast<size_t>(getWordCount() *
                                llvm::alignTo(hartCount, layout.tile))};
  }

  /// Word \p word of hart \p hart; both must be in range.
  uint64_t &word(uint64_t word, uint64_t hart) {
    assert(word < getWordCount() && "no such word");
    return getHartWords(hart)[word];
  }
  uint64_t word(uint64_t word, uint64_t hart) const {
    assert(word < getWordCount() && "no such word");
    return getHartWords(hart)[word];
  }
  /// Register \p reg, below 32, of either file.
  uint64_t &x(unsigned reg, uint64_t hart) {
    assert(reg < 32 && "no such register");
    return word(VMJIT_WORD_X + reg, hart);
  }
  uint64_t &f(unsigned reg, uint64_t hart) {
    assert(reg < 32 && "no such register");
    return word(VMJIT_WORD_F + reg, hart);
  }
  /// The word of CSR \p csr; none if it has none. 1, 2 and 3 share one, whose
  /// bits 4..0 are CSR 1 and bits 7..5 CSR 2.
  std::optional<uint64_t> getCsrWord(uint16_t csr) const;

  /// The harts that are Running, ascending: those that a launch is about.
  std::vector<uint64_t> getRunningHarts() const;

  /// Makes all words of \p hart 0 but the address it starts at.
  void initialize(uint64_t hart, uint64_t entryPc);

  /// How \p hart ended. Fails with ExecutionFailed if its words make no sense.
  llvm::Expected<ExitRecord> getExit(uint64_t hart) const;
  /// Makes \p hart one that ended as \p exit says.
  void setExit(uint64_t hart, const ExitRecord &exit);

  /// \p hart as the interpreter takes it: registers, NZCV, CSRs, call stack,
  /// reservation and exit record, and where it is to resume inside a block the
  /// temporaries. The position, which the array does not have, is as in any new
  /// HartState. Fails as getExit does, also for a call stack that is too deep.
  llvm::Expected<HartState> getHart(uint64_t hart) const;
  /// Writes what getHart reads. CSRs and temporaries without an entry become 0;
  /// temporaries without a word are not kept. Fails with
  /// InvalidArgument, nothing written, for a CSR that has no word and for a
  /// call stack that is too deep.
  llvm::Error setHart(uint64_t hart, const HartState &state);

  /// Makes the harts those of \p other, an array for as many that has the same
  /// words, maybe in other tiles.
  void copyFrom(const HartStateArray &other);

  /// Fills in the parts of \p launch that describe this array.
  void describe(vmjit_hart_launch &launch);
  /// The same for a launch of \p hart, which there must be, alone: its words
  /// are as far apart as those of the whole tile.
  void describeHart(vmjit_hart_launch &launch, uint64_t hart);

private:
  HartStateArray() = default;

  /// The words of one hart.
  struct HartWords {
    uint64_t *first;
    unsigned tileBits;

    uint64_t &operator[](uint64_t word) const {
      return first[word << tileBits];
    }
  };
  HartWords getHartWords(uint64_t hart) const {
    assert(hart < hartCount && "no such hart");
    uint64_t tile = hart >> tileBits, inTile = hart & (layout.tile - 1);
    uint64_t *words = const_cast<HartStateArray *>(this)->getWords().data();
    return {words + (tile * getWordCount() << tileBits) + inTile, tileBits};
  }

  AlignedBuffer buffer;
  uint64_t hartCount = 0;
  HartStateLayout layout;
  /// Its logarithm.
  unsigned tileBits = 0;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_HARTSTATE_H
