/* 1/(1 + e^-x) and log(1 + e^x). */
#ifndef FASTPROB_LOGISTIC_H
#define FASTPROB_LOGISTIC_H

#include "math/exp.h"
#include "math/log.h"

/* e^-|x| in parts; below -746, where it is 0, cut. */
FP_INLINE exp_parts exp_minus_abs(double x) { return exp_dd((dd){-at_most(abs_f64(x), 760.0), 0.0}); }

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
  const float t = abs_f32(x);
  return exp_short(-(t > 200.0f ? 200.0f : t));
}

/* Sum and quotient in float, a third of the time of double: half an ULP each from e, 1 + e and the quotient, in all at most
 * 1/m + 1/(1 + e) + 1/2 with m near 2 where 1 + e is near 1, which is below 2. */
FP_INLINE float expit_short(float x)
{
  const float e = (float)exp_minus_abs_short(x);
  return (x < 0 ? e : 1.0f) / (1.0f + e);
}

FP_INLINE double softplus_short(float x) { return (x < 0 ? 0.0f : x) + log1p_short(exp_minus_abs_short(x)); }

#endif
