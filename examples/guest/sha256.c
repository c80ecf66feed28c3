// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The SHA-256 of each of many messages of one length: read-only data, an array
// on the stack, rotations, and a function that is called.

#include "vmjit/guest/gpu.h"

typedef unsigned char u8;
typedef unsigned u32;

static const u32 constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline u32 rotate(u32 x, int n) { return x >> n | x << (32 - n); }

/// Byte \p position of the padded message.
static u8 get_byte(const u8 *message, int length, int padded, int position) {
  if (position < length)
    return message[position];
  if (position == length)
    return 0x80;
  int from_end = padded - 1 - position;
  return from_end < 4 ? (u8)((u32)length << 3 >> 8 * from_end) : 0;
}

static __attribute__((noinline)) void add_chunk(u32 *hash, const u32 *chunk) {
  u32 w[64], s[8];
  for (int i = 0; i < 16; ++i)
    w[i] = chunk[i];
  for (int i = 16; i < 64; ++i) {
    u32 a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] +
           (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  for (int i = 0; i < 8; ++i)
    s[i] = hash[i];
  for (int i = 0; i < 64; ++i) {
    u32 e = s[4], a = s[0];
    u32 t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
             ((e & s[5]) ^ (~e & s[6])) + constants[i] + w[i];
    u32 t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
             ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    s[7] = s[6];
    s[6] = s[5];
    s[5] = e;
    s[4] = s[3] + t1;
    s[3] = s[2];
    s[2] = s[1];
    s[1] = a;
    s[0] = t1 + t2;
  }
  for (int i = 0; i < 8; ++i)
    hash[i] += s[i];
}

void sha256(const u8 *messages, int length, u8 *digests, int count) {
  int thread = (int)vmjit_global_id_x();
  if (thread >= count)
    return;
  const u8 *message = messages + (long)thread * length;
  int padded = (length + 9 + 63) / 64 * 64;
  u32 hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for (int start = 0; start < padded; start += 64) {
    u32 chunk[16];
    for (int i = 0; i < 16; ++i) {
      u32 word = 0;
      for (int k = 0; k < 4; ++k)
        word = word << 8 |
               get_byte(message, length, padded, start + 4 * i + k);
      chunk[i] = word;
    }
    add_chunk(hash, chunk);
  }
  for (int i = 0; i < 32; ++i)
    digests[thread * 32 + i] = (u8)(hash[i / 4] >> (24 - i % 4 * 8));
}
