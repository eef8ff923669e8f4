/* p log(p/q) - p + q, which is never negative, and log(p/q). q = 2^k p (1 + f) with 2/3 <= 1 + f <= 3/2, s = f/(2 + f) a quotient of
 * exact differences. */
#ifndef FASTPROB_RELATIVE_ENTROPY_H
#define FASTPROB_RELATIVE_ENTROPY_H

#include "math/coefficients.h"
#include "math/dd.h"

/* The difference of two numbers' bits, in units of 2^52, is nearly the logarithm of their ratio: rounded it is k. */
typedef struct { double k, scaled; uint64_t biased; } log2_ratio;   /* scaled: q 2^-k */

FP_INLINE log2_ratio log2_ratio_of(double q, double p)
{
  const uint64_t biased = (bits_f64(q) - bits_f64(p) + 0x8008000000000000) >> 52;
  const double k = from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 2048.0);
  return (log2_ratio){k, from_bits_f64(bits_f64(q) - (biased << 52) + 0x8000000000000000), biased};
}
/* 2^-k for |k| <= 1000; and 0 beyond */
FP_INLINE double power_below(log2_ratio l) { return from_bits_f64((3071 - l.biased) << 52); }
FP_INLINE double power_below_or_0(log2_ratio l) { return abs_f64(l.k) <= 1000.0 ? power_below(l) : 0.0; }

/* (a - b)/(a + b) of numbers of one size, from the exact difference. */
typedef struct { double s, low; } half_ratio;

FP_INLINE half_ratio half_ratio_of(dd difference, dd sum)
{
  const double r = 1.0 / sum.hi, s = difference.hi * r;
  return (half_ratio){s, (fma_f64(-s, sum.lo, fma_f64(-s, sum.hi, difference.hi)) + difference.lo) * r};
}

/* a log(a/b) - a + b for a, b >= 0 and D = sign (b - a), which is exact. Near, where b/a is between 1/2 and 2: D s - sign a s^3 (2/3 +
 * ...), s of the sign of D; else sign (D - a L) with L = sign log(b/a): no less than 0.19 a. The head is rounded once. `least` is below all a
 * and b but 0. `exact`: these have no low parts; else k is between -1000 and 1000. */
FP_INLINE dd entropy_term(dd a, dd b, dd difference, double sign, double least, int exact)
{
  const double size = least > 0 ? at_least(a.hi, least) : a.hi, other = least > 0 ? at_least(b.hi, least) : b.hi;
  const log2_ratio l = log2_ratio_of(other, size);
  const int near = bits_f64(other) - bits_f64(size) + ((uint64_t)1 << 52) <= (uint64_t)1 << 53;
  const double power = power_below(l), scaled = exact ? l.scaled : other * power, first = sign > 0 ? scaled - size : size - scaled;
  const double first_low = exact ? 0.0 : fma_f64(sign * b.lo, power, -sign * a.lo);
  const dd top = {near ? difference.hi : first, exact ? 0.0 : near ? difference.lo : first_low};   /* sign (b 2^-k - a), near k = 0 */
  const double sum = fma_f64(2.0, size, sign * top.hi), lost = fma_f64(2.0, size, -sum) + sign * top.hi;
  const half_ratio h = half_ratio_of(top, (dd){sum, exact ? lost : lost + fma_f64(2.0, a.lo, sign * top.lo)});
  const double square = h.s * h.s, cube = fma_f64(2.0 * square, h.low, square * h.s * POLYNOMIAL(atanh_rest_plain, square));
  const double multiple = l.k * (sign * LN2_HI), head = fma_f64(2.0, h.s, multiple), head_low = fma_f64(2.0, h.s, multiple - head);
  const dd logarithm = {head, head_low + fma_f64(l.k, sign * LN2_MID, fma_f64(2.0, h.low, cube))};
  const dd slope = dd_select(near, (dd){h.s, h.low}, (dd){sign, 0.0}), rest = dd_select(near, (dd){cube, 0.0}, logarithm);
  const dd linear = two_product(difference.hi, slope.hi);
  const double linear_low = fma_f64(difference.lo, slope.hi, fma_f64(difference.hi, slope.lo, linear.lo));
  const double low = fma_f64(-sign * a.hi, rest.lo, linear_low);
  return (dd){fma_f64(-sign * a.hi, rest.hi, linear.hi), exact ? low : fma_f64(-sign * a.lo, rest.hi, low)};
}

/* a/b with r = 1/b.hi, of which 2^-50 suffices */
FP_INLINE dd dd_over_with(dd a, dd b, double r)
{
  const double q = a.hi * r;
  return (dd){q, (fma_f64(-q, b.lo, fma_f64(-q, b.hi, a.hi)) + a.lo) * r};
}

/* k log 2 + log(a/b) from a - b and a + b, 2/3 <= a/b <= 3/2: 2s + s^3 (2/3 + ...) */
FP_INLINE dd log_of_parts(double k, dd difference, dd sum)
{
  const half_ratio h = half_ratio_of(difference, sum);
  const double square = h.s * h.s;
  const dd head = fast_two_sum(k * LN2_HI, 2.0 * h.s);
  return (dd){head.hi, head.lo + fma_f64(k, LN2_MID, fma_f64(2.0, h.low, square * h.s * POLYNOMIAL(atanh_rest_plain, square)))};
}

/* log(a/b); difference: a - b, exactly, for numbers of one size; `usual`: their ratio is between 2^-1000 and 2^1000. */
FP_INLINE dd log_of_ratio(dd a, dd b, dd difference, int usual)
{
  const log2_ratio l = log2_ratio_of(a.hi, b.hi);
  const double low = a.lo * (usual ? power_below(l) : power_below_or_0(l));
  const dd sum = fast_two_sum(l.scaled, b.hi), top = dd_select(l.k == 0, difference, (dd){l.scaled - b.hi, low - b.lo});
  return log_of_parts(l.k, top, (dd){sum.hi, sum.lo + (low + b.lo)});
}

/* For f32 results, in double; difference: q - p, for q and p of one size; r = 1/(l.scaled + p). */
FP_INLINE double entropy_term_short(double p, double q, log2_ratio l, double difference, double r)
{
  const double f = l.k == 0 ? difference : l.scaled - p, s = f * r, square = s * s;
  const double rest = s * fma_f64(-p * square, POLYNOMIAL(atanh_rest_medium, square), f);
  return fma_f64(-p, l.k * LN2, q - l.scaled) + rest;
}
/* difference: a - b, for numbers of one size */
FP_INLINE double log_of_ratio_short(double a, double b, double difference)
{
  const log2_ratio l = log2_ratio_of(a, b);
  const double s = (l.k == 0 ? difference : l.scaled - b) / (l.scaled + b), square = s * s;
  return fma_f64(l.k, LN2, fma_f64(square * s, POLYNOMIAL(atanh_rest_medium, square), 2.0 * s));
}

#endif
