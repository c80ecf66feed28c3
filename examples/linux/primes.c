/* The prime numbers in a range: primes FIRST COUNT. */

#include <stdio.h>
#include <stdlib.h>

static int isPrime(unsigned long n) {
  for (unsigned long d = 2; d * d <= n; ++d)
    if (n % d == 0)
      return 0;
  return n > 1;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: primes FIRST COUNT\n");
    return 2;
  }
  unsigned long first = strtoul(argv[1], NULL, 10);
  unsigned long count = strtoul(argv[2], NULL, 10), primes = 0;
  for (unsigned long n = first; n < first + count; ++n)
    if (isPrime(n)) {
      printf("%lu\n", n);
      ++primes;
    }
  printf("%lu prime numbers\n", primes);
  return primes == 0;
}
