/* SHA-256 (FIPS 180-4) of its arguments, of what it reads, and of a million
   letters, against the known answers. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
} Sha256;

static const uint32_t constants[64] = {
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

static uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void compress(Sha256 *s) {
  uint32_t w[64], v[8];
  for (int i = 0; i < 16; ++i)
    w[i] = (uint32_t)s->block[4 * i] << 24 | s->block[4 * i + 1] << 16 |
           s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
  for (int i = 16; i < 64; ++i) {
    uint32_t a = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t b = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + a + w[i - 7] + b;
  }
  memcpy(v, s->state, sizeof v);
  for (int i = 0; i < 64; ++i) {
    uint32_t e = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
    uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    uint32_t first = v[7] + e + choice + constants[i] + w[i];
    uint32_t a = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
    uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += first;
    v[0] = first + a + majority;
  }
  for (int i = 0; i < 8; ++i)
    s->state[i] += v[i];
}

static void start(Sha256 *s) {
  static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
                                      0xa54ff53a, 0x510e527f, 0x9b05688c,
                                      0x1f83d9ab, 0x5be0cd19};
  memcpy(s->state, initial, sizeof initial);
  s->length = 0;
}

static void add(Sha256 *s, const void *bytes, size_t size) {
  const uint8_t *next = bytes;
  for (size_t i = 0; i < size; ++i) {
    s->block[s->length++ % 64] = next[i];
    if (s->length % 64 == 0)
      compress(s);
  }
}

static const char *finish(Sha256 *s) {
  static char text[65];
  uint64_t bits = s->length * 8;
  uint8_t big[8];
  for (int i = 0; i < 8; ++i)
    big[i] = (uint8_t)(bits >> (56 - 8 * i));
  add(s, "\x80", 1);
  while (s->length % 64 != 56)
    add(s, "", 1);
  add(s, big, sizeof big);
  for (int i = 0; i < 8; ++i)
    sprintf(text + 8 * i, "%08x", s->state[i]);
  return text;
}

static const char *hash(const char *text) {
  Sha256 s;
  start(&s);
  add(&s, text, strlen(text));
  return finish(&s);
}

static int failures;

static void check(const char *name, const char *result, const char *known) {
  int isRight = strcmp(result, known) == 0;
  printf("%s  %s: %s\n", result, name, isRight ? "right" : "WRONG");
  failures += !isRight;
}

int main(int argc, char **argv) {
  check("nothing", hash(""),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  check("abc", hash("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  check("two blocks",
        hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  Sha256 s;
  if (argc > 1 && strcmp(argv[1], "million") == 0) {
    char letters[1000];
    memset(letters, 'a', sizeof letters);
    start(&s);
    for (int i = 0; i < 1000; ++i)
      add(&s, letters, sizeof letters);
    check("a million", finish(&s),
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }
  for (int i = 1; i < argc; ++i)
    printf("%s  \"%s\"\n", hash(argv[i]), argv[i]);
  char buffer[777];
  size_t size;
  start(&s);
  while ((size = fread(buffer, 1, sizeof buffer, stdin)) > 0)
    add(&s, buffer, size);
  printf("%s  -\n", finish(&s));
  return failures;
}
