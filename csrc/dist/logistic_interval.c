/* Probabilities of intervals of the logistic distribution, P(a < X < b), in all of (a, b, loc, scale).
 *
 * With F(z) = 1/(1 + e^-z) and w = z_b - z_a,
 *
 *   F(z_b) - F(z_a) = F(-z_a) F(z_b) (1 - e^-w) = e_1 (1 - e^-w)/((1 + e_a)(1 + e_b)),     e_a = e^-|z_a|, e_b = e^-|z_b|,
 *
 * e_1 being that of the end nearer to loc, or 1 across loc: a product, in which nothing cancels. In f64 the nearest exponential is
 * right to 0.52 ULP, the rest to 2^-57: at most 1.6 ULP. Near 1, across loc, the mass is 1 - r with
 * r = (e_a + e_b + 2 e_a e_b)/((1 + e_a)(1 + e_b)). The f32 kernels compute in double. */
#include "math/long_bodies.h"
#include "math/standard_interval.h"
#include "math/logistic_parts.h"

/* 1 - e^-w = less 2^exponent, without a part that is nothing beside 1 */
typedef struct { logistic_parts a, b; dd less, bottom; double exponent; } logistic_interval_parts;

FP_INLINE logistic_interval_parts logistic_interval_parts_of(interval i)
{
  const double exponent = at_least(at_most(i.exponent, SHIFT + 10.0), LEAST_WIDTH), unit = power_of_two(exponent), w = i.width * unit;
  const logistic_parts a = logistic_parts_of(i.a), b = logistic_parts_of(i.b);
  const dd less = one_less_and_more((dd){at_most(w, 700.0), w < 700.0 ? i.width_low * unit : 0.0}).less;
  return (logistic_interval_parts){a, b, less, dd_times(a.y, b.y), at_most(i.exponent - LEAST_WIDTH, 0.0)};
}

/* F(z_b) - F(z_a) */
FP_INLINE double logistic_interval_mass_f64(double a, double b, double loc, double scale)
{
  const location_scale p = location_scale_of(loc, scale);
  const interval i = interval_of(a, b, p);
  const logistic_interval_parts l = logistic_interval_parts_of(i);
  const flag upper = i.a.hi > 0, lower = i.b.hi < 0;
  const dd q = dd_over(dd_times_double(l.less, upper ? l.a.m : lower ? l.b.m : 1.0), l.bottom);
  const double shifted = (upper ? l.a.shifted : lower ? l.b.shifted : SHIFT) + l.exponent;
  return at_empty_interval(i.kind, times_any_power_of_two(q.hi + q.lo, shifted), 0.0);
}

/* 1 - e^-w for f32 results, and the exponentials of both ends */
typedef struct { double a, b, less, per_bottom; } logistic_interval_parts_short;

FP_INLINE logistic_interval_parts_short logistic_interval_parts_short_of(interval_short i)
{
  const exp_split e = exp_split_short(-at_most(i.width, 300.0));
  const double scale = power_of_two(e.shifted), at_a = exp_minus_size_short(i.a), at_b = exp_minus_size_short(i.b);
  return (logistic_interval_parts_short){at_a, at_b, fma_f64(-scale, e.p, 1.0 - scale), 1.0 / ((1.0 + at_a) * (1.0 + at_b))};
}
FP_INLINE float logistic_interval_mass_f32(float a, float b, float loc, float scale)
{
  const location_scale_short p = location_scale_short_of(loc, scale);
  const interval_short i = interval_short_of(a, b, p);
  const logistic_interval_parts_short l = logistic_interval_parts_short_of(i);
  return (float)at_empty_interval(i.kind, l.less * (i.a > 0 ? l.a : i.b < 0 ? l.b : 1.0) * l.per_bottom, 0.0);
}

/* Its logarithm, of the mass without e_1, less |z| of the nearer end: no term of the other sign. */
FP_INLINE double logistic_log_interval_mass_f64(double a, double b, double loc, double scale)
{
  const location_scale p = location_scale_of(loc, scale);
  const interval i = interval_of(a, b, p);
  const logistic_interval_parts l = logistic_interval_parts_of(i);
  const double e_a = times_falling_power(l.a.m, at_least(l.a.shifted, SHIFT - 1140.0));
  const double e_b = times_falling_power(l.b.m, at_least(l.b.shifted, SHIFT - 1140.0));
  const dd both = two_sum(e_a, e_b), sum = fast_two_sum(both.hi, fma_f64(2.0 * e_a, e_b, both.lo));
  const dd rest = dd_over(sum, l.bottom), inside = dd_over(l.less, l.bottom);
  const flag upper = i.a.hi > 0, lower = i.b.hi < 0, whole = !upper & !lower & (rest.hi < 0.25);
  const double one_less = 1.0 - rest.hi;
  const dd logarithm = log_dd(dd_select(whole, (dd){one_less, ((1.0 - one_less) - rest.hi) - rest.lo}, inside));
  const dd size = size_to(dd_select(upper, i.a, i.b), FP_INF_f64);   /* a low part of infinity is NaN */
  const double near = upper | lower ? size.hi : 0.0, near_low = upper | lower ? size.lo : 0.0;
  const double k = whole ? 0.0 : l.exponent;
  const dd far = two_sum(k * LN2_HI, -near), value = two_sum(far.hi, logarithm.hi);
  const double low = far.lo + fma_f64(k, LN2_MID, logarithm.lo - near_low);
  return at_empty_interval(i.kind, -abs_f64(is_finite(near) ? value.hi + (value.lo + low) : FP_INF_f64), -FP_INF_f64);
}
FP_INLINE float logistic_log_interval_mass_f32(float a, float b, float loc, float scale)
{
  const location_scale_short p = location_scale_short_of(loc, scale);
  const interval_short i = interval_short_of(a, b, p);
  const logistic_interval_parts_short l = logistic_interval_parts_short_of(i);
  const double near = at_least(at_least(i.a, -i.b), 0.0);
  const double rest = (l.a + l.b + 2.0 * l.a * l.b) * l.per_bottom + near;   /* beyond loc too large to be taken for a small one */
  const flag whole = rest < 0.25;
  const double one_less = 1.0 - rest, low = (1.0 - one_less) - rest;
  const double logarithm = log_of_sum_short(whole ? one_less : l.less * l.per_bottom, whole ? low : 0.0);
  return (float)at_empty_interval(i.kind, -abs_f64(logarithm - near), -FP_INF_f64);
}

/* In the orientation of z_near = n and z_far = f, |n| <= f, with N = 1 - e^-w, M = 1 - e^-(n + f), D = f_n - f_f the difference of
 * the densities e/(1 + e)^2 at both ends:
 *
 *   D = e_n N M/((1 + e_n)^2 (1 + e_f)^2),     n f_n - f f_f = n D - w f_f,
 *
 * the derivatives by loc and scale, times scale: products, and one difference that is 0 where the derivative is. */
FP_INLINE outputs4_f64 logistic_interval_mass_grad_of(placed_interval at, int usual)
{
  const location_scale p = at.p;
  const interval i = at.i;
  const oriented o = at.o;
  const logistic_parts n = logistic_parts_of(o.near), f = logistic_parts_of(o.far);
  const dd w = {i.width, i.width_low};
  const one_less width = one_less_of(w, i.exponent), sum = one_less_of(o.sum, o.sum_exponent);
  const dd far_square = dd_times(f.y, f.y);
  const dd near = dd_over(dd_times_double(p.inverse, n.m), dd_times(n.y, n.y)), far = dd_over(dd_times_double(p.inverse, f.m), far_square);
  /* N and M away from underflow of their product */
  const double up_w = width.t.hi < 0x1p-450 ? 450.0 : 0.0, up_s = sum.t.hi < 0x1p-450 ? 450.0 : 0.0;
  const dd n_less = dd_scale(width.less, power_of_two(SHIFT + up_w)), m_less = dd_scale(sum.less, power_of_two(SHIFT + up_s));
  const dd apart = dd_times(dd_times(near, n_less), dd_over(m_less, far_square));
  const double left = width.left + sum.left - up_w - up_s;
  const dd first = dd_times(apart, dd_select(abs_f64(o.near.hi) > 1600.0, (dd){0.0, 0.0}, o.at));
  const balance moment = balance_of(first, left + (o.exponent - SHIFT), dd_times(far, w),
                                    (f.shifted - n.shifted) + (at_most(i.exponent, WIDEST) - SHIFT), usual);
  const double base = n.shifted + (p.exponent - SHIFT), at_far = result_times_power(far, f.shifted + (p.exponent - SHIFT), usual);
  const double dloc = result_times_power(apart, base + left, usual);
  const double dscale = result_times_power(moment.value, base + moment.exponent, usual);
  return oriented_derivatives(result_times_power(near, base, usual), at_far, i.kind > 0 ? dloc : 0.0, i.kind > 0 ? dscale : 0.0,
                              o.turned, 0.0 * i.kind);
}
FP_INLINE outputs4_f64 logistic_interval_mass_grad_f64(double a, double b, double loc, double scale)
{
  return logistic_interval_mass_grad_of(placed(a, b, loc, scale), 0);
}
FP_INLINE_SOMEWHERE outputs4_f64 logistic_interval_mass_grad_usual_f64(double a, double b, double loc, double scale)
{
  return logistic_interval_mass_grad_of(placed_usual(a, b, loc, scale), 1);
}

FP_INLINE outputs4_f32 logistic_interval_mass_grad_f32(float a, float b, float loc, float scale)
{
  const location_scale_short p = location_scale_short_of(loc, scale);
  const interval_short i = interval_short_of(a, b, p);
  const oriented_short o = orientation_short(a, b, i, p);
  const double e_n = exp_minus_size_short(o.near), e_f = exp_minus_size_short(o.far), y_n = 1.0 + e_n, y_f = 1.0 + e_f;
  const double n_less = one_less_short_of(i.width).less, m_less = one_less_short_of(o.sum).less;
  const double per_far = 1.0 / (y_f * y_f), near = e_n * p.inverse / (y_n * y_n), far = e_f * p.inverse * per_far;
  const double apart = near * n_less * m_less * per_far, z = abs_f64(o.near) > 300.0 ? 0.0 : o.near;
  const double moment = z * apart - at_most(i.width, 600.0) * far;
  return oriented_derivatives_short(near, far, i.kind > 0 ? apart : 0.0, i.kind > 0 ? moment : 0.0, o.turned, 0.0 * i.kind);
}

/* The same divided by the mass, e_1 N/((1 + e_n)(1 + e_f)), e_1 = e_n for n > 0, else 1: e_n/e_1 is 1 or e_n, e_f/e_1 is e^-w or
 * e_f. */
FP_INLINE outputs4_f64 logistic_log_interval_mass_grad_of(placed_interval at, int usual)
{
  const location_scale p = at.p;
  const interval i = at.i;
  const oriented o = at.o;
  const logistic_parts n = logistic_parts_of(o.near), f = logistic_parts_of(o.far);
  const dd w = {i.width, i.width_low};
  const one_less width = one_less_of(w, i.exponent), sum = one_less_of(o.sum, o.sum_exponent);
  const logistic_parts at_w = logistic_parts_of(width.t);
  const flag upper = o.near.hi > 0;
  const double near_m = upper ? 1.0 : n.m, near_shifted = upper ? SHIFT : n.shifted;
  const double far_m = upper ? at_w.m : f.m, far_shifted = upper ? at_w.shifted : f.shifted;
  const dd of_near = dd_times_double(p.inverse, near_m), of_far = dd_times_double(p.inverse, far_m);
  const dd near = dd_over(dd_times(of_near, f.y), dd_times(n.y, width.less));
  const dd far = dd_over(dd_times(of_far, n.y), dd_times(f.y, width.less));
  const dd apart = dd_over(dd_times(of_near, sum.less), dd_times(n.y, f.y));
  const dd first = dd_times(apart, dd_select(o.near.hi < -1600.0, (dd){0.0, 0.0}, o.at));
  const double apart_by = far_shifted - near_shifted - width.left;
  const balance moment = balance_of(first, sum.left + (o.exponent - SHIFT), dd_times(far, w),
                                    apart_by + (at_most(i.exponent, WIDEST) - SHIFT), usual);
  const double scale_exponent = p.exponent - SHIFT, base = near_shifted + scale_exponent;
  const double at_far = result_times_power(far, far_shifted + scale_exponent - width.left, usual);
  const double dloc = result_times_power(apart, base + sum.left, usual);
  const double dscale = result_times_power(moment.value, base + moment.exponent, usual);
  return oriented_derivatives(result_times_power(near, base - width.left, usual), at_far, dloc, dscale, o.turned,
                              known_mass(i.kind, p.loc));
}
FP_INLINE outputs4_f64 logistic_log_interval_mass_grad_f64(double a, double b, double loc, double scale)
{
  return logistic_log_interval_mass_grad_of(placed(a, b, loc, scale), 0);
}
FP_INLINE_SOMEWHERE outputs4_f64 logistic_log_interval_mass_grad_usual_f64(double a, double b, double loc, double scale)
{
  return logistic_log_interval_mass_grad_of(placed_usual(a, b, loc, scale), 1);
}
FP_INLINE outputs4_f32 logistic_log_interval_mass_grad_f32(float a, float b, float loc, float scale)
{
  const location_scale_short p = location_scale_short_of(loc, scale);
  const interval_short i = interval_short_of(a, b, p);
  const oriented_short o = orientation_short(a, b, i, p);
  const one_less_short width = one_less_short_of(i.width);
  const double e_n = exp_minus_size_short(o.near), e_f = exp_minus_size_short(o.far), y_n = 1.0 + e_n, y_f = 1.0 + e_f;
  const flag upper = o.near > 0;
  const double of_near = upper ? p.inverse : e_n * p.inverse, of_far = (upper ? width.e : e_f) * p.inverse;
  const double per_both = 1.0 / (y_n * y_f), per_less = per_both / width.less;
  const double near = of_near * y_f * y_f * per_less, far = of_far * y_n * y_n * per_less;
  const double apart = of_near * one_less_short_of(o.sum).less * per_both, z = o.near < -300.0 ? 0.0 : o.near;
  const double moment = z * apart - at_most(i.width, 600.0) * far;
  return oriented_derivatives_short(near, far, apart, moment, o.turned, known_mass(i.kind, p.loc));
}

#define FP_PLAIN_LOOPS
#define FP_USUAL_f64_logistic_interval_mass_grad ,1
#define logistic_interval_mass_grad_is_usual_f64 is_usual_interval
#define FP_USUAL_f64_logistic_log_interval_mass_grad ,1
#define logistic_log_interval_mass_grad_is_usual_f64 is_usual_interval
#define FP_FAMILY_logistic_interval ,1
#include "core/family.h"
