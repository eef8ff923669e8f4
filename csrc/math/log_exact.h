/* log y in double-double, for sums that cancel it: 2 atanh(s) by its series, s = f/(2 + f) in double-double. */
#ifndef FASTPROB_LOG_EXACT_H
#define FASTPROB_LOG_EXACT_H

#include "math/log.h"

enum { ATANH_TERMS = sizeof(atanh_series) / sizeof(atanh_series[0]) };

/* The terms of s^3, s^5 ... up to `exact` in double-double, those up to `count` in double: (9, 20) gives 2^-105 absolute,
 * (2, 13) 2^-72. y > 0, subnormal too. */
FP_INLINE dd log_to(double y, int exact, int count)
{
  const int tiny = y < 0x1p-1022;
  const log_split l = split_log(tiny ? y * 0x1p54 : y);
  const double k = tiny ? l.k - 54.0 : l.k;
  const dd s = dd_over((dd){l.f, 0.0}, fast_two_sum(2.0, l.f));
  const double p = s.hi * s.hi;
  const dd square = {p, fma_f64(2.0 * s.hi, s.lo, fma_f64(s.hi, s.hi, -p))};
  double rest = atanh_series[count - 1];
  FP_UNROLL for (int i = count - 2; i >= exact; i--) rest = fma_f64(rest, square.hi, atanh_series[i]);
  dd sum = {rest, 0.0};
  FP_UNROLL for (int i = exact - 1; i >= 0; i--) {
    const dd product = dd_times(sum, square), next = fast_two_sum(atanh_series[i], product.hi);
    sum = (dd){next.hi, next.lo + (product.lo + atanh_series_lo[i])};
  }
  const dd odd = dd_times(dd_times(square, s), sum);
  const dd exponent = {k * LN2_HI, 0.0}, twice = {2.0 * s.hi, 2.0 * s.lo};
  const dd head = fast_two_sum(exponent.hi, twice.hi);
  const dd middle = two_product(k, LN2_MID);
  const dd tail = two_sum(odd.hi, middle.hi);
  const dd all = two_sum(head.hi, tail.hi);
  return fast_two_sum(all.hi, all.lo + (head.lo + (tail.lo + (twice.lo + (odd.lo + fma_f64(k, LN2_MID_LO, middle.lo))))));
}

#endif
