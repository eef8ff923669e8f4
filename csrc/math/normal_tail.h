/* The upper tail of the standard normal distribution, Q(t) = e^(-t^2/2) T(t), T(t) = erfcx(t/sqrt(2))/2 = P(u)/(t + k) with
 * u = (t - k)/(t + k), which takes all t >= 0 to [-1, 1). */
#ifndef FASTPROB_NORMAL_TAIL_H
#define FASTPROB_NORMAL_TAIL_H

#include "math/exp.h"
#include "math/log.h"

/* T(t.hi + t.lo) to about 2^-57, for 0 <= t <= 2^1000; `far` must be set if t can be 2^52 or more. u is rounded; what it lost,
 * times P', goes into the low part: near t = 0, where |P'/P| is largest, it would be half an ULP. */
FP_INLINE dd scaled_tail(dd t, int far)
{
  const double den = t.hi + TAIL_SHIFT;
  const double lost = t.hi - (den - TAIL_SHIFT), lost_far = TAIL_SHIFT - (den - t.hi);
  const double den_low = t.lo + (far && t.hi > TAIL_SHIFT ? lost_far : lost);
  const double r = 1.0 / den, e = fma_f64(-r, den_low, fma_f64(-r, den, 1.0));   /* 1/(den + den_low) = r (1 + e) */
  const double v = 2.0 * TAIL_SHIFT * r, u = 1.0 - v;   /* v exactly: the shift is a power of two */
  const double u_low = ((1.0 - u) - v) - v * e;
  const int terms = sizeof(tail_poly) / sizeof(tail_poly[0]);
  const double h = polynomial(tail_poly + 3, terms - 3, u);
  const double s = fma_f64(u, h, tail_poly[2]);
  const double s_low = far ? fma_f64(u, h, tail_poly[2] - s) + TAIL_POLY_2_LO : 0.0;   /* P is smallest, hence most delicate, there */
  const double g = fma_f64(u, s, tail_poly[1]), g_low = fma_f64(u, s, tail_poly[1] - g) + fma_f64(u, s_low, TAIL_POLY_1_LO);
  const double p = fma_f64(u, g, tail_poly[0]);
  const double p_low = fma_f64(u, g, tail_poly[0] - p) + fma_f64(u, g_low, fma_f64(fma_f64(u, s, g), u_low, TAIL_POLY_0_LO));
  const double w = p * r;
  return (dd){w, fma_f64(p, r, -w) + fma_f64(w, e, p_low * r)};
}

/* -t^2/2 */
FP_INLINE dd minus_half_square(dd t)
{
  const double h = -0.5 * t.hi, p = h * t.hi;
  return (dd){p, fma_f64(-t.hi, t.lo, fma_f64(h, t.hi, -p))};
}

FP_INLINE dd magnitude(dd z) { return (dd){abs_f64(z.hi), z.hi < 0 ? -z.lo : z.lo}; }

/* |z|, replaced by the limit where it is above it. */
FP_INLINE dd magnitude_to(dd z, double limit)
{
  const dd t = magnitude(z);
  const int beyond = t.hi > limit;
  return (dd){beyond ? limit : t.hi, beyond ? 0.0 : t.lo};
}

/* Phi(z) = Q(-z) = 1 - Q(z). Q(t) is 0 from 38.6 on. */
FP_INLINE double ndtr_dd(dd z)
{
  const dd t = magnitude(z);
  const exp_parts e = exp_dd(minus_half_square(t));
  const double inside = times_falling_power(exp_times_rounded(e, scaled_tail(t, 0)), e.shifted);
  const double q = t.hi > 39.0 ? 0.0 : inside;
  return z.hi > 0 ? 1.0 - q : q;
}

/* log Phi(z): -z^2/2 + log T(|z|) for z <= 0, both of one sign; log(1 - Q(z)) for z > 0. */
FP_INLINE double log_ndtr_dd(dd z)
{
  const int upper = z.hi > 0;
  const dd t = magnitude(z), w = scaled_tail(t, 0), square = minus_half_square(t);
  const exp_parts e = exp_dd(square);
  const dd scaled = exp_times(e, w);
  const int none = t.hi > 39.0;
  const double q = none ? 0.0 : times_falling_power(scaled.hi, e.shifted);
  const double q_low = none ? 0.0 : times_falling_power(scaled.lo, e.shifted);
  const dd one_less = fast_two_sum(1.0, -q);
  const dd logarithm = log_dd(dd_select(upper, (dd){one_less.hi, one_less.lo - q_low}, w));
  const dd sum = fast_two_sum(upper ? 0.0 : square.hi, logarithm.hi);
  const double value = sum.hi + (sum.lo + (logarithm.lo + (upper ? 0.0 : square.lo)));
  const int overflows = !upper && square.hi == -FP_INF_f64;
  return -abs_f64(overflows ? square.hi : value);
}

/* For f32 results, in double throughout: T to 2^-30. */
FP_INLINE double scaled_tail_short(double t)
{
  const double r = 1.0 / (t + TAIL_SHIFT), u = fma_f64(-2.0 * TAIL_SHIFT, r, 1.0);
  return POLYNOMIAL(tail_poly_short, u) * r;
}

/* Q(|z|) */
FP_INLINE double tail_short(double z)
{
  const double t = at_most(abs_f64(z), 16.0);
  return exp_short(-0.5 * t * t) * scaled_tail_short(t);
}

FP_INLINE double ndtr_short(double z)
{
  const double q = tail_short(z);
  return z > 0 ? 1.0 - q : q;
}

/* log(1 - q) needs what 1 - q lost only where q is small, hence 1 - q not halved. */
FP_INLINE double log_ndtr_short(double z)
{
  const int upper = z > 0;
  const double t = abs_f64(z), w = scaled_tail_short(t), square = -0.5 * t * t;
  const double q = exp_short(at_least(square, -200.0)) * w;
  const double one_less = 1.0 - q, low = (1.0 - one_less) - q;
  const log_split_short l = split_log_short(upper ? one_less : w);
  return -abs_f64((upper ? low : square) + fma_f64(l.k, LN2, l.f - minus_log1pmx_short(l.f)));
}

#endif
