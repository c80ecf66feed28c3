/* Reads all of its input, letter by letter and in blocks, and counts. */

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  unsigned long bytes = 0, lines = 0, words = 0, letters[26] = {0};
  int inWord = 0, c;
  while ((c = getchar()) != EOF) {
    ++bytes;
    lines += c == '\n';
    words += !inWord && !isspace(c);
    inWord = !isspace(c);
    if (isalpha(c))
      ++letters[tolower(c) - 'a'];
  }
  printf("%lu %lu %lu\n", lines, words, bytes);
  for (int i = 0; i < 26; ++i)
    if (letters[i])
      printf("%c%lu ", 'a' + i, letters[i]);
  char rest[16];
  printf("\nthen %zd, arguments:", read(0, rest, sizeof rest));
  for (int i = 1; i < argc; ++i)
    printf(" [%s]", argv[i]);
  putchar('\n');
  fprintf(stderr, "%lu bytes\n", bytes);
  return ferror(stdin);
}
