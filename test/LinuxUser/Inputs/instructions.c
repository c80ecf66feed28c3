/* Executes every instruction of RV64IMAFD that computes something, on edge
   values and random operands, and prints a hash of the results of each:

       instructions ROWS

   The loops are long enough for all of them to be compiled. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int rowCount;
static uint64_t state;

static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static const uint64_t edges[] = {
    0, 1, 31, 32, 63, 64, 0x7fffffff, 0x80000000, 0xffffffff,
    0x7fffffffffffffff, 0x8000000000000000, 0xffffffff7fffffff,
    0xffffffff80000000, 0xffffffffffffffff,
    /* double: ones, infinities, NaNs, a half and its neighbours, the limits of
       integers, subnormals */
    0x3ff0000000000000, 0xbff0000000000000, 0x7ff0000000000000,
    0xfff0000000000000, 0x7ff8000000000000, 0x7ff0000000000001,
    0xfff8000000000001, 0x3fe0000000000000, 0x3fdfffffffffffff,
    0xbfefffffffffffff, 0x41dfffffffc00000, 0x41e0000000000000,
    0x41f0000000000000, 0x43e0000000000000, 0xc3e0000000000000,
    0x43f0000000000000, 0x000fffffffffffff, 0x0010000000000000,
    /* float in a NaN box: the same; and one that is in none */
    0xffffffff3f800000, 0xffffffffbf800000, 0xffffffff7f800000,
    0xffffffffff800000, 0xffffffff7fc00000, 0xffffffff7f800001,
    0xffffffff4f000000, 0xffffffff4f800000, 0xffffffffcf000000,
    0xffffffff5f000000, 0xffffffff007fffff, 0xffffffff00800000,
    0xffffffff80000001, 0x000000003f800000};

static double asDouble(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

static uint64_t asBits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

/* A number of either precision that an integer may be near to. */
static uint64_t pickNumber(uint64_t choice) {
  static const double scales[] = {0x1p-32, 0x1p-63, 1, 0x1p4};
  double value = (double)(int64_t)next() * scales[choice % 4];
  float narrow = (float)value;
  uint32_t bits;
  memcpy(&bits, &narrow, sizeof(bits));
  return choice & 4 ? asBits(value) : 0xffffffff00000000 | bits;
}

static uint64_t pick(void) {
  uint64_t choice = next();
  switch (choice >> 60 & 3) {
  case 0:
    return edges[choice % (sizeof(edges) / sizeof(edges[0]))];
  case 1:
    return next();
  case 2:
    return 0xffffffff00000000 | next();
  default:
    return pickNumber(choice);
  }
}

/* STATEMENT makes x or f of a, b, c, fa, fb and fc, or changes m. */
#define MEASURE(name, STATEMENT)                                               \
  do {                                                                         \
    state = 88172645463325252;                                                 \
    uint64_t hash = 14695981039346656037u;                                     \
    for (int row = 0; row < rowCount; ++row) {                                 \
      uint64_t a = pick(), b = pick(), c = pick(), m = c, x = 0;               \
      double fa = asDouble(a), fb = asDouble(b), fc = asDouble(c), f = 0;      \
      STATEMENT;                                                               \
      (void)fa, (void)fb, (void)fc;                                            \
      hash = (hash ^ x) * 1099511628211u;                                      \
      hash = (hash ^ asBits(f)) * 1099511628211u;                              \
      hash = (hash ^ m) * 1099511628211u;                                      \
      hash ^= hash >> 32;                                                      \
    }                                                                          \
    printf("%-16s %016llx\n", name, (unsigned long long)hash);                 \
  } while (0)

#define INTEGER(i)                                                             \
  MEASURE(i, asm volatile(i " %0, %1, %2" : "=r"(x) : "r"(a), "r"(b)))
#define IMMEDIATE(i, imm)                                                      \
  MEASURE(i, asm volatile(i " %0, %1, " imm : "=r"(x) : "r"(a)))
#define FLOAT(i)                                                               \
  MEASURE(i, asm volatile(i " %0, %1, %2" : "=f"(f) : "f"(fa), "f"(fb)))
#define COMPARISON(i)                                                          \
  MEASURE(i, asm volatile(i " %0, %1, %2" : "=r"(x) : "f"(fa), "f"(fb)))
#define FLOAT_UNARY(i)                                                         \
  MEASURE(i, asm volatile(i " %0, %1" : "=f"(f) : "f"(fa)))
#define FROM_FLOAT(i) MEASURE(i, asm volatile(i " %0, %1" : "=r"(x) : "f"(fa)))
#define TO_FLOAT(i) MEASURE(i, asm volatile(i " %0, %1" : "=f"(f) : "r"(a)))
#define FUSED(i)                                                               \
  MEASURE(i, asm volatile(i " %0, %1, %2, %3"                                  \
                          : "=f"(f)                                            \
                          : "f"(fa), "f"(fb), "f"(fc)))
#define AMO(i)                                                                 \
  MEASURE(i, asm volatile(i " %0, %2, %1" : "=r"(x), "+A"(m) : "r"(a)))
#define LOAD(i)                                                                \
  MEASURE(i, asm volatile(i " %0, %1" : "=r"(x) : "m"(m)))
#define STORE(i)                                                               \
  MEASURE(i, asm volatile(i " %1, %0" : "+m"(m) : "r"(a)))
#define BRANCH(i)                                                              \
  MEASURE(i, asm volatile("li %0, 1\n " i " %1, %2, 1f\n li %0, 2\n1:"         \
                          : "=&r"(x)                                           \
                          : "r"(a), "r"(b)))
#define ROUNDED(i)                                                             \
  do {                                                                         \
    TO_INTEGER(i, "rne");                                                      \
    TO_INTEGER(i, "rtz");                                                      \
    TO_INTEGER(i, "rdn");                                                      \
    TO_INTEGER(i, "rup");                                                      \
    TO_INTEGER(i, "rmm");                                                      \
  } while (0)
#define TO_INTEGER(i, mode)                                                    \
  MEASURE(i "." mode, asm volatile(i " %0, %1, " mode : "=r"(x) : "f"(fa)))

static void integers(void) {
  INTEGER("add"); INTEGER("sub"); INTEGER("sll"); INTEGER("slt");
  INTEGER("sltu"); INTEGER("xor"); INTEGER("srl"); INTEGER("sra");
  INTEGER("or"); INTEGER("and"); INTEGER("addw"); INTEGER("subw");
  INTEGER("sllw"); INTEGER("srlw"); INTEGER("sraw"); INTEGER("mul");
  INTEGER("mulh"); INTEGER("mulhsu"); INTEGER("mulhu"); INTEGER("mulw");
  INTEGER("div"); INTEGER("divu"); INTEGER("rem"); INTEGER("remu");
  INTEGER("divw"); INTEGER("divuw"); INTEGER("remw"); INTEGER("remuw");
  IMMEDIATE("addi", "-2048"); IMMEDIATE("slti", "-1"); IMMEDIATE("sltiu", "-1");
  IMMEDIATE("xori", "-1"); IMMEDIATE("ori", "1365"); IMMEDIATE("andi", "-16");
  IMMEDIATE("slli", "63"); IMMEDIATE("srli", "33"); IMMEDIATE("srai", "63");
  IMMEDIATE("addiw", "2047"); IMMEDIATE("slliw", "31");
  IMMEDIATE("srliw", "31"); IMMEDIATE("sraiw", "31");
  BRANCH("beq"); BRANCH("bne"); BRANCH("blt"); BRANCH("bge"); BRANCH("bltu");
  BRANCH("bgeu");
}

static void memory(void) {
  LOAD("lb"); LOAD("lbu"); LOAD("lh"); LOAD("lhu"); LOAD("lw"); LOAD("lwu");
  LOAD("ld");
  STORE("sb"); STORE("sh"); STORE("sw"); STORE("sd");
  AMO("amoswap.w"); AMO("amoswap.d"); AMO("amoadd.w"); AMO("amoadd.d");
  AMO("amoand.w"); AMO("amoand.d"); AMO("amoor.w"); AMO("amoor.d");
  AMO("amoxor.w"); AMO("amoxor.d"); AMO("amomin.w"); AMO("amomin.d");
  AMO("amomax.w"); AMO("amomax.d"); AMO("amominu.w"); AMO("amominu.d");
  AMO("amomaxu.w"); AMO("amomaxu.d");
  MEASURE("lr.w sc.w", asm volatile("lr.w %0, %1\n sc.w %0, %2, %1"
                                    : "=&r"(x), "+A"(m)
                                    : "r"(a)));
  MEASURE("lr.d sc.d", asm volatile("lr.d %0, %1\n sc.d %0, %2, %1"
                                    : "=&r"(x), "+A"(m)
                                    : "r"(a)));
}

static void floats(void) {
  FLOAT("fadd.s"); FLOAT("fadd.d"); FLOAT("fsub.s"); FLOAT("fsub.d");
  FLOAT("fmul.s"); FLOAT("fmul.d"); FLOAT("fdiv.s"); FLOAT("fdiv.d");
  FLOAT("fsgnj.s"); FLOAT("fsgnj.d"); FLOAT("fsgnjn.s"); FLOAT("fsgnjn.d");
  FLOAT("fsgnjx.s"); FLOAT("fsgnjx.d"); FLOAT("fmin.s"); FLOAT("fmin.d");
  FLOAT("fmax.s"); FLOAT("fmax.d");
  FUSED("fmadd.s"); FUSED("fmadd.d"); FUSED("fmsub.s"); FUSED("fmsub.d");
  FUSED("fnmadd.s"); FUSED("fnmadd.d"); FUSED("fnmsub.s"); FUSED("fnmsub.d");
  COMPARISON("feq.s"); COMPARISON("feq.d"); COMPARISON("flt.s");
  COMPARISON("flt.d"); COMPARISON("fle.s"); COMPARISON("fle.d");
  FLOAT_UNARY("fsqrt.s"); FLOAT_UNARY("fsqrt.d"); FLOAT_UNARY("fcvt.s.d");
  FLOAT_UNARY("fcvt.d.s");
}

static void conversions(void) {
  ROUNDED("fcvt.w.s"); ROUNDED("fcvt.w.d"); ROUNDED("fcvt.wu.s");
  ROUNDED("fcvt.wu.d"); ROUNDED("fcvt.l.s"); ROUNDED("fcvt.l.d");
  ROUNDED("fcvt.lu.s"); ROUNDED("fcvt.lu.d");
  TO_FLOAT("fcvt.s.w"); TO_FLOAT("fcvt.d.w"); TO_FLOAT("fcvt.s.wu");
  TO_FLOAT("fcvt.d.wu"); TO_FLOAT("fcvt.s.l"); TO_FLOAT("fcvt.d.l");
  TO_FLOAT("fcvt.s.lu"); TO_FLOAT("fcvt.d.lu"); TO_FLOAT("fmv.w.x");
  TO_FLOAT("fmv.d.x");
  FROM_FLOAT("fmv.x.w"); FROM_FLOAT("fmv.x.d"); FROM_FLOAT("fclass.s");
  FROM_FLOAT("fclass.d");
}

int main(int argc, char **argv) {
  rowCount = argc > 1 ? atoi(argv[1]) : 1000;
  integers();
  memory();
  floats();
  conversions();
  return 0;
}
