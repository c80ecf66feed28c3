# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""IEEE 754 binary formats with exact arithmetic: rationals, rounded once to
nearest, ties to even. Values are bit patterns; NaN results are canonical."""

from fractions import Fraction
from math import isqrt


class Format:
    def __init__(self, width, fraction_bits):
        self.width, self.p = width, fraction_bits
        exponent_bits = width - 1 - fraction_bits
        self.emin = 2 - (1 << (exponent_bits - 1))
        self.sign_bit = 1 << (width - 1)
        self.mask = (1 << width) - 1
        self.inf = ((1 << exponent_bits) - 1) << fraction_bits
        self.nan = self.inf | 1 << (fraction_bits - 1)

    # What a pattern is.

    def is_nan(self, a):
        return a & ~self.sign_bit > self.inf

    def is_inf(self, a):
        return a & ~self.sign_bit == self.inf

    def is_zero(self, a):
        return a & ~self.sign_bit == 0

    def sign(self, a):
        return a >> (self.width - 1)

    def neg(self, a):
        return a ^ self.sign_bit

    def value(self, a):
        """The number that a finite pattern stands for."""
        magnitude = a & ~self.sign_bit
        biased, fraction = magnitude >> self.p, magnitude & ((1 << self.p) - 1)
        if biased:
            fraction |= 1 << self.p
            biased -= 1
        number = Fraction(fraction) * Fraction(2) ** (self.emin + biased - self.p)
        return -number if self.sign(a) else number

    def classify(self, a):
        """The bit of RISC-V's fclass."""
        magnitude, quiet = a & ~self.sign_bit, a >> (self.p - 1) & 1
        if magnitude > self.inf:
            return 9 if quiet else 8
        kind = (0 if magnitude == self.inf else 1 if magnitude >> self.p else
                2 if magnitude else 3)
        return kind if self.sign(a) else 7 - kind

    # Rounding.

    def round(self, number, zero_sign=0):
        """The pattern nearest to a rational; a zero has the sign given."""
        number = Fraction(number)
        if number == 0:
            return self.sign_bit if zero_sign else 0
        sign, size = (self.sign_bit if number < 0 else 0), abs(number)
        e = size.numerator.bit_length() - size.denominator.bit_length()
        if size < Fraction(2) ** e:
            e -= 1
        e = max(e, self.emin)
        scaled = size / Fraction(2) ** (e - self.p)
        digits = scaled.numerator // scaled.denominator
        rest = scaled - digits
        if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and digits & 1):
            digits += 1
        # A carry out of the digits moves the exponent up by itself.
        pattern = ((e - self.emin) << self.p) + digits
        return sign | min(pattern, self.inf)

    # Arithmetic.

    def add(self, a, b):
        if self.is_nan(a) or self.is_nan(b):
            return self.nan
        if self.is_inf(a) or self.is_inf(b):
            if self.is_inf(a) and self.is_inf(b) and a != b:
                return self.nan
            return a if self.is_inf(a) else b
        return self.round(self.value(a) + self.value(b), self.sign(a) & self.sign(b))

    def sub(self, a, b):
        return self.add(a, self.neg(b))

    def mul(self, a, b):
        return self.fma(a, b, None)

    def fma(self, a, b, c):
        """a * b + c with one rounding; a * b where c is None."""
        operands = (a, b) if c is None else (a, b, c)
        if any(self.is_nan(operand) for operand in operands):
            return self.nan
        sign = self.sign(a) ^ self.sign(b)
        if self.is_inf(a) or self.is_inf(b):
            if self.is_zero(a) or self.is_zero(b):
                return self.nan
            product = self.inf | (self.sign_bit if sign else 0)
            return product if c is None else self.add(product, c)
        product = self.value(a) * self.value(b)
        if c is None:
            return self.round(product, sign)
        if self.is_inf(c):
            return c
        return self.round(product + self.value(c), sign & self.sign(c))

    def div(self, a, b):
        if self.is_nan(a) or self.is_nan(b):
            return self.nan
        sign = self.sign(a) ^ self.sign(b)
        signed = self.sign_bit if sign else 0
        if self.is_inf(a):
            return self.nan if self.is_inf(b) else signed | self.inf
        if self.is_inf(b):
            return signed
        if self.is_zero(b):
            return self.nan if self.is_zero(a) else signed | self.inf
        return self.round(self.value(a) / self.value(b), sign)

    def sqrt(self, a):
        if self.is_nan(a):
            return self.nan
        if self.is_zero(a):
            return a
        if self.sign(a):
            return self.nan
        if self.is_inf(a):
            return a
        # More digits than any format here has, and whether there are further ones.
        number = self.value(a) * 4 ** 1200
        assert number.denominator == 1
        root = isqrt(number.numerator)
        inexact = root * root != number.numerator
        return self.round(Fraction(2 * root + inexact, 2 ** 1201))

    def compare(self, a, b):
        """-1, 0 or 1; None if unordered."""
        if self.is_nan(a) or self.is_nan(b):
            return None
        left, right = self.order(a), self.order(b)
        return (left > right) - (left < right)

    def order(self, a):
        """A key that sorts numbers; zeros are equal."""
        magnitude = a & ~self.sign_bit
        return -magnitude if self.sign(a) else magnitude

    def min(self, a, b):
        return self.pick(a, b, -1)

    def max(self, a, b):
        return self.pick(a, b, 1)

    def pick(self, a, b, wanted):
        """minimumNumber or maximumNumber; -0 is below +0."""
        if self.is_nan(a):
            return self.nan if self.is_nan(b) else b
        if self.is_nan(b):
            return a
        order = self.compare(a, b) or self.sign(b) - self.sign(a)
        return b if order == -wanted else a

    # Conversion.

    def to_int(self, a, low, high):
        if self.is_nan(a):
            return high
        if self.is_inf(a):
            return low if self.sign(a) else high
        number = self.value(a)
        truncated = abs(number).numerator // abs(number).denominator
        return max(low, min(high, -truncated if number < 0 else truncated))

    def from_int(self, number):
        return self.round(Fraction(number))

    def convert(self, a, target):
        """The pattern a in another format."""
        sign = target.sign_bit if self.sign(a) else 0
        if self.is_nan(a):
            return target.nan
        if self.is_inf(a):
            return sign | target.inf
        return target.round(self.value(a), self.sign(a))


F32 = Format(32, 23)
F64 = Format(64, 52)
