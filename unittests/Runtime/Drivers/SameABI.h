//===- SameABI.h - Whether two declarations are called alike ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vendors' headers change const and the names of enumerations from version to
// version; what is passed stays the same.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_DRIVERS_SAMEABI_H
#define VMJIT_UNITTESTS_RUNTIME_DRIVERS_SAMEABI_H

#include <type_traits>

namespace vmjit {

/// Numbers are the same if kind and size are, pointers if what they point to
/// is; structures and void, which stand for anything, are not looked into.
template <class A, class B> constexpr bool isSameParam() {
  using X = std::remove_cv_t<A>;
  using Y = std::remove_cv_t<B>;
  if constexpr (std::is_pointer_v<X> && std::is_pointer_v<Y>) {
    return isSameParam<std::remove_pointer_t<X>, std::remove_pointer_t<Y>>();
  } else if constexpr (std::is_void_v<X> || std::is_void_v<Y> ||
                       (std::is_class_v<X> && std::is_class_v<Y>)) {
    return true;
  } else {
    constexpr bool isInteger = (std::is_integral_v<X> || std::is_enum_v<X>) &&
                               (std::is_integral_v<Y> || std::is_enum_v<Y>);
    return sizeof(X) == sizeof(Y) &&
           (isInteger ||
            (std::is_floating_point_v<X> && std::is_floating_point_v<Y>));
  }
}

template <class A, class B> struct SameABI : std::false_type {};
template <class A, class B, class... As, class... Bs>
  requires(sizeof...(As) == sizeof...(Bs))
struct SameABI<A(As...), B(Bs...)>
    : std::bool_constant<isSameParam<A, B>() &&
                         (isSameParam<As, Bs>() && ...)> {};

template <class A, class B>
inline constexpr bool isSameABI = SameABI<A, B>::value;

} // namespace vmjit

#endif // VMJIT_UNITTESTS_RUNTIME_DRIVERS_SAMEABI_H
