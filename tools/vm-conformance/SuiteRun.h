//===- SuiteRun.h - Running conformance files -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TOOLS_VM_CONFORMANCE_SUITERUN_H
#define VMJIT_TOOLS_VM_CONFORMANCE_SUITERUN_H

#include "Device.h"
#include "vmjit/Conformance/Suite.h"

namespace vmjit {

/// Runs all tests of \p suite on \p device. Returns what is wrong, a few
/// differences for each test at most; nothing if all is well.
std::vector<std::string> runSuite(const conformance::Suite &suite,
                                  Device &device, OptLevel optLevel);

/// Compiles the programs of all tests of \p suite with \p options, and writes
/// the code of test number N to \p outputDir/OP.N.SUFFIX if \p outputDir is not
/// empty. Returns what is wrong.
std::vector<std::string> compileSuite(const conformance::Suite &suite,
                                      Compiler &compiler,
                                      CompileOptions options,
                                      llvm::StringRef outputDir);

} // namespace vmjit

#endif // VMJIT_TOOLS_VM_CONFORMANCE_SUITERUN_H
