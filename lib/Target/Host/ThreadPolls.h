//===- ThreadPolls.h - What stoppable threads do beside their work *- C++ -*-=//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads of stoppable code look at the control block of ABI/Control.h, at the
// ends of iterations, and those that do not return report it there. Threads
// that have taken equally many steps look at the same time, and one look will
// do for all of them: then they all stop at that place, or none does.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_THREADPOLLS_H
#define VMJIT_LIB_TARGET_HOST_THREADPOLLS_H

namespace llvm {
class Function;
class Instruction;
class LoadInst;
} // namespace llvm

namespace vmjit {

/// Whether \p instruction accesses the control block: not for what a program
/// computes.
bool isControlAccess(const llvm::Instruction &instruction);

/// Whether \p load is of the budget or of the stop word. What one thread reads
/// there, any other could have read at the same time.
bool isPoll(const llvm::LoadInst &load);

/// Leads edges on which \p thread is known to return past the test of whether
/// there is something to report, straight to the return.
void skipReports(llvm::Function &thread);

/// Joins the ways through a poll at the end of an iteration before they lead
/// back: as far as loops go, there is one. Otherwise the rounds between two
/// looks at the control block are a loop of their own for LLVM, which is what
/// one thread gains by.
void joinPolls(llvm::Function &thread);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_THREADPOLLS_H
