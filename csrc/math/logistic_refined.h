/* The logistic log density where it cancels: the log of the density, which is near 1, from its distance to 1 in fixed point. */
#ifndef FASTPROB_LOGISTIC_REFINED_H
#define FASTPROB_LOGISTIC_REFINED_H

#include "math/fixed.h"
#include "math/log.h"

/* e^r for 0 <= r < 0.7: the series at r/64, squared six times. */
static FP_ONCE fixed fixed_exp(fixed r)
{
  const fixed one = {{0, 0, 0, 0, 1}}, small = fixed_over(r, 64);
  fixed sum = one;
  for (uint64_t k = 27; k > 0; k--) sum = fixed_plus(one, fixed_over(fixed_times(small, sum), k));
  for (int i = 0; i < 6; i++) sum = fixed_times(sum, sum);
  return sum;
}

/* a 2^-shift */
static inline fixed fixed_shifted(fixed a, int shift)
{
  fixed result = {{0}};
  const int limbs = shift / 64, bits = shift % 64;
  for (int i = 0; i + limbs < LIMBS; i++) {
    result.limb[i] = a.limb[i + limbs] >> bits;
    if (bits && i + limbs + 1 < LIMBS) result.limb[i] |= a.limb[i + limbs + 1] << (64 - bits);
  }
  return result;
}

/* For a value that cancels, and for NaN, which is returned as the canonical one.
 * e^-|z| = 2^-n E: the density is E/D with D = scale 2^n (1 + e^-|z|)^2, and its logarithm log(1 + (E - D)/D). */
static __attribute__((cold)) double logistic_logpdf_refined(double x, double loc, double scale)
{
  if (!(scale > 0) || !(abs_f64((x - loc) / scale) < 0x1p20)) return FP_NAN_f64;
  int exponent;
  const uint64_t m = mantissa_of(scale, &exponent);
  const fixed z = fixed_position(x, loc, m, exponent), one = {{0, 0, 0, 0, 1}};
  const int n = (int)(fixed_to_f64(z) * LOG2E) + 1;
  const fixed large = fixed_exp(fixed_plus(fixed_times_ln2(n), fixed_negative(z)));
  const fixed y = fixed_plus(one, fixed_shifted(large, n)), below = fixed_times(fixed_of(m, exponent + n), fixed_times(y, y));
  const dd off = dd_over(fixed_to_dd(fixed_plus(large, fixed_negative(below))), fixed_to_dd(below));
  const dd density = two_sum(1.0, off.hi), logarithm = log_dd((dd){density.hi, density.lo + off.lo});
  return logarithm.hi + logarithm.lo;
}

#endif
