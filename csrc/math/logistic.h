/* 1/(1 + e^-x) and log(1 + e^x). */
#ifndef FASTPROB_LOGISTIC_H
#define FASTPROB_LOGISTIC_H

#include "math/exp.h"
#include "math/log.h"

/* e^-|x| in parts; below -746, where it is 0, cut. */
FP_INLINE exp_parts exp_minus_abs(double x) { return exp_minus_dd((dd){at_most(abs_f64(x), 760.0), 0.0}); }

/* e/(1 + e) for x < 0, 1/(1 + e) else, with e = e^-|x| within 0.52 ULP; what the sum and the quotient lose is put back. */
FP_INLINE double expit_one(double x)
{
  const exp_parts e = exp_minus_abs(x);
  const double p = times_falling_power(1.0 + (e.r + e.rest), e.shifted);
  const double num = x < 0 ? p : 1.0, den = 1.0 + p, low = (1.0 - den) + p;
  const double r = 1.0 / den, q = num * r;
  return fma_f64(r, fma_f64(-q, low, fma_f64(-q, den, num)), q);
}

FP_INLINE double softplus_one(double x)
{
  const exp_parts e = exp_minus_abs(x);
  const dd m = exp_mantissa(e);
  const double p = times_falling_power(m.hi, e.shifted), p_low = times_falling_power(m.lo, e.shifted);
  const dd y = fast_two_sum(1.0, p);
  const dd logarithm = log_dd((dd){y.hi, y.lo + p_low});
  const dd sum = fast_two_sum(at_least(x, 0.0), logarithm.hi);
  return x > 0x1p60 ? x : sum.hi + (sum.lo + logarithm.lo);
}

/* For f32 results. e^-|x|, the argument cut while it is a float: half the work. */
FP_INLINE double exp_minus_abs_short(float x)
{
  return exp_minus_short(at_most_f32(abs_f32(x), 200.0f));
}

/* In float, twice as many at a time, with the divider the bottleneck: e = e^-|x| = 2^n (1 + p) as a sum of two floats, and the
 * quotient with its remainder. r and p are rounded, a quarter of 2^-24 of e each or a little more. */
FP_INLINE float expit_short(float x)
{
  const float t = at_most_f32(abs_f32(x), 110.0f);
  const float shifted = fma_f32(t, -(float)LOG2E, 0x1.8p23f), n = shifted - 0x1.8p23f;
  const float exact = -fma_f32(n, 0x1.62e4p-1f, t), beyond = -n * 0x1.7f7d1cp-20f;   /* log 2 in two parts, the first of 15 bits */
  const float r = exact + beyond, square = r * r;
  const float c43 = fma_f32((float)exp_rest_short[4], r, (float)exp_rest_short[3]), c21 = fma_f32((float)exp_rest_short[2], r, (float)exp_rest_short[1]);
  const float cubic = fma_f32(fma_f32(c43, square, c21), r, (float)exp_rest_short[0]);
  const float p = fma_f32(square, fma_f32(cubic, r, 0.5f), r);
  /* 2^n in two steps, since n goes down to -159 */
  const float scale = from_bits_f32((bits_f32(shifted) - (0x4b400000u - 127u - 64u)) << 23);
  const float m = 1.0f + p, e = m * scale * 0x1p-64f, e_low = ((1.0f - m) + p) * scale * 0x1p-64f;
  const float num = x < 0 ? e : 1.0f, num_low = x < 0 ? e_low : 0.0f;
  const float den = 1.0f + e, den_low = (1.0f - den) + e + e_low;
  const float reciprocal = 1.0f / den, q = num * reciprocal;
  return fma_f32(reciprocal, fma_f32(-q, den_low, fma_f32(-q, den, num)) + num_low, q);
}

FP_INLINE double softplus_short(float x) { return at_least_f32(x, 0.0f) + log1p_short(exp_minus_abs_short(x)); }

#endif
