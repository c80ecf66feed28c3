/* A kernel that calls functions through a table of pointers, and one through a
   pointer that it makes itself. */

#include "vmjit/guest/gpu.h"

typedef int (*Operation)(int, int);

static int add(int a, int b) { return a + b; }
static int subtract(int a, int b) { return a - b; }
static int multiply(int a, int b) { return a * b; }
static int divide(int a, int b) { return a / b; }
static int negate(int a, int b) { return -a; }

static Operation const operations[] = {add, subtract, multiply, divide};

__attribute__((noinline)) static int call(Operation operation, int a, int b) {
  /* No compiler sees which one it is. */
  __asm__ volatile("" : "+r"(operation));
  return operation(a, b);
}

void apply(const int *a, const int *b, int *out, int n) {
  int i = (int)vmjit_global_id_x();
  if (i < n)
    out[i] = call(operations[i % 4], a[i], b[i]) + call(negate, i, 0);
}
