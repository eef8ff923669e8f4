/* Fixed point of 256 fraction bits and 64 integer bits, all in integers: for the few elements whose value cancels. */
#ifndef FASTPROB_FIXED_H
#define FASTPROB_FIXED_H

#include "math/coefficients.h"
#include "math/dd.h"

enum { LIMBS = 5 };   /* least significant first; the last one is the integer part */
typedef struct { uint64_t limb[LIMBS]; } fixed;
typedef unsigned __int128 wide;

/* Long, in many places, and rarely run, but not for GCC to make them small and slow where it knows that. */
#define FP_ONCE __attribute__((noinline, hot))

static inline fixed fixed_plus(fixed a, fixed b)
{
  wide carry = 0;
  for (int i = 0; i < LIMBS; i++) {
    carry += (wide)a.limb[i] + b.limb[i];
    a.limb[i] = (uint64_t)carry;
    carry >>= 64;
  }
  return a;
}

static inline fixed fixed_negative(fixed a)
{
  const fixed one = {{1}};
  for (int i = 0; i < LIMBS; i++) a.limb[i] = ~a.limb[i];
  return fixed_plus(a, one);
}

/* Not by 0, even where the quotient is not used: GCC may divide before the look whether it should, and integers trap. */
static FP_ONCE fixed fixed_over(fixed a, uint64_t divisor)
{
  wide rest = 0;
  divisor += divisor == 0;
  for (int i = LIMBS - 1; i >= 0; i--) {
    rest = rest << 64 | a.limb[i];
    a.limb[i] = (uint64_t)(rest / divisor);
    rest %= divisor;
  }
  return a;
}

/* a b for positive a and b, cut to 256 fraction bits. */
static FP_ONCE fixed fixed_times(fixed a, fixed b)
{
  uint64_t product[2 * LIMBS] = {0};
  for (int i = 0; i < LIMBS; i++) {
    wide carry = 0;
    for (int j = 0; j < LIMBS; j++) {
      carry += (wide)a.limb[i] * b.limb[j] + product[i + j];
      product[i + j] = (uint64_t)carry;
      carry >>= 64;
    }
    product[i + LIMBS] = (uint64_t)carry;
  }
  fixed result;
  for (int i = 0; i < LIMBS; i++) result.limb[i] = product[i + LIMBS - 1];
  return result;
}

/* mantissa 2^exponent, bits below 2^-256 cut. */
static inline fixed fixed_of(uint64_t mantissa, int exponent)
{
  fixed result = {{0}};
  const int shift = exponent + 256;
  if (shift <= -64) return result;
  if (shift < 0) {
    result.limb[0] = mantissa >> -shift;
    return result;
  }
  const int limb = shift / 64, bits = shift % 64;
  if (limb < LIMBS) result.limb[limb] = mantissa << bits;
  if (limb + 1 < LIMBS && bits) result.limb[limb + 1] = mantissa >> (64 - bits);
  return result;
}

/* |x| = mantissa 2^exponent */
static inline uint64_t mantissa_of(double x, int *exponent)
{
  const uint64_t bits = bits_f64(x) & 0x7fffffffffffffff, biased = bits >> 52;
  *exponent = (biased ? (int)biased : 1) - 1075;
  return biased ? (bits & 0x000fffffffffffff) | 0x0010000000000000 : bits;
}

/* log 2 */
static const fixed fixed_ln2 = {FIXED_LN2};

/* k log 2 for an integer k */
static inline fixed fixed_times_ln2(int k)
{
  const fixed times = {{0, 0, 0, 0, (uint64_t)(k < 0 ? -k : k)}}, product = fixed_times(fixed_ln2, times);
  return k < 0 ? fixed_negative(product) : product;
}

/* The nearest double, from the leading 64 bits and a sticky one. */
static inline double fixed_to_f64(fixed a)
{
  const int negative = a.limb[LIMBS - 1] >> 63;
  if (negative) a = fixed_negative(a);
  int top = LIMBS - 1;
  while (top > 0 && !a.limb[top]) top--;
  if (!a.limb[top]) return 0.0;
  const int zeros = __builtin_clzll(a.limb[top]);
  uint64_t lead = a.limb[top] << zeros, rest = 0;
  if (top > 0 && zeros) {
    lead |= a.limb[top - 1] >> (64 - zeros);
    rest = a.limb[top - 1] << zeros;
  }
  for (int i = 0; i < top - (zeros > 0); i++) rest |= a.limb[i];
  const double value = (double)(lead | (rest != 0)) * power_of_two(64.0 * (top - LIMBS + 1) - zeros + SHIFT);
  return negative ? -value : value;
}

/* As a sum of two doubles. */
static inline dd fixed_to_dd(fixed a)
{
  int exponent;
  const double hi = fixed_to_f64(a);
  const uint64_t m = mantissa_of(hi, &exponent);
  const fixed back = fixed_of(m, exponent);
  return (dd){hi, fixed_to_f64(fixed_plus(a, hi < 0 ? back : fixed_negative(back)))};
}

/* |x - loc|/(m 2^exponent) */
static inline fixed fixed_position(double x, double loc, uint64_t m, int exponent)
{
  int high_exponent, low_exponent;
  const dd d = two_sum(x, -loc);
  const uint64_t high = mantissa_of(d.hi, &high_exponent), low = mantissa_of(d.lo, &low_exponent);
  const fixed larger = fixed_of(high, high_exponent - exponent), smaller = fixed_of(low, low_exponent - exponent);
  return fixed_over(fixed_plus(larger, (d.hi < 0) == (d.lo < 0) ? smaller : fixed_negative(smaller)), m);
}

#endif
