//===- RoundTrips.h - Programs that come back -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FUZZ_ROUNDTRIPS_H
#define VMJIT_LIB_FUZZ_ROUNDTRIPS_H

#include "mlir/IR/MLIRContext.h"
#include "vmjit/Fuzz/DifferentialTest.h"

namespace vmjit::fuzz {

/// Whether \p program, which verifies, is the same after it was written as JSON
/// of either style and read.
std::optional<Difference> checkJSONRoundTrip(const vmir::Program &program);

/// Whether \p program, which verifies, is the same after import and export, up
/// to the spelling that import makes canonical. The vm dialect is loaded in
/// \p context.
std::optional<Difference> checkExport(mlir::MLIRContext &context,
                                      const vmir::Program &program);

} // namespace vmjit::fuzz

#endif // VMJIT_LIB_FUZZ_ROUNDTRIPS_H
