/*===- ProgramTest.c - Programs, read and built -------------------*- C -*-===*\
 *
 * Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
\*===----------------------------------------------------------------------===*/

#include "Check.h"

#include <stdlib.h>
#include <string.h>

void test_programs(void) {
  vmjit_program *program = make_vecadd();
  vmjit_program *again = NULL;
  vmjit_program_info info = {0};
  vmjit_program_info other = {0};
  vmjit_param_type type = 0;
  vmjit_blob *json;
  static const char bad[] = "{\"start_pc\":0,\"ops\":[{\"SllImm\":{\"dst\":1,"
                            "\"src\":1,\"sh\":64}}],\"term\":\"Ret\"}";

  info.struct_size = other.struct_size = sizeof info;
  CHECK_OK(vmjit_program_get_info(program, &info));
  CHECK_TEXT(info.name, "vecadd");
  CHECK(info.entry == 65536);
  CHECK(info.block_count == 3);
  CHECK(info.has_params == 1 && info.param_count == 4);
  CHECK(info.stack_bytes == 0 && info.shared_bytes == 0);
  CHECK_OK(vmjit_program_get_param_type(program, 0, &type));
  CHECK(type == VMJIT_PARAM_Buffer);
  CHECK_OK(vmjit_program_get_param_type(program, 3, &type));
  CHECK(type == VMJIT_PARAM_I32);
  CHECK_INVALID(vmjit_program_get_param_type(program, 4, &type), "parameter");
  CHECK_INVALID(vmjit_program_get_param_type(program, 0, NULL), "null");
  CHECK_INVALID(vmjit_program_get_param_type(NULL, 0, &type), "null");
  CHECK_INVALID(vmjit_program_get_info(NULL, &info), "program is null");
  CHECK_INVALID(vmjit_program_get_info(program, NULL), "info is null");

  CHECK_OK(vmjit_program_write(program, &json));
  CHECK(vmjit_blob_get_size(json) == strlen(vmjit_blob_get_data(json)));
  CHECK_OK(vmjit_program_parse(vmjit_blob_get_data(json),
                               vmjit_blob_get_size(json), &again));
  CHECK_OK(vmjit_program_get_info(again, &other));
  CHECK(memcmp(info.digest, other.digest, VMJIT_DIGEST_BYTES) == 0);
  vmjit_program_destroy(again);
  vmjit_blob_destroy(json);
  CHECK_INVALID(vmjit_program_write(NULL, &json), "program is null");
  CHECK(json == NULL);
  CHECK_INVALID(vmjit_program_write(program, NULL), "json is null");

  CHECK_INVALID(vmjit_program_parse(NULL, 1, &again), "text is null");
  CHECK_INVALID(vmjit_program_parse("[]", 2, NULL), "program is null");
  CHECK_FAILS(vmjit_program_parse(NULL, 0, &again), ParseError, "");
  CHECK_FAILS(vmjit_program_parse(bad, sizeof bad - 1, &again), InvalidProgram,
              "SllImm");
  {
    uint64_t block = 9, op = 9;
    vmjit_error *error = vmjit_program_parse(bad, sizeof bad - 1, &again);
    CHECK(vmjit_error_get_place(error, &block, &op) == 1);
    CHECK(block == 0 && op == 0);
    CHECK(vmjit_error_get_place(error, NULL, NULL) == 1);
    vmjit_error_destroy(error);
    error = vmjit_program_parse(NULL, 0, &again);
    CHECK(vmjit_error_get_place(error, &block, &op) == 0);
    vmjit_error_destroy(error);
  }
  CHECK_INVALID(vmjit_program_parse("x", SIZE_MAX, &again), "large");
  vmjit_program_destroy(program);
  vmjit_program_destroy(NULL);
}

static void check_json(const vmjit_builder *builder, const char *expected) {
  vmjit_program *program;
  vmjit_blob *json = NULL;
  CHECK_OK(vmjit_builder_build(builder, &program));
  CHECK_OK(vmjit_program_write(program, &json));
  CHECK_TEXT(vmjit_blob_get_data(json), expected);
  vmjit_blob_destroy(json);
  vmjit_program_destroy(program);
}

static void test_builder_misuse(vmjit_builder *builder) {
  vmjit_param_type bad_type = 6;
  vmjit_field field = vmjit_unsigned_field("target", 0x1000);
  CHECK_INVALID(vmjit_builder_create("x", NULL), "builder is null");
  CHECK_INVALID(vmjit_builder_set_entry(NULL, 0), "builder is null");
  CHECK_INVALID(vmjit_builder_set_zero_reg(NULL, 0), "builder is null");
  CHECK_INVALID(vmjit_builder_set_params(NULL, NULL, 0), "builder is null");
  CHECK_INVALID(vmjit_builder_set_params(builder, NULL, 1), "types is null");
  CHECK_INVALID(vmjit_builder_set_params(builder, &bad_type, 257), "256");
  CHECK_INVALID(vmjit_builder_set_params(builder, &bad_type, 1), "no type");
  CHECK_INVALID(vmjit_builder_set_stack_bytes(NULL, 0), "builder is null");
  CHECK_INVALID(vmjit_builder_set_shared_bytes(NULL, 0), "builder is null");
  CHECK_INVALID(vmjit_builder_add_segment(NULL, 0, 0, "", 1), "null");
  CHECK_INVALID(vmjit_builder_add_segment(builder, 0, 0, NULL, 1), "null");
  CHECK_INVALID(vmjit_builder_add_segment(builder, 0, 0, "", 1u << 29),
                "256 MiB");
  CHECK_INVALID(vmjit_builder_create_block(NULL, 0), "builder is null");
  CHECK_INVALID(vmjit_builder_create_block(builder, 0x1000), "already");
  CHECK_INVALID(vmjit_builder_set_inner(NULL), "builder is null");
  CHECK_INVALID(vmjit_builder_select_block(NULL, 0), "builder is null");
  CHECK_INVALID(vmjit_builder_select_block(builder, 1), "no block at 0x1");
  CHECK_INVALID(vmjit_builder_append_op(NULL, "Nop", NULL, 0), "null");
  CHECK_INVALID(vmjit_builder_append_op(builder, NULL, NULL, 0), "null");
  CHECK_INVALID(vmjit_builder_append_op(builder, "Add", NULL, 3), "null");
  CHECK_INVALID(vmjit_builder_append_op(builder, "Nop", NULL, 0),
                "has its terminator");
  CHECK_INVALID(vmjit_builder_set_terminator(NULL, "Ret", NULL, 0), "null");
  CHECK_INVALID(vmjit_builder_set_terminator(builder, "Jmp", &field, 1),
                "has its terminator");
  CHECK_INVALID(vmjit_builder_build(builder, NULL), "program is null");
}

static void test_field_errors(vmjit_builder *builder) {
  vmjit_field fields[3];
  fields[0] = vmjit_unsigned_field("dst", 1);
  fields[1] = vmjit_unsigned_field("src", 2);
  fields[2] = vmjit_signed_field("imm", 3);
  CHECK_INVALID(vmjit_builder_append_op(builder, "Nonesuch", NULL, 0),
                "no op 'Nonesuch'");
  CHECK_INVALID(vmjit_builder_append_op(builder, "Ret", NULL, 0), "no op");
  CHECK_INVALID(vmjit_builder_set_terminator(builder, "Nop", NULL, 0),
                "no terminator 'Nop'");
  CHECK_INVALID(vmjit_builder_append_op(builder, "AddImm", fields, 2),
                "AddImm.imm: missing");
  CHECK_INVALID(vmjit_builder_append_op(builder, "Nop", fields, 1),
                "Nop.dst: there is no such field");
  fields[1].name = "dst";
  CHECK_INVALID(vmjit_builder_append_op(builder, "AddImm", fields, 3),
                "AddImm.dst: given twice");
  fields[1].name = NULL;
  CHECK_INVALID(vmjit_builder_append_op(builder, "AddImm", fields, 3),
                "missing");
  fields[1] = vmjit_signed_field("src", 2);
  CHECK_INVALID(vmjit_builder_append_op(builder, "AddImm", fields, 3),
                "AddImm.src: is of kind 2, not 3");
  fields[1] = vmjit_unsigned_field("src", UINT64_C(1) << 32);
  CHECK_INVALID(vmjit_builder_append_op(builder, "AddImm", fields, 3),
                "out of range");
  fields[1] = vmjit_unsigned_field("src", 2);
  fields[1].number = 1;
  CHECK_INVALID(vmjit_builder_append_op(builder, "AddImm", fields, 3),
                "number must be 0");
  fields[0] = vmjit_text_field("order", "Sometimes");
  fields[1] = vmjit_text_field("scope", "device");
  CHECK_INVALID(vmjit_builder_append_op(builder, "Fence", fields, 2),
                "'Sometimes' is no name");
  fields[0] = vmjit_text_field("order", NULL);
  CHECK_INVALID(vmjit_builder_append_op(builder, "Fence", fields, 2),
                "Fence.order: is null");
}

void test_builders(void) {
  static const vmjit_param_type types[] = {VMJIT_PARAM_I32, VMJIT_PARAM_I64,
                                           VMJIT_PARAM_F32, VMJIT_PARAM_F64,
                                           VMJIT_PARAM_Buffer};
  vmjit_program *program;
  vmjit_builder *builder;
  vmjit_field field = vmjit_unsigned_field("target", 0x1000);
  CHECK_OK(vmjit_builder_create("built", &builder));
  CHECK_INVALID(vmjit_builder_append_op(builder, "Nop", NULL, 0),
                "no current block");
  CHECK_FAILS(vmjit_builder_build(builder, &program), InvalidProgram, "");
  CHECK(program == NULL);

  CHECK_OK(vmjit_builder_create_block(builder, 0x1000));
  test_field_errors(builder);
  CHECK_OK(vmjit_builder_append_op(builder, "Nop", NULL, 0));
  CHECK_OK(vmjit_builder_create_block(builder, UINT64_MAX - 3));
  CHECK_OK(vmjit_builder_set_terminator(builder, "Jmp", &field, 1));
  CHECK_OK(vmjit_builder_select_block(builder, 0x1000));
  CHECK_OK(vmjit_builder_set_inner(builder));
  CHECK_OK(vmjit_builder_set_terminator(builder, "Ret", NULL, 0));
  test_builder_misuse(builder);
  CHECK_OK(vmjit_builder_set_entry(builder, UINT64_MAX - 3));
  CHECK_OK(vmjit_builder_set_zero_reg(builder, 0));
  CHECK_OK(vmjit_builder_set_params(builder, types, 5));
  CHECK_OK(vmjit_builder_set_stack_bytes(builder, 64));
  CHECK_OK(vmjit_builder_set_shared_bytes(builder, 128));
  CHECK_OK(vmjit_builder_add_segment(builder, 0x2000, 1, "ab", 2));
  check_json(builder,
             "{\"name\":\"built\",\"entry\":18446744073709551612,"
             "\"zero_reg\":false,\"params\":[{\"type\":\"i32\"},"
             "{\"type\":\"i64\"},{\"type\":\"f32\"},{\"type\":\"f64\"},"
             "{\"type\":\"buffer\"}],\"stack_bytes\":64,"
             "\"shared_bytes\":128,\"segments\":[{\"addr\":8192,"
             "\"writable\":true,\"bytes\":\"6162\"}],\"blocks\":["
             "{\"start_pc\":4096,\"inner\":true,\"ops\":[\"Nop\"],"
             "\"term\":\"Ret\"},"
             "{\"start_pc\":18446744073709551612,\"ops\":[],"
             "\"term\":{\"Jmp\":{\"target\":4096}}}]}");
  CHECK_OK(vmjit_builder_set_stack_bytes(builder, UINT64_MAX));
  CHECK_FAILS(vmjit_builder_build(builder, &program), InvalidProgram, "stack");
  vmjit_builder_destroy(builder);
  vmjit_builder_destroy(NULL);
}

/* The fields that take only some of what their kind does. */
static const struct {
  const char *name;
  uint64_t number;
  const char *text;
} particular_fields[] = {{"bits", 8, NULL},        {"format", 32, NULL},
                         {"width", 64, NULL},      {"operation", 0, "add"},
                         {"comparison", 0, "eq"},  {"rounding", 0, "rne"}};

/* A value of the kind that the field takes. */
static vmjit_field make_field(const char *name, const char *table_kind,
                              vmjit_field_kind kind,
                              const vmjit_mem_flags *flags,
                              const vmjit_operand *operand) {
  vmjit_field field = vmjit_unsigned_field(name, 1);
  size_t i;
  field.kind = kind;
  if (kind == VMJIT_FIELD_Text)
    field.value.text = strcmp(table_kind, "Order") == 0 ? "SeqCst"
                       : strcmp(table_kind, "Rmw") == 0 ? "Add"
                                                        : "device";
  else if (kind == VMJIT_FIELD_Operator)
    field.value.text = "Add";
  else if (kind == VMJIT_FIELD_Flags)
    field.value.flags = flags;
  else if (kind == VMJIT_FIELD_Operand)
    field.value.operand = operand;
  for (i = 0; i < sizeof particular_fields / sizeof *particular_fields; ++i) {
    if (strcmp(particular_fields[i].name, name) != 0)
      continue;
    if (kind == VMJIT_FIELD_Text && particular_fields[i].text)
      field.value.text = particular_fields[i].text;
    else if (kind == VMJIT_FIELD_Unsigned && particular_fields[i].number)
      field.value.unsigned_value = particular_fields[i].number;
  }
  return field;
}

/* Every op and every terminator of the table can be built from what the table
   says of its fields, and is read again as it was. */
void test_every_op(void) {
  vmjit_mem_flags flags = {0};
  vmjit_operand operand = {0};
  vmjit_op_info info = {0};
  size_t terminators = 0;
  size_t index;
  flags.struct_size = sizeof flags;
  operand.struct_size = sizeof operand;
  operand.kind = "Register";
  operand.reg = 1;
  info.struct_size = sizeof info;
  CHECK(vmjit_get_op_count() > 100);
  for (index = 0; index < vmjit_get_op_count(); ++index) {
    vmjit_field fields[16];
    vmjit_builder *builder;
    vmjit_program *program = NULL;
    vmjit_program *again = NULL;
    vmjit_blob *json = NULL;
    uint64_t i;
    CHECK_OK(vmjit_get_op_info(index, &info));
    CHECK(info.field_count <= 16);
    for (i = 0; i < info.field_count; ++i) {
      const char *name, *table_kind;
      vmjit_field_kind kind;
      CHECK_OK(vmjit_get_op_field(index, i, &name, &table_kind, &kind));
      fields[i] = make_field(name, table_kind, kind, &flags, &operand);
    }
    CHECK_OK(vmjit_builder_create(NULL, &builder));
    CHECK_OK(vmjit_builder_create_block(builder, 0x1000));
    if (info.is_terminator) {
      ++terminators;
      CHECK(info.number == 0);
      CHECK_TEXT(info.family, "Terminator");
      CHECK_OK(vmjit_builder_set_terminator(builder, info.name, fields,
                                            info.field_count));
    } else {
      CHECK(info.number == index + 1);
      CHECK_OK(vmjit_builder_append_op(builder, info.name, fields,
                                       info.field_count));
    }
    CHECK_OK(vmjit_builder_build(builder, &program));
    CHECK_OK(vmjit_program_write(program, &json));
    CHECK(strstr(vmjit_blob_get_data(json), info.name) != NULL);
    CHECK_OK(vmjit_program_parse(vmjit_blob_get_data(json),
                                 vmjit_blob_get_size(json), &again));
    vmjit_blob_destroy(json);
    vmjit_program_destroy(program);
    vmjit_program_destroy(again);
    vmjit_builder_destroy(builder);
  }
  CHECK(terminators == 7);
  CHECK_INVALID(vmjit_get_op_info(index, &info), "no op of that index");
  CHECK_INVALID(vmjit_get_op_info(0, NULL), "info is null");
  CHECK_INVALID(vmjit_get_op_field(index, 0, NULL, NULL, NULL), "no op");
  CHECK_INVALID(vmjit_get_op_field(0, 0, NULL, NULL, NULL), "no field");
  CHECK_OK(vmjit_get_op_field(1, 0, NULL, NULL, NULL));
}

static void append_binary(vmjit_builder *builder, const vmjit_operand *operand,
                          const char *part) {
  vmjit_field fields[4];
  vmjit_error *error;
  fields[0] = vmjit_text_field("op", "Custom");
  fields[0].kind = VMJIT_FIELD_Operator;
  fields[0].number = 7;
  fields[1] = vmjit_unsigned_field("dest", 4);
  fields[2] = vmjit_operand_field("src1", operand);
  fields[3] = fields[2];
  fields[3].name = "src2";
  error = vmjit_builder_append_op(builder, "BinaryOp", fields, 4);
  if (part)
    CHECK_INVALID(error, part);
  else
    CHECK_OK(error);
}

void test_operands(void) {
  vmjit_operand leaf = {0}, memory = {0}, binary = {0};
  vmjit_mem_flags flags = {0};
  vmjit_field fields[5];
  vmjit_builder *builder;
  CHECK_OK(vmjit_builder_create("operands", &builder));
  CHECK_OK(vmjit_builder_create_block(builder, 0x1000));
  leaf.struct_size = sizeof leaf;
  leaf.kind = "Immediate";
  leaf.bits = (uint64_t)-5;
  memory.struct_size = sizeof memory;
  memory.kind = "Memory";
  memory.reg = 3;
  memory.bits = 16;
  memory.size = 4;
  binary.struct_size = sizeof binary;
  binary.kind = "Binary";
  binary.op = "Custom";
  binary.custom = 9;
  binary.left = &leaf;
  binary.right = &memory;
  append_binary(builder, &binary, NULL);

  binary.right = &binary;
  append_binary(builder, &binary, "nest too deep");
  binary.left = &binary;
  append_binary(builder, &binary, "nest too deep");
  binary.right = NULL;
  binary.left = &leaf;
  append_binary(builder, &binary, "null");
  append_binary(builder, NULL, "null");
  leaf.kind = "Nonesuch";
  append_binary(builder, &leaf, "'Nonesuch' is no name");
  leaf.kind = "None";
  leaf.reserved[1] = 1;
  append_binary(builder, &leaf, "reserved");
  leaf.reserved[1] = 0;
  leaf.struct_size = 1;
  append_binary(builder, &leaf, "struct_size");
  binary.op = "Add";
  binary.custom = 1;
  append_binary(builder, &binary, "out of range");

  flags.struct_size = sizeof flags;
  flags.order = "Acquire";
  flags.is_volatile = flags.atomic = flags.fence_before = flags.fence_after = 1;
  flags.align = 8;
  fields[0] = vmjit_unsigned_field("dst", 1);
  fields[1] = vmjit_unsigned_field("base", 2);
  fields[2] = vmjit_signed_field("offset", -8);
  fields[3] = vmjit_unsigned_field("size", 8);
  fields[4] = vmjit_flags_field("flags", &flags);
  CHECK_OK(vmjit_builder_append_op(builder, "Load", fields, 5));
  flags.atomic = 2;
  CHECK_INVALID(vmjit_builder_append_op(builder, "Load", fields, 5), "0 nor 1");
  flags.atomic = 1;
  flags.order = "acquire";
  CHECK_INVALID(vmjit_builder_append_op(builder, "Load", fields, 5), "no name");
  flags.order = NULL;
  flags.reserved[0] = 1;
  CHECK_INVALID(vmjit_builder_append_op(builder, "Load", fields, 5),
                "reserved");
  fields[4] = vmjit_flags_field("flags", NULL);
  CHECK_INVALID(vmjit_builder_append_op(builder, "Load", fields, 5), "null");
  fields[0] = vmjit_bool_field("signed", 1);
  fields[0].value.unsigned_value = 2;
  fields[1] = vmjit_unsigned_field("dst", 2);
  fields[2] = vmjit_unsigned_field("src1", 2);
  fields[3] = vmjit_unsigned_field("src2", 2);
  CHECK_INVALID(vmjit_builder_append_op(builder, "Div", fields, 4), "0 nor 1");
  fields[0] = vmjit_unsigned_field("vaddr", 0);
  fields[0].kind = VMJIT_FIELD_None;
  CHECK_OK(vmjit_builder_append_op(builder, "TlbFlush", fields, 1));
  CHECK_OK(vmjit_builder_set_terminator(builder, "Ret", NULL, 0));
  check_json(
      builder,
      "{\"name\":\"operands\",\"entry\":4096,\"blocks\":[{\"start_pc\":4096,"
      "\"ops\":[{\"BinaryOp\":{\"op\":{\"Custom\":7},\"dest\":4,"
      "\"src1\":{\"Binary\":{\"op\":{\"Custom\":9},"
      "\"left\":{\"Immediate\":-5},"
      "\"right\":{\"Memory\":{\"base\":3,\"offset\":16,\"size\":4}}}},"
      "\"src2\":{\"Binary\":{\"op\":{\"Custom\":9},"
      "\"left\":{\"Immediate\":-5},"
      "\"right\":{\"Memory\":{\"base\":3,\"offset\":16,\"size\":4}}}}}},"
      "{\"Load\":{\"dst\":1,\"base\":2,\"offset\":-8,\"size\":8,"
      "\"flags\":{\"volatile\":true,\"atomic\":true,\"align\":8,"
      "\"fence_before\":true,\"fence_after\":true,\"order\":\"Acquire\"}}},"
      "{\"TlbFlush\":{\"vaddr\":null}}],\"term\":\"Ret\"}]}");
  vmjit_builder_destroy(builder);
}

/* The struct of a caller that is newer than the library. */
struct newer_info {
  vmjit_program_info known;
  uint64_t added;
};

struct newer_options {
  vmjit_context_options known;
  uint64_t added;
};

void test_struct_sizes(void) {
  vmjit_program *program = make_twice();
  struct newer_info info;
  struct newer_options options;
  vmjit_context *context;
  memset(&info, 0x55, sizeof info);

  /* Too small: an error, and untouched. */
  info.known.struct_size = sizeof(size_t);
  CHECK_INVALID(vmjit_program_get_info(program, &info.known), "struct_size");
  CHECK(info.known.block_count == UINT64_C(0x5555555555555555));
  info.known.struct_size = 0;
  CHECK_INVALID(vmjit_program_get_info(program, &info.known), "struct_size");
  info.known.struct_size = 4097;
  CHECK_INVALID(vmjit_program_get_info(program, &info.known), "struct_size");

  /* Larger: what is not known is 0, and nothing beyond it is written. */
  info.known.struct_size = sizeof info;
  CHECK_OK(vmjit_program_get_info(program, &info.known));
  CHECK(info.known.struct_size == sizeof info);
  CHECK(info.known.block_count == 1);
  CHECK(info.added == 0);
  memset(&info, 0x55, sizeof info);
  info.known.struct_size = sizeof info.known;
  CHECK_OK(vmjit_program_get_info(program, &info.known));
  CHECK(info.added == UINT64_C(0x5555555555555555));
  vmjit_program_destroy(program);

  /* In what is passed in, the rest must be 0. */
  memset(&options, 0, sizeof options);
  options.known.struct_size = sizeof options;
  options.known.disk_cache = VMJIT_OFF;
  CHECK_OK(vmjit_context_create(&options.known, &context));
  vmjit_context_destroy(context);
  options.added = 1;
  CHECK_FAILS(vmjit_context_create(&options.known, &context), Unsupported,
              "does not know");
  options.known.struct_size = sizeof options.known - 8;
  CHECK_INVALID(vmjit_context_create(&options.known, &context), "struct_size");
}
