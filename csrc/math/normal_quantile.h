/* The z with Phi(z) = p. Center |p - 1/2| <= 1/4: z = q R(q^2), q = p - 1/2 exactly. Tail: r = sqrt(-log p),
 * z = -(sqrt(2) r - N(s)/D(s)), s = r - QUANTILE_SHIFT; all coefficients of N and D are positive, so neither cancels. */
#ifndef FASTPROB_NORMAL_QUANTILE_H
#define FASTPROB_NORMAL_QUANTILE_H

#include "math/exp.h"
#include "math/log.h"

/* 1/(2 sqrt(w)) within 4 %: the exponent halved, the classic constant. Enough for a correction below an ULP. */
FP_INLINE double half_inverse_root(double w) { return from_bits_f64(0x5fd6eb50c7b537a9 - (bits_f64(w) >> 1)); }

/* c[0] + c_low + c[1] x + ..., the last two steps in double-double. For positive c and x. */
FP_INLINE dd polynomial_dd(const double *c, int n, double c_low, double x)
{
  const double p2 = polynomial(c + 2, n - 2, x);
  const double p1 = fma_f64(x, p2, c[1]), p1_low = fma_f64(x, p2, c[1] - p1);
  const double p = fma_f64(x, p1, c[0]);
  return (dd){p, fma_f64(x, p1, c[0] - p) + fma_f64(x, p1_low, c_low)};
}

/* sqrt(w), its low part beyond the reach of slopes within 4 % */
FP_INLINE dd root_of(dd w)
{
  const double r = __builtin_sqrt(w.hi);
  return (dd){r, (fma_f64(-r, r, w.hi) + w.lo) * half_inverse_root(w.hi)};
}

/* sqrt(2) r - z */
FP_INLINE dd short_of_root(double r)
{
  const double s = r - QUANTILE_SHIFT;
  const int terms = sizeof(quantile_tail_top) / sizeof(quantile_tail_top[0]);
  return dd_over(polynomial_dd(quantile_tail_top, terms, QUANTILE_TAIL_TOP_0_LO, s),
                 polynomial_dd(quantile_tail_bottom, terms, 0.0, s));
}

/* sqrt(2) r - g. dz/dr = sqrt(2) + 0.44 at p = 1/4, sqrt(2) in the limit. */
FP_INLINE dd quantile_of_root(dd r, dd g)
{
  const dd straight = two_product(SQRT2, r.hi);
  const dd z = fast_two_sum(straight.hi, -g.hi);
  const double slope = r.hi < 2.0 ? 1.8 : 1.43;
  return (dd){z.hi, z.lo + (straight.lo - g.lo + fma_f64(slope, r.lo, SQRT2_LO * r.hi))};
}

/* For p in [0, 1/4]. */
FP_INLINE dd quantile_of_tail(double p)
{
  const dd logarithm = log_positive(p);
  const dd r = root_of((dd){-logarithm.hi, -logarithm.lo});
  return quantile_of_root(r, short_of_root(r.hi));
}

/* For q = p - 1/2 within 1/4. */
FP_INLINE dd quantile_of_center(dd q)
{
  const double y = q.hi * q.hi;
  const int terms = sizeof(quantile_center) / sizeof(quantile_center[0]);
  const dd ratio = fast_two_sum(quantile_center[0], y * polynomial(quantile_center + 1, terms - 1, y));
  const dd product = two_product(q.hi, ratio.hi);
  return (dd){product.hi, fma_f64(q.lo, ratio.hi, fma_f64(q.hi, ratio.lo + QUANTILE_CENTER_0_LO, product.lo))};
}

/* In two parts, whose sum is yet to be rounded. */
FP_INLINE dd ndtri_dd(double p)
{
  const dd middle = quantile_of_center((dd){p - 0.5, 0.0});
  const double near = p > 0.5 ? 1.0 - p : p;
  const dd z = quantile_of_tail(near > 0 ? near : 0.125);
  const double tail = near > 0 ? z.hi : (near == 0 ? FP_INF_f64 : FP_NAN_f64), tail_low = near > 0 ? z.lo : 0.0;
  const int center = near >= 0.25;
  return (dd){center ? middle.hi : (p > 0.5 ? tail : -tail), center ? middle.lo : (p > 0.5 ? tail_low : -tail_low)};
}

/* For f32 results. z is one double for center and tail: of the center's polynomial all but the first term is in float, a twelfth of z at
 * most. What is no probability inside (0, 1) is left to be told in float, of which a vector has twice as many: infinity and NaN. */
typedef struct { double z; float edge; int inside; } short_quantile;

FP_INLINE short_quantile ndtri_short(float p)
{
  const int top = sizeof(quantile_center_short) / sizeof(quantile_center_short[0]) - 1;
  const float q = p - 0.5f, other = 1.0f - p, near = p < other ? p : other, y = q * q;
  float rest = (float)quantile_center_short[top];
  FP_UNROLL for (int i = top - 1; i >= 1; i--) rest = fma_f32(rest, y, (float)quantile_center_short[i]);
  const double center = fma_f64(q, quantile_center_short[0], q * y * rest);
  const double w = -log_short(near), root = __builtin_sqrtf((float)w);
  const double r = fma_f64(fma_f64(-root, root, w), half_inverse_root(w), root), s = r - QUANTILE_SHIFT;
  const double g = POLYNOMIAL(quantile_tail_short_top, s) / POLYNOMIAL(quantile_tail_short_bottom, s);
  const double tail = copysign_f64(fma_f64(SQRT2, r, -g), q);
  return (short_quantile){near >= 0.25f ? center : tail, near == 0 ? copysign_f32(FP_INF_f32, q) : FP_NAN_f32, near > 0};
}

#endif
