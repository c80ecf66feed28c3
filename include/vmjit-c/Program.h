/*===- Program.h - Programs: read or built op by op ----------------*- C
-*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * A program is verified and never changes. It is read from JSON, or built:
 *
 *   vmjit_builder_create("twice", &builder);
 *   vmjit_builder_create_block(builder, 0x1000);
 *   vmjit_field fields[] = {vmjit_unsigned_field("dst", 10),
 *                           vmjit_unsigned_field("src1", 10),
 *                           vmjit_unsigned_field("src2", 10)};
 *   vmjit_builder_append_op(builder, "Add", fields, 3);
 *   vmjit_builder_set_terminator(builder, "Ret", NULL, 0);
 *   vmjit_builder_build(builder, &program);
 *
 * Ops, terminators and their fields have the names of the JSON encoding
 * (OpSpec.md of the documentation); the table of them can be read here, too.
 *
\*===----------------------------------------------------------------------===*/

#ifndef VMJIT_C_PROGRAM_H
#define VMJIT_C_PROGRAM_H

#include "vmjit-c/Core.h"

#ifdef __cplusplus
extern "C" {
#endif

/*===- Programs
 * -------------------------------------------------------------===*/

typedef struct vmjit_program vmjit_program;

/* Whether code is launched with the program's parameters or on harts. */
typedef uint32_t vmjit_mode;
enum {
  VMJIT_MODE_Default = 0, /* Kernel if the program has parameters, else Hart */
  VMJIT_MODE_Kernel = 1,
  VMJIT_MODE_Hart = 2
};

/* The type of a parameter. */
typedef uint32_t vmjit_param_type;
enum {
  VMJIT_PARAM_I32 = 1,
  VMJIT_PARAM_I64 = 2,
  VMJIT_PARAM_F32 = 3,
  VMJIT_PARAM_F64 = 4,
  VMJIT_PARAM_Buffer = 5
};

/* Reads a program object, an array of blocks or one block. Fails with
   ParseError and InvalidProgram; the message starts with a JSON path. */
VMJIT_C_API vmjit_error *vmjit_program_parse(const char *text, size_t size,
                                             vmjit_program **program);
VMJIT_C_API void vmjit_program_destroy(vmjit_program *program);

/* The program as JSON: equal programs give equal text. */
VMJIT_C_API vmjit_error *vmjit_program_write(const vmjit_program *program,
                                             vmjit_blob **json);

#define VMJIT_DIGEST_BYTES 32

typedef struct vmjit_program_info {
  size_t struct_size;
  const char *name; /* the program's */
  uint64_t entry;
  uint64_t block_count;
  uint32_t has_params; /* 1: it can run in kernel mode */
  uint32_t param_count;
  uint64_t stack_bytes;
  uint64_t shared_bytes;
  /* BLAKE3 of the content: equal for equal programs only. */
  uint8_t digest[VMJIT_DIGEST_BYTES];
} vmjit_program_info;

VMJIT_C_API vmjit_error *vmjit_program_get_info(const vmjit_program *program,
                                                vmjit_program_info *info);
VMJIT_C_API vmjit_error *
vmjit_program_get_param_type(const vmjit_program *program, size_t index,
                             vmjit_param_type *type);

/*===- Fields of ops
 * --------------------------------------------------------===*/

typedef uint32_t vmjit_field_kind;
enum {
  VMJIT_FIELD_None = 1,     /* absent; only for an optional address */
  VMJIT_FIELD_Unsigned = 2, /* register, address, unsigned number */
  VMJIT_FIELD_Signed = 3,   /* signed number */
  VMJIT_FIELD_Bool = 4,     /* 0 or 1, in unsigned_value */
  VMJIT_FIELD_Text = 5,     /* text, or the name of an enumerator */
  VMJIT_FIELD_Flags = 6,
  VMJIT_FIELD_Operator = 7, /* a name in text, or "Custom" and number */
  VMJIT_FIELD_Operand = 8
};

/* How an access is performed. */
typedef struct vmjit_mem_flags {
  size_t struct_size;
  const char *order; /* "Acquire", ... as in JSON; null is "None" */
  uint8_t is_volatile;
  uint8_t atomic;
  uint8_t align; /* 0: natural */
  uint8_t fence_before;
  uint8_t fence_after;
  uint8_t reserved[3]; /* 0 */
} vmjit_mem_flags;

/* An operand expression. Which members count depends on the kind. */
typedef struct vmjit_operand {
  size_t struct_size;
  const char *kind;    /* "None", "Register", "Reg", "Immediate", "Imm64",
                          "Memory" or "Binary" */
  uint32_t reg;        /* Register, Reg; Memory: the base */
  uint8_t size;        /* Memory: bytes */
  uint8_t custom;      /* Binary "Custom": its number */
  uint8_t reserved[2]; /* 0 */
  uint64_t bits;       /* Immediate, Imm64; Memory: the offset */
  const char *op;      /* Binary: "Add", ..., "Custom" */
  const struct vmjit_operand *left; /* Binary */
  const struct vmjit_operand *right;
} vmjit_operand;

/* A field of an op with its value. This struct never grows. */
typedef struct vmjit_field {
  const char *name; /* as in JSON */
  vmjit_field_kind kind;
  uint32_t number; /* of the operator Custom; else 0 */
  union {
    uint64_t unsigned_value;
    int64_t signed_value;
    const char *text;
    const vmjit_mem_flags *flags;
    const vmjit_operand *operand;
  } value;
} vmjit_field;

static inline vmjit_field vmjit_unsigned_field(const char *name,
                                               uint64_t value) {
  vmjit_field field = {name, VMJIT_FIELD_Unsigned, 0, {value}};
  return field;
}

static inline vmjit_field vmjit_signed_field(const char *name, int64_t value) {
  vmjit_field field = {name, VMJIT_FIELD_Signed, 0, {0}};
  field.value.signed_value = value;
  return field;
}

static inline vmjit_field vmjit_bool_field(const char *name, int value) {
  vmjit_field field = {name, VMJIT_FIELD_Bool, 0, {value != 0}};
  return field;
}

static inline vmjit_field vmjit_text_field(const char *name,
                                           const char *value) {
  vmjit_field field = {name, VMJIT_FIELD_Text, 0, {0}};
  field.value.text = value;
  return field;
}

static inline vmjit_field vmjit_flags_field(const char *name,
                                            const vmjit_mem_flags *value) {
  vmjit_field field = {name, VMJIT_FIELD_Flags, 0, {0}};
  field.value.flags = value;
  return field;
}

static inline vmjit_field vmjit_operand_field(const char *name,
                                              const vmjit_operand *value) {
  vmjit_field field = {name, VMJIT_FIELD_Operand, 0, {0}};
  field.value.operand = value;
  return field;
}

/*===- Building
 * -------------------------------------------------------------===*/

/* A program in the making. A call that fails changes nothing, and the builder
   can still be used. */
typedef struct vmjit_builder vmjit_builder;

/* A hart-mode program without blocks. name may be null. */
VMJIT_C_API vmjit_error *vmjit_builder_create(const char *name,
                                              vmjit_builder **builder);
VMJIT_C_API void vmjit_builder_destroy(vmjit_builder *builder);

/* Which block is entered; the first one unless set. */
VMJIT_C_API vmjit_error *vmjit_builder_set_entry(vmjit_builder *builder,
                                                 uint64_t pc);
/* Whether X[0] is always 0, which it is unless set. */
VMJIT_C_API vmjit_error *vmjit_builder_set_zero_reg(vmjit_builder *builder,
                                                    int is_zero);
/* Makes it a kernel-mode program with these parameters; there may be none. */
VMJIT_C_API vmjit_error *vmjit_builder_set_params(vmjit_builder *builder,
                                                  const vmjit_param_type *types,
                                                  size_t count);
VMJIT_C_API vmjit_error *vmjit_builder_set_stack_bytes(vmjit_builder *builder,
                                                       uint64_t bytes);
VMJIT_C_API vmjit_error *vmjit_builder_set_shared_bytes(vmjit_builder *builder,
                                                        uint64_t bytes);
/* Data at a guest address. */
VMJIT_C_API vmjit_error *
vmjit_builder_add_segment(vmjit_builder *builder, uint64_t address,
                          int is_writable, const void *data, size_t size);

/* Adds a block and makes it the current one. Fails if there is one at pc. */
VMJIT_C_API vmjit_error *vmjit_builder_create_block(vmjit_builder *builder,
                                                    uint64_t pc);
/* Makes the current block one that only transfers which name it go to. Fails if
   there is none. */
VMJIT_C_API vmjit_error *vmjit_builder_set_inner(vmjit_builder *builder);
/* Makes the block at pc the current one. Fails if there is none. */
VMJIT_C_API vmjit_error *vmjit_builder_select_block(vmjit_builder *builder,
                                                    uint64_t pc);
/* Appends an op to the current block. All fields of the op must be there, in
   any order, each once. Fails if there is no such op, a field is missing,
   unknown, of the wrong kind or out of range, or the block has its terminator.
*/
VMJIT_C_API vmjit_error *vmjit_builder_append_op(vmjit_builder *builder,
                                                 const char *name,
                                                 const vmjit_field *fields,
                                                 size_t field_count);
/* Gives the current block its terminator, in the same way. Without one it ends
   in Fault. */
VMJIT_C_API vmjit_error *vmjit_builder_set_terminator(vmjit_builder *builder,
                                                      const char *name,
                                                      const vmjit_field *fields,
                                                      size_t field_count);
/* The program so far. Fails with InvalidProgram if it breaks a rule. */
VMJIT_C_API vmjit_error *vmjit_builder_build(const vmjit_builder *builder,
                                             vmjit_program **program);

/*===- The table of ops
 * -----------------------------------------------------===*/

typedef struct vmjit_op_info {
  size_t struct_size;
  const char *name;
  const char *family; /* "Terminator" for terminators */
  uint32_t number;    /* in OpSpec.md; 0 for terminators */
  uint32_t is_terminator;
  uint64_t field_count;
} vmjit_op_info;

/* Ops and terminators together, counted from 0. */
VMJIT_C_API size_t vmjit_get_op_count(void);
VMJIT_C_API vmjit_error *vmjit_get_op_info(size_t index, vmjit_op_info *info);
/* The name of a field and the kind of value that it takes; table_kind is the
   own ("XDst", "U64", "Opnd", ...); either may be null. */
VMJIT_C_API vmjit_error *vmjit_get_op_field(size_t index, size_t field,
                                            const char **name,
                                            const char **table_kind,
                                            vmjit_field_kind *kind);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* VMJIT_C_PROGRAM_H */
