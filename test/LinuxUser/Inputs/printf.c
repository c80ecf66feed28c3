/* Conversions of printf and scanf, with what numbers have at their ends. */

#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static void integers(void) {
  static const long values[] = {0, 1, -1, 42, -12345, INT_MAX, INT_MIN,
                                LONG_MAX, LONG_MIN};
  for (size_t i = 0; i < sizeof values / sizeof *values; ++i) {
    long value = values[i];
    printf("[%ld] [%20ld] [%-20ld] [%+ld] [% ld] [%020ld] [%.5ld]\n", value,
           value, value, value, value, value, value);
    printf("[%lu] [%lx] [%#lX] [%lo] [%#lo] [%hhd] [%hd] [%d]\n",
           (unsigned long)value, (unsigned long)value, (unsigned long)value,
           (unsigned long)value, (unsigned long)value, (signed char)value,
           (short)value, (int)value);
  }
  printf("[%*d] [%-*d] [%.*d] [%.0d]\n", 7, 42, 7, 42, 7, 42, 0);
  printf("[%jd] [%zu] [%td]\n", INTMAX_MIN, (size_t)SIZE_MAX, (ptrdiff_t)-5);
}

static void floats(void) {
  static const double values[] = {0.0,       -0.0,       1.0,        -1.5,
                                  0.1,       1.0 / 3,    2.5,        1e15,
                                  1e16,      123456789., 1e100,      DBL_MAX,
                                  DBL_MIN,   DBL_EPSILON, 4.9e-324,  1e-310,
                                  9.9999995, 0.5,        6.02214e23, 1e22};
  for (size_t i = 0; i < sizeof values / sizeof *values; ++i) {
    double value = values[i];
    printf("[%f] [%e] [%g] [%a]\n", value, value, value, value);
    printf("[%.0f] [%.3e] [%.17g] [%#.0e] [%+.2a]\n", value, value, value,
           value, value);
    printf("[%20.4g] [%-20.4g] [%020.4g] [%G] [%E]\n", value, value, value,
           value, value);
  }
  volatile double zero = 0;
  double special[] = {1 / zero, -1 / zero, fabs(zero / zero)};
  for (int i = 0; i < 3; ++i)
    printf("[%f] [%e] [%g] [%a] [%F] [%10.3f] [%-10g]\n", special[i],
           special[i], special[i], special[i], special[i], special[i],
           special[i]);
  printf("[%.40f] [%.1074f]\n", 0.1, 4.9e-324);
  printf("[%Lf] [%.30Lg] [%La]\n", 1.0L / 3, 1.0L / 3, 0.1L);
}

static void mathFunctions(void) {
  for (double x = -2; x <= 2; x += 0.37)
    printf("%.17g: %.17g %.17g %.17g %.17g %.17g %.17g\n", x, sin(x), exp(x),
           log(fabs(x)), pow(fabs(x), 1.7), atan2(x, 0.5), tanh(x));
  int exponent;
  double mantissa = frexp(1e-310, &exponent);
  printf("%a %d %a %a\n", mantissa, exponent, ldexp(1, -1074),
         nextafter(1, 2));
}

static void strings(void) {
  printf("[%s] [%10s] [%-10s] [%.2s] [%c] [%5c] [%%]\n", "text", "text",
         "text", "text", 'c', 'c');
  printf("[%p] [%p] [%ls]\n", (void *)0, (void *)0x1234, L"wide");
  printf("[%3$s] [%1$s] [%2$s]\n", "one", "two", "three");
  int count;
  printf("counted%n", &count);
  printf(" %d\n", count);
  char small[8];
  int wanted = snprintf(small, sizeof small, "%d and %d", 12345, 67890);
  printf("%d [%s]\n", wanted, small);
  printf("%s %s\n", strerror(2), strerror(38));
}

static void scanning(void) {
  int i, fields;
  unsigned u;
  double d;
  float f;
  char word[16], set[16];
  fields = sscanf("  -12 0xff 2.5e3 1e-40 word abcxyz", "%d %x %lf %f %15s %15[a-c]",
                  &i, &u, &d, &f, word, set);
  printf("%d: %d %u %g %g %s %s\n", fields, i, u, d, f, word, set);
  static const char *const texts[] = {"1e308", "1e309", "-1e-400", "0x1.8p3",
                                      "nan",   "-inf",  "4.9e-324",
                                      "0.1e", "2.2250738585072011e-308"};
  for (size_t n = 0; n < sizeof texts / sizeof *texts; ++n) {
    char *end;
    double value = strtod(texts[n], &end);
    printf("%s: %.17g (%a), rest [%s]\n", texts[n], value, value, end);
  }
  printf("%ld %ld %lu\n", strtol("0777", NULL, 0), strtol("-zz", NULL, 36),
         strtoul("99999999999999999999", NULL, 10));
}

/* The arguments are how often all of it is done, or the part of that number. */
int main(int argc, char **argv) {
  static void (*const parts[])(void) = {integers, floats, mathFunctions,
                                        strings, scanning};
  const size_t count = sizeof parts / sizeof *parts;
  int rounds = argc > 1 ? atoi(argv[1]) : 1;
  for (int round = 0; round < rounds; ++round)
    for (size_t i = 0; i < count; ++i)
      if (argc < 3 || strtoul(argv[2], NULL, 10) % count == i)
        parts[i]();
  return 0;
}
