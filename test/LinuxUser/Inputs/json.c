/* Reads JSON from standard input and prints it indented, with what is in it;
   exits with 1 and says where if it is none. */

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { Null, False, True, Number, String, Array, Object } Kind;

typedef struct Value {
  Kind kind;
  double number;
  char *text;        /* of a string, or the key in an object */
  struct Value *first, *next;
  char *key;
} Value;

static char *input;
static size_t at, line = 1;
static jmp_buf failed;
static const char *message;
static unsigned counts[7], maxDepth;

static void fail(const char *text) {
  message = text;
  longjmp(failed, 1);
}

static void *allocate(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (!memory)
    fail("out of memory");
  return memory;
}

static void skipSpace(void) {
  for (; input[at] && strchr(" \t\r\n", input[at]); ++at)
    line += input[at] == '\n';
}

static void expect(char c) {
  if (input[at] != c)
    fail("unexpected character");
  ++at;
}

static unsigned parseHex(void) {
  unsigned code = 0;
  for (int i = 0; i < 4; ++i) {
    char c = input[at];
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0)
      fail("bad \\u");
    code = code * 16 + (unsigned)digit;
    ++at;
  }
  return code;
}

static char *encode(char *out, unsigned code) {
  if (code < 0x80) {
    *out++ = (char)code;
  } else if (code < 0x800) {
    *out++ = (char)(0xc0 | code >> 6);
    *out++ = (char)(0x80 | (code & 63));
  } else if (code < 0x10000) {
    *out++ = (char)(0xe0 | code >> 12);
    *out++ = (char)(0x80 | (code >> 6 & 63));
    *out++ = (char)(0x80 | (code & 63));
  } else {
    *out++ = (char)(0xf0 | code >> 18);
    *out++ = (char)(0x80 | (code >> 12 & 63));
    *out++ = (char)(0x80 | (code >> 6 & 63));
    *out++ = (char)(0x80 | (code & 63));
  }
  return out;
}

static char *parseEscape(char *out) {
  char c = input[at++];
  switch (c) {
  case '"': case '\\': case '/': *out++ = c; return out;
  case 'b': *out++ = '\b'; return out;
  case 'f': *out++ = '\f'; return out;
  case 'n': *out++ = '\n'; return out;
  case 'r': *out++ = '\r'; return out;
  case 't': *out++ = '\t'; return out;
  case 'u': {
    unsigned code = parseHex();
    if (code >= 0xd800 && code < 0xdc00 && input[at] == '\\' &&
        input[at + 1] == 'u') {
      at += 2;
      code = 0x10000 + ((code - 0xd800) << 10) + (parseHex() - 0xdc00);
    }
    return encode(out, code);
  }
  }
  fail("bad escape");
  return out;
}

static char *parseString(void) {
  expect('"');
  size_t end = at;
  while (input[end] && input[end] != '"')
    end += input[end] == '\\' && input[end + 1] ? 2 : 1;
  char *text = allocate(end - at + 1), *out = text;
  while (input[at] != '"') {
    if ((unsigned char)input[at] < 0x20)
      fail("control character in a string");
    if (input[at] == '\\') {
      ++at;
      out = parseEscape(out);
    } else {
      *out++ = input[at++];
    }
  }
  ++at;
  return text;
}

static Value *parseValue(unsigned depth);

static Value *parseList(Kind kind, char close, unsigned depth) {
  Value *list = allocate(sizeof *list), **end = &list->first;
  list->kind = kind;
  ++at;
  skipSpace();
  while (input[at] != close) {
    char *key = NULL;
    if (list->first) {
      expect(',');
      skipSpace();
    }
    if (kind == Object) {
      key = parseString();
      skipSpace();
      expect(':');
    }
    *end = parseValue(depth + 1);
    (*end)->key = key;
    end = &(*end)->next;
    skipSpace();
  }
  ++at;
  return list;
}

static Value *parseWord(Kind kind, const char *word) {
  if (strncmp(input + at, word, strlen(word)) != 0)
    fail("unknown word");
  at += strlen(word);
  Value *value = allocate(sizeof *value);
  value->kind = kind;
  return value;
}

static Value *parseScalar(void) {
  if (input[at] == 'n')
    return parseWord(Null, "null");
  if (input[at] == 't')
    return parseWord(True, "true");
  if (input[at] == 'f')
    return parseWord(False, "false");
  Value *value = allocate(sizeof *value);
  if (input[at] == '"') {
    value->kind = String;
    value->text = parseString();
    return value;
  }
  char *end;
  value->kind = Number;
  value->number = strtod(input + at, &end);
  if (end == input + at)
    fail("no value");
  at = (size_t)(end - input);
  return value;
}

static Value *parseValue(unsigned depth) {
  if (depth > 200)
    fail("too deep");
  if (depth > maxDepth)
    maxDepth = depth;
  skipSpace();
  Value *value = input[at] == '{'   ? parseList(Object, '}', depth)
                 : input[at] == '[' ? parseList(Array, ']', depth)
                                    : parseScalar();
  ++counts[value->kind];
  return value;
}

static void printString(const char *text) {
  putchar('"');
  for (; *text; ++text) {
    if (*text == '"' || *text == '\\')
      printf("\\%c", *text);
    else if ((unsigned char)*text < 0x20)
      printf("\\u%04x", *text);
    else
      putchar(*text);
  }
  putchar('"');
}

static void print(const Value *value, int indent) {
  switch (value->kind) {
  case Null: fputs("null", stdout); return;
  case False: fputs("false", stdout); return;
  case True: fputs("true", stdout); return;
  case Number: printf("%.17g", value->number); return;
  case String: printString(value->text); return;
  case Array: case Object: break;
  }
  int isObject = value->kind == Object;
  putchar(isObject ? '{' : '[');
  for (const Value *item = value->first; item; item = item->next) {
    printf("%s\n%*s", item == value->first ? "" : ",", indent + 2, "");
    if (isObject) {
      printString(item->key);
      fputs(": ", stdout);
    }
    print(item, indent + 2);
  }
  if (value->first)
    printf("\n%*s", indent, "");
  putchar(isObject ? '}' : ']');
}

static void release(Value *value) {
  while (value) {
    Value *next = value->next;
    release(value->first);
    free(value->text);
    free(value->key);
    free(value);
    value = next;
  }
}

int main(void) {
  size_t size = 0, capacity = 64, got;
  input = malloc(capacity);
  while ((got = fread(input + size, 1, capacity - size - 1, stdin)) > 0) {
    size += got;
    if (size + 1 == capacity)
      input = realloc(input, capacity *= 2);
  }
  input[size] = 0;
  if (setjmp(failed)) {
    printf("line %zu, byte %zu: %s\n", line, at, message);
    return 1;
  }
  Value *value = parseValue(0);
  skipSpace();
  if (at != size)
    fail("something behind the value");
  print(value, 0);
  putchar('\n');
  printf("%u numbers, %u strings, %u arrays, %u objects, depth %u\n",
         counts[Number], counts[String], counts[Array], counts[Object],
         maxDepth);
  release(value);
  free(input);
  return 0;
}
