/* tanh x = -m/(2 + m) with m = e^(-2|x|) - 1, and x's sign. */
#ifndef FASTPROB_TANH_H
#define FASTPROB_TANH_H

#include "math/expm1.h"

/* Within 3 ULP. */
FP_INLINE double tanh_f64(double x)
{
  const double m = expm1_part(-2.0 * abs_f64(x), 0);
  return copysign_f64(m / (2.0 + m), x);
}
FP_INLINE float tanh_f32(float x)
{
  const double m = expm1_short(-2.0 * (double)abs_f32(x));
  return (float)copysign_f64(m / (2.0 + m), x);
}

#endif
