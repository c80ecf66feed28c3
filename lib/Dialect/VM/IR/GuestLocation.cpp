//===- GuestLocation.cpp - Where in the guest program an op comes from -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Dialect/VM/IR/GuestLocation.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace vmjit::vm;

static constexpr llvm::StringLiteral filePrefix = "block 0x";

StringAttr vmjit::vm::getGuestFile(MLIRContext *context, uint64_t pc) {
  return StringAttr::get(context,
                         filePrefix + llvm::utohexstr(pc, /*LowerCase=*/true));
}

Location vmjit::vm::getGuestLocation(StringAttr file, uint64_t opIndex) {
  return FileLineColLoc::get(file, static_cast<unsigned>(opIndex), 0);
}

std::optional<GuestPosition> vmjit::vm::getGuestPosition(Location loc) {
  std::optional<GuestPosition> position;
  loc->walk([&](Location nested) {
    auto file = dyn_cast<FileLineColLoc>(nested);
    if (!file)
      return WalkResult::advance();
    StringRef name = file.getFilename().getValue();
    uint64_t pc;
    if (!name.consume_front(filePrefix) || name.getAsInteger(16, pc))
      return WalkResult::advance();
    position = GuestPosition{pc, file.getLine()};
    return WalkResult::interrupt();
  });
  return position;
}
