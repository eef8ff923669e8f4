/* Error functions and the standard normal distribution. The f32 kernels compute in double. */
#include "math/normal_quantile.h"
#include "math/normal_tail.h"

/* sqrt(2) |x| for the tail, and -x^2, which is -t^2/2 exactly. */
FP_INLINE dd tail_argument(double x)
{
  const double t = abs_f64(x) * SQRT2;
  return (dd){t, fma_f64(abs_f64(x), SQRT2, -t) + abs_f64(x) * SQRT2_LO};
}
FP_INLINE dd minus_square(double x) { const dd p = two_product(x, x); return (dd){-p.hi, -p.lo}; }

/* erfc(|x|) in two parts. */
FP_INLINE dd erfc_of_magnitude(double x)
{
  const double cut = at_most(abs_f64(x), 28.0);
  const exp_parts e = exp_dd(minus_square(cut));
  const dd q = exp_times(e, scaled_tail(tail_argument(cut)));
  return (dd){times_power_of_two(q.hi, e.n + 1.0), times_power_of_two(q.lo, e.n + 1.0)};
}

/* x P(x^2) for |x| <= 1, 1 - erfc(|x|) with x's sign beyond. */
FP_INLINE double erf_f64(double x)
{
  const dd q = erfc_of_magnitude(x);
  const dd far = fast_two_sum(1.0, -q.hi);
  const double cut = at_most(abs_f64(x), 1.0), square = cut * cut;
  const int terms = sizeof(erf_ratio) / sizeof(erf_ratio[0]);
  const dd ratio = fast_two_sum(erf_ratio[0], square * polynomial(erf_ratio + 1, terms - 1, square));
  const double near = fma_f64(x, ratio.hi, x * (ratio.lo + ERF_RATIO_0_LO));
  return abs_f64(x) <= 1.0 ? near : copysign_f64(far.hi + (far.lo - q.lo), x);
}
FP_INLINE float erf_f32(float x)
{
  const double cut = at_most(abs_f64(x), 8.0), t = cut * SQRT2;
  const double far = 1.0 - 2.0 * exp_short(-cut * cut) * scaled_tail_short(t);
  const double near = x * POLYNOMIAL(erf_ratio_short, at_most(cut, 1.0) * at_most(cut, 1.0));
  return (float)(cut <= 1.0 ? near : copysign_f64(far, x));
}

/* 2 Q(sqrt(2) x) */
FP_INLINE double erfc_f64(double x)
{
  const dd q = erfc_of_magnitude(x);
  const dd upper = fast_two_sum(2.0, -q.hi);
  return x < 0 ? upper.hi + (upper.lo - q.lo) : q.hi + q.lo;
}
FP_INLINE float erfc_f32(float x)
{
  const double cut = at_most(abs_f64(x), 16.0);
  const double q = 2.0 * exp_short(-cut * cut) * scaled_tail_short(cut * SQRT2);
  return (float)(x < 0 ? 2.0 - q : q);
}

/* 2 T(sqrt(2) x) for x >= 0, and 2 e^(x^2) - erfcx(-x) below. Beyond 2^60, where it is 1/(x sqrt(pi)), the argument is taken
 * an eighth as large lest sqrt(2) x overflows. */
FP_INLINE double erfcx_f64(double x)
{
  const int huge = abs_f64(x) > 0x1p60;
  const double shrink = huge ? 0.125 : 1.0;
  const dd w = dd_scale(scaled_tail(tail_argument(at_most(abs_f64(x), 0x1.fffffffffffffp1023) * shrink)), 2.0 * shrink);
  const double cut = at_most(abs_f64(x), 27.0);
  const dd square = two_product(cut, cut);
  const exp_parts e = exp_dd(square);
  const dd m = exp_mantissa(e);
  const double above = times_power_of_two(m.hi, e.n + 1.0), above_low = times_power_of_two(m.lo, e.n + 1.0);
  const dd difference = fast_two_sum(above, -w.hi);
  const double below = above > 0x1p100 ? above + above_low : difference.hi + (difference.lo + (above_low - w.lo));
  const double positive = x > 0x1.fffffffffffffp1023 ? 0.0 : w.hi + w.lo;
  return x < 0 ? below : positive;
}
FP_INLINE float erfcx_f32(float x)
{
  const double t = abs_f64(x), w = 2.0 * scaled_tail_short(t * SQRT2), cut = at_most(t, 12.0);
  return (float)(x < 0 ? 2.0 * exp_short(cut * cut) - w : w);
}

FP_INLINE double ndtr_f64(double x) { return ndtr_dd((dd){x, 0.0}); }
FP_INLINE float ndtr_f32(float x) { return (float)ndtr_short(x); }

FP_INLINE double log_ndtr_f64(double x) { return log_ndtr_dd((dd){x, 0.0}); }
FP_INLINE float log_ndtr_f32(float x) { return (float)log_ndtr_short(x); }

FP_INLINE double ndtri_f64(double q) { return ndtri_one(q); }
FP_INLINE float ndtri_f32(float q) { return (float)ndtri_short(q); }

#define FP_FAMILY_errors ,1
#include "core/family.h"
