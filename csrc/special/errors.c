/* Error functions and the standard normal distribution. The f32 kernels compute in double. */
#include "math/normal_log_quantile.h"
#include "math/normal_tail.h"

/* sqrt(2) |x| */
FP_INLINE dd tail_argument(double x)
{
  const double t = abs_f64(x) * SQRT2;
  return (dd){t, fma_f64(abs_f64(x), SQRT2, -t) + abs_f64(x) * SQRT2_LO};
}

/* erfc(|x|); 0 from 27.3 on. */
FP_INLINE double erfc_of_magnitude(double x) { return upper_tail(tail_argument(x), 2.0); }

/* x P(x^2) for |x| <= 1, 1 - erfc(|x|) with x's sign beyond. */
FP_INLINE double erf_f64(double x)
{
  const double far = copysign_f64(1.0 - erfc_of_magnitude(x), x);
  const double cut = at_most(abs_f64(x), 1.0), square = cut * cut;
  const int terms = sizeof(erf_ratio) / sizeof(erf_ratio[0]);
  const dd ratio = fast_two_sum(erf_ratio[0], square * polynomial(erf_ratio + 1, terms - 1, square));
  const double near = fma_f64(x, ratio.hi, x * (ratio.lo + ERF_RATIO_0_LO));
  return abs_f64(x) <= 1.0 ? near : far;
}
FP_INLINE float erf_f32(float x)
{
  const double cut = at_most(abs_f64(x), 8.0), square = cut * cut;
  const double far = 1.0 - 2.0 * exp_short(-square) * scaled_tail_short(cut * SQRT2);
  const double near = x * POLYNOMIAL(erf_ratio_short, at_most(square, 1.0));
  return (float)(cut <= 1.0 ? near : copysign_f64(far, x));
}

/* 2 Q(sqrt(2) x) */
FP_INLINE double erfc_f64(double x)
{
  const double q = erfc_of_magnitude(x);
  return x < 0 ? 2.0 - q : q;
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
  const double above = times_power_of_two(m.hi, e.shifted + 1.0), above_low = times_power_of_two(m.lo, e.shifted + 1.0);
  const dd difference = fast_two_sum(above, -w.hi);
  const double below = above > 0x1p100 ? above + above_low : difference.hi + (difference.lo + (above_low - w.lo));
  const double positive = x > 0x1.fffffffffffffp1023 ? 0.0 : w.hi + w.lo;
  return x < 0 ? below : positive;
}
FP_INLINE float erfcx_f32(float x)
{
  const double t = abs_f64(x), shrink = t > 0x1p60 ? 0x1p-20 : 1.0, cut = at_most(t, 12.0);
  const double inside = 2.0 * shrink * scaled_tail_short(t * shrink * SQRT2), w = t == FP_INF_f64 ? 0.0 : inside;
  return (float)(x < 0 ? 2.0 * exp_short(cut * cut) - w : w);
}

FP_INLINE double ndtr_f64(double x) { return ndtr_dd((dd){x, 0.0}); }
FP_INLINE float ndtr_f32(float x) { return (float)ndtr_short(x); }

FP_INLINE double log_ndtr_f64(double x) { return log_ndtr_dd((dd){x, 0.0}); }
FP_INLINE float log_ndtr_f32(float x) { return log_ndtr_short(x); }

FP_INLINE double ndtri_f64(double q) { const dd z = ndtri_dd(q); return z.hi + z.lo; }
FP_INLINE float ndtri_f32(float q)
{
  const short_quantile s = ndtri_short(q);
  return s.inside ? (float)s.z : s.edge;
}

FP_INLINE double ndtri_exp_f64(double logq) { const dd z = ndtri_exp_dd(logq); return z.hi + z.lo; }
FP_INLINE float ndtri_exp_f32(float logq) { return (float)ndtri_exp_short(logq); }

#define FP_STREAMS_f32_log_ndtr ,3
#define FP_STREAMS_f32_ndtri ,3
#define FP_FAMILY_errors ,1
#include "core/family.h"
