/* e^x in parts. x = n log 2 + r with |r| <= log(2)/2 (Cody and Waite), e^r = 1 + r + rest. */
#ifndef FASTPROB_EXP_H
#define FASTPROB_EXP_H

#include "math/coefficients.h"
#include "math/dd.h"

/* e^x = 2^n (1 + r + rest), n in its shifted form; the rest, at most 0.07, has an absolute error of about 2^-58. */
typedef struct { double shifted, r, rest; } exp_parts;

/* The part of n log 2 beyond LN2_HI, and x.lo, are below 2^-33: times e^r they go into the rest. */
FP_INLINE exp_parts exp_parts_of(double shifted, double r, double low)
{
  const double square = r * r, cubic = POLYNOMIAL(exp_rest, r) * r, rest = fma_f64(cubic, square, 0.5 * square);
  return (exp_parts){shifted, r, rest + fma_f64(low, r + rest, low)};
}

/* For |x.hi| <= 2200. */
FP_INLINE exp_parts exp_dd(dd x)
{
  const double shifted = fma_f64(x.hi, LOG2E, SHIFT), n = shifted - SHIFT;
  return exp_parts_of(shifted, fma_f64(-n, LN2_HI, x.hi), fma_f64(-n, LN2_MID, x.lo));
}

/* e^-t for |t.hi| <= 2200. A minus before a t that is limited would be drawn into the choice, which then is no minimum any more. */
FP_INLINE exp_parts exp_minus_dd(dd t)
{
  const double shifted = fma_f64(t.hi, -LOG2E, SHIFT), n = shifted - SHIFT;
  return exp_parts_of(shifted, -fma_f64(n, LN2_HI, t.hi), -fma_f64(n, LN2_MID, t.lo));
}

/* 2^-n e^x as a double-double. */
FP_INLINE dd exp_mantissa(exp_parts e)
{
  const dd head = fast_two_sum(1.0, e.r);
  return fast_two_sum(head.hi, head.lo + e.rest);
}

/* (1 + r + rest) w */
FP_INLINE dd exp_times(exp_parts e, dd w)
{
  const dd head = fast_two_sum(1.0, e.r), product = two_product(w.hi, head.hi);
  return fast_two_sum(product.hi, product.lo + fma_f64(w.hi, head.lo + e.rest, w.lo * head.hi));
}

/* e^x = 2^n (1 + p) */
typedef struct { double shifted, p; } exp_split;

/* p within 2^-54: r loses up to 2^-55, and so does the last sum. n LN2 has no bit below 2^-54, so x.hi - n LN2 is exact. */
FP_INLINE exp_split exp_rounded(dd x)
{
  const double shifted = fma_f64(x.hi, LOG2E, SHIFT), n = shifted - SHIFT;
  const double r = fma_f64(-n, LN2, x.hi) + fma_f64(-n, LN2_LO, x.lo);
  return (exp_split){shifted, fma_f64(r * r, fma_f64(POLYNOMIAL(exp_rest, r), r, 0.5), r)};
}

/* 2^-n e^x (w.hi + w.lo) as a sum whose second part is at most half of the first; within 2^-53 of it. */
FP_INLINE dd exp_times_sum(exp_split e, dd w) { return (dd){w.hi, fma_f64(w.hi, e.p, fma_f64(w.lo, e.p, w.lo))}; }
FP_INLINE double exp_times_rounded(exp_split e, dd w)
{
  const dd sum = exp_times_sum(e, w);
  return sum.hi + sum.lo;
}

/* For f32 results, to 2^-31. n is handed on with another number added to it. */
FP_INLINE exp_split exp_split_of(double shifted, double r)
{
  const double square = r * r;
  return (exp_split){shifted, fma_f64(square, fma_f64(POLYNOMIAL(exp_rest_short, r), r, 0.5), r)};
}
FP_INLINE exp_split exp_split_with(double x, double shift)
{
  const double shifted = fma_f64(x, LOG2E, shift), n = shifted - shift;
  return exp_split_of(shifted, fma_f64(-n, LN2, x));
}
FP_INLINE exp_split exp_split_short(double x) { return exp_split_with(x, SHIFT); }

/* n + 1023 is the power's exponent as it stands in its bits. */
FP_INLINE double exp_of_split(exp_split e)
{
  const double scale = from_bits_f64(bits_f64(e.shifted) << 52);
  return fma_f64(e.p, scale, scale);
}

/* e^x for -700 <= x <= 700, and e^-t for such a t that is limited. */
FP_INLINE double exp_short(double x) { return exp_of_split(exp_split_with(x, SHIFT + 1023.0)); }
FP_INLINE double exp_minus_short(double t)
{
  const double shifted = fma_f64(t, -LOG2E, SHIFT + 1023.0), n = shifted - (SHIFT + 1023.0);
  return exp_of_split(exp_split_of(shifted, -fma_f64(n, LN2, t)));
}

#endif
