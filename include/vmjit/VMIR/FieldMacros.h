//===- FieldMacros.h - Field lists of the table as C++ lists ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Opcodes.def lists the fields of an op without separators. An includer that
// defines
//
//   #define VMIR_FIELD(Kind, member, json) (field::Kind::Type, member)
//
// can turn that list into a comma-separated one: VMIR_PARAMETERS(Fields) is
// "Type member, Type member" and VMIR_MEMBERS(Fields) passes them on. Two
// macros take turns in consuming the parenthesised pairs, since a macro does
// not expand within itself; the one left over is pasted with _END and vanishes.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_FIELDMACROS_H
#define VMJIT_VMIR_FIELDMACROS_H

#define VMIR_PARAMETERS(Fields) VMIR_FINISH_LIST(VMIR_FIRST_PARAMETER Fields)
#define VMIR_FIRST_PARAMETER(Type, member) Type member VMIR_EVEN_PARAMETER
#define VMIR_EVEN_PARAMETER(Type, member) , Type member VMIR_ODD_PARAMETER
#define VMIR_ODD_PARAMETER(Type, member) , Type member VMIR_EVEN_PARAMETER
#define VMIR_FIRST_PARAMETER_END
#define VMIR_EVEN_PARAMETER_END
#define VMIR_ODD_PARAMETER_END

#define VMIR_MEMBERS(Fields) VMIR_FINISH_LIST(VMIR_FIRST_MEMBER Fields)
#define VMIR_FIRST_MEMBER(Type, member) std::move(member) VMIR_EVEN_MEMBER
#define VMIR_EVEN_MEMBER(Type, member) , std::move(member) VMIR_ODD_MEMBER
#define VMIR_ODD_MEMBER(Type, member) , std::move(member) VMIR_EVEN_MEMBER
#define VMIR_FIRST_MEMBER_END
#define VMIR_EVEN_MEMBER_END
#define VMIR_ODD_MEMBER_END

#define VMIR_FINISH_LIST(...) VMIR_FINISH_LIST_EXPANDED(__VA_ARGS__)
#define VMIR_FINISH_LIST_EXPANDED(...) __VA_ARGS__##_END

#endif // VMJIT_VMIR_FIELDMACROS_H
