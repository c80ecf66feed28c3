// RUN: vm-opt %s --convert-vm-to-arith | FileCheck %s

// CHECK-LABEL: func.func @wrapping
// CHECK: %[[L:.*]] = llvm.bitcast %{{.*}} : i64 to vector<4xi16>
// CHECK: %[[R:.*]] = llvm.bitcast %{{.*}} : i64 to vector<4xi16>
// CHECK: %[[S:.*]] = arith.subi %[[L]], %[[R]] : vector<4xi16>
// CHECK: llvm.bitcast %[[S]] : vector<4xi16> to i64
func.func @wrapping(%a: i64, %b: i64) -> i64 {
  %r = vm.vec.binary sub, %a, %b lanes 2
  return %r : i64
}

// One lane of 64 bits is a plain integer.
// CHECK-LABEL: func.func @one_lane
// CHECK-NOT: vector
// CHECK: arith.muli %{{.*}}, %{{.*}} : i64
func.func @one_lane(%a: i64, %b: i64) -> i64 {
  %r = vm.vec.binary mul, %a, %b lanes 8
  return %r : i64
}

// CHECK-LABEL: func.func @saturating
// CHECK: llvm.intr.uadd.sat(%{{.*}}, %{{.*}}) : (vector<8xi8>, vector<8xi8>) -> vector<8xi8>
func.func @saturating(%a: i64, %b: i64) -> i64 {
  %r = vm.vec.saturating add (%a), (%b) lanes 1 : (i64), (i64) -> (i64)
  return %r : i64
}

// Word k of the result comes from words k of the operands.
// CHECK-LABEL: func.func @words
// CHECK-SAME: (%[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %[[LOW:.*]] = llvm.intr.ssub.sat(%[[A]], %[[B]])
// CHECK: %[[HIGH:.*]] = llvm.intr.ssub.sat(%[[B]], %[[A]])
// CHECK: return %[[LOW]], %[[HIGH]]
func.func @words(%a: i64, %b: i64) -> (i64, i64) {
  %r:2 = vm.vec.saturating sub signed (%a, %b), (%b, %a) lanes 8 : (i64, i64), (i64, i64) -> (i64, i64)
  return %r#0, %r#1 : i64, i64
}

// A product of narrow lanes is clamped at twice the width.
// CHECK-LABEL: func.func @saturating_mul
// CHECK: %[[P:.*]] = arith.muli %{{.*}}, %{{.*}} : vector<8xi16>
// CHECK: %[[MAX:.*]] = arith.constant dense<127> : vector<8xi16>
// CHECK: %[[UPPER:.*]] = arith.minsi %[[P]], %[[MAX]]
// CHECK: %[[MIN:.*]] = arith.constant dense<-128> : vector<8xi16>
// CHECK: %[[BOTH:.*]] = arith.maxsi %[[UPPER]], %[[MIN]]
// CHECK: arith.trunci %[[BOTH]] : vector<8xi16> to vector<8xi8>
func.func @saturating_mul(%a: i64, %b: i64) -> i64 {
  %r = vm.vec.saturating mul signed (%a), (%b) lanes 1 : (i64), (i64) -> (i64)
  return %r : i64
}

// CHECK-LABEL: func.func @saturating_mul_wide
// CHECK: %[[LOW:.*]], %[[HIGH:.*]] = arith.mului_extended
// CHECK: %[[OVER:.*]] = arith.cmpi ne, %[[HIGH]]
// CHECK: arith.select %[[OVER]], %{{.*}}, %[[LOW]]
func.func @saturating_mul_wide(%a: i64, %b: i64) -> i64 {
  %r = vm.vec.saturating mul (%a), (%b) lanes 8 : (i64), (i64) -> (i64)
  return %r : i64
}

// All lanes shift by one amount, modulo their width.
// CHECK-LABEL: func.func @shift
// CHECK: %[[MASK:.*]] = arith.constant 31 : i64
// CHECK: %[[AMOUNT:.*]] = arith.andi %{{.*}}, %[[MASK]]
// CHECK: arith.trunci %[[AMOUNT]] : i64 to i32
// CHECK-COUNT-2: llvm.insertelement
// CHECK: arith.shrsi %{{.*}}, %{{.*}} : vector<2xi32>
func.func @shift(%a: i64, %b: i64) -> i64 {
  %r = vm.vec.shift sra, %a, %b lanes 4
  return %r : i64
}

// CHECK-LABEL: func.func @broadcast
// CHECK: %[[LOW:.*]] = arith.constant 65535 : i64
// CHECK: %[[PART:.*]] = arith.andi %{{.*}}, %[[LOW]]
// CHECK: %[[ONES:.*]] = arith.constant 281479271743489 : i64
// CHECK: arith.muli %[[PART]], %[[ONES]]
func.func @broadcast(%a: i64) -> i64 {
  %r = vm.broadcast %a size 2
  return %r : i64
}
