//===- FlightTable.cpp - One search for a key at a time ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlightTable.h"

using namespace llvm;
using namespace vmjit;

Expected<FlightTable::Ticket> FlightTable::board(const CacheKey &key) {
  std::unique_lock lock(mutex);
  std::shared_ptr<Flight> &slot = flights[key.getDigest()];
  Ticket ticket;
  if (!slot) {
    slot = std::make_shared<Flight>();
    slot->leader = std::this_thread::get_id();
    ticket.flight = slot;
    return ticket;
  }
  std::shared_ptr<Flight> flight = slot;
  if (!flight->isDone && flight->leader == std::this_thread::get_id())
    return makeError(ErrorCode::InvalidArgument,
                     "a compilation asks for its own result");
  flight->done.wait(lock, [&] { return flight->isDone; });
  ticket.result = flight->result;
  ticket.failure = flight->failure;
  return ticket;
}

void FlightTable::land(Flight &flight, const CodeCacheResult &result) {
  std::lock_guard guard(mutex);
  flight.result = result;
  finish(flight);
}

void FlightTable::land(Flight &flight, const Failure &failure) {
  std::lock_guard guard(mutex);
  flight.failure = failure;
  finish(flight);
}

void FlightTable::finish(Flight &flight) {
  flight.isDone = true;
  flight.done.notify_all();
}

void FlightTable::close(const CacheKey &key) {
  std::lock_guard guard(mutex);
  flights.erase(key.getDigest());
}
