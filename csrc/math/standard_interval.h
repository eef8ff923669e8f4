/* An interval of a family with a location and a scale: its standardized ends, and its width as a number of its own, since the
 * difference of standardized ends near each other has no digits.
 *
 *   interval i = interval_of(a, b, location_scale_of(loc, scale));
 *   at_empty_interval(i.kind, value, 0.0)    0 (or what is given) where a = b, NaN for b < a, a bad scale, infinity less infinity
 *
 * and the same with _short for f32 results, in double throughout. */
#ifndef FASTPROB_STANDARD_INTERVAL_H
#define FASTPROB_STANDARD_INTERVAL_H

#include "math/one_less_exp.h"
#include "math/location_scale.h"
#include "math/scale_parts.h"

/* (b - a)/scale = (width + width_low) 2^(exponent - SHIFT), 1 <= width < 2. kind: 1 for ends with a mass, 0 for none, NaN for no
 * answer. */
typedef struct { dd a, b; double width, exponent, kind, width_low; } interval;

/* A narrower width is taken as this one, the mass being proportional to it; the rest of the exponent is left to the end. */
#define LEAST_WIDTH (SHIFT - 900.0)
/* Of a wider one the density at the far end, times the width, is nothing. */
#define WIDEST (SHIFT + 12.0)

/* A width of NaN between known ends is that of two infinite ones on the same side; one of 0 may be that of scale = inf. */
FP_INLINE double kind_of_interval(double at_a, double at_b, double difference, double width)
{
  const flag known = (at_a == at_a) & (at_b == at_b) & !(difference < 0);
  return known ? (width > 0 ? 1.0 : 0.0) : FP_NAN_f64;
}
FP_INLINE double at_empty_interval(double kind, double value, double empty)
{
  return kind > 0 ? value : kind == 0 ? empty : FP_NAN_f64;
}

FP_INLINE flag is_large(double x) { return abs_f64(x) > 0x1p1000; }

/* distance 2^lift/scale as a mantissa and an exponent, for a distance that is not negative */
typedef struct { double mantissa, exponent, value, low; } quotient_parts;

FP_INLINE quotient_parts per_scale(dd distance, double lift, location_scale p)
{
  const flag tiny = distance.hi < 0x1p-900;
  const dd d = dd_scale(distance, tiny ? 0x1p200 : 1.0);
  const double low = fma_f64(d.hi, p.inverse.lo, d.lo * p.inverse.hi);
  const double value = fma_f64(d.hi, p.inverse.hi, is_finite(d.hi) ? low : 0.0);
  const uint64_t bits = bits_f64(value);
  const double e = from_bits_f64((bits >> 52 & 2047) | 0x4330000000000000) - (0x1p52 + 1023.0);
  const double rest = fma_f64(d.hi, p.inverse.hi, -value) + low;   /* NaN for an infinite value */
  return (quotient_parts){from_bits_f64((bits & 0x000fffffffffffff) | 0x3ff0000000000000),
                          p.exponent + (e + lift - (tiny ? 200.0 : 0.0)), value,
                          is_finite(value) ? rest * power_of_two(SHIFT - at_least(e, -1000.0)) : 0.0};
}

FP_INLINE interval interval_of(double a, double b, location_scale p)
{
  const dd at_a = position_of(a, p), at_b = position_of(b, p);
  const flag large = is_large(a) | is_large(b);
  const dd whole = two_sum(large ? b * 0x1p-60 : b, large ? -a * 0x1p-60 : -a);
  const quotient_parts width = per_scale(whole, large ? 60.0 : 0.0, p);
  return (interval){at_a, at_b, width.mantissa, width.exponent, kind_of_interval(at_a.hi, at_b.hi, whole.hi, width.value),
                    width.low};
}

/* For gradients: the interval, or its mirror image about loc where that has the far end above. z_near + z_far >= 0, from the exact
 * (a - loc) + (b - loc), is as the width a number of its own, sum 2^(sum_exponent - SHIFT), and so is z_near, at 2^(exponent - SHIFT). */
typedef struct { dd near, far, sum, at; double sum_exponent, exponent; flag turned; } oriented;

FP_INLINE oriented orientation(double a, double b, interval i, location_scale p)
{
  const double loc = p.loc * p.unlift;
  const flag large = is_large(a) | is_large(b) | is_large(loc);
  const double factor = large ? 0x1p-60 : 1.0;
  const dd lower = two_sum(a * factor, -loc * factor), upper = two_sum(b * factor, -loc * factor);
  const dd high = two_sum(lower.hi, upper.hi), low = two_sum(lower.lo, upper.lo);
  const flag finite = is_finite(high.hi);   /* else the low parts are NaN */
  const dd both = two_sum(high.hi, finite ? low.hi : 0.0);
  const dd sum = {both.hi, finite ? both.lo + (high.lo + low.lo) : 0.0};
  const flag turned = sum.hi < 0;
  const double side = turned ? -1.0 : 1.0;
  const quotient_parts parts = per_scale(dd_scale(sum, side), large ? 60.0 : 0.0, p);
  const dd first = dd_select(turned, i.b, i.a), second = dd_select(turned, i.a, i.b);
  const double end = turned ? b : a;
  const flag large_loc = is_large(loc);   /* GCC would choose between conditions, which it does not do in vectors */
  const double factor_a = (is_large(a) | large_loc) ? 0x1p-60 : 1.0, factor_b = (is_large(b) | large_loc) ? 0x1p-60 : 1.0;
  const double own_factor = turned ? factor_b : factor_a;
  const dd own = two_sum(end * own_factor, -loc * own_factor);
  const double near_side = own.hi * side < 0 ? -1.0 : 1.0;
  const quotient_parts near = per_scale(dd_scale(own, side * near_side), own_factor < 1.0 ? 60.0 : 0.0, p);
  const flag symmetric = sum.hi == 0, none = own.hi == 0;
  return (oriented){dd_scale(first, side), dd_scale(second, side),
                    {symmetric ? 0.0 : parts.mantissa, symmetric ? 0.0 : parts.low},
                    {none ? 0.0 : near_side * near.mantissa, none ? 0.0 : near_side * near.low},
                    parts.exponent, near.exponent, turned};
}

/* 1 - e^-t and e^-t for t = value 2^(exponent - SHIFT), or where that is less than 2^-900 for 2^-900: then both differences are
 * proportional to t, and the rest of its exponent, left, goes to the result. From 3200 on e^-t is nothing to any result. */
typedef struct { exp_parts e; dd less, t; double left; } one_less;

FP_INLINE one_less one_less_of(dd value, double exponent)
{
  const dd t = dd_scale(value, power_of_two(at_least(at_most(exponent, WIDEST), LEAST_WIDTH)));
  const exp_parts e = exp_minus_dd(size_to(t, 3200.0));
  return (one_less){e, one_less_exp(e), t, at_most(exponent - LEAST_WIDTH, 0.0)};
}

/* first 2^e - second 2^k, as a value and its exponent; of a usual interval e is 0 and k above -1000 */
typedef struct { dd value; double exponent; } balance;

FP_INLINE balance balance_of(dd first, double e, dd second, double k, int usual)
{
  if (usual) return (balance){dd_plus(first, dd_minus(dd_scale(second, power_of_two(SHIFT + k)))), 0.0};
  const length a = length_of(first, e), b = length_of(second, k);
  const double larger = at_least(a.e, b.e);
  return (balance){dd_plus(shifted_by(a.m, a.e - larger), dd_minus(shifted_by(b.m, b.e - larger))), larger};
}

/* a 2^n, of a usual interval a normal number */
FP_INLINE double result_times_power(dd a, double shifted, int usual)
{
  return usual ? (a.hi + a.lo) * power_of_two(shifted) : dd_times_power(a, shifted);
}

/* Derivatives by a, b, loc and scale from the densities at the ends and those by loc and scale in their orientation; all NaN where
 * known is. */
FP_INLINE outputs4_f64 oriented_derivatives(double near, double far, double dloc, double dscale, flag turned, double known)
{
  const double lower = turned ? far : near, upper = turned ? near : far;
  return (outputs4_f64){-lower + known, upper + known, (turned ? -dloc : dloc) + known, dscale + known};
}

/* 0, or NaN where there is no mass to divide by */
FP_INLINE double known_mass(double kind, double loc)
{
  return (kind > 0 ? 0.0 : FP_NAN_f64) + 0.0 * loc;   /* NaN for an infinite one too */
}

/* What a gradient in f64 is made of. Where all values are of a usual size, and a < b at most 32 scales from loc, much of the above is
 * for nothing: no power of two is needed, so exponents are SHIFT, and numbers have the same digits. */
typedef struct { location_scale p; interval i; oriented o; } placed_interval;

FP_INLINE placed_interval placed(double a, double b, double loc, double scale)
{
  const location_scale p = location_scale_of(loc, scale);
  const interval i = interval_of(a, b, p);
  return (placed_interval){p, i, orientation(a, b, i, p)};
}

FP_INLINE flag is_usual_end(double x)
{
  const double size = abs_f64(x);
  return (size == 0) | ((size >= 0x1p-40) & (size <= 0x1p40));
}
FP_INLINE flag is_usual_interval(double a, double b, double loc, double scale)
{
  const double reach = 32.0 * scale;
  return is_usual_end(a) & is_usual_end(b) & is_usual_end(loc) & (scale >= 0x1p-30) & (scale <= 0x1p30) & (a < b)
         & (loc - a <= reach) & (b - loc <= reach);
}

FP_INLINE dd usual_per_scale(dd d, dd inverse)
{
  const double low = fma_f64(d.hi, inverse.lo, d.lo * inverse.hi), value = fma_f64(d.hi, inverse.hi, low);
  return (dd){value, fma_f64(d.hi, inverse.hi, -value) + low};
}

FP_INLINE placed_interval placed_usual(double a, double b, double loc, double scale)
{
  const double r = 1.0 / scale;
  const dd inverse = {r, fma_f64(-r, scale, 1.0) * r};
  const dd lower = two_sum(a, -loc), upper = two_sum(b, -loc), at_a = dd_times(lower, inverse), at_b = dd_times(upper, inverse);
  const dd width = usual_per_scale(two_sum(b, -a), inverse);
  const dd high = two_sum(lower.hi, upper.hi), low = two_sum(lower.lo, upper.lo);
  const dd both = two_sum(high.hi, low.hi), sum = {both.hi, both.lo + (high.lo + low.lo)};
  const flag turned = sum.hi < 0;
  const double side = turned ? -1.0 : 1.0;
  return (placed_interval){
    .p = {.loc = loc, .scale = scale, .unlift = 1.0, .exponent = SHIFT, .inverse = inverse},
    .i = {.a = at_a, .b = at_b, .width = width.hi, .width_low = width.lo, .exponent = SHIFT, .kind = 1.0},
    .o = {.near = dd_scale(dd_select(turned, at_b, at_a), side), .far = dd_scale(dd_select(turned, at_a, at_b), side),
          .sum = usual_per_scale(dd_scale(sum, side), inverse), .sum_exponent = SHIFT,
          .at = usual_per_scale(dd_scale(dd_select(turned, upper, lower), side), inverse), .exponent = SHIFT, .turned = turned}};
}

/* For f32 results, in double throughout, where nothing overflows or underflows. */
typedef struct { double a, b, width, kind; } interval_short;

FP_INLINE interval_short interval_short_of(double a, double b, location_scale_short p)
{
  const double at_a = position_short(a, p), at_b = position_short(b, p), difference = b - a, width = difference * p.inverse;
  return (interval_short){at_a, at_b, width, kind_of_interval(at_a, at_b, difference, width)};
}

typedef struct { double near, far, sum; flag turned; } oriented_short;

FP_INLINE oriented_short orientation_short(double a, double b, interval_short i, location_scale_short p)
{
  const dd lower = two_sum(a, -p.loc), upper = two_sum(b, -p.loc), high = two_sum(lower.hi, upper.hi);
  const double sum = (high.hi + (is_finite(high.hi) ? high.lo + (lower.lo + upper.lo) : 0.0)) * p.inverse;
  const flag turned = sum < 0, known = sum == sum;   /* not for all that there is */
  return (oriented_short){turned ? -i.b : i.a, turned ? -i.a : i.b, known ? abs_f64(sum) : FP_INF_f64, turned};
}

/* 1 - e^-t and e^-t, which beyond 700 is nothing */
typedef struct { double less, e; } one_less_short;

FP_INLINE one_less_short one_less_short_of(double t)
{
  const exp_split e = exp_split_short(-at_most(t, 700.0));
  const double scale = power_of_two(e.shifted);
  return (one_less_short){fma_f64(-scale, e.p, 1.0 - scale), fma_f64(scale, e.p, scale)};
}
FP_INLINE outputs4_f32 oriented_derivatives_short(double near, double far, double dloc, double dscale, flag turned, double known)
{
  const outputs4_f64 r = oriented_derivatives(near, far, dloc, dscale, turned, known);
  return (outputs4_f32){(float)r.a, (float)r.b, (float)r.c, (float)r.d};
}

#endif
