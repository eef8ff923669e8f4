/* log y in parts. y = 2^k m with m between sqrt(1/2) and sqrt(2), f = m - 1 exactly, s = f/(2 + f):
 * log m = 2 atanh(s) = f - s (f - s^2 p(s^2)). */
#ifndef FASTPROB_LOG_H
#define FASTPROB_LOG_H

#include "math/coefficients.h"
#include "math/dd.h"

typedef struct { double k, f, s; uint64_t minus_k_bits; } log_split;

/* For normal y > 0. */
FP_INLINE log_split split_log(double y)
{
  const uint64_t root_half = 0x3fe6a09e667f3bcd, shifted = bits_f64(y) + (0x3ff0000000000000 - root_half);
  const uint64_t biased = shifted >> 52;
  const double m = from_bits_f64((shifted & 0x000fffffffffffff) + root_half), f = m - 1.0;
  return (log_split){from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 1023.0), f, f / (2.0 + f), (2046 - biased) << 52};
}

/* f - log(1 + f) = s (f - s^2 p(s^2)), relative error below 2 ULP. */
FP_INLINE double minus_log1pmx(log_split l)
{
  const double square = l.s * l.s;
  return l.s * fma_f64(-square, POLYNOMIAL(log_rest, square), l.f);
}

/* The same to 2^-57 of it: s f, the larger part, in double-double. */
FP_INLINE dd minus_log1pmx_dd(log_split l)
{
  const dd den = fast_two_sum(2.0, l.f);
  const double s_low = fma_f64(-l.s, den.lo, fma_f64(-l.s, den.hi, l.f)) * 0.5 * (1.0 - l.s);   /* 1/(2 + f) = (1 - s)/2 */
  const dd product = two_product(l.s, l.f);
  const double square = l.s * l.s;
  return (dd){product.hi, fma_f64(-square * l.s, POLYNOMIAL(log_rest, square), fma_f64(s_low, l.f, product.lo))};
}

/* log(y.hi + y.lo) to about 2^-57 absolute, or relative where the logarithm is small. y.hi > 0 normal; y.lo = 0 above 2^1000. */
FP_INLINE dd log_dd(dd y)
{
  const log_split l = split_log(y.hi);
  const double low = y.lo == 0 ? 0.0 : y.lo * from_bits_f64(l.minus_k_bits);   /* 2^-k is not finite beyond 2^1023.5 */
  const double slope = fma_f64(fma_f64(2.0, l.s, -2.0), l.s, 1.0);   /* 1/(1 + f) nearly */
  const dd head = fast_two_sum(l.k * LN2_HI, l.f);
  return fast_two_sum(head.hi, head.lo + (fma_f64(l.k, LN2_MID, fma_f64(low, slope, -minus_log1pmx(l)))));
}

/* log of any double > 0, subnormal ones too. */
FP_INLINE dd log_positive(double y)
{
  const int tiny = y < 0x1p-1022;
  const log_split l = split_log(tiny ? y * 0x1p54 : y);
  const double k = tiny ? l.k - 54.0 : l.k;
  const dd head = fast_two_sum(k * LN2_HI, l.f);
  return fast_two_sum(head.hi, head.lo + fma_f64(k, LN2_MID, -minus_log1pmx(l)));
}

/* For f32 results. y = 2^k (1 + f) as above, log(1 + f) = f - f^2 p(f): no quotient. */
typedef struct { double k, m, f; uint64_t minus_k_bits; } log_split_short;   /* m: 1 + f */

FP_INLINE log_split_short split_log_short(double y)
{
  const uint64_t root_half = 0x3fe6a09e667f3bcd, shifted = bits_f64(y) + (0x3ff0000000000000 - root_half), biased = shifted >> 52;
  const double m = from_bits_f64((shifted & 0x000fffffffffffff) + root_half);
  return (log_split_short){from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 1023.0), m, m - 1.0, (2046 - biased) << 52};
}

/* f - log(1 + f) to 2^-24 of it. */
FP_INLINE double minus_log1pmx_short(double f) { return f * f * POLYNOMIAL(log1p_rest_short, f); }

/* log(1 + f) */
FP_INLINE double log1p_reduced_short(double f) { return fma_f64(-(f * f), POLYNOMIAL(log1p_rest_short, f), f); }

/* log y to 2^-27 absolute, for normal y > 0. */
FP_INLINE double log_short(double y)
{
  const log_split_short l = split_log_short(y);
  return fma_f64(l.k, LN2, log1p_reduced_short(l.f));
}

/* log(y + low) for normal y > 0, low an error of its rounding: to 2^-25 of it. */
FP_INLINE double log_of_sum_short(double y, double low)
{
  const log_split_short l = split_log_short(y);
  return fma_f64(l.k, LN2, l.f + fma_f64(low, from_bits_f64(l.minus_k_bits), -minus_log1pmx_short(l.f)));
}

/* log(1 + x) for x > -1, to 2^-25 of it. */
FP_INLINE double log1p_short(double x)
{
  const double y = 1.0 + x;
  return log_of_sum_short(y, x - (y - 1.0));
}

#endif
