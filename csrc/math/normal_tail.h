/* The upper tail of the standard normal distribution, Q(t) = e^(-t^2/2) T(t), T(t) = erfcx(t/sqrt(2))/2 = P(u)/(t + k) with
 * u = (t - k)/(t + k), which takes all t >= 0 to [-1, 1). */
#ifndef FASTPROB_NORMAL_TAIL_H
#define FASTPROB_NORMAL_TAIL_H

#include "math/exp.h"
#include "math/log.h"

/* T(t.hi + t.lo) to about 2^-57, for 0 <= t <= 2^1000. The quotient u is rounded; what it lost, times P', goes into the low part:
 * near t = 0, where |P'/P| is largest, it would be half an ULP. */
FP_INLINE dd scaled_tail(dd t)
{
  const dd den = two_sum(t.hi, TAIL_SHIFT), num = two_sum(t.hi, -TAIL_SHIFT);
  const double den_low = den.lo + t.lo, num_low = num.lo + t.lo;
  const double r = 1.0 / den.hi, u = num.hi * r;
  const double u_low = (fma_f64(-u, den.hi, num.hi) + fma_f64(-u, den_low, num_low)) * r;
  const double h = polynomial(tail_poly + 3, sizeof(tail_poly) / sizeof(tail_poly[0]) - 3, u);
  const double s = fma_f64(u, h, tail_poly[2]), s_low = fma_f64(u, h, tail_poly[2] - s) + TAIL_POLY_2_LO;
  const double g = fma_f64(u, s, tail_poly[1]), g_low = fma_f64(u, s, tail_poly[1] - g) + fma_f64(u, s_low, TAIL_POLY_1_LO);
  const double p = fma_f64(u, g, tail_poly[0]);
  const double slope = fma_f64(u, s, g);
  const double p_low = fma_f64(u, g, tail_poly[0] - p) + fma_f64(u, g_low, fma_f64(slope, u_low, TAIL_POLY_0_LO));
  const double w = p * r;
  return (dd){w, (fma_f64(-w, den.hi, p) + fma_f64(-w, den_low, p_low)) * r};
}

/* -t^2/2 */
FP_INLINE dd minus_half_square(dd t)
{
  const double h = -0.5 * t.hi, p = h * t.hi;
  return (dd){p, fma_f64(-t.hi, t.lo, fma_f64(h, t.hi, -p))};
}

/* |z|, and its low part put right; both replaced by the limit where |z| is above it. */
FP_INLINE dd magnitude_to(dd z, double limit)
{
  const double t = abs_f64(z.hi), low = z.hi < 0 ? -z.lo : z.lo;
  const int beyond = t > limit;
  return (dd){beyond ? limit : t, beyond ? 0.0 : low};
}

/* Q(|z|) in two parts, of which the first is rounded to a subnormal where it must be. */
FP_INLINE dd tail_of(dd z)
{
  const dd t = magnitude_to(z, 40.0);
  const exp_parts e = exp_dd(minus_half_square(t));
  const dd q = exp_times(e, scaled_tail(t));
  return (dd){times_power_of_two(q.hi, e.n), times_power_of_two(q.lo, e.n)};
}

/* Phi(z) = Q(-z). */
FP_INLINE double ndtr_dd(dd z)
{
  const dd q = tail_of(z);
  const dd upper = fast_two_sum(1.0, -q.hi);
  return z.hi > 0 ? upper.hi + (upper.lo - q.lo) : q.hi + q.lo;
}

/* log Phi(z): -z^2/2 + log T(|z|) for z <= 0, both of one sign; log(1 - Q(z)) for z > 0. */
FP_INLINE double log_ndtr_dd(dd z)
{
  const int upper = z.hi > 0;
  const dd t = magnitude_to(z, 0x1p600);
  const dd near = magnitude_to(z, 40.0);
  const dd w = scaled_tail(upper ? near : t);
  const exp_parts e = exp_dd(minus_half_square(near));
  const dd scaled = exp_times(e, w);
  const dd q = {times_power_of_two(scaled.hi, e.n), times_power_of_two(scaled.lo, e.n)};
  const dd one_less = fast_two_sum(1.0, -q.hi);
  const dd logarithm = log_dd(upper ? (dd){one_less.hi, one_less.lo - q.lo} : w);
  /* Beyond 2^500, where the logarithm is nothing beside it, the square is taken of 2^-600 z. */
  const int huge = abs_f64(z.hi) >= 0x1p500;
  const dd square = minus_half_square(dd_scale(z, huge ? 0x1p-600 : 1.0));
  const dd sum = fast_two_sum(square.hi, logarithm.hi);
  const double far = is_finite(z.hi) ? (square.hi + square.lo) * 0x1p600 * 0x1p600 : -FP_INF_f64;
  const double lower = huge ? far : sum.hi + (sum.lo + (square.lo + logarithm.lo));
  return -abs_f64(upper ? logarithm.hi + logarithm.lo : lower);
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

FP_INLINE double log_ndtr_short(double z)
{
  const int upper = z > 0;
  const double t = abs_f64(z), near = at_most(t, 16.0);
  const double w = scaled_tail_short(upper ? near : t);
  const double q = exp_short(-0.5 * near * near) * w;
  const double below = log_short(w) - 0.5 * t * t;
  return -abs_f64(upper ? log1p_short(-q) : below);
}

#endif
