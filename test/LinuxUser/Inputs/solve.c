/* Solves a linear system in f64 by elimination with pivoting, and by conjugate
   gradients; every bit of what comes out is printed. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned state;

static double random01(void) {
  state = state * 1664525u + 1013904223u;
  return state / 4294967296.0;
}

static int eliminate(double *a, double *b, int n) {
  for (int column = 0; column < n; ++column) {
    int pivot = column;
    for (int row = column + 1; row < n; ++row)
      if (fabs(a[row * n + column]) > fabs(a[pivot * n + column]))
        pivot = row;
    if (a[pivot * n + column] == 0)
      return 0;
    for (int i = 0; i < n; ++i) {
      double old = a[pivot * n + i];
      a[pivot * n + i] = a[column * n + i];
      a[column * n + i] = old;
    }
    double old = b[pivot];
    b[pivot] = b[column];
    b[column] = old;
    for (int row = column + 1; row < n; ++row) {
      double factor = a[row * n + column] / a[column * n + column];
      for (int i = column; i < n; ++i)
        a[row * n + i] -= factor * a[column * n + i];
      b[row] -= factor * b[column];
    }
  }
  for (int row = n - 1; row >= 0; --row) {
    for (int i = row + 1; i < n; ++i)
      b[row] -= a[row * n + i] * b[i];
    b[row] /= a[row * n + row];
  }
  return 1;
}

static double dot(const double *a, const double *b, int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i)
    sum += a[i] * b[i];
  return sum;
}

/* The second difference on a line: 2 on the diagonal, -1 beside it. */
static int conjugateGradients(double *x, int n) {
  double *r = calloc(n, sizeof *r), *p = calloc(n, sizeof *p);
  double *q = calloc(n, sizeof *q);
  for (int i = 0; i < n; ++i)
    x[i] = 0, r[i] = p[i] = sin(i * 0.7) + cbrt(i);
  double rr = dot(r, r, n);
  int steps = 0;
  for (; steps < 2 * n && sqrt(rr) > 1e-10; ++steps) {
    for (int i = 0; i < n; ++i)
      q[i] = 2 * p[i] - (i ? p[i - 1] : 0) - (i + 1 < n ? p[i + 1] : 0);
    double alpha = rr / dot(p, q, n);
    for (int i = 0; i < n; ++i) {
      x[i] += alpha * p[i];
      r[i] -= alpha * q[i];
    }
    double next = dot(r, r, n);
    for (int i = 0; i < n; ++i)
      p[i] = r[i] + next / rr * p[i];
    rr = next;
  }
  free(r);
  free(p);
  free(q);
  return steps;
}

int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 20;
  state = argc > 2 ? (unsigned)atoi(argv[2]) : 7;
  double *a = malloc(sizeof *a * n * n), *b = malloc(sizeof *b * n);
  for (int i = 0; i < n * n; ++i)
    a[i] = random01() * 2 - 1;
  for (int i = 0; i < n; ++i)
    b[i] = random01() * exp(random01() * 20 - 10);
  if (!eliminate(a, b, n)) {
    puts("singular");
    return 1;
  }
  for (int i = 0; i < n; ++i)
    printf("x[%d] = %.17g\n", i, b[i]);
  printf("%d steps\n", conjugateGradients(b, n));
  for (int i = 0; i < n; ++i)
    printf("y[%d] = %.17g, %a, as float %.9g\n", i, b[i], b[i], (float)b[i]);
  free(a);
  free(b);
  return 0;
}
