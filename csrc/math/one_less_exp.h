/* 1 - e^x for x <= 0, without losing digits. */
#ifndef FASTPROB_ONE_LESS_EXP_H
#define FASTPROB_ONE_LESS_EXP_H

#include "math/exp.h"

FP_INLINE dd one_less_exp(exp_parts e)
{
  const double scale = power_of_two(at_least(e.shifted, SHIFT - 1000.0));
  const dd one_less = fast_two_sum(1.0, -scale), less = two_sum(one_less.hi, -scale * e.r);
  return fast_two_sum(less.hi, less.lo + fma_f64(-scale, e.rest, one_less.lo));
}

#endif
