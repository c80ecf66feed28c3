// Every folder and canonicalisation.
// RUN: vm-opt %s --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @identities
// CHECK-SAME: (%[[A:.*]]: i64)
// CHECK-NEXT: return %[[A]], %[[A]], %[[A]], %[[A]], %[[A]], %[[A]], %[[A]], %[[A]], %[[A]], %[[A]], %[[A]] :
func.func @identities(%a: i64) -> (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) {
  %0 = vm.constant 0 : i64
  %1 = vm.constant 1 : i64
  %ones = vm.constant -1 : i64
  %add = vm.add %a, %0 : i64
  %sub = vm.sub %a, %0 : i64
  %mul = vm.mul %a, %1 : i64
  %and = vm.and %a, %ones : i64
  %and2 = vm.and %a, %a : i64
  %or = vm.or %a, %0 : i64
  %or2 = vm.or %a, %a : i64
  %xor = vm.xor %a, %0 : i64
  %div = vm.div signed %a, %1 : i64
  %rem = vm.rem %a, %0 : i64
  %not = vm.not %a : i64
  %not2 = vm.not %not : i64
  return %add, %sub, %mul, %and, %and2, %or, %or2, %xor, %div, %rem, %not2 : i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64
}

// -----

// CHECK-LABEL: func.func @absorbed
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[ONES:.*]] = vm.constant -1 : i64
// CHECK: return %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[ONES]], %[[ZERO]], %[[ZERO]] :
func.func @absorbed(%a: i64) -> (i64, i64, i64, i64, i64, i64) {
  %0 = vm.constant 0 : i64
  %1 = vm.constant 1 : i64
  %ones = vm.constant -1 : i64
  %sub = vm.sub %a, %a : i64
  %mul = vm.mul %a, %0 : i64
  %and = vm.and %a, %0 : i64
  %or = vm.or %a, %ones : i64
  %xor = vm.xor %a, %a : i64
  %rem = vm.rem signed %a, %1 : i64
  return %sub, %mul, %and, %or, %xor, %rem : i64, i64, i64, i64, i64, i64
}

// -----

// CHECK-LABEL: func.func @constants
// CHECK-DAG: %[[ADD:.*]] = vm.constant 17 : i64
// CHECK-DAG: %[[SUB:.*]] = vm.constant 7 : i64
// CHECK-DAG: %[[MUL:.*]] = vm.constant 60 : i64
// CHECK-DAG: %[[AND:.*]] = vm.constant 4 : i64
// CHECK-DAG: %[[OR:.*]] = vm.constant 13 : i64
// CHECK-DAG: %[[XOR:.*]] = vm.constant 9 : i64
// CHECK-DAG: %[[NOT:.*]] = vm.constant -13 : i64
// CHECK: return %[[ADD]], %[[SUB]], %[[MUL]], %[[AND]], %[[OR]], %[[XOR]], %[[NOT]] :
func.func @constants() -> (i64, i64, i64, i64, i64, i64, i64) {
  %12 = vm.constant 12 : i64
  %5 = vm.constant 5 : i64
  %add = vm.add %12, %5 : i64
  %sub = vm.sub %12, %5 : i64
  %mul = vm.mul %12, %5 : i64
  %and = vm.and %12, %5 : i64
  %or = vm.or %12, %5 : i64
  %xor = vm.xor %12, %5 : i64
  %not = vm.not %12 : i64
  return %add, %sub, %mul, %and, %or, %xor, %not : i64, i64, i64, i64, i64, i64, i64
}

// -----

// Division is defined for every pair of operands.

// CHECK-LABEL: func.func @division
// CHECK-DAG: %[[ONES:.*]] = vm.constant -1 : i64
// CHECK-DAG: %[[MIN:.*]] = vm.constant -9223372036854775808 : i64
// CHECK-DAG: %[[MINUS_TWO:.*]] = vm.constant -2 : i64
// CHECK-DAG: %[[BIG:.*]] = vm.constant 9223372036854775804 : i64
// CHECK: return %[[ONES]], %[[ONES]], %[[MIN]], %[[MINUS_TWO]], %[[BIG]] :
func.func @division() -> (i64, i64, i64, i64, i64) {
  %0 = vm.constant 0 : i64
  %ones = vm.constant -1 : i64
  %min = vm.constant -9223372036854775808 : i64
  %7 = vm.constant -7 : i64
  %3 = vm.constant 3 : i64
  %2 = vm.constant 2 : i64
  %by_zero = vm.div signed %7, %0 : i64
  %by_zero_unsigned = vm.div %7, %0 : i64
  %overflow = vm.div signed %min, %ones : i64
  %truncated = vm.div signed %7, %3 : i64
  %unsigned = vm.div %7, %2 : i64
  return %by_zero, %by_zero_unsigned, %overflow, %truncated, %unsigned : i64, i64, i64, i64, i64
}

// -----

// CHECK-LABEL: func.func @remainder
// CHECK-DAG: %[[MINUS_SEVEN:.*]] = vm.constant -7 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[MINUS_ONE:.*]] = vm.constant -1 : i64
// CHECK-DAG: %[[ONE:.*]] = vm.constant 1 : i64
// CHECK: return %[[MINUS_SEVEN]], %[[ZERO]], %[[MINUS_ONE]], %[[ONE]] :
func.func @remainder() -> (i64, i64, i64, i64) {
  %0 = vm.constant 0 : i64
  %ones = vm.constant -1 : i64
  %min = vm.constant -9223372036854775808 : i64
  %7 = vm.constant -7 : i64
  %2 = vm.constant 2 : i64
  %by_zero = vm.rem %7, %0 : i64
  %overflow = vm.rem signed %min, %ones : i64
  %signed = vm.rem signed %7, %2 : i64
  %unsigned = vm.rem %7, %2 : i64
  return %by_zero, %overflow, %signed, %unsigned : i64, i64, i64, i64
}

// -----

// Amounts count modulo the width.

// CHECK-LABEL: func.func @shifts
// CHECK-SAME: (%[[A:.*]]: i64, %[[B:.*]]: i32)
// CHECK-DAG: %[[SHL:.*]] = vm.constant -32 : i64
// CHECK-DAG: %[[SHRU:.*]] = vm.constant 9223372036854775800 : i64
// CHECK-DAG: %[[SHRS:.*]] = vm.constant -8 : i64
// CHECK: return %[[A]], %[[A]], %[[A]], %[[B]], %[[SHL]], %[[SHRU]], %[[SHRS]] :
func.func @shifts(%a: i64, %b: i32) -> (i64, i64, i64, i32, i64, i64, i64) {
  %64 = vm.constant 64 : i64
  %32 = vm.constant 32 : i32
  %shl_none = vm.shl %a, %64 : i64
  %shru_none = vm.shru %a, %64 : i64
  %shrs_none = vm.shrs %a, %64 : i64
  %shl_none32 = vm.shl %b, %32 : i32
  %16 = vm.constant -16 : i64
  %65 = vm.constant 65 : i64
  %shl = vm.shl %16, %65 : i64
  %shru = vm.shru %16, %65 : i64
  %shrs = vm.shrs %16, %65 : i64
  return %shl_none, %shru_none, %shrs_none, %shl_none32, %shl, %shru, %shrs : i64, i64, i64, i32, i64, i64, i64
}

// -----

// CHECK-LABEL: func.func @compare_constants
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[ONE:.*]] = vm.constant 1 : i64
// CHECK: return %[[ZERO]], %[[ONE]], %[[ONE]], %[[ZERO]], %[[ZERO]], %[[ONE]] :
func.func @compare_constants() -> (i64, i64, i64, i64, i64, i64) {
  %minus = vm.constant -1 : i64
  %1 = vm.constant 1 : i64
  %eq = vm.cmp eq, %minus, %1 : i64
  %ne = vm.cmp ne, %minus, %1 : i64
  %lt = vm.cmp lt, %minus, %1 : i64
  %ltu = vm.cmp ltu, %minus, %1 : i64
  %ge = vm.cmp ge, %minus, %1 : i64
  %geu = vm.cmp geu, %minus, %1 : i64
  return %eq, %ne, %lt, %ltu, %ge, %geu : i64, i64, i64, i64, i64, i64
}

// -----

// CHECK-LABEL: func.func @compare_same
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[ONE:.*]] = vm.constant 1 : i64
// CHECK: return %[[ONE]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[ONE]], %[[ONE]] :
func.func @compare_same(%a: i64) -> (i64, i64, i64, i64, i64, i64) {
  %eq = vm.cmp eq, %a, %a : i64
  %ne = vm.cmp ne, %a, %a : i64
  %lt = vm.cmp lt, %a, %a : i64
  %ltu = vm.cmp ltu, %a, %a : i64
  %ge = vm.cmp ge, %a, %a : i64
  %geu = vm.cmp geu, %a, %a : i64
  return %eq, %ne, %lt, %ltu, %ge, %geu : i64, i64, i64, i64, i64, i64
}

// -----

// CHECK-LABEL: func.func @select
// CHECK-SAME: (%[[C:.*]]: i64, %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK-NEXT: return %[[A]], %[[A]], %[[B]] :
func.func @select(%c: i64, %a: i64, %b: i64) -> (i64, i64, i64) {
  %0 = vm.constant 0 : i64
  %2 = vm.constant 2 : i64
  %same = vm.select %c, %a, %a : i64
  %true = vm.select %2, %a, %b : i64
  %false = vm.select %0, %a, %b : i64
  return %same, %true, %false : i64, i64, i64
}

// -----

// An address becomes a base and one offset.

// CHECK-LABEL: func.func @offsets
// CHECK-SAME: (%[[A:.*]]: i64)
// CHECK-NEXT: %[[OFFSET:.*]] = vm.constant 9 : i64
// CHECK-NEXT: %[[SUM:.*]] = vm.add %[[A]], %[[OFFSET]] : i64
// CHECK-NEXT: return %[[SUM]] : i64
func.func @offsets(%a: i64) -> i64 {
  %4 = vm.constant 4 : i64
  %8 = vm.constant 8 : i64
  %3 = vm.constant 3 : i64
  %0 = vm.add %4, %a : i64
  %1 = vm.add %0, %8 : i64
  %2 = vm.sub %1, %3 : i64
  return %2 : i64
}

// -----

// CHECK-LABEL: func.func @boxes
// CHECK-SAME: (%[[S:.*]]: f32)
// CHECK-DAG: %[[NAN:.*]] = vm.constant 0x7FC00000 : f32
// CHECK-DAG: %[[ONE:.*]] = vm.constant 1.000000e+00 : f32
// CHECK-DAG: %[[BITS:.*]] = arith.bitcast %[[S]] : f32 to i32
// CHECK: return %[[S]], %[[ONE]], %[[NAN]], %[[BITS]] :
func.func @boxes(%s: f32) -> (f32, f32, f32, i32) {
  %box = vm.box %s
  %unbox = vm.unbox %box
  %boxed = vm.constant -3229614080 : i64
  %one = vm.unbox %boxed
  %unboxed = vm.constant 1065353216 : i64
  %nan = vm.unbox %unboxed
  %low = arith.trunci %box : i64 to i32
  return %unbox, %one, %nan, %low : f32, f32, f32, i32
}

// -----

// CHECK-LABEL: func.func @pointer
// CHECK-SAME: (%[[P:.*]]: !vm.ptr<global>)
// CHECK-NEXT: return %[[P]] :
func.func @pointer(%p: !vm.ptr<global>) -> !vm.ptr<global> {
  %0 = vm.constant 0 : i64
  %q = vm.ptr.add %p, %0 : !vm.ptr<global>
  return %q : !vm.ptr<global>
}
