/* e^x - 1 = (2^n - 1) + 2^n r + 2^n rest. */
#ifndef FASTPROB_EXPM1_H
#define FASTPROB_EXPM1_H

#include "math/exp.h"

/* e^x - 1, or half of it, over the range where that is finite. Above 2^100 the 1 is beyond the last bit and only stands in the way. */
FP_INLINE double expm1_part(double x, int halved)
{
  const exp_parts e = exp_dd((dd){at_least(at_most(x, 720.0), -80.0), 0.0});
  const double shifted = halved ? e.shifted - 1.0 : e.shifted, one = halved ? 0.5 : 1.0;
  const int large = shifted > SHIFT + 100.0;
  const double scale = power_of_two(large ? shifted - 100.0 : shifted);
  const dd sum = fast_two_sum(large ? scale : scale - one, scale * e.r);
  const double value = (sum.hi + fma_f64(scale, e.rest, sum.lo)) * (large ? 0x1p100 : 1.0);
  return abs_f64(x) < 0x1p-60 ? one * x : value;
}

/* For f32 results. */
FP_INLINE double expm1_short(double x)
{
  const exp_split e = exp_split_short(at_least(at_most(x, 200.0), -80.0));
  const double scale = power_of_two(e.shifted);
  return x == 0 ? x : fma_f64(scale, e.p, scale - 1.0);
}

#endif
