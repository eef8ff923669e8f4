/* An interval of a family with a location and a scale: its standardized ends, and its width as a number of its own, since the
 * difference of standardized ends near each other has no digits.
 *
 *   interval i = interval_of(a, b, location_scale_of(loc, scale));
 *   at_empty_interval(i.kind, value, 0.0)    0 (or what is given) where a = b, NaN for b < a, a bad scale, infinity less infinity
 *
 * and the same with _short for f32 results, in double throughout. */
#ifndef FASTPROB_STANDARD_INTERVAL_H
#define FASTPROB_STANDARD_INTERVAL_H

#include "math/location_scale.h"

/* (b - a)/scale = width 2^(exponent - SHIFT), 1 <= width < 2. kind: 1 for ends with a mass, 0 for none, NaN for no answer. */
typedef struct { dd a, b; double width, exponent, kind; } interval;

/* A narrower width is taken as this one, the mass being proportional to it; the rest of the exponent is left to the end. */
#define LEAST_WIDTH (SHIFT - 900.0)

/* A width of NaN between known ends is that of two infinite ones on the same side; one of 0 may be that of scale = inf. */
FP_INLINE double kind_of_interval(double at_a, double at_b, double difference, double width)
{
  const int known = (at_a == at_a) & (at_b == at_b) & !(difference < 0);
  return known ? (width > 0 ? 1.0 : 0.0) : FP_NAN_f64;
}
FP_INLINE double at_empty_interval(double kind, double value, double empty)
{
  return kind > 0 ? value : kind == 0 ? empty : FP_NAN_f64;
}

FP_INLINE int is_large(double x) { return abs_f64(x) > 0x1p1000; }

/* distance 2^lift/scale as a mantissa and an exponent, for a distance that is not negative */
typedef struct { double mantissa, exponent, value; } quotient_parts;

FP_INLINE quotient_parts per_scale(dd distance, double lift, location_scale p)
{
  const int tiny = distance.hi < 0x1p-900;
  const dd d = dd_scale(distance, tiny ? 0x1p200 : 1.0);
  const double low = fma_f64(d.hi, p.inverse.lo, d.lo * p.inverse.hi);
  const double value = fma_f64(d.hi, p.inverse.hi, is_finite(d.hi) ? low : 0.0);
  const uint64_t bits = bits_f64(value);
  const double e = from_bits_f64((bits >> 52 & 2047) | 0x4330000000000000) - (0x1p52 + 1023.0);
  return (quotient_parts){from_bits_f64((bits & 0x000fffffffffffff) | 0x3ff0000000000000),
                          p.exponent + (e + lift - (tiny ? 200.0 : 0.0)), value};
}

FP_INLINE interval interval_of(double a, double b, location_scale p)
{
  const dd at_a = position_of(a, p), at_b = position_of(b, p);
  const int large = is_large(a) || is_large(b);
  const dd whole = two_sum(large ? b * 0x1p-60 : b, large ? -a * 0x1p-60 : -a);
  const quotient_parts width = per_scale(whole, large ? 60.0 : 0.0, p);
  return (interval){at_a, at_b, width.mantissa, width.exponent, kind_of_interval(at_a.hi, at_b.hi, whole.hi, width.value)};
}

/* For f32 results, in double throughout, where nothing overflows or underflows. */
typedef struct { double a, b, width, kind; } interval_short;

FP_INLINE interval_short interval_short_of(double a, double b, location_scale_short p)
{
  const double at_a = position_short(a, p), at_b = position_short(b, p), difference = b - a, width = difference * p.inverse;
  return (interval_short){at_a, at_b, width, kind_of_interval(at_a, at_b, difference, width)};
}

#endif
