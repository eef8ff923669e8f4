/* The normal log density where -z^2/2 and -log(scale) - log(2 pi)/2 cancel: fixed point of 256 fraction bits, all in integers.
 * Near a zero scale is below 0.4 and |z| below 40, so 64 integer bits do. */
#ifndef FASTPROB_LOGPDF_REFINED_H
#define FASTPROB_LOGPDF_REFINED_H

#include "math/fixed.h"

static const fixed fixed_half_log_2pi = {FIXED_HALF_LOG_2PI};

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

/* For any arguments; NaN is the canonical one. */
static double logpdf_refined(double x, double loc, double scale)
{
  const double half_z = (0.5 * x - 0.5 * loc) / scale;
  if (!(scale > 0) || half_z != half_z) return FP_NAN_f64;
  if (scale == FP_INF_f64 || abs_f64(half_z) > 0x1p500) return -FP_INF_f64;
  int exponent;
  uint64_t m = mantissa_of(scale, &exponent);
  const fixed z = fixed_position(x, loc, m, exponent), square = fixed_times(z, z);
  while (m < (uint64_t)1 << 52) {
    m <<= 1;
    exponent--;
  }
  const fixed less = fixed_plus(fixed_over(square, 2), fixed_plus(fixed_log(m, exponent), fixed_half_log_2pi));
  return fixed_to_f64(fixed_negative(less));
}

#endif
