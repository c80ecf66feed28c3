/* Allocates and frees blocks of many sizes: the small ones are from brk, the
   large ones from mmap. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { Slots = 200 };

static unsigned char *blocks[Slots];
static size_t sizes[Slots];

static int check(int slot) {
  for (size_t i = 0; i < sizes[slot]; i += 61)
    if (blocks[slot][i] != (unsigned char)slot)
      return 0;
  return 1;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 1500;
  unsigned random = 1;
  unsigned long total = 0, large = 0, moved = 0;
  for (int round = 0; round < rounds; ++round) {
    random = random * 1103515245 + 12345;
    int slot = (int)(random >> 16) % Slots;
    size_t size = (random >> 8) % 97 == 0 ? 150000 + random % 100000
                                          : random % 3000 + 1;
    if (blocks[slot] && !check(slot))
      return 1;
    if (blocks[slot] && round % 3 == 0) {
      unsigned char *old = blocks[slot];
      blocks[slot] = realloc(old, size);
      moved += blocks[slot] != NULL;
    } else {
      free(blocks[slot]);
      blocks[slot] = round % 5 ? malloc(size) : calloc(size, 1);
    }
    if (!blocks[slot]) {
      puts("no memory");
      return 2;
    }
    if (round % 15 == 5)
      for (size_t i = 0; i < size && round % 3; i += 97)
        if (blocks[slot][i])
          return 3;
    memset(blocks[slot], slot, size);
    sizes[slot] = size;
    total += size;
    large += size >= 150000;
  }
  for (int slot = 0; slot < Slots; ++slot) {
    if (blocks[slot] && !check(slot))
      return 1;
    free(blocks[slot]);
  }
  void *all = malloc((size_t)1 << 40);
  printf("%lu bytes, %lu large, %lu resized, 2^40 bytes: %s\n", total, large,
         moved, all ? "there" : "not there");
  return 0;
}
