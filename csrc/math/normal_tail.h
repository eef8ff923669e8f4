/* The upper tail of the standard normal distribution, Q(t) = e^(-t^2/2) T(t), T(t) = erfcx(t/sqrt(2))/2 = P(u)/(t + k) with
 * u = (t - k)/(t + k), which takes all t >= 0 to [-1, 1). */
#ifndef FASTPROB_NORMAL_TAIL_H
#define FASTPROB_NORMAL_TAIL_H

#include "math/exp.h"
#include "math/log.h"

/* P(u) in two parts, and P'(u) nearly. */
typedef struct { double p, low, slope; } tail_value;

FP_INLINE tail_value tail_polynomial(double u)
{
  const int terms = sizeof(tail_poly) / sizeof(tail_poly[0]);
  const double s = fma_f64(u, polynomial(tail_poly + 3, terms - 3, u), tail_poly[2]);
  const double g = fma_f64(u, s, tail_poly[1]), g_low = fma_f64(u, s, tail_poly[1] - g);
  const double p = fma_f64(u, g, tail_poly[0]);
  return (tail_value){p, fma_f64(u, g_low, fma_f64(u, g, tail_poly[0] - p)), fma_f64(u, s, g)};
}

/* Q(|z|) = e^(-t^2/2) (w.hi + w.lo), where t is |z| less what t + k rounds away: Q(t + d) = e^(-t^2/2) (T(t) - d/sqrt(2 pi)), as
 * d^2 is nothing. The quotient's error e, 1/(t + k) = r (1 + e), moves T the same way, T' = t T - 1/sqrt(2 pi). Where `sharp`, for
 * |z| below 2^20, r is what u makes of it, so that u has no error (above t = 12 it is rounded: a third of 2^-53 of T). */
typedef struct { double t; dd w; } tail_parts;

FP_INLINE tail_parts tail_of_magnitude(dd z, int sharp)
{
  const double magnitude = abs_f64(z.hi), den = magnitude + TAIL_SHIFT, t = den - TAIL_SHIFT;
  const double d = fma_f64(copysign_f64(1.0, z.hi), z.lo, magnitude - t);
  const double quotient = 1.0 / den, u = fma_f64(-2.0 * TAIL_SHIFT, quotient, 1.0);
  const double r = sharp ? fma_f64(-0.5 / TAIL_SHIFT, u, 0.5 / TAIL_SHIFT) : quotient, e = fma_f64(-r, den, 1.0);
  const tail_value v = tail_polynomial(u);
  const double w = v.p * r, w_low = fma_f64(-(e * t), v.p, fma_f64(v.low, r, fma_f64(v.p, r, -w)));
  return (tail_parts){t, {w, fma_f64(INV_SQRT_2PI, fma_f64(e, den, -d), w_low)}};
}

/* T(t.hi + t.lo) for 0 <= t <= 2^1000. */
FP_INLINE dd scaled_tail(dd t)
{
  const double den = t.hi + TAIL_SHIFT, lost = t.hi > TAIL_SHIFT ? TAIL_SHIFT - (den - t.hi) : t.hi - (den - TAIL_SHIFT);
  const double r = 1.0 / den, e = fma_f64(-r, t.lo + lost, fma_f64(-r, den, 1.0));   /* 1/(den + its low part) = r (1 + e) */
  const double v = 2.0 * TAIL_SHIFT * r, u = 1.0 - v;   /* v exactly: the shift is a power of two */
  const double u_low = ((1.0 - u) - v) - v * e;
  const tail_value p = tail_polynomial(u);
  const double w = p.p * r;
  return (dd){w, fma_f64(p.p, r, -w) + fma_f64(w, e, fma_f64(p.slope, u_low, p.low) * r)};
}

/* -t^2/2 */
FP_INLINE dd minus_half_square(double t)
{
  const double h = -0.5 * t, p = h * t;
  return (dd){p, fma_f64(h, t, -p)};
}
FP_INLINE dd minus_half_square_dd(dd t)
{
  const dd square = minus_half_square(t.hi);
  return (dd){square.hi, fma_f64(-t.hi, t.lo, square.lo)};
}

/* Q(|z|) times 1 or 2, 0 from 38.6 on. */
FP_INLINE double upper_tail(dd z, double times)
{
  const tail_parts q = tail_of_magnitude(z, 1);
  const exp_split e = exp_rounded(minus_half_square(q.t));
  const double inside = times_falling_power(exp_times_rounded(e, q.w) * times, e.shifted);
  return abs_f64(z.hi) > 39.0 ? 0.0 : inside;
}

/* Phi(z) = Q(-z) = 1 - Q(z) */
FP_INLINE double ndtr_dd(dd z)
{
  const double q = upper_tail(z, 1.0);
  return z.hi > 0 ? 1.0 - q : q;
}

/* log Phi(z): -t^2/2 + log(w) for z <= 0, both of one sign; log(1 - Q(z)) for z > 0. One logarithm for both, log(2^k (1 + f)) as in
 * log.h, its largest parts added to the square exactly: base, k log 2 and f. */
FP_INLINE double log_ndtr_dd(dd z)
{
  const int upper = z.hi > 0;
  const tail_parts tail = tail_of_magnitude(z, upper & (z.hi < 40.0));   /* beyond it is 0 */
  const dd square = minus_half_square(tail.t);
  const exp_split e = exp_rounded(square);
  const dd parts = exp_times_sum(e, tail.w), m = fast_two_sum(parts.hi, parts.lo);
  const double q = times_falling_power(m.hi, e.shifted), q_low = times_falling_power(m.lo, e.shifted), one_less = 1.0 - q;
  const double y = upper ? one_less : tail.w.hi, y_low = upper ? ((1.0 - one_less) - q) - q_low : tail.w.lo;
  const double base = upper ? 0.0 : square.hi, base_low = upper ? 0.0 : square.lo;
  const log_split l = split_log(y);
  const double slope = fma_f64(-1.9, l.s, 1.0);   /* 1/(1 + f) within 6 % */
  const double first = fma_f64(l.k, LN2, base), lost = fma_f64(l.k, LN2, base - first);
  const dd sum = fast_two_sum(first, l.f);
  const double low = fma_f64(y_low * from_bits_f64(l.minus_k_bits), slope, fma_f64(l.k, LN2_LO, base_low)) - minus_log1pmx(l);
  const double rest = sum.lo + (lost + low);
  const double value = sum.hi + number_at_least(rest, -DBL_MAX);   /* NaN where the square is infinite */
  return -abs_f64(z.hi > 39.0 ? 0.0 : value);
}

/* For f32 results, in double throughout: T to 2^-25. */
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

/* For e^r - 1 = x times the first and -2 log(1 + f) = y + y^2 times the second, r = -x/2, f = -y/2. */
FP_INLINE double exp_rest_of_double(double x)
{
  const double *e = exp_rest_short;
  const double rest = fma_f64(fma_f64(fma_f64(-0x1p-7 * e[4], x, 0x1p-6 * e[3]), x, -0x1p-5 * e[2]), x, 0x1p-4 * e[1]);
  return fma_f64(x, fma_f64(x, fma_f64(x, rest, -0x1p-3 * e[0]), 0.125), -0.5);
}
FP_INLINE double log_rest_of_double(double y)
{
  double c[sizeof(log1p_rest_short) / sizeof(log1p_rest_short[0])];
  FP_UNROLL for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) c[i] = (i % 2 ? -0.5 : 0.5) / (1 << i) * log1p_rest_short[i];
  return POLYNOMIAL(c, y);
}

/* Through -2 log Phi(z), in which z^2 and 2 q take no factor of 1/2. log(1 - q) needs what 1 - q lost only where q is small, hence 1 - q
 * not halved. */
FP_INLINE float log_ndtr_short(double z)
{
  const int upper = z > 0;
  const double w = scaled_tail_short(abs_f64(z)), square = z * z, cut = at_most(square, 400.0);
  const double shift = SHIFT + 1024.0, shifted = fma_f64(cut, -0.5 * LOG2E, shift);   /* in its low bits the exponent of 2 e^(-cut/2) */
  const double x = fma_f64(shifted - shift, 2.0 * LN2, cut), scaled = from_bits_f64(bits_f64(shifted) << 52) * w;
  const double twice_q = fma_f64(scaled, x * exp_rest_of_double(x), scaled);
  const double one_less = fma_f64(-0.5, twice_q, 1.0), lost = twice_q - fma_f64(-2.0, one_less, 2.0);
  const log_split_short l = split_log_short(upper ? one_less : w);
  const double y = fma_f64(-2.0, l.m, 2.0);
  const double logarithm = fma_f64(l.k, -2.0 * LN2, fma_f64(y * y, log_rest_of_double(y), y));
  return (float)(-0.5 * (logarithm + (upper ? lost : square)));
}

#endif
