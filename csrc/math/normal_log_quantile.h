/* The z with log Phi(z) = y, for y <= 0.
 *
 * Center, 1/4 <= e^y <= 3/4: e^y - 1/2 = (e^(y + log 2) - 1)/2, and the center of normal_quantile.h. Above, minus the quantile of
 * 1 - e^y. Below, w = -y = -log p is the variable of the tail's rational function as it stands. Where that ends, from
 * w = LOG_FAR on, z^2 = 2w (1 - x), x = (log(4 pi w) + log(1 - x) - c(1/z^2))/(2w), c the asymptotic series: twice Newton's
 * method from log(4 pi w)/(2w), with 1 in the place of its derivative. */
#ifndef FASTPROB_NORMAL_LOG_QUANTILE_H
#define FASTPROB_NORMAL_LOG_QUANTILE_H

#include "math/normal_quantile.h"

#define LOG_QUARTER -1.3862943611198906
#define LOG_THREE_QUARTERS -0.2876820724517809
#define LOG_FAR 720.0
#define LOG_FAR_SHORT 100.0

/* 1 - z^2/(2w) for w = 1/(2 half_inverse), twice what it is short of, logarithm = log(w); x is at most 0.05, for f64 0.0065. */
FP_INLINE double short_of_square(double half_inverse, double logarithm, int steps)
{
  const double first = logarithm + LOG_4PI;
  double x = half_inverse * first;
  FP_UNROLL for (int i = 0; i < steps; i++) {
    const double v = half_inverse * fma_f64(x, fma_f64(x, fma_f64(x, 1.0 + x, 1.0), 1.0), 1.0);   /* 1/z^2 nearly */
    const double bend = x * fma_f64(x, fma_f64(x, fma_f64(x, fma_f64(x, fma_f64(x, 1.0 / 6, 0.2), 0.25), 1.0 / 3), 0.5), 1.0);
    const double goal = half_inverse * (first - bend - v * POLYNOMIAL(quantile_far, v));
    x = fma_f64(goal - x, 1.0 - half_inverse, x);
  }
  return x;
}

FP_INLINE dd ndtri_exp_dd(double y)
{
  const int inside = (y < 0) & (y > -FP_INF_f64);
  const double w = inside ? -y : 1.0;
  const int upper = w < -LOG_THREE_QUARTERS, lower = w > -LOG_QUARTER, far = w > LOG_FAR;
  const dd shifted = two_sum(-w, LN2);
  const dd x = {upper ? -w : at_least(shifted.hi, -1.0), upper ? 0.0 : shifted.lo + LN2_LO};
  const exp_parts e = exp_dd(x);
  const double scale = power_of_two(e.shifted);
  const dd head = fast_two_sum(scale - 1.0, scale * e.r), less = fast_two_sum(head.hi, fma_f64(scale, e.rest, head.lo));
  const dd middle = quantile_of_center(dd_scale(less, 0.5));
  const double lift = from_bits_f64((uint64_t)(w < 0x1p-900 ? 1223 : 1023) << 52), lifts = w < 0x1p-900 ? 200.0 : 0.0;
  const dd logarithm = log_dd((dd){upper ? -less.hi * lift : w, upper ? -less.lo * lift : 0.0});
  const dd of_upper = dd_plus((dd){-logarithm.hi, -logarithm.lo}, (dd){lifts * LN2_HI, lifts * LN2_MID});
  const dd r = root_of((dd){upper ? of_upper.hi : w, upper ? of_upper.lo : 0.0});
  const double u = short_of_square(0.5 / at_least(w, LOG_FAR), logarithm.hi, 2);
  const dd near = short_of_root(at_most(r.hi, 27.37));
  const dd g = {far ? SQRT2 * r.hi * (u / (1.0 + __builtin_sqrt(1.0 - u))) : near.hi, far ? 0.0 : near.lo};
  const dd tail = quantile_of_root(r, g);
  const double edge = y == 0 ? FP_INF_f64 : y == -FP_INF_f64 ? y : FP_NAN_f64;
  const double hi = upper ? tail.hi : lower ? -tail.hi : middle.hi, lo = upper ? tail.lo : lower ? -tail.lo : middle.lo;
  return (dd){inside ? hi : edge, inside ? lo : 0.0};
}

/* For f32 results, in double. */
FP_INLINE double ndtri_exp_short(double y)
{
  const int upper = y > LOG_THREE_QUARTERS, lower = y < LOG_QUARTER, far = y < -LOG_FAR_SHORT;
  const int inside = (y < 0) & (y > -FP_INF_f64);
  const exp_split e = exp_split_short(upper ? y : at_least(y + LN2, -1.0));
  const double scale = power_of_two(e.shifted), less = fma_f64(scale, e.p, scale - 1.0), q = 0.5 * less;
  const double middle = q * POLYNOMIAL(quantile_center_short, q * q), w = inside ? -y : 1.0;
  const double logarithm = log_short(upper & inside ? -less : w), square = lower ? w : at_least(-logarithm, 1.0);
  const double r = __builtin_sqrt(square), s = at_most(r, 10.2) - QUANTILE_SHIFT;
  const double near = POLYNOMIAL(quantile_tail_short_top, s) / POLYNOMIAL(quantile_tail_short_bottom, s);
  const double u = short_of_square(0.5 / (far ? w : LOG_FAR_SHORT), logarithm, 2);
  const double tail = fma_f64(SQRT2, r, -(far ? SQRT2 * r * (u / (1.0 + __builtin_sqrt(1.0 - u))) : near));
  const double edge = y == 0 ? FP_INF_f64 : y == -FP_INF_f64 ? y : FP_NAN_f64;
  return inside ? (upper ? tail : lower ? -tail : middle) : edge;
}

#endif
