/* KL(N(loc, scale^2) || N(0, 1)) = loc^2/2 + g, g >= 0; both parts have one sign, so only g has to be right on its own. */
#include "math/exp.h"
#include "math/expm1.h"
#include "math/log.h"

/* (s^2 - 1)/2 - log s, zero twice at s = 1. With s = 2^k (1 + f): k = 0: f^2/2 + (f - log(1 + f)); else the difference
 * (s^2 - 1)/2 - k log 2 - f in double-double, plus f - log(1 + f). */
FP_INLINE dd scale_part_f64(double s)
{
  const int tiny = s < 0x1p-1022;
  const log_split l = split_log(tiny ? s * 0x1p54 : s);
  const double k = tiny ? l.k - 54.0 : l.k;
  const dd rest = minus_log1pmx_dd(l);
  const double half = 0.5 * s, square = half * s;
  const dd one_less = two_sum(square, -0.5);
  const dd logarithm = fast_two_sum(k * LN2_HI, l.f);
  const dd difference = two_sum(one_less.hi, -logarithm.hi);
  const dd far = two_sum(difference.hi, rest.hi);
  const double low = fma_f64(half, s, -square) + one_less.lo - logarithm.lo - k * LN2_MID;
  const dd near = two_product(0.5 * l.f, l.f);
  const dd both = fast_two_sum(near.hi, rest.hi);
  const dd usual = dd_select(k == 0, (dd){both.hi, both.lo + (near.lo + rest.lo)}, (dd){far.hi, far.lo + (difference.lo + (low + rest.lo))});
  return dd_select(s < 0x1p500, usual, (dd){square, 0.0});
}

/* (e^y - 1 - y)/2, zero twice at y = 0. With n = 0 that is half of r^2 (1/2 + r p(r)); else everything is halved, so that 2^n stays
 * finite, and r^2/2, the largest part of what does not cancel, is carried exactly. */
FP_INLINE dd logvar_part_f64(double y)
{
  const double below = at_most(y, 710.5);   /* beyond, the result overflows */
  const exp_parts e = exp_dd((dd){at_least(below, -800.0), 0.0});
  const double n = e.shifted - SHIFT, square = e.r * e.r, cubic = POLYNOMIAL(exp_rest, e.r) * e.r * square;
  const double halved = at_most(at_least(n - 1.0, -80.0), 1023.0), scale = power_of_two(halved + SHIFT), top = n > 1024.0 ? 2.0 : 1.0;
  const double rest = fma_f64(0.5, square, cubic), low = -n * LN2_MID, grown = fma_f64(low, e.r + rest, low);
  const dd exact = two_product(0.5 * e.r, e.r), head = two_sum(scale - 0.5, -0.5 * below), sum = two_sum(head.hi, scale * e.r);
  const dd all = two_sum(sum.hi, scale * exact.hi);
  const double lost = head.lo + sum.lo + all.lo + scale * (exact.lo + (cubic + grown));
  const dd far = fast_two_sum(all.hi, lost);
  return dd_select(n == 0, (dd){0.5 * exact.hi, 0.5 * (exact.lo + cubic)}, (dd){far.hi * top, is_finite(far.hi * top) ? far.lo * top : 0.0});
}

/* The same two for f32 results. */
FP_INLINE double scale_part_f32(double s)
{
  const log_split_short l = split_log_short(s);
  const double rest = minus_log1pmx_short(l.f);
  const double far = fma_f64(0.5 * s, s, -0.5) - l.k * LN2 - l.f + rest;
  return l.k == 0 ? fma_f64(0.5 * l.f, l.f, rest) : far;
}

FP_INLINE double logvar_part_f32(double y)
{
  const double below = at_most(y, 200.0);
  const exp_split e = exp_split_short(at_least(below, -200.0));
  const double scale = power_of_two(e.shifted), n = e.shifted - SHIFT, r = fma_f64(-n, LN2, below);
  const double near = r * r * fma_f64(POLYNOMIAL(exp_rest_short, r), r, 0.5);
  return 0.5 * (n == 0 ? near : (scale - 1.0) + scale * e.p - below);
}

/* loc^2/2 + g */
FP_INLINE double with_location(double loc, dd g)
{
  const dd square = two_product(0.5 * loc, loc), sum = two_sum(square.hi, g.hi);
  return is_finite(sum.hi) ? sum.hi + (sum.lo + (square.lo + g.lo)) : sum.hi;
}

/* NaN for scale < 0, infinite at 0 and at infinity. */
FP_INLINE double kl_standard_normal_f64(double loc, double scale)
{
  const int inside = scale > 0 && scale < FP_INF_f64;
  const dd g = scale_part_f64(inside ? scale : 1.0);
  const double edge = scale >= 0 ? FP_INF_f64 : FP_NAN_f64;
  return with_location(loc, dd_select(inside, g, (dd){edge, 0.0}));
}
FP_INLINE float kl_standard_normal_f32(float loc, float scale)
{
  const int inside = scale > 0 && scale < FP_INF_f32;
  const double g = scale_part_f32(inside ? scale : 1.0);
  const double edge = scale >= 0 ? FP_INF_f64 : FP_NAN_f64;
  return (float)fma_f64(0.5 * loc, loc, inside ? g : edge);
}

FP_INLINE double kl_standard_normal_logvar_f64(double loc, double logvar)
{
  return with_location(loc, dd_select(is_finite(logvar), logvar_part_f64(logvar), (dd){abs_f64(logvar), 0.0}));
}
FP_INLINE float kl_standard_normal_logvar_f32(float loc, float logvar)
{
  return (float)fma_f64(0.5 * loc, loc, logvar_part_f32(logvar));
}

/* log var = 2 log scale; far below zero, where that would overflow, only -log scale is left. */
FP_INLINE double kl_standard_normal_log_scale_f64(double loc, double log_scale)
{
  const dd g = logvar_part_f64(at_least(2.0 * log_scale, -0x1p1000));
  return with_location(loc, dd_select((log_scale < -0x1p900) | (log_scale == FP_INF_f64), (dd){abs_f64(log_scale), 0.0}, g));
}
FP_INLINE float kl_standard_normal_log_scale_f32(float loc, float log_scale)
{
  return (float)fma_f64(0.5 * loc, loc, logvar_part_f32(2.0 * log_scale));
}

/* Two derivatives, NaN together. */
FP_INLINE outputs2_f64 both_f64(double a, double b) { return (outputs2_f64){b == b ? a : b, a == a ? b : a}; }
FP_INLINE outputs2_f32 both_f32(float a, float b) { return (outputs2_f32){b == b ? a : b, a == a ? b : a}; }

/* loc, s - 1/s with the quotient's remainder. */
FP_INLINE outputs2_f64 kl_standard_normal_grad_f64(double loc, double scale)
{
  const double r = 1.0 / scale, r_low = fma_f64(-r, scale, 1.0) * r;
  const dd difference = two_sum(scale, -r);
  const int usual = scale > 0x1p-500 && scale < 0x1p500;
  const double value = usual ? difference.hi + (difference.lo - r_low) : scale - r;
  const double at_zero = scale == 0 ? -FP_INF_f64 : value;
  return both_f64(loc, scale >= 0 ? at_zero : FP_NAN_f64);
}
FP_INLINE outputs2_f32 kl_standard_normal_grad_f32(float loc, float scale)
{
  const double s = scale, value = (s - 1.0) * (s + 1.0) / s;
  const double edge = scale == 0 ? -FP_INF_f64 : (scale > 0 ? (double)scale : FP_NAN_f64);
  return both_f32(loc, (float)(scale > 0 && scale < FP_INF_f32 ? value : edge));
}

/* loc, e^(2 log_scale) - 1 */
FP_INLINE outputs2_f64 kl_standard_normal_log_scale_grad_f64(double loc, double log_scale)
{
  return both_f64(loc, expm1_part(2.0 * log_scale, 0));
}
FP_INLINE outputs2_f32 kl_standard_normal_log_scale_grad_f32(float loc, float log_scale)
{
  return both_f32(loc, (float)expm1_short(2.0 * log_scale));
}

/* loc, (e^logvar - 1)/2 */
FP_INLINE outputs2_f64 kl_standard_normal_logvar_grad_f64(double loc, double logvar)
{
  return both_f64(loc, expm1_part(logvar, 1));
}
FP_INLINE outputs2_f32 kl_standard_normal_logvar_grad_f32(float loc, float logvar)
{
  return both_f32(loc, (float)(0.5 * expm1_short(logvar)));
}

#define FP_FAMILY_kl_standard_normal ,1
#include "core/family.h"
