/* The normal log density where -z^2/2 and -log(scale) - log(2 pi)/2 cancel: fixed point of 256 fraction bits, all in integers.
 * Near a zero scale is below 0.4 and |z| below 40, so 64 integer bits do. */
#ifndef FASTPROB_LOGPDF_REFINED_H
#define FASTPROB_LOGPDF_REFINED_H

#include "math/coefficients.h"
#include "math/dd.h"

enum { LIMBS = 5 };   /* least significant first; the last one is the integer part */
typedef struct { uint64_t limb[LIMBS]; } fixed;
typedef unsigned __int128 wide;

static fixed fixed_plus(fixed a, fixed b)
{
  wide carry = 0;
  for (int i = 0; i < LIMBS; i++) {
    carry += (wide)a.limb[i] + b.limb[i];
    a.limb[i] = (uint64_t)carry;
    carry >>= 64;
  }
  return a;
}

static fixed fixed_negative(fixed a)
{
  const fixed one = {{1}};
  for (int i = 0; i < LIMBS; i++) a.limb[i] = ~a.limb[i];
  return fixed_plus(a, one);
}

static fixed fixed_over(fixed a, uint64_t divisor)
{
  wide rest = 0;
  for (int i = LIMBS - 1; i >= 0; i--) {
    rest = rest << 64 | a.limb[i];
    a.limb[i] = (uint64_t)(rest / divisor);
    rest %= divisor;
  }
  return a;
}

/* a b for positive a and b, cut to 256 fraction bits. */
static fixed fixed_times(fixed a, fixed b)
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
static fixed fixed_of(uint64_t mantissa, int exponent)
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
static uint64_t mantissa_of(double x, int *exponent)
{
  const uint64_t bits = bits_f64(x) & 0x7fffffffffffffff, biased = bits >> 52;
  *exponent = (biased ? (int)biased : 1) - 1075;
  return biased ? (bits & 0x000fffffffffffff) | 0x0010000000000000 : bits;
}

/* log 2 and log(2 pi)/2 */
static const fixed fixed_ln2 = {FIXED_LN2}, fixed_half_log_2pi = {FIXED_HALF_LOG_2PI};

/* k log 2 for an integer k */
static fixed fixed_times_ln2(int k)
{
  const fixed times = {{0, 0, 0, 0, (uint64_t)(k < 0 ? -k : k)}}, product = fixed_times(fixed_ln2, times);
  return k < 0 ? fixed_negative(product) : product;
}

/* log(m 2^e) = (e + 53) log 2 - 2 atanh((2^53 - m)/(2^53 + m)), m of 53 bits: the argument is at most 1/3 */
static fixed fixed_log(uint64_t m, int e)
{
  const uint64_t one = (uint64_t)1 << 53;
  const fixed top = {{0, 0, 0, 0, one - m}}, s = fixed_over(top, one + m), square = fixed_times(s, s);
  fixed sum = s, power = s;
  for (uint64_t odd = 3; odd < 165; odd += 2) {
    power = fixed_times(power, square);
    sum = fixed_plus(sum, fixed_over(power, odd));
  }
  return fixed_plus(fixed_times_ln2(e + 53), fixed_negative(fixed_plus(sum, sum)));
}

/* The nearest double, from the leading 64 bits and a sticky one. */
static double fixed_to_f64(fixed a)
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

/* For any arguments; NaN is the canonical one. */
static double logpdf_refined(double x, double loc, double scale)
{
  const double half_z = (0.5 * x - 0.5 * loc) / scale;
  if (!(scale > 0) || half_z != half_z) return FP_NAN_f64;
  if (scale == FP_INF_f64 || abs_f64(half_z) > 0x1p500) return -FP_INF_f64;
  int exponent, high_exponent, low_exponent;
  uint64_t m = mantissa_of(scale, &exponent);
  const dd d = two_sum(x, -loc);
  const uint64_t high = mantissa_of(d.hi, &high_exponent), low = mantissa_of(d.lo, &low_exponent);
  const fixed larger = fixed_of(high, high_exponent - exponent), smaller = fixed_of(low, low_exponent - exponent);
  const fixed difference = fixed_plus(larger, (d.hi < 0) == (d.lo < 0) ? smaller : fixed_negative(smaller));
  const fixed z = fixed_over(difference, m), square = fixed_times(z, z);
  while (m < (uint64_t)1 << 52) {
    m <<= 1;
    exponent--;
  }
  const fixed less = fixed_plus(fixed_over(square, 2), fixed_plus(fixed_log(m, exponent), fixed_half_log_2pi));
  return fixed_to_f64(fixed_negative(less));
}

#endif
