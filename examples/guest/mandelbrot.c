// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// How many steps each point of a picture takes to leave the circle of radius 2.

#include "vmjit/guest/gpu.h"

void mandelbrot(int *steps, int width, int height, int limit) {
  int x = (int)vmjit_global_id_x();
  int y = (int)vmjit_global_id_y();
  if (x >= width || y >= height)
    return;
  double real = x * 3.0 / width - 2.25;
  double imaginary = y * 2.5 / height - 1.25;
  double re = 0, im = 0;
  int step = 0;
  while (step < limit && re * re + im * im <= 4) {
    double next = re * re - im * im + real;
    im = 2 * re * im + imaginary;
    re = next;
    ++step;
  }
  steps[y * width + x] = step;
}
