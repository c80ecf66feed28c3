/* Converts many values in every rounding mode, and prints hashes of all results;
   what libm makes of such conversions is printed as it is. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint64_t hash = 14695981039346656037u;

static void add(uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8)
    hash = (hash ^ (value >> shift & 255)) * 1099511628211u;
}

static uint64_t doubleBits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

static uint64_t floatBits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

#define CONVERT(Type, constraint, operands, mode, value)                       \
  ({                                                                           \
    Type result;                                                               \
    __asm__("fcvt." operands " %0, %1, " mode : constraint(result) : value);   \
    result;                                                                    \
  })
#define TO_INTEGER(operands, mode, value)                                      \
  add(CONVERT(uint64_t, "=r", operands, mode, "f"(value)))
#define TO_DOUBLE(operands, mode, value)                                       \
  add(doubleBits(CONVERT(double, "=f", operands, mode, "r"(value))))
#define TO_FLOAT(operands, mode, value)                                        \
  add(floatBits(CONVERT(float, "=f", operands, mode, "r"(value))))
#define TO_SINGLE(operands, mode, value)                                       \
  add(floatBits(CONVERT(float, "=f", operands, mode, "f"(value))))
#define ALL_BUT_RMM(CONVERSION, operands, value)                               \
  CONVERSION(operands, "rne", value);                                          \
  CONVERSION(operands, "rtz", value);                                          \
  CONVERSION(operands, "rdn", value);                                          \
  CONVERSION(operands, "rup", value);                                          \
  CONVERSION(operands, "dyn", value)
#define ALL(CONVERSION, operands, value)                                       \
  ALL_BUT_RMM(CONVERSION, operands, value);                                    \
  CONVERSION(operands, "rmm", value)

static void convertDouble(double value) {
  float single = (float)value;
  ALL(TO_INTEGER, "w.d", value);
  ALL(TO_INTEGER, "wu.d", value);
  ALL(TO_INTEGER, "l.d", value);
  ALL(TO_INTEGER, "lu.d", value);
  ALL(TO_INTEGER, "w.s", single);
  ALL(TO_INTEGER, "wu.s", single);
  ALL(TO_INTEGER, "l.s", single);
  ALL(TO_INTEGER, "lu.s", single);
  ALL_BUT_RMM(TO_SINGLE, "s.d", value);
}

static void convertInteger(uint64_t value) {
  ALL(TO_DOUBLE, "d.l", value);
  ALL(TO_DOUBLE, "d.lu", value);
  ALL(TO_FLOAT, "s.l", value);
  ALL(TO_FLOAT, "s.lu", value);
  ALL(TO_FLOAT, "s.w", value);
  ALL(TO_FLOAT, "s.wu", value);
}

static uint64_t state = 88172645463325252u;

static uint64_t pick(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

int main(void) {
  static const double edges[] = {
      0, 0.5, 1.5, 2.5, 0.49999999999999994, 2147483646.5, 2147483647.5,
      2147483648.0, 2147483648.5, 4294967294.5, 4294967295.5, 4294967296.0,
      9223372036854774784.0, 9223372036854775808.0, 18446744073709549568.0,
      18446744073709551616.0, 4503599627370495.5, 8388607.5, 8388608.5,
      3.4028234663852886e38, 3.4028235677973366e38, 3.5e38, 1e300, 1e-300,
      5e-324, 7e-46, 1.4e-45, 2.1e-45, 1.17549435e-38, INFINITY, NAN};
  for (unsigned i = 0; i < sizeof(edges) / sizeof(edges[0]); ++i) {
    convertDouble(edges[i]);
    convertDouble(-edges[i]);
    printf("%a %016lx %a %a %a %a %ld\n", edges[i], hash, floor(edges[i]),
           ceil(edges[i]), round(-edges[i]), rint(edges[i]), lrint(-edges[i]));
  }
  for (int i = 0; i < 300; ++i) {
    double value = (double)(int64_t)(pick() >> pick() % 64) /
                   (double)((uint64_t)1 << pick() % 12);
    convertDouble(pick() % 2 ? value : -value);
    uint64_t bits = pick();
    memcpy(&value, &bits, sizeof(value));
    convertDouble(value);
  }
  printf("%016lx\n", hash);
  for (int shift = 0; shift < 64; ++shift) {
    uint64_t power = (uint64_t)1 << shift;
    const uint64_t values[] = {power, power - 1, power + 1, -power,
                               power + (power >> 24), power + (power >> 25),
                               power + (power >> 53), power + (power >> 54)};
    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); ++i) {
      convertInteger(values[i]);
      convertInteger(3 * values[i]);
    }
    convertInteger(pick() >> shift);
  }
  printf("%016lx\n", hash);
  return 0;
}
