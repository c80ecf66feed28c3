/* Compiles Brainfuck to code for a small machine, and runs that: the dispatch
   is a switch, so a jump table. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { Add, Move, Put, Get, Open, Close, Clear, Stop } Op;
typedef struct {
  Op op;
  int value;
} Instruction;

/* 26 lines: one A, two Bs and so on. */
static const char triangle[] =
    "++++++++++++++++++++++++++>++++++++++>++++++++[>++++++++<-]<<"
    "[>>>+>+[<.>>+<-]>[<+>-]<<<<.<-]";
/* What it reads, backwards, each byte increased by one. */
static const char backwards[] = ">,[>,]<[+.<]";
/* Counts 200 * 200 * 200 in a byte. */
static const char count[] =
    "++++++++++[>++++++++++++++++++++<-]>"
    "[>++++++++++[>++++++++++++++++++++<-]>[>++++++++++[>++++++++++++++++++++"
    "<-]>[>+<-]<<-]<-]>>>>.";

static Instruction *compile(const char *source) {
  size_t length = strlen(source), count = 0, depth = 0;
  Instruction *code = malloc((length + 1) * sizeof *code);
  size_t *open = malloc((length + 1) * sizeof *open);
  for (const char *next = source; *next; ++next) {
    Op op;
    int value = 1;
    switch (*next) {
    case '+': op = Add; break;
    case '-': op = Add; value = -1; break;
    case '>': op = Move; break;
    case '<': op = Move; value = -1; break;
    case '.': op = Put; break;
    case ',': op = Get; break;
    case '[': op = Open; break;
    case ']': op = Close; break;
    default: continue;
    }
    if ((op == Add || op == Move) && count && code[count - 1].op == op) {
      code[count - 1].value += value;
      continue;
    }
    if (op == Open)
      open[depth++] = count;
    if (op == Close) {
      if (depth == 0)
        exit(2);
      size_t begin = open[--depth];
      if (count - begin == 2 && code[begin + 1].op == Add &&
          code[begin + 1].value == -1) {
        count = begin;
        op = Clear;
      } else {
        code[begin].value = (int)count;
        value = (int)begin;
      }
    }
    code[count++] = (Instruction){op, value};
  }
  if (depth)
    exit(2);
  code[count] = (Instruction){Stop, 0};
  free(open);
  return code;
}

static unsigned long run(const Instruction *code, unsigned long limit) {
  unsigned char *tape = calloc(30000, 1), *at = tape;
  unsigned long steps = 0;
  for (const Instruction *next = code;; ++next) {
    if (++steps > limit)
      break;
    switch (next->op) {
    case Add: *at = (unsigned char)(*at + next->value); continue;
    case Move: at += next->value; continue;
    case Put: putchar(*at); continue;
    case Get: {
      int c = getchar();
      *at = c == EOF ? 0 : (unsigned char)c;
      continue;
    }
    case Open:
      if (!*at)
        next = code + next->value;
      continue;
    case Close:
      if (*at)
        next = code + next->value;
      continue;
    case Clear: *at = 0; continue;
    case Stop: break;
    }
    break;
  }
  free(tape);
  return steps;
}

static void runSource(const char *source, unsigned long limit) {
  Instruction *code = compile(source);
  unsigned long steps = run(code, limit);
  printf("\n%lu steps\n", steps);
  free(code);
}

int main(int argc, char **argv) {
  unsigned long limit = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
  runSource(triangle, limit);
  runSource(backwards, limit);
  runSource(count, limit);
  return 0;
}
