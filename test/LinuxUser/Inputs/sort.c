/* Sorts random numbers with quicksort, and its words with qsort. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void swap(int64_t *a, int64_t *b) {
  int64_t old = *a;
  *a = *b;
  *b = old;
}

static void quicksort(int64_t *first, int64_t *last) {
  while (last - first > 12) {
    int64_t *middle = first + (last - first) / 2, *end = last - 1;
    if (*middle < *first)
      swap(middle, first);
    if (*end < *first)
      swap(end, first);
    if (*end < *middle)
      swap(end, middle);
    int64_t pivot = *middle, *left = first, *right = end;
    while (left <= right) {
      while (*left < pivot)
        ++left;
      while (*right > pivot)
        --right;
      if (left <= right)
        swap(left++, right--);
    }
    if (right - first < last - left) {
      quicksort(first, right + 1);
      first = left;
    } else {
      quicksort(left, last);
      last = right + 1;
    }
  }
  for (int64_t *next = first; next < last; ++next)
    for (int64_t *at = next; at > first && at[-1] > *at; --at)
      swap(at - 1, at);
}

static int compareWords(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

int main(int argc, char **argv) {
  size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 5000;
  uint64_t random = argc > 2 ? strtoul(argv[2], NULL, 10) + 1 : 1, sum = 0;
  int64_t *numbers = malloc(count * sizeof *numbers);
  for (size_t i = 0; i < count; ++i) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    numbers[i] = (int64_t)random;
    sum += random;
  }
  quicksort(numbers, numbers + count);
  for (size_t i = 0; i < count; ++i) {
    sum -= (uint64_t)numbers[i];
    if (i > 0 && numbers[i - 1] > numbers[i])
      return 2;
  }
  printf("%zu numbers from %ld to %ld, rest %lu\n", count, (long)numbers[0],
         (long)numbers[count - 1], (unsigned long)sum);

  char *words[1000], line[64];
  size_t wordCount = 0;
  while (wordCount < 1000 && scanf("%63s", line) == 1)
    words[wordCount++] = strdup(line);
  qsort(words, wordCount, sizeof *words, compareWords);
  for (size_t i = 0; i < wordCount; ++i)
    puts(words[i]);
  return sum == 0 ? 0 : 3;
}
