//===- GuestLocation.h - Where in the guest program an op comes from -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops that were imported have a location that carries the address of their
// block and the index of the op in it, as a FileLineColLoc whose file is
// "block 0x<pc>" and whose line is the op's index. The terminator's index is
// the number of ops of its block.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_GUESTLOCATION_H
#define VMJIT_DIALECT_VM_IR_GUESTLOCATION_H

#include "mlir/IR/Location.h"

#include <optional>

namespace vmjit::vm {

/// An op of a guest program: the address of its block and its index there.
struct GuestPosition {
  uint64_t pc;
  uint64_t opIndex;
};

/// The file name that stands for the block at \p pc in locations.
mlir::StringAttr getGuestFile(mlir::MLIRContext *context, uint64_t pc);

/// The location of op \p opIndex of the block whose file is \p file.
mlir::Location getGuestLocation(mlir::StringAttr file, uint64_t opIndex);

/// The guest position in \p loc, looking through fused and call-site locations;
/// nothing if there is none.
std::optional<GuestPosition> getGuestPosition(mlir::Location loc);

} // namespace vmjit::vm

#endif // VMJIT_DIALECT_VM_IR_GUESTLOCATION_H
