/* Sums of exponentials, each with its reference: see logsumexp.c. */
#ifndef FASTPROB_EXPONENTIALS_H
#define FASTPROB_EXPONENTIALS_H

#include "math/exp.h"
#include "sums/totals.h"

#define FP_QUANTUM 128.0   /* references are multiples of it */

/* e^x, 0 below -745.2, as the terms need it: two parts, right to 2^-58 where it is no subnormal number. */
FP_INLINE dd exp_in_parts(dd x)
{
  const int nothing = !(x.hi > -760.0);
  const exp_parts e = exp_dd(dd_select(nothing, (dd){-760.0, 0.0}, x));
  const dd m = exp_mantissa(e);
  return (dd){times_falling_power(m.hi, e.shifted), times_falling_power(m.lo, e.shifted)};
}

/* A sum times e^-distance. Beyond e^-2048 it is nothing beside what comes, whatever the weights. */
FP_INLINE dd shrunk(dd sum, double distance)
{
  if (sum.hi == 0 || distance == 0) return sum;
  const dd factor = exp_in_parts((dd){-FP_QUANTUM, 0.0});
  for (int steps = (int)(at_most(distance, 16.0 * FP_QUANTUM) * (1.0 / FP_QUANTUM)); steps > 0; steps--) {
    const double product = sum.hi * factor.hi;
    sum.lo = fma_f64(sum.lo, factor.hi, fma_f64(sum.hi, factor.lo, fma_f64(sum.hi, factor.hi, -product)));
    sum.hi = product;
  }
  return sum;
}

/* Joins a sum of exponentials of x - reference to the totals. */
FP_INLINE void join_exponentials(fp_totals *totals, dd sum, double reference)
{
  if (reference > totals->high) {
    const dd before = shrunk(total_of(totals->part[0]), reference - totals->high);
    totals->part[0][0] = before.hi;
    totals->part[0][1] = before.lo;
    totals->part[0][2] = 0.0;
    totals->high = reference;
  } else {
    sum = shrunk(sum, totals->high - reference);
  }
  add_to_total(totals->part[0], sum.hi, sum.lo);
}

#endif
