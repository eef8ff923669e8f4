/* p log(p/q) - p + q, which is never negative, and log(p/q). q = 2^k p (1 + f) with 2/3 <= 1 + f <= 3/2, s = f/(2 + f) a quotient of
 * exact differences. */
#ifndef FASTPROB_RELATIVE_ENTROPY_H
#define FASTPROB_RELATIVE_ENTROPY_H

#include "math/coefficients.h"
#include "math/dd.h"

/* The difference of two numbers' bits, in units of 2^52, is nearly the logarithm of their ratio: rounded it is k. */
typedef struct { double k, scaled, power; } log2_ratio;   /* scaled: q 2^-k; power: 2^-k for |k| <= 1000, else 0 */

FP_INLINE log2_ratio log2_ratio_of(double q, double p)
{
  const uint64_t biased = (bits_f64(q) - bits_f64(p) + 0x8008000000000000) >> 52;
  const double k = from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 2048.0);
  const double power = abs_f64(k) <= 1000.0 ? from_bits_f64((3071 - biased) << 52) : 0.0;
  return (log2_ratio){k, from_bits_f64(bits_f64(q) - (biased << 52) + 0x8000000000000000), power};
}

/* (a - b)/(a + b) of numbers of one size, from the exact difference. */
typedef struct { double s, low; } half_ratio;

FP_INLINE half_ratio half_ratio_of(dd difference, dd sum)
{
  const double r = 1.0 / sum.hi, s = difference.hi * r;
  return (half_ratio){s, (fma_f64(-s, sum.lo, fma_f64(-s, sum.hi, difference.hi)) + difference.lo) * r};
}

/* For normal p and q > 0, to 2^-56 of it: q - q 2^-k - p k log 2 + p (f - log(1 + f)), in which only the first two differ in sign. */
FP_INLINE dd entropy_term(dd p, dd q, int exact)
{
  const log2_ratio l = log2_ratio_of(q.hi, p.hi);
  const double low = exact ? 0.0 : q.lo * l.power, p_low = exact ? 0.0 : p.lo, q_low = exact ? 0.0 : q.lo - low;
  const double first = l.scaled - p.hi;
  const dd f = exact ? (dd){first, 0.0} : two_sum(first, low - p_low), sum = fast_two_sum(l.scaled, p.hi);
  const half_ratio h = half_ratio_of(f, (dd){sum.hi, exact ? sum.lo : sum.lo + (low + p_low)});
  const double square = h.s * h.s;
  const dd head = two_product(h.s, f.hi);
  const double rest = fma_f64(h.low, f.hi, fma_f64(h.s, f.lo, head.lo)) - square * h.s * p.hi * POLYNOMIAL(atanh_rest, square);
  const dd beyond = two_sum(q.hi, -l.scaled), logarithm = two_product(p.hi, l.k * LN2_HI);
  const dd less = two_sum(beyond.hi, -logarithm.hi), all = two_sum(less.hi, head.hi);
  const double multiple = exact ? LN2_MID * p.hi : fma_f64(LN2_MID, p.hi, LN2_HI * p_low);
  return (dd){all.hi, all.lo + (rest + (less.lo + beyond.lo - logarithm.lo + q_low - l.k * multiple))};
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
  const dd head = two_sum(k * LN2_HI, 2.0 * h.s);
  return (dd){head.hi, head.lo + fma_f64(k, LN2_MID, fma_f64(2.0, h.low, square * h.s * POLYNOMIAL(atanh_rest, square)))};
}

/* log(a/b); difference: a - b, exactly, for numbers of one size. */
FP_INLINE dd log_of_ratio(dd a, dd b, dd difference)
{
  const log2_ratio l = log2_ratio_of(a.hi, b.hi);
  const double low = a.lo * l.power;
  const dd far = two_sum(l.scaled, -b.hi), sum = fast_two_sum(l.scaled, b.hi);
  const dd top = dd_select(l.k == 0, difference, (dd){far.hi, far.lo + (low - b.lo)});
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
