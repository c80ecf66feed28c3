/* Compresses what it reads, or text that it makes, with a sliding window and
   hash chains, expands it again and compares. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { Window = 32768, MinMatch = 4, MaxMatch = 255 + MinMatch, MaxChain = 32 };
enum { HashBits = 12 };

static uint32_t hash(const uint8_t *p) {
  uint32_t x;
  memcpy(&x, p, sizeof x);
  return x * 2654435761u >> (32 - HashBits);
}

static size_t matchLength(const uint8_t *a, const uint8_t *b, size_t limit) {
  size_t length = 0;
  while (length < limit && a[length] == b[length])
    ++length;
  return length;
}

/* A token is a count of literals, the literals, a length and a distance; a
   distance of 0 is the end. */
static size_t compress(const uint8_t *in, size_t size, uint8_t *out) {
  int32_t *heads = malloc(sizeof *heads << HashBits);
  int32_t *chain = malloc(sizeof *chain * (size + 1));
  uint8_t *start = out;
  size_t at = 0, literals = 0;
  memset(heads, 0xff, sizeof *heads << HashBits);
  for (;;) {
    size_t best = 0, distance = 0;
    size_t limit = size - at < MaxMatch ? size - at : MaxMatch;
    if (limit >= MinMatch) {
      int32_t candidate = heads[hash(in + at)];
      for (int i = 0; i < MaxChain && candidate >= 0; ++i) {
        if (at - (size_t)candidate >= Window)
          break;
        size_t length = matchLength(in + candidate, in + at, limit);
        if (length > best) {
          best = length;
          distance = at - (size_t)candidate;
        }
        candidate = chain[candidate];
      }
    }
    if (best < MinMatch && literals < 255 && at < size) {
      best = 1;
      ++literals;
    } else {
      if (best < MinMatch)
        best = distance = 0;
      *out++ = (uint8_t)literals;
      memcpy(out, in + at - literals, literals);
      out += literals;
      *out++ = (uint8_t)(best ? best - MinMatch : 0);
      *out++ = (uint8_t)(distance & 255);
      *out++ = (uint8_t)(distance >> 8);
      literals = 0;
      if (at == size)
        break;
    }
    for (; best > 0; --best, ++at)
      if (size - at >= MinMatch) {
        chain[at] = heads[hash(in + at)];
        heads[hash(in + at)] = (int32_t)at;
      }
  }
  free(heads);
  free(chain);
  return (size_t)(out - start);
}

/* Literals without a match have the distance 0, too, but more follows. */
static size_t expand(const uint8_t *in, size_t size, uint8_t *out) {
  const uint8_t *end = in + size;
  uint8_t *start = out;
  while (in < end) {
    size_t literals = *in++;
    memcpy(out, in, literals);
    in += literals;
    out += literals;
    size_t length = (size_t)in[0] + MinMatch;
    size_t distance = in[1] | (size_t)in[2] << 8;
    in += 3;
    for (; distance && length > 0; --length, ++out)
      *out = out[-(ptrdiff_t)distance];
  }
  return (size_t)(out - start);
}

static uint32_t checksum(const uint8_t *bytes, size_t size) {
  uint32_t a = 1, b = 0;
  for (size_t i = 0; i < size; ++i) {
    a = (a + bytes[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

static size_t makeText(uint8_t *text, size_t size, unsigned seed) {
  static const char *const words[] = {"memory ", "hart ",  "the ", "a ",
                                      "block ",  "and ",   "runs ", "of ",
                                      "code ",   "where ", "is ",  "\n"};
  size_t at = 0;
  while (at < size) {
    seed = seed * 1103515245 + 12345;
    const char *word = words[(seed >> 16) % 12];
    for (; *word && at < size; ++word)
      text[at++] = (uint8_t)*word;
    if ((seed >> 8) % 7 == 0 && at < size)
      text[at++] = (uint8_t)(seed >> 20);
  }
  return at;
}

static int roundTrip(const char *name, const uint8_t *bytes, size_t size) {
  uint8_t *packed = malloc(size * 2 + 64), *again = malloc(size + 1);
  size_t packedSize = compress(bytes, size, packed);
  size_t againSize = expand(packed, packedSize, again);
  int isSame = againSize == size && memcmp(bytes, again, size) == 0;
  printf("%s: %zu -> %zu bytes, adler %08x -> %08x, %s\n", name, size,
         packedSize, checksum(bytes, size), checksum(packed, packedSize),
         isSame ? "same" : "DIFFERENT");
  free(packed);
  free(again);
  return !isSame;
}

int main(int argc, char **argv) {
  size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
  uint8_t *text = malloc(size + 1);
  int failures = 0;
  failures += roundTrip("nothing", text, 0);
  failures += roundTrip("text", text, makeText(text, size, 1));
  memset(text, 'x', size);
  failures += roundTrip("letters", text, size);
  unsigned seed = 5;
  for (size_t i = 0; i < size; ++i)
    text[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
  failures += roundTrip("noise", text, size);
  failures += roundTrip("input", text, fread(text, 1, size, stdin));
  free(text);
  return failures;
}
