//===- Objects.cpp - What every process knows to be right -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Objects.h"

#include <random>

using namespace llvm;
using namespace vmjit;

CacheKey vmjit::chaos::makeKey(unsigned program) {
  return CacheKey::Builder()
      .add("program", std::to_string(program))
      .add("option.target", "nvptx64")
      .add("option.chip", "sm_90")
      .build();
}

CodeObject vmjit::chaos::makeObject(unsigned program) {
  CodeObject object;
  object.target = TargetKind::NVPTX;
  object.triple = "nvptx64-nvidia-cuda";
  object.chip = "sm_90";
  object.payloadKind = PayloadKind::PTX;
  object.compilerVersion = "0.1.0";
  object.llvmVersion = "22.1.8";
  object.ptxVersion = 78;
  Entry &entry = object.entries.emplace_back();
  entry.name = entry.symbol = "kernel_" + std::to_string(program);
  std::mt19937 random(program);
  object.payload.resize(size_t(100) << (program + 1));
  for (uint8_t &byte : object.payload)
    byte = uint8_t(random());
  return object;
}
