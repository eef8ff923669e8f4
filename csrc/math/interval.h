/* The width of an interval [low, high] and its reciprocal, in double-double. */
#ifndef FASTPROB_INTERVAL_H
#define FASTPROB_INTERVAL_H

#include "math/dd.h"

/* width = (high - low) 2^k exactly: neither subnormal nor infinite, nor is its reciprocal. */
typedef struct { dd width; double k, factor; } scaled_width;

FP_INLINE scaled_width width_of(double low, double high)
{
  const double larger = at_least(abs_f64(low), abs_f64(high));
  const double k = larger < 0x1p-900 ? 100.0 : larger < 0x1p900 ? 0.0 : -100.0, factor = power_of_two(SHIFT + k);
  return (scaled_width){two_sum(high * factor, -(low * factor)), k, factor};
}

/* 1/(high - low), rounded once, and once more if it is subnormal */
FP_INLINE double inverse_width(scaled_width w)
{
  const double r = 1.0 / w.width.hi;
  return fma_f64(fma_f64(-r, w.width.lo, fma_f64(-r, w.width.hi, 1.0)), r, r) * w.factor;
}

#endif
