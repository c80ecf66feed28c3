/* Computes in every rounding mode and prints results and exception flags; looks at
   quiet comparisons and at what libm and printf do in other modes. Arguments: a
   number, by which processes differ. */
#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma STDC FENV_ACCESS ON

static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD,
                            FE_UPWARD};

/* Kept from the compiler, which would compute in advance or reorder. */
static volatile double one = 1, three = 3, tiny = 0x1p-1022, huge = 0x1.8p1023;
static volatile float oneF = 1, threeF = 3, tinyF = 0x1p-126f;
static volatile double zero, quiet, infinite;

static uint64_t bits(double value) {
  uint64_t result;
  memcpy(&result, &value, sizeof(result));
  return result;
}

static void show(const char *name, double value) {
  int flags = fetestexcept(FE_ALL_EXCEPT);
  printf("  %-10s %016llx %s%s%s%s%s\n", name,
         (unsigned long long)bits(value), flags & FE_INEXACT ? "nx " : "",
         flags & FE_UNDERFLOW ? "uf " : "", flags & FE_OVERFLOW ? "of " : "",
         flags & FE_DIVBYZERO ? "dz " : "", flags & FE_INVALID ? "nv" : "");
  feclearexcept(FE_ALL_EXCEPT);
}

#define SHOW(expression)                                                       \
  do {                                                                         \
    feclearexcept(FE_ALL_EXCEPT);                                              \
    volatile double result = (expression);                                     \
    show(#expression, result);                                             \
  } while (0)

static void compute(void) {
  SHOW(one / three);
  SHOW(-one / three);
  SHOW(one - one);
  SHOW(one / zero);
  SHOW(zero / zero);
  SHOW(huge * three);
  SHOW(-huge * three);
  SHOW(tiny / three);
  SHOW(tiny * 0.5);
  SHOW(sqrt(three));
  SHOW(sqrt(-three));
  SHOW(fma(one, three, tiny));
  SHOW(oneF / threeF);
  SHOW(tinyF / threeF);
  SHOW((float)(one / three));
  SHOW((double)(int)(three / 2 + zero));
  SHOW((double)(int)(huge));
  SHOW((float)(int64_t)(one * 16777217 + zero));
}

static void round_(void) {
  static volatile double values[] = {0.5, 1.5, 2.5, -0.5, -1.5, 1e300};
  for (unsigned i = 0; i < sizeof(values) / sizeof(*values); ++i) {
    SHOW(nearbyint(values[i]));
    SHOW(rint(values[i]));
    SHOW((double)lrint(values[i] > 1e18 ? 0.75 : values[i]));
    SHOW(round(values[i]));
    SHOW(floor(values[i]));
  }
}

static void compare(void) {
  SHOW(isless(quiet, one));
  SHOW(isgreaterequal(one, quiet));
  SHOW(isunordered(quiet, one));
  SHOW(quiet < one);
  SHOW(quiet == one);
  SHOW(fmin(quiet, one));
  SHOW(fmax(infinite, one));
}

static void library(double start) {
  double sum = 0;
  for (int i = 1; i <= 20; ++i) {
    double x = start + i * 0.37;
    sum += sin(x) + exp(x / 8) + pow(x, 1.5) + log(x) + atan2(x, 3);
  }
  show("libm", sum);
  printf("  %.3f %.0f %g %.17g\n", one / three, three / 2, sum,
         strtod("0.1", NULL));
}

static void keep(void) {
  fenv_t environment;
  fegetenv(&environment);
  fesetround(FE_UPWARD);
  SHOW(one / three);
  fesetenv(&environment);
  feholdexcept(&environment);
  volatile double ignored = one / three;
  (void)ignored;
  feraiseexcept(FE_OVERFLOW);
  feupdateenv(&environment);
  show("updated", fegetround());
}

int main(int argc, char **argv) {
  double start = argc > 1 ? atof(argv[1]) + 1 : 1;
  quiet = NAN;
  infinite = INFINITY;
  /* What comes before anything asks for flags. */
  volatile double before = start;
  for (int i = 0; i < 1000; ++i)
    before = before * 1.0001 + isless(before, quiet) + sin(before);
  printf("before %016llx %.3f\n", (unsigned long long)bits(before), before);
  for (unsigned i = 0; i < sizeof(modes) / sizeof(*modes); ++i) {
    int failed = fesetround(modes[i]);
    printf("mode %d (%d)\n", fegetround(), failed);
    compute();
    round_();
    compare();
    library(start);
  }
  fesetround(FE_TONEAREST);
  keep();
  return 0;
}
