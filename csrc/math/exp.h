/* e^x in parts. x = n log 2 + r with |r| <= log(2)/2 (Cody and Waite), e^r = 1 + r + rest. */
#ifndef FASTPROB_EXP_H
#define FASTPROB_EXP_H

#include "math/coefficients.h"
#include "math/dd.h"

/* e^x = 2^n (1 + r + rest); the rest, at most 0.07, has an absolute error of about 2^-58. */
typedef struct { double n, r, rest; } exp_parts;

FP_INLINE double nearest_multiple(double x, double inverse_unit)
{
  return fma_f64(x, inverse_unit, 0x1.8p52) - 0x1.8p52;
}

/* For |x.hi| <= 2200. */
FP_INLINE exp_parts exp_dd(dd x)
{
  const double n = nearest_multiple(x.hi, LOG2E);
  const dd r = fast_two_sum(fma_f64(-n, LN2_HI, x.hi), fma_f64(-n, LN2_MID, x.lo));
  const double square = r.hi * r.hi;
  const double cubic = POLYNOMIAL(exp_rest, r.hi) * r.hi;
  return (exp_parts){n, r.hi, fma_f64(cubic, square, fma_f64(0.5, square, fma_f64(r.hi, r.lo, r.lo)))};
}

/* The same for one double, x.lo = 0: the lower part of n log 2, times e^r, goes into the rest. */
FP_INLINE exp_parts exp_f64_parts(double x)
{
  const double n = nearest_multiple(x, LOG2E);
  const double r = fma_f64(-n, LN2_HI, x), low = -n * LN2_MID;
  const double square = r * r;
  const double cubic = POLYNOMIAL(exp_rest, r) * r;
  const double rest = fma_f64(cubic, square, 0.5 * square);
  return (exp_parts){n, r, rest + fma_f64(low, r + rest, low)};
}

/* 2^-n e^x as a double-double, and to half an ULP more or less. */
FP_INLINE dd exp_mantissa(exp_parts e)
{
  const dd head = fast_two_sum(1.0, e.r);
  return fast_two_sum(head.hi, head.lo + e.rest);
}

/* (1 + r + rest) w in double-double. */
FP_INLINE dd exp_times(exp_parts e, dd w)
{
  const double t = w.hi * e.r, t_low = fma_f64(w.hi, e.r, -t);
  const dd sum = fast_two_sum(w.hi, t);
  return fast_two_sum(sum.hi, sum.lo + (t_low + fma_f64(w.lo, e.r, fma_f64(w.hi, e.rest, w.lo))));
}

/* For f32 results: e^x to 2^-31 for -1000 <= x <= 700. */
FP_INLINE double exp_short(double x)
{
  const double n = nearest_multiple(x, LOG2E);
  const double r = fma_f64(-n, LN2_MID, fma_f64(-n, LN2_HI, x)), square = r * r;
  const double p = fma_f64(POLYNOMIAL(exp_rest_short, r) * r, square, fma_f64(0.5, square, r));
  const double scale = power_of_two(n);
  return fma_f64(p, scale, scale);
}

#endif
