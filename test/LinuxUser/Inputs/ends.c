/* Ends as its first argument says, or its number. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const ways[] = {"return", "status", "exit",    "_exit",
                                   "store",  "load",   "text",    "jump",
                                   "stack",  "abort",  "illegal", "break",
                                   "raise",  "divide"};

static void atEnd(void) { puts("at the end"); }

#pragma GCC diagnostic ignored "-Winfinite-recursion"
static int recurse(volatile int *above) {
  volatile int here[1000];
  here[0] = *above + 1;
  return recurse(here) + here[0];
}

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "return";
  if (how[0] >= '0' && how[0] <= '9')
    how = ways[(size_t)atoi(how) % (sizeof ways / sizeof *ways)];
  volatile long zero = 0;
  atexit(atEnd);
  printf("%s\n", how);
  fflush(stdout);
  if (strcmp(how, "return") == 0)
    return 0;
  if (strcmp(how, "status") == 0)
    return argc > 2 ? atoi(argv[2]) : 200;
  if (strcmp(how, "exit") == 0)
    exit(259);
  if (strcmp(how, "_exit") == 0) {
    printf("never seen");
    _exit(7);
  }
  if (strcmp(how, "store") == 0)
    *(volatile int *)zero = 1;
  if (strcmp(how, "load") == 0)
    return *(volatile int *)(zero + 0x10);
  if (strcmp(how, "text") == 0)
    *(volatile int *)(void *)&recurse = 0;
  if (strcmp(how, "jump") == 0)
    ((void (*)(void))(zero + 0x1000))();
  if (strcmp(how, "stack") == 0) {
    int start = 0;
    return recurse(&start);
  }
  if (strcmp(how, "abort") == 0)
    abort();
  if (strcmp(how, "illegal") == 0)
    __asm__ volatile("unimp");
  if (strcmp(how, "break") == 0)
    __asm__ volatile("ebreak");
  if (strcmp(how, "raise") == 0)
    raise(SIGTERM);
  /* No fault on RISC-V: all bits set. */
  if (strcmp(how, "divide") == 0)
    return (int)(5 / zero) == -1 ? 3 : 4;
  return 99;
}
